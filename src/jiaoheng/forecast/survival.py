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
COMMON = 0.004  # what a year may do to all steps alike and still be an ordinary one
CHANCE = 0.2  # variance of a step from grade to grade, in pupils a pupil, before a panel tells it
LASTING = 0.03  # what families do to a ratio beyond chance
STEADY = 15.0  # pupils who go up a grade and nobody else, that every panel is counted with
SANE = (0.2, 2.0)  # ratios beyond which no school goes on for years
OUTLIER = 3.5  # usual deviations from the panel's ratio beyond which a year's ratio is not counted


class Habits(msgspec.Struct, frozen=True):
    """How strongly to borrow and to damp. The same for every panel; what differs is learned from its past."""

    fading: float = 0.85  # weight of a year's ratio against the year after it
    longest: int = 5  # yearly ratios that are looked at
    pull_grade: float = 700.0  # pupils of the expected ratio that a unit's ratio of one grade is counted with
    belief: float = 12.0  # units that the belief in it counts for
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
    offered: Bools = ~np.isnan(last) & recent & ~gone
    return offered


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
    after = after * _ordinary(before, after, good, pooled)[None, :, None]
    pooled = _pooled(before, after, good, weight)
    base = np.where(good, before, 0.0) * weight
    came = np.where(good, after, 0.0) * weight
    below = base.sum(axis=1)
    above = came.sum(axis=1)
    pull = _pull(before, after, good, below, above, pooled, habits)
    # A step that differs much from unit to unit (the move to another school) tells little of coming and going.
    alike = pull / (pull + below.mean(axis=0))
    expected_sum = (below * pooled * alike).sum(axis=1)
    own = ((above * alike).sum(axis=1) + habits.pull_unit) / (expected_sum + habits.pull_unit)
    should = pooled[None, :] * own[:, None]
    both = (above + pull * should) / (below + pull)
    return np.clip(both / own[:, None], *SANE), own


def _pull(
    before: Floats, after: Floats, good: Bools, below: Floats, above: Floats, pooled: Floats, habits: Habits
) -> Floats:
    """How many pupils of the expected ratio a unit's is counted with, by grade: few where units differ lastingly."""
    whole = np.where(good, before, 0.0).sum(axis=1)
    usual = np.where(below > 0, above / np.where(below > 0, below, 1.0), pooled)
    years = good.sum(axis=1)
    within = np.where(good, (after - usual[:, None] * before) ** 2 / np.where(good, before, 1.0), 0.0).sum(axis=1)
    counted = years >= 2
    freedom = np.where(counted, years - 1, 0).sum()
    chance = (np.where(counted, within, 0.0).sum() + 50 * CHANCE) / (freedom + 50)
    apart = np.where(counted, whole * (usual - pooled) ** 2 - chance, 0.0).sum(axis=0)
    pupils = np.where(counted, whole, 0.0).sum(axis=0)
    mean = pupils / np.maximum(counted.sum(axis=0), 1)
    believed = habits.belief * mean
    between = (apart + believed * chance / habits.pull_grade) / np.maximum(pupils + believed, 1e-9)
    pull: Floats = np.clip(chance / np.maximum(between, 1e-9), 20.0, 4000.0)
    return pull


def _ordinary(before: Floats, after: Floats, good: Bools, pooled: Floats) -> Floats:
    """By what each year's steps are multiplied (years) so that no year stands out: a pandemic is no habit."""
    came = np.where(good, after, 0.0).sum(axis=(0, 2))
    expected = np.where(good, before * pooled, 0.0).sum(axis=(0, 2))
    there = (came > 0) & (expected > 0)
    if there.sum() < 3:
        return np.ones(len(came))
    effect = np.log(np.where(there, came, 1.0) / np.where(there, expected, 1.0))
    middle = float(np.median(effect[there]))
    room = COMMON + 1.0 / np.sqrt(np.maximum(expected, 1.0))
    kept: Floats = np.exp(np.clip(effect, middle - room, middle + room) - effect)
    return np.where(there, kept, 1.0)


def _pooled(before: Floats, after: Floats, good: Bools, weight: Floats) -> Floats:
    below = (np.where(good, before, 0.0) * weight).sum(axis=(0, 1))
    above = (np.where(good, after, 0.0) * weight).sum(axis=(0, 1))
    ratio: Floats = (above + STEADY) / (below + STEADY)
    return ratio


def _strange(before: Floats, after: Floats, expected: Floats, good: Bools) -> Bools:
    """Single ratios that tell of a mistake or a reorganisation, not of families: far from the panel's and the unit's.

    The unit's is the middle one of three or more.
    """
    if not good.any():
        return np.zeros_like(good)
    size = np.where(good, before, 1.0)
    away = np.where(good, after - expected, 0.0) / np.sqrt(size)
    usual = 1.4826 * float(np.median(np.abs(away[good]))) + 0.2
    wide = OUTLIER * np.sqrt(usual**2 + LASTING**2 * size)
    ordered = np.sort(np.where(good, after / size, np.inf), axis=1)
    count = good.sum(axis=1)
    middle = np.take_along_axis(ordered, (np.maximum(count - 1, 0) // 2)[:, None], axis=1)
    middle = np.where((count >= 3)[:, None], middle, np.where(good, expected / size, 0.0))
    apart = np.where(good, after - np.where(np.isfinite(middle), middle, 0.0) * size, 0.0) / np.sqrt(size)
    return good & (np.abs(away) > wide) & (np.abs(apart) > wide)
