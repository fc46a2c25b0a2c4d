"""Differences between sources, and changes since last year, as other pages show them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.county import Difference, YearChange, change_sentence
from jiaoheng.county.difference_words import line
from jiaoheng.language import Language
from jiaoheng.ledger.models import Submission
from jiaoheng.ledger.submissions import Checked

FEW = 12
"""So many differences are shown on a submission's own page."""
FEW_CHANGED = 3
"""So many sentences of what changed since last year are shown unfolded: the county's comes first."""
MOST = 100
"""So many differences are shown of several schools' returns together."""


def of_submission(submission: Submission, checked: Checked, language: Language) -> dict[str, Any]:
    """What a submission's page and its review show: the first differences, and what changed since last year."""
    names = checked.names
    rest = len(checked.differences) - FEW
    return {
        "differing": table(checked.differences[:FEW], names, language) if checked.differences else None,
        "differing_count": len(checked.differences),
        "differing_more": rest if rest > 0 else 0,
        "differing_url": reverse("submission_differences", args=[submission.pk]),
        "yearly": yearly(checked.changes, names, language),
    }


def of_several(differences: Sequence[Difference], names: Mapping[str, str], language: Language) -> dict[str, Any]:
    """What the page of several schools' returns shows; the rest is on each school's own."""
    return {
        "differing": table(differences[:MOST], names, language) if differences else None,
        "differing_count": len(differences),
        "differing_rest": max(0, len(differences) - MOST),
    }


def table(differences: Sequence[Difference], names: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Differences as a table: the figure, what is used, what others say, by how much, by which rule."""
    columns = (
        (_("数据项"), "name"),
        (_("采用"), "text"),
        (_("其他来源"), "text"),
        (_("相差"), "number"),
        (_("规则"), "text"),
    )
    return {
        "caption": _("来源不一致"),
        "caption_hidden": True,
        "dense": True,
        "columns": [{"label": label, "kind": kind} for label, kind in columns],
        "rows": [{"cells": _cells(each, names, language)} for each in differences],
    }


def _cells(difference: Difference, names: Mapping[str, str], language: Language) -> list[dict[str, Any]]:
    told = line(difference, names, language)
    separator = "；" if language == "zh" else "; "
    rule: dict[str, Any] = {"text": told.why, "kind": "text"}
    if difference.why in ("order", "finer", "staff_from"):
        rule["url"] = reverse("source_order")
    return [
        {"text": told.figure, "kind": "name"},
        {"text": told.used, "note": told.used_at, "kind": "text"},
        {"text": separator.join(told.others), "note": separator.join(filter(None, told.others_at)), "kind": "text"},
        {"text": told.by or "—", "kind": "number"},
        rule,
    ]


def yearly(changes: Sequence[YearChange], names: Mapping[str, str], language: Language) -> dict[str, Any] | None:
    """What changed since last year: the first sentences, and the others to be opened; None where nothing did."""
    if not changes:
        return None
    sentences = [change_sentence(change, names, language) for change in changes]
    year = changes[0].year
    return {"year": year, "before": year - 1, "first": sentences[:FEW_CHANGED], "rest": sentences[FEW_CHANGED:]}
