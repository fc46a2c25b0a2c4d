"""Seats short and spare: what each school holds, what the forecast brings, and when its classes grow too large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.forecast.ahead import Ahead
from jiaoheng.forecast.answer import Crossing, Forecast, Seats, StageForecast
from jiaoheng.forecast.facts import GRADES, STAGES, Facts
from jiaoheng.forecast.request import ForecastRequest

Array = NDArray[np.float64]

SIZES: Mapping[str, float] = {"kindergarten": 30, "primary": 45, "junior": 50, "senior": 50}
"""Pupils a class at most, by the standard."""
LARGE = 56
"""From so many pupils on a class is a large one (大班额)."""
RECENT = 5
"""School years in which the most classes tell how many rooms a school has."""


class SeatTotal(msgspec.Struct, frozen=True):
    """The seats of a town's schools, or of the county's (``subject`` empty), of a stage in a school year.

    ``seats``, ``short`` and ``spare`` are over the schools whose seats are known: ``short`` adds up the schools that
    lack some, ``spare`` those that have some left. ``unknown`` counts the others, whose ``pupils`` are in
    ``pupils_unknown`` only.
    """

    level: str
    subject: str
    stage: str
    year: int
    seats: float
    pupils: float
    short: float
    spare: float
    unknown: int = 0
    pupils_unknown: float = 0.0

    @property
    def net(self) -> float:
        """Seats beyond pupils, below 0 where they are too few even if every school were filled."""
        return self.seats - self.pupils


class _Held(msgspec.Struct, frozen=True):
    seats: float | None
    source: str


def size_of(stage: str, request: ForecastRequest) -> float:
    """Pupils a class: the request's, else the standard's."""
    return request.class_sizes.get(stage, SIZES[stage])


def seats(county: County, facts: Facts, ahead: Ahead, request: ForecastRequest) -> tuple[Seats, ...]:
    """Seats of each school's stage against its forecast.

    Seats are the ``places`` of the facilities, divided among the stages (and campuses that tell none) by their pupils;
    else, and where the request says how large a class may be, the most classes of the last years times that size.
    """
    held = _held(county, facts, ahead, request)
    found = []
    for stage in STAGES:
        own = ahead.of_stage(facts, stage)
        for school, facts_of in enumerate(facts.schools):
            classes = _classes(facts, school, stage, ahead.bases.get(stage, 0))
            for column, year in ahead.columns(stage):
                pupils = float(own[school, column])
                if np.isnan(pupils):
                    continue
                room = held.get((school, stage), _Held(None, "no_classes"))
                found.append(
                    Seats(
                        school_id=facts_of.school_id,
                        stage=stage,
                        year=year,
                        seats=room.seats,
                        source=room.source,
                        pupils=pupils,
                        short=None if room.seats is None else max(0.0, pupils - room.seats),
                        spare=None if room.seats is None else max(0.0, room.seats - pupils),
                        class_mean=pupils / classes if classes else None,
                    )
                )
    return tuple(found)


def _classes(facts: Facts, school: int, stage: str, year: int) -> float | None:
    """All classes of a school's stage in a year; None where a grade with pupils does not tell its own."""
    if year not in facts.years:
        return None
    at, grades = facts.year_at(year), list(facts.stage_grades(stage))
    pupils, classes = facts.pupils[school, at, grades], facts.classes[school, at, grades]
    mixed = facts.mixed[school, at, STAGES.index(stage)]
    lacking = (np.nan_to_num(pupils) > 0) & np.isnan(classes)
    if (lacking.any() and np.isnan(mixed)) or not (np.nansum(classes) + np.nan_to_num(mixed)):
        return None
    return float(np.nansum(classes) + np.nan_to_num(mixed))


def _held(county: County, facts: Facts, ahead: Ahead, request: ForecastRequest) -> dict[tuple[int, str], _Held]:
    """The seats of each school's stage and what tells of them."""
    by_places = _by_places(county, facts, ahead)
    found = {}
    for stage, base in ahead.bases.items():
        size = size_of(stage, request)
        for school in range(len(facts.schools)):
            years = [year for year in facts.years if base - RECENT < year <= base]
            told = [count for year in years if (count := _classes(facts, school, stage, year)) is not None]
            by_classes = _Held(max(told) * size, "classes") if told else None
            places = by_places.get((school, stage))
            by_told = _Held(places, "places") if places is not None else None
            chosen = (by_classes or by_told) if stage in request.class_sizes else (by_told or by_classes)
            if chosen is by_told and by_told is not None and stage in request.class_sizes:
                # Rooms hold more or fewer with larger or smaller classes.
                chosen = _Held((places or 0.0) * size / SIZES[stage], "places")
            if chosen is not None:
                found[school, stage] = chosen
    return found


