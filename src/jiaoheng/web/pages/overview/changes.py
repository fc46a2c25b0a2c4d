"""What changed since the snapshot before; where there is none, since the school year before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from jiaoheng.county import compare, comparison_sentences
from jiaoheng.findings import Assessment, change_sentences, words
from jiaoheng.findings import changes as assessment_changes
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Snapshot
from jiaoheng.web.basis import Basis
from jiaoheng.web.choosing import school_year
from jiaoheng.web.links import address

Part = dict[str, Any]
SAID = 5
"""Up to this many sentences of each kind stand on the overview; the rest are a click away."""


def since(of: Basis) -> Part | None:
    """What changed, in sentences; None where there is nothing to compare with."""
    before = Snapshot.objects.filter(county=of.snapshot.county_id, pk__lt=of.snapshot.pk).order_by("pk").last()
    if before is not None:
        found = _since_snapshot(of, before)
        query = {"from": before.pk, "to": of.snapshot.pk}
        return found | {"snapshot": before.accepted_at, "url": address("compare_snapshots", query=query)}
    year = max((year for year in of.years if year < of.year), default=None)
    if year is None:
        return None
    return _since_year(of, year)


@lru_cache(maxsize=16)
def _since_snapshot(of: Basis, before: Snapshot) -> Part:
    was = facts.assessment(before, of.standard.id, of.year)
    return {
        "title": _("与上一次数据相比"),
        "parts": [
            _standing(of, was) if was is not None else None,
            _first(comparison_sentences(compare(facts.tables(before), of.county), of.language), of),
        ],
    }


@lru_cache(maxsize=16)
def _since_year(of: Basis, year: int) -> Part:
    was = facts.assessment(of.snapshot, of.standard.id, year)
    return {
        "title": _("与 %(year)s 相比") % {"year": school_year(year)},
        "parts": [_standing(of, was) if was is not None else None],
    }


def _standing(of: Basis, was: Assessment) -> Part:
    lines = change_sentences(assessment_changes(was, of.assessment), of.standard, of.county, of.language)
    years = words.say("change_years", of.language, then=was.year, now=of.year)
    # The title says between which years.
    return _first((line for line in lines if line != years), of)


def _first(lines: Iterable[str], of: Basis) -> Part:
    told = [
        line if line.endswith(("。", ".", "……")) else line + ("。" if of.language == "zh" else ".") for line in lines
    ]
    return {"lines": told[:SAID], "more": told[SAID:]}
