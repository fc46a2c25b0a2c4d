"""Catchments of least cost: every unit to one site, in one piece, within capacity, with a bound that proves it.

One thread searches for better plans, the other proves; what either learns serves both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.growing import grow
from jiaoheng.plans.zones.problem import Status, Told, ZoneProblem, ZoneSolution
from jiaoheng.plans.zones.program import INFINITY, costs_of, lacking
from jiaoheng.plans.zones.proving import least_lacking, prove
from jiaoheng.plans.zones.relaxing import costs_through, relax
from jiaoheng.plans.zones.searching import search
from jiaoheng.plans.zones.separators import Reach
from jiaoheng.plans.zones.shared import Shared, price_of

SOLVER = "HiGHS"


def quiet(done: float, known: Mapping[str, Any]) -> None:
    """Hear of progress, and do nothing."""


def solve(problem: ZoneProblem, seconds: float = 60.0, tolerance: float = 0.0, told: Told = quiet) -> ZoneSolution:
    """Catchments within ``tolerance`` (relative) of the least cost, or the best found in ``seconds``.

    ``infeasible`` comes with the smallest sum of extra capacity and a plan that uses it (``bound`` then speaks of plans
    with that capacity); with neither where some unit cannot belong to any site at all.
    """
    began = time.monotonic()

    def left() -> float:
        return seconds - (time.monotonic() - began)

    def ended(
        status: Status, plan: NDArray[np.int64] | None, bound: float | None, extra: NDArray[np.float64] | None = None
    ) -> ZoneSolution:
        value = None if plan is None else costs_of(problem, plan)
        extra = np.zeros(problem.sites) if extra is None else extra
        bound = None if bound is None or not np.isfinite(bound) else bound
        return ZoneSolution(status, plan, value, bound, extra, time.monotonic() - began, SOLVER)

    reach, allowed = None, np.isfinite(problem.cost)
    if problem.near is not None:
        reach = Reach(allowed, problem.homes, problem.near)
        allowed = reach.prune()
    if not allowed.any(axis=1).all():
        return ended("infeasible", None, None)
    shared = _begin(problem, allowed, reach, left)
    proven = _both(shared, tolerance, left, told, seconds)
    if proven is None:
        return _without(problem, allowed, reach, shared, (tolerance, seconds), (left, told, ended))
    if shared.plan is None:
        return ended("unfinished", None, shared.bound)
    return ended("optimal" if proven else "feasible", shared.plan, shared.bound)


def _begin(problem: ZoneProblem, allowed: NDArray[np.bool_], reach: Reach | None, left: Callable[[], float]) -> Shared:
    """The relaxation, and first plans from it; where it has no point, that of the question with capacity for sale."""
    price = price_of(problem)
    relaxed = relax(problem, allowed, reach, (), left)
    short = relaxed.bound == INFINITY
    if short:
        relaxed = relax(problem, allowed, reach, (), left, price)
    else:
        price = min(price, 4.0 * relaxed.dearest + 1e-3 * price)
    through = costs_through(relaxed.reduced, reach)
    shared = Shared(problem, reach, relaxed, through, price)
    shared.short = short
    if reach is not None:
        plan = grow(np.full(problem.units, -1, dtype=np.int64), through, allowed, reach)
        if (plan >= 0).all():
            shared.offer(plan)
    mended = shared.mend(relaxed.point.argmax(axis=1))
    if mended is not None:
        shared.offer(mended)
    return shared


def _both(shared: Shared, tolerance: float, left: Callable[[], float], told: Told, seconds: float) -> bool | None:
    def tell(_: float) -> None:
        done = min(1.0, 1.0 - left() / seconds) if seconds else 1.0
        objective = None if shared.plan is None else shared.value
        told(done, {"phase": "zones", "objective": objective, "bound": shared.bound})

    with ThreadPoolExecutor(1) as pool:
        helper = pool.submit(search, shared, left)
        try:
            if shared.short:
                # Nothing to prove: the relaxation has shown it. The search looks for a plan that lacks little.
                wait([helper], timeout=max(0.0, min(left() * 0.2, 5.0)))
                return None
            return prove(shared, tolerance, left, tell)
        finally:
            shared.closed = True
            helper.result()


def _without(
    problem: ZoneProblem,
    allowed: NDArray[np.bool_],
    reach: Reach | None,
    shared: Shared,
    limits: tuple[float, float],
    means: tuple[Callable[[], float], Told, Callable[..., ZoneSolution]],
) -> ZoneSolution:
    """No plan exists: the least capacity to add, and the cheapest plan found with it."""
    left, told, ended = means
    tolerance, seconds = limits
    half = left() / 2
    plan, _ = least_lacking(problem, allowed, reach, shared.known(), shared.full, lambda: left() - half)
    if plan is None:
        return ended("infeasible", None, None)
    extra = lacking(problem, plan)
    roomy = msgspec.structs.replace(problem, capacity=problem.capacity + extra)
    again = _begin(roomy, allowed, reach, left)
    again.offer(plan)
    if not again.short:
        _both(again, tolerance, left, told, seconds)
    plan = plan if again.plan is None else again.plan
    return ended("infeasible", plan, again.bound, lacking(problem, plan))


__all__ = ["lacking", "quiet", "solve"]
