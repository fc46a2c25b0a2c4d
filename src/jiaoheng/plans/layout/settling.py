"""Plans for sites that are decided: their areas by the core of catchments; and sites moved within their areas."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.growth import grow
from jiaoheng.plans.layout.model import Pairs
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.search import Best, Layout, layout
from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.relaxing import relax
from jiaoheng.plans.zones.solve import solve as areas

CLOSE = 1e-4
"""Areas of decided sites are near enough to the best at this part of their cost."""
WIDTHS = (5e-4, 2e-3, 1e-2, np.inf)
"""Pairs of unit and site that cost at most this part of the whole more than the relaxation: few first, then more."""
SMALL = 8_000
"""With so many pairs all are looked at from the start."""
MOVES = 20


def settle(
    problem: SitingProblem,
    found: Pairs,
    best: Best,
    opened: Sequence[int],
    seconds: float,
    *,
    widths: Sequence[float] = WIDTHS,
    close: float = CLOSE,
) -> bool:
    """Offer the best plan with these sites open that is found in so many seconds; whether it was better.

    Nothing is searched where the relaxation shows that the sites cannot give a better plan. Of ``widths`` the first is
    taken with which there is a plan.
    """
    ends = time.monotonic() + seconds
    sites = np.array(opened, dtype=np.int64)
    if not len(sites):
        return False
    part = _decided(problem, found, sites)
    if not np.isfinite(part.cost).any(axis=1).all():
        return False
    relaxed = relax(part, np.isfinite(part.cost), None, (), lambda: seconds)
    if relaxed.bound + float(problem.fixed[sites].sum()) >= best.below():
        return False
    for width in widths if np.isfinite(part.cost).sum() > SMALL else (np.inf,):
        room = ends - time.monotonic()
        if room <= 0.1:
            return False
        said = areas(_narrow(part, relaxed.reduced, width * abs(relaxed.bound)), room, close)
        if said.assignment is not None:
            gained = best.offer(layout(problem, sites[said.assignment], opened))
            if not said.extra.any():
                return gained
    return False


def _narrow(part: ZoneProblem, reduced: NDArray[np.float64], most: float) -> ZoneProblem:
    kept = reduced <= most
    for site, homes in enumerate(part.homes):
        kept[list(homes), site] = True
    return msgspec.structs.replace(part, cost=np.where(kept, part.cost, np.inf))


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
