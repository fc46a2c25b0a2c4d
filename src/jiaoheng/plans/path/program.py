"""The path as a linear programme: lots, which figure a section may miss, and means of spreads; cones are cut later.

Columns: ``lots`` (one a variable), ``missed`` (whether a figure stays below standard), ``values`` (a spread's figures
a pupil, in units of the mean threshold) and ``means`` (one a spread).
"""

from __future__ import annotations

import math

import numpy as np

from jiaoheng.plans.path.grid import Grid
from jiaoheng.plans.path.linear import INFINITY, Linear
from jiaoheng.plans.path.problem import Figure, Problem, Section


class SpreadColumns:
    """A spread's columns: the figures' values, their weights (adding up to 1) and the mean.

    ``base`` and ``step`` are the values without any move and the step between values, in the same unit.
    """

    def __init__(self, program: Program, number: int) -> None:
        problem, linear, grid = program.problem, program.linear, program.grid
        spread = problem.spreads[number]
        self.limit = spread.limit
        figures = [problem.figures[j] for j in spread.figures]
        pupils = math.fsum(figure.pupils for figure in figures)
        unit = (math.fsum(figure.threshold for figure in figures) or pupils) / pupils
        scales = [1 / (figure.pupils * unit) for figure in figures]
        self.weights = [figure.pupils / pupils for figure in figures]
        self.base = [figure.base * scale for figure, scale in zip(figures, scales, strict=True)]
        self.step = [grid.steps[j] * scale for j, scale in zip(spread.figures, scales, strict=True)]
        self.moves = [bool(grid.effects[j]) for j in spread.figures]
        self.mean = linear.column(0.0, INFINITY)
        self.values = []
        for j, base, scale in zip(spread.figures, self.base, scales, strict=True):
            value = linear.column(0.0, INFINITY)
            linear.row(base, [(value, 1.0), *((v, -a * scale) for v, a in grid.effects[j])], base)
            self.values.append(value)
        linear.row(0.0, [(self.mean, -1.0), *zip(self.values, self.weights, strict=True)], 0.0)

    def coefficient(self, point: np.ndarray) -> float:
        """The coefficient of variation at a point of the programme."""
        mean = point[self.mean]
        if mean <= 0:
            return INFINITY
        square = math.fsum(w * (point[v] - mean) ** 2 for v, w in zip(self.values, self.weights, strict=True))
        return math.sqrt(square) / float(mean)


class Program:
    """All of a problem but its cones: ``every_section`` passes, or whether one does is a column of ``passing``."""

    def __init__(self, problem: Problem, *, every_section: bool = True) -> None:
        self.problem, self.grid, self.linear = problem, Grid(problem), Linear()
        self.lots = [
            self.linear.column(0.0, variable.most, variable.cost, whole=True) for variable in problem.variables
        ]
        self.missed: dict[int, int] = {}
        self.passing: list[int] = []
        for section in problem.sections:
            if every_section:
                self._pass(section)
            else:
                self.passing.append(self._may_pass(section))
        self.rows = [self.linear.row(-INFINITY, row.terms, row.at_most) for row in problem.rows]
        self.spreads = [SpreadColumns(self, number) for number in range(len(problem.spreads))] if every_section else []

    @property
    def costs(self) -> dict[int, float]:
        """What a lot costs, by column."""
        return {column: variable.cost for column, variable in zip(self.lots, self.problem.variables, strict=True)}

    def rounded(self, point: np.ndarray) -> tuple[int, ...]:
        """The lots of a point whose lots are whole but for the solver's tolerance."""
        return tuple(round(float(point[column])) for column in self.lots)

    def _pass(self, section: Section) -> None:
        """At least ``at_least`` figures at their threshold, the others at their floor."""
        allowed = len(section.figures) - section.at_least
        misses = []
        for j in section.figures:
            figure, high, low = self._levels(j)
            if self.grid.lowest[j] >= high:
                continue
            missed = self.missed[j] = self.linear.column(0.0, 1.0 if allowed else 0.0, whole=True)
            misses.append((missed, 1.0))
            terms = [*self.grid.effects[j], (missed, high - low)]
            self.linear.row(high - figure.base, terms, INFINITY)
        if misses:
            self.linear.row(-INFINITY, misses, allowed)

    def _may_pass(self, section: Section) -> int:
        """The same where a column of its own is 1; otherwise the figures stay where they can stay."""
        passes = self.linear.column(0.0, 1.0, whole=True)
        allowed = len(section.figures) - section.at_least
        misses = []
        for j in section.figures:
            figure, high, low = self._levels(j)
            lowest = self.grid.lowest[j]
            if lowest >= high:
                continue
            if lowest < low:
                terms = [*self.grid.effects[j], (passes, -(low - lowest))]
                self.linear.row(lowest - figure.base, terms, INFINITY)
            missed = self.missed[j] = self.linear.column(0.0, 1.0 if allowed else 0.0, whole=True)
            misses.append((missed, 1.0))
            terms = [*self.grid.effects[j], (passes, -(high - lowest)), (missed, high - lowest)]
            self.linear.row(lowest - figure.base, terms, INFINITY)
        if misses:
            self.linear.row(-INFINITY, misses, allowed)
        return passes

    def _levels(self, j: int) -> tuple[Figure, float, float]:
        """A figure, and the lowest of its values at standard and at the floor."""
        figure = self.problem.figures[j]
        return figure, self.grid.reaching(j, figure.threshold), self.grid.reaching(j, figure.floor)
