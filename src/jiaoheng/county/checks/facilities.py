"""Rooms, grounds and equipment: slips of units, a part above the whole, figures given twice or not at all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import msgspec

from jiaoheng.county import words
from jiaoheng.county.checks.facts import COMPULSORY, School, name_of, pupils_by_stage, rows, schools, waiting
from jiaoheng.county.checks.registry import advice, rule
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

# Per pupil, far beyond what any school has: below and above these a figure is looked at.
PLAUSIBLE = {
    "teaching_area": (0.3, 200.0),
    "sports_ground_area": (0.2, 600.0),
    "equipment_value": (30.0, 100_000.0),
}
# What a county usually has, to tell a unit where the county's own median cannot, as all its figures are off.
USUAL = {"teaching_area": 5.0, "sports_ground_area": 8.0, "equipment_value": 2300.0}
FEW_PUPILS = 20
ENOUGH_SCHOOLS = 5
# A unit explains a figure that it brings within this factor of the usual one, either way.
NEAR = 6
ROOMS_PER_CLASS = 3


class Figure(msgspec.Struct, frozen=True):
    """One figure of one row of facilities and the pupils it is for."""

    index: int
    school: str
    year: int
    value: float
    pupils: int

    @property
    def per_pupil(self) -> float:
        """The figure for a pupil; fewer than twenty count as twenty, as a small school has rooms too."""
        return self.value / max(self.pupils, FEW_PUPILS)


@rule
def given_twice(county: County) -> Iterator[Problem]:
    """A school's year is told as a whole or by stages; with both, which one holds cannot be known."""
    found: defaultdict[tuple[str, int], list[tuple[int, str | None]]] = defaultdict(list)
    for index, school, year, stage in rows(county, "facilities", "school_id", "year", "stage"):
        found[school, year].append((index, stage))
    for stages in found.values():
        if len({stage is None for _, stage in stages}) == 2:
            for index, _ in stages:
                yield Problem(code="facilities_twice", table="facilities", column="stage", index=index)


@advice
def units(county: County) -> Iterator[Problem]:
    """Areas and money off by the factor between two units, such as yuan entered where 万元 was meant."""
    known = schools(county)
    for column, (least, most) in PLAUSIBLE.items():
        by_year: defaultdict[int, list[Figure]] = defaultdict(list)
        for figure in _figures(county, column):
            by_year[figure.year].append(figure)
        for year, figures in sorted(by_year.items()):
            usual = median(figure.per_pupil for figure in figures)
            if len(figures) >= ENOUGH_SCHOOLS and not least <= usual <= most:
                yield _whole_column(column, year, usual, figures[0].index)
                continue
            reference = usual if len(figures) >= ENOUGH_SCHOOLS else USUAL[column]
            for figure in figures:
                if not least <= figure.per_pupil <= most:
                    yield _suspect(known, column, figure, reference)


@advice
def indoor_sports(county: County) -> Iterator[Problem]:
    """Indoor sports rooms are part of the teaching and auxiliary rooms."""
    columns = ("indoor_sports_area", "teaching_area")
    for index, indoor, teaching in rows(county, "facilities", *columns):
        if indoor is not None and teaching is not None and indoor > teaching:
            yield Problem(
                code="indoor_sports_exceed_rooms",
                table="facilities",
                column="indoor_sports_area",
                value=words.number(indoor),
                index=index,
                details={"all": words.number(teaching)},
            )


@advice
def multimedia_rooms(county: County) -> Iterator[Problem]:
    """A class needs one room with multimedia; three for each class are a slip."""
    classes: defaultdict[tuple[str, int], int] = defaultdict(int)
    for _, school, year, count in rows(county, "enrolment", "school_id", "year", "classes"):
        classes[school, year] += count or 0
    for index, school, year, rooms in rows(county, "facilities", "school_id", "year", "multimedia_rooms"):
        count = classes.get((school, year), 0)
        if rooms is not None and count and rooms > ROOMS_PER_CLASS * count:
            yield Problem(
                code="multimedia_rooms_many",
                table="facilities",
                column="multimedia_rooms",
                value=str(rooms),
                index=index,
                details={"classes": str(count)},
            )


