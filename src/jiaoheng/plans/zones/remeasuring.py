"""A plan of catchments after places were given to other schools by hand: the same figures, at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec
import numpy as np

from jiaoheng.county import County
from jiaoheng.plans.distances import point_of
from jiaoheng.plans.graph import neighbours, stranded
from jiaoheng.plans.ground import ways, zones_of
from jiaoheng.plans.plan import PlacesAnswer, Plan, Seating, Served, WayMeasures
from jiaoheng.plans.zones.answering import place_moves
from jiaoheng.plans.zones.errors import ZonesError

_NOISE = 1e-6


def remeasured(plan: Plan, county: County, changes: Mapping[str, str]) -> Plan:
    """The plan with places (by code) given to other schools: moves, ways, seats and what that breaks.

    The rest of the plan stays as it is; the certificate keeps its bound and holds no plan to be optimal any more. A
    school of a group stands for its group. ``places.warnings`` are ``apart`` (a place that no longer hangs together
    with its school), ``over`` (a school whose catchment holds more children than it has seats) and ``unfixed`` (a place
    that was to stay with a school). ``after`` is empty: what the assessment says of the change is not known until the
    catchments are planned with these places fixed.

    Raises ``ZonesError`` for another plan, and for a place or school that it does not know.
    """
    places = plan.places
    if plan.planner != "zones" or places is None:
        raise ZonesError("not_a_zone_plan")
    group_of = _groups(places)
    known = {each.place_id for each in places.served}
    for place, school in changes.items():
        if place not in known:
            raise ZonesError("place", wanted=place)
        if school not in group_of:
            raise ZonesError("school", option=place, wanted=school)
    served = _served(county, places, {place: group_of[school] for place, school in changes.items()}, plan)
    seating = _seating(places, served)
    told = zones_of(county, places.stage)
    first = min(each.year for each in served)
    now = {each.place_id: each for each in served if each.year == first}
    objective = _objective(plan, served)
    certificate = msgspec.structs.replace(
        plan.certificate,
        status="feasible",
        objective=objective,
        gap=None if plan.certificate.bound is None or not objective
        else max(0.0, objective - plan.certificate.bound) / objective,
    )  # fmt: skip
    answer = msgspec.structs.replace(
        places,
        served=served,
        seating=seating,
        after=_after(places, served, seating),
        moved=sum(each.children for each in now.values() if not set(each.schools) & set(each.before)),
        warnings=_warnings(plan, places, now, seating),
    )
    moves = tuple(
        move
        for place, each in now.items()
        for move in place_moves(place, told.get(place, ()), each.schools, places.stage, first, each.children)
    )
    return msgspec.structs.replace(plan, moves=moves, certificate=certificate, after=(), places=answer)


def _groups(places: PlacesAnswer) -> dict[str, tuple[str, ...]]:
    """The schools that a place gets with each school."""
    found = {each.school_id: (each.school_id,) for each in places.seating}
    return found | {school: group for group in places.groups for school in group}


def _served(
    county: County, places: PlacesAnswer, changes: Mapping[str, tuple[str, ...]], plan: Plan
) -> tuple[Served, ...]:
    if not changes:
        return places.served
    rows = {row["place_id"]: row for row in county["places"].to_pylist()}
    schools = {row["school_id"]: row for row in county["schools"].to_pylist()}
    wanted = sorted({school for group in changes.values() for school in group})
    here = {place: point_of(rows[place], "lon", "lat") for place in changes}
    if any(point is None for point in here.values()):
        here = _by_polygon(county, here)
    there = {school: point_of(schools[school], "lon", "lat") for school in wanted}
    speed = float(plan.request.get("speed", 20.0))
    way = ways(county, here, there, speed)
    row_of, column = {place: at for at, place in enumerate(here)}, {school: at for at, school in enumerate(there)}
    found = []
    for each in places.served:
        group = changes.get(each.place_id)
        if group is None or set(group) & set(each.schools):
            found.append(each)
            continue
        at, own = row_of[each.place_id], [column[school] for school in group]
        km, minutes = way.km[at, own], way.minutes[at, own]
        best = min(range(len(own)), key=lambda number: (np.nan_to_num(km[number], nan=np.inf), number))
        found.append(
            msgspec.structs.replace(
                each,
                schools=group,
                km=None if np.isnan(km[best]) else float(km[best]),
                minutes=None if np.isnan(minutes[best]) else float(minutes[best]),
                travelled=bool(way.travelled[at, own].any()),
                why=("fixed",),
                nearest=each.nearest or (each.schools[0] if "nearest" in each.why else ""),
            )
        )
    return tuple(found)


def _by_polygon(
    county: County, here: Mapping[str, tuple[float, float] | None]
) -> dict[str, tuple[float, float] | None]:
    """Points of places that have only a polygon."""
    from jiaoheng.plans.ground.shapes import shapes
    from jiaoheng.plans.ground.units import units

    found = shapes(county, [unit for unit in units(county) if unit.place_id in here]).points
    return {place: point or found.get(place) for place, point in here.items()}


def _seating(places: PlacesAnswer, served: tuple[Served, ...]) -> tuple[Seating, ...]:
    """Seats with the children of moved places taken from one area and given to another, by seats within a group."""
    seats: defaultdict[str, list[float]] = defaultdict(list)
    for seating in places.seating:
        seats[seating.school_id].append(seating.seats or 0.0)
    least = {school: min(each) for school, each in seats.items()}
    more: defaultdict[tuple[str, int], float] = defaultdict(float)
    entered: defaultdict[tuple[str, int], float] = defaultdict(float)
    for old, new in zip(places.served, served, strict=True):
        if old.schools == new.schools:
            continue
        for schools, sign in ((old.schools, -1.0), (new.schools, 1.0)):
            whole = sum(least.get(school, 0.0) for school in schools)
            for school in schools:
                share = least.get(school, 0.0) / whole if whole else 1 / len(schools)
                more[school, new.year] += sign * share * new.children
                entered[school, new.year] += sign * share * (new.entered or 0.0)
    return tuple(
        msgspec.structs.replace(
            each,
            pupils=each.pupils + entered[each.school_id, each.year],
            zoned=None if each.zoned is None else each.zoned + more[each.school_id, each.year],
        )
        if (each.school_id, each.year) in more
        else each
        for each in places.seating
    )


def _after(places: PlacesAnswer, served: tuple[Served, ...], seating: tuple[Seating, ...]) -> tuple[WayMeasures, ...]:
    found = []
    over = _over(places, seating)
    for measure in places.after:
        rows = [each for each in served if each.year == measure.year and each.children > 0]
        known = [each for each in rows if each.km is not None]
        walked = sum(each.children for each in known)
        found.append(
            msgspec.structs.replace(
                measure,
                mean_km=sum(each.children * (each.km or 0.0) for each in known) / walked if walked else None,
                worst_km=max((each.km or 0.0 for each in known), default=None),
                worst_minutes=max((each.minutes for each in rows if each.minutes is not None), default=None),
                over_capacity=sum(amount for (_, year), amount in over.items() if year == measure.year),
                schools=len({school for each in rows for school in each.schools}),
            )
        )
    return tuple(found)


def _over(places: PlacesAnswer, seating: tuple[Seating, ...]) -> dict[tuple[str, int], float]:
    """Children beyond the seats of each area and year, by its first school."""
    group_of = {school: area for area in places.areas for school in area}
    load: defaultdict[tuple[str, int], float] = defaultdict(float)
    for each in seating:
        if each.zoned is not None:
            load[group_of.get(each.school_id, (each.school_id,))[0], each.year] += each.zoned - (each.seats or 0.0)
    return {where: amount for where, amount in load.items() if amount > _NOISE}


def _warnings(
    plan: Plan, places: PlacesAnswer, now: Mapping[str, Served], seating: tuple[Seating, ...]
) -> tuple[tuple[str, str], ...]:
    index = {place: number for number, place in enumerate(now)}
    near = neighbours(len(index), ((index[one], index[other]) for one, other in places.next_to))
    homes = dict(places.homes)
    area_of = {school: number for number, area in enumerate(places.areas) for school in area}
    stand = [[index[place] for place in homes.get(area[0], ()) if place in index] for area in places.areas]
    found = []
    if plan.request.get("contiguous", True):
        lost = stranded([area_of[each.schools[0]] for each in now.values()], stand, near)
        found += [("apart", place) for place, number in index.items() if number in lost]
    found += [("over", school) for school in sorted({school for school, _ in _over(places, seating)})]
    fixed: Mapping[str, str] = plan.request.get("fixed", {})
    found += [
        ("unfixed", place) for place, school in fixed.items() if place in now and school not in now[place].schools
    ]
    return tuple(found)


def _objective(plan: Plan, served: tuple[Served, ...]) -> float | None:
    """The plan's cost with what the ways and changes of the moved places add to it, by the mean year's children."""
    assert plan.places is not None
    value = plan.certificate.objective
    years = len({each.year for each in served})
    keep = float(plan.request.get("keep", 0.0))
    for old, new in zip(plan.places.served, served, strict=True):
        if value is None or old.schools == new.schools:
            continue
        if old.km is None or new.km is None:
            return None
        moved = (not set(new.schools) & set(new.before)) - (not set(old.schools) & set(old.before))
        value += new.children / years * (new.km - old.km + keep * moved)
    return value
