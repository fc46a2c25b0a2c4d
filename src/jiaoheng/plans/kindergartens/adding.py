"""The fewest kindergarten seats to add, and private ones to turn, as a whole-number programme."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import highspy
import msgspec
import numpy as np

_SECONDS = 20.0
_STEPS = 10
_NOISE = 1e-6


class Garden(msgspec.Struct, frozen=True):
    """A kindergarten with its seats."""

    school_id: str
    town: str
    seats: int
    public: bool


class Added(msgspec.Struct, frozen=True):
    """Public seats to add by town, and private kindergartens to turn into affordable ones: code, town, seats.

    ``proven``: fewer seats to add, and at that fewer to turn, do not do.
    """

    seats: tuple[tuple[str, int], ...]
    turned: tuple[tuple[str, str, int], ...]
    proven: bool


def least_added(
    pupils: Mapping[str, Sequence[float]], gardens: Sequence[Garden], affordable: set[str], public: float,
    inclusive: float,
) -> Added:  # fmt: skip
    """Fewest seats added; then fewest seats turned; then added where public seats hold the smallest share of pupils.

    ``pupils`` are by town and year. ``affordable`` are the private kindergartens that already are; ``public`` and
    ``inclusive`` the shares of each year's pupils that such seats in the pupils' own towns must hold.
    """
    model = _Model(pupils, gardens, affordable, public, inclusive)
    most = model.least(model.added)
    turned = model.least(model.turned)
    placed = model.least(model.levels)
    seats, turning = model.answer()
    return Added(seats, turning, most and turned and placed)


class _Model:
    """Columns: seats added by town (whole), gardens turned (0 or 1), and the seats added by level of a town's share."""

    def __init__(
        self, pupils: Mapping[str, Sequence[float]], gardens: Sequence[Garden], affordable: set[str], public: float,
        inclusive: float,
    ) -> None:  # fmt: skip
        self.solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("time_limit", _SECONDS), ("mip_rel_gap", 0.0)):
            self.solver.setOptionValue(option, value)
        self.towns = list(pupils)
        self.private = [each for each in gardens if not each.public and each.school_id not in affordable and each.seats]
        self.added = {self._column(math.inf, whole=True): 1.0 for _ in self.towns}
        self.turned = {self._column(1.0, whole=True): float(each.seats) for each in self.private}
        self.levels: dict[int, float] = {}
        plus = dict(zip(self.towns, self.added, strict=True))
        years = len(next(iter(pupils.values())))
        own = {town: [each for each in gardens if each.town == town] for town in self.towns}
        turning: dict[str, dict[int, float]] = {town: {} for town in self.towns}
        for (column, seats), each in zip(self.turned.items(), self.private, strict=True):
            turning[each.town][column] = seats
        for town in self.towns:
            have = sum(each.seats for each in own[town])
            self._row({plus[town]: 1.0}, max(pupils[town]) - have, math.inf)
            self._level(plus[town], max(pupils[town]), sum(each.seats for each in own[town] if each.public))
        for year in range(years):
            for share, of_all in ((public, False), (inclusive, True)):
                held = {}
                for town in self.towns:
                    kept = [e for e in own[town] if e.public or (of_all and e.school_id in affordable)]
                    column = self._column(pupils[town][year])
                    held[column] = 1.0
                    more = {plus[town]: -1.0} | (
                        {each: -seats for each, seats in turning[town].items()} if of_all else {}
                    )
                    self._row({column: 1.0} | more, -math.inf, sum(each.seats for each in kept))
                need = share * sum(pupils[town][year] for town in self.towns)
                self._row(held, need - _NOISE, math.inf)

    def _column(self, most: float, *, whole: bool = False) -> int:
        number: int = self.solver.getNumCol()
        self.solver.addVar(0.0, most)
        if whole:
            kind = np.array([highspy.HighsVarType.kInteger])
            self.solver.changeColsIntegrality(1, np.array([number], dtype=np.int32), kind)
        return number

    def _row(self, values: Mapping[int, float], low: float, high: float) -> None:
        self.solver.addRow(
            low, high, len(values), np.array(list(values), dtype=np.int32), np.array(list(values.values()))
        )

    def _level(self, plus: int, pupils: float, public: float) -> None:
        """Added seats cost more the larger the share of pupils is that public seats already hold."""
        parts = {}
        for step in range(_STEPS):
            low, high = step * pupils / _STEPS, (step + 1) * pupils / _STEPS
            column = self._column(max(0.0, high - max(low, public)))
            parts[column], self.levels[column] = 1.0, float(step)
        beyond = self._column(math.inf)
        parts[beyond], self.levels[beyond] = 1.0, float(_STEPS)
        self._row(parts | {plus: -1.0}, 0.0, 0.0)

    def least(self, weights: Mapping[int, float]) -> bool:
        """Make the weighted sum least, keep it so; whether that is proven."""
        for column in range(self.solver.getNumCol()):
            self.solver.changeColCost(column, weights.get(column, 0.0))
        if not weights:
            return True
        self.solver.run()
        proven = self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self.values = list(self.solver.getSolution().col_value)
        reached = sum(weight * self.values[column] for column, weight in weights.items())
        self._row(weights, -math.inf, reached + _NOISE * max(1.0, reached))
        return bool(proven)

    def answer(self) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, str, int], ...]]:
        """Seats added by town, and gardens turned."""
        seats = tuple(
            (town, round(self.values[column]))
            for town, column in zip(self.towns, self.added, strict=True)
            if round(self.values[column]) > 0
        )
        turned = tuple(
            (each.school_id, each.town, each.seats)
            for each, column in zip(self.private, self.turned, strict=True)
            if self.values[column] > 0.5
        )
        return seats, turned
