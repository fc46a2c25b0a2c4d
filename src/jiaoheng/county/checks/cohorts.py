"""Cohort flow: a grade this year against the grade below it last year, and years that stand out."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from jiaoheng.county import words
from jiaoheng.county.checks.facts import Grade, School, enrolment, name_of, schools, waiting
from jiaoheng.county.checks.registry import advice
from jiaoheng.county.checks.steps import (
    MATTERS,
    SIZE_FOR_SCALE,
    THRESHOLD,
    SchoolYear,
    Step,
    cell,
    scale,
    school_year,
    steps,
)
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.language import Text

TOTAL_SHARE = 0.15


class Total(msgspec.Struct, frozen=True):
    """A school's pupils in one year between its neighbours; ``index`` is a row of that year."""

    school: str
    year: int
    before: int
    pupils: int
    after: int
    index: int


@advice
def cohort_flow(county: County) -> Iterator[Problem]:
    """Cohorts that grow or shrink beyond what is usual here, and years that stand out of a school's.

    One cause is told once: as a single cell where the steps into and out of it undo each other, as the
    school's total where most of a year is off, and otherwise as the step.
    """
    stated = enrolment(county)
    known, waits = schools(county), waiting(county, "enrolment")
    odd = [step for step in steps([row for row in stated if row.pupils is not None], known) if step.is_odd]
    spikes = list(_spikes(odd))
    bumps = _bumps(stated)
    whole = _whole_years(spikes) & bumps.keys()
    for into, out in spikes:
        place = school_year(into.after)
        if place not in whole and not waits(*place):
            yield _spike(known, into, out)
    for (school, year), found in _unexplained(odd, spikes, whole).items():
        if not (waits(school, year) or waits(school, year - 1)):
            yield _flow(known, found)
    touched = {school_year(row) for step in odd for row in (step.before, step.after)}
    for (school, year), total in bumps.items():
        around = any(waits(school, near) for near in (year - 1, year, year + 1))
        if ((school, year) in whole or (school, year) not in touched) and not around:
            yield _bump(known, total)


@advice
def missing_grades(county: County) -> Iterator[Problem]:
    """A grade without a row in a year in which its cohort must be somewhere: no row is not zero pupils."""
    grades = enrolment(county)
    pupils = {cell(row): row.pupils or 0 for row in grades}
    first = {school_year(row): row.index for row in reversed(grades)}
    stages = {(row.school, row.grade): row.stage for row in grades}
    taught: defaultdict[str, list[int]] = defaultdict(list)
    for school, grade in sorted(stages):
        taught[school].append(grade)
    known, waits = schools(county), waiting(county, "enrolment")
    for (school, year), index in first.items():
        for grade in taught[school]:
            if (school, year, grade) in pupils or waits(school, year):
                continue
            below = pupils.get((school, year - 1, grade - 1), 0)
            same_stage = stages.get((school, grade - 1)) == stages[school, grade]
            around = min(pupils.get((school, year - 1, grade), 0), pupils.get((school, year + 1, grade), 0))
            if max(below if same_stage else 0, around) >= MATTERS:
                details = {"school": name_of(known, school), "year": str(year)}
                yield Problem(
                    code="grade_row_missing",
                    table="enrolment",
                    column="grade",
                    value=str(grade),
                    index=index,
                    details=details | words.both(grade=words.coded("grade", grade)),
                )


@advice
def unconnected_grades(county: County) -> Iterator[Problem]:
    """Grades that no cohort leads into or out of, held against the same grade a year earlier or later.

    The youngest pupils of the latest year are such, and they are what is being entered now.
    """
    grades = [row for row in enrolment(county) if row.pupils is not None]
    known, waits = schools(county), waiting(county, "enrolment")
    cells = {cell(row): row for row in grades}
    connected = {cell(row) for step in steps(grades, known) for row in (step.before, step.after)}
    pairs = [
        (row, cells[school, year - 1, grade])
        for (school, year, grade), row in cells.items()
        if (school, year - 1, grade) in cells
    ]
    usual = scale(
        [_change(row, other) for row, other in pairs if max(row.pupils or 0, other.pupils or 0) >= SIZE_FOR_SCALE]
    )
    for later, earlier in pairs:
        if waits(*school_year(later)) or waits(*school_year(earlier)):
            continue
        gap = abs((later.pupils or 0) - (earlier.pupils or 0))
        if gap >= MATTERS and _change(later, earlier) > THRESHOLD * usual:
            for row, other in ((later, earlier), (earlier, later)):
                if cell(row) not in connected:
                    yield _apart(known, row, other)


def _spikes(odd: list[Step]) -> Iterator[tuple[Step, Step]]:
    """Pairs of odd steps into and out of one cell that undo each other: the cell itself is wrong."""
    into = {cell(step.after): step for step in odd}
    for out in odd:
        step = into.get(cell(out.before))
        if step and step.surprise * out.surprise < 0:
            yield step, out


