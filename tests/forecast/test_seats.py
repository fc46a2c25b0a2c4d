"""Seats short and spare: what a school holds, when it crosses 56, what another class size changes."""

from __future__ import annotations

import pytest
from forecast_county import county, rows

from jiaoheng.county import build
from jiaoheng.forecast import ForecastRequest, compare, forecast
from jiaoheng.forecast.seats import totals


def with_places(*facilities):
    told = rows()
    told["facilities"] = [{"year": 2025, **each} for each in facilities]
    return build(told)


def of(found, school, year=2026):
    (own,) = [each for each in found.seats if (each.school_id, each.year) == (school, year)]
    return own


def test_told_places_are_the_seats():
    found = forecast(with_places({"school_id": "P1", "places": 2000}), ForecastRequest(years=2))
    own = of(found, "P1")
    assert (own.seats, own.source) == (2000, "places")
    assert own.short == max(0, own.pupils - 2000)
    assert own.spare == max(0, 2000 - own.pupils)
    assert own.short == 0 or own.spare == 0


def test_without_places_the_most_classes_of_recent_years_tell():
    found = forecast(county(), ForecastRequest(years=1))
    classes = max(
        sum(row["classes"] for row in rows()["enrolment"] if row["school_id"] == "P3" and row["year"] == year)
        for year in range(2021, 2026)
    )
    assert (of(found, "P3").seats, of(found, "P3").source) == (45 * classes, "classes")


def test_without_places_or_classes_seats_are_not_known():
    found = forecast(county(classes=False), ForecastRequest(years=1))
    own = of(found, "P1")
    assert (own.seats, own.short, own.spare, own.class_mean, own.source) == (None, None, None, None, "no_classes")
    (whole,) = [
        each for each in totals(county(classes=False), found) if each.level == "county" and each.stage == "primary"
    ]
    assert (whole.unknown, whole.seats) == (3, 0)
    assert whole.pupils_unknown == pytest.approx(sum(each.pupils for each in found.seats if each.stage == "primary"))


def test_places_of_a_school_with_two_stages_are_divided_by_its_pupils():
    told = rows()
    next(row for row in told["schools"] if row["school_id"] == "J1")["kind"] = "312"
    for row in told["enrolment"]:
        if row["school_id"] == "P1":
            row["school_id"] = "J1"
    told["facilities"] = [{"school_id": "J1", "year": 2025, "places": 3000}]
    found = forecast(build(told), ForecastRequest(years=1))
    own = {each.stage: each for each in found.seats if each.school_id == "J1"}
    assert own["primary"].seats + own["junior"].seats == pytest.approx(3000)
    before = {each.stage: each.pupils for each in found.history if each.subject == "J1" and each.year == 2025}
    assert own["primary"].seats / own["junior"].seats == pytest.approx(before["primary"] / before["junior"])


def test_a_smaller_class_size_leaves_fewer_seats_and_the_comparison_says_by_how_much():
    told = with_places({"school_id": "P1", "places": 1350})
    now, then = (forecast(told, ForecastRequest(years=2, class_sizes=sizes)) for sizes in ({}, {"primary": 30}))
    assert of(then, "P3").seats == pytest.approx(of(now, "P3").seats * 30 / 45)
    classes = of(then, "P1").seats / 30
    assert classes == round(classes)
    changes = {(each.school_id, each.year): each for each in compare(now, then)}
    assert changes["P3", 2026].seats == pytest.approx(of(then, "P3").seats - of(now, "P3").seats)
    assert changes["P3", 2026].pupils == 0
    assert ("J1", 2026) not in changes


def test_towns_add_up_to_the_county():
    told = county()
    found = totals(told, forecast(told, ForecastRequest(years=2)))
    for stage in ("primary", "junior"):
        for name in ("seats", "pupils", "short", "spare"):
            towns = sum(
                getattr(each, name) for each in found if (each.level, each.stage, each.year) == ("town", stage, 2027)
            )
            (whole,) = [each for each in found if (each.level, each.stage, each.year) == ("county", stage, 2027)]
            assert towns == pytest.approx(getattr(whole, name))


def test_a_grade_crosses_56_in_the_first_year_in_which_its_classes_are_that_full():
    told = rows()
    for row in told["enrolment"]:
        if row["school_id"] == "P1" and row["grade"] == 2 and row["year"] == 2025:
            row["classes"] = 6
    found = forecast(build(told), ForecastRequest(years=4))
    own = {each.grade: each for each in found.crossings if each.school_id == "P1"}
    pupils = {each.year: each.pupils for each in found.grades if (each.school_id, each.grade) == ("P1", 2)}
    first = next((year for year, count in sorted(pupils.items()) if count / 6 >= 56), None)
    assert own[2].year == first
    assert own[2].class_mean == pytest.approx(pupils[first] / 6)
    assert 3 not in own