@advice
def missing_rows(county: County) -> Iterator[Problem]:
    """An open school of compulsory education has a row wherever the county has any for that year.

    Where most schools have none, that is told once: it is no slip of each.
    """
    known, open_years = schools(county), _open_years(county)
    for table, also in (("facilities", ()), ("staff", ("teachers",))):
        there: set[tuple[str, int]] = set()
        for name in (table, *also):
            there.update((school, year) for _, school, year in rows(county, name, "school_id", "year"))
        waits = waiting(county, table, *also)
        absent: defaultdict[str, list[int]] = defaultdict(list)
        for year in sorted({year for _, year in there} & open_years.keys()):
            wanted = open_years[year]
            missing = [school for school in wanted if (school, year) not in there and not waits(school, year)]
            if len(missing) * 2 > len(wanted) and len(missing) >= ENOUGH_SCHOOLS:
                details = {"year": str(year), "count": str(len(missing)), "all": str(len(wanted))}
                details |= words.both(table=words.table(table))
                yield Problem(code="rows_missing", table=table, column="school_id", details=details)
                continue
            for school in missing:
                absent[school].append(year)
        for school, years in absent.items():
            yield _absent(table, known[school], years)


def _open_years(county: County) -> dict[int, list[str]]:
    """The schools with pupils of compulsory education, by year; campuses count with their main school."""
    known = schools(county)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for (school, year), stages in pupils_by_stage(county).items():
        if any(stages.get(stage) for stage in COMPULSORY) and school in known and known[school].counted:
            found[year].append(school)
    return found


def _figures(county: County, column: str) -> Iterator[Figure]:
    pupils = pupils_by_stage(county)
    for index, school, year, stage, value in rows(county, "facilities", "school_id", "year", "stage", column):
        stages = pupils.get((school, year), {})
        count = stages.get(stage, 0) if stage else sum(stages.values())
        # Zero is no slip of units: a school may have none.
        if value is not None and math.isfinite(value) and value > 0 and count:
            yield Figure(index, school, year, value, count)


def _whole_column(column: str, year: int, usual: float, index: int) -> Problem:
    """A median that no county has: the unit of a whole year's column is wrong, or something else is."""
    unit = _unit(column, usual, USUAL[column])
    per_pupil = _amount(column, usual)
    details = {"year": str(year)} | words.both(per_pupil=per_pupil)
    if unit:
        details |= words.both(likely=unit[0], would=_amount(column, usual * unit[1]))
    code = "column_unit" if unit else "column_implausible"
    return Problem(code=code, table="facilities", column=column, index=index, details=details)


def _suspect(known: dict[str, School], column: str, figure: Figure, reference: float) -> Problem:
    unit = _unit(column, figure.per_pupil, reference)
    details = {
        "school": name_of(known, figure.school),
        "year": str(figure.year),
        "pupils": str(figure.pupils),
    } | words.both(
        amount=_amount(column, figure.value),
        per_pupil=_amount(column, figure.per_pupil),
        usual=_amount(column, reference),
    )
    if unit:
        details |= words.both(likely=unit[0], would=_amount(column, figure.value * unit[1]))
    return Problem(
        code="figure_unit" if unit else "figure_implausible",
        table="facilities",
        column=column,
        value=words.number(figure.value),
        index=figure.index,
        details=details,
    )


def _unit(column: str, per_pupil: float, reference: float) -> tuple[Text, float] | None:
    """What was probably done to the unit, and the factor that mends it: that which comes nearest."""
    accepts = schema().units[schema().tables["facilities"].column(column).unit].accepts
    candidates = []
    for name, factor in accepts.items():
        if factor != 1:
            candidates.append((Text(f"按“{name}”填写", f"it was entered in {name} (× {factor:g})"), factor))
            twice = Text(f"多乘了一次“{name}”的倍数", f"it was multiplied by {name} ({factor:g}) once too often")
            candidates.append((twice, 1 / factor))
    likely = min(candidates, key=lambda each: abs(math.log(per_pupil * each[1] / reference)))
    return likely if 1 / NEAR <= per_pupil * likely[1] / reference <= NEAR else None


def _amount(column: str, value: float) -> Text:
    """A figure with its unit."""
    shown, unit = words.number(value), schema().units[schema().tables["facilities"].column(column).unit].label
    return Text(f"{shown} {unit.zh}", f"{shown} {unit.after(shown, 'en')}")


def _absent(table: str, school: School, years: list[int]) -> Problem:
    return Problem(
        code="row_missing",
        table=table,
        column="school_id",
        value=school.id,
        details={"school": school.name, "years": words.years(years)} | words.both(table=words.table(table)),
    )
