"""No lot too many: lots are taken back one by one as long as the rest is still a plan."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from jiaoheng.plans.path.problem import Problem


def trimmed(problem: Problem, lots: Sequence[int]) -> tuple[int, ...]:
    """A plan without lots that it does not need, the dearest looked at first; each that is left is needed.

    Transfers stay: who leaves one school arrives in another.
    """
    trial = Trial(problem, lots)
    order = sorted(range(len(lots)), key=lambda v: (-problem.variables[v].cost, v))
    order = [v for v in order if lots[v] and problem.variables[v].kind != "transfer"]
    # What is taken back from those above the mean makes others superfluous that were looked at before.
    while sum(trial.take_back(v) for v in order):
        pass
    found = tuple(trial.lots)
    return found if not problem.broken(found) else tuple(lots)


class Trial:
    """A plan's sums, kept up while lots are changed and changed back."""

    def __init__(self, problem: Problem, lots: Sequence[int]) -> None:
        self.problem, self.lots = problem, list(lots)
        self.numerators = problem.numerators(lots)
        self.effects: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for effect in problem.effects:
            self.effects[effect.variable].append((effect.figure, effect.amount))
        self.sections = {j: section for section in problem.sections for j in section.figures}
        self.spread_of = {j: k for k, spread in enumerate(problem.spreads) for j in spread.figures}
        self.pupils = [math.fsum(problem.figures[j].pupils for j in spread.figures) for spread in problem.spreads]
        self.totals = [math.fsum(self.numerators[j] for j in spread.figures) for spread in problem.spreads]
        self.squares = [
            math.fsum(self.numerators[j] ** 2 / problem.figures[j].pupils for j in spread.figures)
            for spread in problem.spreads
        ]
        self.rows: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self.used = []
        for number, row in enumerate(problem.rows):
            self.used.append(math.fsum(weight * lots[v] for v, weight in row.terms))
            for v, weight in row.terms:
                self.rows[v].append((number, weight))

    def take_back(self, v: int) -> bool:
        """Take back as many lots of a variable as can be; whether there were any."""
        before = step = self.lots[v]
        while step:
            while self.lots[v] >= step and self.try_changes(((v, -step),)):
                pass
            step //= 2
        return self.lots[v] < before

    def try_changes(self, changes: Sequence[tuple[int, int]]) -> bool:
        """Change lots together; change them back where something no longer holds."""
        for v, count in changes:
            self._change(v, count)
        if all(self._holds(v) for v, _ in changes):
            return True
        for v, count in changes:
            self._change(v, -count)
        return False

    def _change(self, v: int, count: int) -> None:
        self.lots[v] += count
        for j, amount in self.effects[v]:
            before = self.numerators[j]
            after = self.numerators[j] = before + amount * count
            if j in self.spread_of:
                k = self.spread_of[j]
                self.totals[k] += after - before
                self.squares[k] += (after**2 - before**2) / self.problem.figures[j].pupils
        for number, weight in self.rows[v]:
            self.used[number] += weight * count

    def _holds(self, v: int) -> bool:
        problem = self.problem
        for number, _ in self.rows[v]:
            if self.used[number] > problem.rows[number].at_most + 1e-9:
                return False
        for j, _ in self.effects[v]:
            if j in self.sections and not problem.passes(self.sections[j], self.numerators):
                return False
        spreads = {self.spread_of[j] for j, _ in self.effects[v] if j in self.spread_of}
        return all(self._even(k) for k in spreads)

    def _even(self, k: int) -> bool:
        """Whether a coefficient holds, by sums that were kept up: with a margin for their noise."""
        mean = self.totals[k] / self.pupils[k]
        square = self.squares[k] / self.pupils[k] - mean * mean
        return mean > 0 and square <= (self.problem.spreads[k].limit * (1 - 1e-9) * mean) ** 2
