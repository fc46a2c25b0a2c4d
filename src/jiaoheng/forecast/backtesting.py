"""Every method on the panel's own past: forecasts from each earlier year, against what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from jiaoheng.forecast.panel import Floats, Panel
from jiaoheng.forecast.projecting import blocks_of
from jiaoheng.forecast.references import REFERENCES
from jiaoheng.forecast.rolling import UNIT, history, levels, rolled

OURS = "jiaoheng"
KNOWN = 4  # years known at the first origin: three ratios, as cohort survival wants


class Score(msgspec.Struct, frozen=True):
    """A method's error in the back-test: of ``block``'s totals at a ``level`` (unit, group, total), ``horizon`` ahead.

    ``error`` is the mean absolute percentage error, ``bias`` the mean percentage error (above 0: forecast too many),
    both None without cases. ``covered80`` and ``covered95`` are shares of intervals that held what came.
    """

    level: str
    block: str
    method: str
    horizon: int
    cases: int
    error: float | None
    bias: float | None
    covered80: float | None = None
    covered95: float | None = None


class _Part(msgspec.Struct, frozen=True):
    actual: Floats
    value: Floats
    ends: Floats | None = None


def backtest(
    panel: Panel,
    horizons: Sequence[int] = (1, 3, 5),
    blocks: Mapping[str, tuple[str, ...]] | None = None,
    known: int = KNOWN,
) -> tuple[Score, ...]:
    """Scores of the reference methods and of ours at each level, block and horizon; nothing after an origin is used.

    The first origin has ``known`` years behind it (itself included). Cases are the subjects with pupils in the origin
    year and the target year; each method has the same ones. Raises ValueError as ``project`` does.
    """
    chosen = blocks_of(panel, blocks)
    order = np.argsort(np.array(panel.units))
    past = history(panel.chosen(order), chosen)
    years = len(panel.years)
    found: dict[tuple[str, str, str, int], list[_Part]] = {}
    for step in rolled(past, max(horizons), beyond=False):
        if step.origin + 1 < min(known, years - 1):
            continue
        reach = [each for each in horizons if step.origin + each < years]
        then = past.panels[UNIT].until(past.panels[UNIT].years[step.origin])
        for level, each in levels(then).items():
            for name, method in REFERENCES.items():
                ahead = method(each.pupils, max(reach, default=1))
                for block, at in past.blocks.items():
                    part = ahead[:, :, list(at)]
                    whole = np.where(np.isnan(part).all(axis=2), np.nan, np.nansum(part, axis=2))
                    for horizon in reach:
                        actual = _target(past.actual[level, block], step.origin, horizon)
                        found.setdefault((level, block, name, horizon), []).append(_Part(actual, whole[:, horizon - 1]))
        for (level, block), band in step.bands.items():
            for horizon in reach:
                ends = np.stack((band.low, band.high, band.low95, band.high95))[:, :, horizon - 1]
                actual = _target(past.actual[level, block], step.origin, horizon)
                found.setdefault((level, block, OURS, horizon), []).append(
                    _Part(actual, band.value[:, horizon - 1], ends)
                )
    return tuple(_score(key, parts) for key, parts in found.items())


def _target(actual: Floats, origin: int, horizon: int) -> Floats:
    """What came, of those that had pupils in the origin year too."""
    return np.where(actual[:, origin] > 0, actual[:, origin + horizon], np.nan)


def _score(key: tuple[str, str, str, int], parts: Sequence[_Part]) -> Score:
    level, block, method, horizon = key
    actual = np.concatenate([part.actual for part in parts])
    value = np.concatenate([part.value for part in parts])
    counted = (actual > 0) & ~np.isnan(value)
    count = int(counted.sum())
    share = (value[counted] - actual[counted]) / actual[counted]
    covered80 = covered95 = None
    bands = [part.ends for part in parts if part.ends is not None]
    if bands and count:
        ends = np.concatenate(bands, axis=1)[:, counted]
        truth = actual[counted]
        covered80 = float(((ends[0] <= truth) & (truth <= ends[1])).mean())
        covered95 = float(((ends[2] <= truth) & (truth <= ends[3])).mean())
    return Score(
        level=level,
        block=block,
        method=method,
        horizon=horizon,
        cases=count,
        error=float(np.abs(share).mean() * 100) if count else None,
        bias=float(share.mean() * 100) if count else None,
        covered80=covered80,
        covered95=covered95,
    )
