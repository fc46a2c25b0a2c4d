"""The mixed-integer programme of catchments over the pairs of unit and site still allowed; HiGHS solves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    """What came of a solve: site of each unit (None without a plan), the programme's value, a proven bound."""

    state: State
    assignment: NDArray[np.int64] | None
    value: float
    bound: float


class Programme:
    """min Σ cost x, each unit to one site, capacity in every case, and separators; ``allowed`` says which x there are.

    With ``price`` a column for each site adds to its capacity at that price; with ``free`` units cost nothing, so that
    only what is lacking is counted.
    """

    def __init__(
        self,
        problem: ZoneProblem,
        allowed: NDArray[np.bool_],
        cuts: Iterable[Cut] = (),
        *,
        price: float | None = None,
        free: bool = False,
    ) -> None:
        self.problem = problem
        self.units_of, self.sites_of = np.nonzero(allowed)
        count = len(self.units_of)
        self.column = np.full(allowed.shape, -1, dtype=np.int64)
        self.column[self.units_of, self.sites_of] = np.arange(count)
        self.count = count
        self.price = price
        self.free = free
        self.extras = 0 if price is None else problem.sites
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(self._model())
        self.base = int(self.highs.getNumRow())
        self.add(cuts)

    def _model(self) -> highspy.HighsLp:
        problem, count, sites = self.problem, self.count, np.arange(self.problem.sites)
        rows, columns, weights = [self.units_of], [np.arange(count)], [np.ones(count)]
        number = problem.units
        lower, upper = [np.ones(number)], [np.ones(number)]
        for demand in problem.demand:
            rows.append(number + self.sites_of)
            columns.append(np.arange(count))
            weights.append(demand[self.units_of])
            if self.extras:
                rows.append(number + sites)
                columns.append(count + sites)
                weights.append(-np.ones(self.extras))
            lower.append(np.full(problem.sites, -INFINITY))
            upper.append(problem.capacity.astype(np.float64))
            number += problem.sites
        cost = np.zeros(count) if self.free else problem.cost[self.units_of, self.sites_of]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = count + self.extras, number
        lp.col_cost_ = np.concatenate([cost, np.full(self.extras, self.price or 0.0)])
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.concatenate([np.ones(count), np.full(self.extras, INFINITY)])
        lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
        _matrix(lp, np.concatenate(rows), np.concatenate(columns), np.concatenate(weights))
        lp.integrality_ = [highspy.HighsVarType.kInteger] * count + [highspy.HighsVarType.kContinuous] * self.extras
        return lp

    def add(self, cuts: Iterable[Cut]) -> None:
        """Add the separators that speak of an allowed pair."""
        index: list[NDArray[np.int64]] = []
        weights = []
        for cut in cuts:
            own = self.column[cut.unit, cut.site]
            if own < 0:
                continue
            others = self.column[np.array(cut.parting, np.int64), cut.site]
            others = others[others >= 0]
            index.append(np.concatenate([[own], others]))
            weights.append(np.concatenate([[1.0], np.full(len(others), -1.0)]))
        self.rows(index, weights, np.zeros(len(index)))

    def rows(
        self, index: list[NDArray[np.int64]], weights: list[NDArray[np.float64]], most: NDArray[np.float64]
    ) -> None:
        """Add rows Σ weights · columns ≤ most."""
        if not index:
            return
        starts = np.cumsum([0] + [len(each) for each in index[:-1]]).astype(np.int32)
        flat = np.concatenate(index).astype(np.int32)
        low = np.full(len(index), -INFINITY)
        self.highs.addRows(len(index), low, most, len(flat), starts, flat, np.concatenate(weights))

    def whole(
        self,
        seconds: float,
        gap: float = 0.0,
        *,
        start: NDArray[np.int64] | None = None,
        told: Callable[[float, float], None] | None = None,
        options: dict[str, float | int | bool | str] | None = None,
    ) -> Found:
        """Solve it with whole units from a plan, where one is given; ``told`` hears of the bound now and then."""
        highs = self.highs
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", 1e-9)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.05))
        for name, value in (options or {}).items():
            highs.setOptionValue(name, value)
        if start is not None:
            self._start(start)
        if told is not None:
            # Heard of at the lines of the log only: a call for each step would make the threads wait for each other.
            highs.cbMipLogging.subscribe(
                lambda event: told(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
            )
        highs.run()
        return self._read()

    def _start(self, assignment: NDArray[np.int64]) -> None:
        columns = self.column[np.arange(self.problem.units), assignment]
        if (columns < 0).any():
            return
        values = np.zeros(self.count + self.extras)
        values[columns] = 1.0
        if self.extras:
            values[self.count :] = lacking(self.problem, assignment)
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self.highs.setSolution(solution)

    def _read(self) -> Found:
        highs = self.highs
        status, info = highs.getModelStatus(), highs.getInfo()
        statuses = highspy.HighsModelStatus
        if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
            return Found("infeasible", None, INFINITY, INFINITY)
        state: State = "optimal" if status == statuses.kOptimal else "stopped"
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != 2:
            return Found(state, None, INFINITY, bound)
        table = self.table(np.array(highs.getSolution().col_value))
        return Found(state, table.argmax(axis=1), float(info.objective_function_value), bound)

    def table(self, values: NDArray[np.float64], other: float = 0.0) -> NDArray[np.float64]:
        """Values of the columns as (units, sites)."""
        table = np.full(self.column.shape, other)
        table[self.units_of, self.sites_of] = values[: self.count]
        return table


def _matrix(
    lp: highspy.HighsLp, rows: NDArray[np.int64], columns: NDArray[np.int64], weights: NDArray[np.float64]
) -> None:
    order = np.lexsort((columns, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(rows, np.arange(lp.num_row_ + 1)).astype(np.int32)
    lp.a_matrix_.index_ = columns.astype(np.int32)
    lp.a_matrix_.value_ = weights


def costs_of(problem: ZoneProblem, assignment: NDArray[np.int64]) -> float:
    """What an assignment costs."""
    return float(problem.cost[np.arange(problem.units), assignment].sum())


def lacking(problem: ZoneProblem, assignment: NDArray[np.int64]) -> NDArray[np.float64]:
    """The capacity (sites,) that an assignment needs beyond what there is; rounding errors of sums are none."""
    used = [np.bincount(assignment, each, problem.sites) for each in problem.demand]
    over = np.max(used, axis=0) - problem.capacity if used else np.zeros(problem.sites)
    return np.where(over > 1e-6, over, 0.0)
