"""Large neighbourhood search: some neighbouring areas are freed and shared out anew, exactly, again and again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.program import INFINITY, Programme, lacking
from jiaoheng.plans.zones.separators import Cut, neighbour_cuts, of_plan
from jiaoheng.plans.zones.shared import Shared

FIRST_WIDTHS = (1e-3, 4e-3, 1.6e-2)
"""How dear a pair may be for the first plan, as shares of the relaxation's bound."""


def search(shared: Shared, left: Callable[[], float], seed: int = 0) -> None:
    """Improve the best plan until time is up or the proof has closed."""
    chance = random.Random(seed)
    problem = shared.problem
    size, idle, patience = 3, 0, 1.5
    failed = 0
    tried: dict[frozenset[int], int] = {}
    first_plan(shared, left)
    while left() > 0.1 and not shared.closed and shared.full is not None:
        guide, shared.guide = shared.guide, None
        if guide is not None:
            better = follow(shared, guide, min(left(), 4 * patience))
            continue
        size = min(max(size, 2), problem.sites)
        chosen = choose(shared, chance, size)
        version = hash(shared.full[np.isin(shared.full, list(chosen))].tobytes())
        if tried.get(chosen) == version:
            idle += 1
            if idle > 12 * size:
                size, idle = size + 1, 0
                shared.search_wider()
                tried.clear()
                if size > min(problem.sites, 7):
                    size = 3
            time.sleep(0.001)
            continue
        better, finished = share_out(shared, chosen, min(left(), patience))
        if not better:
            tried[chosen] = version
            if finished and len(chosen) == problem.sites:
                # All of it solved exactly: only dearer pairs could still be of use.
                if not shared.search_wider():
                    return
                tried.clear()
        idle = 0 if better else idle + 1
        if not better and not finished:
            failed += 1
            if failed > 3 * problem.sites:
                patience, failed = patience * 1.5, 0
                tried.clear()


def choose(shared: Shared, chance: random.Random, size: int) -> frozenset[int]:
    """Sites whose areas lie beside each other, begun where capacity lacks or by chance."""
    plan, problem = shared.full, shared.problem
    assert plan is not None
    beside = np.zeros((problem.sites, problem.sites))
    useful = shared.likely()
    for unit in range(problem.units):
        others = np.flatnonzero(useful[unit])
        beside[plan[unit], others] += 1
    beside += beside.T
    np.fill_diagonal(beside, 0)
    extra = lacking(problem, plan)
    over = np.flatnonzero(extra > 0)
    first = chance.choice(over.tolist()) if len(over) and chance.random() < 0.7 else chance.randrange(problem.sites)
    chosen = [first]
    while len(chosen) < size:
        weight = beside[chosen].sum(axis=0)
        weight[chosen] = 0
        if weight.sum() <= 0:
            rest = [site for site in range(problem.sites) if site not in chosen]
            chosen.append(chance.choice(rest))
        else:
            chosen.append(chance.choices(range(problem.sites), weights=np.sqrt(weight).tolist())[0])
    return frozenset(chosen)


def first_plan(shared: Shared, left: Callable[[], float]) -> None:
    """A plan that lacks nothing, from the whole programme over few pairs, then more."""
    every = frozenset(range(shared.problem.sites))
    for width in FIRST_WIDTHS:
        if left() <= 0 or shared.plan is not None or shared.full is None:
            return
        share_out(shared, every, min(left(), 3.0 + left() / 15), width * abs(shared.floor), 5e-4)


def follow(shared: Shared, guide: NDArray[np.int64], seconds: float) -> bool:
    """Free the units on which the best plan and a cheaper one in pieces differ, and those beside them."""
    plan, problem = shared.full, shared.problem
    assert plan is not None
    only = plan != guide
    if problem.near is not None:
        for unit in np.flatnonzero(plan != guide).tolist():
            only[list(problem.near[unit])] = True
    return share_out(shared, frozenset(range(problem.sites)), seconds, only=only)[0]


def share_out(
    shared: Shared,
    chosen: frozenset[int],
    seconds: float,
    width: float = INFINITY,
    gap: float = 1e-6,
    only: NDArray[np.bool_] | None = None,
) -> tuple[bool, bool]:
    """Solve the areas of these sites anew with all others as they are; whether it is better, and whether exactly."""
    problem, plan, reach = shared.problem, shared.full, shared.reach
    assert plan is not None
    ends = time.monotonic() + seconds
    sites = np.zeros(problem.sites, dtype=bool)
    sites[list(chosen)] = True
    own = np.zeros((problem.units, problem.sites), dtype=bool)
    own[np.arange(problem.units), plan] = True
    free = sites[plan]
    moving = free if only is None else free & only
    allowed = own | (shared.likely() & (shared.first[1] <= width) & moving[:, None] & sites[None, :])
    price = shared.price if lacking(problem, plan).any() else None
    units, of_sites = np.flatnonzero(free), np.flatnonzero(sites)
    part = _part(problem, units, of_sites)
    programme = Programme(part, allowed[np.ix_(units, of_sites)], price=price)
    local = _Local(units, of_sites)
    programme.add(local.cuts(shared.known()))
    if reach is not None:
        # While capacity lacks, the nearer-by-order rule: plans come out in one piece at the first solve.
        order = shared.order if price is not None else None
        programme.add(local.cuts(neighbour_cuts(allowed, reach, of_sites.tolist(), order)))
    start = local.site_number[plan[units]]
    for _ in range(30):
        room = ends - time.monotonic()
        if room <= 0.05:
            return False, False
        found = programme.whole(room, gap, start=start)
        if found.assignment is None:
            return False, found.state == "infeasible"
        whole = plan.copy()
        whole[units] = of_sites[found.assignment]
        new = of_plan(whole.tolist(), reach) if reach is not None else []
        new = [cut for cut in new if sites[cut.site]]
        if not new:
            return shared.offer(whole), found.state == "optimal"
        shared.learn(new)
        programme.add(local.cuts(new))
        mended = shared.mend(whole)
        if mended is not None and not lacking(problem, mended).any() and shared.offer(mended):
            return True, False
    return False, False


def _part(problem: ZoneProblem, units: NDArray[np.int64], sites: NDArray[np.int64]) -> ZoneProblem:
    return ZoneProblem(
        demand=problem.demand[:, units],
        cost=problem.cost[np.ix_(units, sites)],
        capacity=problem.capacity[sites],
        homes=(),
        near=None,
    )


class _Local:
    """Separators in the numbers of a part of the units and sites; all other units are as they are."""

    def __init__(self, units: NDArray[np.int64], sites: NDArray[np.int64]) -> None:
        self.units = {int(unit): place for place, unit in enumerate(units)}
        self.sites = {int(site): place for place, site in enumerate(sites)}
        self.site_number = np.full(max(sites) + 1, -1, dtype=np.int64)
        self.site_number[sites] = np.arange(len(sites))

    def cuts(self, cuts: list[Cut]) -> list[Cut]:
        """Those that speak of the part; units outside it never belong to its sites."""
        return [
            Cut(
                self.units[cut.unit],
                self.sites[cut.site],
                tuple(self.units[unit] for unit in cut.parting if unit in self.units),
            )
            for cut in cuts
            if cut.site in self.sites and cut.unit in self.units
        ]
