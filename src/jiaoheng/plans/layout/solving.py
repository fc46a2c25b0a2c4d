"""The two questions of a layout: what must be added so that all fit, and which schools there are at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.problem import SitingProblem, SitingSolution
from jiaoheng.plans.layout.question import (
    Option,
    Question,
    Rules,
    Unit,
    banded,
    kept_options,
    layout_options,
    question,
    units_of,
)
from jiaoheng.plans.layout.solve import solve
from jiaoheng.plans.layout.terrain import Terrain
from jiaoheng.plans.zones.problem import ZoneProblem

Cases = Sequence[tuple[str, int]]
Told = Callable[[float, Mapping[str, Any]], None]


class Answered(msgspec.Struct, frozen=True):
    """A question answered: the option of each unit, None where there is none; ``value`` and ``bound`` yuan a year.

    ``lacking`` are seats short, by spot, the smallest sum, where nothing fits.
    """

    asked: Question
    options: NDArray[np.int64] | None
    value: float | None
    bound: float | None
    status: str
    solver: str
    lacking: Mapping[int, float] = {}

    @property
    def opened(self) -> tuple[int, ...]:
        """Options in use."""
        return () if self.options is None else tuple(sorted(set(self.options.tolist())))

    @property
    def spots(self) -> NDArray[np.int64]:
        """The spot of each unit."""
        assert self.options is not None
        return np.array([self.asked.options[option].spot for option in self.options.tolist()], dtype=np.int64)

    def added(self) -> dict[int, float]:
        """Seats built, by spot."""
        chosen = [self.asked.options[number] for number in self.opened]
        return {option.spot: option.added for option in chosen if option.added}


def all_fit(land: Terrain, rules: Rules, cases: Cases, seconds: float, tolerance: float, told: Told) -> Answered:
    """Every school kept: the cheapest seats to add, and schools to open, with which all fit in all cases."""
    options = kept_options(land, rules)
    return _answered(land, rules, options, cases, seconds, tolerance, told)


def last_layout(
    land: Terrain, rules: Rules, built: Mapping[int, float], cases: Cases, seconds: float, tolerance: float, told: Told
) -> Answered:
    """The cheapest layout, with what has been built in any case."""
    return _answered(land, rules, layout_options(land, rules, built), cases, seconds, tolerance, told)


def _answered(
    land: Terrain,
    rules: Rules,
    options: Sequence[Option],
    cases: Cases,
    seconds: float,
    tolerance: float,
    told: Told,
) -> Answered:
    """Solved with the lower grades of places apart where a teaching point is near; where two full schools then share
    a place between its grades, solved again with those places whole: the first value still bounds it.
    """
    began = time.monotonic()
    asked = question(land, rules, options, units_of(land, banded(land, rules, options)))
    found = solve(asked.problem(cases), seconds=seconds, tolerance=tolerance, told=told)
    if found.zones.assignment is None or found.zones.extra.any():
        return _short(asked, cases, found, seconds)
    first = _of(asked, found, found.zones.bound)
    whole = _whole(first)
    if whole is None:
        return first
    left = max(1.0, seconds - (time.monotonic() - began))
    again = question(land, rules, options, whole)
    second = solve(_pinned(again, first, cases), seconds=left, tolerance=tolerance, told=told)
    if second.zones.assignment is None or second.zones.extra.any():
        return first
    return _of(again, second, found.zones.bound)


def _of(asked: Question, found: SitingSolution, bound: float | None) -> Answered:
    return Answered(asked, found.zones.assignment, found.zones.value, bound, found.zones.status, found.zones.solver)


def _whole(first: Answered) -> tuple[Unit, ...] | None:
    """The units with the bands of a part together again, but for those whose lower grades are at a teaching point."""
    assert first.options is not None
    asked = first.asked
    made: list[Unit] = []
    split = False
    number = 0
    while number < len(asked.units):
        low = asked.units[number]
        if low.band == "low" and len(asked.land.bands) > 1:
            options = [asked.options[int(first.options[at])] for at in (number, number + 1)]
            if options[0].serves == ("low",):
                made += [low, asked.units[number + 1]]
            else:
                split = split or options[0].spot != options[1].spot
                made.append(msgspec.structs.replace(low, band="all"))
            number += 2
        else:
            made.append(low)
            number += 1
    return tuple(made) if split else None


def _pinned(again: Question, first: Answered, cases: Cases) -> SitingProblem:
    """The question with the schools that serve lower grades alone as they were found."""
    problem = again.problem(cases)
    chosen = {first.asked.options[number] for number in first.opened}
    cost = problem.zones.cost.copy()
    for column, option in enumerate(again.options):
        if option.serves == ("low",):
            rows = [n for n, unit in enumerate(again.units) if unit.band != "low"]
            cost[rows, column] = np.inf
            if option not in chosen:
                cost[:, column] = np.inf
    return msgspec.structs.replace(problem, zones=msgspec.structs.replace(problem.zones, cost=cost))


def _short(asked: Question, cases: Cases, found: SitingSolution, seconds: float) -> Answered:
    """Where nothing fits: the smallest sum of seats that is lacking, and where."""
    if found.zones.assignment is not None:
        spots = [option.spot for option in asked.options]
        lacking: dict[int, float] = {}
        for column, extra in enumerate(found.zones.extra):
            if extra > 0:
                lacking[spots[column]] = lacking.get(spots[column], 0.0) + float(extra)
        return Answered(asked, found.zones.assignment, None, None, "infeasible", found.zones.solver, lacking)
    if found.zones.status == "unfinished":
        return Answered(asked, None, None, found.zones.bound, "unfinished", found.zones.solver)
    problem = asked.problem(cases)
    chosen, lacking = fewest_seats(problem, asked, seconds)
    return Answered(asked, chosen, None, None, "infeasible", found.zones.solver, lacking)


def fewest_seats(
    problem: SitingProblem, asked: Question, seconds: float
) -> tuple[NDArray[np.int64] | None, dict[int, float]]:
    """Seats to add at each spot so that all units fit, the smallest sum first, then the shortest ways.

    Each option has a twin without a limit, in which each child costs more than any way; the units in it are those
    without a seat, and what a spot then lacks is counted anew.
    """
    zones = problem.zones
    finite = zones.cost[np.isfinite(zones.cost)]
    dear = (float(finite.max()) if finite.size else 1.0) + 1.0
    most = zones.demand.max(axis=0)
    twin = np.where(np.isfinite(zones.cost), zones.cost + dear * (1.0 + most[:, None]), np.inf)
    # Of the ways to run a school the largest has the twin.
    last = {option.spot: column for column, option in enumerate(asked.options)}
    columns = sorted(last.values())
    wide = ZoneProblem(
        demand=zones.demand,
        cost=np.hstack([zones.cost, twin[:, columns]]),
        capacity=np.concatenate([zones.capacity, np.full(len(columns), float(zones.demand.sum(axis=1).max()) + 1.0)]),
        homes=zones.homes + tuple(() for _ in columns),
        near=None,
    )
    wider = SitingProblem(
        wide,
        np.concatenate([problem.fixed, np.zeros(len(columns))]),
        np.zeros(wide.sites, dtype=bool),
        problem.at_most_one,
    )
    found = solve(wider, seconds=seconds, tolerance=0.001)
    if found.zones.assignment is None:
        return None, {}
    back = np.array([*range(zones.sites), *columns])
    chosen = back[found.zones.assignment]
    spots = np.array([option.spot for option in asked.options])[chosen]
    seats: dict[int, float] = {}
    for number in set(found.zones.assignment.tolist()):
        option = asked.options[int(back[number])]
        seats[option.spot] = max(seats.get(option.spot, 0.0), option.seats)
    lacking = {}
    for spot in sorted(set(spots.tolist())):
        load = max(float(case[spots == spot].sum()) for case in zones.demand)
        if load > seats[spot] + 1e-6:
            lacking[spot] = load - seats[spot]
    return chosen, lacking
