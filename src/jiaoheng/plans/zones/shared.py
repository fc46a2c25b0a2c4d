"""What search and proof of one question know in common."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.growing import grow, joined
from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.program import INFINITY, costs_of, lacking
from jiaoheng.plans.zones.relaxing import Relaxed, costs_through
from jiaoheng.plans.zones.separators import Cut, Reach

WIDTH = 0.004
WIDER = 1e3


def price_of(problem: ZoneProblem) -> float:
    """What a pupil above capacity counts in the search: more than any pupil's way."""
    heads = problem.demand.max(axis=0)
    served = heads > 0
    finite = np.where(np.isfinite(problem.cost), problem.cost, 0.0)
    return 3.0 * float((finite[served].max(axis=1) / heads[served]).max(initial=0.0)) + 1.0


class Shared:
    """The best plan, the bound, the separators, and which pairs are still of use.

    ``through`` (units, sites) is what a plan with a pair costs at least above ``floor``. ``full`` is the best plan when
    capacity lacking counts at ``price``. While there is no plan, only pairs within ``width`` above the floor are looked
    at.
    """

    def __init__(
        self, problem: ZoneProblem, reach: Reach | None, relaxed: Relaxed, through: NDArray[np.float64], price: float
    ) -> None:
        self.problem, self.reach, self.price = problem, reach, price
        self.first = (relaxed.bound, through)
        self.floor, self.through, self.reduced = relaxed.bound, through, relaxed.reduced
        self.order = through if reach is None else costs_through(relaxed.reduced + _little(relaxed.reduced), reach)
        self.width = WIDTH * abs(self.floor) + 1e-6
        self.cuts: dict[Cut, None] = dict.fromkeys(relaxed.cuts)
        self.narrow: dict[Cut, None] = {}
        self.plan: NDArray[np.int64] | None = None
        self.value = INFINITY
        self.full: NDArray[np.int64] | None = None
        self.full_value = INFINITY
        self.bound = relaxed.bound
        self.closed = False
        self.guide: NDArray[np.int64] | None = None
        self.search_width = self.width
        self.tight_cap = INFINITY
        self.short = False
        self._lock = threading.Lock()

    def offer(self, plan: NDArray[np.int64]) -> bool:
        """Take a contiguous plan if it is better; one that lacks capacity counts by cost and price."""
        extra = float(lacking(self.problem, plan).sum())
        value = costs_of(self.problem, plan)
        with self._lock:
            if not extra and value < self.value:
                self.plan, self.value = plan, value
            if value + self.price * extra < self.full_value - 1e-9 * abs(self.full_value):
                self.full, self.full_value = plan, value + self.price * extra
                return True
            if self.full is None:
                self.full, self.full_value = plan, value + self.price * extra
                return True
        return False

    def mend(self, assignment: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """A plan whose stranded units go to areas beside them, capacity or not; None where that leaves some."""
        if self.reach is None:
            return assignment
        plan = grow(joined(assignment, self.reach), self.reduced, np.isfinite(self.reduced), self.reach)
        return plan if (plan >= 0).all() else None

    def learn(self, cuts: Iterable[Cut]) -> None:
        """Keep separators that a plan broke, which hold for every plan."""
        with self._lock:
            self.cuts.update(dict.fromkeys(cuts))

    def learn_below(self, cuts: Iterable[Cut], cap: float) -> None:
        """Keep separators between useful pairs only: they hold for plans below ``cap``, and are not for the search."""
        with self._lock:
            if cap >= min(self.value, self.first[0] + self.width):
                self.narrow.update(dict.fromkeys(cuts))

    def known(self) -> list[Cut]:
        """The separators so far."""
        with self._lock:
            return list(self.cuts)

    def known_below(self) -> list[Cut]:
        """Those for plans below the cap too."""
        with self._lock:
            return [*self.cuts, *(cut for cut in self.narrow if cut not in self.cuts)]

    def cap(self) -> float:
        """Only plans below this are looked for now."""
        with self._lock:
            return min(self.value, self.first[0] + self.width)

    def useful(self) -> NDArray[np.bool_]:
        """The pairs (units, sites) that a plan below the cap could have."""
        cap = self.cap()
        with self._lock:
            return np.asarray(self.floor + self.through < cap - 1e-9 * abs(cap))

    def likely(self) -> NDArray[np.bool_]:
        """The pairs (units, sites) that the search looks at: useful for a better plan, and not dear."""
        with self._lock:
            floor, through = self.first
            likely = floor + through < min(self.value, floor + self.search_width)
            if self.tight_cap >= self.value:
                likely &= self.floor + self.through < self.value
            return np.asarray(likely)

    def search_wider(self) -> bool:
        """Let the search look at dearer pairs; False where it has looked at all."""
        with self._lock:
            floor, through = self.first
            dearest = float(np.max(through, where=np.isfinite(through), initial=0.0))
            if self.search_width > min(dearest, self.value - floor):
                return False
            self.search_width *= 1.5
            return True

    def tighten(self, floor: float, through: NDArray[np.float64], cap: float) -> None:
        """A better relaxation, which holds for plans below ``cap``."""
        with self._lock:
            if floor > self.floor and cap >= min(self.value, self.first[0] + self.width):
                self.floor, self.through, self.tight_cap = floor, through, cap

    def raise_bound(self, bound: float) -> None:
        """No plan costs less than this."""
        with self._lock:
            self.bound = max(self.bound, min(bound, self.value))

    def _narrow_no_more(self) -> None:
        self.floor, self.through = self.first
        self.tight_cap = INFINITY
        self.narrow.clear()

    def widen(self) -> bool:
        """Look at dearer plans too; False where all have been looked at."""
        with self._lock:
            floor, through = self.first
            dearest = float(np.max(through, where=np.isfinite(through), initial=0.0))
            if self.width >= WIDER * (dearest + abs(floor) + 1.0):
                return False
            self.width = self.width * 2.5 if self.width < dearest else 2 * WIDER * (dearest + abs(floor) + 1.0)
            self._narrow_no_more()
            return True

    def widen_to(self, value: float) -> None:
        """Look at plans of this value and somewhat above too."""
        with self._lock:
            floor = self.first[0]
            width = 1.2 * (value - floor)
            if self.width < width and floor + self.width < self.value:
                self.width = width
                self._narrow_no_more()

    def done(self, tolerance: float) -> bool:
        """Whether the best plan is proven to within the tolerance."""
        with self._lock:
            return self.plan is not None and self.bound >= self.value - max(tolerance, 1e-9) * abs(self.value)


def _little(reduced: NDArray[np.float64]) -> float:
    """A step that tells units on a path apart where none of them costs anything."""
    return 1e-3 * float(np.mean(reduced, where=np.isfinite(reduced))) + 1e-9
