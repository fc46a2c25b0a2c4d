"""What a plan of catchments says: who goes where and why, how full the schools are, how long the ways."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.county.moves import Move
from jiaoheng.forecast import Forecast
from jiaoheng.plans.ground import Ground
from jiaoheng.plans.plan import PlacesAnswer, Seating, Served, WayMeasures
from jiaoheng.plans.zones.phasing import Phased, dealt
from jiaoheng.plans.zones.question import Question, longest, ways_of
from jiaoheng.plans.zones.reasons import why


class Drawn(msgspec.Struct, frozen=True):
    """Catchments as they came out: the site of each unit, what is lacking by site, who is where."""

    question: Question
    assignment: tuple[int, ...]
    extra: NDArray[np.float64]
    phased: Phased
    forecast: Forecast
    spread: frozenset[str] = frozenset()

    @property
    def sites(self) -> tuple[int, ...]:
        """The site of each place."""
        found = {place: site for unit, site in zip(self.question.units, self.assignment, strict=True) for place in unit}
        return tuple(found[place] for place in range(len(found)))


def answer(county: County, drawn: Drawn, notes: Sequence[tuple[str, str]]) -> PlacesAnswer:
    """All that is told besides the moves."""
    question, ground = drawn.question, drawn.question.ground
    sites = drawn.sites
    codes = [school.school_id for school in ground.schools]
    present = _present(ground)
    chosen = [question.sites[site].schools for site in sites]
    groups = tuple(tuple(codes[main] for main in site.mains) for site in question.sites if len(site.mains) > 1)
    first = ground.demand[ground.years.index(question.request.first)]
    changed = np.array([question.changes[place, site] for place, site in enumerate(sites)])
    places = [unit.place_id for unit in ground.map.places]
    return PlacesAnswer(
        stage=ground.stage,
        served=_served(county, drawn, present, chosen),
        seating=_seating(drawn, chosen),
        before=tuple(_measures(county, question, present, year) for year in _years(question)),
        after=tuple(_measures(county, question, chosen, year) for year in _years(question)),
        moved=float(first[changed].sum()),
        lacking=lacking(question, drawn.extra),
        islands=ground.map.islands,
        unplaced=tuple(ground.left),
        boundaries=ground.map.boundaries,
        groups=groups,
        areas=tuple(tuple(codes[school] for school in site.schools) for site in question.sites),
        next_to=ground.map.pairs(),
        links=ground.map.links,
        homes=tuple(
            (codes[school], tuple(places[place] for unit in homes for place in question.units[unit]))
            for site, homes in zip(question.sites, question.homes, strict=True)
            for school in site.schools
        ),
        notes=tuple(notes),
    )


def lacking(question: Question, extra: NDArray[np.float64]) -> tuple[tuple[str, float], ...]:
    """Whole seats that are short, by the main school of each area (of a group: the one with the most seats)."""
    ground = question.ground
    found = []
    for site, amount in zip(question.sites, extra, strict=True):
        if amount > 1e-6:
            seats = np.nan_to_num(ground.seats.min(axis=0), nan=0.0)
            where = max(site.mains, key=lambda number: (seats[number], -number))
            # Of the seats that are added a share is kept for migrant children as of the others.
            needed = math.ceil(float(amount) / (1 - question.request.migrants) - 1e-6)
            found.append((ground.schools[where].school_id, float(needed)))
    return tuple(found)


def zone_moves(county: County, question: Question, sites: Sequence[int], told: Mapping[str, Sequence[str]]
               ) -> tuple[Move, ...]:  # fmt: skip
    """A move for each place and school that it is newly given to; ``told`` are the county's catchments today.

    Where a place has several schools today or later, each that it loses goes with one that it gets; what then is left
    over is only lost (to a school that it has) or only gained.
    """
    ground = question.ground
    codes = [school.school_id for school in ground.schools]
    found: list[Move] = []
    for place, site in enumerate(sites):
        unit = ground.map.places[place].place_id
        now, then = list(told.get(unit, ())), [codes[number] for number in _named(question, place, site)]
        found += place_moves(unit, now, then, question.request.stage, question.request.first,
                             float(ground.demand[ground.years.index(question.request.first), place]))  # fmt: skip
    return tuple(found)


def place_moves(
    place: str, now: Sequence[str], then: Sequence[str], stage: str, year: int, children: float
) -> tuple[Move, ...]:
    """The moves that bring a place from its schools to others; ``amount`` is its children of the stage then."""
    lost, gained = [code for code in now if code not in then], [code for code in then if code not in now]
    # Two lists of different lengths: who is left over comes from nowhere, or goes to a school that the place has.
    pairs = [(lost[at] if at < len(lost) else "", gained[at] if at < len(gained) else then[0])
             for at in range(max(len(lost), len(gained)))]  # fmt: skip
    return tuple(
        Move("zone", year, code, float(round(children)), stage, begun=year, place_id=place, from_school=former)
        for former, code in pairs
    )


def _named(question: Question, place: int, site: int) -> tuple[int, ...]:
    """The schools that a place is given to: those that admit, with the teaching point that its children begin at."""
    own, ways = question.sites[site], question.ground.ways.km[place]
    points = [number for number in own.schools if number not in own.mains]
    closest = min(own.schools, key=lambda number: (np.nan_to_num(ways[number], nan=np.inf), number))
    return (*own.mains, closest) if closest in points else own.mains


def _present(ground: Ground) -> list[tuple[int, ...]]:
    return [tuple(now) for now in ground.present]


def _years(question: Question) -> tuple[int, ...]:
    return tuple(year for year in question.ground.years if year >= question.request.first)


def _served(
    county: County, drawn: Drawn, present: Sequence[tuple[int, ...]], chosen: Sequence[tuple[int, ...]]
) -> tuple[Served, ...]:
    question, ground, sites = drawn.question, drawn.question.ground, drawn.sites
    codes = [school.school_id for school in ground.schools]
    was_km, was_minutes = ways_of(county, ground, present)
    unit_of = {place: number for number, unit in enumerate(question.units) for place in unit}
    reasons = [
        why(question, drawn.assignment, drawn.extra, unit_of[place], place, set(drawn.spread))
        for place in range(len(sites))
    ]
    found = []
    for year in _years(question):
        at = ground.years.index(year)
        for place, unit in enumerate(ground.map.places):
            site, (codes_why, closest) = sites[place], reasons[place]
            named = _named(question, place, site)
            found.append(
                Served(
                    place_id=unit.place_id,
                    stage=ground.stage,
                    year=year,
                    children=float(ground.demand[at, place]),
                    schools=tuple(codes[number] for number in named),
                    km=_told(question.km[place, site]),
                    minutes=_told(question.minutes[place, site]),
                    travelled=bool(ground.ways.travelled[place, list(chosen[place])].any()),
                    before=tuple(codes[number] for number in present[place]),
                    before_km=_told(was_km[place]),
                    before_minutes=_told(was_minutes[place]),
                    why=codes_why,
                    nearest="" if closest is None else codes[question.sites[closest].mains[0]],
                    entered=float(drawn.phased.entered[at, place]),
                )
            )
    return tuple(found)


def _seating(drawn: Drawn, chosen: Sequence[tuple[int, ...]]) -> tuple[Seating, ...]:
    question, ground = drawn.question, drawn.question.ground
    grades = sorted({grade for _, _, grade in drawn.phased.pupils})
    shares = dealt(ground, chosen, grades)
    before = {(each.school_id, each.year, each.grade): each.pupils for each in drawn.forecast.grades}
    found = []
    for at, year in enumerate(ground.years):
        zoned = np.zeros(len(ground.schools))
        for place, children in enumerate(ground.demand[at]):
            for grade in grades:
                for school, share in shares[place][grade].items():
                    zoned[school] += float(children) * share / len(grades)
        for count, stays in ground.left.values():
            if stays is not None:
                zoned[stays] += count[at]
        for number, each in enumerate(ground.schools):
            code = each.school_id
            found.append(
                Seating(
                    school_id=code,
                    stage=ground.stage,
                    year=year,
                    seats=_told(ground.seats[at, number]),
                    pupils=sum(drawn.phased.pupils.get((code, year, grade), 0.0) for grade in grades),
                    pupils_before=sum(before.get((code, year, grade), 0.0) for grade in grades),
                    zoned=float(zoned[number]) if year >= question.request.first else None,
                    source=ground.seat_source[number],
                )
            )
    return tuple(found)


def _measures(county: County, question: Question, chosen: Sequence[Sequence[int]], year: int) -> WayMeasures:
    """The ways were all grades to go by these schools, and the children of areas beyond their seats."""
    ground = question.ground
    demand = ground.demand[ground.years.index(year)]
    km, minutes = ways_of(county, ground, chosen)
    there = demand > 0
    known = there & ~np.isnan(km)
    limit = longest(question.request)
    load: dict[tuple[int, ...], float] = {}
    for place, own in enumerate(chosen):
        area = question.of_school(own[0]) if own else None
        key = question.sites[area].schools if area is not None else tuple(own)
        load[key] = load.get(key, 0.0) + float(demand[place])
    seats = np.nan_to_num(ground.seats[ground.years.index(year)], nan=0.0)
    over = sum(max(0.0, pupils - float(seats[list(own)].sum())) for own, pupils in load.items())
    timed = minutes[there & ~np.isnan(minutes)]
    return WayMeasures(
        year=year,
        children=float(demand.sum()),
        mean_km=float((demand[known] * km[known]).sum() / demand[known].sum()) if known.any() else None,
        worst_km=float(km[known].max()) if known.any() else None,
        worst_minutes=float(timed.max()) if len(timed) else None,
        too_far=float(demand[there & (minutes > limit)].sum()) if limit is not None else 0.0,
        over_capacity=over,
        schools=len({number for place, own in enumerate(chosen) if there[place] for number in own}),
    )


def _told(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
