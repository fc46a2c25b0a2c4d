"""Carries a panel forward: pupils by unit, year and grade, adding up from units to groups to the whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.panel import Panel
from jiaoheng.forecast.projected import ALL, Band, Doubt, Levels, Projected
from jiaoheng.forecast.rolling import GROUP, TOTAL, UNIT, History, Step, history, known_panels, rolled


def project(panel: Panel, years: int, blocks: Mapping[str, tuple[str, ...]] | None = None) -> Projected:
    """The panel ``years`` school years beyond its last one; ``blocks`` names sets of grades to have totals of.

    Raises ValueError for a number of years below 1 or a block with a grade the panel does not have.
    """
    if years < 1:
        raise ValueError(f"years ahead is at least 1, not {years}")
    chosen = blocks_of(panel, blocks)
    # Worked on in the order of the units' names, so that the order they are given in changes not even the last digit.
    order = np.argsort(np.array(panel.units))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    past = history(panel.chosen(order), chosen)
    last = rolled(past, years, beyond=True)[-1]
    levels = {}
    for name in chosen:
        total = last.bands[TOTAL, name]
        groups = last.bands.get((GROUP, name), _rows(total, np.zeros(0, dtype=np.int64)))
        levels[name] = Levels(units=_rows(last.bands[UNIT, name], back), groups=groups, total=total)
    return Projected(
        units=panel.units,
        group_names=panel.group_names,
        base_year=panel.years[-1],
        years=tuple(panel.years[-1] + 1 + each for each in range(years)),
        grades=panel.grades,
        pupils=last.pupils[back],
        blocks=levels,
        doubts=_doubts(past, last),
    )


def _doubts(past: History, last: Step) -> tuple[Doubt, ...]:
    panel = past.panels[UNIT]
    taken = known_panels(past, last.origin)[0][UNIT].pupils[:, -1]
    reported = panel.pupils[:, -1]
    return tuple(
        Doubt(
            unit=panel.units[unit],
            grade=panel.grades[grade],
            reported=None if np.isnan(reported[unit, grade]) else float(reported[unit, grade]),
            taken=float(taken[unit, grade]),
        )
        for unit, grade in np.argwhere(last.replaced)
    )


def blocks_of(panel: Panel, blocks: Mapping[str, tuple[str, ...]] | None) -> dict[str, tuple[str, ...]]:
    """The blocks asked for and that of all grades; raises ValueError for a grade the panel does not have."""
    chosen = {ALL: panel.grades, **(blocks or {})}
    for name, grades in chosen.items():
        for grade in grades:
            if grade not in panel.grades:
                raise ValueError(f"block {name} has grade {grade}, which the panel does not have")
    return chosen


def _rows(band: Band, rows: NDArray[np.int64]) -> Band:
    return Band(band.value[rows], band.low[rows], band.high[rows], band.low95[rows], band.high95[rows])
