"""Coefficients of variation as linear cuts.

With values x_j, weights w_j that add up to 1, mean x̄ = Σ w x and limit c, a coefficient holds where

    Σ_j w_j x_j² ≤ (1 + c²) x̄²                                                                     (*)

Three ways to write it with linear rows:

- ``outer``: one column a figure, s_j ≥ x_j² / x̄, convex in (x_j, x̄): its tangents 2q x_j − q² x̄ hold everywhere. What
  they allow is a relaxation; where it has no point, there is no plan.
- one column a figure, t_j ≥ x_j². Values move in steps, so that the secants between neighbouring values hold at every
  value and are exact there, where tangents would be too low between them. Then only x̄² on the right is to be
  replaced: by its chord over a range that x̄ cannot leave, which is never too low (``relaxed``: bounds are proven
  with it), or by a tangent, which is never too high (``inner``: every point of it keeps (*), so that plans are).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from jiaoheng.plans.path.linear import INFINITY, Answer
from jiaoheng.plans.path.program import Program, SpreadColumns

MARGIN = 1e-6
"""How much below its limit, relatively, a coefficient is kept in plans, so that no tolerance of a solver counts."""
_FIRST_RATIOS = (0.6, 0.85, 1.0, 1.15, 1.4, 2.0)
_NEAR = (-128, -64, -32, -16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16, 32, 64, 128)
_CLOSE = 1e-4
"""A coefficient that is over its limit by less than this part needs no further outer cuts."""


class Outer:
    """Tangents of x² ÷ x̄ for every spread of a programme, added where a point breaks them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        linear = program.linear
        self.squares: list[list[int]] = []
        for spread in program.spreads:
            squares = [linear.column(0.0, INFINITY) for _ in spread.values]
            terms = [*zip(squares, spread.weights, strict=True), (spread.mean, -(1 + spread.limit**2))]
            linear.row(-INFINITY, terms, 0.0)
            for value, square in zip(spread.values, squares, strict=True):
                for ratio in _FIRST_RATIOS:
                    self._cut(square, value, spread.mean, ratio)
            self.squares.append(squares)

    def solve(self, rounds: int = 60) -> Answer:
        """Solve the relaxation, cutting until the coefficients hold but for a little."""
        answer = self.program.linear.solve()
        for _ in range(rounds):
            if answer.point is None or not self._cut_off(answer.point):
                break
            answer = self.program.linear.solve()
        return answer

    def _cut_off(self, point: np.ndarray) -> bool:
        added = False
        for spread, squares in zip(self.program.spreads, self.squares, strict=True):
            if spread.coefficient(point) <= spread.limit * (1 + _CLOSE):
                continue
            mean = point[spread.mean]
            for value, square in zip(spread.values, squares, strict=True):
                if point[square] < point[value] ** 2 / mean - 1e-8:
                    self._cut(square, value, spread.mean, point[value] / mean)
                    added = True
        return added

    def _cut(self, square: int, value: int, mean: int, ratio: float) -> None:
        terms = [(square, 1.0), (value, -2 * ratio), (mean, ratio * ratio)]
        self.program.linear.row(0.0, terms, INFINITY)


class Added(msgspec.Struct, frozen=True):
    """Rows and columns that were added for one solve; of each spread, in order, the row of its coefficient is first."""

    rows: list[int]
    columns: list[int]


