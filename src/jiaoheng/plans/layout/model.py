"""The question of sites as a linear model: columns for opening and serving, rows for what must hold."""

from __future__ import annotations

from collections.abc import Iterable

import highspy
import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.check import ROUNDING, needed
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.zones.separators import Cut, Reach


class Pairs(msgspec.Struct, frozen=True):
    """What may serve what: of each column its ``unit`` and ``site``; ``number`` (units, sites) is the column, or -1.

    ``reach`` says how areas can lie, None where they may be in pieces; ``shut`` (sites,) are those that can never open.
    """

    unit: NDArray[np.int64]
    site: NDArray[np.int64]
    number: NDArray[np.int64]
    reach: Reach | None
    shut: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.unit)


def pairs(problem: SitingProblem, *, lacking: bool = False, among: NDArray[np.bool_] | None = None) -> Pairs:
    """The pairs of unit and site that a plan may hold; with ``lacking`` also those for which a site has no room.

    ``among`` (units, sites) leaves only some of them.
    """
    zones = problem.zones
    allowed = np.isfinite(zones.cost)
    if among is not None:
        allowed &= among
    if not lacking:
        allowed &= (zones.demand[:, :, None] <= zones.capacity[None, None, :] * (1 + ROUNDING)).all(axis=0)
    shut = np.isinf(problem.fixed)
    reach = None
    if zones.near is not None:
        shut |= [not allowed[list(homes), site].all() for site, homes in enumerate(zones.homes)]
        allowed[:, shut] = False
        reach = Reach(allowed, zones.homes, zones.near)
        allowed = reach.prune()
    allowed[:, shut] = False
    unit, place = np.nonzero(allowed)
    number = np.full(allowed.shape, -1)
    number[unit, place] = np.arange(len(unit))
    return Pairs(unit, place, number, reach, shut)


