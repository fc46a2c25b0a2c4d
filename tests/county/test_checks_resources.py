"""Checks of facilities, staff, roster and children."""

from __future__ import annotations

from typing import Any

import pytest
from counties import CENTRAL, JUNIOR, NINE_YEAR, POINT, Rows, clean_rows, codes, drawn_rows, row_of, told

from jiaoheng.county import Gap, words


def _facilities(rows: Rows, school: str, year: int = 2025) -> dict[str, Any]:
    return row_of(rows, "facilities", school_id=school, year=year)


def _staff(rows: Rows, school: str, stage: str, year: int = 2025) -> dict[str, Any]:
    return row_of(rows, "staff", school_id=school, stage=stage, year=year)


# Facilities.


@pytest.mark.parametrize(
    ("column", "factor", "unit"),
    [
        ("equipment_value", 1e-4, "按“万元”填写"),
        ("equipment_value", 1e4, "多乘了一次“万元”的倍数"),
        ("teaching_area", 1e-4, "按“万平方米”填写"),
        ("teaching_area", 1e4, "多乘了一次“万平方米”的倍数"),
        ("sports_ground_area", 1 / 666.667, "按“亩”填写"),
    ],
)
def test_a_figure_in_the_wrong_unit_is_told_with_the_unit_and_what_would_be_right(
    column: str, factor: float, unit: str
) -> None:
    rows = drawn_rows(30)
    row = rows["facilities"][44]
    right = row[column]
    row[column] *= factor
    (problem,) = told(rows)
    assert (problem.code, problem.index, problem.column) == ("figure_unit", 44, column)
    assert unit in problem.remedy("zh")
    assert f"改正后应为 {words.number(round(right))} " in problem.remedy("zh")


def test_the_unit_is_found_without_other_schools_to_compare_with() -> None:
    rows = clean_rows()
    _facilities(rows, CENTRAL)["equipment_value"] /= 10_000
    (problem,) = told(rows)
    assert problem.code == "figure_unit"
    assert "1,341,600 元" in problem.remedy("zh")


@pytest.mark.parametrize(("column", "factor"), [("equipment_value", 1e-4), ("teaching_area", 1e-4)])
def test_a_whole_year_in_the_wrong_unit_is_told_once(column: str, factor: float) -> None:
    rows = drawn_rows(30)
    for row in rows["facilities"]:
        if row["year"] == 2022:
            row[column] *= factor
    (problem,) = told(rows)
    assert (problem.code, problem.column, problem.details["year"]) == ("column_unit", column, "2022")


def test_a_whole_year_that_no_unit_explains_is_told_as_implausible() -> None:
    rows = drawn_rows(30)
    for row in rows["facilities"]:
        if row["year"] == 2022:
            row["equipment_value"] *= 1e-2
    (problem,) = told(rows)
    assert problem.code == "column_implausible"


def test_a_figure_that_no_unit_explains_is_told_as_implausible() -> None:
    rows = drawn_rows(30)
    rows["facilities"][44]["teaching_area"] *= 0.02
    (problem,) = told(rows)
    assert (problem.code, problem.index) == ("figure_implausible", 44)


def test_a_small_schools_many_metres_a_pupil_are_no_slip() -> None:
    rows = clean_rows()
    _facilities(rows, POINT).update(teaching_area=1600.0, sports_ground_area=9000.0, equipment_value=900000.0)
    assert codes(rows) == []


@pytest.mark.parametrize("value", [0.0, None])
def test_nothing_and_not_known_are_no_slip(value: float | None) -> None:
    rows = clean_rows()
    _facilities(rows, CENTRAL)["equipment_value"] = value
    assert codes(rows) == []


def test_figures_of_a_stage_are_for_the_pupils_of_that_stage() -> None:
    rows = clean_rows()
    whole = _facilities(rows, NINE_YEAR)
    rows["facilities"].remove(whole)
    for stage in ("primary", "junior"):
        rows["facilities"].append({**whole, "stage": stage, "multimedia_rooms": 5})
    assert codes(rows) == []
    rows["facilities"][-1]["teaching_area"] = 40.0
    assert codes(rows) == ["figure_implausible", "indoor_sports_exceed_rooms"]


def test_a_whole_school_row_beside_rows_by_stage_is_an_error_of_all() -> None:
    rows = clean_rows()
    rows["facilities"].append({**_facilities(rows, NINE_YEAR), "stage": "junior", "multimedia_rooms": 1})
    found = [problem for problem in told(rows) if problem.code == "facilities_twice"]
    assert {problem.severity for problem in found} == {"error"}
    assert [problem.index for problem in found] == [9, 12]


