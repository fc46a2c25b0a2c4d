"""How good a plan can be: bounds from sites that are wholly open or not, then from whole units; and sets to try."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from jiaoheng.plans.layout.growth import mend
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.relaxation import Relaxation
from jiaoheng.plans.layout.search import Best, layout
from jiaoheng.plans.zones.separators import of_plan

OTHERS = 5
"""So many other sets of sites are proposed."""


class Proof:
    """The second thread. ``complete``: the relaxation has every pair, so that what it proves holds for the question."""

    def __init__(
        self,
        problem: SitingProblem,
        relaxed: Relaxation,
        best: Best,
        left: Callable[[], float],
        tolerance: float,
        *,
        complete: bool,
    ) -> None:
        self.problem, self.relaxed, self.best, self.left = problem, relaxed, best, left
        self.tolerance, self.complete = tolerance, complete
        self.stopped = threading.Event()
        self.sets: list[tuple[int, ...]] = []

    def over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.stopped.is_set() or self.left() <= 0 or self.best.done(self.tolerance)

    def other(self) -> tuple[int, ...] | None:
        """A set of open sites to try, None for the moment."""
        return self.sets.pop(0) if self.sets else None

    def run(self, first: tuple[int, ...]) -> bool:
        """Prove until it is over; False where it is proven that there is no plan."""
        try:
            known = self._openings(first)
            if known and not self.over():
                self._others(first)
            return (known and self._units()) or not self.complete
        finally:
            if self.complete and self.left() > 0:
                self.stopped.set()

    def _heard(self, value: float, bound: float) -> bool:
        if self.complete and np.isfinite(bound):
            self.best.prove(min(bound, self.best.below()))
        return self.over()

    def _openings(self, first: tuple[int, ...]) -> bool:
        answer = self.relaxed.openings(seconds=self.left(), told=self._heard)
        if answer.state == "infeasible":
            return False
        self._heard(answer.value, answer.bound)
        if answer.point is not None:
            opened = self.relaxed.model.opened(answer.point)
            if opened != first:
                self.sets.append(opened)
        return True

    def _others(self, first: tuple[int, ...]) -> None:
        """Propose other sets of sites, the cheapest without whole units first."""
        apart = Relaxation(self.problem, self.relaxed.pairs, self.relaxed.reach)
        apart.add(self.relaxed.cuts)
        apart.tighten(self.left)
        for opened in [first, *self.sets]:
            apart.forbid(opened)
        for _ in range(OTHERS):
            limit = min(20.0, self.left() / 6)
            below = self.best.below()
            answer = apart.openings(seconds=limit, gap=5e-4, below=below, told=lambda value, bound: self.over())
            if answer.point is None or self.over():
                return
            opened = apart.model.opened(answer.point)
            self.sets.append(opened)
            apart.forbid(opened)

    def _units(self) -> bool:
        """Whole units too, in rounds of separators."""
        relaxed, pairs = self.relaxed, self.relaxed.pairs
        while not self.over():
            with self.best.lock:
                known = set(relaxed.cuts)
                new = [cut for cut in self.best.cuts if cut not in known]
            relaxed.add(new)
            if not relaxed.tighten(self.left):
                return False
            below = self.best.below()
            dear = np.flatnonzero(relaxed.reduced[: len(pairs)] > below - relaxed.value)
            answer = relaxed.openings(seconds=self.left(), below=below, told=self._heard, units=True, fixed=dear)
            if answer.state == "infeasible":
                if self.complete and np.isfinite(below):
                    self.best.prove(below)
                return bool(np.isfinite(below))
            self._heard(answer.value, answer.bound)
            if answer.point is None:
                return True
            opened, assignment = relaxed.model.opened(answer.point), relaxed.model.assignment(answer.point)
            broken = of_plan(assignment.tolist(), relaxed.reach) if relaxed.reach is not None else []
            if broken:
                relaxed.add(broken)
                self.best.learn(broken)
                mended = mend(self.problem, pairs, assignment, opened)
                self.best.offer(None if mended is None else layout(self.problem, mended, opened))
            elif not self.best.offer(layout(self.problem, assignment, opened)) or answer.state == "optimal":
                return True
        return True
