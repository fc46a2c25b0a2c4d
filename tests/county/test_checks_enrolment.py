from __future__ import annotations

import pytest
from counties import CENTRAL, JUNIOR, NINE_YEAR, POINT, Rows, clean_rows, codes, row_of, told

from jiaoheng.county import Gap


def _grade(rows: Rows, school: str, grade: int, year: int = 2025) -> dict:
    return row_of(rows, "enrolment", school_id=school, grade=grade, year=year)


def _without_classes(rows: Rows) -> Rows:
    rows["classes"], rows["class_sizes"] = [], []
    return rows


@pytest.mark.parametrize(
    ("pupils", "classes", "code"),
    [(86, 1, "class_size_implausible"), (86, 0, "pupils_without_classes"), (0, 2, "classes_without_pupils")],
)
def test_pupils_and_classes_that_cannot_be_are_told(pupils: int, classes: int, code: str) -> None:
    rows = _without_classes(clean_rows())
    _grade(rows, CENTRAL, 1).update(pupils=pupils, classes=classes, migrant_children=0, left_behind_children=0)
    found = [problem for problem in told(rows) if problem.table == "enrolment" and problem.code == code]
    assert [problem.value for problem in found] == [str(classes)]
    assert "青石镇中心小学" in found[0].what("zh")
    assert "一年级" in found[0].what("zh")
    assert "grade 1" in found[0].what("en")


@pytest.mark.parametrize(("pupils", "classes"), [(80, 1), (None, 2), (86, None), (0, 0)])
def test_class_sizes_that_can_be_or_are_not_known_are_not_told(pupils: int | None, classes: int | None) -> None:
    rows = _without_classes(clean_rows())
    row = _grade(rows, CENTRAL, 1)
    row.update(pupils=pupils, classes=classes, migrant_children=0, left_behind_children=0)
    assert not {"class_size_implausible", "pupils_without_classes", "classes_without_pupils"} & set(codes(rows))


def test_grades_that_share_a_class_in_a_small_school_are_no_error() -> None:
    rows = _without_classes(clean_rows())
    for grade in (2, 3):
        _grade(rows, POINT, grade)["classes"] = 0
    assert codes(rows) == ["pupils_without_classes"] * 2  # thirty-six pupils do not fit in one class here
    for row in rows["enrolment"]:
        if row["school_id"] == POINT:
            row.update(pupils=8)
    assert codes(rows) == []


def test_a_class_as_large_as_a_grade_is_told() -> None:
    rows = clean_rows()
    rows["classes"][0]["pupils"] = 101
    assert "class_too_large" in codes(rows)
    rows["classes"][0]["pupils"] = 100
    assert "class_too_large" not in codes(rows)


def test_classes_that_do_not_add_up_to_the_grade_are_told_with_both_figures() -> None:
    rows = clean_rows()
    rows["classes"][0]["pupils"] -= 3
    (problem,) = told(rows)
    assert problem.code == "classes_differ"
    assert "一年级各班合计 83 人，在校生表 86 人" in problem.what("zh")
    assert "add up to 83, enrolment says 86" in problem.what("en")


def test_another_number_of_classes_is_told() -> None:
    rows = clean_rows()
    rows["class_sizes"] = []
    _grade(rows, CENTRAL, 2)["classes"] = 3
    (problem,) = told(rows)
    assert problem.code == "classes_differ"
    assert "二年级班级表 2 个班，在校生表 3 个班" in problem.what("zh")


def test_a_grade_that_only_one_of_the_tables_has_is_told() -> None:
    rows = clean_rows()
    rows["classes"] = [row for row in rows["classes"] if (row["school_id"], row["grade"]) != (JUNIOR, 9)]
    (problem,) = told(rows)
    assert "九年级班级表中没有" in problem.what("zh")
    rows = clean_rows()
    rows["classes"].append({"school_id": POINT, "year": 2025, "grade": 4, "class_no": "1", "pupils": 5})
    (problem,) = told(rows)
    assert "四年级在校生表中没有" in problem.what("zh")


def test_all_grades_of_a_school_that_differ_are_one_problem() -> None:
    rows = clean_rows()
    for row in rows["classes"]:
        if row["school_id"] == CENTRAL:
            row["pupils"] += 1
    assert codes(rows) == ["classes_differ"]


@pytest.mark.parametrize("table", ["classes", "enrolment"])
def test_tables_are_not_compared_while_a_row_of_theirs_waits(table: str) -> None:
    rows = clean_rows()
    rows["classes"][0]["pupils"] -= 3
    for gap in (Gap(table, CENTRAL, 2025), Gap(table, CENTRAL), Gap(table)):
        assert codes(rows, gaps=[gap]) == []
    for gap in (Gap(table, NINE_YEAR, 2025), Gap(table, CENTRAL, 2024), Gap("staff", CENTRAL, 2025)):
        assert codes(rows, gaps=[gap]) == ["classes_differ"]


