"""The question of a county's catchments, made into plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.plans.graph import Neighbours, neighbours
from jiaoheng.plans.ground import Ground, nearest, stage_grades, zones_of
from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.request import ZonesRequest

NOBODY = 0.01
"""What a place without children counts, as a part of a child: so that it still goes where it belongs."""


class Site(msgspec.Struct, frozen=True):
    """One area's schools: ``mains`` admit together; ``schools`` are they and their teaching points."""

    mains: tuple[int, ...]
    schools: tuple[int, ...]


class Question(msgspec.Struct, frozen=True):
    """What is asked. ``units`` are the places that go together, by their numbers; ``near`` is theirs.

    ``km`` and ``minutes`` are (places, sites), the mean over the stage's grades. ``changes`` (places, sites): whether
    children there would go to another school than today. ``capacity`` (sites,) are seats less those that are kept.
    """

    ground: Ground
    request: ZonesRequest
    sites: tuple[Site, ...]
    units: tuple[tuple[int, ...], ...]
    near: Neighbours
    homes: tuple[tuple[int, ...], ...]
    weight: NDArray[np.float64]
    km: NDArray[np.float64]
    minutes: NDArray[np.float64]
    changes: NDArray[np.bool_]
    capacity: NDArray[np.float64]
    problem: ZoneProblem
    lost_limit: bool = False

    def of_school(self, school: int) -> int | None:
        """The site that a school belongs to."""
        return next((number for number, site in enumerate(self.sites) if school in site.schools), None)


def sites(ground: Ground, groups: Sequence[Sequence[str]]) -> tuple[Site, ...]:
    """The areas' schools: each that teaches the whole stage, with the teaching points that lead to it; groups joined.

    A teaching point without a main school leads to the nearest. Schools whose place is not known are no sites.
    """
    index = ground.school_index
    placed = [number for number, school in enumerate(ground.schools) if school.home is not None]
    whole = [number for number in placed if ground.schools[number].whole]
    points: dict[int, list[int]] = {}
    for number in placed:
        school = ground.schools[number]
        if school.whole:
            continue
        main = index.get(school.main)
        if main is None or main not in whole:
            main = _closest(ground, school.home, whole)
        if main is not None:
            points.setdefault(main, []).append(number)
    together = [tuple(sorted(index[code] for code in group)) for group in groups]
    grouped = {number for group in together for number in group}
    mains = [*together, *((number,) for number in whole if number not in grouped)]
    return tuple(
        Site(group, tuple(sorted({*group, *(point for main in group for point in points.get(main, ()))})))
        for group in sorted(mains)
    )


def ask(
    county: County, ground: Ground, request: ZonesRequest, together: Sequence[Sequence[str]], *, limit: bool = True,
    detour: bool = False,
) -> Question:  # fmt: skip
    """The question in numbers; ``together`` are the groups. ``limit``: ways beyond the longest are ruled out.

    ``detour``: so are ways that are too much longer than to the nearest school, but to the present one.

    Raises ``ZonesError`` where the request names what is not there.
    """
    _verify(ground, request, together)
    areas = sites(ground, together)
    units = _composed(county, ground) if request.feeder else tuple((at,) for at in range(len(ground.map.places)))
    home_of = {place: number for number, unit in enumerate(units) for place in unit}
    near = neighbours(
        len(units), ((home_of[one], home_of[two]) for one, many in enumerate(ground.map.near) for two in many)
    )
    km, minutes = _ways(county, ground, [site.schools for site in areas])
    weight = np.maximum(in_force(ground, request).mean(axis=0), NOBODY)
    changes = np.array(
        [[not set(now) & set(site.schools) for site in areas] for now in ground.present], dtype=bool
    ).reshape(len(ground.present), len(areas))
    moving = changes & (np.array(ground.present_by) == "zones")[:, None]
    each = weight[:, None] * (np.where(np.isnan(km), np.inf, km) + request.keep * moving)
    capacity = _capacity(ground, areas, request)
    free = each
    each = _at_home(free, ground, request, areas, capacity)
    if detour:
        each = _near_by(each, request.detour, km, changes)
    each = _ruled_out(each, free, ground, request, areas, minutes, km, limit=limit)
    homes = _homes(ground, areas, home_of, near)
    return Question(
        ground, request, areas, units, near, homes, weight, km, minutes, changes, capacity,
        ZoneProblem(
            demand=np.stack([in_force(ground, request)[:, list(unit)].sum(axis=1) for unit in units], axis=1),
            cost=np.stack([each[list(unit)].sum(axis=0) for unit in units]),
            capacity=capacity,
            homes=homes,
            near=near if request.contiguous else None,
        ),
        not limit,
    )  # fmt: skip


