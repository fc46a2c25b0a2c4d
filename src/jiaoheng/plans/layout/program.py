"""A layout as a linear model of whole columns: who goes where, how schools are run, how many lots of seats are built.

The core of sites (``solve``) knows neither lots nor grades that part at a teaching point; this model has both, so that
its bound is one of the whole question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.question import Question, ways_to_run


class Program:
    """Columns: ``serve`` by unit and spot, ``run`` by spot and way (of those that may close, and sites), ``lots`` by
    spot, and with ``lacking`` the seats ``short`` by spot, which are then all that counts.
    """

    def __init__(
        self,
        asked: Question,
        cases: Sequence[tuple[str, int]],
        built: Mapping[int, float],
        *,
        closing: bool,
        lacking: bool = False,
    ) -> None:
        self.asked = asked
        self.built = built
        self.closing = closing
        self.cost: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self._rows: list[tuple[list[int], list[float]]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self.serve: dict[tuple[int, int], int] = {}
        self.run: dict[tuple[int, str], int] = {}
        self.lots: dict[int, int] = {}
        self.short_of: dict[int, int] = {}
        lever = asked.rules.lever("add_seats")
        self.lot = lever.lot if lever else 1.0
        self._columns(lacking)
        self._served()
        self._links()
        self._mains()
        for case in cases:
            self._capacities(asked.demand(*case))
        if lacking:
            self.cost = [1.0 if column in self.short_of.values() else 0.0 for column in range(len(self.cost))]

    def _column(self, cost: float, lower: float, upper: float, *, whole: bool = True) -> int:
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def _row(self, low: float, terms: Iterable[tuple[int, float]], high: float) -> None:
        pairs = list(terms)
        self._rows.append(([column for column, _ in pairs], [weight for _, weight in pairs]))
        self._low.append(low)
        self._high.append(high)

    def _columns(self, lacking: bool) -> None:
        asked, rules = self.asked, self.asked.rules
        for spot, own in enumerate(asked.land.spots):
            ways = ways_to_run(spot, own, asked.land, rules)
            if own.site is not None or (self.closing and spot in rules.closable):
                for way in ways:
                    if way.name != "keep" and spot in self.built and own.site is None:
                        continue
                    sunk = spot in self.built and way.name in ("open", "keep")
                    self.run[spot, way.name] = self._column(way.yearly, 1.0 if sunk else 0.0, 1.0)
            serves = {band for way in ways for band in way.serves}
            cost = asked.serving(spot)
            for unit in np.flatnonzero(np.isfinite(cost)).tolist():
                band = asked.units[unit].band
                bands = set(asked.land.bands) if band == "all" and asked.units[unit].stays is None else {band} - {"all"}
                if bands <= serves:
                    self.serve[unit, spot] = self._column(float(cost[unit]), 0.0, 1.0)
            most = rules.most_added.get(spot, 0)
            if most and own.site is None and rules.lever("add_seats"):
                sunk_lots = round(self.built.get(spot, 0.0) / self.lot)
                self.lots[spot] = self._column(
                    rules.built("add_seats", self.lot) / rules.years, sunk_lots, max(sunk_lots, most // self.lot)
                )
            if lacking:
                self.short_of[spot] = self._column(1.0, 0.0, np.inf, whole=False)

    def _served(self) -> None:
        by_unit: dict[int, list[int]] = {unit: [] for unit in range(len(self.asked.units))}
        for (unit, _), column in self.serve.items():
            by_unit[unit].append(column)
        for columns in by_unit.values():
            self._row(1.0, ((column, 1.0) for column in columns), 1.0)
        for spot in {spot for spot, _ in self.run}:
            self._row(-np.inf, ((column, 1.0) for (at, _), column in self.run.items() if at == spot), 1.0)

    def _mains(self) -> None:
        """A campus, a point and a school that closes need a school that is run by itself, and is no part of another."""
        land = self.asked.land
        full = set(land.bands)
        alone = [number for number, own in enumerate(land.spots) if not own.part and set(own.serves) == full]
        changing = {spot for spot, _ in self.run}
        if not changing or any(spot not in changing for spot in alone):
            return
        mains = [column for (spot, way), column in self.run.items() if spot in alone and way in ("keep", "open")]
        self._row(1.0, ((column, 1.0) for column in mains), np.inf)

    def _links(self) -> None:
        """Children go to schools that are run in a way that teaches them; only at a point do grades part."""
        asked = self.asked
        for (unit, spot), column in self.serve.items():
            band = asked.units[unit].band
            ways = {way.name: way for way in ways_to_run(spot, asked.land.spots[spot], asked.land, asked.rules)}
            own = [name for (at, name) in self.run if at == spot]
            if own:
                bands = set(asked.land.bands) if band == "all" else {band}
                teaching = [self.run[spot, name] for name in own if bands <= set(ways[name].serves)]
                self._row(-np.inf, [(column, 1.0), *((each, -1.0) for each in teaching)], 0.0)
            whole = set(asked.land.spots[spot].serves) == set(asked.land.bands)
            if band == "low" and len(asked.land.bands) > 1 and whole:
                # The upper grades of the same part follow it in the list.
                other = self.serve.get((unit + 1, spot))
                terms = [(column, 1.0)] + ([(other, -1.0)] if other is not None else [])
                if (spot, "point") in self.run:
                    terms.append((self.run[spot, "point"], -1.0))
                self._row(-np.inf, terms, 0.0)

    def _capacities(self, demand: NDArray[np.float64]) -> None:
        asked = self.asked
        by_spot: dict[int, list[tuple[int, float]]] = {}
        for (unit, spot), column in self.serve.items():
            by_spot.setdefault(spot, []).append((column, float(demand[unit])))
        for spot, terms in by_spot.items():
            own = asked.land.spots[spot]
            scale = max(own.seats, 1.0)
            running = [column for (at, _), column in self.run.items() if at == spot]
            row = [*terms, *((column, -own.seats) for column in running)]
            if spot in self.lots:
                row.append((self.lots[spot], -self.lot))
            if spot in self.short_of:
                row.append((self.short_of[spot], -1.0))
            high = 0.0 if running else own.seats
            self._row(-np.inf, ((column, weight / scale) for column, weight in row), high / scale)
            if running and spot in self.lots:
                most = self.upper[self.lots[spot]]
                self._row(-np.inf, [(self.lots[spot], 1.0), *((column, -most) for column in running)], 0.0)

    def linear(self) -> highspy.HighsLp:
        """The model as HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self._low)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (np.array(each) for each in (self.cost, self.lower, self.upper))
        lp.row_lower_, lp.row_upper_ = np.array(self._low), np.array(self._high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _ in self._rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([each for columns, _ in self._rows for each in columns], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([each for _, weights in self._rows for each in weights], dtype=np.float64)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[each] for each in self.whole]
        return lp

    def spots(self, point: NDArray[np.float64]) -> NDArray[np.int64]:
        """The spot of each unit."""
        found = np.full(len(self.asked.units), -1, dtype=np.int64)
        for (unit, spot), column in self.serve.items():
            if point[column] > 0.5:
                found[unit] = spot
        return found

    def ways(self, point: NDArray[np.float64]) -> dict[int, str]:
        """The way of each spot that may change and is open."""
        return {spot: way for (spot, way), column in self.run.items() if point[column] > 0.5}

    def added(self, point: NDArray[np.float64]) -> dict[int, float]:
        """Seats built by spot, those of new schools among them."""
        found = {spot: round(point[column]) * self.lot for spot, column in self.lots.items() if point[column] > 0.5}
        for spot, way in self.ways(point).items():
            if way == "open":
                found[spot] = self.asked.land.spots[spot].seats
        return found

    def short(self, point: NDArray[np.float64]) -> dict[int, float]:
        """Seats lacking by spot."""
        return {spot: float(point[column]) for spot, column in self.short_of.items() if point[column] > 1e-6}
