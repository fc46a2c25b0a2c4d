"""Where no plan is within the capacities: the smallest sum of capacity to add, and where."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.check import faults, needed
from jiaoheng.plans.layout.model import pairs
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.relaxation import Relaxation
from jiaoheng.plans.layout.whole import Found
from jiaoheng.plans.zones.separators import of_plan


def shortage(problem: SitingProblem, left: Callable[[], float]) -> NDArray[np.float64] | None:
    """The capacity (sites,) to add, least in sum (or the least found in time); None where none would help."""
    zones = problem.zones
    free = msgspec.structs.replace(
        problem,
        zones=msgspec.structs.replace(zones, cost=np.where(np.isfinite(zones.cost), 0.0, np.inf)),
        fixed=np.where(np.isfinite(problem.fixed), 0.0, np.inf),
    )
    found = pairs(free, lacking=True)
    if found.reach is not None and not (found.number >= 0).any(axis=1).all():
        return None
    relaxed = Relaxation(free, found, found.reach, lacking=1.0)
    least: NDArray[np.float64] | None = None
    while relaxed.tighten(left):
        answer: Found = relaxed.openings(seconds=left(), units=True)
        if answer.point is None:
            return least
        assignment, opened = relaxed.model.assignment(answer.point), relaxed.model.opened(answer.point)
        new = of_plan(assignment.tolist(), found.reach) if found.reach is not None else []
        if not new:
            return needed(problem, assignment) if not faults(problem, assignment, opened) else least
        if left() <= 0:
            return least
        relaxed.add(new)
    return None
