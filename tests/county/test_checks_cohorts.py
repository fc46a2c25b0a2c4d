from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from counties import CENTRAL, NINE_YEAR, POINT, Rows, clean_rows, codes, drawn_rows, row_of, told

from jiaoheng.county import Gap, Problem


def _unlisted(rows: Rows) -> Rows:
    """Without the tables that would have something to say about pupils changed here."""
    for table in ("classes", "class_sizes", "staff", "teachers", "facilities"):
        rows[table] = []
    for row in rows["enrolment"]:
        row["classes"] = None
    return rows


def _grade(rows: Rows, school: str, year: int, grade: int) -> dict:
    return row_of(rows, "enrolment", school_id=school, year=year, grade=grade)


def _school_of(rows: Rows, size: int) -> str:
    """A drawn school with about this many pupils a grade."""
    sizes = {school["school_id"]: _grade(rows, school["school_id"], 2021, 3)["pupils"] for school in rows["schools"]}
    return min(sizes, key=lambda school: abs(sizes[school] - size))


@pytest.mark.parametrize("factor", [10, 0.1, 2, 0.5])
def test_one_wrong_cell_is_told_as_that_cell_with_the_figures_around_it(factor: float) -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    row = _grade(rows, school, 2021, 3)
    before, after = (_grade(rows, school, 2021 + by, 3 + by)["pupils"] for by in (-1, 1))
    row["pupils"] = round(row["pupils"] * factor)
    (problem,) = [problem for problem in told(rows) if problem.code.startswith(("cohort", "total"))]
    assert problem.code == "cohort_spike"
    assert problem.index == rows["enrolment"].index(row)
    said = problem.what("zh")
    assert f"2021 学年三年级填 {row['pupils']} 人" in said
    assert f"2020 学年在二年级是 {before} 人" in said
    assert f"2022 学年在四年级是 {after} 人" in said


def test_a_wrong_figure_of_the_latest_year_is_told_from_the_year_before_alone() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    row = _grade(rows, school, 2025, 4)
    before = _grade(rows, school, 2024, 3)["pupils"]
    row["pupils"] *= 2
    (problem,) = told(rows)
    assert problem.code == "cohort_flow"
    assert f"2024 学年三年级 {before} 人，到 2025 学年四年级为 {row['pupils']} 人" in problem.what("zh")
    assert f"pupils in grade 3 of 2024: {before}, in grade 4 of 2025: {row['pupils']} " in problem.what("en")


def test_two_years_are_enough() -> None:
    rows = _unlisted(drawn_rows(years=(2024, 2025)))
    assert codes(rows) == []
    _grade(rows, _school_of_year(rows, 60), 2025, 4)["pupils"] *= 2
    assert codes(rows) == ["cohort_flow"]


def _school_of_year(rows: Rows, size: int) -> str:
    found = {row["school_id"]: row["pupils"] for row in rows["enrolment"] if row["grade"] == 4 and row["year"] == 2025}
    return min(found, key=lambda school: abs(found[school] - size))


def test_a_merger_that_lifts_a_whole_school_is_one_problem() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 40)
    for row in rows["enrolment"]:
        if row["school_id"] == school and row["year"] >= 2022:
            row["pupils"] += 40
    (problem,) = told(rows)
    assert problem.code == "cohort_flow"
    assert all(f"2022 学年{grade}年级" in problem.what("zh") for grade in "二三四五六")


def test_a_year_that_dips_as_a_whole_is_told_as_the_year() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    total = {year: sum(_grade(rows, school, year, grade)["pupils"] for grade in range(1, 7)) for year in (2019, 2021)}
    for grade in range(1, 7):
        _grade(rows, school, 2020, grade)["pupils"] //= 2
    (problem,) = told(rows)
    assert problem.code == "total_spike"
    assert f"2019 学年 {total[2019]} 人、2021 学年 {total[2021]} 人" in problem.what("zh")


def test_a_small_dip_of_every_grade_is_seen_in_the_total_only() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 90)
    for grade in range(1, 7):
        _grade(rows, school, 2020, grade)["pupils"] = round(_grade(rows, school, 2020, grade)["pupils"] * 0.82)
    found = codes(rows)
    assert found
    assert set(found) <= {"total_spike", "cohort_flow"}


def test_a_slip_in_the_youngest_grade_of_the_latest_year_is_told_from_the_year_before() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    before = _grade(rows, school, 2024, 1)["pupils"]
    _grade(rows, school, 2025, 1)["pupils"] *= 10
    (problem,) = told(rows)
    assert problem.code == "grade_apart"
    assert f"2024 学年同一年级是 {before} 人" in problem.what("zh")
    assert problem.index == rows["enrolment"].index(_grade(rows, school, 2025, 1))


def test_a_small_difference_is_not_told_however_regular_the_county() -> None:
    rows = _unlisted(clean_rows())
    _grade(rows, NINE_YEAR, 2025, 4)["pupils"] += 7
    assert codes(rows) == []
    _grade(rows, NINE_YEAR, 2025, 4)["pupils"] += 5
    assert codes(rows) == ["cohort_flow"]


def test_a_decline_that_goes_on_is_no_error() -> None:
    rows = _unlisted(drawn_rows())
    for row in rows["enrolment"]:
        row["pupils"] = round(row["pupils"] * 0.94 ** (row["year"] - 2018))
    assert codes(rows) == []


