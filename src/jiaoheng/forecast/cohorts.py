"""Cohorts carried up through the grades of a stage: who enters, and how many go on to the next grade."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.panel import Floats, Panel

RECENT = 3
"""Yearly steps from which the ratios are learned."""
ENTRY_WEIGHTS = (0.2, 0.3, 0.5)
"""Of the last three years' entrants to those who came of age, the latest counts most."""
USUAL = 40.0
"""Pupils, over those steps, with whom a school's own ratio counts as much as the county's."""
STRUCTURAL = 3.0
"""A school so many usual deviations from the county's ratio has its own (a teaching point's pupils join, or leave)."""
LOOSE = 0.04
"""How far the ratios of schools lie apart beyond chance."""
TREND_YEARS = 6
DAMPING = 0.8
STEEPEST = 0.12


def cohorts(panel: Panel, years: int, odd: Iterable[tuple[str, int]] = ()) -> Floats:
    """Pupils of each unit ``years`` beyond the panel's last (units × years × grades; nan: the unit lacks the grade).

    The first grade is the share of those who come of age (``panel.entering``) that the unit had in the last three
    years; without any, its share of the entrants of all units, whose number goes on in a damped trend. Each next grade
    is the one below a year before by the ratio of the last three steps, drawn towards that of all units where there
    are few pupils. A grade that nobody goes to from below has its share of all units' grade below. ``odd`` are units'
    years that are not learned from.
    """
    history = panel.pupils.copy()
    place = {unit: index for index, unit in enumerate(panel.units)}
    for unit, year in odd:
        if unit in place and year in panel.years[:-1]:
            history[place[unit], panel.years.index(year)] = np.nan
    last = panel.pupils[:, -1]
    open_now = np.asarray(told(last).any(axis=1))
    ratio, joining = _ratios(history)
    entry = _entrants(panel, history, years)
    found = np.full((len(panel.units), years, len(panel.grades)), np.nan)
    before = np.nan_to_num(last)
    offered = told(last)
    offered[:, 1:] |= np.nan_to_num(ratio) > 0
    for step in range(years):
        now = np.zeros_like(before)
        now[:, 0] = entry[:, step]
        whole = before[:, :-1].sum(axis=0)
        now[:, 1:] = np.where(np.isnan(ratio), joining * whole, before[:, :-1] * np.nan_to_num(ratio))
        now = np.where(open_now[:, None], now, 0.0)
        found[:, step] = np.where(offered & open_now[:, None], now, np.nan)
        before = now
    return found


def told(pupils: Floats) -> NDArray[np.bool_]:
    """Where pupils are told."""
    return np.asarray(np.isfinite(pupils))


def _ratios(history: Floats) -> tuple[Floats, Floats]:
    """By unit and grade from the second: pupils to those a grade below a year before (nan: there were none below).

    And for those nan, the unit's share of all units' pupils of the grade below.
    """
    recent = history[:, -RECENT - 1 :]
    below, above = recent[:, :-1, :-1], recent[:, 1:, 1:]
    # A grade that a unit tells in none of the years it does not have: those below it leave for another school.
    has = np.isfinite(above).any(axis=1)
    both = np.isfinite(below) & np.isfinite(above)
    den = np.where(both, below, 0.0).sum(axis=1)
    num = np.where(both, above, 0.0).sum(axis=1)
    whole_den, whole_num = den.sum(axis=0), num.sum(axis=0)
    whole = np.divide(whole_num, whole_den, out=np.ones_like(whole_num), where=whole_den > 0)
    some = np.maximum(den, 1e-9)
    own = num / some
    apart = np.abs(own - whole) / np.sqrt(whole / np.maximum(some, 1.0) + LOOSE**2)
    shrunk = (num + USUAL * whole) / (some + USUAL)
    ratio = np.where(apart > STRUCTURAL, own, shrunk)
    ratio = np.where(den > 0, ratio, np.nan)
    # Units that told the grade below, and a year later others but not this one, lose their pupils after it; a new
    # school whose first pupils have not come so far keeps them.
    there = np.asarray(told(recent[:, 1:]).any(axis=2))
    leaves = ~has & (np.isfinite(below) & there[:, :, None]).any(axis=1)
    ratio = np.where(leaves, 0.0, np.where(np.isnan(ratio) & ~has, whole, ratio))
    alone = np.isnan(ratio) & has
    all_below = np.where(np.isfinite(below), below, 0.0).sum(axis=(0, 1))
    mine = np.where(np.isfinite(above), above, 0.0).sum(axis=1)
    joining = np.where(alone & (all_below > 0), mine / np.maximum(all_below, 1.0), 0.0)
    return ratio, joining


