from __future__ import annotations

from collections import Counter

import pytest
from counties import CENTRAL, COUNTY, NINE_YEAR, POINT, batch, clean_rows, row_of
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county import Gap, Origin, Problem, Rejected, admit, check, errors, schema

PHONE = "13812345678"


def _counts(rows: dict) -> dict[str, int]:
    return {name: len(of) for name, of in rows.items()}


def test_a_clean_batch_passes_whole() -> None:
    rows = clean_rows()
    admission = admit(batch(rows))
    assert admission.problems == ()
    assert admission.rejected == ()
    assert admission.county.gaps == ()
    assert {name: table.num_rows for name, table in admission.county.tables.items()} == _counts(rows)


def test_a_row_with_an_error_waits_with_its_cells_its_place_and_the_reason() -> None:
    rows = clean_rows()
    row_of(rows, "staff", school_id=CENTRAL, year=2024)["certified"] = 99
    admission = admit(batch(rows))
    (rejected,) = admission.rejected
    assert rejected.table == "staff"
    assert rejected.cells["certified"] == "99"
    assert rejected.origin == Origin("county.xlsx", "教职工", 7)
    assert [problem.code for problem in rejected.problems] == ["part_exceeds_whole"]
    assert admission.county.gaps == (Gap("staff", CENTRAL, 2024, (CENTRAL, "2024", "primary")),)
    (problem,) = errors(admission.problems)
    assert problem.index is None
    assert problem.origin == rejected.origin
    assert problem.what("zh") == "“持证教师”99 人，多于“专任教师”30 人"


def test_rows_that_lean_on_a_waiting_row_wait_too_and_say_that_there_is_nothing_to_mend_in_them() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=CENTRAL)["kind"] = "999"
    admission = admit(batch(rows))
    by_code = Counter(problem.code for problem in errors(admission.problems))
    leaning = sum(
        CENTRAL in (row.get("school_id"), row.get("subject_id"))
        for name, of in rows.items()
        if name != "schools"
        for row in of
    )
    # The teaching point leans on the school, and its own rows lean on the point.
    leaning += 1 + sum(row.get("school_id") == POINT for name, of in rows.items() if name != "schools" for row in of)
    assert by_code == {"unknown_code": 1, "reference_waits": leaning}
    waiting = next(problem for problem in admission.problems if problem.code == "reference_waits")
    assert waiting.what("zh") == f"“{CENTRAL}”在“学校”表中的那一行（第 2 行）有错待改，本行随之等待"
    assert "row 2" in waiting.what("en")
    assert CENTRAL not in admission.county["enrolment"]["school_id"].to_pylist()


def test_rows_that_lean_on_a_row_the_reader_could_not_read_say_so_too() -> None:
    rows = clean_rows()
    unreadable = Rejected(
        "schools", {"学校标识码": CENTRAL}, {"school_id": CENTRAL}, Origin("county.xlsx", "学校", 2), ()
    )
    rows["schools"] = [row for row in rows["schools"] if row["school_id"] not in (CENTRAL, POINT)]
    for name, of in rows.items():
        rows[name] = [row for row in of if row.get("school_id") != POINT]
    admission = admit(batch(rows, rejected=(unreadable,)))
    assert {problem.code for problem in errors(admission.problems)} == {"reference_waits"}
    assert Gap("schools", CENTRAL, None, (CENTRAL,)) in admission.county.gaps


def test_an_unknown_code_is_told_as_unknown_where_nothing_waits_for_it() -> None:
    rows = clean_rows()
    rows["enrolment"][0]["school_id"] = "2141999999"
    admission = admit(batch(rows))
    assert [problem.code for problem in errors(admission.problems)] == ["unknown_reference"]


