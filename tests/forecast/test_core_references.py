"""The reference methods on figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from jiaoheng.forecast.panel import Floats, totals
from jiaoheng.forecast.references import average, linear, mean_ratios, naive, sum_ratios

# One unit, four years, three grades: 100 → 90 → 99, 110 → 99 → 99, 120 → 132.
PUPILS = np.array([[[100.0, 80.0, 70.0], [110.0, 90.0, 72.0], [120.0, 99.0, 99.0], [130.0, 132.0, 99.0]]])


def test_naive_keeps_every_grade() -> None:
    assert naive(PUPILS, 3).tolist() == [[[130.0, 132.0, 99.0]] * 3]


def test_mean_ratios_multiplies_by_the_mean_of_three_ratios() -> None:
    first = (90 / 100 + 99 / 110 + 132 / 120) / 3
    second = (72 / 80 + 99 / 90 + 99 / 99) / 3
    ahead = mean_ratios(PUPILS, 2)[0]
    assert ahead[0] == pytest.approx([120.0, 130 * first, 132 * second])
    assert ahead[1] == pytest.approx([120.0, 120 * first, 130 * first * second])


def test_sum_ratios_divides_sums() -> None:
    first = (90 + 99 + 132) / (100 + 110 + 120)
    second = (72 + 99 + 99) / (80 + 90 + 99)
    assert sum_ratios(PUPILS, 1)[0, 0] == pytest.approx([120.0, 130 * first, 132 * second])


def test_average_is_half_naive_half_sum_ratios() -> None:
    assert average(PUPILS, 2) == pytest.approx((naive(PUPILS, 2) + sum_ratios(PUPILS, 2)) / 2)


def test_linear_draws_the_line_through_totals() -> None:
    pupils = np.array([[[10.0, 10.0], [12.0, 12.0], [14.0, 14.0]]])
    assert linear(pupils, 2)[0] == pytest.approx(np.array([[16.0, 16.0], [18.0, 18.0]]))


def test_linear_does_not_go_below_nobody() -> None:
    falling = np.array([[[90.0], [60.0], [30.0]]])
    assert linear(falling, 3)[0, :, 0].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_a_missing_year_gives_the_ratios_of_the_others() -> None:
    gap = PUPILS.copy()
    gap[0, 1] = np.nan
    assert mean_ratios(gap, 1)[0, 0, 1] == pytest.approx(130 * 132 / 120)


def test_a_closed_unit_is_not_forecast() -> None:
    closed = PUPILS.copy()
    closed[0, -1] = np.nan
    methods = (naive, linear, mean_ratios, sum_ratios, average)
    assert all(np.isnan(method(closed, 2)).all() for method in methods)


def test_a_grade_nobody_tells_in_a_year_makes_no_total() -> None:
    pupils: Floats = np.array([[[10.0, 20.0], [11.0, np.nan]], [[5.0, np.nan], [6.0, np.nan]]])
    assert totals(pupils)[0, 0] == 30.0
    assert np.isnan(totals(pupils)[0, 1])
    assert totals(pupils)[1].tolist() == [5.0, 6.0]