def test_indoor_sports_rooms_larger_than_all_rooms_are_told() -> None:
    rows = clean_rows()
    row = _facilities(rows, JUNIOR)
    row["indoor_sports_area"] = row["teaching_area"]
    assert codes(rows) == []
    row["indoor_sports_area"] += 1
    assert codes(rows) == ["indoor_sports_exceed_rooms"]


def test_more_than_three_multimedia_rooms_a_class_are_told() -> None:
    rows = clean_rows()
    row = _facilities(rows, JUNIOR)
    row["multimedia_rooms"] = 36
    assert codes(rows) == []
    row["multimedia_rooms"] = 37
    (problem,) = told(rows)
    assert problem.code == "multimedia_rooms_many"
    assert "12 个班" in problem.what("zh")


@pytest.mark.parametrize("table", ["facilities", "staff"])
def test_a_school_without_a_row_is_told_with_the_years(table: str) -> None:
    rows = clean_rows()
    rows[table] = [row for row in rows[table] if row["school_id"] != JUNIOR or row["year"] == 2023]
    (problem,) = told(rows)
    assert (problem.code, problem.table, problem.value) == ("row_missing", table, JUNIOR)
    assert "2024–2025" in problem.what("zh")
    assert codes(rows, gaps=[Gap(table, JUNIOR, 2024), Gap(table, JUNIOR, 2025)]) == []


@pytest.mark.parametrize("table", ["facilities", "staff"])
def test_a_year_of_which_the_county_has_nothing_is_not_told_school_by_school(table: str) -> None:
    rows = clean_rows()
    rows[table] = [row for row in rows[table] if row["year"] != 2023]
    assert codes(rows) == []


def test_where_most_schools_have_no_row_that_is_told_once_a_year() -> None:
    rows = drawn_rows(20)
    rows["facilities"] = [row for row in rows["facilities"] if row["year"] != 2024 or row["school_id"] == "2141000003"]
    (problem,) = told(rows)
    assert problem.code == "rows_missing"
    assert "2024 学年 20 所义务教育学校中，19 所" in problem.what("zh")
    rows["facilities"] = [row for row in rows["facilities"] if row["year"] != 2024]
    assert codes(rows) == []


def test_campuses_and_schools_without_compulsory_pupils_need_no_row() -> None:
    rows = clean_rows()
    for table in ("facilities", "staff", "teachers"):
        rows[table] = [row for row in rows[table] if row["school_id"] != POINT]
    assert codes(rows) == ["row_missing", "row_missing"]
    row_of(rows, "schools", school_id=POINT)["counted"] = False
    assert codes(rows) == []


def test_a_roster_stands_for_the_counts() -> None:
    rows = clean_rows()
    rows["staff"] = [row for row in rows["staff"] if row["school_id"] != POINT or row["year"] != 2025]
    assert codes(rows) == []


# Staff and roster.


def test_teachers_of_a_stage_without_pupils_are_told() -> None:
    rows = clean_rows()
    rows["staff"].append({"school_id": CENTRAL, "year": 2025, "stage": "junior", "teachers": 4})
    (problem,) = told(rows)
    assert (problem.code, problem.index) == ("staff_without_pupils", len(rows["staff"]) - 1)
    assert codes(rows, gaps=[Gap("enrolment", CENTRAL, 2025)]) == []
    rows["staff"][-1]["teachers"] = 0
    assert codes(rows) == []


@pytest.mark.parametrize(
    ("teachers", "told_as"),
    [(10, ["pupils_per_teacher"]), (0, ["pupils_per_teacher"]), (1100, ["pupils_per_teacher"]), (11, []), (600, [])],
)
def test_too_many_pupils_or_teachers_are_told(teachers: int, told_as: list[str]) -> None:
    rows = clean_rows()
    staff = _staff(rows, CENTRAL, "primary")
    for column in staff:
        if column not in ("school_id", "year", "stage"):
            staff[column] = None
    staff["teachers"] = teachers
    assert codes(rows) == told_as


def test_a_few_teachers_of_a_few_pupils_are_not_told() -> None:
    rows = clean_rows()
    for row in rows["enrolment"]:
        if row["school_id"] == POINT:
            row.update(pupils=1, migrant_children=0, left_behind_children=0)
    for row in rows["classes"]:
        if row["school_id"] == POINT:
            row["pupils"] = 1
    assert codes(rows) == []


