"""Draws panels of schools in districts with the troubles of real ones, to develop and to measure forecasts on.

Each district has births that drift with the state's, families that move in and out, elementary, middle and high
schools whose shares of the district drift; boundaries are redrawn, schools close and open, a pandemic year keeps
children at home, and a few figures are reported wrongly. The regimes are set so that the plain methods err about as
much as they were found to on public-school panels of American states (3 %, 6 %, 9 % for districts at 1, 3, 5 years).

    python benchmarks/forecast_panels.py OUT.csv --regime turning --seed 1 --level school
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.panel import Panel

Floats = NDArray[np.float64]
GRADES = ("K", *(str(grade) for grade in range(1, 13)))
BASE = np.array([1.02, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 0.965, 0.975, 0.985])
BURN = 14


class Regime(msgspec.Struct, frozen=True):
    """What a state is like: sizes, how fast births and moving change, and how often schools are changed."""

    districts: int = 250
    years: int = 10
    pandemic: int = 6  # which year keeps children at home; −1 for none
    children: float = 130.0  # median children an age of a district
    sizes: float = 0.95  # standard deviation of its logarithm
    trend: float = -0.015  # of births a year
    turn: int = -1  # the year from which ``after`` holds instead
    after: float = -0.012
    births: float = 0.030  # yearly drift of a district's births
    common: float = 0.006  # yearly shock to all
    moving: float = 0.018  # of the yearly balance of moving, district
    choice: float = 0.006  # the same of a school
    shares: float = 0.022  # yearly drift of a school's share of its district
    churn: float = 0.07  # pupils replaced in a year
    restless: float = 0.022  # yearly chance of a school's step from one grade to the next, beyond churn
    entry: float = 1.3  # spread of entrants beyond chance (1: as by chance)
    redrawn: float = 0.010  # chance a year that two schools' boundary moves
    closed: float = 0.004
    opened: float = 0.003
    errors: float = 0.001  # chance that a school's year is reported wrongly


REGIMES = {
    "turning": Regime(),
    "steady": Regime(
        years=9, pandemic=5, trend=-0.012, births=0.022, moving=0.011, churn=0.04, restless=0.01, entry=1.1
    ),
    "growing": Regime(years=12, pandemic=9, trend=0.012, turn=8, after=-0.01, moving=0.014),
    "falling": Regime(
        years=8,
        districts=60,
        pandemic=-1,
        trend=0.0,
        turn=3,
        after=-0.045,
        children=60,
        common=0.012,
        entry=1.4,
        shares=0.04,
    ),
    "city": Regime(districts=1, years=22, pandemic=18, children=900, sizes=0.01, trend=0.002, turn=14, common=0.01),
}


class Drawn(msgspec.Struct, frozen=True):
    """A panel with what was planted: ``errors`` are (unit, year) of wrong figures, ``true`` the right ones."""

    panel: Panel
    true: Floats
    errors: tuple[tuple[str, int], ...]
    changed: tuple[tuple[str, int], ...]


class _State:
    """A state's schools as they go through the years: ``now`` is pupils by school and grade."""

    def __init__(self, regime: Regime, seed: int) -> None:
        self.regime = regime
        self.random = np.random.default_rng(seed)
        draw = self.random
        self.size = np.exp(np.log(regime.children) + regime.sizes * draw.standard_normal(regime.districts))
        home, low, high = [], [], []
        for district, size in enumerate(self.size):
            kinds = draw.choice(3, p=(0.62, 0.28, 0.10)) if regime.districts > 1 else 1
            spans = {0: ((0, 5, 65), (6, 8, 240), (9, 12, 330)), 1: ((0, 5, 60), (6, 8, 200)), 2: ((0, 8, 45),)}[kinds]
            if regime.districts == 1:
                spans = ((0, 5, 60),)
            for first, last, usual in spans:
                for _ in range(max(1, round(size / usual))):
                    home.append(district)
                    low.append(first)
                    high.append(last)
        self.home = np.array(home)
        self.low = np.array(low)
        self.high = np.array(high)
        count = len(home)
        self.share = 0.35 * draw.standard_normal(count)
        self.open = np.ones(count, dtype=bool)
        self.births = np.zeros(regime.districts)
        self.moving = regime.moving * draw.standard_normal(regime.districts)
        self.choice = regime.choice * draw.standard_normal(count)
        self.effects = 0.012 * draw.standard_normal((count, len(BASE)))
        grades = np.arange(len(GRADES))
        self.span = (grades >= self.low[:, None]) & (grades <= self.high[:, None])
        self.now = np.where(self.span, self._shares()[:, None] * self.size[self.home][:, None], 0.0).round()

    def _shares(self) -> Floats:
        weight = np.where(self.open, np.exp(self.share), 0.0)
        result = np.zeros_like(weight)
        for first in np.unique(self.low):
            kind = self.low == first
            whole = np.bincount(self.home[kind], weight[kind], minlength=self.regime.districts)
            result[kind] = weight[kind] / np.maximum(whole[self.home[kind]], 1e-9)
        return result

    def step(self, year: int) -> None:
        """The next school year: everyone moves up, new children enter. ``year`` below 0 is before the panel."""
        regime, draw = self.regime, self.random
        trend = 0.0 if year < 0 else regime.after if 0 <= regime.turn <= year else regime.trend
        shock = regime.common * draw.standard_normal()
        away = {0: (-0.09, -0.02), 1: (0.045, 0.0)}.get(year - regime.pandemic, (0.0, 0.0))
        if regime.pandemic < 0:
            away = (0.0, 0.0)
        count = len(self.home)
        self.births += trend + regime.births * draw.standard_normal(regime.districts)
        self.births += 1.5 * regime.common * draw.standard_normal()
        self.moving = 0.5 * self.moving + 0.87 * regime.moving * draw.standard_normal(regime.districts)
        self.choice = 0.7 * self.choice + 0.7 * regime.choice * draw.standard_normal(count)
        self.share += regime.shares * draw.standard_normal(count)
        pull = np.exp(self.moving[self.home] + self.choice + shock)
        shares = self._shares()
        entrants = self.size * np.exp(self.births)
        before = self.now
        after = np.zeros_like(before)
        restless = regime.restless * draw.standard_normal(self.effects.shape)
        ratio = BASE * np.exp(self.effects + restless) * pull[:, None] * np.exp(away[1])
        stayed = draw.binomial(before[:, :-1].astype(np.int64), 1 - regime.churn)
        came = draw.poisson(before[:, :-1] * np.maximum(ratio - (1 - regime.churn), 0.0))
        after[:, 1:] = np.where(self.span[:, 1:] & self.span[:, :-1], stayed + came, 0)
        for first in np.unique(self.low):
            kind = (self.low == first) & self.open
            if first == 0:
                expected = entrants[self.home] * shares * np.exp(away[0])
            else:
                feeding = self.high == first - 1
                pool = np.bincount(self.home[feeding], before[feeding, first - 1], minlength=regime.districts)
                expected = pool[self.home] * BASE[first - 1] * np.exp(away[1]) * shares
            spread = regime.entry if first == 0 else 1.2
            level = expected * np.exp(0.5 * self.choice)
            noise = np.sqrt(np.maximum(spread**2 - 1, 0) / np.maximum(level, 1.0)) * draw.standard_normal(count)
            after[kind, first] = draw.poisson(level * np.exp(noise - noise.var() / 2))[kind]
        self.now = np.where(self.open[:, None], after, 0.0)

    def change(self) -> set[int]:
        """Boundaries redrawn, schools closed and opened: the schools concerned."""
        regime, draw = self.regime, self.random
        touched: set[int] = set()
        chance = draw.random(len(self.home))
        for school in np.flatnonzero(chance < regime.redrawn + regime.closed + regime.opened):
            alike = (self.home == self.home[school]) & (self.low == self.low[school]) & (self.high == self.high[school])
            others = np.flatnonzero(alike & self.open)
            others = others[others != school]
            if not len(others) or (not self.open[school]) != (chance[school] >= regime.redrawn + regime.closed):
                continue
            other = int(others[draw.integers(len(others))])
            if chance[school] < regime.redrawn:
                part = draw.uniform(0.08, 0.3)
                self._hand_over(int(school), other, part)
            elif chance[school] < regime.redrawn + regime.closed:
                self._hand_over(int(school), other, 1.0)
                self.open[school] = False
            else:
                self.open[school] = True
                self.share[school] = self.share[other] - 0.7
                self._hand_over(other, int(school), 0.4)
            touched |= {int(school), other}
        return touched

    def _hand_over(self, giver: int, taker: int, part: float) -> None:
        moved = np.round(self.now[giver] * part)
        self.now[giver] -= moved
        self.now[taker] += moved
        shares = np.exp(self.share)
        self.share[taker] = np.log(shares[taker] + part * shares[giver])
        if part < 1:
            self.share[giver] = np.log(shares[giver] * (1 - part))


