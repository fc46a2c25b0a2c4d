"""Catchments in one piece in any case: grown from the schools, then settled place by place towards the seats.

For questions to which the exact solver has no answer in time: what is found here is in one piece, and its lack of seats
is not proven to be the smallest.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import components
from jiaoheng.plans.zones.problem import ZoneProblem

_NOISE = 1e-9


def settled(problem: ZoneProblem, seconds: float) -> NDArray[np.int64] | None:
    """An assignment in one piece with little lack of seats and little cost; None where a unit cannot be reached.

    From the areas that grow from the schools by least cost, single units at a border change sides as long as that takes
    from the lack of seats or, at the same lack, from the cost; a few rounds with costs shaken help out of dead ends.
    """
    began = time.monotonic()
    grown = _grown(problem, problem.cost)
    if grown is None:
        return None
    best = _descended(problem, grown, problem.cost, began + seconds)
    best_score = _score(problem, best)
    draw = np.random.default_rng(7)
    while time.monotonic() - began < seconds:
        shaken = problem.cost * draw.uniform(0.8, 1.25, problem.cost.shape)
        start = _descended(problem, list(best), shaken, began + seconds)
        found = _descended(problem, start, problem.cost, began + seconds)
        score = _score(problem, found)
        if score < best_score:
            best, best_score = found, score
    return np.array(best, dtype=np.int64)


def _score(problem: ZoneProblem, assignment: Sequence[int]) -> tuple[float, float]:
    load = _loads(problem, assignment)
    over = float(np.maximum(0.0, load - problem.capacity).max(axis=0).sum())
    return round(over, 6), float(sum(problem.cost[unit, site] for unit, site in enumerate(assignment)))


def _loads(problem: ZoneProblem, assignment: Sequence[int]) -> NDArray[np.float64]:
    """(cases, sites) pupils of each area."""
    return np.stack([np.bincount(np.array(assignment), each, problem.sites) for each in problem.demand])


def _grown(problem: ZoneProblem, cost: NDArray[np.float64]) -> list[int] | None:
    """Areas that grow from the schools' homes, always by the unit that costs least."""
    near = problem.near
    if near is None:
        return [int(site) for site in np.argmin(cost, axis=1)] if np.isfinite(cost).any(axis=1).all() else None
    found = [-1] * problem.units
    waiting = [(cost[unit, site], unit, site) for site, homes in enumerate(problem.homes) for unit in homes]
    heapq.heapify(waiting)
    while waiting:
        price, unit, site = heapq.heappop(waiting)
        if found[unit] >= 0 or not np.isfinite(price):
            continue
        found[unit] = site
        for other in near[unit]:
            if found[other] < 0:
                heapq.heappush(waiting, (cost[other, site], other, site))
    return None if min(found, default=0) < 0 else found


def _descended(problem: ZoneProblem, start: list[int], cost: NDArray[np.float64], until: float) -> list[int]:
    found, load = list(start), _loads(problem, start)
    changed = True
    while changed and time.monotonic() < until:
        changed = False
        for unit in range(problem.units):
            site = found[unit]
            for other in sorted(_around(problem, found, unit)):
                if other == site or not np.isfinite(cost[unit, other]):
                    continue
                gain = _gain(problem, load, cost, unit, site, other)
                if gain > (_NOISE, 0.0) or (gain[0] > -_NOISE and gain[1] > _NOISE):
                    if _leaves_apart(problem, found, unit, site):
                        continue
                    found[unit] = other
                    load[:, site] -= problem.demand[:, unit]
                    load[:, other] += problem.demand[:, unit]
                    site, changed = other, True
    return found


def _around(problem: ZoneProblem, found: Sequence[int], unit: int) -> set[int]:
    """The sites to which a unit could go and be in one piece with them."""
    if problem.near is None:
        return set(range(problem.sites))
    around = {found[other] for other in problem.near[unit]}
    return around | {site for site, homes in enumerate(problem.homes) if unit in homes}


def _gain(
    problem: ZoneProblem, load: NDArray[np.float64], cost: NDArray[np.float64], unit: int, site: int, other: int
) -> tuple[float, float]:
    """By how much the lack of seats and the cost shrink when a unit changes sides."""
    demand, capacity = problem.demand[:, unit], problem.capacity
    before = max(0.0, float(load[:, site].max() - capacity[site])) + max(
        0.0, float(load[:, other].max() - capacity[other])
    )
    after = max(0.0, float((load[:, site] - demand).max() - capacity[site])) + max(
        0.0, float((load[:, other] + demand).max() - capacity[other])
    )
    return before - after, float(cost[unit, site] - cost[unit, other])


def _leaves_apart(problem: ZoneProblem, found: Sequence[int], unit: int, site: int) -> bool:
    if problem.near is None:
        return False
    left = [number for number, own in enumerate(found) if own == site and number != unit]
    own = set(problem.homes[site])
    return any(not piece & own for piece in components(left, problem.near))
