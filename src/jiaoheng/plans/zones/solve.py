"""Catchments of least cost: every unit to one site, in one piece, within capacity, with a bound that proves it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import Told, ZoneProblem, ZoneSolution
from jiaoheng.plans.zones.program import Programme, costs_of
from jiaoheng.plans.zones.separators import Cut, Reach, of_plan


def quiet(done: float, known: Mapping[str, Any]) -> None:
    """Hear of progress, and do nothing."""


def solve(problem: ZoneProblem, seconds: float = 60.0, tolerance: float = 0.0, told: Told = quiet) -> ZoneSolution:
    """Catchments within ``tolerance`` (relative) of the least cost, or the best found in ``seconds``."""
    began = time.monotonic()
    reach = Reach(np.isfinite(problem.cost), problem.homes, problem.near) if problem.near is not None else None
    allowed = reach.prune() if reach is not None else np.isfinite(problem.cost)
    nothing = np.zeros(problem.sites)

    def left() -> float:
        return seconds - (time.monotonic() - began)

    def ended(status: Any, assignment: Any, bound: float | None, extra: NDArray[np.float64] = nothing) -> ZoneSolution:
        value = None if assignment is None else costs_of(problem, assignment)
        return ZoneSolution(status, assignment, value, bound, extra, time.monotonic() - began, "HiGHS")

    if not allowed.any(axis=1).all():
        return ended("infeasible", None, None)
    cuts: list[Cut] = []
    plan, bound, state = _rounds(problem, allowed, reach, cuts, left, tolerance)
    if state == "infeasible":
        return _lacking(problem, allowed, reach, cuts, left, tolerance, ended)
    if plan is None:
        return ended("unfinished", None, bound)
    return ended("optimal" if state == "optimal" else "feasible", plan, bound)


def _rounds(
    problem: ZoneProblem, allowed: Any, reach: Reach | None, cuts: list[Cut], left: Any, tolerance: float, **more: Any
) -> tuple[NDArray[np.int64] | None, float, str]:
    programme = Programme(problem, allowed, cuts, **more)
    bound = -np.inf
    while True:
        found = programme.whole(left(), tolerance)
        bound = max(bound, found.bound)
        if found.state == "infeasible":
            return None, np.inf, "infeasible"
        new = of_plan(found.assignment, reach) if found.assignment is not None and reach is not None else []
        if found.assignment is not None and not new:
            return found.assignment, bound, found.state
        if left() <= 0:
            return None, bound, "stopped"
        cuts += new
        programme.add(new)


def _lacking(
    problem: ZoneProblem, allowed: Any, reach: Reach | None, cuts: list[Cut], left: Any, tolerance: float, ended: Any
) -> ZoneSolution:
    plan, least, state = _rounds(problem, allowed, reach, cuts, left, 0.0, lacking=True)
    if plan is None:
        return ended("infeasible", None, None)
    need = lacking(problem, plan)
    better, bound, _ = _rounds(
        problem, allowed, reach, cuts, left, tolerance, lacking=True, most=float(need.sum()) + 1e-6
    )
    if better is not None and lacking(problem, better).sum() <= need.sum() + 1e-6:
        plan = better
    return ended("infeasible", plan, bound, lacking(problem, plan))


def lacking(problem: ZoneProblem, assignment: NDArray[np.int64]) -> NDArray[np.float64]:
    """The capacity (sites,) that an assignment needs beyond what there is."""
    most = np.max([np.bincount(assignment, each, problem.sites) for each in problem.demand], axis=0)
    return np.maximum(0.0, most - problem.capacity)


__all__ = ["lacking", "msgspec", "quiet", "solve"]
