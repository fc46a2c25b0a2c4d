"""What a forecast reads of a county, as plain numbers: schools, pupils by grade and year, children by place and age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County, schema
from jiaoheng.county.grades import FIRST_WHOLE, stage_of
from jiaoheng.forecast.homes import Home, homes

Array = NDArray[np.float64]

STAGES = ("kindergarten", "primary", "junior", "senior")
"""The stages that are forecast, in the order in which children pass them."""
GRADES = tuple(range(-3, 13))
AGES = tuple(range(18))


class SchoolFacts(msgspec.Struct, frozen=True):
    """A school of the forecast: where it stands, whose it is, and the school years in which it is open."""

    school_id: str
    kind: str
    town: str
    place: str
    public: bool
    first: int | None
    last: int | None
    point: tuple[float, float] | None = None

    def open_in(self, year: int) -> bool:
        """Whether it is open in a school year, as far as the facts say."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


class Facts(msgspec.Struct, frozen=True):
    """Arrays are NaN where nothing is known. ``pupils`` and ``classes``: school × year × grade (GRADES).

    ``children``: home × child year × age, without any home where nothing is told. ``mixed``: classes of several
    grades, school × year × stage. ``zones``: by stage, the schools of each home that has any, by position.
    ``spread`` counts rows of a whole stage that were divided among its
    grades.
    """

    schools: tuple[SchoolFacts, ...]
    homes: tuple[Home, ...]
    years: tuple[int, ...]
    child_years: tuple[int, ...]
    pupils: Array
    classes: Array
    mixed: Array
    wholes: Array
    children: Array
    zones: Mapping[str, Mapping[int, tuple[int, ...]]]
    primary: int
    spread: int = 0
    homes_without: int = 0
    child_level: str = ""

    def stage_grades(self, stage: str) -> tuple[int, ...]:
        """The grades of a stage, as positions in GRADES."""
        last = {"kindergarten": 0, "primary": self.primary, "junior": 9, "senior": 12}
        first = {"kindergarten": -3, "primary": 1, "junior": self.primary + 1, "senior": 10}
        return tuple(GRADES.index(grade) for grade in range(first[stage], last[stage] + 1))

    def year_at(self, year: int) -> int:
        """The position of a school year with enrolment."""
        return self.years.index(year)

    def bases(self) -> dict[str, int]:
        """The latest school year of each stage in which most of its schools tell their pupils."""
        found = {}
        for stage in STAGES:
            told = np.isfinite(self.pupils[:, :, list(self.stage_grades(stage))]).any(axis=2).sum(axis=0)
            usual = told[-4:].max() if len(told) else 0
            full = [year for year, count in zip(self.years, told, strict=True) if count and 2 * count >= usual]
            if full:
                found[stage] = full[-1]
        return found

    def known_until(self, year: int) -> Facts:
        """The facts as they were known in a school year."""
        count = sum(each <= year for each in self.years)
        child = sum(each <= year for each in self.child_years)
        return msgspec.structs.replace(
            self,
            years=self.years[:count],
            child_years=self.child_years[:child],
            pupils=self.pupils[:, :count],
            classes=self.classes[:, :count],
            mixed=self.mixed[:, :count],
            wholes=self.wholes[:, :count],
            children=self.children[:, :child],
        )


def read(county: County) -> Facts:
    """The facts of a county; special and vocational schools are left out, as their pupils do not follow from grades."""
    towns = _towns(county)
    schools = _schools(county, towns)
    place = {school.school_id: index for index, school in enumerate(schools)}
    years = tuple(range(county.years[0], county.years[-1] + 1)) if county.years else ()
    pupils, classes, mixed, wholes, spread = _enrolment(county, schools, place, years)
    found = homes(county, towns)
    where = {home.place_id: index for index, home in enumerate(found.homes)}
    zones: dict[str, defaultdict[int, list[int]]] = {stage: defaultdict(list) for stage in STAGES}
    for row in county["zones"].to_pylist():
        if row["stage"] in zones and row["place_id"] in where and row["school_id"] in place:
            zones[row["stage"]][where[row["place_id"]]].append(place[row["school_id"]])
    return Facts(
        schools=schools,
        homes=found.homes,
        years=years,
        child_years=found.years,
        pupils=pupils,
        classes=classes,
        mixed=mixed,
        wholes=wholes,
        children=found.children,
        zones={stage: {home: tuple(sorted(set(own))) for home, own in of.items()} for stage, of in zones.items()},
        primary=county.primary_grades,
        spread=spread,
        homes_without=found.without,
        child_level=found.level,
    )


