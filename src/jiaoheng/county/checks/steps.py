"""How surprising each cohort's step is: a grade in one year and the next grade in the next.

A school's series is too short for a z-score: of n years none can lie further than (n−1)/√n deviations away,
so eight years never reach 2.5. Here all steps of a stage in the county are pooled. What is surprising is
measured against what they usually differ by, the median absolute deviation of residual/√size, as the chance
part of a cohort's change grows with the root of its size.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from statistics import median

import msgspec

from jiaoheng.county.checks.facts import Grade, School

THRESHOLD = 5.0
MATTERS = 8
# Least deviation of residual/√size: real counties show about 0.27, drawn ones may show none at all.
LEAST_SCALE = 0.25
# Cohorts below this size hardly change and would pull the scale to nothing.
SIZE_FOR_SCALE = 10
# Most children enter kindergarten after the nursery class, so it has no cohort to follow.
NURSERY = -3

Cell = tuple[str, int, int]
SchoolYear = tuple[str, int]


class Step(msgspec.Struct, frozen=True):
    """One cohort's step: a grade in a year and the next grade in the next year."""

    before: Grade
    after: Grade
    expected: float
    surprise: float

    @property
    def is_odd(self) -> bool:
        """Whether a person should look at it."""
        gap = abs((self.after.pupils or 0) - self.expected)
        return abs(self.surprise) > THRESHOLD and gap >= MATTERS


def steps(grades: Iterable[Grade], known: dict[str, School]) -> list[Step]:
    """Every cohort's step within a stage, with what was to be expected and how surprising the outcome is.

    Expected is what the county's cohorts of that step usually do or what this school's own usually do,
    whichever is nearer: that village pupils join a central school's fourth grade every year is no error.
    """
    cells = {cell(row): row for row in grades}
    pairs = [
        (row, after)
        for row in cells.values()
        if row.grade > NURSERY
        and (after := cells.get((row.school, row.year + 1, row.grade + 1)))
        and after.stage == row.stage
    ]
    families = _families(cells.values(), known)
    usual = _usual_ratios(pairs)
    own: defaultdict[tuple[str, int], dict[int, float]] = defaultdict(dict)
    for before, after in pairs:
        if before.pupils:
            own[before.school, before.grade][before.year] = (after.pupils or 0) / before.pupils
    found = []
    for before, after in pairs:
        ratios = [usual[before.stage, before.grade]]
        others = [ratio for year, ratio in own[before.school, before.grade].items() if year != before.year]
        if len(others) >= 2:
            ratios.append(median(others))
        found.append(_step(before, after, ratios, families))
    scales = _scales(found)
    return [msgspec.structs.replace(step, surprise=step.surprise / scales[step.before.stage]) for step in found]


def _step(before: Grade, after: Grade, ratios: list[float], families: dict[Cell, tuple[int, int]]) -> Step:
    """A step with its residual/√size, or that of the main school with its points and campuses if smaller."""
    had, has = before.pupils or 0, after.pupils or 0
    expected = min((ratio * had for ratio in ratios), key=lambda value: abs(has - value))
    surprise = (has - expected) / math.sqrt(max(expected, has, 1))
    if cell(before) in families:
        all_before, all_after = families[cell(before)]
        together = (all_after - ratios[0] * all_before) / math.sqrt(max(all_before, all_after, 1))
        surprise = min(surprise, together, key=abs)
    return Step(before, after, expected, surprise)


def _families(grades: Iterable[Grade], known: dict[str, School]) -> dict[Cell, tuple[int, int]]:
    """For schools with campuses or points: the cohort's pupils of all of them, this year and next."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for school in known.values():
        members[school.parent or school.id].add(school.id)
    head = {school: main for main, group in members.items() if len(group) > 1 for school in group}
    totals: defaultdict[Cell, int] = defaultdict(int)
    mine = [row for row in grades if row.school in head]
    for row in mine:
        totals[head[row.school], row.year, row.grade] += row.pupils or 0
    return {
        cell(row): (
            totals[head[row.school], row.year, row.grade],
            totals[head[row.school], row.year + 1, row.grade + 1],
        )
        for row in mine
        if (head[row.school], row.year + 1, row.grade + 1) in totals
    }


def _usual_ratios(pairs: list[tuple[Grade, Grade]]) -> dict[tuple[str, int], float]:
    """The median ratio of each step in the county; where few schools show it, one."""
    ratios: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for before, after in pairs:
        found = ratios[before.stage, before.grade]
        if before.pupils and before.pupils >= SIZE_FOR_SCALE:
            found.append((after.pupils or 0) / before.pupils)
    return {step: median(found) if len(found) >= 5 else 1.0 for step, found in ratios.items()}


def _scales(steps: list[Step]) -> dict[str, float]:
    sizes: defaultdict[str, list[float]] = defaultdict(list)
    for step in steps:
        found = sizes[step.before.stage]
        if max(step.before.pupils or 0, step.after.pupils or 0) >= SIZE_FOR_SCALE:
            found.append(abs(step.surprise))
    return {stage: scale(found) for stage, found in sizes.items()}


def scale(residuals: list[float]) -> float:
    """The robust deviation: 1.4826 × the median absolute residual, that of a normal law being one."""
    return max(LEAST_SCALE, 1.4826 * median(residuals)) if residuals else LEAST_SCALE


def cell(row: Grade) -> Cell:
    """School, year and grade."""
    return row.school, row.year, row.grade


def school_year(row: Grade) -> SchoolYear:
    """School and year."""
    return row.school, row.year
