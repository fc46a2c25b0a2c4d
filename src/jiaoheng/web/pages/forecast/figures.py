"""A forecast beside the facts it rests on: by school, town and stage, the years before and those to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

from jiaoheng.county import County
from jiaoheng.county.grades import is_stage, stage_of
from jiaoheng.forecast.answer import Forecast, Seats, Spread
from jiaoheng.ledger import facts, forecasts
from jiaoheng.ledger.models import Projection
from jiaoheng.reports.forecast_charts import Point

STAGES = ("kindergarten", "primary", "junior", "senior")
AGES = {"kindergarten": (3, 5), "primary": (6, 11), "junior": (12, 14), "senior": (15, 17)}
"""First and last usual age of a stage."""
ENOUGH = 0.7
"""A school of which less than this share of seats is used has many to spare."""


class Seen:
    """What the pages of a forecast look up; made once of each answer."""

    def __init__(self, forecast: Forecast, county: County) -> None:
        self.forecast, self.county = forecast, county
        self.base, self.until = forecast.base_year, forecast.until
        self.names: Mapping[str, str] = county.school_names()
        self.schools: Mapping[str, Mapping[str, Any]] = {row["school_id"]: row for row in county["schools"].to_pylist()}
        self.places: Mapping[str, Mapping[str, Any]] = {row["place_id"]: row for row in county["places"].to_pylist()}

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The stages of which there is a forecast."""
        there = {each.stage for each in self.forecast.stages}
        return tuple(stage for stage in STAGES if stage in there)

    @cached_property
    def seats(self) -> Mapping[tuple[str, str, int], Seats]:
        """Seats by school, stage and year."""
        return {(each.school_id, each.stage, each.year): each for each in self.forecast.seats}

    @cached_property
    def spreads(self) -> Mapping[tuple[str, str, str, int], Spread]:
        """Pupils by level, subject, stage and year."""
        return {(each.level, each.subject, each.stage, each.year): each.pupils for each in self.forecast.stages}

    @cached_property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Schools' stages that have a forecast, by code and stage."""
        found = {(each.school_id, each.stage) for each in self.forecast.seats}
        return tuple(sorted(found, key=lambda one: (one[0], STAGES.index(one[1]) if one[1] in STAGES else 9)))

    @cached_property
    def grades(self) -> Mapping[tuple[str, int, int], float]:
        """Pupils by school, year and grade: counted to the base year, forecast after it."""
        found: dict[tuple[str, int, int], float] = {}
        for row in self.county["enrolment"].to_pylist():
            if row["pupils"] is not None and not is_stage(row["grade"]):
                found[row["school_id"], row["year"], row["grade"]] = float(row["pupils"])
        return found | {(g.school_id, g.year, g.grade): g.pupils for g in self.forecast.grades if g.year > self.base}

    @cached_property
    def history(self) -> Mapping[tuple[str, str, str, int], float]:
        """Counted pupils by level, subject, stage and year; whole stages too, whose grade is not told."""
        found: dict[tuple[str, str, str, int], float] = defaultdict(float)
        for row in self.county["enrolment"].to_pylist():
            if row["pupils"] is None or row["year"] > self.base:
                continue
            school = row["school_id"]
            stage = stage_of(row["grade"], self._kind(school), self.county.primary_grades)
            for level, subject in (("school", school), ("town", self.town(school)), ("county", "")):
                found[level, subject, stage, row["year"]] += row["pupils"]
        return dict(found)

    def _kind(self, school: str) -> str:
        return str(self.schools.get(school, {}).get("kind") or "")

    def name(self, code: str) -> str:
        """A school's name."""
        return self.names.get(code, code)

    def town(self, school: str) -> str:
        """The town that a school lies in; empty where that is not told."""
        place = self.places.get(str(self.schools.get(school, {}).get("place_id") or ""))
        while place is not None and place["level"] == "village":
            place = self.places.get(str(place["parent_id"] or ""))
        return str(place["place_id"]) if place is not None and place["level"] == "town" else ""

    def place_name(self, place: str) -> str:
        """A place's name."""
        return str(self.places.get(place, {}).get("name") or place)

    @cached_property
    def towns(self) -> tuple[str, ...]:
        """Towns that have pupils, those with most first."""
        sizes: dict[str, float] = defaultdict(float)
        for (level, subject, _stage, year), pupils in self.history.items():
            if level == "town" and year == self.base and subject:
                sizes[subject] += pupils
        return tuple(sorted(sizes, key=lambda town: (-sizes[town], town)))

    def course(self, level: str, subject: str, stage: str) -> list[Point]:
        """Pupils over the years, counted and forecast."""
        own = "" if level == "county" else subject
        points = [
            Point(year, self.history[level, own, stage, year])
            for year in self.county.years
            if year <= self.base and (level, own, stage, year) in self.history
        ]
        for year in range(self.base + 1, self.until + 1):
            spread = self.spreads.get((level, subject, stage, year))
            if spread is not None:
                points.append(Point(year, spread.value, spread.low, spread.high))
        return points

    @cached_property
    def code(self) -> str:
        """The county's code in the forecast."""
        return next((each.subject for each in self.forecast.stages if each.level == "county"), "")

    def of_year(self, stage: str, year: int) -> list[Seats]:
        """The seats of a stage in a year, the shortest first."""
        own = [each for each in self.forecast.seats if (each.stage, each.year) == (stage, year)]
        return sorted(own, key=lambda each: (-(each.short or 0.0), each.spare or 0.0, each.school_id))

    def short(self, stage: str, year: int) -> float:
        """Pupils without a seat in the schools of a stage."""
        return sum(each.short or 0.0 for each in self.of_year(stage, year))

    def spare(self, stage: str, year: int) -> float:
        """Empty seats in the schools of a stage."""
        return sum(each.spare or 0.0 for each in self.of_year(stage, year))

    def peak(self, school: str, stage: str) -> Seats | None:
        """The year to come in which a school's stage has most pupils."""
        own = [each for each in self.forecast.seats if (each.school_id, each.stage) == (school, stage)]
        ahead = [each for each in own if each.year > self.base]
        return max(ahead, key=lambda each: (each.pupils, -each.year)) if ahead else None

    def children(self, year: int) -> dict[int, float]:
        """Children by age in a year of the facts; none where they were not counted."""
        found: dict[int, float] = defaultdict(float)
        for row in self.county["children"].to_pylist():
            if row["year"] == year and row["persons"] is not None:
                found[row["age"]] += row["persons"]
        return dict(found)

    @cached_property
    def children_years(self) -> tuple[int, ...]:
        """The years in which children were counted."""
        return tuple(sorted({row["year"] for row in self.county["children"].to_pylist()}))

    def entrants(self, stage: str) -> dict[int, float]:
        """Children of the first age of a stage by year, over all places."""
        found: dict[int, float] = defaultdict(float)
        for each in self.forecast.places:
            if each.stage == stage:
                found[each.year] += each.entrants
        return dict(sorted(found.items()))


def standing(seats: Seats) -> str:
    """How a school's stage stands: the shape and colour that it has on the map and in tables."""
    if seats.seats is None:
        return "unknown"
    if seats.short:
        return "fails"
    return "measured" if seats.pupils < ENOUGH * seats.seats else "meets"


def seen(projection: Projection) -> Seen | None:
    """What the pages look up of a kept forecast; None while there is none."""
    return _seen(projection.pk, str(projection.computed_at)) if projection.is_computed else None


@lru_cache(maxsize=8)
def _seen(key: int, computed: str) -> Seen:
    projection = Projection.objects.select_related("snapshot__county").get(pk=key)
    answer = forecasts.answer_of(projection)
    assert answer is not None
    return Seen(answer, facts.tables(projection.snapshot))
