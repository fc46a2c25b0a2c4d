"""``forecast``: what must hold of every forecast, and what it does where the facts lack something."""

from __future__ import annotations

import math
from collections import defaultdict

import msgspec
import pytest
from forecast_county import VILLAGES, born, county, entered, rows

from jiaoheng.county import build
from jiaoheng.forecast import Forecast, ForecastError, ForecastRequest, Housing, forecast
from jiaoheng.forecast.answer import StageForecast


@pytest.fixture(scope="module")
def found() -> Forecast:
    return forecast(county(), ForecastRequest(years=8))


def of_county(found: Forecast, stage: str) -> dict[int, StageForecast]:
    return {each.year: each for each in found.stages if each.level == "county" and each.stage == stage}


def grade(found: Forecast, grade: int, year: int) -> float:
    return sum(each.pupils for each in found.grades if (each.grade, each.year) == (grade, year))


def test_schools_add_up_to_towns_and_towns_to_the_county(found):
    sums = defaultdict(lambda: defaultdict(float))
    for each in found.stages:
        sums[each.stage, each.year][each.level] += each.pupils.value
    assert len(sums) == 16
    for levels in sums.values():
        assert levels["school"] == pytest.approx(levels["county"], rel=1e-9)
        assert levels["town"] == pytest.approx(levels["county"], rel=1e-9)
    grades = defaultdict(float)
    for each in found.grades:
        grades["primary" if each.grade < 7 else "junior", each.year] += each.pupils
    for key, value in grades.items():
        assert value == pytest.approx(sums[key]["county"], rel=1e-9)


def test_places_add_up_to_the_public_schools_of_their_town(found):
    seated = defaultdict(float)
    for each in found.places:
        seated[VILLAGES[each.place_id][0], each.stage, each.year] += each.seated
    for each in found.stages:
        if each.level == "town" and each.stage == "primary":
            assert seated[each.subject, "primary", each.year] == pytest.approx(each.pupils.value)
    junior = of_county(found, "junior")[2027].pupils.value
    assert seated["101", "junior", 2027] + seated["201", "junior", 2027] == pytest.approx(junior)
    # The second town has no junior school: its children are seated in the first's.
    assert seated["201", "junior", 2027] > 0.2 * junior


def test_entrants_follow_from_the_children_who_come_of_age(found):
    for year in (2026, 2028, 2031):
        expected = sum(entered(school, year) for school in ("P1", "P2", "P3"))
        assert grade(found, 1, year) == pytest.approx(expected, rel=0.02)
    # Nobody is lost on the way up, and grade 7 is grade 6 of the year before.
    assert grade(found, 4, 2029) == pytest.approx(grade(found, 1, 2026), rel=0.02)
    assert grade(found, 7, 2030) == pytest.approx(grade(found, 6, 2029), rel=0.02)


def test_intervals_hold_the_figure_and_widen(found):
    for each in found.stages:
        spread = each.pupils
        assert 0 <= spread.low95 <= spread.low <= spread.value <= spread.high <= spread.high95
    widths = [(each.pupils.high - each.pupils.low) / each.pupils.value for each in of_county(found, "primary").values()]
    assert widths[-1] > widths[0] > 0


def test_no_births_from_the_base_year_on_empty_grade_1_in_year_six():
    none = forecast(county(), ForecastRequest(years=8, births=dict.fromkeys(range(2025, 2034), 0)))
    assert grade(none, 1, 2030) > 0
    assert grade(none, 1, 2031) == 0
    assert grade(none, 2, 2032) == 0
    assert grade(none, 3, 2032) > 0


def test_the_order_of_rows_changes_nothing(found):
    told = rows()
    turned = build({name: list(reversed(table)) for name, table in told.items()})
    again = forecast(turned, ForecastRequest(years=8))
    assert msgspec.structs.replace(again, snapshot=found.snapshot) == found