class Model:
    """Columns: serving by the number of the pair, then opening by site. Rows are gathered, then handed to HiGHS.

    With ``lacking`` a third kind of column adds to the capacity of each site, at that price for each pupil.
    """

    def __init__(
        self, problem: SitingProblem, found: Pairs, *, linked: bool = True, lacking: float | None = None
    ) -> None:
        zones = problem.zones
        self.problem, self.pairs, self.lacking = problem, found, lacking
        self.opening = len(found) + np.arange(zones.sites)
        more = 0 if lacking is None else zones.sites
        self.extra = len(found) + zones.sites + np.arange(more)
        opening = np.where(found.shut, 0.0, problem.fixed)
        self.cost = np.concatenate([zones.cost[found.unit, found.site], opening, np.full(more, lacking or 0.0)])
        self.lower, self.upper = np.zeros(len(self.cost)), np.ones(len(self.cost))
        self.upper[self.extra] = np.inf
        self.lower[self.opening[problem.must]] = 1.0
        self.upper[self.opening[found.shut]] = 0.0
        self._start: list[int] = []
        self._index: list[NDArray[np.int64]] = []
        self._weight: list[NDArray[np.float64]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._size = 0
        self._served()
        self._capacities()
        self._openings()
        if zones.near is not None:
            self._homes()
        if linked:
            self._links()

    def row(self, low: float, index: Iterable[int], weight: Iterable[float], high: float) -> None:
        """Gather a row."""
        columns, weights = np.fromiter(index, np.int64), np.fromiter(weight, np.float64)
        self._start.append(self._size)
        self._size += len(columns)
        self._index.append(columns)
        self._weight.append(weights)
        self._low.append(low)
        self._high.append(high)

    def _served(self) -> None:
        number = self.pairs.number
        for unit in range(self.problem.zones.units):
            own = number[unit][number[unit] >= 0]
            self.row(1.0, own, np.ones(len(own)), 1.0)

    def _capacities(self) -> None:
        zones, number = self.problem.zones, self.pairs.number
        for site in range(zones.sites):
            units = np.flatnonzero(number[:, site] >= 0)
            columns = [*number[units, site], self.opening[site]]
            scale = max(float(zones.capacity[site]), 1.0)
            extra = self.extra[site : site + 1]
            for case in zones.demand:
                weights = [*(case[units] / scale), -zones.capacity[site] / scale, *([-1.0 / scale] * len(extra))]
                self.row(-np.inf, [*columns, *extra], weights, 0.0)
        for case in zones.demand if self.lacking is None else ():
            scale = max(float(case.sum()), 1.0)
            self.row(case.sum() / scale, self.opening, zones.capacity / scale, np.inf)

    def _openings(self) -> None:
        for group in self.problem.at_most_one:
            self.row(-np.inf, self.opening[list(group)], np.ones(len(group)), 1.0)
        if self.problem.exactly is not None:
            self.row(self.problem.exactly, self.opening, np.ones(len(self.opening)), self.problem.exactly)

    def _homes(self) -> None:
        for site, homes in enumerate(self.problem.zones.homes):
            for home in homes if not self.pairs.shut[site] else ():
                self.row(0.0, [int(self.pairs.number[home, site]), int(self.opening[site])], [1.0, -1.0], 0.0)

    def _links(self) -> None:
        choices = (self.pairs.number >= 0).sum(axis=1)
        for column in np.flatnonzero(choices[self.pairs.unit] > 1).tolist():
            self.row(-np.inf, (column, int(self.opening[self.pairs.site[column]])), (1.0, -1.0), 0.0)
        for column in np.flatnonzero(choices[self.pairs.unit] == 1).tolist():
            self.lower[self.opening[self.pairs.site[column]]] = 1.0

    def terms(self, cut: Cut) -> list[int] | None:
        """The columns of a separator: first that of its unit, then those of which one must be there with it."""
        own = int(self.pairs.number[cut.unit, cut.site])
        if own < 0:
            return None
        others = self.pairs.number[list(cut.parting), cut.site] if cut.parting else np.empty(0, np.int64)
        return [own, *others[others >= 0].tolist()]

    def cut(self, cut: Cut) -> None:
        """A unit may go to a site only if one of the units of the separator does."""
        terms = self.terms(cut)
        if terms is not None:
            self.row(-np.inf, terms, [1.0] + [-1.0] * (len(terms) - 1), 0.0)

    def append(self, highs: highspy.Highs, cuts: Iterable[Cut]) -> int:
        """Give HiGHS, which has this model, separators more; how many of them speak of a pair that there is."""
        rows = [row for row in map(self.terms, cuts) if row is not None]
        count = len(rows)
        if rows:
            starts = np.cumsum([0, *map(len, rows)])
            index = np.concatenate(rows).astype(np.int32)
            weights = np.full(len(index), -1.0)
            weights[starts[:-1]] = 1.0
            below, above = np.full(count, -np.inf), np.zeros(count)
            highs.addRows(count, below, above, len(index), starts[:-1].astype(np.int32), index, weights)
        return count

    def linear(self, *, whole: bool) -> highspy.HighsLp:
        """The model as HiGHS takes it, with every column whole or continuous."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self._low)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = np.array(self._low), np.array(self._high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array([*self._start, self._size], np.int32)
        lp.a_matrix_.index_ = np.concatenate(self._index).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate(self._weight)
        if whole:
            kinds = [highspy.HighsVarType.kInteger] * (len(self.cost) - len(self.extra))
            lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * len(self.extra)
        return lp

    def assignment(self, point: NDArray[np.float64]) -> NDArray[np.int64]:
        """The site of each unit in a point whose columns are whole."""
        chosen = np.flatnonzero(point[: len(self.pairs)] > 0.5)
        assignment = np.full(self.problem.zones.units, -1)
        assignment[self.pairs.unit[chosen]] = self.pairs.site[chosen]
        return assignment

    def opened(self, point: NDArray[np.float64]) -> tuple[int, ...]:
        """The sites that are open in a point whose columns are whole."""
        return tuple(int(each) for each in np.flatnonzero(point[self.opening] > 0.5))

    def point(self, assignment: NDArray[np.int64], opened: Iterable[int]) -> NDArray[np.float64] | None:
        """The point of a plan; None where the model lacks a column that it needs."""
        columns = self.pairs.number[np.arange(len(assignment)), assignment]
        if (columns < 0).any():
            return None
        point = np.zeros(len(self.cost))
        point[columns] = 1.0
        point[self.opening[list(opened)]] = 1.0
        if len(self.extra):
            point[self.extra] = needed(self.problem, assignment)
        return point
