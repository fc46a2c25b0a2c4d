"""Every method on the panel's own past: forecasts from each earlier year, against what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from jiaoheng.forecast.panel import Floats, Panel, by_group, totals
from jiaoheng.forecast.projected import ALL
from jiaoheng.forecast.projecting import project
from jiaoheng.forecast.references import REFERENCES

OURS = "jiaoheng"
LEAST = 2  # years known before the first origin


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


def backtest(
    panel: Panel,
    horizons: Sequence[int] = (1, 3, 5),
    blocks: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Score, ...]:
    """Scores of the reference methods and of ours at each level, block and horizon; nothing after an origin is used."""
    chosen = {ALL: panel.grades, **(blocks or {})}
    found: dict[tuple[str, str, str, int], list[tuple[Floats, Floats, Floats | None]]] = {}
    for origin in range(LEAST - 1, len(panel.years) - 1):
        reach = [each for each in horizons if origin + each < len(panel.years)]
        if not reach:
            continue
        known = panel.until(panel.years[origin])
        ours = project(known, max(reach), blocks)
        groups = by_group(panel)
        for block, grades in chosen.items():
            at = [panel.grades.index(grade) for grade in grades]
            truth = {"unit": totals(panel.pupils[:, :, at]), "group": totals(groups.pupils[:, :, at])}
            truth["total"] = np.nansum(truth["unit"], axis=0, keepdims=True)
            for level, actual in truth.items():
                past = panel if level == "unit" else groups
                if level == "total":
                    past = by_group(msgspec.structs.replace(panel, groups=None))
                if level == "group" and panel.groups is None:
                    continue
                for name, method in REFERENCES.items():
                    ahead = method(past.pupils[:, : origin + 1], max(reach))[:, :, at]
                    summed = np.where(np.isnan(ahead).all(axis=2), np.nan, np.nansum(ahead, axis=2))
                    for horizon in reach:
                        found.setdefault((level, block, name, horizon), []).append(
                            (actual[:, origin + horizon], summed[:, horizon - 1], None)
                        )
                parts = ours.blocks[block]
                band = {"unit": parts.units, "group": parts.groups, "total": parts.total}[level]
                for horizon in reach:
                    ends = np.stack((band.low, band.high, band.low95, band.high95))[:, :, horizon - 1]
                    found.setdefault((level, block, OURS, horizon), []).append(
                        (actual[:, origin + horizon], band.value[:, horizon - 1], ends)
                    )
    return tuple(_score(key, cases) for key, cases in found.items())


def _score(key: tuple[str, str, str, int], cases: list[tuple[Floats, Floats, Floats | None]]) -> Score:
    level, block, method, horizon = key
    actual = np.concatenate([each[0] for each in cases])
    value = np.concatenate([each[1] for each in cases])
    counted = (actual > 0) & ~np.isnan(value)
    count = int(counted.sum())
    share = (value[counted] - actual[counted]) / actual[counted]
    covered80 = covered95 = None
    bands = [each[2] for each in cases if each[2] is not None]
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