class Squares:
    """Columns t_j ≥ x_j² of the spreads that may bind, with secants near the points that were seen."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.columns: dict[int, list[int]] = {}
        self._seen: set[tuple[int, int, int]] = set()

    def hold(self, number: int, point: np.ndarray) -> bool:
        """Write a spread this way from now on; False where it was already."""
        if number in self.columns:
            return False
        spread = self.program.spreads[number]
        self.columns[number] = [self.program.linear.column(0.0, INFINITY) for _ in spread.values]
        for place, (base, moves) in enumerate(zip(spread.base, spread.moves, strict=True)):
            if not moves:
                self.program.linear.row(base * base, [(self.columns[number][place], 1.0)], INFINITY)
        self.refine(point)
        return True

    def refine(self, point: np.ndarray) -> bool:
        """Add the secants around a point (tangents, where there are no steps) that are not there yet, if any."""
        added = False
        for number, squares in self.columns.items():
            spread = self.program.spreads[number]
            for place, square in enumerate(squares):
                if not spread.moves[place]:
                    continue
                if spread.step[place]:
                    added |= self._secants(number, place, square, float(point[spread.values[place]]))
                else:
                    added |= self._tangent(spread, place, square, point)
        return added

    def inner(self, means: dict[int, float]) -> list[int]:
        """Rows under which every point keeps its coefficients; tight where a mean is the one given."""
        return self._rows(
            (number, (1 - MARGIN) * spread_factor(self.program.spreads[number]), 2 * mean, -mean * mean)
            for number, mean in means.items()
        )

    def relaxed(self, ranges: Mapping[int, Sequence[float]]) -> Added:
        """What every point keeps that keeps its coefficients, with each mean between the first and last of its bounds.

        More than two bounds cut the range: a mean lies in one of the parts, and the chord of that part holds.
        """
        linear, first = self.program.linear, self.program.linear.columns
        rows: list[int] = []
        for number, bounds in ranges.items():
            spread = self.program.spreads[number]
            if len(bounds) == 2:
                low, high = bounds
                rows += self._rows([(number, spread_factor(spread), low + high, -low * high)])
            else:
                rows += self._in_parts(number, bounds)
        return Added(rows, list(range(first, linear.columns)))

    def _in_parts(self, number: int, bounds: Sequence[float]) -> list[int]:
        linear, spread = self.program.linear, self.program.spreads[number]
        factor = spread_factor(spread)
        rows, chosen, parts, terms = [], [], [], []
        for low, high in pairwise(bounds):
            here, mean = linear.column(0.0, 1.0, whole=True), linear.column(0.0, INFINITY)
            rows.append(linear.row(0.0, [(mean, 1.0), (here, -low)], INFINITY))
            rows.append(linear.row(-INFINITY, [(mean, 1.0), (here, -high)], 0.0))
            chosen.append((here, 1.0))
            parts.append((mean, 1.0))
            terms += [(mean, -factor * (low + high)), (here, factor * low * high)]
        rows.append(linear.row(1.0, chosen, 1.0))
        rows.append(linear.row(0.0, [*parts, (spread.mean, -1.0)], 0.0))
        squares = zip(self.columns[number], spread.weights, strict=True)
        return [linear.row(-INFINITY, [*squares, *terms], 0.0), *rows]

    def _rows(self, sides: Iterable[tuple[int, float, float, float]]) -> list[int]:
        linear, rows = self.program.linear, []
        for number, factor, slope, constant in sides:
            spread = self.program.spreads[number]
            terms = [*zip(self.columns[number], spread.weights, strict=True), (spread.mean, -factor * slope)]
            rows.append(linear.row(-INFINITY, terms, factor * constant))
        return rows

    def _secants(self, number: int, place: int, square: int, value: float) -> bool:
        spread = self.program.spreads[number]
        base, step = spread.base[place], spread.step[place]
        here = math.floor((value - base) / step + 1e-9)
        added = False
        for offset in _NEAR:
            key = (number, place, here + offset)
            if key not in self._seen:
                self._seen.add(key)
                low = base + (here + offset) * step
                self._above(square, spread.values[place], low, low + step)
                added = True
        return added

    def _tangent(self, spread: SpreadColumns, place: int, square: int, point: np.ndarray) -> bool:
        value = float(point[spread.values[place]])
        # A column that was added after the point was found has no value there.
        if square < len(point) and point[square] >= value * value - 1e-9:
            return False
        self._above(square, spread.values[place], value, value)
        return True

    def _above(self, square: int, value: int, low: float, high: float) -> None:
        """t ≥ (low + high) x − low · high: the secant of x² between two values, its tangent where they are one."""
        self.program.linear.row(-low * high, [(square, 1.0), (value, -(low + high))], INFINITY)


def spread_factor(spread: SpreadColumns) -> float:
    """1 + c² of (*)."""
    return 1 + spread.limit**2


def near_limit(program: Program, point: np.ndarray, share: float = 0.9) -> Sequence[int]:
    """The spreads whose coefficient at a point is near its limit or over it."""
    return [number for number, spread in enumerate(program.spreads) if spread.coefficient(point) > share * spread.limit]
