"""Intervals from how wrong the same forecasts were before: by size and by years ahead.

The spread of past errors (of the logarithm) is a constant and a part that falls with the number of pupils; errors
divided by it have the quantiles that the ends are set at, so nothing is taken to be normal. Few years of past
forecasts share few common shocks (a pandemic, a turn of births), so the ends are set wider the fewer there are.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from jiaoheng.forecast.panel import Floats
from jiaoheng.forecast.projected import Band


class Widths(msgspec.Struct, frozen=True):
    """What is believed of errors before the panel's past speaks: the same for all panels."""

    common: float = 0.028  # standard deviation a year ahead of a large unit
    chance: float = 0.75  # the same for one of n pupils, divided by the root of n
    growth: float = 0.64  # it grows by this power of the years ahead
    cases: float = 40.0  # cases that the belief counts for
    shocks: float = 0.022  # standard deviation a year ahead of what strikes all units of a year alike
    reach: float = 0.35  # weight of a case a year nearer or farther ahead
    recent: float = 0.85  # weight of an origin against the one after it


WIDTHS = Widths()
OF_THE_WHOLE = Widths(common=0.014, chance=1.0, cases=4.0, shocks=0.012)  # all units' errors together
NEAR = 2  # years: errors at horizons farther from the one asked for are left out
INNER = 1.2816
OUTER = 1.9600


class Miss(msgspec.Struct, frozen=True):
    """Past forecasts and what came, one entry a subject: made ``ago`` origins before, ``horizon`` years ahead."""

    ago: int
    horizon: int
    value: Floats
    actual: Floats


def banded(value: Floats, misses: Sequence[Miss], widths: Widths = WIDTHS) -> Band:
    """The intervals of ``value`` (subjects × years ahead), from past misses of the same level."""
    ends = np.empty((4, *value.shape))
    parts = [_logged(miss) for miss in misses]
    origins = len({miss.ago + miss.horizon for miss in misses})
    farthest = max((miss.horizon for miss in misses), default=0)
    unseen = widths.shocks**2 / (origins + 0.5)
    for year in range(value.shape[1]):
        near = [
            (miss, *part)
            for miss, part in zip(misses, parts, strict=True)
            if abs(miss.horizon - year - 1) <= NEAR or miss.horizon == farthest < year
        ]
        error = _joined([((year + 1) / miss.horizon) ** widths.growth * part for miss, part, _ in near])
        size = _joined([each for _, _, each in near])
        share = _joined(
            [
                np.full(len(part), widths.recent**miss.ago * widths.reach ** abs(miss.horizon - year - 1))
                for miss, part, _ in near
            ]
        )
        ends[:, :, year] = _ends(value[:, year], error, size, share, year + 1, unseen, widths)
    return Band(value=value, low=ends[0], high=ends[1], low95=ends[2], high95=ends[3])


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)


def _logged(miss: Miss) -> tuple[Floats, Floats]:
    known = (miss.value > 0) & (miss.actual > 0)
    return np.log(miss.actual[known] / miss.value[known]), miss.value[known]


def _ends(
    value: Floats, error: Floats, size: Floats, share: Floats, step: int, unseen: float, widths: Widths
) -> Floats:
    """The ends of the 80 % and 95 % intervals (4 × subjects) of ``value``, ``step`` years ahead."""
    grown = step**widths.growth
    common, chance = _spread(error / grown, size, share, widths)
    scale = grown * np.sqrt(common + chance / np.maximum(size, 1.0))
    standard = error / scale if len(error) else error
    counted = float(share.sum())
    known = counted / (counted + widths.cases)
    here = grown * np.sqrt(common + unseen + chance / np.maximum(np.nan_to_num(value), 1.0))
    result = np.empty((4, len(value)))
    for place, (level, normal) in enumerate(((0.10, -INNER), (0.90, INNER), (0.025, -OUTER), (0.975, OUTER))):
        quantile = known * _quantile(standard, share, level) + (1 - known) * normal if counted else normal
        mirrored = known * _quantile(-standard, share, level) + (1 - known) * normal if counted else normal
        end = 0.7 * quantile + 0.3 * mirrored
        result[place] = value * np.exp(np.clip(end * here, -3.0, 3.0))
    return result


def _spread(error: Floats, size: Floats, share: Floats, widths: Widths) -> tuple[float, float]:
    """The constant part of the variance a year ahead, and the part that is divided by the number of pupils."""
    if not len(error):
        return widths.common**2, widths.chance**2
    square = np.minimum(error**2, 0.04)
    over = 1.0 / np.maximum(size, 1.0)
    prior = widths.common**2 + widths.chance**2 * over
    # Weighted least squares of the squares on (1, 1 / size), weights by the expected squares, prior as extra cases.
    weight = share / prior**2
    held = np.array([[1.0, 0.0], [0.0, 1.0]]) * widths.cases
    units = np.array([widths.common**2, widths.chance**2])
    one, two = np.ones_like(over) * units[0], over * units[1]
    normal = np.array([[(weight * one * one).sum(), (weight * one * two).sum()], [0.0, (weight * two * two).sum()]])
    normal[1, 0] = normal[0, 1]
    right = np.array([(weight * one * square).sum(), (weight * two * square).sum()]) + widths.cases
    found = np.linalg.solve(normal + held, right)
    found = np.clip(found, 0.02, 50.0)
    return float(found[0] * units[0]), float(found[1] * units[1])


def _quantile(values: Floats, share: Floats, level: float) -> float:
    """The weighted quantile, with the outer half case as in conformal prediction."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(share[order])
    aim = level * reached[-1]
    return float(np.interp(aim, reached - 0.5 * share[order], values[order]))
