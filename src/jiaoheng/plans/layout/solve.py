"""Sites and areas of least cost together: which sites are open, and which of them serves which unit.

First the question without whole units says which sites are worth opening (HiGHS, whole sites and shares of units, with
links and separators added as they are broken). Then two threads: one makes plans better part by part (``search.py``),
the other proves how good a plan can be, and proposes other sets of sites (``proof.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.check import needed
from jiaoheng.plans.layout.growth import grow, promising
from jiaoheng.plans.layout.model import Pairs, pairs
from jiaoheng.plans.layout.problem import SitingProblem, SitingSolution
from jiaoheng.plans.layout.proof import Proof
from jiaoheng.plans.layout.relaxation import Relaxation
from jiaoheng.plans.layout.search import Best, Search, layout, price_of
from jiaoheng.plans.layout.shortage import shortage
from jiaoheng.plans.zones.problem import Status, Told, ZoneSolution

MANY = 60_000
"""With more pairs of unit and site than this, those of the nearest sites come first."""
NEAREST = 20
RESERVE = 0.004
"""So much of the capacity is kept free in the first set of sites: whole units do not fill schools to the last seat."""
SOLVER = "HiGHS"


def quiet(done: float, known: Mapping[str, Any]) -> None:
    """Hear of progress, and do nothing."""


def solve(problem: SitingProblem, seconds: float = 300.0, tolerance: float = 0.0, told: Told = quiet) -> SitingSolution:
    """Open sites and areas within ``tolerance`` (relative) of the least cost, or the best found in ``seconds``.

    ``infeasible`` is proven; ``extra`` is then the smallest capacity to add, and the assignment uses it; all zero and
    no assignment where no capacity would help. ``unfinished``: neither a plan nor a proof that there is none.
    """
    began = time.monotonic()

    def left() -> float:
        return seconds - (time.monotonic() - began)

    def say(value: float | None, bound: float | None) -> None:
        part = min(1.0, max(0.0, 1 - left() / seconds))
        phase = "searching" if value is None else "improving"
        told(part, {"phase": phase, "objective": value, "bound": bound})

    found = pairs(problem)
    best = Best(say, price_of(problem, found.number >= 0))
    if not (found.number >= 0).any(axis=1).all() or (found.shut & problem.must).any():
        return _lacking(problem, left, tolerance, told, began)
    relaxed = _relaxed(problem, found, best, left)
    if relaxed is None or not _planned(problem, found, relaxed, best, left, tolerance):
        return _lacking(problem, left, tolerance, told, began)
    return _ended(problem, best, tolerance, time.monotonic() - began)


def _relaxed(problem: SitingProblem, found: Pairs, best: Best, left: Callable[[], float]) -> Relaxation | None:
    """The relaxation, tightened, with its bound told; of a large question with the pairs that matter."""
    if problem.zones.near is not None or len(found) <= MANY:
        relaxed = Relaxation(problem, found, found.reach)
        if not relaxed.tighten(left):
            return None
        best.prove(relaxed.value)
        return relaxed
    rank = problem.zones.cost.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    among, whole = rank < NEAREST, left()
    while True:
        relaxed = Relaxation(problem, pairs(problem, among=among), None)
        if not relaxed.tighten(lambda: left() - whole / 2):
            if among.all():
                return None
            among = rank < 2 * among.sum(axis=1).max()
            continue
        missing, least = relaxed.missing()
        best.prove(relaxed.value + np.minimum(least, 0.0).sum())
        if least.min() >= -1e-6 or left() <= whole / 2:
            return relaxed
        among |= missing < 0


def _planned(
    problem: SitingProblem,
    found: Pairs,
    relaxed: Relaxation,
    best: Best,
    left: Callable[[], float],
    tolerance: float,
) -> bool:
    """Find plans and prove; False where it is proven that there is none."""
    answer = relaxed.openings(seconds=left() / 8, gap=0.002, reserve=RESERVE)
    if answer.state == "infeasible":
        answer = relaxed.openings(seconds=left() / 8, gap=0.002)
        if answer.state == "infeasible" and len(relaxed.pairs) == len(found):
            return False
    opened = relaxed.model.opened(answer.point if answer.point is not None else relaxed.point)
    first = grow(problem, found, opened)
    if first is None or not best.offer(layout(problem, first, opened)):
        opened = promising(problem, found, relaxed.point[relaxed.model.opening])
        first = grow(problem, found, opened)
        best.offer(None if first is None else layout(problem, first, opened))
    proof = Proof(problem, relaxed, best, left, tolerance, complete=len(relaxed.pairs) == len(found))
    with ThreadPoolExecutor(1) as apart:
        proving = apart.submit(proof.run, opened)
        try:
            Search(problem, found, best, left).run(proof.over, proof.other)
            return proving.result()
        finally:
            proof.stopped.set()


def _lacking(
    problem: SitingProblem, left: Callable[[], float], tolerance: float, told: Told, began: float
) -> SitingSolution:
    """The answer where no plan is within the capacities."""
    extra = shortage(problem, left)
    nothing = np.zeros(problem.zones.sites)
    if extra is None:
        return SitingSolution(_zones("infeasible", None, None, None, nothing, began), ())
    zones = msgspec.structs.replace(problem.zones, capacity=problem.zones.capacity + extra)
    said = solve(msgspec.structs.replace(problem, zones=zones), max(left(), 1.0), tolerance, told)
    if said.zones.assignment is None or not extra.any():
        return SitingSolution(_zones("infeasible", None, None, None, extra, began), ())
    used = needed(problem, said.zones.assignment)
    value, bound = said.zones.value, said.zones.bound
    return SitingSolution(_zones("infeasible", said.zones.assignment, value, bound, used, began), said.open)


def _zones(
    status: Status,
    assignment: NDArray[np.int64] | None,
    value: float | None,
    bound: float | None,
    extra: NDArray[np.float64],
    began: float,
) -> ZoneSolution:
    return ZoneSolution(status, assignment, value, bound, extra, time.monotonic() - began, SOLVER)


def _ended(problem: SitingProblem, best: Best, tolerance: float, seconds: float) -> SitingSolution:
    nothing = np.zeros(problem.zones.sites)
    proven = float(best.bound) if np.isfinite(best.bound) else None
    found = best.layout
    if found is None or found.lacking:
        return SitingSolution(ZoneSolution("unfinished", None, None, proven, nothing, seconds, SOLVER), ())
    status: Status = "optimal" if best.done(tolerance) else "feasible"
    bound = None if proven is None else min(proven, found.cost)
    return SitingSolution(
        ZoneSolution(status, found.assignment, found.cost, bound, nothing, seconds, SOLVER), found.opened
    )
