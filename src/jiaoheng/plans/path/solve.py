"""The cheapest lots that bring every section and coefficient to the standard, and a bound that proves it.

Plans come from the inner rows of ``cones``, bounds from its relaxed ones; both are mixed-integer linear programmes that
HiGHS solves. As secants are exact at whole lots, what remains between the two is the range of the means, which is cut
where it matters. Every plan is looked at by ``Problem.broken``, which knows nothing of a solver's tolerances.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import highspy
import msgspec
import numpy as np

from jiaoheng.plans.path.cones import Outer, Squares, near_limit
from jiaoheng.plans.path.linear import INFINITY, Answer
from jiaoheng.plans.path.problem import Problem
from jiaoheng.plans.path.program import Program

Told = Callable[[float, Mapping[str, Any]], None]
SOLVER = f"HiGHS {highspy.Highs().version()}"
_LAST = 0.05
"""Part of the time that is spent on improving a plan whose gap is closed already."""
_EXACT = 1e-6
_TRIES = 12
"""Rounds of refining within which a plan is valid, or is given up for now."""


class Solution(msgspec.Struct, frozen=True):
    """The best lots that were found, what they cost, and below what no plan can cost.

    ``status``: optimal (the gap is within the tolerance), feasible (a plan, its proof unfinished), infeasible (proven:
    there is no plan), unfinished (neither in time). ``prices`` are by row of the problem, ``spread_prices`` by spread:
    what the objective falls by when the limit grows by one (a coefficient's by 0.01), in the continuous relaxation.
    """

    status: Literal["optimal", "feasible", "infeasible", "unfinished"]
    lots: tuple[int, ...] | None
    objective: float | None
    bound: float | None
    seconds: float
    prices: tuple[float, ...] = ()
    spread_prices: tuple[float, ...] = ()

    @property
    def gap(self) -> float | None:
        """How far the bound is below the objective, as a part of the objective; 0 where both are nought."""
        if self.objective is None or self.bound is None:
            return None
        return max(0.0, self.objective - self.bound) / abs(self.objective) if self.objective else 0.0


def solve(
    problem: Problem, *, tolerance: float = 0.001, seconds: float = 120.0, progress: Told | None = None
) -> Solution:
    """Solve a problem to a relative gap of ``tolerance``, or as far as it comes in so many seconds.

    ``progress`` hears how far it is, with ``phase``, ``objective`` and ``bound`` as far as they are known.
    """
    return _Search(problem, tolerance, seconds, progress).run()


class _Search:
    def __init__(self, problem: Problem, tolerance: float, seconds: float, progress: Told | None) -> None:
        self.problem, self.tolerance, self.seconds, self.progress = problem, tolerance, seconds, progress
        self.began = time.monotonic()
        self.program = Program(problem)
        self.outer = Outer(self.program)
        self.squares = Squares(self.program)
        self.best: tuple[int, ...] | None = None
        self.objective, self.bound = INFINITY, 0.0
        self.cuts: dict[int, list[float]] = defaultdict(list)
        self.phase = "relaxing"
        self.prices: tuple[float, ...] = ()
        self.spread_prices: tuple[float, ...] = ()

    def run(self) -> Solution:
        self._tell()
        relaxed = self.outer.solve()
        if relaxed.state == "infeasible":
            return self._ended("infeasible")
        if relaxed.point is None:
            return self._ended("unfinished")
        self._prove(relaxed.objective)
        point = relaxed.point
        for number in near_limit(self.program, point):
            self.squares.hold(number, point)
        self.phase = "planning"
        state = self._plans(point)
        turn = 0
        while not self._done():
            self.phase, turn = "proving", turn + 1
            ranges = self._ranges()
            proof, exact = self._proof(ranges, turn)
            if proof.state == "infeasible" and self.best is None:
                return self._ended("infeasible")
            if proof.point is None or exact:
                break
            self.phase = "planning"
            state = self._plans(proof.point)
        if self.best is not None:
            self._last_improvement()
            state = "feasible"
        return self._ended(state)

    # Plans

    def _plans(self, point: np.ndarray) -> str:
        """Better plans by the inner rows around a point's means, which are moved after each."""
        share = self._left() * 0.5
        until = time.monotonic() + share
        for _ in range(_TRIES):
            rows = self.squares.inner({k: float(point[self.program.spreads[k].mean]) for k in self.squares.columns})
            relaxed = self._refined()
            answer = self._whole(relaxed, until)
            self._drop(rows)
            if answer is None or answer.point is None:
                return "unfinished"
            before = self.objective
            valid = self._take(answer.point)
            news = self.squares.refine(answer.point)
            for number in near_limit(self.program, answer.point, 1.0):
                news |= self.squares.hold(number, answer.point)
            moved = self._moved(point, answer.point)
            point = answer.point
            if self._done() or time.monotonic() > until:
                break
            if valid and (moved < 1e-3 or self.objective > before * (1 - self.tolerance / 2)):
                break
            if not valid and not news and moved < 1e-9:
                break
        return "feasible" if self.best is not None else "unfinished"

    def _last_improvement(self) -> None:
        """The gap is closed; a little more time for what is still to be saved around the best plan."""
        left = min(self._left(), _LAST * self.seconds)
        if left < 1 or self.objective <= self.bound:
            return
        self.phase = "improving"
        linear = self.program.linear
        bounds = [(column, v.most) for column, v in zip(self.program.lots, self.problem.variables, strict=True)]
        for (column, _), count in zip(bounds, self.best or (), strict=True):
            linear.highs.changeColBounds(column, count, count)
        here = linear.solve()
        for column, most in bounds:
            linear.highs.changeColBounds(column, 0, most)
        if here.point is None:
            return
        self.squares.refine(here.point)
        rows = self.squares.inner({k: float(here.point[self.program.spreads[k].mean]) for k in self.squares.columns})
        answer = linear.solve_whole(gap=_EXACT, seconds=left, told=lambda best, bound: self._tell())
        self._drop(rows)
        if answer.point is not None:
            self._take(answer.point)

    def _moved(self, before: np.ndarray, after: np.ndarray) -> float:
        """By how much, relatively, a mean moved that the inner rows hold."""
        means = [self.program.spreads[number].mean for number in self.squares.columns]
        return max((abs(after[mean] / before[mean] - 1) for mean in means if before[mean] > 0), default=0.0)

    def _whole(self, relaxed: Answer, until: float) -> Answer | None:
        """Whole lots around the point of the relaxation; anywhere, where there are none."""
        if relaxed.point is None:
            return None
        found = None
        for near in (relaxed.point, None):
            left = min(until - time.monotonic(), self._left())
            found = self.program.linear.solve_whole(
                gap=self.tolerance / (2 if self.best is None else 8),
                seconds=max(left if near is None else left / 2, 1.0),
                low_enough=self.bound / (1 - self.tolerance)
                if self.best
                else relaxed.objective / (1 - self.tolerance / 2),
                near=near,
                told=lambda best, bound: self._tell(),
            )
            if found.point is not None:
                break
        return found

    def _take(self, point: np.ndarray) -> bool:
        """Keep a point's lots where they are a plan, and the cheapest so far; whether they are a plan."""
        lots = self.program.rounded(point)
        if self.problem.broken(lots):
            return False
        cost = self.problem.cost(lots)
        if cost < self.objective:
            self.best, self.objective = lots, cost
            self._tell()
        return True

    # Bounds

    def _ranges(self) -> dict[int, list[float]]:
        """Between which values each mean lies in every plan that is cheaper than the best, and where that is cut."""
        program, linear = self.program, self.program.linear
        rows = []
        if self.best is not None:
            rows.append(linear.row(-INFINITY, list(program.costs.items()), self.objective))
        ranges: dict[int, list[float]] = {}
        for number in self.squares.columns:
            mean = program.spreads[number].mean
            linear.costs({mean: 1.0})
            low = linear.solve()
            linear.costs({mean: -1.0})
            high = linear.solve()
            if low.state == high.state == "optimal":
                least, most = low.objective * (1 - 1e-9), -high.objective * (1 + 1e-9)
                cuts = sorted(cut for cut in self.cuts[number] if least < cut < most)
                ranges[number] = [least, *cuts, most]
        linear.costs(program.costs)
        self._drop(rows)
        return ranges

    def _proof(self, ranges: dict[int, list[float]], turn: int) -> tuple[Answer, bool]:
        """Solve the relaxation with whole lots; whether nothing is left to refine."""
        added = self.squares.relaxed(ranges)
        relaxed = self._refined()
        if relaxed.state != "optimal":
            self._drop(added.rows, added.columns)
            return relaxed, True
        self._prove(relaxed.objective)
        self._price(added.rows, ranges)
        answer = self.program.linear.solve_whole(
            gap=self.tolerance / (4 if turn == 1 else 16),
            seconds=max(self._left() / 2, 1.0),
            enough=self.objective * (1 - self.tolerance),
            told=lambda best, bound: self._prove(bound),
        )
        self._drop(added.rows, added.columns)
        if answer.state == "infeasible":
            # Nothing is cheaper than the best plan.
            self._prove(self.objective)
            return answer, True
        self._prove(answer.bound)
        if answer.point is None:
            return answer, True
        valid = self._take(answer.point)
        news = self.squares.refine(answer.point)
        for number in near_limit(self.program, answer.point, 1.0):
            news |= self.squares.hold(number, answer.point) or self._cut(number, answer.point, ranges)
        return answer, valid and not news

    def _cut(self, number: int, point: np.ndarray, ranges: dict[int, list[float]]) -> bool:
        """Cut a mean's range where a point is that the chord let through; False where it is cut there."""
        bounds, mean = ranges.get(number), float(point[self.program.spreads[number].mean])
        if bounds is None or any(abs(mean / bound - 1) < 1e-9 for bound in bounds if bound):
            return False
        self.cuts[number].append(mean)
        return True

    def _refined(self) -> Answer:
        """The relaxation, with the secants around its point."""
        answer = self.program.linear.solve()
        for _ in range(20):
            if answer.point is None or not self.squares.refine(answer.point):
                break
            answer = self.program.linear.solve()
        return answer

    def _price(self, rows: list[int], ranges: dict[int, list[float]]) -> None:
        """What the limits are worth, from the last relaxation."""
        duals = self.program.linear.prices()
        self.prices = tuple(max(0.0, -float(duals[row])) for row in self.program.rows)
        by_spread = dict.fromkeys(range(len(self.problem.spreads)), 0.0)
        point = np.array(self.program.linear.highs.getSolution().col_value)
        places = iter(rows)
        for number, bounds in ranges.items():
            row = next(places)
            for _ in range(0 if len(bounds) == 2 else 2 * len(bounds)):
                next(places)
            spread = self.program.spreads[number]
            by_spread[number] = max(0.0, -float(duals[row])) * 2 * spread.limit * point[spread.mean] ** 2 * 0.01
        self.spread_prices = tuple(float(by_spread[number]) for number in sorted(by_spread))

    # Bookkeeping

    def _prove(self, bound: float) -> None:
        if self.bound < bound < INFINITY:
            self.bound = min(bound, self.objective)
        self._tell()

    def _done(self) -> bool:
        closed = self.best is not None and self.objective - self.bound <= self.tolerance * abs(self.objective)
        return closed or self._left() <= 0

    def _left(self) -> float:
        return self.seconds - (time.monotonic() - self.began)

    def _drop(self, rows: list[int], columns: Sequence[int] = ()) -> None:
        self.program.linear.drop(rows, columns)

    def _tell(self) -> None:
        if self.progress is None:
            return
        part = min(0.99, (time.monotonic() - self.began) / self.seconds)
        known = {"phase": self.phase, "bound": self.bound}
        if self.best is not None:
            known["objective"] = self.objective
        self.progress(part, known)

    def _ended(self, state: str) -> Solution:
        taken = time.monotonic() - self.began
        if self.best is None:
            status: Literal["infeasible", "unfinished"] = "infeasible" if state == "infeasible" else "unfinished"
            return Solution(status, None, None, None if status == "infeasible" else self.bound, taken)
        closed = self.objective - self.bound <= self.tolerance * abs(self.objective)
        return Solution(
            "optimal" if closed else "feasible",
            self.best,
            self.objective,
            self.bound,
            taken,
            self.prices,
            self.spread_prices,
        )
