"""The plain methods every forecast is held against: same as last year, a line, and cohort survival."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jiaoheng.forecast.panel import Floats, totals

WINDOW = 3  # how many yearly ratios, and entry years, cohort survival looks back
LINE = 5  # how many years a line is drawn through

Method = Callable[[Floats, int], Floats]
"""From pupils (units × years × grades) and a number of years, pupils ahead (units × years ahead × grades)."""


def naive(pupils: Floats, ahead: int) -> Floats:
    """Every grade as in the last year."""
    return np.repeat(pupils[:, -1:, :], ahead, axis=1)


def linear(pupils: Floats, ahead: int) -> Floats:
    """The line of least squares through a unit's totals of the last five years, from 0 up; grades shared as last year.

    With fewer than two totals the last year's stays.
    """
    summed = totals(pupils)[:, -LINE:]
    told = ~np.isnan(summed)
    count = told.sum(axis=1)
    years = np.arange(summed.shape[1], dtype=np.float64)
    filled = np.where(told, summed, 0.0)
    middle = (told * years).sum(axis=1) / np.maximum(count, 1)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    centred = np.where(told, years - middle[:, None], 0.0)
    spread = (centred**2).sum(axis=1)
    slope = np.where(spread > 0, (centred * filled).sum(axis=1) / np.where(spread > 0, spread, 1.0), 0.0)
    targets = years[-1] + 1.0 + np.arange(ahead)
    line = np.maximum(mean[:, None] + slope[:, None] * (targets[None, :] - middle[:, None]), 0.0)
    last = pupils[:, -1, :]
    whole = np.nansum(last, axis=1)
    share = np.where(whole[:, None] > 0, last / np.where(whole > 0, whole, 1.0)[:, None], last)
    return np.where(count[:, None, None] >= 2, line[:, :, None] * share[:, None, :], last[:, None, :])


def mean_ratios(pupils: Floats, ahead: int) -> Floats:
    """Cohort survival with the mean of the last three years' ratios."""
    before, after = _pairs(pupils)
    valid = (before > 0) & ~np.isnan(after)
    ratio = np.where(valid, after / np.where(valid, before, 1.0), 0.0)
    count = valid.sum(axis=1)
    return survive(pupils, np.where(count > 0, ratio.sum(axis=1) / np.maximum(count, 1), np.nan), ahead)


def sum_ratios(pupils: Floats, ahead: int) -> Floats:
    """Cohort survival with one ratio: the last three years' pupils over those one grade below a year before."""
    before, after = _pairs(pupils)
    valid = (before > 0) & ~np.isnan(after)
    below = np.where(valid, before, 0.0).sum(axis=1)
    above = np.where(valid, after, 0.0).sum(axis=1)
    return survive(pupils, np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan), ahead)


def average(pupils: Floats, ahead: int) -> Floats:
    """The mean of the naive forecast and cohort survival by the ratio of sums."""
    return (naive(pupils, ahead) + sum_ratios(pupils, ahead)) / 2.0


REFERENCES: dict[str, Method] = {
    "naive": naive,
    "linear": linear,
    "mean_ratios": mean_ratios,
    "sum_ratios": sum_ratios,
    "average": average,
}


def survive(pupils: Floats, ratio: Floats, ahead: int) -> Floats:
    """Cohorts moved up a grade each year by ``ratio`` (units × grades − 1; nan: nobody came from below).

    The first grade of a unit, and any that nobody comes to from below, has the mean of its last three years.
    """
    recent = pupils[:, -WINDOW:, :]
    told = ~np.isnan(recent)
    entry = np.where(told, recent, 0.0).sum(axis=1) / np.maximum(told.sum(axis=1), 1)
    offered = ~np.isnan(pupils[:, -1, :])
    entry = np.where(offered, entry, np.nan)
    known = ~np.isnan(ratio)
    result = np.empty((pupils.shape[0], ahead, pupils.shape[2]))
    last = pupils[:, -1, :]
    for year in range(ahead):
        moved = np.where(known, np.nan_to_num(last[:, :-1]) * np.nan_to_num(ratio), entry[:, 1:])
        last = np.concatenate((entry[:, :1], moved), axis=1)
        last = np.where(offered, last, np.nan)
        result[:, year, :] = last
    return result


def _pairs(pupils: Floats) -> tuple[Floats, Floats]:
    """Grades and the next ones a year later, of the last three steps: two arrays units × steps × grades − 1."""
    recent = pupils[:, -WINDOW - 1 :, :]
    return recent[:, :-1, :-1], recent[:, 1:, 1:]