def draw(regime: Regime, seed: int, level: str = "school") -> Drawn:
    """A panel of ``level`` school (grouped by district) or district, drawn from ``seed``."""
    state = _State(regime, seed)
    for year in range(-BURN, 0):
        state.step(year)
    told = []
    changed: list[tuple[int, int]] = []
    for year in range(regime.years):
        touched = state.change() if year else set()
        changed += [(school, year) for school in sorted(touched)]
        told.append(np.where(state.span & state.open[:, None], state.now, np.nan))
        state.step(year + 1)
    true = np.stack(told, axis=1)
    true[np.nansum(true, axis=2) == 0] = np.nan
    names = [f"{home:04d}-{index:05d}" for index, home in enumerate(state.home)]
    years = tuple(2014 + year for year in range(regime.years))
    if level == "district":
        return _districts(state, true, years)
    reported, errors = misreport(true, regime.errors, state.random)
    return Drawn(
        panel=Panel(
            units=tuple(names),
            years=years,
            grades=GRADES if regime.districts > 1 else GRADES[:6],
            pupils=reported if regime.districts > 1 else reported[:, :, :6],
            groups=tuple(f"{home:04d}" for home in state.home),
        ),
        true=true,
        errors=tuple((names[unit], years[year]) for unit, year in errors),
        changed=tuple((names[unit], years[year]) for unit, year in changed),
    )


