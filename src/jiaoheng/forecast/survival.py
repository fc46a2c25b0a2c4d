"""Cohort survival that borrows strength: ratios drawn towards those of the panel, entrants smoothed.

A school of ten pupils a grade has ratios of chance; so a unit's ratio is counted together with so many pupils of the
panel's mean ratio (empirical Bayes), and its own balance of coming and going fades with the years ahead. Its entrants
are a level (see ``entrants``) that follows the panel's damped trend, the children who come of age where they are told,
or the grade that feeds it in its group.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.entrants import Entrants, Places, entrants
from jiaoheng.forecast.panel import Floats

Bools = NDArray[np.bool_]
RECENT = 3  # years in which a grade must have had pupils to be expected to have some again
OUTLIER = 3.5  # usual deviations from the panel's ratio beyond which a year's ratio is not counted


class Habits(msgspec.Struct, frozen=True):
    """How strongly to borrow and to damp. The same for every panel; what differs is learned from its past."""

    fading: float = 0.75  # weight of a year's ratio against the year after it
    longest: int = 5  # yearly ratios that are looked at
    pull_grade: float = 700.0  # pupils of the expected ratio that a unit's ratio of one grade is counted with
    pull_unit: float = 400.0  # the same for a unit's ratio over all its grades
    kept: float = 0.75  # what is left of a unit's own balance after another year


HABITS = Habits()


def survive(
    pupils: Floats, ahead: int, groups: Places | None = None, growth: Floats | None = None, habits: Habits = HABITS
) -> Floats:
    """Pupils ahead (units × years ahead × grades); units without pupils in the last year have nan.

    ``groups`` is the place of each unit's group; ``growth`` (units × years ahead) is by how much the children who
    come of age are more than the entrants' level stands for (nan: not told).
    """
    last = np.nan_to_num(pupils[:, -1])
    offered = _offered(pupils)
    entry = offered.copy()
    entry[:, 1:] &= ~offered[:, :-1]
    ratio, own = ratios(pupils, habits)
    come = entrants(pupils, entry, groups)
    moving = offered[:, 1:] & ~entry[:, 1:]
    result = np.empty((pupils.shape[0], ahead, pupils.shape[2]))
    now = np.where(offered, last, 0.0)
    for year in range(ahead):
        entering = _entering(come, now, year, growth)
        moved = now[:, :-1] * ratio * own[:, None] ** (habits.kept ** (year + 0.5))
        now = np.where(entry, entering, 0.0)
        now[:, 1:] += np.where(moving, moved, 0.0)
        result[:, year] = np.where(offered, now, np.where(np.isnan(pupils[:, -1]), np.nan, 0.0))
    result[~(last.sum(axis=1) > 0)] = np.nan
    return result


def _entering(come: Entrants, now: Floats, year: int, growth: Floats | None) -> Floats:
    entering = come.ahead(now, year)
    if growth is not None:
        told = ~np.isnan(growth[:, year])
        entering[:, 0] = np.where(told, come.steady[:, 0] * np.nan_to_num(growth[:, year]), entering[:, 0])
    return entering


def _offered(pupils: Floats) -> Bools:
    """Grades a unit has: told in the last year, with pupils in it or not long before while others stayed."""
    last = pupils[:, -1]
    recent = np.nan_to_num(pupils[:, -RECENT:]).sum(axis=1) > 0
    inside = np.cumsum(np.nan_to_num(last), axis=1) > 0
    inside &= np.cumsum(np.nan_to_num(last)[:, ::-1], axis=1)[:, ::-1] > 0
    gone = (np.nan_to_num(pupils[:, -2:]).sum(axis=1) == 0) & ~inside
    return ~np.isnan(last) & recent & ~gone


def ratios(pupils: Floats, habits: Habits = HABITS) -> tuple[Floats, Floats]:
    """A unit's ratio of each grade to the one below a year before (units × grades − 1), and its own balance (units).

    The ratio is without the unit's own balance, which is its coming and going over all grades against the panel's.
    """
    steps = min(habits.longest, pupils.shape[1] - 1)
    units, _, grades = pupils.shape
    if steps < 1:
        return np.ones((units, grades - 1)), np.ones(units)
    before = pupils[:, -steps - 1 : -1, :-1]
    after = pupils[:, -steps:, 1:]
    weight = habits.fading ** np.arange(steps - 1, -1, -1, dtype=np.float64)[None, :, None]
    good = (before > 0) & (after > 0)
    pooled = _pooled(before, after, good, weight)
    expected = np.where(good, before, 0.0) * pooled
    strange = _strange(before, after, expected, good)
    good &= ~strange
    pooled = _pooled(before, after, good, weight)
    base = np.where(good, before, 0.0) * weight
    came = np.where(good, after, 0.0) * weight
    below = base.sum(axis=1)
    above = came.sum(axis=1)
    expected_sum = (below * pooled).sum(axis=1)
    own = (above.sum(axis=1) + habits.pull_unit) / (expected_sum + habits.pull_unit)
    should = pooled[None, :] * own[:, None]
    both = (above + habits.pull_grade * should) / (below + habits.pull_grade)
    return both / own[:, None], own


def _pooled(before: Floats, after: Floats, good: Bools, weight: Floats) -> Floats:
    below = (np.where(good, before, 0.0) * weight).sum(axis=(0, 1))
    above = (np.where(good, after, 0.0) * weight).sum(axis=(0, 1))
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), 1.0)


def _strange(before: Floats, after: Floats, expected: Floats, good: Bools) -> Bools:
    """Single ratios so far from the panel's that they tell of a mistake or a reorganisation, not of families."""
    room = np.sqrt(np.where(good, before, 1.0))
    away = np.where(good, (after - expected) / room, np.nan)
    if not good.any():
        return np.zeros_like(good)
    usual = 1.4826 * np.nanmedian(np.abs(away)) + 0.2
    wide = np.sqrt(usual**2 + 0.03**2 * np.where(good, before, 0.0))
    return good & (np.abs(np.nan_to_num(away)) > OUTLIER * wide)
