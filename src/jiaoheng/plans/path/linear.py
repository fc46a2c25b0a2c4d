"""A linear programme that grows row by row, and the same with whole numbers; HiGHS solves both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import highspy
import msgspec
import numpy as np

INFINITY = float("inf")
State = Literal["optimal", "infeasible", "stopped"]


class Answer(msgspec.Struct, frozen=True):
    """What came of a solve: the point (None where there is none), its objective, and the proven bound."""

    state: State
    point: np.ndarray | None
    objective: float
    bound: float


class Linear:
    """min cost · x, rows between two bounds. Columns and rows are numbered as they are added."""

    def __init__(self) -> None:
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.whole: list[int] = []

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self.highs.getNumCol())

    def column(self, lower: float, upper: float, cost: float = 0.0, whole: bool = False) -> int:
        """Add a column, and give its number."""
        number = self.columns
        self.highs.addCol(cost, lower, upper, 0, np.empty(0, np.int32), np.empty(0))
        if whole:
            self.whole.append(number)
        return number

    def row(self, lower: float, terms: Iterable[tuple[int, float]], upper: float) -> int:
        """Add a row, and give its number; terms of one column are added up."""
        summed: dict[int, float] = {}
        for column, weight in terms:
            summed[column] = summed.get(column, 0.0) + weight
        kept = [(column, weight) for column, weight in summed.items() if weight]
        index = np.array([column for column, _ in kept], np.int32)
        weights = np.array([weight for _, weight in kept])
        self.highs.addRow(lower, upper, len(kept), index, weights)
        return int(self.highs.getNumRow()) - 1

    def drop(self, rows: Sequence[int], columns: Sequence[int] = ()) -> None:
        """Take out rows, and columns that were added last; the others keep their numbers but for rows after these."""
        if rows:
            self.highs.deleteRows(len(rows), np.array(rows, np.int32))
        if columns:
            self.highs.deleteCols(len(columns), np.array(columns, np.int32))
            self.whole = [column for column in self.whole if column not in columns]

    def costs(self, costs: Mapping[int, float]) -> None:
        """Make these the costs; every other column costs nothing."""
        whole = np.zeros(self.columns)
        for column, cost in costs.items():
            whole[column] = cost
        self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), whole)

    def solve(self, seconds: float = INFINITY) -> Answer:
        """Solve it with all columns continuous, from where the last solve ended."""
        return _answer(self.highs, seconds)

    def prices(self) -> np.ndarray:
        """Of each row, what the objective gains when its bound grows by one, at the last solve."""
        return np.array(self.highs.getSolution().row_dual)

    def solve_whole(
        self,
        *,
        gap: float,
        seconds: float,
        enough: float = INFINITY,
        low_enough: float = -INFINITY,
        near: np.ndarray | None = None,
        told: Callable[[float, float], None] | None = None,
    ) -> Answer:
        """Solve a copy with its whole columns whole, to a relative gap or for so many seconds.

        It ends early once the bound is ``enough`` or a point ``low_enough``. ``near`` a point, whole columns move to
        the whole numbers around it and one further only. ``told`` hears of the best objective and the bound.
        """
        other = highspy.Highs()
        other.setOptionValue("output_flag", False)
        lp = self.highs.getLp()
        kinds = [highspy.HighsVarType.kContinuous] * self.columns
        for column in self.whole:
            kinds[column] = highspy.HighsVarType.kInteger
        lp.integrality_ = kinds
        if near is not None:
            lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
            here = near[self.whole]
            lower[self.whole] = np.maximum(lower[self.whole], np.floor(here + 1e-6) - 1)
            upper[self.whole] = np.minimum(upper[self.whole], np.ceil(here - 1e-6) + 1)
            lp.col_lower_, lp.col_upper_ = lower, upper
        other.passModel(lp)
        other.setOptionValue("mip_rel_gap", gap)
        other.setOptionValue("mip_abs_gap", 0.0)
        other.setOptionValue("mip_feasibility_tolerance", 1e-7)

        def look(event: highspy.HighsCallbackEvent) -> None:
            if told is not None:
                told(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
            best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
            event.data_in.user_interrupt = bound >= enough or best <= low_enough

        other.cbMipInterrupt.subscribe(look)
        return _answer(other, seconds)


def _answer(highs: highspy.Highs, seconds: float) -> Answer:
    highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.1) if seconds < INFINITY else INFINITY)
    highs.run()
    status = highs.getModelStatus()
    info = highs.getInfo()
    statuses = highspy.HighsModelStatus
    point = np.array(highs.getSolution().col_value) if info.primal_solution_status == 2 else None
    whole = bool(highs.getLp().integrality_)
    if status == statuses.kOptimal:
        bound = info.mip_dual_bound if whole else info.objective_function_value
        return Answer("optimal", point, info.objective_function_value, bound)
    if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
        return Answer("infeasible", None, INFINITY, INFINITY)
    bound = info.mip_dual_bound if whole else -INFINITY
    return Answer("stopped", point, info.objective_function_value if point is not None else INFINITY, bound)
