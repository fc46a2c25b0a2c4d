"""Sets of open sites made better by opening, closing and exchanging sites, each set priced with shares of units."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import highspy
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.relaxation import Relaxation
from jiaoheng.plans.layout.whole import programme

BESIDE = 6
"""A site is exchanged for one of so many that stand nearest to it."""


class Exchange:
    """Prices sets of sites. ``reserve`` is the part of the demand for which room is kept beyond it; ``known`` are the
    prices so far, inf for a set that cannot serve everybody.
    """

    def __init__(self, relaxed: Relaxation, far: NDArray[np.float64], reserve: float) -> None:
        self.problem, self.relaxed, self.far, self.reserve = relaxed.problem, relaxed, far, reserve
        self.columns = relaxed.model.opening.astype(np.int32)
        self.highs = programme(relaxed.highs.getLp())
        self.known: dict[frozenset[int], float] = {}

    def price(self, opened: Collection[int], below: float = np.inf, seconds: float = 5.0) -> float:
        """What the set costs at least; inf where it has not room enough, is not allowed, or costs ``below`` or more."""
        key = frozenset(opened)
        if key in self.known:
            return self.known[key]
        value = np.inf
        if self._allowed(key):
            bounds = np.zeros(len(self.columns))
            bounds[list(key)] = 1.0
            self.highs.changeColsBounds(len(self.columns), self.columns, bounds, bounds)
            self.highs.setOptionValue("objective_bound", below)
            self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(seconds, 0.05))
            self.highs.run()
            if self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                value = float(self.highs.getInfo().objective_function_value)
        self.known[key] = value
        return value

    def _allowed(self, opened: frozenset[int]) -> bool:
        problem = self.problem
        chosen = list(opened)
        need = problem.zones.demand.sum(axis=1).max() * (1 + self.reserve)
        return bool(
            problem.zones.capacity[chosen].sum() >= need
            and opened.issuperset(np.flatnonzero(problem.must).tolist())
            and not self.relaxed.pairs.shut[chosen].any()
            and not any(len(opened & set(group)) > 1 for group in problem.at_most_one)
            and problem.exactly in (None, len(opened))
        )

    def descend(self, opened: Collection[int], left: Callable[[], float]) -> frozenset[int]:
        """From a set to cheaper ones, until none beside it is cheaper or the time is over."""
        now = frozenset(opened)
        value = self.price(now, seconds=left())
        gained = True
        while gained and left() > 0:
            gained = False
            for other in self._beside(now):
                if left() <= 0:
                    break
                found = self.price(other, value, left())
                if found < value - 1e-9 * abs(value):
                    now, value, gained = other, found, True
                    break
        return now

    def _beside(self, opened: frozenset[int]) -> Iterator[frozenset[int]]:
        """The sets that differ in one site, or in two that stand near each other."""
        closed = [site for site in range(self.problem.zones.sites) if site not in opened]
        if self.problem.exactly is None:
            for site in sorted(opened):
                yield opened - {site}
        order = {site: sorted(closed, key=lambda other: float(self.far[site, other])) for site in opened}
        for rank in range(min(BESIDE, len(closed))):
            for site in sorted(opened):
                yield (opened - {site}) | {order[site][rank]}
        if self.problem.exactly is None:
            for site in closed:
                yield opened | {site}

    def best(self, most: int) -> list[tuple[int, ...]]:
        """The cheapest sets priced so far."""
        priced = sorted((value, tuple(sorted(opened))) for opened, value in self.known.items() if np.isfinite(value))
        return [opened for _, opened in priced[:most]]
