"""A layout as an answer: who goes where, seats, ways before and after, and the dossier of each change."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.plans.layout.question import Question
from jiaoheng.plans.layout.result import Result
from jiaoheng.plans.plan import Dossier, PlacesAnswer, Seating, Served, VillageWay, WayMeasures

RIDE_KM = 3.0
"""Beyond so many kilometres a child does not walk, and transport has to be arranged."""
SMALL = 100.0
"""Pupils below which a rural school is a small one that may be needed where it is."""


def answer(result: Result, county: County, projected: pa.Table, routed: pa.Table) -> PlacesAnswer:
    """The whole answer, for the first of the variants."""
    asked = result.asked
    land = asked.land
    last = land.years[-1]
    present = np.array([asked.present(unit) for unit in range(len(asked.units))])
    weight = asked.demand(land.variants[0], last)
    return PlacesAnswer(
        stage=land.stage,
        served=tuple(each for year in land.years for each in served(result, year)),
        seating=tuple(_seating(result, present)),
        before=tuple(measures(asked, present, _seats_before(asked), year, _open(result, None)) for year in land.years),
        after=tuple(
            measures(asked, result.spots_in(year), result.staged.seats[at], year, _open(result, year))
            for at, year in enumerate(land.years)
        ),
        moved=float(weight[present != result.spots_in(last)].sum()),
        dossiers=tuple(dossiers(result, county, projected, routed)),
        islands=land.ground.map.islands,
        unplaced=tuple(unit.place_id for unit in land.ground.map.unplaced),
        boundaries=land.ground.map.boundaries,
    )


def _open(result: Result, year: int | None) -> int:
    spots = range(len(result.asked.land.spots))
    if year is None:
        return sum(result.asked.land.spots[spot].site is None for spot in spots)
    return sum(result.open_in(spot, year) for spot in spots)


def _seats_before(asked: Question) -> NDArray[np.float64]:
    return np.array([0.0 if spot.site is not None else spot.seats for spot in asked.land.spots])


def served(result: Result, year: int) -> Iterable[Served]:
    """Each place in a year, and the school or schools of its children."""
    asked = result.asked
    land = asked.land
    demand = asked.demand(land.variants[0], year)
    assignment = result.spots_in(year)
    for place, name, units in result.of_place(year):
        children = float(demand[units].sum())
        spots = list(dict.fromkeys(int(assignment[unit]) for unit in units))
        before = list(dict.fromkeys(asked.present(unit) for unit in units))
        km, minutes = _nearest(asked, units[0], spots)
        before_km, before_minutes = _nearest(asked, units[0], before)
        closest = _closest(result, place, year)
        why: list[str] = []
        if any(spot in result.ends.ways and not result.open_in(spot, year) for spot in before):
            why.append("closed")
        if any(asked.boarding(unit, int(assignment[unit])) for unit in units):
            why.append("boarding")
        if place < 0:
            why.append("fixed")
        elif closest in spots:
            why.append("nearest")
        elif set(spots) <= set(before):
            why.append("kept")
        else:
            why.append("full")
        yield Served(
            place_id=name,
            stage=land.stage,
            year=year,
            children=children,
            schools=tuple(land.spots[spot].code for spot in spots),
            km=km,
            minutes=minutes,
            travelled=place >= 0 and bool(land.travelled[place, spots[0]]),
            before=tuple(land.spots[spot].code for spot in before),
            before_km=before_km,
            before_minutes=before_minutes,
            why=tuple(why),
            nearest="" if place < 0 or closest is None or closest in spots else land.spots[closest].code,
        )


def _closest(result: Result, place: int, year: int) -> int | None:
    land = result.asked.land
    if place < 0:
        return None
    known = [
        spot
        for spot in range(len(land.spots))
        if result.open_in(spot, year)
        and not math.isnan(land.km[place, spot])
        and land.bands[0] in land.spots[spot].serves
    ]
    return min(known, key=lambda spot: (land.km[place, spot], spot)) if known else None


def _nearest(asked: Question, unit: int, spots: Sequence[int]) -> tuple[float | None, float | None]:
    ways = [asked.way(unit, spot) for spot in spots]
    known = [way for way in ways if math.isfinite(way[0]) and math.isfinite(way[1])]
    if not known or asked.units[unit].stays is not None:
        return None, None
    return min(known)


def _seating(result: Result, present: NDArray[np.int64]) -> Iterable[Seating]:
    asked = result.asked
    land = asked.land
    for at, year in enumerate(land.years):
        demand = asked.demand(land.variants[0], year)
        assignment = result.spots_in(year)
        loads = np.bincount(assignment, demand, len(land.spots))
        before = np.bincount(present, demand, len(land.spots))
        boards = np.zeros(len(land.spots))
        for unit in np.flatnonzero(asked.boards):
            if asked.boarding(int(unit), int(assignment[unit])):
                boards[assignment[unit]] += demand[unit]
        for number, spot in enumerate(land.spots):
            if spot.site is not None and number not in result.staged.built:
                continue
            seats = float(result.staged.seats[at][number]) if result.open_in(number, year) else 0.0
            yield Seating(
                spot.code, land.stage, year, seats, float(loads[number]), float(before[number]), float(boards[number])
            )


def measures(
    asked: Question, assignment: NDArray[np.int64], seats: NDArray[np.float64], year: int, schools: int
) -> WayMeasures:
    """Ways and seats of all children in a year, in the first variant; who boards does not go daily."""
    demand = asked.demand(asked.land.variants[0], year)
    km, minutes, far, children, worst = 0.0, 0.0, 0.0, 0.0, 0.0
    for unit, spot in enumerate(assignment.tolist()):
        way = asked.way(unit, spot)
        if asked.units[unit].stays is not None or not math.isfinite(way[0]) or not demand[unit]:
            continue
        limits = asked.rules.request.minutes
        bands = asked.land.bands if asked.units[unit].band == "all" else (asked.units[unit].band,)
        boards = bool(asked.boards[unit]) and asked.boarding(unit, spot)
        children += demand[unit]
        km += demand[unit] * way[0]
        worst = max(worst, way[0])
        if not boards:
            minutes = max(minutes, way[1])
            far += demand[unit] * (way[1] > min(limits[band] for band in bands) + 1e-6)
    loads = np.bincount(assignment, demand, len(seats))
    return WayMeasures(
        year=year,
        children=float(demand.sum()),
        mean_km=float(km / children) if children else None,
        worst_km=float(worst) if children else None,
        worst_minutes=float(minutes) if children else None,
        too_far=float(far),
        over_capacity=float(np.maximum(loads - seats, 0.0).sum()),
        schools=schools,
    )


def dossiers(result: Result, county: County, projected: pa.Table, routed: pa.Table) -> Iterable[Dossier]:
    """What the rules require of each school that closes or becomes a teaching point."""
    asked, land = result.asked, result.asked.land
    rural = {row["school_id"] for row in county["schools"].to_pylist() if (row["setting"] or "2")[:1] == "2"}
    for spot, way in sorted(result.ends.ways.items(), key=lambda each: result.staged.changes[each[0]]):
        if way not in ("closed", "point"):
            continue
        own, year = land.spots[spot], result.staged.changes[spot]
        into = land.spots[result.leads[spot]]
        assignment = result.spots_in(year)
        demand = asked.demand(land.variants[0], year)
        villages, beds = [], 0.0
        for unit in range(len(asked.units)):
            to = int(assignment[unit])
            if asked.present(unit) != spot or to == spot or not demand[unit]:
                continue
            before, after = _nearest(asked, unit, [spot]), _nearest(asked, unit, [to])
            boards = bool(asked.boards[unit]) and asked.boarding(unit, to)
            beds += demand[unit] if boards else 0.0
            villages.append(
                VillageWay(
                    asked.units[unit].name, float(demand[unit]), before[0], after[0], before[1], after[1], boards
                )
            )
        yield Dossier(
            school_id=own.code,
            to_school=into.code,
            year=year,
            pupils=_leaving(projected, own.code, year, county, land.stage, way),
            villages=_by_place(villages),
            beds_needed=beds,
            beds=into.beds,
            mean_class_before=_mean_class(projected, own.code, year, county, land.stage),
            mean_class_after=_mean_class(routed, into.code, year, county, land.stage),
            conditions=tuple(_conditions(asked, own.code, spot, villages, beds, own.code in rural)),
        )


def _conditions(
    asked: Question, code: str, spot: int, villages: Sequence[VillageWay], beds: float, rural: bool
) -> Iterable[str]:
    request = asked.rules.request
    if code not in request.consented:
        yield "consent"
    if any(each.after_km is not None and each.after_km > RIDE_KM and not each.boards for each in villages):
        yield "transport"
    if beds:
        yield "boarding"
    if rural and asked.land.spots[spot].pupils < SMALL:
        yield "small_needed"


def _by_place(villages: Iterable[VillageWay]) -> tuple[VillageWay, ...]:
    """Parts of a place that go the same way as one."""
    found: dict[tuple[str, float | None, bool], VillageWay] = {}
    for each in villages:
        key = (each.place_id, each.after_km, each.boards)
        same = found.get(key)
        children = each.children + (same.children if same else 0.0)
        found[key] = VillageWay(
            each.place_id, children, each.before_km, each.after_km, each.before_minutes, each.after_minutes, each.boards
        )
    return tuple(found.values())


def _rows(table: pa.Table, code: str, year: int, county: County, stage: str) -> list[Mapping[str, int | None]]:
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    return [
        row
        for row in table.to_pylist()
        if row["school_id"] == code
        and row["year"] == year
        and stage_of(row["grade"], kinds.get(code) or "", county.primary_grades) == stage
    ]


def _leaving(table: pa.Table, code: str, year: int, county: County, stage: str, way: str) -> float:
    rows = _rows(table, code, year, county, stage)
    return float(sum(row["pupils"] or 0 for row in rows if way == "closed" or (row["grade"] or 0) > 3))


def _mean_class(table: pa.Table, code: str, year: int, county: County, stage: str) -> float | None:
    rows = _rows(table, code, year, county, stage)
    pupils = [row["pupils"] for row in rows]
    classes = [row["classes"] for row in rows]
    known = [count for count in classes if count is not None]
    total = sum(known)
    if not rows or None in pupils or len(known) < len(classes) or not total:
        return None
    return sum(count or 0 for count in pupils) / total
