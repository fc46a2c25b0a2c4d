"""The bound: rounds of the whole programme over the pairs that a better plan could have, with separators added."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.program import INFINITY, Found, Programme, lacking
from jiaoheng.plans.zones.relaxing import costs_through, relax, within
from jiaoheng.plans.zones.separators import Cut, Reach, neighbour_cuts, of_plan
from jiaoheng.plans.zones.shared import Shared

GAPS = (3e-3, 1e-3, 4e-4, 1e-4, 0.0)
"""How exactly each round is solved: early ones only so far that their separators and mended plans are of use."""


def prove(shared: Shared, tolerance: float, left: Callable[[], float], tell: Callable[[float], None]) -> bool | None:
    """Raise the bound until it meets the best plan: True; None where there is no plan; False when time is up."""
    step = 0
    while left() > 0:
        if shared.done(tolerance):
            return True
        cap = shared.cap()
        found = _round(shared, cap, GAPS[min(step, len(GAPS) - 1)], left, tell)
        if found is None:
            continue
        shared.raise_bound(min(found.bound, cap))
        if found.state == "infeasible" or found.bound >= cap - 1e-9 * abs(cap):
            if shared.value > cap:
                if found.assignment is not None:
                    shared.widen_to(found.value)
                elif not shared.widen():
                    return None
            if found.assignment is None:
                continue
        if found.assignment is not None:
            step += _take(shared, found.assignment)
            if found.value > cap - 0.2 * (cap - shared.first[0]):
                shared.widen_to(found.value)
    return shared.done(tolerance)


def _round(
    shared: Shared, cap: float, gap: float, left: Callable[[], float], tell: Callable[[float], None]
) -> Found | None:
    """One solve of the whole programme below ``cap``; None where time was up before it said anything."""
    useful = shared.useful()
    problem = shared.problem
    reach = None
    if problem.near is not None:
        reach = Reach(useful, problem.homes, problem.near)
        useful = reach.prune()
    nothing = Found("infeasible", None, INFINITY, INFINITY)
    if not useful.any(axis=1).all():
        return nothing
    relaxed = relax(problem, useful, reach, within(tuple(shared.known_below()), useful), left)
    if relaxed.bound >= cap:
        return nothing
    shared.learn_below(relaxed.cuts, cap)
    shared.tighten(relaxed.bound, costs_through(relaxed.reduced, reach), cap)
    useful &= shared.useful()
    if not useful.any(axis=1).all():
        return nothing
    if left() <= 0:
        return None
    programme = Programme(problem, useful, within(tuple(shared.known_below()), useful))
    if reach is not None:
        programme.add(neighbour_cuts(useful, reach, range(problem.sites)))

    def look(_: float, bound: float) -> None:
        shared.raise_bound(min(bound, cap))
        tell(bound)

    return programme.whole(left(), gap, told=look)


def _take(shared: Shared, assignment: NDArray[np.int64]) -> bool:
    """Learn from a plan of the programme; whether its areas hang together, so that it may be solved more exactly."""
    new = of_plan(assignment.tolist(), shared.reach) if shared.reach is not None else []
    if not new:
        shared.offer(assignment)
        return True
    shared.learn(new)
    shared.guide = assignment
    mended = shared.mend(assignment)
    if mended is not None:
        shared.offer(mended)
    return False


def least_lacking(
    problem: ZoneProblem,
    allowed: NDArray[np.bool_],
    reach: Reach | None,
    known: list[Cut],
    start: NDArray[np.int64] | None,
    left: Callable[[], float],
) -> tuple[NDArray[np.int64] | None, float]:
    """The contiguous plan that lacks the least capacity in sum, and the proven least sum (0 where time was up)."""
    best, least, bound = start, INFINITY, 0.0
    if start is not None:
        least = float(lacking(problem, start).sum())
    programme = Programme(problem, allowed, known, price=1.0, free=True)
    while left() > 0:
        found = programme.whole(left(), 0.0, start=best)
        bound = max(bound, found.bound if found.state != "infeasible" else bound)
        if found.assignment is None:
            break
        new = of_plan(found.assignment.tolist(), reach) if reach is not None else []
        if not new:
            over = float(lacking(problem, found.assignment).sum())
            if over < least:
                best, least = found.assignment, over
        if bound >= least - 1e-6 or not new:
            break
        programme.add(new)
    return best, bound
