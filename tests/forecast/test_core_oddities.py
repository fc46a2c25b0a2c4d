"""Wrong figures are found, explained and not learned from; changes that last are told apart from them."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from drawn_panels import drawn, simulator

from jiaoheng.forecast.oddities import Oddity, oddities
from jiaoheng.forecast.panel import Floats, Panel
from jiaoheng.forecast.projected import ALL
from jiaoheng.forecast.projecting import project


@pytest.fixture(scope="module")
def clean() -> Panel:
    return drawn("steady", 5, districts=40, errors=0.0, redrawn=0.0, closed=0.0, opened=0.0)


def spoiled(panel: Panel, unit: int, year: int, figures: Floats) -> Panel:
    pupils = panel.pupils.copy()
    pupils[unit, year] = figures
    return msgspec.structs.replace(panel, pupils=pupils)


def big(panel: Panel, rank: int = 0) -> int:
    """One of the larger units with six grades."""
    six = (~np.isnan(panel.pupils[:, 0])).sum(axis=1) == 6
    size = np.where(six, np.nansum(panel.pupils[:, 3], axis=1), 0)
    return int(np.argsort(size)[-5 - rank])


def found(panel: Panel, unit: int, year: int, at_entry: bool = False) -> Oddity | None:
    names = (panel.units[unit], panel.years[year])
    return next((each for each in oddities(panel, at_entry) if (each.unit, each.year) == names), None)


def test_an_unspoiled_panel_has_few_flags(clean: Panel) -> None:
    mistakes = [each for each in oddities(clean) if each.mistake]
    assert len(mistakes) < 0.01 * clean.pupils.shape[0] * clean.pupils.shape[1]


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("halved", lambda now, then: np.round(now * 0.5), "dip"),
        ("doubled", lambda now, then: now * 2, "spike"),
        ("nobody", lambda now, then: now * 0, "dip"),
        ("copied", lambda now, then: then, "copied"),
    ],
)
def test_a_wrong_year_is_found(clean: Panel, name: str, change, why: str) -> None:  # type: ignore[no-untyped-def]
    unit = big(clean)
    odd = found(spoiled(clean, unit, 4, change(clean.pupils[unit, 4], clean.pupils[unit, 3])), unit, 4)
    assert odd is not None, name
    assert odd.why == why
    assert odd.mistake
    assert odd.grade is None
    assert odd.expected == pytest.approx(np.nansum(clean.pupils[unit, 4]), rel=0.2)


def test_swapped_grades_and_turned_digits_name_the_grade(clean: Panel) -> None:
    unit = big(clean, 1)
    figures = clean.pupils[unit, 4].copy()
    figures[2] = figures[2] * 3
    odd = found(spoiled(clean, unit, 4, figures), unit, 4)
    assert odd is not None
    swapped = clean.pupils[unit, 4].copy()
    swapped[1], swapped[3] = swapped[3] + 60, max(swapped[1] - 60, 1)
    odd = found(spoiled(clean, unit, 4, swapped), unit, 4)
    assert odd is not None
    assert odd.grade in ("1", "3")
    assert odd.mistake


def test_at_entry_only_earlier_years_are_looked_at(clean: Panel) -> None:
    unit = big(clean)
    panel = spoiled(clean, unit, 4, np.round(clean.pupils[unit, 4] * 0.5))
    known = [each for each in oddities(panel, at_entry=True) if each.year <= panel.years[4]]
    cut = list(oddities(panel.until(panel.years[4]), at_entry=True))
    assert known == cut
    assert any(each.unit == panel.units[unit] and each.year == panel.years[4] and each.why == "cohort" for each in cut)


def test_a_boundary_moved_is_a_reorganisation_with_the_other_school_named(clean: Panel) -> None:
    assert clean.groups is not None
    span = (~np.isnan(clean.pupils[:, 0])).astype(int)
    pairs = [
        (one, two)
        for one in range(len(clean.units))
        for two in range(one + 1, len(clean.units))
        if clean.groups[one] == clean.groups[two] and (span[one] == span[two]).all() and span[one].sum() == 6
    ]
    one, two = pairs[0]
    pupils = clean.pupils.copy()
    moved = np.round(pupils[one, 4:] * 0.5)
    pupils[one, 4:] -= moved
    pupils[two, 4:] += moved
    panel = msgspec.structs.replace(clean, pupils=pupils)
    odd = found(panel, one, 4)
    assert odd is not None
    assert odd.why == "reorganised"
    assert odd.other == panel.units[two]
    assert not odd.mistake


def test_most_planted_errors_are_found_with_few_flags() -> None:
    panels = simulator()
    regime = msgspec.structs.replace(panels.REGIMES["turning"], districts=100, errors=0.006)
    drawn_one = panels.draw(regime, 41, "school")
    planted = set(drawn_one.errors)
    flags = {(each.unit, each.year) for each in oddities(drawn_one.panel) if each.mistake}
    assert len(planted) >= 12
    assert len(flags & planted) >= 0.83 * len(planted)
    assert len(flags) <= 3 * len(planted)


def test_a_wrong_year_in_the_past_hardly_moves_the_forecast(clean: Panel) -> None:
    unit = big(clean)
    panel = spoiled(clean, unit, 5, np.round(clean.pupils[unit, 5] * 0.3))
    right = project(clean, 3).blocks[ALL].units.value[unit]
    assert project(panel, 3).blocks[ALL].units.value[unit] == pytest.approx(right, rel=0.04)


def test_a_grade_left_out_of_the_last_year_is_told_and_not_started_from(clean: Panel) -> None:
    unit = big(clean)
    figures = clean.pupils[unit, -1].copy()
    figures[2] = 0.0
    ahead = project(spoiled(clean, unit, -1, figures), 2)
    assert [(each.unit, each.grade) for each in ahead.doubts] == [(clean.units[unit], "2")]
    assert ahead.doubts[0].reported == 0.0
    right = project(clean, 2).blocks[ALL].units.value[unit]
    assert ahead.blocks[ALL].units.value[unit] == pytest.approx(right, rel=0.05)


def test_a_last_year_in_order_is_started_from(clean: Panel) -> None:
    assert project(clean, 1).doubts == ()