@pytest.mark.parametrize(
    ("column", "value", "figure"),
    [
        ("degree", "secondary", "高于规定学历教师名册 1 人、教职工表 2 人"),
        ("backbone", "county", "县级及以上骨干教师名册 1 人、教职工表 0 人"),
        ("subjects", "math", "体育艺术专任教师名册 0 人、教职工表 1 人"),
        ("certificate", False, "持证教师名册 1 人、教职工表 2 人"),
        ("training_hours", 359.0, "五年满360学时教师名册 1 人、教职工表 2 人"),
        ("title", "junior", "中级及以上职称教师名册 0 人、教职工表 1 人"),
    ],
)
def test_a_roster_that_does_not_add_up_is_told_with_both_figures(column: str, value: Any, figure: str) -> None:
    rows = clean_rows()
    rows["teachers"][0][column] = value
    (problem,) = told(rows)
    assert problem.code == "roster_differs"
    assert figure in problem.what("zh")
    rows["teachers"][0][column] = None
    assert codes(rows) == []


def test_a_roster_with_a_teacher_more_is_told() -> None:
    rows = clean_rows()
    rows["teachers"].append({**rows["teachers"][0], "teacher_id": "T00003"})
    (problem,) = told(rows)
    assert problem.what("zh").count("名册 3 人、教职工表 2 人") == 4
    assert "on the roster" in problem.what("en")
    assert codes(rows, gaps=[Gap("teachers", POINT, 2025)]) == []


@pytest.mark.parametrize(("born", "is_told"), [(2008, True), (2007, False), (1955, False), (1954, True), (None, False)])
def test_teachers_too_young_or_too_old_are_told(born: int | None, is_told: bool) -> None:
    rows = clean_rows()
    rows["teachers"][0].update(birth_year=born, post_since=None, school_since=None)
    assert ("teacher_age" in codes(rows)) == is_told


def test_a_teacher_of_an_impossible_age_is_told_once_for_all_years() -> None:
    rows = drawn_rows(5, roster=5)
    rows["staff"] = []
    for row in rows["teachers"]:
        if row["teacher_id"] == "T00003":
            row["birth_year"] = 1936
    assert codes(rows) == ["teacher_age"]


@pytest.mark.parametrize("column", ["post_since", "school_since"])
@pytest.mark.parametrize(("since", "is_told"), [(2026, False), (2027, True), (2001, False), (2000, True)])
def test_a_post_held_since_a_year_that_cannot_be_is_told(column: str, since: int, is_told: bool) -> None:
    rows = clean_rows()
    rows["teachers"][0][column] = since
    found = told(rows)
    assert [(problem.code, problem.column) for problem in found] == ([("since_implausible", column)] if is_told else [])


# Children.


def test_children_of_a_place_and_of_places_in_it_are_told_once() -> None:
    rows = clean_rows()
    for year in (2024, 2025):
        rows["children"].append({"place_id": "410999101", "year": year, "age": 3, "persons": 70})
    (problem,) = told(rows)
    assert (problem.code, problem.value) == ("children_twice", "410999101")
    assert "2024–2025" in problem.what("zh")


def test_entrants_wildly_off_the_children_of_six_are_told_with_both_figures() -> None:
    rows = clean_rows()
    for row in rows["children"]:
        if row["year"] == 2024 and row["age"] == 6:
            row["persons"] = 34
    (problem,) = told(rows)
    assert problem.code == "entrants_differ"
    assert "6 岁儿童 68 人，一年级 140 人" in problem.what("zh")
    assert codes(rows, gaps=[Gap("enrolment", CENTRAL, 2024)]) == []
    assert codes(rows, gaps=[Gap("enrolment", CENTRAL, 2025)]) == ["entrants_differ"]


def test_children_counted_in_town_and_village_are_not_held_twice_against_the_entrants() -> None:
    rows = clean_rows()
    rows["children"] += [{**row, "place_id": row["place_id"][:9]} for row in rows["children"]]
    assert set(codes(rows)) == {"children_twice"}


def test_years_without_children_or_without_entrants_are_not_compared() -> None:
    rows = clean_rows()
    rows["children"] = [row for row in rows["children"] if row["year"] == 2025]
    rows["enrolment"] = [row for row in rows["enrolment"] if row["grade"] != 1 or row["year"] != 2025]
    assert "entrants_differ" not in codes(rows)
