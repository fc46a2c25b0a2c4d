"""Sites and areas of least cost together: which sites are open, and which of them serves which unit.

First the question without whole units and with areas in pieces says which sites are worth opening (HiGHS, whole sites
and shares of units, with links added as they are broken). Then two threads: one finds the areas of these sites
(``settling.py``) and makes plans better part by part (``search.py``), the other proves how good a plan can be, and
proposes other sets of sites (``proof.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.check import needed
from jiaoheng.plans.layout.exchange import Exchange
from jiaoheng.plans.layout.growth import grow, promising
from jiaoheng.plans.layout.model import Pairs, pairs
from jiaoheng.plans.layout.problem import SitingProblem, SitingSolution
from jiaoheng.plans.layout.proof import Proof
from jiaoheng.plans.layout.relaxation import LITTLE, Relaxation
from jiaoheng.plans.layout.search import Best, Search, closeness, layout, price_of
from jiaoheng.plans.layout.settling import MOVES, WIDTHS, relocated, settle, wander
from jiaoheng.plans.layout.shortage import shortage
from jiaoheng.plans.zones.problem import Status, Told, ZoneSolution

MANY = 60_000
"""With more pairs of unit and site than this, those of the nearest sites come first."""
NEAREST = 20
OPENINGS = 20.0
"""Seconds at most in which the first sets of sites are looked for."""
SETS = 3
"""So many sets are taken of each reserve."""
DEAR = 0.001
"""Pairs that cost so much of the whole more than the relaxation are left out when sites are first looked for."""
FINE = 1e-5
RESERVES = (0.0, 0.01)
"""So much of the demand is kept free beyond it in the first sets: whole units hardly fill schools to the last seat."""
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
    """The relaxation in which areas may be in pieces, with its bound told; of a large question with the pairs that
    matter.
    """
    if problem.zones.near is not None or len(found) <= MANY:
        relaxed = Relaxation(problem, found, None)
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
    complete = len(relaxed.pairs) == len(found)
    sets = _sets(problem, found, relaxed, left)
    if sets is None and complete:
        return False
    proof = Proof(problem, relaxed, best, left, tolerance, complete=complete)
    with ThreadPoolExecutor(1) as apart:
        proving = apart.submit(proof.run, sets[0] if sets else ())
        try:
            search = Search(problem, found, best, left)
            _first(problem, found, best, left, sets or [], proof.over)
            search.run(
                proof.over,
                proof.other,
                lambda other: settle(problem, found, best, other, _while(left() / 12, left)),
            )
            return proving.result()
        finally:
            proof.stopped.set()


def _sets(
    problem: SitingProblem, found: Pairs, relaxed: Relaxation, left: Callable[[], float]
) -> list[tuple[int, ...]] | None:
    """Sets of open sites worth trying, the best first, areas in pieces or not; None where there is none at all."""
    part = min(left() / 12, OPENINGS)
    shares = slice(0, len(relaxed.pairs))
    dear = (relaxed.reduced[shares] > DEAR * abs(relaxed.value)) & (relaxed.point[shares] < LITTLE)
    far = closeness(problem, found)
    each: list[list[tuple[int, ...]]] = []
    for reserve in RESERVES:
        answer = relaxed.openings(seconds=part / 2, gap=2e-4, reserve=reserve, fixed=np.flatnonzero(dear))
        if answer.state == "infeasible" and not reserve:
            answer = relaxed.openings(seconds=part, gap=5e-4)
            if answer.state == "infeasible":
                return None
        if answer.point is not None:
            first = relaxed.model.opened(answer.point)
        elif each:
            break
        else:
            first = promising(problem, found, relaxed.point[relaxed.model.opening])
            if problem.exactly is not None:
                first = wander(problem, found, first, lambda: part)
        ends = time.monotonic() + part / 2
        prices = Exchange(relaxed, far, reserve)
        prices.descend(first, lambda until=ends: until - time.monotonic())  # type: ignore[misc]
        each.append([*prices.best(SETS), first][:SETS])
    # Those with room first: with a plan at hand the relaxation shows at once which of the others are of no use.
    return list(dict.fromkeys(opened for rank in zip_longest(*reversed(each)) for opened in rank if opened))


def _first(
    problem: SitingProblem,
    found: Pairs,
    best: Best,
    left: Callable[[], float],
    sets: list[tuple[int, ...]],
    stop: Callable[[], bool],
) -> None:
    """Plans of the first sets: quickly made, then the areas of each searched for a while, of the best for longer."""
    for opened in sets:
        grown = grow(problem, found, opened)
        if grown is not None:
            best.offer(layout(problem, grown, opened))
    whole = left()
    for opened in sets:
        if stop():
            return
        settle(problem, found, best, opened, _while(whole / 10, left))
    for _ in range(MOVES if problem.exactly is not None else 0):
        now = best.layout
        moved = None if now is None or stop() else relocated(problem, found, now)
        if moved is None or not best.offer(moved):
            break
        settle(problem, found, best, moved.opened, _while(whole / 15, left))
    if best.layout is not None and not stop():
        settle(problem, found, best, best.layout.opened, _while(whole / 4, left), widths=WIDTHS[1:], close=FINE)


def _while(seconds: float, left: Callable[[], float]) -> float:
    """So many seconds, but enough to find anything, and no more than are left."""
    return min(left(), max(3.0, seconds))


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
