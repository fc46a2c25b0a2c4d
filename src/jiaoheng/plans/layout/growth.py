"""A first plan for given open sites: areas grow from where the sites stand, the nearest unit first."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import stranded
from jiaoheng.plans.layout.model import Pairs
from jiaoheng.plans.layout.problem import SitingProblem


def grow(problem: SitingProblem, found: Pairs, opened: Sequence[int]) -> NDArray[np.int64] | None:
    """Every unit to one of the open sites, areas in one piece; within capacity as long as that goes, then beyond it.

    None where the open sites cannot serve all units whatever the capacity.
    """
    zones = problem.zones
    weight = np.maximum(zones.demand.max(axis=0), 1e-9)
    length = np.where(found.number >= 0, zones.cost / weight[:, None], np.inf)
    assignment = np.full(zones.units, -1)
    load = np.zeros((len(zones.demand), zones.sites))
    if zones.near is not None:
        for site in opened:
            for home in zones.homes[site]:
                if assignment[home] >= 0 or found.number[home, site] < 0:
                    return None
                assignment[home] = site
                load[:, site] += zones.demand[:, home]
    return _filled(problem, length, assignment, load, opened)


def promising(problem: SitingProblem, found: Pairs, share: NDArray[np.float64]) -> tuple[int, ...]:
    """Sites to open where nothing better is known: most of ``share`` (sites,) first, until there is room enough."""
    zones, opened = problem.zones, set(np.flatnonzero(problem.must).tolist())
    need = zones.demand.sum(axis=1).max() * 1.02
    for site in np.argsort(-share, kind="stable").tolist():
        enough = (
            zones.capacity[list(opened)].sum() >= need if problem.exactly is None else len(opened) >= problem.exactly
        )
        if enough:
            break
        beside = any(site in group and opened & set(group) for group in problem.at_most_one)
        if not (found.shut[site] or beside):
            opened.add(site)
    return tuple(sorted(opened))


def mend(
    problem: SitingProblem, found: Pairs, assignment: NDArray[np.int64], opened: Sequence[int]
) -> NDArray[np.int64] | None:
    """The plan with every piece that is cut off from its site given to areas beside it; None where that cannot be."""
    zones = problem.zones
    assignment = assignment.copy()
    if zones.near is not None:
        assignment[list(stranded(assignment.tolist(), zones.homes, zones.near))] = -1
    weight = np.maximum(zones.demand.max(axis=0), 1e-9)
    length = np.where(found.number >= 0, zones.cost / weight[:, None], np.inf)
    kept = assignment >= 0
    load = np.array([np.bincount(assignment[kept], case[kept], zones.sites) for case in zones.demand])
    return _filled(problem, length, assignment, load, opened)


def _filled(
    problem: SitingProblem,
    length: NDArray[np.float64],
    assignment: NDArray[np.int64],
    load: NDArray[np.float64],
    opened: Sequence[int],
) -> NDArray[np.int64] | None:
    for strict in (True, False):
        _spread(problem, length, assignment, load, opened, strict)
    return assignment if (assignment >= 0).all() else None


def _spread(
    problem: SitingProblem,
    length: NDArray[np.float64],
    assignment: NDArray[np.int64],
    load: NDArray[np.float64],
    opened: Sequence[int],
    strict: bool,
) -> None:
    zones, near = problem.zones, problem.zones.near
    queue: list[tuple[float, int, int]] = []

    def offer(unit: int, site: int) -> None:
        if assignment[unit] < 0 and np.isfinite(length[unit, site]):
            heapq.heappush(queue, (float(length[unit, site]), unit, site))

    if near is None:
        for unit in np.flatnonzero(assignment < 0).tolist():
            for site in opened:
                offer(unit, site)
    else:
        for unit in np.flatnonzero(assignment >= 0).tolist():
            for other in near[unit]:
                offer(other, int(assignment[unit]))
    while queue:
        _, unit, site = heapq.heappop(queue)
        if assignment[unit] >= 0:
            continue
        if strict and (load[:, site] + zones.demand[:, unit] > zones.capacity[site]).any():
            continue
        assignment[unit] = site
        load[:, site] += zones.demand[:, unit]
        for other in near[unit] if near is not None else ():
            offer(other, site)