def in_force(ground: Ground, request: ZonesRequest) -> NDArray[np.float64]:
    """The demand (years, places) of the years in which the catchments are in force."""
    return ground.demand[ground.years.index(request.first) :]


def ways_of(county: County, ground: Ground, schools: Sequence[Sequence[int]]) -> tuple[NDArray[np.float64], ...]:
    """Kilometres and minutes (places,) of each place to its own list of schools, the mean over the stage's grades."""
    km, minutes = np.full(len(schools), np.nan), np.full(len(schools), np.nan)
    for place, own in enumerate(schools):
        if own:
            found = _ways(county, ground, [own], [place])
            km[place], minutes[place] = found[0][0, 0], found[1][0, 0]
    return km, minutes


def _ways(
    county: County, ground: Ground, groups: Sequence[Sequence[int]], places: Sequence[int] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(places, groups): of each grade the way to the nearest school of the group that teaches it, then their mean."""
    grades = stage_grades(ground.stage, county.primary_grades) or (0,)
    rows = slice(None) if places is None else list(places)
    found = []
    for table in (ground.ways.km[rows], ground.ways.minutes[rows]):
        columns = []
        for group in groups:
            by_grade = []
            for grade in grades:
                own = [number for number in group if _teaches(ground, number, grade)] or list(group)
                by_grade.append(np.fmin.reduce(table[:, own], axis=1))
            columns.append(np.mean(by_grade, axis=0))
        found.append(np.stack(columns, axis=1))
    return found[0], found[1]


def _teaches(ground: Ground, number: int, grade: int) -> bool:
    school = ground.schools[number]
    return school.whole or grade in school.grades


def longest(request: ZonesRequest) -> float | None:
    """The longest way in minutes that holds for the whole stage, None where none was asked for."""
    bands = {"primary": ("low", "high"), "junior": ("high",)}.get(request.stage, ())
    told = [request.most_minutes[key] for key in (*bands, request.stage) if key in request.most_minutes]
    return min(told) if told else None


def _ruled_out(
    cost: NDArray[np.float64], free: NDArray[np.float64], ground: Ground, request: ZonesRequest, areas: Sequence[Site],
    minutes: NDArray[np.float64], km: NDArray[np.float64], *, limit: bool,
) -> NDArray[np.float64]:  # fmt: skip
    """Costs with infinite ones: for too long a way (never the nearest), and for a school other than the fixed one."""
    found = cost.copy()
    most = longest(request)
    if limit and most is not None:
        closest = np.argmin(np.where(np.isnan(km), np.inf, km), axis=1)
        far = ~(minutes <= most)
        far[np.arange(len(far)), closest] = False
        far[np.isfinite(cost).sum(axis=1) == 1] = False
        found[far] = np.inf
    index = ground.map.index
    for place, school in request.fixed.items():
        own = [ground.school_index[school] in site.schools for site in areas]
        row = np.where(own, free[index[place]], np.inf)
        found[index[place]] = row
    return found


def _near_by(
    cost: NDArray[np.float64], detour: float, km: NDArray[np.float64], changes: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Costs with infinite ones for ways that much longer than the shortest; a place with no other way keeps its own."""
    known = np.where(np.isnan(km), np.inf, km)
    far = changes & (known > known.min(axis=1, initial=np.inf)[:, None] + detour)
    far[~np.isfinite(np.where(far, np.inf, cost)).any(axis=1)] = False
    return np.where(far, np.inf, cost)


def _at_home(
    cost: NDArray[np.float64], ground: Ground, request: ZonesRequest, areas: Sequence[Site],
    capacity: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """A place with one school goes to it where that has the seats: no school is left with nobody for a shorter way."""
    found = cost.copy()
    for place, site in owners(ground, areas).items():
        if in_force(ground, request)[:, place].max() <= capacity[site]:
            others = np.arange(len(areas)) != site
            found[place, others] = np.inf
    return found


def owners(ground: Ground, areas: Sequence[Site]) -> dict[int, int]:
    """The places in which one area's main schools stand and no other's, with that area."""
    found: dict[int, set[int]] = {}
    for number, site in enumerate(areas):
        for main in site.mains:
            home = ground.schools[main].home
            if home is not None:
                found.setdefault(home, set()).add(number)
    return {place: min(sites) for place, sites in found.items() if len(sites) == 1}


def _capacity(ground: Ground, areas: Sequence[Site], request: ZonesRequest) -> NDArray[np.float64]:
    """Seats of each area in the year with the fewest, less those for migrant children and for places not drawn."""
    seats = np.nan_to_num(ground.seats, nan=0.0)
    taken = np.zeros_like(seats)
    for count, school in ground.left.values():
        if school is not None:
            taken[:, school] += count
    free = (seats * (1 - request.migrants) - taken)[ground.years.index(request.first) :]
    return np.array([max(0.0, float(free[:, list(site.schools)].sum(axis=1).min())) for site in areas])


def _homes(
    ground: Ground, areas: Sequence[Site], home_of: Mapping[int, int], near: Neighbours
) -> tuple[tuple[int, ...], ...]:
    """The units that each area may hang on: where its schools stand, and next to it where another area's stand too."""
    stand = [{home_of[home] for school in site.schools if (home := ground.schools[school].home) is not None}
             for site in areas]  # fmt: skip
    shared = {unit for one in stand for unit in one if sum(unit in other for other in stand) > 1}
    return tuple(
        tuple(sorted(own.union(*(near[unit] for unit in own & shared)) if own & shared else own)) for own in stand
    )


def _composed(county: County, ground: Ground) -> tuple[tuple[int, ...], ...]:
    """The places of each primary catchment together: by ``zones``, else by the nearest primary school."""
    from jiaoheng.plans.ground import ground as stand_on

    told = zones_of(county, "primary")
    base = stand_on(county, "primary", ground.years, around=ground.map)
    near = nearest(base.ways)
    found: dict[tuple[str, ...], list[int]] = {}
    for number, unit in enumerate(ground.map.places):
        closest = near[number]
        fallback = () if closest is None else (base.schools[closest].school_id,)
        found.setdefault(told.get(unit.place_id) or fallback or (unit.place_id,), []).append(number)
    return tuple(tuple(members) for _, members in sorted(found.items(), key=lambda each: each[1]))


def _closest(ground: Ground, home: int | None, among: Sequence[int]) -> int | None:
    if home is None or not among:
        return None
    row = ground.ways.km[home, list(among)]
    return None if np.isnan(row).all() else among[int(np.nanargmin(row))]


def _verify(ground: Ground, request: ZonesRequest, together: Sequence[Sequence[str]]) -> None:
    index = ground.school_index
    known = {code for code, number in index.items() if ground.schools[number].home is not None}
    whole = {code for code in known if ground.schools[index[code]].whole}
    seen: set[str] = set()
    for group in together:
        for code in group:
            if code not in whole:
                raise ZonesError("school", option="--group", wanted=code)
            if code in seen:
                raise ZonesError("twice", wanted=code)
            seen.add(code)
    for code in request.spread:
        if code not in whole:
            raise ZonesError("school", option="--spread", wanted=code)
    for place, code in request.fixed.items():
        if code not in known:
            raise ZonesError("school", option="--fix", wanted=code)
        if place not in ground.map.index:
            raise ZonesError("place", wanted=place)