def _districts(state: _State, true: Floats, years: tuple[int, ...]) -> Drawn:
    count = state.regime.districts
    whole = np.zeros((count, *true.shape[1:]))
    np.add.at(whole, state.home, np.nan_to_num(true))
    whole[whole == 0] = np.nan
    whole[(np.nansum(whole, axis=2) < 100).any(axis=1)] = np.nan
    kept = ~np.isnan(whole).all(axis=(1, 2))
    names = tuple(f"{each:04d}" for each in np.flatnonzero(kept))
    panel = Panel(units=names, years=years, grades=GRADES, pupils=whole[kept])
    return Drawn(panel=panel, true=whole[kept], errors=(), changed=())


def misreport(true: Floats, chance: float, random: np.random.Generator) -> tuple[Floats, list[tuple[int, int]]]:
    """The figures with a few wrong: a grade left out, doubled, two swapped, digits turned, one copied, all halved."""
    reported = true.copy()
    errors = []
    for unit, year in np.argwhere(random.random(true.shape[:2]) < chance):
        figures = reported[unit, year]
        there = np.flatnonzero(~np.isnan(figures) & (figures > 0))
        if len(there) < 3 or not 0 < year < true.shape[1] - 1 or np.isnan(true[unit, year - 1 : year + 2]).all(1).any():
            continue
        kind = random.integers(6)
        one, two = random.choice(there, 2, replace=False)
        before = figures.copy()
        if kind == 0:
            figures[one] = 0
        elif kind == 1:
            figures[there] *= 2
        elif kind == 2:
            figures[[one, two]] = figures[[two, one]] * np.array([1.0, 1.0])
        elif kind == 3:
            figures[one] = float(str(int(figures[one]))[::-1])
        elif kind == 4:
            figures[there] = np.round(figures[there] * random.uniform(0.3, 0.6))
        else:
            figures[one] = figures[one] * 10
        if abs(np.nansum(figures) - np.nansum(before)) > 0.12 * np.nansum(before):
            errors.append((int(unit), int(year)))
    return reported, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--regime", choices=sorted(REGIMES), default="turning")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", choices=("school", "district"), default="school")
    asked = parser.parse_args()
    panel = draw(REGIMES[asked.regime], asked.seed, asked.level).panel
    with asked.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "year", "grade", "pupils", *(["group"] if panel.groups else [])])
        for unit, year, grade in np.argwhere(~np.isnan(panel.pupils)):
            group = [panel.groups[unit]] if panel.groups else []
            figure = f"{panel.pupils[unit, year, grade]:.0f}"
            writer.writerow([panel.units[unit], panel.years[year], panel.grades[grade], figure, *group])


if __name__ == "__main__":
    main()
