"""The published examples, through the same tables and SQL as every county."""

from functools import partial

import pytest

from jiaoheng.county import build
from jiaoheng.findings import assess
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import answers, open_county
from jiaoheng.measures.options import Options
from jiaoheng.measures.survey import Question, survey
from jiaoheng.standards import load

BOOKS = Demand("books", "per_pupil", ("books",), (), "balanced")


def surveyed(rows, demand=BOOKS):
    connection = open_county(build(rows))
    survey(connection, Question((demand,), (demand.id,), {}, None), 2025, Options())
    return partial(answers, connection)


def test_coefficient_of_five_schools():
    schools = {"a": (45, 279), "b": (37, 137), "c": (89, 935), "d": (76, 160), "e": (55, 402)}
    rows = surveyed(
        {
            "county": [{"county_code": "410998", "name": "某县"}],
            "schools": [{"school_id": code, "name": code, "kind": "211"} for code in schools],
            "enrolment": [
                {"school_id": code, "year": 2025, "grade": 1, "pupils": pupils} for code, (pupils, _) in schools.items()
            ],
            "facilities": [{"school_id": code, "year": 2025, "books": books} for code, (_, books) in schools.items()],
        }
    )
    (found,) = rows("SELECT * FROM coefficients")
    assert found["mean"] == pytest.approx(6.334437, abs=5e-7)
    assert found["coefficient"] == pytest.approx(0.515257, abs=5e-7)
    assert found["schools"] == found["known"] == 5


def nine_year(kind, pupils):
    grades = {"primary": 1, "junior": 7, "senior": 10}
    return surveyed(
        {
            "county": [{"county_code": "410998", "name": "某县"}],
            "schools": [{"school_id": "x", "name": "x", "kind": kind}],
            "enrolment": [
                {"school_id": "x", "year": 2025, "grade": grades[stage], "pupils": number}
                for stage, number in pupils.items()
            ],
            "facilities": [{"school_id": "x", "year": 2025, "books": 23226}],
        }
    )("SELECT stage, share, books, pupils FROM sections ORDER BY stage DESC")


def test_nine_year_school_splits_its_books():
    primary, junior = nine_year("312", {"primary": 166, "junior": 210})
    assert primary["books"] == pytest.approx(9711.6, abs=0.05)
    assert junior["books"] == pytest.approx(13514.4, abs=0.05)
    assert primary["books"] + junior["books"] == pytest.approx(23226)
    assert junior["books"] / 210 == pytest.approx(1.1 * primary["books"] / 166)


def test_complete_secondary_and_twelve_year_schools_split_by_their_weights():
    senior, junior = nine_year("341", {"junior": 300, "senior": 200})
    assert junior["share"] == pytest.approx(300 / (300 + 1.2 * 200))
    assert senior["share"] == pytest.approx(240 / 540)
    shares = {row["stage"]: row["share"] for row in nine_year("345", {"primary": 100, "junior": 80, "senior": 60})}
    whole = 100 + 1.1 * 80 + 1.32 * 60
    assert shares == pytest.approx({"primary": 100 / whole, "junior": 88 / whole, "senior": 79.2 / whole})


def test_five_year_primary_sends_grade_six_to_the_junior_stage():
    rows = {
        "county": [{"county_code": "370612", "name": "某县", "primary_grades": 5}],
        "schools": [{"school_id": "x", "name": "x", "kind": "312"}],
        "enrolment": [{"school_id": "x", "year": 2025, "grade": grade, "pupils": 10} for grade in range(1, 10)],
    }
    found = surveyed(rows)("SELECT stage, pupils FROM sections ORDER BY stage DESC")
    assert found == [{"stage": "primary", "pupils": 50}, {"stage": "junior", "pupils": 40}]


def test_combined_coefficient_is_the_plain_mean_of_its_indicators():
    eight = [0.437, 0.419, 0.255, 0.188, 0.171, 0.263, 0.263, 0.420]  # a district's published eight, printed as 0.302
    assert sum(eight) / 8 == pytest.approx(0.302, abs=5e-4)
    codes = ["a", "b"]
    rows = {
        "county": [{"county_code": "410998", "name": "某县"}],
        "schools": [{"school_id": code, "name": code, "kind": "211"} for code in codes],
        "enrolment": [{"school_id": code, "year": 2025, "grade": 1, "pupils": 100} for code in codes],
        "facilities": [],
        "staff": [],
    }
    # Two schools of 100 pupils with resources 100 (1 + v) and 100 (1 − v) have the coefficient v.
    columns = ["teaching_area", "sports_ground_area", "equipment_value", "computers", "books"]
    for sign, code in ((1, "a"), (-1, "b")):
        amounts = dict(zip(columns, (1e5 * (1 + sign * v) for v in eight[:5]), strict=True))
        whole = {name: round(amount) if name in ("computers", "books") else amount for name, amount in amounts.items()}
        rows["facilities"].append({"school_id": code, "year": 2025, "indoor_sports_area": 0.0, **whole})
        counts = dict(zip(("teachers", "above_required_degree", "senior_titles"), eight[5:], strict=True))
        staff = {name: round(1e5 * (1 + sign * v)) for name, v in counts.items()}
        rows["staff"].append({"school_id": code, "year": 2025, "stage": "primary", **staff})
    result = assess(build(rows), load("basic-2012"))
    assert [even.coefficient for even in result.balance] == pytest.approx(eight)
    assert result.combined["primary"] == pytest.approx(0.302, abs=5e-4)


def test_staff_is_derived_from_the_roster_and_unknown_where_anybody_is():
    person = {"year": 2025, "school_id": "x", "stage": "primary", "certificate": True, "training_hours": 400.0}
    rows = {
        "county": [{"county_code": "410998", "name": "某县"}],
        "schools": [{"school_id": "x", "name": "x", "kind": "211"}],
        "enrolment": [{"school_id": "x", "year": 2025, "grade": 1, "pupils": 100}],
        "staff": [{"school_id": "x", "year": 2025, "stage": "primary", "teachers": 9, "backbone": 9, "posts": 7}],
        "teachers": [
            person | {"teacher_id": "1", "degree": "bachelor", "backbone": "county", "subjects": "math;pe"},
            person | {"teacher_id": "2", "degree": "secondary", "backbone": "school", "subjects": "pe"},
            person | {"teacher_id": "3", "degree": "associate", "backbone": None, "subjects": "chinese"},
        ],
    }
    columns = ("above_required_degree", "pe_arts", "certified", "trained_360h", "posts", "backbone")
    demand = Demand("staff", "percent_of_teachers", columns, ())
    (found,) = surveyed(rows, demand)("SELECT * FROM sections")
    assert (found["teachers"], found["above_required_degree"], found["pe_arts"]) == (3, 2, 2)
    assert (found["certified"], found["trained_360h"], found["posts"]) == (3, 3, 7)
    assert found["backbone"] is None
