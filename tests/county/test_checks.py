"""The checks as a whole: what holds for all of them, and those of keys, cells and parts."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from counties import CENTRAL, COUNTY, NINE_YEAR, POINT, clean_county, clean_rows, codes, drawn_rows, row_of, told
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county import County, build, check, schema
from jiaoheng.county.checks.registry import ADVICE, RULES, faults


def test_a_clean_county_has_no_problem() -> None:
    assert told(clean_rows()) == []


def test_a_drawn_county_of_many_schools_has_no_problem() -> None:
    assert told(drawn_rows()) == []


def test_every_table_of_the_clean_county_has_rows() -> None:
    assert all(clean_county()[name].num_rows for name in schema().tables)


def test_errors_come_before_warnings_and_both_in_the_order_of_tables_and_rows() -> None:
    rows = clean_rows()
    rows["staff"][3]["certified"] = 99
    rows["staff"][1]["certified"] = 99
    rows["places"][2]["level"] = "hamlet"
    rows["facilities"][0]["multimedia_rooms"] = 900
    found = [(problem.severity, problem.table, problem.index) for problem in told(rows)]
    assert found == [("error", "places", 2), ("error", "staff", 1), ("error", "staff", 3), ("warning", "facilities", 0)]


def test_faults_are_the_errors_of_a_check() -> None:
    rows = clean_rows()
    rows["staff"][1]["certified"] = 99
    rows["facilities"][0]["multimedia_rooms"] = 900
    county = build(rows)
    assert [problem.code for problem in faults(county)] == ["part_exceeds_whole"]
    assert [problem.code for problem in check(county)] == ["part_exceeds_whole", "multimedia_rooms_many"]


def test_the_order_of_rows_does_not_change_what_is_found() -> None:
    rows = drawn_rows(12)
    rows["enrolment"][40]["pupils"] *= 3
    rows["staff"][7]["teachers"] = 900
    expected = Counter(codes(rows))
    assert expected
    for table in rows.values():
        table.reverse()
    assert Counter(codes(rows)) == expected


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from([CENTRAL, POINT, COUNTY, "999", "410999101", "", "G01", "13812345678"]),
    "text": st.sampled_from(["x", "青石小学", "", "=1+1"]),
    "integer": st.integers(-3, 10**12),
    "number": st.floats(allow_nan=True, allow_infinity=True),
    "boolean": st.booleans(),
    "year": st.integers(1980, 2110),
    "codes": st.sampled_from(["chinese;pe", "chinese、pe", ""]),
}


def _cell(column: Any) -> st.SearchStrategy[Any]:
    if column.type == "code":
        listed = [code.value for code in schema().codes[column.codes]]
        values = st.sampled_from([*listed, 77 if isinstance(listed[0], int) else "no such code"])
    else:
        values = _VALUES[column.type]
    return st.none() | values


ROWS = st.fixed_dictionaries(
    {
        name: st.lists(st.fixed_dictionaries({c.name: _cell(c) for c in table.columns}), max_size=4)
        for name, table in schema().tables.items()
    }
)
SHAPES = st.none() | st.sampled_from(
    [
        {},
        {"type": "FeatureCollection", "features": [None, {"properties": 3}, {"type": "Feature", "geometry": None}]},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[["a", 1]]]}},
        {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35]]]},
        {"type": "MultiPolygon", "coordinates": None},
    ]
)


@pytest.mark.slow
@given(ROWS, SHAPES)
def test_no_county_however_wrong_stops_the_checks(rows: dict[str, list[dict[str, Any]]], shapes: Any) -> None:
    for problem in check(build(rows, boundaries=shapes)):
        assert problem.what("zh")
        assert problem.what("en")
        assert problem.where("zh") or problem.table == ""


def test_advice_never_finds_an_error() -> None:
    rows = drawn_rows(10, roster=30)
    for number, row in enumerate(rows["enrolment"]):
        row["pupils"] = row["pupils"] * (5 if number % 7 == 0 else 1)
        row["classes"] = None if number % 5 == 0 else 0
    for row in rows["schools"]:
        row["kind"], row["open_from"], row["open_to"] = "342", 2024, 2019
    county = build(rows)
    found = [problem for function in ADVICE for problem in function(county)]
    assert len({problem.code for problem in found}) > 5
    assert {problem.severity for problem in found} == {"warning"}


def test_checking_changes_nothing() -> None:
    county = clean_county()
    before = dict(county.tables)
    check(county)
    assert all(county[name].equals(table) for name, table in before.items())


def test_every_check_is_registered_once() -> None:
    assert len({*RULES, *ADVICE}) == len(RULES) + len(ADVICE)
    assert len(RULES) + len(ADVICE) > 35


# Keys and references.


@pytest.mark.parametrize("table", ["county", "schools", "enrolment"])
def test_a_required_table_without_rows_is_told(table: str) -> None:
    rows = clean_rows()
    rows[table] = []
    assert "table_empty" in codes(rows)


def test_a_second_county_is_refused() -> None:
    rows = clean_rows()
    rows["county"].append({"county_code": "410998", "name": "另一县"})
    assert codes(rows) == ["several_counties"]


@pytest.mark.parametrize(
    ("table", "column"),
    [(table.name, column.name) for table in schema().tables.values() for column in table.columns if column.required],
)
def test_a_required_cell_that_is_blank_is_told(table: str, column: str) -> None:
    rows = clean_rows()
    rows[table][0][column] = None
    found = [(problem.column, problem.index) for problem in told(rows) if problem.code == "required_cell"]
    assert found == [(column, 0)]


@pytest.mark.parametrize("table", [name for name in schema().tables if name != "county"])
def test_two_rows_with_one_key_are_both_told(table: str) -> None:
    rows = clean_rows()
    rows[table].append(copy.deepcopy(rows[table][0]))
    found = [problem for problem in told(rows) if problem.code == "duplicate_key"]
    assert [problem.index for problem in found] == [0, len(rows[table]) - 1]
    assert "2" in found[0].what("zh")


@pytest.mark.parametrize(
    ("table", "column"),
    [(table.name, column.name) for table in schema().tables.values() for column in table.columns if column.refers],
)
def test_a_reference_to_nothing_is_told(table: str, column: str) -> None:
    rows = clean_rows()
    rows[table][0][column] = "nowhere"
    assert ("unknown_reference", column) in [(problem.code, problem.column) for problem in told(rows)]


@pytest.mark.parametrize("table", ["finance", "reported"])
def test_a_figure_of_nobody_is_told(table: str) -> None:
    rows = clean_rows()
    rows[table][0]["subject_id"] = "410998"
    assert codes(rows) == ["unknown_subject"]


# Single cells.


@pytest.mark.parametrize(("value", "code"), [(float("nan"), "not_finite"), (float("inf"), "not_finite")])
@pytest.mark.parametrize(
    ("table", "column"), [("facilities", "teaching_area"), ("travel", "km"), ("finance", "amount")]
)
def test_what_is_not_a_number_is_told_once(table: str, column: str, value: float, code: str) -> None:
    rows = clean_rows()
    rows[table][0][column] = value
    assert codes(rows) == [code]


LIMITED = [
    (table.name, column)
    for table in schema().tables.values()
    for column in table.columns
    if column.minimum is not None or column.maximum is not None
]


@pytest.mark.parametrize(("table", "column"), LIMITED, ids=lambda value: getattr(value, "name", value))
def test_a_figure_beyond_its_limits_is_told_and_one_at_its_limits_is_not(table: str, column: Any) -> None:
    is_whole = column.type in ("integer", "year")
    for limit, beyond, code in (
        (column.minimum, -1 if is_whole else -0.5, "below_minimum"),
        (column.maximum, 1 if is_whole else 0.5, "above_maximum"),
    ):
        if limit is None:
            continue
        rows = clean_rows()
        rows[table][0][column.name] = int(limit) if is_whole else limit
        assert code not in codes(rows)
        rows[table][0][column.name] = int(limit) + beyond if is_whole else limit + beyond
        found = [problem for problem in told(rows) if problem.code == code]
        assert [(problem.table, problem.column, problem.index) for problem in found] == [(table, column.name, 0)]


@pytest.mark.parametrize(
    ("table", "column"),
    [(table.name, column) for table in schema().tables.values() for column in table.columns if column.codes],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_code_that_no_list_has_is_told_with_the_list(table: str, column: Any) -> None:
    rows = clean_rows()
    rows[table][0][column.name] = 77 if isinstance(schema().codes[column.codes][0].value, int) else "no such code"
    found = [problem for problem in told(rows) if problem.code == "unknown_code"]
    assert [(problem.column, problem.index) for problem in found] == [(column.name, 0)]
    assert schema().codes[column.codes][0].label.zh in found[0].remedy("zh")


def test_several_codes_in_a_cell_are_joined_in_one_way_only() -> None:
    rows = clean_rows()
    rows["teachers"][1]["subjects"] = "math;chinese"
    assert codes(rows) == []
    rows["teachers"][1]["subjects"] = "math、chinese"
    assert codes(rows) == ["unknown_code"]


def test_a_year_after_the_next_school_year_is_told_once_with_its_rows() -> None:
    rows = clean_rows()
    rows["finance"][0]["year"] = rows["finance"][1]["year"] = 2027
    (problem,) = told(rows)
    assert (problem.code, problem.value, problem.details["count"]) == ("year_apart", "2027", "2")
    rows["finance"][0]["year"] = rows["finance"][1]["year"] = 2026
    assert codes(rows) == []


def test_a_slip_in_the_year_of_enrolment_is_told_however_far_ahead() -> None:
    rows = clean_rows()
    row_of(rows, "enrolment", school_id=POINT, year=2025, grade=3)["year"] = 2052
    assert "year_apart" in codes(rows)


def test_old_years_of_enrolment_that_belong_together_are_no_slip() -> None:
    rows = clean_rows()
    for table in ("enrolment", "classes", "facilities", "staff"):
        rows[table] += [{**row, "year": row["year"] - 20} for row in rows[table]]
    for row in rows["schools"]:
        row["open_from"] = 1990
    assert "year_apart" not in codes(rows)


# Parts and wholes.


@pytest.mark.parametrize(
    ("table", "part", "whole"),
    [
        *[("enrolment", part, "pupils") for part in ("boarders", "migrant_children", "left_behind_children")],
        ("enrolment", "disabled_children", "pupils"),
        *[("staff", part, "teachers") for part in ("above_required_degree", "backbone", "pe_arts", "certified")],
        *[("staff", part, "teachers") for part in ("trained_360h", "senior_titles")],
        ("staff", "teachers", "employees"),
    ],
)
def test_a_part_above_its_whole_is_told_with_both_figures(table: str, part: str, whole: str) -> None:
    rows = clean_rows()
    row = row_of(
        rows, table, school_id=NINE_YEAR, year=2025, **({"grade": 8} if table == "enrolment" else {"stage": "junior"})
    )
    row[part] = row[whole]
    assert "part_exceeds_whole" not in codes(rows)
    row[whole] -= 1
    found = [problem for problem in told(rows) if problem.code == "part_exceeds_whole" and problem.column == part]
    (problem,) = found
    assert str(row[part]) in problem.what("zh")
    assert str(row[whole]) in problem.what("zh")
    row[whole] = None
    assert not [problem for problem in told(rows) if problem.code == "part_exceeds_whole" and problem.column == part]


def test_the_county_is_read_whatever_its_chunks() -> None:
    county = clean_county()
    chunked = {name: pa.concat_tables([table.slice(0, 1), table.slice(1)]) for name, table in county.tables.items()}
    assert check(County(chunked)) == ()
