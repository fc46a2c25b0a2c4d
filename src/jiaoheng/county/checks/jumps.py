"""Figures of a school against its own of the year before: ten times as many, or off by the factor between units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import msgspec

from jiaoheng.county import words
from jiaoheng.county.checks.facilities import ENOUGH_SCHOOLS, FEW_PUPILS, PLAUSIBLE
from jiaoheng.county.checks.facts import School, name_of, pupils_by_stage, rows, schools
from jiaoheng.county.checks.registry import advice
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column, schema
from jiaoheng.language import Text

# From this size on, ten times as many in a year is no growth.
MATTERS = 20
# A slip of units comes with a year's usual change. A slip of a digit leaves a count near ten times; rooms and money
# may well be ten times as much, so that there it must be as good as exact.
NEAR_UNIT = 1.6
NEAR_TEN = {"integer": 1.3, "number": 1.03}
TABLES = ("facilities", "staff")
DIGIT = Text(
    "小数点错了一位，或多填、漏填一个数字", "a digit was left out or added, or the decimal point is off by one"
)


class Jump(msgspec.Struct, frozen=True):
    """A figure and that of the year before, and what probably was done to the later one (or the earlier)."""

    index: int
    school: str
    year: int
    before: float
    value: float
    factor: float
    likely: Text


@advice
def jumps(county: County) -> Iterator[Problem]:
    """Figures off by the factor between two units, or tenfold, from one year to the next.

    What a pupil's share tells already is not told again; what most schools show is told once.
    """
    known = schools(county)
    for table in TABLES:
        for column in schema().tables[table].columns:
            if column.unit:
                yield from _of_column(county, table, column, known)


def _of_column(county: County, table: str, column: Column, known: dict[str, School]) -> Iterator[Problem]:
    figures: dict[tuple[str, str | None, int], tuple[int, float]] = {}
    for index, school, stage, year, value in rows(county, table, "school_id", "stage", "year", column.name):
        if value is not None and school is not None and year is not None:
            figures[school, stage, year] = (index, value)
    compared: defaultdict[int, int] = defaultdict(int)
    found: defaultdict[int, list[Jump]] = defaultdict(list)
    told_by_share = _told_by_share(county, column.name) if table == "facilities" else frozenset()
    for (school, stage, year), (index, value) in figures.items():
        if (school, stage, year - 1) not in figures:
            continue
        compared[year] += 1
        before = figures[school, stage, year - 1][1]
        if (likely := _likely(column, before, value)) and not told_by_share & {(school, year), (school, year - 1)}:
            found[year].append(Jump(index, school, year, before, value, *likely))
    for year, many in sorted(found.items()):
        if len(many) >= ENOUGH_SCHOOLS and len(many) * 2 > compared[year]:
            yield _throughout(table, column, many, compared[year])
        else:
            yield from (_told(table, column, jump, name_of(known, jump.school)) for jump in many)


def _told_by_share(county: County, column: str) -> frozenset[tuple[str, int]]:
    """Schools and years whose figure for a pupil is out of all measure."""
    if column not in PLAUSIBLE:
        return frozenset()
    least, most = PLAUSIBLE[column]
    pupils = {place: sum(stages.values()) for place, stages in pupils_by_stage(county).items()}
    return frozenset(
        (school, year)
        for _, school, year, value in rows(county, "facilities", "school_id", "year", column)
        if value and (count := pupils.get((school, year))) and not least <= value / max(count, FEW_PUPILS) <= most
    )


def _likely(column: Column, before: float, value: float) -> tuple[float, Text] | None:
    """What explains a jump from one figure to another, if there is one that a slip explains."""
    if before <= 0 or value <= 0 or max(before, value) < MATTERS:
        return None
    times = max(before, value) / min(before, value)
    units = {name: factor for name, factor in schema().units[column.unit].accepts.items() if factor > 1}
    for name, factor in sorted(units.items(), key=lambda each: -each[1]):
        if factor / NEAR_UNIT <= times <= factor * NEAR_UNIT:
            own = schema().units[column.unit].label
            return factor, Text(f"“{own.zh}”与“{name}”混用", f"“{own.en}” and “{name}” were mixed up")
    near = NEAR_TEN[column.type]
    if min(before, value) >= 2 and 10 / near <= times <= 10 * near:
        return 10, DIGIT
    return None


def _told(table: str, column: Column, jump: Jump, school: str) -> Problem:
    details = {
        "school": school,
        "year": str(jump.year),
        "before_year": str(jump.year - 1),
        "before": words.number(jump.before),
        "times": words.number(max(jump.before, jump.value) / min(jump.before, jump.value)),
    } | words.both(likely=jump.likely, unit=schema().units[column.unit].label)
    return Problem(
        code="figure_jump",
        table=table,
        column=column.name,
        value=words.number(jump.value),
        index=jump.index,
        details=details,
    )


def _throughout(table: str, column: Column, many: list[Jump], compared: int) -> Problem:
    times = median(max(jump.before, jump.value) / min(jump.before, jump.value) for jump in many)
    details = {
        "year": str(many[0].year),
        "before_year": str(many[0].year - 1),
        "count": str(len(many)),
        "all": str(compared),
        "times": words.number(times),
    } | words.both(likely=many[0].likely)
    return Problem(code="column_jump", table=table, column=column.name, index=many[0].index, details=details)