@pytest.mark.parametrize(("column", "value"), [("open_from", 2024), ("open_to", 2024)])
def test_pupils_before_a_school_opens_or_after_it_closes_are_told_with_the_years(column: str, value: int) -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=JUNIOR)[column] = value
    (problem,) = told(rows)
    assert (problem.code, problem.column) == ("pupils_outside_open_years", column)
    assert ("2023" if column == "open_from" else "2025") in problem.what("zh")
    row_of(rows, "schools", school_id=JUNIOR)[column] = 2023 if column == "open_from" else 2025
    assert codes(rows) == []


def test_a_school_that_closes_before_it_opens_is_told_once() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=JUNIOR).update(open_from=2024, open_to=2020)
    assert codes(rows) == ["open_years_turned"]


@pytest.mark.parametrize(
    ("school", "kind", "fitting"),
    [(CENTRAL, "311", "211 小学"), (JUNIOR, "342", "311 初级中学"), (NINE_YEAR, "211", "312 九年一贯制学校")],
)
def test_grades_that_a_kind_of_school_does_not_have_are_told_with_the_kind_that_does(
    school: str, kind: str, fitting: str
) -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=school)["kind"] = kind
    (problem,) = [problem for problem in told(rows) if problem.code == "grade_not_of_kind"]
    assert problem.index == rows["schools"].index(row_of(rows, "schools", school_id=school))
    assert fitting in problem.remedy("zh")


def test_the_stage_of_grade_six_follows_the_countys_years_of_primary_school() -> None:
    rows = clean_rows()
    rows["enrolment"].append({"school_id": JUNIOR, "year": 2025, "grade": 6, "classes": 3, "pupils": 120})
    rows["classes"] += [
        {"school_id": JUNIOR, "year": 2025, "grade": 6, "class_no": str(number), "pupils": 40} for number in range(3)
    ]
    assert codes(rows) == ["grade_not_of_kind"]
    rows["county"][0]["primary_grades"] = 5
    assert JUNIOR not in [problem.details.get("school") for problem in told(rows)]


@pytest.mark.parametrize(
    ("kind", "grade", "fits"), [("514", 5, True), ("514", 11, True), ("361", 10, True), ("361", 3, False)]
)
def test_special_and_vocational_schools_take_any_grade_of_theirs(kind: str, grade: int, fits: bool) -> None:
    rows = clean_rows()
    rows["schools"].append({"school_id": "5141000009" if kind == "514" else "3641000009", "name": "学校", "kind": kind})
    school = rows["schools"][-1]["school_id"]
    rows["enrolment"].append({"school_id": school, "year": 2025, "grade": grade, "classes": 1, "pupils": 9})
    rows["facilities"].append({"school_id": school, "year": 2025})
    assert ("grade_not_of_kind" not in codes(rows)) == fits


def test_bands_of_class_sizes_that_miss_a_class_are_told() -> None:
    rows = clean_rows()
    rows["class_sizes"][0]["classes"] += 1
    (problem,) = told(rows)
    assert (problem.code, problem.table, problem.severity) == ("bands_differ", "class_sizes", "warning")


def test_a_band_that_ends_before_it_begins_is_told() -> None:
    rows = clean_rows()
    rows["class_sizes"][0] |= {"smallest": 45, "largest": 41}
    assert codes(rows) == ["band_turned"]


def test_pupils_told_by_grade_and_as_a_whole_are_an_error_of_the_whole() -> None:
    rows = _without_classes(clean_rows())
    rows["enrolment"].append({"school_id": CENTRAL, "year": 2025, "grade": 200, "pupils": 240, "classes": None})
    assert [(problem.code, problem.value, problem.severity) for problem in told(rows)] == [
        ("stage_twice", "200", "error")
    ]


def test_mixed_ages_of_a_kindergarten_stand_beside_its_grades() -> None:
    rows = clean_rows()
    kindergarten = {"school_id": "1141000009", "name": "青石镇幼儿园", "kind": "111"}
    rows["schools"].append(row_of(rows, "schools", school_id=CENTRAL) | kindergarten)
    rows["enrolment"] += [
        {"school_id": "1141000009", "year": 2025, "grade": grade, "pupils": 20, "classes": 1} for grade in (-1, 100)
    ]
    assert "stage_twice" not in codes(rows)


def test_classes_of_several_grades_stand_beside_the_grades() -> None:
    rows = _without_classes(clean_rows())
    rows["class_sizes"] = []
    for row in rows["enrolment"]:
        if row["school_id"] == POINT:
            row["classes"] = 0
    rows["enrolment"] += [
        {"school_id": POINT, "year": year, "grade": 200, "pupils": 0, "classes": 2} for year in (2023, 2024, 2025)
    ]
    assert codes(rows) == []
