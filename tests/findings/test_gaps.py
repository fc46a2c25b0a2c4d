"""Rows that wait in quarantine: their figures are unknown, whatever is left of the school."""

import pytest
from six_schools import YEAR, rows

from jiaoheng.county import Gap, build
from jiaoheng.findings import assess
from jiaoheng.measures.options import Options
from jiaoheng.standards import load

STANDARD = load("cn-2017")


def statuses(*gaps, drop=None):
    facts = rows()
    if drop:
        table, keep = drop
        facts[table] = [row for row in facts[table] if keep(row)]
    result = assess(build(facts, gaps=gaps), STANDARD)
    return result, {(v.school_id, v.stage, v.item): v.status for v in result.values}


def test_a_waiting_grade_makes_the_school_s_figures_and_the_coefficients_unknown():
    result, status = statuses(
        Gap("enrolment", "A", YEAR), drop=("enrolment", lambda row: (row["school_id"], row["grade"]) != ("A", 3))
    )
    assert status["A", "primary", "1.4"] == "unknown"
    assert status["C", "junior", "1.4"] == "meets"
    by_stage = {even.stage: even.status for even in result.balance}
    assert by_stage == {"primary": "unknown", "junior": "meets"}


def test_a_waiting_campus_row_is_not_taken_for_a_campus_without_rooms():
    _, status = statuses(Gap("facilities", "A2", YEAR), drop=("facilities", lambda row: row["school_id"] != "A2"))
    assert status["A", "primary", "1.4"] == "unknown"
    assert status["A", "primary", "1.1"] == "meets"


def test_a_waiting_school_leaves_no_coefficient_and_no_pass():
    result, _ = statuses(Gap("schools", "Z"))
    assert {even.status for even in result.balance} == {"unknown"}
    assert result.waiting == (Gap("schools", "Z"),)


def test_a_waiting_staff_row_without_a_school_makes_all_staff_figures_unknown():
    _, status = statuses(Gap("staff", "", YEAR))
    assert all(status[key] == "unknown" for key in status if key[2] in ("1.1", "1.2", "1.3"))
    assert status["A", "primary", "1.4"] == "meets"


def test_a_waiting_class_leaves_only_the_class_size_open():
    _, status = statuses(
        Gap("classes", "C", YEAR), drop=("classes", lambda row: (row["school_id"], row["grade"]) != ("C", 7))
    )
    assert status["C", "junior", "2.5"] == "unknown"
    assert status["C", "junior", "1.1"] == "meets"


def test_a_waiting_row_of_another_year_changes_nothing():
    result, _ = statuses(Gap("facilities", "A", YEAR - 1), Gap("enrolment", "A", YEAR - 1))
    assert {even.status for even in result.balance} == {"meets"}


@pytest.mark.parametrize("table", ["enrolment", "schools"])
def test_a_county_that_passes_cannot_pass_while_schools_wait(table):
    gap = Gap(table, "Q", YEAR if table == "enrolment" else None)
    result, _ = statuses(gap)
    assert result.verdict != "meets"
    assert all(even.status == "unknown" for even in result.balance)


def test_without_the_county_s_own_row_nothing_that_it_reports_counts_as_met():
    facts = rows()
    facts["county"] = []
    result = assess(build(facts), STANDARD)
    assert {item.status for item in result.items if item.item in ("2.1", "3.9", "4.1")} == {"unknown"}


def test_while_the_county_s_row_waits_no_school_is_judged_by_stages_that_are_not_known():
    facts = rows()
    facts["county"] = []
    result = assess(build(facts, gaps=[Gap("county")]), STANDARD)
    assert {school.verdict for school in result.schools} == {"unknown"}


def test_a_waiting_grade_leaves_the_class_size_open_though_other_classes_are_listed():
    facts = rows()
    grade = next(row for row in facts["enrolment"] if row["school_id"] == "A")
    facts["enrolment"] = [row for row in facts["enrolment"] if row is not grade]
    listed = {"school_id": "A", "year": YEAR, "class_no": "1", "pupils": 30}
    facts["classes"] = [{**listed, "grade": number} for number in range(1, 7)]
    result = assess(build(facts, gaps=[Gap("enrolment", "A", YEAR)]), STANDARD)
    assert next(v.status for v in result.values if (v.school_id, v.item) == ("A", "2.5")) == "unknown"


@pytest.mark.parametrize(("private", "status"), [("included", "unknown"), ("excluded", "meets")])
def test_a_private_school_that_is_left_out_is_not_missed(private, status):
    facts = rows()
    facts["schools"].append({"school_id": "Z", "name": "民办小学", "kind": "211", "ownership": "private"})
    result = assess(build(facts), STANDARD, options=Options(private=private))
    assert {even.status for even in result.balance if even.stage == "primary"} == {status}


def test_around_a_mean_below_nought_there_is_no_coefficient_that_could_pass():
    facts = rows()
    for row in facts["facilities"]:
        row |= {"teaching_area": 1.0, "indoor_sports_area": 500.0}
    result = assess(build(facts), STANDARD)
    assert {(even.coefficient, even.status) for even in result.balance if even.item == "1.4"} == {(None, "unknown")}
