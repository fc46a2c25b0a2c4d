"""Forecasts add up, keep within reason, and follow births."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from drawn_panels import drawn

from jiaoheng.forecast.panel import Panel
from jiaoheng.forecast.projected import ALL, Band, Projected
from jiaoheng.forecast.projecting import project

BLOCKS = {"elementary": ("K", "1", "2", "3", "4", "5"), "later": ("6", "7", "8", "9", "10", "11", "12")}


@pytest.fixture(scope="module")
def panel() -> Panel:
    return drawn("turning", 7, districts=25)


@pytest.fixture(scope="module")
def ahead(panel: Panel) -> Projected:
    return project(panel, 15, BLOCKS)


def small(figures: list[list[float]]) -> Panel:
    """A panel of one unit: years × grades."""
    pupils = np.array([figures], dtype=np.float64)
    years = tuple(range(2020, 2020 + pupils.shape[1]))
    grades = tuple(str(grade + 1) for grade in range(pupils.shape[2]))
    return Panel(units=("one",), years=years, grades=grades, pupils=pupils)


def test_units_add_up_to_groups_and_groups_to_the_total(panel: Panel, ahead: Projected) -> None:
    for levels in ahead.blocks.values():
        groups = np.zeros_like(levels.groups.value)
        np.add.at(groups, panel.group_of, np.nan_to_num(levels.units.value))
        assert groups == pytest.approx(levels.groups.value, rel=1e-9)
        assert groups.sum(axis=0) == pytest.approx(levels.total.value[0], rel=1e-9)


def test_grades_add_up_to_blocks_and_blocks_to_all(ahead: Projected) -> None:
    whole = np.nansum(ahead.pupils, axis=2)
    assert whole == pytest.approx(np.nan_to_num(ahead.blocks[ALL].units.value), rel=1e-9)
    parts = sum(np.nan_to_num(ahead.blocks[name].units.value) for name in BLOCKS)
    assert parts == pytest.approx(whole, rel=1e-9)


def test_fifteen_years_ahead_stay_within_reason(panel: Panel, ahead: Projected) -> None:
    assert np.nanmin(ahead.pupils) >= 0.0
    total = ahead.blocks[ALL].total.value[0]
    base = np.nansum(panel.pupils[:, -1])
    assert (total > 0.4 * base).all()
    assert (total < 1.6 * base).all()


def test_intervals_hold_the_value_and_widen(ahead: Projected) -> None:
    bands: list[Band] = [
        each for levels in ahead.blocks.values() for each in (levels.units, levels.groups, levels.total)
    ]
    for band in bands:
        there = np.nan_to_num(band.value) > 0
        assert (band.low95 <= band.low + 1e-9)[there].all()
        assert (band.low <= band.high)[there].all()
        assert (band.high <= band.high95 + 1e-9)[there].all()
        assert (band.low95 >= 0)[there].all()
    units = ahead.blocks[ALL].units
    width = np.nanmean((units.high - units.low) / units.value, axis=0)
    assert width[9] > width[0]


def test_the_order_of_units_changes_nothing(panel: Panel, ahead: Projected) -> None:
    order = np.random.default_rng(3).permutation(len(panel.units))
    other = project(panel.chosen(order), 15, BLOCKS)
    assert np.allclose(other.pupils, ahead.pupils[order], rtol=1e-9, atol=1e-9, equal_nan=True)
    one, two = other.blocks[ALL].units.low, ahead.blocks[ALL].units.low[order]
    assert np.allclose(one, two, rtol=1e-9, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("rows", ["all", "groups", "units"])
def test_six_years_without_births_empty_the_first_grade_in_the_sixth_year(panel: Panel, rows: str) -> None:
    count = {"all": 1, "groups": len(panel.group_names), "units": len(panel.units)}[rows]
    years = tuple(range(panel.years[0], panel.years[-1] + 16))
    entering = np.full((count, len(years)), 500.0)
    base = years.index(panel.years[-1])
    entering[:, base + 6 : base + 12] = 0.0
    known = msgspec.structs.replace(panel, entering=entering, entering_years=years)
    ahead = project(known, 14)
    first = np.nansum(ahead.pupils[:, :, 0], axis=0)
    assert first[4] > 0
    assert first[5:11].tolist() == [0.0] * 6
    assert first[11] > 0
    second = np.nansum(ahead.pupils[:, :, 1][:, 6:12][panel.pupils[:, -1, 0] > 0], axis=0)
    assert second.tolist() == pytest.approx([0.0] * 6)


def test_more_births_bring_more_entrants(panel: Panel) -> None:
    years = tuple(range(panel.years[0], panel.years[-1] + 6))
    entering = np.full((1, len(years)), 100.0)
    entering[0, -5:] = 120.0
    known = msgspec.structs.replace(panel, entering=entering, entering_years=years)
    entrants = np.nansum(project(known, 5).pupils[:, :, 0], axis=0)
    assert entrants[0] > 1.1 * np.nanmean(np.nansum(panel.pupils[:, -3:, 0], axis=0))


def test_one_year_is_enough_to_start() -> None:
    ahead = project(small([[30.0, 31.0, 29.0]]), 3)
    assert ahead.pupils[0].sum(axis=1) == pytest.approx([90.0] * 3, rel=0.1)
    assert (ahead.blocks[ALL].units.low < ahead.blocks[ALL].units.high).all()


def test_steady_cohorts_move_up() -> None:
    years = [[50.0, 40.0, 30.0], [50.0, 50.0, 40.0], [50.0, 50.0, 50.0], [20.0, 50.0, 50.0]]
    ahead = project(small(years), 2)
    assert ahead.pupils[0, 0, 1] < 35
    assert ahead.pupils[0, 1, 2] < 35


def test_a_closed_unit_has_nobody_and_a_new_one_is_forecast(panel: Panel) -> None:
    pupils = panel.pupils.copy()
    pupils[0, -2:] = np.nan
    pupils[1, :-1] = np.nan
    ahead = project(msgspec.structs.replace(panel, pupils=pupils), 2)
    assert np.isnan(ahead.pupils[0]).all()
    assert np.nansum(ahead.pupils[1, 0]) == pytest.approx(np.nansum(pupils[1, -1]), rel=0.4)


def test_missing_figures_do_no_harm(panel: Panel, ahead: Projected) -> None:
    pupils = panel.pupils.copy()
    random = np.random.default_rng(5)
    hidden = random.random(pupils.shape[:2]) < 0.05
    hidden[:, -1] = False
    pupils[hidden] = np.nan
    other = project(msgspec.structs.replace(panel, pupils=pupils), 3)
    assert other.blocks[ALL].total.value[0] == pytest.approx(ahead.blocks[ALL].total.value[0, :3], rel=0.03)


def test_grades_not_collected_in_the_last_year_are_carried_on(panel: Panel) -> None:
    pupils = panel.pupils.copy()
    pupils[:, -1, 9:] = np.nan
    ahead = project(msgspec.structs.replace(panel, pupils=pupils), 2)
    full = project(panel, 2)
    assert np.nansum(ahead.pupils[:, 0, 9:]) == pytest.approx(np.nansum(full.pupils[:, 0, 9:]), rel=0.1)


def test_a_feeding_grade_is_followed() -> None:
    """A junior school takes its group's leavers: a wave of births reaches it five years later."""
    primary = np.full((1, 8, 9), np.nan)
    waves = [60.0, 60, 60, 60, 60, 60, 60, 90, 90, 60, 60, 60, 60]
    for year in range(8):
        for grade in range(6):
            primary[0, year, grade] = waves[year - grade + 5]
    junior = np.full((1, 8, 9), np.nan)
    for year in range(8):
        for grade in range(6, 9):
            junior[0, year, grade] = 60.0
    panel = Panel(
        units=("primary", "junior"),
        years=tuple(range(2010, 2018)),
        grades=tuple("123456789"),
        pupils=np.concatenate((primary, junior)),
        groups=("town", "town"),
    )
    entrants = project(panel, 6).pupils[1, :, 6]
    assert entrants[:2].min() > 1.3 * entrants[3:].max()


def test_nonsense_is_refused(panel: Panel) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        project(panel, 0)
    with pytest.raises(ValueError, match="does not have"):
        project(panel, 1, {"x": ("13",)})
    with pytest.raises(ValueError, match="consecutive"):
        msgspec.structs.replace(panel, years=(*panel.years[:-1], 2050))
    with pytest.raises(ValueError, match="from 0 up"):
        msgspec.structs.replace(panel, pupils=-panel.pupils)