def test_of_rows_with_one_key_all_wait() -> None:
    rows = clean_rows()
    rows["facilities"].append({**row_of(rows, "facilities", school_id=NINE_YEAR, year=2025), "teaching_area": 1.0})
    admission = admit(batch(rows))
    assert [rejected.values["teaching_area"] for rejected in admission.rejected] == [6.0 * 432, 1.0]
    assert {problem.code for problem in errors(admission.problems)} == {"duplicate_key"}
    assert admission.county.gaps == (Gap("facilities", NINE_YEAR, 2025, (NINE_YEAR, "2025", ""), rows=2),)


def test_a_gap_says_what_the_row_could_not_say_as_nothing() -> None:
    rows = clean_rows()
    rejected = Rejected("enrolment", {"学年": "今年"}, {}, Origin(), ())
    admission = admit(batch(rows, rejected=(rejected,)))
    assert admission.county.gaps == (Gap("enrolment", "", None),)
    assert admission.rejected == (rejected,)


def test_what_the_reader_found_stays_among_the_problems() -> None:
    seen = Problem(code="required_cell", table="schools", column="name")
    assert admit(batch(clean_rows(), problems=(seen,))).problems == (seen,)


def test_warnings_keep_no_row_waiting_and_point_into_the_county() -> None:
    rows = clean_rows()
    row_of(rows, "staff", school_id=CENTRAL, year=2024)["certified"] = 99
    row_of(rows, "facilities", school_id=NINE_YEAR, year=2025)["multimedia_rooms"] = 500
    admission = admit(batch(rows))
    (warning,) = [problem for problem in admission.problems if problem.severity == "warning"]
    assert warning.index is not None
    assert admission.county["facilities"]["multimedia_rooms"][warning.index].as_py() == 500
    assert warning.origin.row == 2 + rows["facilities"].index(
        row_of(rows, "facilities", school_id=NINE_YEAR, year=2025)
    )


def test_a_personal_value_waits_masked_and_is_kept_nowhere() -> None:
    rows = clean_rows()
    rows["scores"][0]["pupil_key"] = PHONE
    rows["reported"][0]["evidence"] = f"电话 {PHONE}"
    admission = admit(batch(rows))
    assert {rejected.table for rejected in admission.rejected} == {"scores", "reported"}
    assert PHONE not in repr(admission)
    by_table = {rejected.table: rejected for rejected in admission.rejected}
    assert by_table["reported"].cells["evidence"] == "电话 1***"
    assert by_table["scores"].values["pupil_key"] is None


def test_an_empty_batch_says_which_tables_are_missing() -> None:
    admission = admit(batch({}))
    assert {problem.table for problem in admission.problems} == {"county", "schools", "enrolment"}


CELLS = [(table.name, column.name) for table in schema().tables.values() for column in table.columns]
WRONG = {"id": "999", "text": PHONE, "code": "no such code", "codes": "no such code", "year": 1, "integer": -7}


@given(st.lists(st.tuples(st.sampled_from(CELLS), st.integers(0, 200)), max_size=6))
@pytest.mark.slow
def test_every_row_is_in_the_county_or_waits_and_the_county_has_no_error_left(
    broken: list[tuple[tuple[str, str], int]],
) -> None:
    rows = clean_rows()
    for (table, column), at in broken:
        kind = schema().tables[table].column(column)
        is_number_code = kind.codes in ("grade",)
        rows[table][at % len(rows[table])][column] = 99 if is_number_code else WRONG.get(kind.type)
    admission = admit(batch(rows))
    waiting = Counter(rejected.table for rejected in admission.rejected)
    for name, of in rows.items():
        assert admission.county[name].num_rows + waiting[name] == len(of)
    left = errors(check(admission.county))
    assert {problem.code for problem in left} <= {"table_empty"}
    assert all(rejected.problems for rejected in admission.rejected)


def test_the_county_code_itself_may_wait() -> None:
    rows = clean_rows()
    rows["county"][0]["primary_grades"] = 9
    admission = admit(batch(rows))
    told = Counter(problem.code for problem in errors(admission.problems))
    assert told == {"above_maximum": 1, "table_empty": 1, "reference_waits": 2}
    assert {r.values["subject_id"] for r in admission.rejected if r.table != "county"} == {COUNTY}
