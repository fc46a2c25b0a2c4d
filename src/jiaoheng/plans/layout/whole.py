"""A model with whole columns, handed to HiGHS: with a start, for so many seconds, in rounds of separators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import highspy
import msgspec
import numpy as np
from numpy.typing import NDArray

State = Literal["optimal", "infeasible", "stopped"]


class Found(msgspec.Struct, frozen=True):
    """What came of a solve: the point (None where there is none), its value and a proven bound."""

    state: State
    point: NDArray[np.float64] | None
    value: float
    bound: float


def programme(lp: highspy.HighsLp) -> highspy.Highs:
    """HiGHS with a model, silent and on one thread."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    highs.setOptionValue("mip_abs_gap", 1e-9)
    highs.passModel(lp)
    return highs


def whole(
    highs: highspy.Highs,
    *,
    seconds: float,
    gap: float = 0.0,
    start: NDArray[np.float64] | None = None,
    below: float = np.inf,
    told: Callable[[float, float], bool] | None = None,
) -> Found:
    """Solve it. Only points cheaper than ``below`` are looked for; ``told`` hears of best value and bound, and may
    say to stop.
    """
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.05))
    highs.setOptionValue("objective_bound", below)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    if told is not None:

        def look(event: highspy.HighsCallbackEvent) -> None:
            event.data_in.user_interrupt = told(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)

        highs.cbMipInterrupt.subscribe(look)
    highs.run()
    return read(highs)


def read(highs: highspy.Highs) -> Found:
    """What the last solve found."""
    status, info, statuses = highs.getModelStatus(), highs.getInfo(), highspy.HighsModelStatus
    if status in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
        return Found("infeasible", None, np.inf, np.inf)
    state: State = "optimal" if status == statuses.kOptimal else "stopped"
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(state, None, np.inf, float(info.mip_dual_bound))
    point = np.array(highs.getSolution().col_value)
    return Found(state, point, float(info.objective_function_value), float(info.mip_dual_bound))
