"""Carries a panel forward: pupils by unit, year and grade, adding up from units to groups to the whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from jiaoheng.forecast.panel import Floats, Panel
from jiaoheng.forecast.projected import ALL, Band, Levels, Projected
from jiaoheng.forecast.references import average


def project(panel: Panel, years: int, blocks: Mapping[str, tuple[str, ...]] | None = None) -> Projected:
    """The panel ``years`` school years beyond its last one; ``blocks`` names sets of grades to have totals of.

    Raises ValueError for a number of years below 1 or a block with a grade the panel does not have.
    """
    if years < 1:
        raise ValueError(f"years ahead is at least 1, not {years}")
    chosen = {ALL: panel.grades, **(blocks or {})}
    for name, grades in chosen.items():
        for grade in grades:
            if grade not in panel.grades:
                raise ValueError(f"block {name} has grade {grade}, which the panel does not have")
    order = np.argsort(np.array(panel.units))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    sorted_panel = panel.chosen(order)
    ahead = _entered(sorted_panel, average(sorted_panel.pupils, years))[back]
    return Projected(
        units=panel.units,
        group_names=panel.group_names,
        base_year=panel.years[-1],
        years=tuple(panel.years[-1] + 1 + each for each in range(years)),
        grades=panel.grades,
        pupils=ahead,
        blocks={name: _levels(panel, ahead, grades) for name, grades in chosen.items()},
    )


def _entered(panel: Panel, ahead: Floats) -> Floats:
    """The first grade scaled to the children who come of age, where they are told for the base year and later."""
    if panel.entering is None:
        return ahead
    result = ahead.copy()
    base = panel.years[-1]
    for year in range(ahead.shape[1]):
        target = base + 1 + year
        if base not in panel.entering_years or target not in panel.entering_years:
            continue
        now = panel.entering[:, panel.entering_years.index(base)]
        then = panel.entering[:, panel.entering_years.index(target)]
        factor = np.where(now > 0, then / np.where(now > 0, now, 1.0), np.nan)
        factor = np.where(then == 0, 0.0, factor)
        if panel.rows_are == "groups":
            factor = factor[panel.group_of]
        last = panel.pupils[:, -1, 0]
        result[:, year, 0] = np.where(np.isnan(factor), result[:, year, 0], last * factor)
    return result


def _levels(panel: Panel, ahead: Floats, grades: tuple[str, ...]) -> Levels:
    at = [panel.grades.index(grade) for grade in grades]
    part = ahead[:, :, at]
    units = np.where(np.isnan(part).all(axis=2), np.nan, np.nansum(part, axis=2))
    names = panel.group_names
    groups = np.zeros((len(names), ahead.shape[1]))
    if names:
        np.add.at(groups, panel.group_of, np.nan_to_num(units))
    whole = np.nansum(units, axis=0, keepdims=True)
    return Levels(units=_band(units), groups=_band(groups), total=_band(whole))


def _band(value: Floats) -> Band:
    """Intervals that widen with the years and narrow with the number of pupils."""
    steps = np.sqrt(np.arange(1, value.shape[1] + 1, dtype=np.float64))
    wide = (0.03 + 0.5 / np.sqrt(np.maximum(value, 1.0))) * steps
    return Band(
        value=value,
        low=value * np.exp(-wide),
        high=value * np.exp(wide),
        low95=value * np.exp(-1.6 * wide),
        high95=value * np.exp(1.6 * wide),
    )
