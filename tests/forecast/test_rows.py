"""A forecast as rows of ``enrolment``: whole pupils that add up, no more classes than needed, one county afterwards."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from forecast_county import county, rows
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county import build
from jiaoheng.county.moves import apply, carried
from jiaoheng.forecast import ForecastRequest, enrolment, forecast
from jiaoheng.forecast.rows import classes_of, largest_remainder, whole_pupils

NOTHING = float("nan")


@given(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 8)), st.floats(0, 500), min_size=1))
def test_whole_pupils_add_up_and_stay_next_to_their_figures(values):
    found = whole_pupils(values)
    assert sum(sum(grades.values()) for grades in found.values()) == round(sum(values.values()))
    for school, grades in found.items():
        own = sum(value for (each, _), value in values.items() if each == school)
        assert abs(sum(grades.values()) - own) <= 1
        assert all(count >= 0 and abs(count - values[school, grade]) < 2 for grade, count in grades.items())


def test_largest_remainder_gives_the_rest_to_the_largest_and_ties_to_the_first():
    assert largest_remainder([1.2, 1.7, 1.1]) == [1, 2, 1]
    assert largest_remainder([0.5, 0.5, 0.5, 0.5]) == [1, 1, 0, 0]
    assert largest_remainder([3.0, 2.0], 4) == [3, 1] or largest_remainder([3.0, 2.0], 4) == [2, 2]
    assert largest_remainder([0.0, 0.0]) == [0, 0]
    assert largest_remainder([]) == []


@pytest.mark.parametrize(
    ("pupils", "before", "classes", "needed"),
    [
        (90, 90, 3, 3),  # nothing changes: the three classes of 30 stay
        (60, 90, 3, 2),
        (136, 90, 3, 4),  # 4 of 34, as 3 would exceed 45
        (120, 90, 3, 3),
        (112, 112, 2, 2),  # large classes stay large, nobody has opened another
        (113, 112, 2, 3),
        (20, 25, 1, 1),
        (0, 25, 1, 0),
        (46, 0, 0, 2),  # a grade that is new
    ],
)
def test_classes_are_todays_as_long_as_they_are_needed(pupils, before, classes, needed):
    assert classes_of(pupils, before, classes, 45) == needed


def test_classes_that_are_not_told_stay_untold():
    assert classes_of(30, 28, NOTHING, 45) is None


def test_rows_hold_the_totals_of_school_stage_and_year():
    told = county()
    found = forecast(told, ForecastRequest(years=4))
    table = enrolment(told, found)
    assert table.schema == told["enrolment"].schema
    sums = defaultdict(int)
    for row in table.to_pylist():
        sums[row["school_id"], row["year"]] += row["pupils"]
        assert 30 < row["pupils"] / row["classes"] <= 50
    assert {year for _, year in sums} == {2026, 2027, 2028, 2029}
    for each in found.stages:
        if each.level == "school":
            assert abs(sums[each.subject, each.year] - each.pupils.value) <= 1
    for year in range(2026, 2030):
        county_wide = sum(each.pupils.value for each in found.stages if (each.level, each.year) == ("county", year))
        assert abs(sum(count for (_, own), count in sums.items() if own == year) - county_wide) <= 1


def test_carried_and_apply_take_the_rows():
    told = county()
    table = enrolment(told, forecast(told, ForecastRequest(years=2)))
    later = carried(told, 2027, table)
    assert apply(told, (), until=2027, enrolment=table).tables["enrolment"].equals(later["enrolment"])
    own = {(row["school_id"], row["grade"]): row["pupils"] for row in table.to_pylist() if row["year"] == 2027}
    carried_rows = [row for row in later["enrolment"].to_pylist() if row["year"] == 2027]
    assert {(row["school_id"], row["grade"]): row["pupils"] for row in carried_rows} == own


def test_classes_of_several_grades_and_pupils_without_a_grade_stay_as_they_are_told():
    tables = rows()
    for row in tables["enrolment"]:
        if row["school_id"] == "P3":
            row["classes"] = None
    years = sorted({row["year"] for row in tables["enrolment"]})
    tables["enrolment"] += [
        {"school_id": "P3", "year": year, "grade": 200, "pupils": 0, "classes": 5} for year in years
    ]
    whole = {(year, "P2"): 0 for year in years}
    for row in tables["enrolment"]:
        if row["school_id"] == "P2":
            whole[row["year"], "P2"] += row["pupils"]
    tables["enrolment"] = [row for row in tables["enrolment"] if row["school_id"] != "P2"]
    tables["enrolment"] += [
        {"school_id": "P2", "year": year, "grade": 200, "pupils": count, "classes": 40}
        for (year, _), count in whole.items()
    ]
    told = build(tables)
    found = forecast(told, ForecastRequest(years=2))
    assert any(note.startswith("grades_divided") for note in found.notes)
    table = enrolment(told, found).to_pylist()
    mixed = [row for row in table if (row["school_id"], row["grade"]) == ("P3", 200)]
    assert [row["pupils"] for row in mixed] == [0, 0]
    assert all(1 <= row["classes"] <= 5 for row in mixed)
    assert {row["classes"] for row in table if row["school_id"] == "P3" and row["grade"] < 7} == {None}
    assert {row["grade"] for row in table if row["school_id"] == "P2"} == {200}
    of_school = sum(e.pupils.value for e in found.stages if (e.level, e.subject, e.year) == ("school", "P2", 2026))
    assert sum(row["pupils"] for row in table if (row["school_id"], row["year"]) == ("P2", 2026)) == pytest.approx(
        of_school, abs=1
    )
    assert np.isfinite(of_school)
