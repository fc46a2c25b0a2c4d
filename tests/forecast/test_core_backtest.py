"""The back-test: out of sample, comparable, better than the plain methods, with intervals that hold."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from drawn_panels import drawn

from jiaoheng.forecast.backtesting import OURS, Score, backtest
from jiaoheng.forecast.panel import Panel
from jiaoheng.forecast.references import REFERENCES
from jiaoheng.forecast.rolling import UNIT, history, rolled

Found = dict[tuple[str, str, int], Score]


def by_key(scores: tuple[Score, ...]) -> Found:
    return {(score.level, score.method, score.horizon): score for score in scores}


@pytest.fixture(scope="module")
def several() -> list[Found]:
    sizes = {51: 60, 57: 30, 58: 30}
    return [by_key(backtest(drawn("turning", seed, districts=count))) for seed, count in sizes.items()]


@pytest.fixture(scope="module")
def school_scores(several: list[Found]) -> Found:
    return several[0]


@pytest.mark.parametrize("horizon", [1, 3, 5])
@pytest.mark.parametrize("level", ["unit", "group"])
def test_ours_errs_less_than_the_best_reference(several: list[Found], level: str, horizon: int) -> None:
    ratios = []
    for scores in several:
        ours = scores[level, OURS, horizon].error
        errors = [scores[level, name, horizon].error for name in REFERENCES]
        assert ours is not None
        ratios.append(ours / min(error for error in errors if error is not None))
    assert np.mean(ratios) < 0.98


@pytest.mark.parametrize("horizon", [1, 3])
def test_eighty_of_a_hundred_intervals_hold(school_scores: Found, horizon: int) -> None:
    score = school_scores["unit", OURS, horizon]
    assert score.covered80 == pytest.approx(0.80, abs=0.06)
    assert score.covered95 == pytest.approx(0.95, abs=0.04)


def test_every_method_has_the_same_cases(school_scores: Found) -> None:
    for level in ("unit", "group", "total"):
        cases = {school_scores[level, name, 3].cases for name in (*REFERENCES, OURS)}
        assert len(cases) == 1


def test_what_comes_later_changes_no_forecast() -> None:
    panel = drawn("steady", 52, districts=12)
    later = panel.pupils.copy()
    later[:, 6:] = np.random.default_rng(1).integers(1, 900, later[:, 6:].shape)
    later[2:5, 6:] = np.nan
    other = msgspec.structs.replace(panel, pupils=later)
    blocks = {"all": panel.grades}
    one = rolled(history(panel, blocks), 3, beyond=False)
    two = rolled(history(other, blocks), 3, beyond=False)
    for step, changed in zip(one, two, strict=True):
        if step.origin <= 5:
            for key, band in step.bands.items():
                assert np.array_equal(band.value, changed.bands[key].value, equal_nan=True)
                assert np.array_equal(band.high, changed.bands[key].high, equal_nan=True)


def test_the_errors_are_those_of_the_definition() -> None:
    pupils = np.array([[[100.0], [110.0], [120.0], [130.0], [150.0]], [[50.0], [50.0], [50.0], [50.0], [40.0]]])
    panel = Panel(units=("a", "b"), years=tuple(range(2015, 2020)), grades=("1",), pupils=pupils)
    naive = by_key(backtest(panel, (1,)))["unit", "naive", 1]
    assert naive.cases == 2
    assert naive.error == pytest.approx(100 * (20 / 150 + 10 / 40) / 2)
    assert naive.bias == pytest.approx(100 * (-20 / 150 + 10 / 40) / 2)


def test_short_and_thin_panels_have_scores_without_cases() -> None:
    one = Panel(units=("a",), years=(2020,), grades=("1",), pupils=np.array([[[10.0]]]))
    assert backtest(one) == ()
    panel = drawn("falling", 53, districts=3)
    short = msgspec.structs.replace(panel, years=panel.years[:3], pupils=panel.pupils[:, :3])
    scores = by_key(backtest(short, (1, 5)))
    assert scores["unit", OURS, 1].cases > 0
    assert ("unit", OURS, 5) not in scores


def test_units_that_open_and_close_are_cases_only_while_open() -> None:
    panel = drawn("turning", 54, districts=6)
    pupils = panel.pupils.copy()
    pupils[0, 5:] = np.nan
    pupils[1, :5] = np.nan
    other = msgspec.structs.replace(panel, pupils=pupils)
    before = by_key(backtest(panel, (1,)))["unit", OURS, 1].cases
    assert by_key(backtest(other, (1,)))["unit", OURS, 1].cases == before - 5 - 2


def test_blocks_are_scored_too() -> None:
    scores = backtest(drawn("turning", 55, districts=6), (1,), {"early": ("K", "1", "2")})
    assert {score.block for score in scores} == {"all", "early"}


def test_on_short_panels_ours_is_no_worse_than_the_average() -> None:
    ratios = []
    for seed in (61, 62, 63):
        found = by_key(backtest(drawn("falling", seed, districts=20), (1, 3)))
        for horizon in (1, 3):
            ours, average = found["unit", OURS, horizon].error, found["unit", "average", horizon].error
            assert ours is not None
            assert average is not None
            ratios.append(ours / average)
    assert np.mean(ratios) < 1.0


def test_the_levels_are_those_of_the_panel() -> None:
    panel = drawn("turning", 56, districts=4, level="district")
    assert {score.level for score in backtest(panel, (1,))} == {"unit", "total"}
    assert history(panel, {"all": panel.grades}).panels[UNIT] is panel
