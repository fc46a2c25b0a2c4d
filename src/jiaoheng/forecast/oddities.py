"""Figures that do not follow from the cohorts of the years around them: reporting errors and reorganisations."""

from __future__ import annotations

import msgspec
import numpy as np

from jiaoheng.forecast.panel import Panel, totals
from jiaoheng.forecast.references import mean_ratios

LIMIT = 4.0  # usual deviations from which on a year is odd


class Oddity(msgspec.Struct, frozen=True):
    """A unit's year that does not fit: ``score`` in usual deviations, ``expected`` what its cohorts lead to expect.

    ``grade`` is the grade where one alone is odd. ``why`` is cohort (does not follow from the year before), dip or
    spike (and the year after is back), reorganised (``other`` of the same group has the difference) or span (the unit
    opened or closed grades).
    """

    unit: str
    year: int
    grade: str | None
    reported: float
    expected: float
    score: float
    why: str
    other: str = ""


def oddities(panel: Panel, at_entry: bool = False) -> tuple[Oddity, ...]:
    """The odd years of a panel; ``at_entry`` judges each year by those before it alone, as when it is handed in."""
    summed = totals(panel.pupils)
    found: list[Oddity] = []
    for year in range(2, len(panel.years)):
        ahead = mean_ratios(panel.pupils[:, :year], 1)[:, 0, :]
        expected = np.where(np.isnan(ahead).all(axis=1), np.nan, np.nansum(ahead, axis=1))
        reported = summed[:, year]
        with np.errstate(invalid="ignore", divide="ignore"):
            score = np.abs(reported - expected) / np.sqrt(expected + (0.05 * expected) ** 2)
        for unit in np.flatnonzero(score > LIMIT):
            back = year + 1 < len(panel.years) and not at_entry
            returned = back and abs(summed[unit, year + 1] - expected[unit]) < 0.5 * abs(
                reported[unit] - expected[unit]
            )
            why = ("dip" if reported[unit] < expected[unit] else "spike") if returned else "cohort"
            found.append(
                Oddity(
                    unit=panel.units[unit],
                    year=panel.years[year],
                    grade=None,
                    reported=float(reported[unit]),
                    expected=float(expected[unit]),
                    score=float(score[unit]),
                    why=why,
                )
            )
    return tuple(found)
