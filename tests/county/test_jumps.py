"""Figures ten times last year's, or off by a unit, are told with the cell; so is what changed since last year."""

from __future__ import annotations

from typing import Any

import pytest
from counties import CENTRAL, YEARS, batch, clean_rows, codes, drawn_rows, row_of, told

from jiaoheng.county import Batch, build, change_sentence, changes_since_last_year
from jiaoheng.county.yearly import brought_schools

LAST = YEARS[-1]


def changed(table: str, column: str, factor: float, **where: Any) -> list[Any]:
    rows = clean_rows()
    row = row_of(rows, table, school_id=CENTRAL, year=LAST, **where)
    row[column] = type(row[column])(row[column] * factor)
    return [problem for problem in told(rows) if problem.code == "figure_jump"]


@pytest.mark.parametrize(("column", "factor"), [("books", 10_000), ("books", 0.1), ("computers", 10)])
def test_a_figure_off_from_last_year_by_a_unit_or_a_digit_is_told(column: str, factor: float) -> None:
    (problem,) = changed("facilities", column, factor)
    assert (problem.table, problem.column) == ("facilities", column)
    assert str(LAST - 1) in problem.what("zh")
    assert ("万册" in problem.remedy("zh")) == (factor == 10_000)


def test_ten_times_the_teachers_are_told() -> None:
    (problem,) = changed("staff", "teachers", 10, stage="primary")
    assert problem.column == "teachers"


@pytest.mark.parametrize("factor", [1.5, 3.0, 0.4])
def test_growth_is_no_slip(factor: float) -> None:
    assert changed("facilities", "books", factor) == []


def test_what_the_share_of_a_pupil_tells_is_told_once() -> None:
    rows = clean_rows()
    row_of(rows, "facilities", school_id=CENTRAL, year=LAST)["equipment_value"] *= 10_000
    assert [code for code in codes(rows) if code in ("figure_unit", "figure_jump")] == ["figure_unit"]


def test_a_whole_column_is_told_once() -> None:
    rows = drawn_rows(schools=8, years=(2024, 2025))
    for row in rows["facilities"]:
        row["books"] = 3000 if row["year"] == 2024 else 31_000_000
    assert [code for code in codes(rows) if code.endswith("_jump")] == ["column_jump"]


def test_what_changed_since_last_year_is_told_for_the_county_and_each_school_brought() -> None:
    rows = clean_rows()
    row_of(rows, "facilities", school_id=CENTRAL, year=LAST)["books"] += 1200
    row_of(rows, "enrolment", school_id=CENTRAL, year=LAST, grade=1)["pupils"] -= 2
    county = build(rows)
    made: Batch = batch({"facilities": rows["facilities"]})
    changes = changes_since_last_year(county, brought_schools([made]))
    assert {change.year for change in changes} == {LAST}
    (own,) = [change for change in changes if change.school == CENTRAL]
    for language, words in (("zh", "（+1,200）"), ("en", "(+1,200)")):
        sentence = change_sentence(own, county.school_names(), language)  # type: ignore[arg-type]
        assert words in sentence
        assert "{" not in sentence
    assert changes[0].school == ""


def test_of_the_first_year_nothing_changed() -> None:
    rows = clean_rows()
    first = [row for row in rows["facilities"] if row["year"] == YEARS[0]]
    assert changes_since_last_year(build(rows), brought_schools([batch({"facilities": first})])) == ()