def _entrants(panel: Panel, history: Floats, years: int) -> Floats:
    """Entrants of each unit ahead."""
    recent = history[:, -RECENT:, 0]
    known = told(recent)
    mean = np.where(known, recent, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    mean = np.where(np.isfinite(panel.pupils[:, -1, 0]), mean, 0.0)
    trended = _trended(history[:, :, 0], mean, years)
    if panel.entering is None:
        return trended
    ahead = _of_age(panel, history, mean, years)
    return np.where(np.isnan(ahead), trended, ahead)


def _trended(first: Floats, mean: Floats, years: int) -> Floats:
    """The entrants of all units in a damped trend, divided as in the last three years."""
    summed = np.nansum(first, axis=0)
    summed = summed[np.isfinite(first).any(axis=0)][-TREND_YEARS:]
    summed = summed[summed > 0]
    if not len(summed) or mean.sum() <= 0:
        return np.repeat(mean[:, None], years, axis=1)
    slope = float(np.median(np.diff(np.log(summed)))) if len(summed) > 2 else 0.0
    slope = min(STEEPEST, max(-STEEPEST, slope))
    change = np.cumsum(slope * DAMPING ** np.arange(1, years + 1))
    level = float(np.mean(summed[-2:])) if len(summed) > 1 else float(summed[-1])
    return np.asarray(mean[:, None] / mean.sum() * level * np.exp(change)[None, :])


def _of_age(panel: Panel, history: Floats, mean: Floats, years: int) -> Floats:
    """Entrants as the units' share of those who come of age; nan where these are not told."""
    entering = panel.entering
    assert entering is not None
    if panel.rows_are == "groups":
        entering = entering[panel.group_of]
    elif panel.rows_are == "all":
        entering = np.repeat(entering, len(panel.units), axis=0)
    base = panel.years[-1]
    at = {year: index for index, year in enumerate(panel.entering_years)}
    num, den, count = np.zeros(len(panel.units)), np.zeros(len(panel.units)), np.zeros(len(panel.units))
    for weight, back in zip(ENTRY_WEIGHTS, range(len(ENTRY_WEIGHTS) - 1, -1, -1), strict=True):
        if base - back not in at or len(panel.years) <= back:
            continue
        came, pool = history[:, -1 - back, 0], entering[:, at[base - back]]
        both = np.isfinite(came) & (np.nan_to_num(pool) > 0)
        num += np.where(both, weight * came, 0.0)
        den += np.where(both, weight * np.nan_to_num(pool), 0.0)
        count += both
    # One year alone tells it: a school's chance of that year is evened out by its share in the last three.
    latest = np.nan_to_num(history[:, -1, 0])
    even = mean * latest.sum() / mean.sum() if mean.sum() > 0 else mean
    num = np.where(count == 1, even * np.where(den > 0, den, 0.0) / np.maximum(_pool_at(entering, at, base), 1e-9), num)
    share = np.where(den > 0, num / np.maximum(den, 1e-9), np.nan)
    found = np.full((len(panel.units), years), np.nan)
    for step in range(years):
        if base + 1 + step in at:
            found[:, step] = share * entering[:, at[base + 1 + step]]
    return found


def _pool_at(entering: Floats, at: dict[int, int], base: int) -> Floats:
    return np.nan_to_num(entering[:, at[base]]) if base in at else np.zeros(len(entering))
