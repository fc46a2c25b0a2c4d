"""How many seats must be added at the least: a bound on what any catchments in one piece lack."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.proving import least_lacking
from jiaoheng.plans.zones.separators import Reach


def least_shortage(problem: ZoneProblem, plan: NDArray[np.int64], seconds: float) -> float:
    """Seats that no plan can do without, in sum over the sites: a lower bound, 0 where nothing is proven in time.

    ``plan`` is one that lacks some, from which it starts.
    """
    until = time.monotonic() + seconds
    allowed = np.isfinite(problem.cost)
    reach = None
    if problem.near is not None:
        reach = Reach(allowed, problem.homes, problem.near)
        allowed = reach.prune()
    _, bound = least_lacking(problem, allowed, reach, [], plan, lambda: until - time.monotonic())
    return max(0.0, bound) if np.isfinite(bound) else 0.0
