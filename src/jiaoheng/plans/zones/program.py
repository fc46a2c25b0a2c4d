"""The mixed-integer programme of catchments over the pairs of unit and site still allowed; HiGHS solves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import highspy
import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.separators import Cut

State = Literal["optimal", "infeasible", "stopped"]
INFINITY = float("inf")


class Found(msgspec.Struct, frozen=True):
    """What came of a solve: site of each unit (None without a plan), lacking capacity, its value, a proven bound."""

    state: State
    assignment: NDArray[np.int64] | None
    extra: NDArray[np.float64] | None
    value: float
    bound: float


class Programme:
    """min Σ cost x, each unit to one site, capacity in every case, and separators; ``allowed`` says which x there are.

    With ``lacking`` a column for each site adds to its capacity: at a price of one and with x free of cost, or (with
    ``most``) free of cost up to that sum.
    """

    def __init__(
        self,
        problem: ZoneProblem,
        allowed: NDArray[np.bool_],
        cuts: Iterable[Cut] = (),
        *,
        lacking: bool = False,
        most: float | None = None,
    ) -> None:
        self.problem = problem
        self.units_of, self.sites_of = np.nonzero(allowed)
        count = len(self.units_of)
        self.column = np.full(allowed.shape, -1, dtype=np.int64)
        self.column[self.units_of, self.sites_of] = np.arange(count)
        self.count = count
        self.lacking = lacking
        self.extras = problem.sites if lacking else 0
        cost = problem.cost[self.units_of, self.sites_of]
        if lacking and most is None:
            cost = np.zeros(count)
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(self._model(cost, most))
        self.separators = 0
        self.add(cuts)

    def _model(self, cost: NDArray[np.float64], most: float | None) -> highspy.HighsLp:
        problem, count = self.problem, self.count
        rows, columns, weights = [self.units_of], [np.arange(count)], [np.ones(count)]
        lower, upper = [np.ones(problem.units)], [np.ones(problem.units)]
        number = problem.units
        for demand in problem.demand:
            rows.append(number + self.sites_of)
            columns.append(np.arange(count))
            weights.append(demand[self.units_of])
            if self.lacking:
                rows.append(number + np.arange(problem.sites))
                columns.append(count + np.arange(problem.sites))
                weights.append(-np.ones(problem.sites))
            lower.append(np.full(problem.sites, -INFINITY))
            upper.append(problem.capacity.astype(np.float64))
            number += problem.sites
        if most is not None:
            rows.append(np.full(self.extras, number))
            columns.append(count + np.arange(self.extras))
            weights.append(np.ones(self.extras))
            lower.append(np.array([-INFINITY]))
            upper.append(np.array([most]))
            number += 1
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = count + self.extras, number
        lp.col_cost_ = np.concatenate([cost, np.full(self.extras, 1.0 if most is None else 0.0)])
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.concatenate([np.ones(count), np.full(self.extras, INFINITY)])
        lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
        _matrix(lp, np.concatenate(rows), np.concatenate(columns), np.concatenate(weights))
        lp.integrality_ = [highspy.HighsVarType.kInteger] * count + [highspy.HighsVarType.kContinuous] * self.extras
        return lp

    def add(self, cuts: Iterable[Cut]) -> int:
        """Add separators; how many of them speak of an allowed pair."""
        starts, index, weights = [], [], []
        for cut in cuts:
            own = self.column[cut.unit, cut.site]
            if own < 0:
                continue
            others = self.column[list(cut.parting), cut.site] if cut.parting else np.empty(0, np.int64)
            others = others[others >= 0]
            starts.append(len(index))
            index += [int(own), *others.tolist()]
            weights += [1.0] + [-1.0] * len(others)
        if starts:
            self.highs.addRows(
                len(starts),
                np.full(len(starts), -INFINITY),
                np.zeros(len(starts)),
                len(index),
                np.array(starts, np.int32),
                np.array(index, np.int32),
                np.array(weights),
            )
        self.separators += len(starts)
        return len(starts)

    def whole(
        self,
        seconds: float,
        gap: float,
        *,
        start: NDArray[np.int64] | None = None,
        below: float = INFINITY,
        told: Callable[[float, float], bool] | None = None,
    ) -> Found:
        """Solve it with whole units; ``told`` hears of value and bound, and says whether to stop."""
        highs = self.highs
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", 1e-9)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.05))
        highs.setOptionValue("objective_bound", below)
        if start is not None:
            columns = self.column[np.arange(self.problem.units), start]
            if (columns >= 0).all():
                highs.setSolution(
                    len(columns), columns.astype(np.int32), np.ones(len(columns))
                ) if self.lacking else self._give(columns)
        highs.run()
        return self._read()

    def _give(self, columns: NDArray[np.int64]) -> None:
        solution = highspy.HighsSolution()
        values = np.zeros(self.count)
        values[columns] = 1.0
        solution.col_value = values.tolist()
        self.highs.setSolution(solution)

    def _read(self) -> Found:
        highs = self.highs
        status, info = highs.getModelStatus(), highs.getInfo()
        statuses = highspy.HighsModelStatus
        if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
            return Found("infeasible", None, None, INFINITY, INFINITY)
        state: State = "optimal" if status == statuses.kOptimal else "stopped"
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Found(state, None, None, INFINITY, bound)
        values = np.array(highs.getSolution().col_value)
        table = np.zeros(self.column.shape)
        table[self.units_of, self.sites_of] = values[: self.count]
        extra = values[self.count :] if self.lacking else None
        return Found(state, table.argmax(axis=1), extra, float(info.objective_function_value), bound)


def _matrix(
    lp: highspy.HighsLp, rows: NDArray[np.int64], columns: NDArray[np.int64], weights: NDArray[np.float64]
) -> None:
    order = np.lexsort((columns, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(rows, np.arange(lp.num_row_ + 1)).astype(np.int32)
    lp.a_matrix_.index_ = columns.astype(np.int32)
    lp.a_matrix_.value_ = weights


def costs_of(problem: ZoneProblem, assignment: Sequence[int] | NDArray[np.int64]) -> float:
    """What an assignment costs."""
    return float(problem.cost[np.arange(problem.units), np.asarray(assignment)].sum())
