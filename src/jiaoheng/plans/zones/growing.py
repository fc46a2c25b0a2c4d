"""A plan in one piece each, made quickly: areas grow from their homes, or from what hangs together of another plan."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.separators import Reach


def grow(
    started: NDArray[np.int64], weights: NDArray[np.float64], allowed: NDArray[np.bool_], reach: Reach
) -> NDArray[np.int64]:
    """Give every unit without a site (-1) to an area beside it, the cheapest by ``weights`` (units, sites) first.

    Capacity is not looked at. A unit that no allowed area comes to keeps -1.
    """
    plan = started.copy()
    queue: list[tuple[float, int, int]] = []

    def offer(unit: int, site: int) -> None:
        if plan[unit] < 0 and allowed[unit, site]:
            heapq.heappush(queue, (float(weights[unit, site]), unit, site))

    for site, homes in enumerate(reach.homes):
        for home in homes:
            offer(home, site)
    for unit in np.flatnonzero(plan >= 0).tolist():
        for other in sorted(reach.near[unit]):
            offer(other, int(plan[unit]))
    while queue:
        _, unit, site = heapq.heappop(queue)
        if plan[unit] >= 0:
            continue
        plan[unit] = site
        for other in sorted(reach.near[unit]):
            offer(other, site)
    return plan


def joined(assignment: NDArray[np.int64], reach: Reach) -> NDArray[np.int64]:
    """The plan with -1 for every stranded unit."""
    plan = np.full(len(assignment), -1, dtype=np.int64)
    for site in range(len(reach.may)):
        members = set(np.flatnonzero(assignment == site).tolist())
        plan[list(reach.hanging(site, members & reach.may[site]))] = site
    return plan
