"""The question without whole units: a linear programme that gets its links and separators as points break them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import highspy
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.model import Model, Pairs
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.whole import Found, programme, whole
from jiaoheng.plans.zones.separators import Cut, Reach, of_point

LITTLE = 1e-6


class Relaxation:
    """min cost over shares of units, with what is broken added in rounds; ``pairs`` may leave some out.

    With all pairs its value is a bound for the question; where some are left out, ``missing`` says what they could do.
    """

    def __init__(
        self,
        problem: SitingProblem,
        found: Pairs,
        reach: Reach | None,
        *,
        lacking: float | None = None,
        fixed: Mapping[int, bool] = MappingProxyType({}),
    ) -> None:
        self.problem, self.pairs, self.reach = problem, found, reach
        self.model = Model(problem, found, linked=False, lacking=lacking)
        for site, opened in fixed.items():
            self.model.lower[self.model.opening[site]] = self.model.upper[self.model.opening[site]] = float(opened)
        self.highs = programme(self.model.linear(whole=False))
        self.linked = np.zeros(len(found), bool)
        self.cuts: list[Cut] = []
        self.value = -np.inf
        self.point: NDArray[np.float64] = np.zeros(len(self.model.cost))
        self.reduced: NDArray[np.float64] = np.zeros(len(self.model.cost))
        nobody = problem.zones.demand.max(axis=0)[found.unit] <= 0
        self.link(np.flatnonzero(nobody | (lacking is not None)))

    def tighten(self, left: Callable[[], float]) -> bool:
        """Solve, and add what is broken, until nothing is or the time is over; False: there is no point at all."""
        while True:
            self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(left(), 0.05))
            self.highs.run()
            status = self.highs.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                self.value = np.inf
                return False
            if status != highspy.HighsModelStatus.kOptimal:
                return True
            solution = self.highs.getSolution()
            self.value = float(self.highs.getInfo().objective_function_value)
            self.point, self.reduced = np.array(solution.col_value), np.array(solution.col_dual)
            links = self._link()
            new = [] if links > len(self.pairs) / 100 else self._separate()
            if left() <= 0 or not (links or new):
                return True

    def _link(self) -> int:
        share, opened = self.point[: len(self.pairs)], self.point[self.model.opening[self.pairs.site]]
        broken = np.flatnonzero((share > opened + LITTLE) & ~self.linked)
        self.link(broken)
        return len(broken)

    def link(self, columns: NDArray[np.int64]) -> None:
        """Say of these pairs that a unit goes to an open site only."""
        count = len(columns)
        if not count:
            return
        self.linked[columns] = True
        index = np.stack([columns, self.model.opening[self.pairs.site[columns]]], axis=1).ravel().astype(np.int32)
        starts = (2 * np.arange(count)).astype(np.int32)
        below = np.full(count, -np.inf)
        self.highs.addRows(count, below, np.zeros(count), 2 * count, starts, index, np.tile([1.0, -1.0], count))

    def _separate(self) -> list[Cut]:
        if self.reach is None:
            return []
        shares = np.zeros(self.pairs.number.shape)
        shares[self.pairs.unit, self.pairs.site] = self.point[: len(self.pairs)]
        new = of_point(shares, self.reach)
        self.add(new)
        return new

    def add(self, cuts: Iterable[Cut]) -> None:
        """Add separators."""
        new = list(cuts)
        self.model.append(self.highs, new)
        self.cuts += new

    def missing(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Reduced costs (units, sites) of the pairs left out (inf for the others), and the least of each unit."""
        zones, rows = self.problem.zones, np.array(self.highs.getSolution().row_dual)
        left_out = zones.cost - rows[: zones.units, None]
        number = zones.units
        scale = np.maximum(zones.capacity, 1.0)
        cases = len(zones.demand)
        for site in range(zones.sites):
            for case in zones.demand:
                left_out[:, site] -= case / scale[site] * rows[number]
                number += 1
        assert number == zones.units + zones.sites * cases
        left_out[self.pairs.unit, self.pairs.site] = np.inf
        return left_out, left_out.min(axis=1)

    def forbid(self, opened: tuple[int, ...]) -> None:
        """Another set of open sites than this one."""
        weights = np.ones(len(self.model.opening))
        weights[list(opened)] = -1.0
        columns = self.model.opening.astype(np.int32)
        self.highs.addRow(1.0 - len(opened), np.inf, len(columns), columns, weights)

    def openings(
        self,
        *,
        seconds: float,
        gap: float = 0.0,
        below: float = np.inf,
        start: NDArray[np.float64] | None = None,
        told: Callable[[float, float], bool] | None = None,
        units: bool = False,
        fixed: NDArray[np.int64] | None = None,
        reserve: float = 0.0,
    ) -> Found:
        """The same with sites wholly open or not, and with ``units`` whole units too; ``fixed`` pairs left out."""
        lp = self.highs.getLp()
        shares = highspy.HighsVarType.kInteger if units else highspy.HighsVarType.kContinuous
        kinds = [shares] * len(self.pairs) + [highspy.HighsVarType.kInteger] * len(self.model.opening)
        kinds += [highspy.HighsVarType.kContinuous] * len(self.model.extra)
        lp.integrality_ = kinds
        if reserve:
            zones, lower = self.problem.zones, np.array(lp.row_lower_)
            first = zones.units + zones.sites * len(zones.demand)
            lower[first : first + len(zones.demand)] *= 1 + reserve
            lp.row_lower_ = lower
        if fixed is not None:
            upper = np.array(lp.col_upper_)
            upper[fixed] = 0.0
            lp.col_upper_ = upper
        return whole(programme(lp), seconds=seconds, gap=gap, below=below, start=start, told=told)
