"""An assessment's figures as the values that marks and maps draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from jiaoheng.county import County
from jiaoheng.findings import Assessment, Value
from jiaoheng.findings.assessment import Status
from jiaoheng.findings.words import check_label, number, stage_label
from jiaoheng.language import Language
from jiaoheng.reports.map_layers import Mark
from jiaoheng.reports.marks import Dot, Sense, dot_strip
from jiaoheng.reports.words import STATUSES, say
from jiaoheng.standards import Standard


def values_of(assessment: Assessment, check: str, stage: str) -> tuple[Value, ...]:
    """The schools' figures of one check and stage (empty for a check of whole schools), as assessed."""
    return tuple(own for own in assessment.values if (own.check, own.stage) == (check, stage) and own.school_id)


def strip_of(
    assessment: Assessment,
    check: str,
    stage: str,
    standard: Standard,
    county: County,
    language: Language = "zh",
    *,
    width: int = 280,
    height: int = 28,
) -> str:
    """The strip of dots of one check and stage, one dot a school.

    The line is the limit that most schools have; a school with another one keeps the colour of its own.
    """
    own = values_of(assessment, check, stage)
    names = county.school_names()
    dots = [Dot(names.get(value.school_id, value.school_id), value.value, value.status) for value in own]
    threshold, sense, floor = _line(own)
    unit = standard.item(check).unit
    return dot_strip(
        dots,
        threshold,
        sense,
        floor,
        label=label_of(check, stage, standard, language),
        unit=unit.say(language) if unit else "",
        language=language,
        width=width,
        height=height,
    )


def marks_of(
    assessment: Assessment,
    check: str,
    stage: str,
    standard: Standard,
    county: County,
    language: Language = "zh",
) -> dict[str, Mark]:
    """Marks for a map of one check and stage by school code: name, pupils, figure and what it means."""
    names = county.school_names()
    unit = standard.item(check).unit
    marks = {}
    for value in values_of(assessment, check, stage):
        told = say(f"status_{value.status}", language)
        if value.value is not None:
            shown = number(value.value)
            shown = f"{shown} {unit.after(shown, language)}" if unit else shown
            told = say("figure", language, value=shown, status=told)
        marks[value.school_id] = _mark(
            names.get(value.school_id, value.school_id), value.pupils, told, value.status, language
        )
    return marks


def verdict_marks(assessment: Assessment, language: Language = "zh") -> dict[str, Mark]:
    """Marks for a map of the verdicts: a school of several stages stands where its worst stage does."""
    stages = defaultdict(list)
    for school in assessment.schools:
        stages[school.school_id].append(school)
    marks = {}
    for code, own in stages.items():
        worst: Status = max((school.verdict for school in own), key=STATUSES.index)
        comma = ("、", "; ")[language == "en"]
        told = comma.join(
            say(
                "stage_stands",
                language,
                stage=stage_label(s.stage, language),
                status=say(f"status_{s.verdict}", language),
            )
            for s in own
        )
        pupils = [school.pupils for school in own if school.pupils is not None]
        marks[code] = _mark(own[0].name, sum(pupils) if pupils else None, told, worst, language)
    return marks


def label_of(check: str, stage: str, standard: Standard, language: Language) -> str:
    """A check's name with its stage before it."""
    name = check_label(standard, check, language)
    if not stage:
        return name
    return f"{stage_label(stage, language)}{name}" if language == "zh" else f"{stage_label(stage, language)}, {name}"


def _mark(name: str, pupils: float | None, told: str, status: Status, language: Language) -> Mark:
    if pupils is None:
        return Mark(say("map_school_plain", language, name=name, told=told), status)
    return Mark(say("map_school", language, name=name, pupils=f"{pupils:,.0f}", told=told), status, pupils)


def _line(values: tuple[Value, ...]) -> tuple[float | None, Sense, float | None]:
    """Threshold, sense and floor of most of these figures."""
    counts: Mapping[tuple[float, str, float | None], int]
    counts = defaultdict(int)
    for value in values:
        if value.threshold is not None and value.sense is not None:
            counts[value.threshold, value.sense, value.floor] += 1
    if not counts:
        return None, "at_least", None
    threshold, sense, floor = max(counts, key=lambda line: (counts[line], -line[0]))
    return threshold, "at_most" if sense == "at_most" else "at_least", floor
