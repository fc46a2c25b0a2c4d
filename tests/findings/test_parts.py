"""Schools of several parts, and facts that contradict each other."""

import pytest

from jiaoheng.county import Gap, build
from jiaoheng.findings import assess
from jiaoheng.measures.options import Options
from jiaoheng.standards import load

STANDARD = load("cn-2017")
YEAR = 2025


def values(facts, gaps=(), **options):
    result = assess(build(facts, gaps=gaps), STANDARD, options=Options(**options))
    return {(value.check, value.school_id): value for value in result.values}


def county():
    """A school of 60 pupils with a campus of 20 and a teaching point of the campus's with 10."""
    schools = [
        {"school_id": "A", "name": "主校", "kind": "211"},
        {"school_id": "B", "name": "分校区", "kind": "211", "parent_id": "A", "counted": False},
        {"school_id": "C", "name": "教学点", "kind": "218", "parent_id": "B"},
    ]
    pupils = {"A": 60, "B": 20, "C": 10}
    key = {"year": YEAR, "grade": 1}
    return {
        "county": [{"county_code": "410999", "name": "望岚县"}],
        "schools": schools,
        "enrolment": [{"school_id": school, **key, "pupils": count, "classes": 1} for school, count in pupils.items()],
        "finance": [
            {"subject_id": "410999", "year": YEAR, "item": "quota_primary", "amount": 700.0},
            {"subject_id": "A", "year": YEAR, "item": "operating_funds", "amount": 56000.0},
            {"subject_id": "B", "year": YEAR, "item": "operating_funds", "amount": 14000.0},
        ],
    }


def test_the_money_of_a_campus_counts_with_its_school():
    assert values(county())["2.6", "A"].value == pytest.approx(100)


def test_money_of_a_campus_that_waits_is_not_taken_for_none():
    facts = county()
    facts["finance"].pop()
    assert values(facts, [Gap("finance", "B", YEAR)])["2.6", "A"].status == "unknown"
    assert values(facts)["2.6", "A"].status == "fails"


def test_a_teaching_point_of_a_campus_is_merged_into_the_main_school():
    found = values(county(), teaching_points="merged")
    assert found["2.4", "A"].value == 90
    assert ("2.4", "B") not in found


@pytest.mark.parametrize(("pupils", "listed", "low", "high"), [(100, (40, 40), 40, 50), (60, (46, 30), 46, 46)])
def test_a_list_of_classes_that_contradicts_the_grade_s_pupils_proves_no_pass(pupils, listed, low, high):
    facts = county()
    facts["enrolment"][0] |= {"pupils": pupils, "classes": 2}
    facts["classes"] = [
        {"school_id": "A", "year": YEAR, "grade": 1, "class_no": str(number), "pupils": size}
        for number, size in enumerate(listed)
    ]
    found = values(facts)["2.5", "A"]
    assert (found.low, found.high) == (low, high)
    assert found.status == ("unknown" if low < 45 < high else "fails")