def test_missing_coordinates_change_no_school(found):
    bare = forecast(county(coordinates=False), ForecastRequest(years=8))
    assert bare.grades == found.grades
    assert "no_coordinates:4" in bare.notes
    total = sum(each.seated for each in bare.places if (each.stage, each.year) == ("junior", 2027))
    assert total == pytest.approx(of_county(bare, "junior")[2027].pupils.value)


def test_without_children_the_trend_of_entrants_goes_on_and_that_is_said():
    blind = forecast(county(children=False), ForecastRequest(years=5))
    assert "no_children" in blind.notes
    assert not blind.ages
    assert all(each.children is None for each in blind.places)
    assert 0 < grade(blind, 1, 2030) < grade(blind, 1, 2026) * 1.02
    total = sum(each.seated for each in blind.places if (each.stage, each.year) == ("primary", 2027))
    assert total == pytest.approx(of_county(blind, "primary")[2027].pupils.value)


def test_births_alone_stand_in_for_children():
    births = {year: sum(born(village, year) for village in VILLAGES) for year in range(2013, 2026)}
    births |= {2024: births[2024] / 2, 2025: births[2025] / 2}
    found = forecast(county(children=False), ForecastRequest(years=6, births=births))
    assert "births_only" in found.notes
    assert grade(found, 1, 2030) == pytest.approx(grade(found, 1, 2029) / 2, rel=0.05)


def test_a_village_without_children_has_none_and_is_told():
    told = rows()
    told["children"] = [row for row in told["children"] if row["place_id"] != "20002"]
    found = forecast(build(told), ForecastRequest(years=3))
    assert "homes_without_children:1" in found.notes
    assert [each.seated for each in found.places if each.place_id == "20002" and each.stage == "primary"] == [0.0] * 3


def test_a_school_that_closes_hands_its_pupils_to_those_of_its_town():
    told = rows()
    next(row for row in told["schools"] if row["school_id"] == "P2")["open_to"] = 2026
    found = forecast(build(told), ForecastRequest(years=3))
    open_all = forecast(county(), ForecastRequest(years=3))
    assert {each.year for each in found.grades if each.school_id == "P2"} == {2026}
    for year in (2026, 2027, 2028):
        assert of_county(found, "primary")[year].pupils.value == pytest.approx(
            of_county(open_all, "primary")[year].pupils.value
        )


def test_a_school_that_tells_nothing_any_more_is_named():
    told = rows()
    told["enrolment"] = [row for row in told["enrolment"] if (row["school_id"], row["year"]) != ("P2", 2025)]
    found = forecast(build(told), ForecastRequest(years=3))
    assert "not_told:P2" in found.notes
    assert not [each for each in found.grades if each.school_id == "P2"]


def test_a_stage_whose_latest_year_is_earlier_is_carried_from_there():
    told = rows()
    told["enrolment"] = [row for row in told["enrolment"] if row["school_id"] != "J1" or row["year"] < 2025]
    found = forecast(build(told), ForecastRequest(years=3))
    assert (found.base_year, found.bases) == (2025, {"primary": 2025, "junior": 2024})
    assert "base:junior:2024" in found.notes
    assert sorted(of_county(found, "junior")) == [2025, 2026, 2027, 2028]
    expected = sum(entered(school, 2019) for school in ("P1", "P2", "P3"))
    assert grade(found, 7, 2025) == pytest.approx(expected, rel=0.02)


def test_five_grades_of_primary_end_before_grade_6():
    told = rows()
    told["county"][0]["primary_grades"] = 5
    junior = [row | {"school_id": "J1"} for row in told["enrolment"] if row["grade"] == 6]
    sums = defaultdict(int)
    for row in junior:
        sums[row["year"]] += row["pupils"]
    told["enrolment"] = [row for row in told["enrolment"] if row["grade"] != 6]
    told["enrolment"] += [
        {"school_id": "J1", "year": year, "grade": 6, "pupils": count} for year, count in sums.items()
    ]
    found = forecast(build(told), ForecastRequest(years=3))
    assert {each.grade for each in found.grades if each.school_id == "J1"} == {6, 7, 8, 9}
    assert grade(found, 6, 2026) == pytest.approx(sum(entered(school, 2021) for school in ("P1", "P2", "P3")), rel=0.02)


