"""Children of each place by age, carried forward: who is born, who grows a year older, who moves in and out."""

from __future__ import annotations

from collections.abc import Mapping

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
STEEPEST = 0.15
"""A yearly change of births beyond this is taken for a slip of the statistics (the youngest are registered late)."""


def carried_children(facts: Facts, until: int, births: Mapping[int, float] = {}) -> tuple[tuple[int, ...], Array]:
    """Children (home × year × age) from the first year that tells of any to ``until``, and those years.

    The told years stay as they are; between and after them each age follows from the one below a year before, with
    the town's net flow where several years show it (else nobody moves). Births of a later year are the ``births``
    told for the county, divided as the youngest children are; else the county's births go on in a damped trend. Births
    told for the last year that tells of children, or for one before, stand in for those children at every later age.
    """
    if not facts.child_years:
        return (), np.zeros((len(facts.homes), 0, len(AGES)))
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
    expected = _born(found, last, len(years))
    shares = _shares(found[:, last])
    for index in range(last + 1, len(years)):
        found[:, index, 1:] = found[:, index - 1, :-1] * flow
        found[:, index, 0] = births.get(years[index], expected[index]) * shares
    return years, found


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


def _born(found: Array, last: int, count: int) -> Array:
    """The county's births of each year after the last told one, in a damped trend of those before."""
    series = np.nansum(found[:, : last + 1, 0], axis=0)
    told = np.isfinite(found[:, : last + 1, 0]).any(axis=0)
    recent = series[told][-TREND_YEARS - 1 :]
    if len(recent) < 3:
        # One year tells its births by how many children there are of each age.
        recent = np.nansum(found[:, last, : TREND_YEARS + 1], axis=0)[::-1]
    recent = recent[recent > 0]
    slope = float(np.median(np.diff(np.log(recent)))) if len(recent) > 1 else 0.0
    slope = min(STEEPEST, max(-STEEPEST, slope))
    latest = float(np.nansum(found[:, last, 0]))
    expected = np.full(count, np.nan)
    change = 0.0
    for index in range(last + 1, count):
        change += slope * DAMPING ** (index - last)
        expected[index] = latest * np.exp(change)
    return expected


def _shares(children: Array) -> Array:
    """How births are divided among the homes: as their children below three are, else as all of them, else evenly."""
    for ages in (slice(0, 3), slice(0, None)):
        own = np.nansum(children[:, ages], axis=1)
        if own.sum() > 0:
            return np.asarray(own / own.sum(), dtype=np.float64)
    return np.full(len(children), 1 / max(1, len(children)))
