"""Takes figures that are most likely mistakes out of what a forecast learns from, and says what it did."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.oddities import GRADE, LIMIT, Bools, Flow, both_sides, flowing
from jiaoheng.forecast.panel import Floats

SURE = 8.0  # usual deviations from which on the last year's figure is not started from, if the group disagrees too
FAR = 0.25  # and by this part of what is expected
LEAST = 15.0  # pupils in the grade below, from which on a grade without anybody in the last year is not believed


def cleaned(pupils: Floats, places: NDArray[np.int64] | None) -> tuple[Floats, Bools]:
    """The figures to learn and to start from, and which of the last year's were replaced (units × grades).

    Dips and spikes before the last year become nan. The last year's figures are replaced by what the cohorts lead to
    expect only on strong evidence: a grade is empty between grades with pupils although many moved up to it, or a
    unit is far off and its group (``places``) is off by as much, so that no other unit has the difference.
    """
    years = pupils.shape[1]
    nothing = np.zeros((pupils.shape[0], pupils.shape[2]), dtype=bool)
    if years < 3:
        return pupils, nothing
    flow = flowing(pupils)
    result = pupils.copy()
    for year in range(1, years - 1):
        whole, grades = both_sides(flow, year, last=False)
        result[np.abs(np.nan_to_num(whole)) > LIMIT, year] = np.nan
        alone = GRADE * np.abs(np.nan_to_num(grades)) > LIMIT
        result[:, year][alone] = np.nan
    replaced = _left_out(pupils, flow) | _disagreeing(pupils, flow, places)
    expected = flow.expected_grades[:, -1]
    replaced &= ~np.isnan(expected)
    result[:, -1] = np.where(replaced, expected, result[:, -1])
    return result, replaced


def _left_out(pupils: Floats, flow: Flow) -> Bools:
    """Grades with nobody, between grades with pupils, although many were in the grade below the year before."""
    last = np.nan_to_num(pupils[:, -1])
    before = np.nan_to_num(pupils[:, -2])
    inside = (np.cumsum(last, axis=1) > 0) & (np.cumsum(last[:, ::-1], axis=1)[:, ::-1] > 0)
    below = np.zeros_like(last)
    below[:, 1:] = before[:, :-1]
    empty: Bools = (pupils[:, -1] == 0) & inside & (below >= LEAST) & (before > 0)
    return empty & (np.nan_to_num(flow.expected_grades[:, -1]) >= LEAST)


def _disagreeing(pupils: Floats, flow: Flow, places: NDArray[np.int64] | None) -> Bools:
    """Units whose last year is far off, and their whole group as far: all grades of theirs that are off too."""
    units, _, grades = pupils.shape
    if places is None or not units:
        return np.zeros((units, grades), dtype=bool)
    now, then = np.nansum(pupils[:, -1], axis=1), np.nansum(pupils[:, -2], axis=1)
    away = np.where((now == 0) | (then == 0), now - then, flow.reported[:, -1] - flow.expected[:, -1])
    groups = np.bincount(places, away)[places]
    expected = flow.expected[:, -1]
    far = (np.abs(np.nan_to_num(flow.past[:, -1])) > SURE) & (np.abs(away) > FAR * expected) & (now > 0) & (then > 0)
    alike = (np.sign(groups) == np.sign(away)) & (np.abs(groups) > 0.7 * np.abs(away))
    odd = np.abs(np.nan_to_num(flow.past_grades[:, -1])) > LIMIT
    off: Bools = (far & alike)[:, None] & odd & ~flow.span[:, -1][:, None]
    return off
