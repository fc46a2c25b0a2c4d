"""Children of each place by age, carried forward: who is born, who grows a year older, who moves in and out."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.facts import AGES, Facts

Array = NDArray[np.float64]

DAMPING = 0.8
"""What of last year's change in births goes on in the next."""
TREND_YEARS = 5
"""How many of the latest births, or of the youngest ages where one year is told, show the trend."""
FLOW_YEARS = 4
"""How many of the latest years show the net in- and outflow of a town."""
FLOW_WEIGHT = 200.0
"""Children of an age, over those years, with whom a town's own flow counts as much as the county's."""
LEAST_DOUBT = 0.04
STEEPEST = 0.15
"""A yearly change of births beyond this is taken for a slip of the statistics (the youngest are registered late)."""


class Born(msgspec.Struct, frozen=True):
    """Children (home × year × age, NaN: not told) of ``years``.

    Births are told to the year ``told`` (None: never); those after it go on in a trend that was off by ``doubt`` a
    year (the standard deviation of the logarithm), but for the years that were ``given`` by the user.
    """

    years: tuple[int, ...]
    children: Array
    told: int | None = None
    doubt: float = 0.0
    given: frozenset[int] = frozenset()


def carried_children(facts: Facts, until: int, births: Mapping[int, float] = {}) -> Born:
    """Children from the first year that tells of any to ``until``.

    The told years stay as they are; between and after them each age follows from the one below a year before, with
    the town's net flow where several years show it (else nobody moves). Births of a later year are the ``births``
    told for the county, divided as the youngest children are; else the county's births go on in a damped trend. Births
    told for the last year that tells of children, or for one before, stand in for those children at every later age.
    """
    if not facts.child_years:
        return Born((), np.zeros((len(facts.homes), 0, len(AGES))))
    years = tuple(range(facts.child_years[0], max(until, facts.child_years[-1]) + 1))
    found = np.full((len(facts.homes), len(years), len(AGES)), np.nan)
    for index, year in enumerate(facts.child_years):
        found[:, years.index(year)] = facts.children[:, index]
    flow = _flows(facts)
    last = years.index(facts.child_years[-1])
    for index in range(1, last + 1):
        grown = found[:, index - 1, :-1] * flow
        found[:, index, 1:] = np.where(np.isnan(found[:, index, 1:]), grown, found[:, index, 1:])
    found[:, last] = _as_born(found[:, last], years[last], births)
    known = np.flatnonzero(np.isfinite(found[:, last]).all(axis=0))
    if not len(known):
        return Born(years, found)
    youngest = int(known[0])
    series = _series(found, last, youngest)
    slope, doubt = _trend(series)
    shares = _shares(found[:, last])
    # Where the youngest are not told, they follow the trend of those who are.
    for age in range(youngest - 1, -1, -1):
        found[:, last, age] = series[-1] * np.exp(_damped(slope, youngest - age)) * shares
    for index in range(last + 1, len(years)):
        trended = series[-1] * np.exp(_damped(slope, index - last + youngest))
        found[:, index, 1:] = found[:, index - 1, :-1] * flow
        found[:, index, 0] = births.get(years[index], trended) * shares
    return Born(years, found, years[last] - youngest, doubt, frozenset(births))


def _flows(facts: Facts) -> Array:
    """By home and age, how many are left or have come a year later of each child; 1 where one year alone is told."""
    ages = len(AGES) - 1
    flow = np.ones((len(facts.homes), ages))
    pairs = [
        (index, index + 1)
        for index, year in enumerate(facts.child_years[:-1])
        if facts.child_years[index + 1] == year + 1
    ][-FLOW_YEARS:]
    if not pairs:
        return flow
    before = sum(np.nan_to_num(facts.children[:, old, :-1]) for old, _ in pairs)
    after = sum(np.nan_to_num(facts.children[:, new, 1:]) for _, new in pairs)
    told = sum(np.isfinite(facts.children[:, old, :-1] + facts.children[:, new, 1:]) for old, new in pairs)
    before, after = np.where(told > 0, before, 0.0), np.where(told > 0, after, 0.0)
    whole = _ratio(after.sum(axis=0), before.sum(axis=0))
    towns = np.array([home.town for home in facts.homes])
    for town in sorted(set(towns)):
        own = towns == town
        flow[own] = (after[own].sum(axis=0) + FLOW_WEIGHT * whole) / (before[own].sum(axis=0) + FLOW_WEIGHT)
    return flow