def test_pupils_who_pass_from_a_teaching_point_to_its_school_are_no_error() -> None:
    rows = _unlisted(clean_rows())
    for row in rows["enrolment"]:
        if row["school_id"] == POINT:
            row["pupils"] = 30
        elif row["school_id"] == CENTRAL and row["grade"] >= 4:
            row["pupils"] += 30
    assert codes(rows) == []
    row_of(rows, "schools", school_id=POINT)["parent_id"] = None
    assert codes(rows) == ["teaching_point_without_parent", "cohort_flow", "cohort_flow"]


def test_what_a_school_does_every_year_is_no_error() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 50)
    for row in rows["enrolment"]:
        if row["school_id"] == school and row["grade"] >= 4:
            row["pupils"] += 25
    assert codes(rows) == []


def test_entry_into_junior_school_is_not_followed() -> None:
    rows = _unlisted(clean_rows())
    for row in rows["enrolment"]:
        if row["school_id"] == NINE_YEAR and row["grade"] > 6:
            row["pupils"] += 200
            row["classes"] = 6
    assert codes(rows) == []


def test_cohorts_are_not_judged_where_rows_of_theirs_wait() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    _grade(rows, school, 2021, 3)["pupils"] *= 3
    assert codes(rows) == ["cohort_spike"]
    assert codes(rows, gaps=[Gap("enrolment", school, 2021)]) == []


def test_a_figure_that_is_not_known_is_no_dip() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    for grade in (1, 2, 3):
        _grade(rows, school, 2021, grade)["pupils"] = None
    assert codes(rows) == []


@pytest.mark.parametrize("grade", [1, 3, 6])
def test_a_grade_without_a_row_is_told_as_missing_not_as_a_dip(grade: int) -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    rows["enrolment"].remove(_grade(rows, school, 2021, grade))
    (problem,) = told(rows)
    assert (problem.code, problem.value) == ("grade_row_missing", str(grade))
    assert "2021 学年" in problem.what("zh")
    assert codes(rows, gaps=[Gap("enrolment", school, 2021)]) == []


def test_a_school_that_closes_or_opens_misses_no_rows() -> None:
    rows = _unlisted(drawn_rows())
    school = _school_of(rows, 60)
    rows["enrolment"] = [row for row in rows["enrolment"] if row["school_id"] != school or 2020 <= row["year"] <= 2022]
    assert codes(rows) == []


def test_a_handful_of_pupils_that_vanish_are_not_told() -> None:
    rows = _unlisted(clean_rows())
    for row in rows["enrolment"]:
        if row["school_id"] == POINT:
            row["pupils"], row["migrant_children"], row["left_behind_children"] = 5, 0, 0
    rows["enrolment"].remove(_grade(rows, POINT, 2024, 2))
    assert codes(rows) == []


def _flagged(problems: list[Problem], rows: Rows) -> set[tuple[str, int]]:
    """School and year of what cohorts told; an odd step may be of either of its years."""
    found = set()
    for problem in problems:
        if problem.code in ("cohort_flow", "cohort_spike", "total_spike", "grade_apart"):
            row = rows["enrolment"][problem.index or 0]
            found |= {(row["school_id"], row["year"] - by) for by in (0, 1)}
    return found


def test_slips_of_the_keyboard_are_found_and_little_else() -> None:
    """Of a hundred slips in a county of a hundred schools: transposed, lost and doubled digits."""
    rows = _unlisted(drawn_rows(100, seed=7))
    draw = random.Random(11)
    slips = set()
    large = [row for row in rows["enrolment"] if row["pupils"] >= 30]
    for row in draw.sample(large, 100):
        digits = str(row["pupils"])
        wrong = draw.choice([digits[::-1], digits[:-1], digits + digits[-1]])
        if abs(int(wrong) - row["pupils"]) >= 0.5 * row["pupils"]:
            row["pupils"] = int(wrong)
            slips.add((row["school_id"], row["year"]))
    problems = told(rows)
    flagged = _flagged(problems, rows)
    assert len(slips) > 60
    assert len(slips & flagged) >= 0.97 * len(slips)
    assert len(problems) <= 1.3 * len(slips)


def test_the_real_county_is_judged_with_few_words_and_its_slips_are_found(shared: Path) -> None:
    rows = _miaoli(shared)
    quiet = told(rows)
    years = {(row["school_id"], row["year"]) for row in rows["enrolment"]}
    assert len([problem for problem in quiet if problem.code != "school_codes_own"]) < 0.02 * len(years)
    for row in rows["enrolment"]:
        if row["year"] == 2021 and row["grade"] == 3 and row["pupils"] >= 40:
            row["pupils"] //= 10
    found = [problem for problem in told(rows) if problem.code == "cohort_spike"]
    assert len(found) > 30
    assert all(" 2021 学年三年级" in problem.what("zh") for problem in found)


def _miaoli(shared: Path) -> Rows:
    with (shared / "data/miaoli/enrolment_by_grade.csv").open(encoding="utf-8-sig") as file:
        read = list(csv.DictReader(file))
    schools = {
        row["school_code"] + row["level"]: {
            "school_id": row["school_code"] + row["level"],
            "name": row["school_name"],
            "kind": "211" if row["level"] == "國小" else "311",
        }
        for row in read
    }
    enrolment = [
        {"school_id": row["school_code"] + row["level"], "year": int(row["roc_year"]) + 1911, "grade": grade,
         "pupils": int(float(row[f"g{grade}"]))}
        for row in read
        for grade in range(1, 10)
        if row[f"g{grade}"]
    ]  # fmt: skip
    county = {"county_code": "10005", "name": "苗栗縣"}
    return {"county": [county], "schools": list(schools.values()), "enrolment": enrolment}