def _towns(county: County) -> dict[str, str]:
    """The town of each place; a town's own; empty for the county."""
    rows = {row["place_id"]: row for row in county["places"].to_pylist()}

    def town(place: str | None, depth: int = 0) -> str:
        row = rows.get(place or "")
        if row is None or row["level"] == "county" or depth > 5:
            return ""
        return str(row["place_id"]) if row["level"] == "town" else town(row["parent_id"], depth + 1)

    return {place: town(place) for place in rows}


def _schools(county: County, towns: Mapping[str, str]) -> tuple[SchoolFacts, ...]:
    found = []
    for row in county["schools"].to_pylist():
        code = schema().code("kind", row["kind"])
        if code and code.stages in (("special",), ("vocational",)):
            continue
        point = (row["lon"], row["lat"]) if row["lon"] is not None and row["lat"] is not None else None
        found.append(
            SchoolFacts(
                school_id=row["school_id"],
                kind=row["kind"] or "",
                town=towns.get(row["place_id"] or "", ""),
                place=row["place_id"] or "",
                public=row["ownership"] != "private",
                first=row["open_from"],
                last=row["open_to"],
                point=point,
            )
        )
    return tuple(sorted(found, key=lambda school: school.school_id))


def _enrolment(
    county: County, schools: tuple[SchoolFacts, ...], place: Mapping[str, int], years: tuple[int, ...]
) -> tuple[Array, Array, Array, Array, int]:
    shape = (len(schools), len(years), len(GRADES))
    pupils, classes = np.full(shape, np.nan), np.full(shape, np.nan)
    mixed = np.full((*shape[:2], len(STAGES)), np.nan)
    wholes = np.zeros_like(mixed)
    for row in county["enrolment"].to_pylist():
        school, year = place.get(row["school_id"]), row["year"]
        if school is None or year not in years:
            continue
        at = years.index(year)
        if row["grade"] < FIRST_WHOLE:
            _put(pupils, (school, at, GRADES.index(row["grade"])), row["pupils"])
            _put(classes, (school, at, GRADES.index(row["grade"])), row["classes"])
            continue
        stage = STAGES.index(stage_of(row["grade"], schools[school].kind, county.primary_grades))
        _put(mixed, (school, at, stage), row["classes"])
        wholes[school, at, stage] = row["pupils"] or 0
    nobody = np.zeros((0, 0, len(AGES)))
    facts = Facts(schools, (), years, (), pupils, classes, mixed, wholes, nobody, {}, county.primary_grades)
    divided = [_divide(facts, int(school), int(at), STAGES[stage]) for school, at, stage in np.argwhere(wholes > 0)]
    return pupils, classes, mixed, wholes, sum(divided)


def _put(array: Array, at: tuple[int, int, int], value: Any) -> None:
    if value is not None:
        array[at] = value


def _divide(facts: Facts, school: int, at: int, stage: str) -> bool:
    """Divide the pupils of a stage whose grades are not told among them, as those of the others; whether any were.

    In a kindergarten they stand beside the grades; else the grades hold where both are told.
    """
    of_stage = STAGES.index(stage)
    grades = [index for index in facts.stage_grades(stage) if GRADES[index] != -3]
    own = facts.pupils[school, at, grades]
    if stage != "kindergarten" and np.nansum(own) > 0:
        facts.wholes[school, at, of_stage] = 0
        return False
    others = np.nansum(np.delete(facts.pupils[:, at], school, axis=0)[:, grades], axis=0)
    shares = others / others.sum() if others.sum() > 0 else np.full(len(grades), 1 / len(grades))
    facts.pupils[school, at, grades] = np.nan_to_num(own) + facts.wholes[school, at, of_stage] * shares
    return True
