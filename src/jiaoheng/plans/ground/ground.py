"""A county as plans of layout and catchments see it: places, schools, ways, children and seats as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.forecast.answer import Forecast
from jiaoheng.plans.ground.neighbourhood import Neighbourhood, neighbourhood
from jiaoheng.plans.ground.people import People, people, public_pupils, seats, stage_year
from jiaoheng.plans.ground.sites import School, schools
from jiaoheng.plans.ground.ways import SPEED, Ways, ways


class Ground(msgspec.Struct, frozen=True):
    """One stage of a county. Arrays go by ``years``, ``map.places`` and ``schools`` in their order.

    ``demand`` and ``entrants`` are (years, places): pupils who need a seat in public schools. ``seats`` is (years,
    schools), NaN where not known; ``seat_source`` tells where they are from. ``pupils`` (schools,) are those of
    ``base_year``, the latest year that tells the stage. ``present`` are, for each place, the schools it has today, and
    ``present_by`` how that is known: ``zones``, or ``nearest``.
    ``left`` are places without coordinates: (years,) pupils of each, and the school they stay with, None where none
    is known. ``lost`` (years,) are pupils of places that are not among the units at all.
    ``source`` says where demand comes from: ``forecast`` or ``carried``.
    """

    stage: str
    base_year: int
    years: tuple[int, ...]
    map: Neighbourhood
    schools: tuple[School, ...]
    ways: Ways
    demand: NDArray[np.float64]
    entrants: NDArray[np.float64]
    seats: NDArray[np.float64]
    seat_source: tuple[str, ...]
    pupils: NDArray[np.float64]
    present: tuple[tuple[int, ...], ...]
    present_by: tuple[str, ...]
    left: Mapping[str, tuple[NDArray[np.float64], int | None]]
    lost: NDArray[np.float64]
    source: str

    @property
    def school_index(self) -> Mapping[str, int]:
        """Where each school stands in the list."""
        return {school.school_id: number for number, school in enumerate(self.schools)}


def ground(
    county: County,
    stage: str,
    years: Sequence[int],
    forecast: Forecast | None = None,
    *,
    speed: float = SPEED,
    class_sizes: Mapping[str, float] | None = None,
    around: Neighbourhood | None = None,
) -> Ground:
    """The ground of one stage in some school years; ``around`` spares drawing the map again.

    Schools are public ones that are open in all the years. Children of units without coordinates stay with the school
    that ``zones`` gives them, else the nearest by ``travel``, else they are with none.
    """
    land = around or neighbourhood(county)
    wanted = tuple(years)
    own = tuple(school for school in schools(county, stage, land, wanted) if school.public)
    points = {unit.place_id: land.shapes.points[unit.place_id] for unit in land.places}
    here = ways(county, points, {school.school_id: school.point for school in own}, speed)
    folk = people(county, stage, wanted, forecast)
    places = [unit.place_id for unit in land.places]
    capacity = seats(county, stage, wanted, forecast, class_sizes or {})
    latest = stage_year(county, stage)
    taught = public_pupils(county, stage, latest)
    present, by = _present(county, stage, places, own, here)
    codes = [school.school_id for school in own]
    units = {*places, *(unit.place_id for unit in land.unplaced)}
    return Ground(
        stage=stage,
        base_year=latest,
        years=wanted,
        map=land,
        schools=own,
        ways=here,
        demand=_table(folk.seated, wanted, places),
        entrants=_table(folk.entrants, wanted, places),
        seats=np.array(
            [[_number(capacity.get((code, year), (None, ""))[0]) for code in codes] for year in wanted], dtype=float
        ).reshape(len(wanted), len(codes)),
        seat_source=tuple(capacity.get((code, wanted[0]), (None, "unknown"))[1] for code in codes),
        pupils=np.array([taught.get(code, 0.0) for code in codes]),
        present=present,
        present_by=by,
        left=_left(county, stage, land, codes, wanted, folk),
        lost=np.array(
            [
                sum(n for (place, told), n in folk.seated.items() if told == year and place not in units)
                for year in wanted
            ]
        ),
        source=folk.source,
    )


def nearest(here: Ways, allowed: Sequence[int] | None = None) -> tuple[int | None, ...]:
    """For each place the school with the shortest way, the first of equal ones; None where none is known."""
    columns = list(range(here.km.shape[1])) if allowed is None else list(allowed)
    found: list[int | None] = []
    for row in here.km[:, columns]:
        found.append(None if not len(row) or np.isnan(row).all() else columns[int(np.nanargmin(row))])
    return tuple(found)


def _present(
    county: County, stage: str, places: Sequence[str], own: Sequence[School], here: Ways
) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
    index = {school.school_id: number for number, school in enumerate(own)}
    told = zones_of(county, stage)
    near = nearest(here)
    present, by = [], []
    for place, closest in zip(places, near, strict=True):
        zoned = tuple(sorted(index[school] for school in told.get(place, ()) if school in index))
        present.append(zoned or (() if closest is None else (closest,)))
        by.append("zones" if zoned else "nearest")
    return tuple(present), tuple(by)


def zones_of(county: County, stage: str) -> dict[str, tuple[str, ...]]:
    """The schools that the county's catchments give to each place."""
    found: dict[str, list[str]] = {}
    for row in county["zones"].to_pylist():
        if row["stage"] == stage:
            found.setdefault(row["place_id"], []).append(row["school_id"])
    return {place: tuple(sorted(codes)) for place, codes in found.items()}


def _left(
    county: County, stage: str, land: Neighbourhood, codes: Sequence[str], years: Sequence[int], folk: People
) -> dict[str, tuple[NDArray[np.float64], int | None]]:
    index = {code: number for number, code in enumerate(codes)}
    told = zones_of(county, stage)
    travelled: dict[str, list[tuple[float, str]]] = {}
    for row in county["travel"].to_pylist():
        if row["km"] is not None and row["school_id"] in index:
            travelled.setdefault(row["place_id"], []).append((row["km"], row["school_id"]))
    found = {}
    for unit in land.unplaced:
        place = unit.place_id
        zoned = [code for code in told.get(place, ()) if code in index]
        stays = zoned[0] if zoned else min(travelled[place])[1] if place in travelled else None
        count = np.array([folk.seated.get((place, year), 0.0) for year in years])
        found[place] = (count, None if stays is None else index[stays])
    return found


def _table(told: Mapping[tuple[str, int], float], years: Sequence[int], places: Sequence[str]) -> NDArray[np.float64]:
    found = [[told.get((place, year), 0.0) for place in places] for year in years]
    return np.array(found, dtype=float).reshape(len(years), len(places))


def _number(told: float | None) -> float:
    return float("nan") if told is None else told