def test_homes_bring_pupils_to_their_town_and_take_them_from_where_people_leave(found):
    homes = Housing("10001", 2028, 100.0, {"primary": 0.6}, from_place="20001")
    moved = forecast(county(), ForecastRequest(years=8, housing=(homes,)))

    def town(answer, code, year):
        (own,) = [e for e in answer.stages if (e.level, e.subject, e.stage, e.year) == ("town", code, "primary", year)]
        return own.pupils.value

    assert town(moved, "101", 2027) == pytest.approx(town(found, "101", 2027))
    assert town(moved, "101", 2029) == pytest.approx(town(found, "101", 2029) + 60)
    assert town(moved, "201", 2029) == pytest.approx(town(found, "201", 2029) - 60)


def test_migration_adds_its_share_to_those_who_enter_later(found):
    more = forecast(county(), ForecastRequest(years=8, migration=0.1))
    assert grade(more, 1, 2026) == pytest.approx(1.1 * grade(found, 1, 2026))
    assert grade(more, 6, 2026) == pytest.approx(grade(found, 6, 2026))
    assert grade(more, 6, 2031) == pytest.approx(1.1 * grade(found, 6, 2031))


@pytest.mark.parametrize("variant", ["high", "low"])
def test_a_variant_is_the_end_of_the_county_and_adds_up(found, variant):
    varied = forecast(county(), ForecastRequest(years=8), variant)
    for year, each in of_county(varied, "primary").items():
        central = of_county(found, "primary")[year].pupils
        assert each.pupils.value == pytest.approx(getattr(central, variant))
        schools = sum(
            e.pupils.value for e in varied.stages if (e.level, e.stage, e.year) == ("school", "primary", year)
        )
        assert schools == pytest.approx(each.pupils.value)
        seated = sum(e.seated for e in varied.places if (e.stage, e.year) == ("primary", year))
        assert seated == pytest.approx(each.pupils.value)


def test_the_back_test_shows_every_method_and_marks_the_one_used(found):
    own = [each for each in found.tests if (each.level, each.stage, each.horizon) == ("school", "primary", 3)]
    assert {each.method for each in own} == {"naive", "linear", "mean_ratios", "sum_ratios", "average", "jiaoheng"}
    used = {each.method: each for each in own if each.used}
    assert set(used) == {"jiaoheng"}
    assert used["jiaoheng"].error < min(each.error for each in own if not each.used)
    assert 0 <= used["jiaoheng"].covered80 <= 1


def test_the_answer_can_be_written_as_json(found):
    assert msgspec.json.encode(msgspec.to_builtins(found, str_keys=True))
    assert all(math.isfinite(each.pupils) for each in found.grades)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (ForecastRequest(years=0), "years"),
        (ForecastRequest(years=31), "years"),
        (ForecastRequest(migration=0.9), "migration"),
        (ForecastRequest(class_sizes={"nursery": 20}), "class_size"),
        (ForecastRequest(births={2025: -1}), "births"),
        (ForecastRequest(housing=(Housing("9", 2027, 10, {"primary": 0.3}),)), "place"),
        (ForecastRequest(housing=(Housing("10001", 2027, 10, {"special": 0.3}),)), "stage"),
        (ForecastRequest(housing=(Housing("10001", 2027, math.nan, {"primary": 0.3}),)), "homes"),
    ],
)
def test_what_cannot_be_asked_is_refused(request_, code):
    with pytest.raises(ForecastError) as refused:
        forecast(county(), request_)
    assert refused.value.code == code
    assert "{" not in refused.value.say("zh") + refused.value.say("en")


def test_without_enrolment_there_is_nothing_to_forecast():
    told = rows()
    told["enrolment"] = []
    with pytest.raises(ForecastError) as refused:
        forecast(build(told), ForecastRequest())
    assert refused.value.code == "no_facts"