def _by_places(county: County, facts: Facts, ahead: Ahead) -> dict[tuple[int, str], float]:
    """Told places of each school's stage; those of a whole school are divided by pupils of the stages' base years."""
    place = {own.school_id: index for index, own in enumerate(facts.schools)}
    latest: dict[tuple[int, str | None], tuple[int, float]] = {}
    for row in county["facilities"].to_pylist():
        if row["places"] is not None and row["school_id"] in place:
            key = (place[row["school_id"]], row["stage"])
            latest[key] = max(latest.get(key, (0, 0.0)), (row["year"], float(row["places"])))
    telling = {school for school, _ in latest}
    main = _mains(county, place)
    pupils = {
        (school, stage): float(np.nansum(facts.pupils[school, facts.year_at(base), list(facts.stage_grades(stage))]))
        for stage, base in ahead.bases.items()
        for school in range(len(facts.schools))
    }
    found: dict[tuple[int, str], float] = {}
    for (school, stage), (_, count) in latest.items():
        if stage is not None:
            found[school, stage] = count
    for (school, stage), (_, count) in latest.items():
        if stage is not None:
            continue
        sharing = [school, *(each for each, above in main.items() if above == school and each not in telling)]
        units = {key: number for key, number in pupils.items() if key[0] in sharing and number > 0 and key not in found}
        total = sum(units.values())
        for key, number in units.items():
            found[key] = count * number / total
    return found


def _mains(county: County, place: Mapping[str, int]) -> dict[int, int]:
    """The main school of each campus that is not counted as a school of its own."""
    return {
        place[row["school_id"]]: place[row["parent_id"]]
        for row in county["schools"].to_pylist()
        if row["counted"] is False and row["school_id"] in place and row["parent_id"] in place
    }


def crossings(facts: Facts, ahead: Ahead, spreads: Iterable[StageForecast]) -> tuple[Crossing, ...]:
    """When each grade first has 56 or more a class, at as many classes as it has today."""
    sure = {
        (each.subject, each.stage, each.year): each.pupils.low / each.pupils.value
        for each in spreads
        if each.level == "school" and each.pupils.value > 0
    }
    found = []
    for stage, base in ahead.bases.items():
        at = facts.year_at(base)
        for school, own in enumerate(facts.schools):
            for grade in facts.stage_grades(stage):
                classes = facts.classes[school, at, grade]
                for column, year in ahead.columns(stage) if classes > 0 else ():
                    mean = float(ahead.pupils[school, column, grade] / classes)
                    if mean >= LARGE:
                        share = sure.get((own.school_id, stage, year), 1.0)
                        found.append(Crossing(own.school_id, stage, GRADES[grade], year, mean, mean * share >= LARGE))
                        break
    return tuple(found)


def totals(county: County, forecast: Forecast) -> tuple[SeatTotal, ...]:
    """The seats of every town and of the county, by stage and year; towns add up to the county."""
    towns = _town_of(county)
    own: defaultdict[tuple[str, str, int], list[Seats]] = defaultdict(list)
    for each in forecast.seats:
        own[towns.get(each.school_id, ""), each.stage, each.year].append(each)
        own["\0", each.stage, each.year].append(each)
    return tuple(_total(key, rows) for key, rows in sorted(own.items()))


def _total(key: tuple[str, str, int], rows: list[Seats]) -> SeatTotal:
    subject, stage, year = key
    known = [each for each in rows if each.seats is not None]
    return SeatTotal(
        level="county" if subject == "\0" else "town",
        subject="" if subject == "\0" else subject,
        stage=stage,
        year=year,
        seats=sum(each.seats or 0.0 for each in known),
        pupils=sum(each.pupils for each in known),
        short=sum(each.short or 0.0 for each in known),
        spare=sum(each.spare or 0.0 for each in known),
        unknown=len(rows) - len(known),
        pupils_unknown=sum(each.pupils for each in rows if each.seats is None),
    )


def _town_of(county: County) -> dict[str, str]:
    above = {row["place_id"]: row for row in county["places"].to_pylist()}
    found = {}
    for row in county["schools"].to_pylist():
        place, depth = above.get(row["place_id"] or ""), 0
        while place is not None and place["level"] == "village" and depth < 5:
            place, depth = above.get(place["parent_id"] or ""), depth + 1
        found[row["school_id"]] = place["place_id"] if place is not None and place["level"] == "town" else ""
    return found


class SeatChange(msgspec.Struct, frozen=True):
    """What another forecast changes of a school's stage and year: pupils, seats, and seats short (more: above 0).

    ``seats`` and ``short`` are None where either forecast does not know them.
    """

    school_id: str
    stage: str
    year: int
    pupils: float
    seats: float | None
    short: float | None


def compare(one: Forecast, other: Forecast) -> tuple[SeatChange, ...]:
    """Where another forecast of the same county has other pupils or seats: its figures less those of the first."""
    before = {(each.school_id, each.stage, each.year): each for each in one.seats}
    found = []
    for each in other.seats:
        old = before.get((each.school_id, each.stage, each.year))
        if old is None or (old.pupils, old.seats) == (each.pupils, each.seats):
            continue
        found.append(
            SeatChange(
                each.school_id,
                each.stage,
                each.year,
                each.pupils - old.pupils,
                _less(each.seats, old.seats),
                _less(each.short, old.short),
            )
        )
    return tuple(found)


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
