"""What changed since the snapshot before: in the facts, and in how schools and coefficients stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from jiaoheng.county import compare, comparison_sentences
from jiaoheng.findings import Assessment, words
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Snapshot
from jiaoheng.web.pages.overview.basis import Basis
from jiaoheng.web.pages.overview.links import address
from jiaoheng.web.pages.overview.standing import status_label

Part = dict[str, Any]
SAID = 6
"""Up to this many sentences stand on the overview; the rest are a click away."""


def since(of: Basis) -> Part | None:
    """What changed, in sentences; None where there is no earlier snapshot."""
    before = Snapshot.objects.filter(county=of.snapshot.county_id, pk__lt=of.snapshot.pk).order_by("pk").last()
    if before is None:
        return None
    found = of.kept(f"changes {before.pk}", lambda: _since(of, before))
    return found | {
        "date": before.accepted_at,
        "url": address("compare", query={"before": before.pk, "after": of.snapshot.pk}),
    }


def _since(of: Basis, before: Snapshot) -> Part:
    comparison = compare(facts.tables(before), of.county)
    told = [_sentence(line, of) for line in comparison_sentences(comparison, of.language)]
    was = facts.assessment(before, of.standard.id, of.year)
    return {
        "standing": [_sentence(line, of) for line in _standing(of, was)] if was else [],
        "facts": told[:SAID],
        "more": len(told) - SAID if len(told) > SAID else 0,
    }


def _sentence(line: str, of: Basis) -> str:
    return line if line.endswith(("。", ".")) else line + ("。" if of.language == "zh" else ".")


def _standing(of: Basis, was: Assessment) -> Iterator[str]:
    """Verdict, schools and coefficients that stand elsewhere than before."""
    now = of.assessment
    if was.verdict != now.verdict:
        yield _("全县结论:%(old)s → %(new)s") % {"old": status_label(was.verdict, of), "new": status_label(now.verdict, of)}
    old = {(school.school_id, school.stage): school for school in was.schools}
    for school in now.schools:
        before = old.get((school.school_id, school.stage))
        if before is not None and before.verdict != school.verdict:
            yield _("%(school)s(%(stage)s):%(old)s → %(new)s") % {
                "school": school.name,
                "stage": words.stage_label(school.stage, of.language),
                "old": status_label(before.verdict, of),
                "new": status_label(school.verdict, of),
            }
    earlier = {(even.check, even.stage): even for even in was.balance}
    for even in now.balance:
        other = earlier.get((even.check, even.stage))
        if other is not None and other.status != even.status:
            yield _("差异系数 %(name)s:原为 %(old)s") % {
                "name": words.coefficient_label(even, of.standard, of.language),
                "old": words.fixed(other.coefficient, 3),
            }
