"""A forecast as rows of ``enrolment``, in whole pupils and classes, for ``carried`` and ``apply``."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from jiaoheng.county import County, build
from jiaoheng.county.grades import WHOLE
from jiaoheng.forecast.answer import Forecast
from jiaoheng.forecast.facts import GRADES, STAGES, Facts, read
from jiaoheng.forecast.seats import size_of

_SHARED = ("boarders", "migrant_children", "left_behind_children", "disabled_children")
Row = dict[str, Any]


def enrolment(county: County, forecast: Forecast) -> pa.Table:
    """Rows of ``enrolment`` for every year after the county's latest; columns and units as in the schema.

    Pupils are whole: the county's total of a stage and year is rounded, divided among schools and these among their
    grades by largest remainder. A grade keeps its classes as long as they are needed at today's size of a class, and
    has more only where it would exceed the class size (or today's, where that is larger). Boarders and the like
    keep their share. Pupils whose grade is not told today are not told by grade later.
    """
    facts = read(county)
    place = {school.school_id: index for index, school in enumerate(facts.schools)}
    own: defaultdict[tuple[str, int], dict[tuple[int, int], float]] = defaultdict(dict)
    stage_at = {grade: stage for stage in STAGES for grade in facts.stage_grades(stage)}
    for each in forecast.grades:
        if each.year > forecast.base_year and each.school_id in place:
            grade = GRADES.index(each.grade)
            own[stage_at[grade], each.year][place[each.school_id], grade] = each.pupils
    today = {(row["school_id"], row["year"], row["grade"]): row for row in county["enrolment"].to_pylist()}
    found: list[Row] = []
    for (stage, year), values in sorted(own.items()):
        base = forecast.bases[stage]
        for school, grades in whole_pupils(values).items():
            found += _of_school(facts, forecast, (school, stage, year), grades, today, base)
    return build({"enrolment": found})["enrolment"]


def whole_pupils(values: Mapping[tuple[int, int], float]) -> dict[int, dict[int, int]]:
    """Pupils by school and grade in whole numbers: the total rounded, each school's and each grade's adding up."""
    schools: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for (school, grade), value in sorted(values.items()):
        schools[school].append((grade, value))
    order = list(schools)
    sums = largest_remainder([math.fsum(value for _, value in schools[school]) for school in order])
    found = {}
    for school, count in zip(order, sums, strict=True):
        grades = largest_remainder([value for _, value in schools[school]], count)
        found[school] = {grade: number for (grade, _), number in zip(schools[school], grades, strict=True)}
    return found


def largest_remainder(values: Sequence[float], total: int | None = None) -> list[int]:
    """Whole numbers that add up to ``total`` (else the rounded sum), each next to its value; ties go to the first."""
    total = round(math.fsum(values)) if total is None else total
    floors = [math.floor(value) for value in values]
    left = total - sum(floors)
    order = sorted(range(len(values)), key=lambda index: (floors[index] - values[index], index))
    while left < 0:
        # The total given lies below the floors: the smallest remainders give way, as long as there is anyone.
        for index in reversed(order):
            if left < 0 and floors[index] > 0:
                floors[index] -= 1
                left += 1
        if not any(floors):
            break
    while left > 0 and values:
        for index in order[:left]:
            floors[index] += 1
        left -= min(left, len(order))
    return floors


def _of_school(
    facts: Facts,
    forecast: Forecast,
    what: tuple[int, str, int],
    grades: Mapping[int, int],
    today: Mapping[tuple[str, int, int], Row],
    base: int,
) -> list[Row]:
    school, stage, year = what
    code = facts.schools[school].school_id
    size = size_of(stage, forecast.request)
    at = facts.year_at(base)
    of_stage = STAGES.index(stage)
    before = float(np.nansum(facts.pupils[school, at, list(facts.stage_grades(stage))]))
    untold = facts.wholes[school, at, of_stage]
    mixed = facts.mixed[school, at, of_stage]
    found = []
    total = sum(grades.values())
    outside = round(total * untold / before) if untold and before else 0
    share = (total - outside) / total if total else 0.0
    inside = largest_remainder([count * share for count in grades.values()], total - outside)
    whole = (code, base, WHOLE[stage])
    for grade, count in zip(grades, inside, strict=True):
        then = today.get((code, base, GRADES[grade]))
        if then is None and untold:
            # Here no grade is told of its own.
            continue
        classes = classes_of(count, facts.pupils[school, at, grade], facts.classes[school, at, grade], size)
        if not np.isnan(mixed) and np.isnan(facts.classes[school, at, grade]):
            classes = None
        found.append(_row(then, code, year, GRADES[grade], count, classes))
    if whole in today:
        told = sum(row["pupils"] for row in found)
        rest = total - told
        classes = classes_of(rest or total, today[whole]["pupils"] or before, mixed, size)
        found.append(_row(today[whole], code, year, WHOLE[stage], rest, classes))
    return found


def classes_of(pupils: int, before: float, classes: float, size: float) -> int | None:
    """Classes of a grade: what its pupils need, or today's as long as they are needed at today's size of a class.

    Where today's classes are larger than ``size``, they stay as large. None where today's are not told and there are
    pupils today.
    """
    if pupils == 0:
        return 0
    if np.isnan(classes):
        return None
    mean = before / classes if classes > 0 and before > 0 else size
    needed = math.ceil(pupils / max(size, mean) - 1e-9)
    return max(needed, min(int(classes), math.ceil(pupils / mean - 1e-9)))


def _row(then: Row | None, school: str, year: int, grade: int, pupils: int, classes: int | None) -> Row:
    row: Row = {"school_id": school, "year": year, "grade": grade, "pupils": pupils, "classes": classes}
    before = then["pupils"] if then else None
    for column in _SHARED:
        told = then[column] if then else None
        row[column] = None if told is None or not before else min(pupils, round(pupils * told / before))
    return row
