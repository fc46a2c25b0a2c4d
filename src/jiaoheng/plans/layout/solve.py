"""Sites and areas of least cost together: which sites are open, and which of them serves which unit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from jiaoheng.plans.layout.check import needed, valid, worth
from jiaoheng.plans.layout.model import Model, pairs
from jiaoheng.plans.layout.order import outwards
from jiaoheng.plans.layout.problem import SitingProblem, SitingSolution
from jiaoheng.plans.layout.whole import Found, programme, whole
from jiaoheng.plans.zones.problem import Status, Told, ZoneSolution
from jiaoheng.plans.zones.separators import Cut, of_plan


def quiet(done: float, known: Mapping[str, Any]) -> None:
    """Hear of progress, and do nothing."""


def solve(problem: SitingProblem, seconds: float = 300.0, tolerance: float = 0.0, told: Told = quiet) -> SitingSolution:
    """Open sites and areas within ``tolerance`` (relative) of the least cost, or the best found in ``seconds``."""
    began = time.monotonic()
    best: tuple[Any, tuple[int, ...]] | None = None
    bound = -np.inf
    cuts: list[Cut] = []

    def left() -> float:
        return seconds - (time.monotonic() - began)

    found = pairs(problem)
    state = "stopped"
    if problem.zones.near is not None:
        model = _growing(problem)
        answer = whole(programme(model.linear(whole=True)), seconds=left() / 3, gap=max(tolerance, 0.001))
        best = _plan(problem, model, answer)
    while left() > 0:
        model = Model(problem, found)
        for cut in cuts:
            model.cut(cut)
        start = model.point(*best) if best is not None else None
        answer = whole(programme(model.linear(whole=True)), seconds=left(), gap=tolerance, start=start)
        state = answer.state
        if answer.state == "infeasible":
            break
        bound = max(bound, answer.bound)
        plan = _plan(problem, model, answer)
        if plan is not None and (best is None or worth(problem, *plan) < worth(problem, *best)):
            best = plan
        if answer.point is None or found.reach is None:
            break
        new = of_plan(model.assignment(answer.point).tolist(), found.reach)
        if not new:
            break
        cuts += new
    return _ended(problem, best, bound, state, tolerance, time.monotonic() - began)


def _growing(problem: SitingProblem) -> Model:
    found = pairs(problem)
    model = Model(problem, found)
    near = problem.zones.near
    weight = np.maximum(problem.zones.demand.max(axis=0), 1e-9)
    for site, may in enumerate(found.reach.may if found.reach is not None and near is not None else ()):
        for unit, before in outwards(
            problem.zones.cost[:, site] / weight, problem.zones.homes[site], may, near
        ).items():
            model.cut(Cut(unit, site, tuple(before)))
    return model


def _plan(problem: SitingProblem, model: Model, answer: Found) -> tuple[Any, tuple[int, ...]] | None:
    if answer.point is None:
        return None
    plan = model.assignment(answer.point), model.opened(answer.point)
    return plan if valid(problem, *plan) else None


def _ended(
    problem: SitingProblem, best: Any, bound: float, state: str, tolerance: float, seconds: float
) -> SitingSolution:
    nothing = np.zeros(problem.zones.sites)
    proven = float(bound) if np.isfinite(bound) else None
    status: Status
    if best is None:
        status = "infeasible" if state == "infeasible" else "unfinished"
        return SitingSolution(ZoneSolution(status, None, None, proven, nothing, seconds, "HiGHS"), ())
    value = worth(problem, *best)
    close = proven is not None and value - proven <= max(tolerance, 1e-9) * abs(value)
    status = "optimal" if close else "feasible"
    extra = needed(problem, best[0])
    return SitingSolution(ZoneSolution(status, best[0], value, proven, extra, seconds, "HiGHS"), best[1])
