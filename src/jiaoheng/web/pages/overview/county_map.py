"""The map of the county by the verdict or by any figure of its schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from jiaoheng.reports.figures import label_of, marks_of, verdict_marks
from jiaoheng.reports.map import county_map
from jiaoheng.web.basis import Basis
from jiaoheng.web.pages.overview.standing import status_label

VERDICT = "verdict"
ORDER = ("fails", "floor", "unknown", "meets", "measured")


class Choice(msgspec.Struct, frozen=True):
    """One thing that the map can show: a figure of a stage (or of whole schools), or the verdict."""

    key: str
    label: str
    check: str = ""
    stage: str = ""


@lru_cache(maxsize=32)
def choices(of: Basis) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """What the map can show, by area of the standard; the verdict first where there is one."""
    found: list[tuple[str, tuple[Choice, ...]]] = []
    figures_of_schools = any(value.school_id for value in of.assessment.values)
    if of.assessment.schools or not figures_of_schools:
        found.append((_("结论"), (Choice(VERDICT, _("学校是否达标")),)))
    for area in of.standard.areas:
        own = tuple(_of_area(of, area.id))
        if own:
            found.append((area.label.say(of.language), own))
    return tuple(found)


def chosen(of: Basis, key: str) -> Choice:
    """The choice with this key, or the first where there is none."""
    all_of_them = [choice for _label, group in choices(of) for choice in group]
    return next((choice for choice in all_of_them if choice.key == key), all_of_them[0])


@lru_cache(maxsize=64)
def drawn(of: Basis, choice: Choice) -> dict[str, Any]:
    """The map of a choice, what its colours mean, and which schools are not on it."""
    if choice.key == VERDICT:
        marks = verdict_marks(of.assessment, of.language)
    else:
        marks = marks_of(of.assessment, choice.check, choice.stage, of.standard, of.county, of.language)
    linked = bool(of.link("school", "any"))
    found = county_map(
        of.county,
        marks,
        label=choice.label,
        link=(lambda code: of.link("school", code)) if linked else None,
        language=of.language,
        width=720,
    )
    left_out = {left.school_id for left in found.left_out}
    counts = Counter(mark.status for code, mark in marks.items() if code not in left_out)
    return {
        "svg": found.svg,
        "legend": [
            {"status": status, "label": f"{status_label(status, of)} {counts[status]}"}  # type: ignore[index]
            for status in ORDER
            if counts[status]  # type: ignore[index]
        ],
        "notes": found.notes(of.county, of.language),
    }


def _of_area(of: Basis, area: str) -> Iterator[Choice]:
    stages: dict[str, dict[str, None]] = {}
    for value in of.assessment.values:
        if value.school_id:
            stages.setdefault(value.check, {})[value.stage] = None
    for item in of.standard.of_area(area):
        for check in item.checks:
            for stage in stages.get(check.id, ()):
                label = f"{item.id} {label_of(check.id, stage, of.standard, of.language)}"
                yield Choice(f"{check.id}.{stage}" if stage else check.id, label, check.id, stage)


def named(choice: Choice, of: Basis) -> str:
    """What the map shows, without the number."""
    return label_of(choice.check, choice.stage, of.standard, of.language) if choice.check else choice.label