def _ratio(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.ones_like(above), where=below > 0)


def _as_born(children: Array, year: int, births: Mapping[int, float]) -> Array:
    """The children of a year (home × age) with those ages of which births are told brought to these."""
    found = children.copy()
    for age in AGES:
        told = births.get(year - age)
        if told is not None:
            total = np.nansum(children[:, age])
            found[:, age] = told * (np.nan_to_num(children[:, age]) / total if total > 0 else _shares(children))
    return found


def _series(found: Array, last: int, youngest: int) -> Array:
    """The county's latest births, oldest first: as told year by year, or by how many there are of each age today."""
    by_year = found[:, : last + 1, youngest]
    told = np.isfinite(by_year).all(axis=0)
    recent = by_year.sum(axis=0)[told][-TREND_YEARS - 1 :]
    if len(recent) < 3:
        by_age = found[:, last, youngest : youngest + TREND_YEARS + 1]
        recent = by_age.sum(axis=0)[np.isfinite(by_age).all(axis=0)][::-1]
    return np.asarray(recent, dtype=np.float64)


def _trend(series: Array) -> tuple[float, float]:
    """The yearly change (of the logarithm) and how far single years were off it."""
    steps = np.diff(np.log(series[series > 0]))
    if len(steps) < 2:
        return 0.0, LEAST_DOUBT
    slope = min(STEEPEST, max(-STEEPEST, float(np.median(steps))))
    return slope, max(LEAST_DOUBT, float(np.std(steps, ddof=1)))


def _damped(slope: float, years: int) -> float:
    return slope * sum(DAMPING**step for step in range(1, years + 1))


def _shares(children: Array) -> Array:
    """How births are divided among the homes: as their children below three are, else as all of them, else evenly."""
    for ages in (slice(0, 3), slice(0, None)):
        own = np.nansum(children[:, ages], axis=1)
        if own.sum() > 0:
            return np.asarray(own / own.sum(), dtype=np.float64)
    return np.full(len(children), 1 / max(1, len(children)))


def from_births(facts: Facts, births: Mapping[int, float]) -> Facts:
    """The facts with children made of the county's births, where no children are told.

    They are divided among the towns as grade 1 is in the last three years, and in a town as its population, else
    evenly; nobody moves.
    """
    if facts.child_years or not births or not facts.homes or not facts.years:
        return facts
    weights = _home_weights(facts)
    children = np.full((len(facts.homes), len(facts.years), len(AGES)), np.nan)
    for index, year in enumerate(facts.years):
        for age in AGES:
            if year - age in births:
                children[:, index, age] = births[year - age] * weights
    return msgspec.structs.replace(facts, child_years=facts.years, children=children)


def _home_weights(facts: Facts) -> Array:
    entry = facts.pupils[:, -3:, facts.stage_grades("primary")[0]]
    first = np.nansum(entry, axis=1)
    weights = np.zeros(len(facts.homes))
    for town in {home.town for home in facts.homes}:
        own = np.array([home.town == town for home in facts.homes])
        people = np.array([home.population or 0.0 for home in facts.homes])[own]
        people = people if people.sum() > 0 else np.ones(len(people))
        count = sum(float(first[index]) for index, school in enumerate(facts.schools) if school.town == town)
        weights[own] = count * people / people.sum()
    return weights / weights.sum() if weights.sum() > 0 else np.full(len(weights), 1 / len(weights))