def _whole_years(spikes: list[tuple[Step, Step]]) -> set[SchoolYear]:
    """Years in which three grades or more of a school are wrong at once."""
    counts = Counter(school_year(into.after) for into, _ in spikes)
    return {place for place, count in counts.items() if count >= 3}


def _unexplained(
    odd: list[Step], spikes: list[tuple[Step, Step]], whole: set[SchoolYear]
) -> dict[SchoolYear, list[Step]]:
    """Odd steps that neither a wrong cell nor a wrong year explains, by where they lead."""
    cells = {cell(into.after) for into, _ in spikes}
    found: defaultdict[SchoolYear, list[Step]] = defaultdict(list)
    for step in odd:
        ends = (step.before, step.after)
        if not any(cell(row) in cells or school_year(row) in whole for row in ends):
            found[school_year(step.after)].append(step)
    return found


def _bumps(stated: list[Grade]) -> dict[SchoolYear, Total]:
    """One-year dips and peaks of a school's total, scored like cohorts; none where a grade is unknown."""
    partial = {school_year(row) for row in stated if row.pupils is None}
    totals: defaultdict[str, dict[int, int]] = defaultdict(dict)
    first: dict[SchoolYear, int] = {}
    for row in stated:
        if row.pupils is not None and school_year(row) not in partial:
            totals[row.school][row.year] = totals[row.school].get(row.year, 0) + row.pupils
            first.setdefault(school_year(row), row.index)
    found = {
        (school, year): Total(school, year, years[year - 1], pupils, years[year + 1], first[school, year])
        for school, years in totals.items()
        for year, pupils in years.items()
        if year - 1 in years and year + 1 in years
    }
    usual = scale([_bend(total) for total in found.values() if total.pupils >= SIZE_FOR_SCALE])
    return {place: total for place, total in found.items() if _bend(total) > THRESHOLD * usual and _stands_out(total)}


def _change(row: Grade, other: Grade) -> float:
    had, has = other.pupils or 0, row.pupils or 0
    return abs(has - had) / math.sqrt(max(had, has, 1))


def _bend(total: Total) -> float:
    middle = (total.before + total.after) / 2
    return abs(total.pupils - middle) / math.sqrt(max(middle, total.pupils, 1))


def _stands_out(total: Total) -> bool:
    steps = (total.pupils - total.before, total.pupils - total.after)
    least = max(MATTERS, TOTAL_SHARE * max(total.before, total.after))
    return steps[0] * steps[1] > 0 and min(map(abs, steps)) >= least


def _spike(known: dict[str, School], into: Step, out: Step) -> Problem:
    row = into.after
    cells = words.both(
        grade=words.coded("grade", row.grade),
        below=words.coded("grade", row.grade - 1),
        above=words.coded("grade", row.grade + 1),
    )
    figures = {
        "school": name_of(known, row.school),
        "year": str(row.year),
        "year_before": str(row.year - 1),
        "year_after": str(row.year + 1),
        "before": str(into.before.pupils),
        "after": str(out.after.pupils),
    }
    value = str(row.pupils)
    return Problem(
        code="cohort_spike",
        table="enrolment",
        column="pupils",
        value=value,
        index=row.index,
        details=cells | figures,
    )


def _flow(known: dict[str, School], found: list[Step]) -> Problem:
    texts = []
    for step in sorted(found, key=lambda step: step.before.grade):
        below, above = words.coded("grade", step.before.grade), words.coded("grade", step.after.grade)
        year, next_year, expected = step.before.year, step.after.year, round(step.expected)
        had, has = step.before.pupils, step.after.pupils
        texts.append(
            Text(
                f"{year} 学年{below.zh} {had} 人，到 {next_year} 学年{above.zh}为 {has} 人（照常约 {expected} 人）",
                f"pupils in {below.en} of {year}: {had}, in {above.en} of {next_year}: {has} "
                f"(about {expected} would be usual)",
            )
        )
    after = min((step.after for step in found), key=lambda row: row.grade)
    return Problem(
        code="cohort_flow",
        table="enrolment",
        column="pupils",
        value=str(after.pupils),
        index=after.index,
        details={"school": name_of(known, after.school)} | words.both(steps=words.listed(texts)),
    )


def _bump(known: dict[str, School], total: Total) -> Problem:
    details = {
        "school": name_of(known, total.school),
        "year": str(total.year),
        "year_before": str(total.year - 1),
        "year_after": str(total.year + 1),
        "before": str(total.before),
        "after": str(total.after),
    }
    value = str(total.pupils)
    return Problem(
        code="total_spike",
        table="enrolment",
        column="pupils",
        value=value,
        index=total.index,
        details=details,
    )


def _apart(known: dict[str, School], row: Grade, other: Grade) -> Problem:
    details = {
        "school": name_of(known, row.school),
        "year": str(row.year),
        "other_year": str(other.year),
        "other": str(other.pupils),
    } | words.both(grade=words.coded("grade", row.grade))
    value = str(row.pupils)
    return Problem(
        code="grade_apart", table="enrolment", column="pupils", value=value, index=row.index, details=details
    )
