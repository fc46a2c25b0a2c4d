"""Plans for sites that are decided: their areas by the core of catchments; and sites moved within their areas."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.growth import grow
from jiaoheng.plans.layout.model import Pairs
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.search import Best, Layout, layout
from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.relaxing import relax
from jiaoheng.plans.zones.separators import Reach
from jiaoheng.plans.zones.solve import solve as areas

CLOSE = 1e-4
"""Areas of decided sites are near enough to the best at this part of their cost."""
MOVES = 20


def settle(problem: SitingProblem, found: Pairs, best: Best, opened: Sequence[int], seconds: float) -> bool:
    """Offer the best plan with these sites open that is found in so many seconds; whether it was better.

    Nothing is searched where the relaxation shows that the sites cannot give a better plan.
    """
    sites = np.array(opened, dtype=np.int64)
    if seconds <= 0.1 or not len(sites):
        return False
    part = _decided(problem, found, sites)
    opening = float(problem.fixed[sites].sum())
    if np.isfinite(best.below()) and _floor(part, seconds / 3) + opening >= best.below():
        return False
    said = areas(part, seconds, CLOSE)
    if said.assignment is None:
        return False
    return best.offer(layout(problem, sites[said.assignment], opened))


def _decided(problem: SitingProblem, found: Pairs, sites: NDArray[np.int64]) -> ZoneProblem:
    """The question of areas alone; with contiguity a site serves where it stands."""
    zones = problem.zones
    cost = np.where(found.number[:, sites] >= 0, zones.cost[:, sites], np.inf)
    homes = tuple(zones.homes[site] for site in sites.tolist())
    if zones.near is not None:
        for number, own in enumerate(homes):
            for home in own:
                cost[home, np.arange(len(sites)) != number] = np.inf
    return ZoneProblem(zones.demand, cost, zones.capacity[sites], homes, zones.near)


def _floor(part: ZoneProblem, seconds: float) -> float:
    """What no plan of these areas is below; inf where there is none."""
    ends = time.monotonic() + seconds
    allowed, reach = np.isfinite(part.cost), None
    if part.near is not None:
        reach = Reach(allowed, part.homes, part.near)
        allowed = reach.prune()
    if not allowed.any(axis=1).all():
        return np.inf
    return relax(part, allowed, reach, (), lambda: ends - time.monotonic()).bound


def relocated(problem: SitingProblem, found: Pairs, current: Layout) -> Layout | None:
    """The plan with each site moved to where it serves its area cheapest; None where none moves to gain."""
    zones, assignment, opened = problem.zones, current.assignment.copy(), set(current.opened)
    if problem.at_most_one:
        return None
    moved = False
    for site in current.opened:
        units = np.flatnonzero(assignment == site)
        if not len(units) or problem.must[site]:
            continue
        cost = np.where(found.number[units] >= 0, zones.cost[units], np.inf).sum(axis=0) + problem.fixed
        load = zones.demand[:, units].sum(axis=1).max()
        may = (zones.capacity >= load) & ~found.shut
        may[list(opened - {site})] = False
        if zones.near is not None:
            inside = set(units.tolist())
            may &= np.array([inside.issuperset(homes) for homes in zones.homes])
        target = int(np.where(may, cost, np.inf).argmin())
        if may[target] and target != site and cost[target] < cost[site]:
            assignment[units] = target
            opened = (opened - {site}) | {target}
            moved = True
    return layout(problem, assignment, tuple(sorted(opened))) if moved else None


def wander(problem: SitingProblem, found: Pairs, opened: Sequence[int], left: Callable[[], float]) -> tuple[int, ...]:
    """From these sites, areas grown and sites moved within them in turns, until nothing moves."""
    now = tuple(opened)
    for _ in range(MOVES):
        assignment = grow(problem, found, now)
        plan = None if assignment is None else layout(problem, assignment, now)
        plan = None if plan is None else relocated(problem, found, plan)
        if plan is None or left() <= 0:
            return now
        now = plan.opened
    return now
