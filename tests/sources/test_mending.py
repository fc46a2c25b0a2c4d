"""Cells set right on the page: the file is read as if it said so, and no correction is lost in silence."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from books import Rows, csv_file, xls, xlsx
from counties import clean_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.county import Batch, Origin, admit, written
from jiaoheng.county.schema import schema
from jiaoheng.sources import Dropped, Mend, SourceError, read
from jiaoheng.sources.layout import column_letter

PUPILS: list[object] = ["学校标识码", "学年", "年级", "班数", "在校生数"]


def enrolment(path: Path, *rows: Sequence[object], merged: Sequence[str] = ()) -> Path:
    return xlsx(path / "a.xlsx", merged, 在校生=[PUPILS, *rows])


def mend(row: int, column: str, value: str, sheet: str = "在校生", file: str = "a.xlsx") -> Mend:
    return Mend(file, sheet, row, column, value)


def codes(batch: Batch) -> list[str]:
    return [problem.code for problem in batch.problems]


def values(batch: Batch, table: str = "enrolment") -> list[dict[str, object]]:
    return [dict(row.values) for row in batch.rows[table]]


@pytest.mark.parametrize("column", ["在校生数", "E", " e "])
def test_a_mended_cell_is_read_as_if_the_file_said_so(tmp_path: Path, column: str) -> None:
    path = enrolment(tmp_path, ["01", 2025, 1, 2, "四十五"])
    before = path.read_bytes()
    batch = read(path, [mend(2, column, "45")])
    assert values(batch) == [{"school_id": "01", "year": 2025, "grade": 1, "classes": 2, "pupils": 45}]
    assert batch.problems == batch.rejected == ()
    (row,) = batch.rows["enrolment"]
    assert row.origin == Origin("a.xlsx", "在校生", 2)
    assert row.as_written is not None
    assert row.as_written()["在校生数"] == "45"
    assert path.read_bytes() == before


def test_a_mend_that_is_wrong_itself_is_shown_with_its_own_text(tmp_path: Path) -> None:
    batch = read(enrolment(tmp_path, ["01", 2025, 1, 2, "四十五"]), [mend(2, "在校生数", "45人")])
    (rejected,) = batch.rejected
    assert codes(batch) == ["cell_not_integer"]
    assert batch.problems[0].value == rejected.cells["在校生数"] == "45人"


@pytest.mark.parametrize(
    ("header", "typed", "column", "value"),
    [
        ("学校标识码", "0141000001", "school_id", "0141000001"),
        ("学年", "2024-2025", "year", 2024),
        ("年级", "初一", "grade", 7),
        ("在校生数", "1,080", "pupils", 1080),
        ("在校生数", " 1080 ", "pupils", 1080),
        ("在校生数", "", "pupils", None),
        ("在校生数", "\u3000", "pupils", None),
    ],
)
def test_what_is_typed_is_read_as_its_column_is(
    tmp_path: Path, header: str, typed: str, column: str, value: object
) -> None:
    (row,) = values(read(enrolment(tmp_path, ["01", 2025, 1, 2, 80]), [mend(2, header, typed)]))
    assert row[column] == value


def test_of_two_mends_of_one_cell_the_last_holds(tmp_path: Path) -> None:
    path = enrolment(tmp_path, ["01", 2025, 1, 2, "?"])
    (row,) = values(read(path, [mend(2, "在校生数", "44"), mend(2, "E", "45")]))
    assert row["pupils"] == 45


def test_a_header_can_be_mended_by_its_own_words(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", 在校生=[[*PUPILS[:4], "人数（头）"], ["01", 2025, 1, 2, 80]])
    assert codes(read(path)) == ["header_unit"]
    batch = read(path, [mend(1, "人数（头）", "在校生数")])
    assert batch.problems == ()
    assert values(batch)[0]["pupils"] == 80


def test_headers_that_are_nowhere_can_be_typed_by_letter(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", 在校生=[["x", "x", "x"], ["01", 2025, 1]])
    assert codes(read(path, [mend(1, "x", "学年")])) == ["header_missing", "mend_lost"]
    batch = read(path, [mend(1, "A", "学校标识码"), mend(1, "B", "学年"), mend(1, "C", "年级")])
    assert values(batch) == [{"school_id": "01", "year": 2025, "grade": 1}]


def test_each_of_two_columns_of_one_header_is_mended_by_its_number(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", 在校生=[[*PUPILS, "在校生数"], ["01", 2025, 1, 2, 80, 81]])
    (sheet,) = read(path).sheets
    assert [(heading.letter, heading.header) for heading in sheet.headings][-2:] == [
        ("E", "在校生数"),
        ("F", "在校生数 #6"),
    ]
    batch = read(path, [mend(1, "在校生数 #6", "去年人数")])
    assert values(batch)[0]["pupils"] == 80


@pytest.mark.parametrize(
    "wrong",
    [
        mend(9, "在校生数", "1"),
        mend(0, "在校生数", "1"),
        mend(-1, "在校生数", "1"),
        mend(2, "人头数", "1"),
        mend(2, "Z", "1"),
        mend(2, "", "1"),
        mend(2, "在校生数", "1", sheet="班级"),
        mend(2, "在校生数", "1", file="b.xlsx"),
    ],
)
def test_a_mend_that_fits_nothing_is_told(tmp_path: Path, wrong: Mend) -> None:
    batch = read(enrolment(tmp_path, ["01", 2025, 1, 2, 80]), [wrong])
    (problem,) = batch.problems
    assert (problem.code, problem.severity, problem.value) == ("mend_lost", "error", "1")
    assert problem.origin == Origin(wrong.file, wrong.sheet, wrong.row)
    for language in ("zh", "en"):
        assert "{" not in problem.what(language) + problem.remedy(language)
    assert values(batch)[0]["pupils"] == 80


def test_a_row_that_is_not_to_be_used_is_neither_admitted_nor_missed(tmp_path: Path) -> None:
    path = enrolment(tmp_path, ["01", 2025, 1, 2, 80], ["01", 2025, 2, 2, "?"], ["合计", None, None, 4, 160])
    assert codes(read(path)) == ["cell_not_integer", "row_total"]
    batch = read(path, dropped=[Dropped("a.xlsx", "在校生", row) for row in (3, 4)])
    assert (batch.problems, batch.rejected, len(batch.rows["enrolment"])) == ((), (), 1)
    # The school itself is not in the file, so that its row waits; those set aside do not.
    assert {row.origin.row for row in admit(batch).rejected} == {2}


@pytest.mark.parametrize("row", [0, 1, 3, 9])
def test_a_row_that_is_none_cannot_be_set_aside_in_silence(tmp_path: Path, row: int) -> None:
    path = enrolment(tmp_path, ["01", 2025, 1, 2, 80], [], ["01", 2025, 2, 2, 80])
    batch = read(path, dropped=[Dropped("a.xlsx", "在校生", row)])
    assert codes(batch) == ["drop_lost"]
    assert len(values(batch)) == 2
    assert codes(read(path, dropped=[Dropped("b.xlsx", "在校生", 2)])) == ["drop_lost"]


def test_a_dropped_row_of_merged_cells_still_lends_them_to_the_rows_below(tmp_path: Path) -> None:
    path = enrolment(tmp_path, ["01", 2025, 1, 2, 80], [None, 2025, 2, 2, 79], merged=["A2:A3"])
    (row,) = values(read(path, dropped=[Dropped("a.xlsx", "在校生", 2)]))
    assert (row["school_id"], row["grade"]) == ("01", 2)


def test_figures_merged_over_rows_are_mended_one_by_one(tmp_path: Path) -> None:
    path = enrolment(tmp_path, ["01", 2025, 1, 2, 160], ["01", 2025, 2, 2, None], merged=["E2:E3"])
    assert codes(read(path)) == ["cell_merged"] * 2
    one = read(path, [mend(2, "在校生数", "81")])
    assert codes(one) == ["cell_merged"]
    assert [row["pupils"] for row in values(one)] == [81]
    both = read(path, [mend(2, "在校生数", "81"), mend(3, "在校生数", "79")])
    assert [row["pupils"] for row in values(both)] == [81, 79]


def test_a_mend_within_merged_names_holds_for_its_own_row(tmp_path: Path) -> None:
    rows = [["01", 2025, 1, 2, 80], [None, 2025, 2, 2, 80], [None, 2025, 3, 2, 80]]
    path = enrolment(tmp_path, *rows, merged=["A2:A4"])
    assert [row["school_id"] for row in values(read(path, [mend(3, "A", "02")]))] == ["01", "02", "01"]
    assert [row["school_id"] for row in values(read(path, [mend(2, "A", "02")]))] == ["02", "02", "02"]


def test_a_text_row_with_a_cell_too_many_is_mended_by_emptying_its_end(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "在校生.csv", [PUPILS, ["01", 2025, 1, 2, 1, "080"], ["01", 2025, 2, 2]])
    assert codes(read(path)) == ["row_width"] * 2
    mends = [Mend(path.name, "", 2, "在校生数", "1080"), Mend(path.name, "", 2, "#6", ""),
             Mend(path.name, "", 3, "E", "79")]  # fmt: skip
    batch = read(path, mends)
    assert batch.problems == ()
    assert [row["pupils"] for row in values(batch)] == [1080, 79]


def test_emptying_the_last_cell_of_a_text_row_leaves_the_row_whole(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "在校生.csv", [PUPILS, ["01", 2025, 1, 2, "x"]])
    batch = read(path, [Mend(path.name, "", 2, "在校生数", "")])
    assert batch.problems == ()
    assert values(batch)[0]["pupils"] is None


def test_files_of_every_kind_are_mended_alike(tmp_path: Path) -> None:
    csv_file(tmp_path / "在校生.csv", [PUPILS, ["01", 2025, 1, 2, "x"]])
    xls(tmp_path / "b.xls", 班级=[["学校标识码", "学年", "年级", "班号", "班级人数"], ["01", 2025, 1, "1", "x"]])
    columns = {"school_id": ["01"], "year": [2025], "stage": ["primary"], "teachers": ["x"]}
    pq.write_table(pa.table(columns), tmp_path / "staff.parquet")
    assert len(read(tmp_path).rejected) == 3
    mends = [Mend("在校生.csv", "", 2, "在校生数", "45"), Mend("b.xls", "班级", 2, "班级人数", "45"),
             Mend("staff.parquet", "", 2, "teachers", "45")]  # fmt: skip
    batch = read(tmp_path, mends)
    assert batch.problems == ()
    assert [row[name] for table, name in (("enrolment", "pupils"), ("classes", "pupils"), ("staff", "teachers"))
            for row in values(batch, table)] == [45, 45, 45]  # fmt: skip


def test_a_mend_for_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    csv_file(tmp_path / "在校生.csv", [PUPILS, ["01", 2025, 1, 2, 80]])
    (tmp_path / "班级.xlsx").write_bytes(b"PK\x03\x04 cut short")
    batch = read(tmp_path, [Mend("班级.xlsx", "班级", 2, "A", "01")])
    assert codes(batch) == ["file_unreadable", "mend_lost"]
    with pytest.raises(SourceError):
        read(tmp_path / "班级.xlsx", [Mend("班级.xlsx", "班级", 2, "A", "01")])


def test_a_problem_leads_to_its_row_and_cell(tmp_path: Path) -> None:
    rows: Rows = [["望岚县"], [*PUPILS, "校长"], ["01", 2025, 1, None, "45人", "张三"], ["02", 2025, 1, 2, 80, None]]
    batch = read(xlsx(tmp_path / "a.xlsx", 在校生=rows))
    problem = next(problem for problem in batch.problems if problem.code == "cell_not_integer")
    row = written(batch, [problem.origin])[problem.table, problem.origin]
    cell = row.cell(problem)
    assert cell is not None
    assert (cell.letter, cell.header, cell.column, cell.text) == ("E", "在校生数", "pupils", "45人")
    assert [(each.letter, each.text) for each in row.cells] == [
        ("A", "01"), ("B", "2025"), ("C", "1"), ("D", ""), ("E", "45人")
    ]  # fmt: skip
    again = read(tmp_path / "a.xlsx", [Mend(*_place(row.origin), cell.letter, "45")])
    assert [row["pupils"] for row in values(again)] == [45, 80]


def test_rows_that_fail_only_the_checks_can_be_shown_too_without_personal_values(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", 学校=[["学校标识码", "学校名称", "办学类型"], ["01", "找13812345678", "小学"]])
    batch = read(path)
    problem = next(problem for problem in admit(batch).problems if problem.code == "personal_value")
    row = written(batch, [problem.origin])[problem.table, problem.origin]
    cell = row.cell(problem)
    assert cell is not None
    assert cell.header == "学校名称"
    assert "13812345678" not in cell.text


def test_a_problem_of_a_column_that_the_file_has_not_leads_to_no_cell(tmp_path: Path) -> None:
    batch = read(xlsx(tmp_path / "a.xlsx", 在校生=[PUPILS[:2], ["01", 2025]]))
    (rejected,) = batch.rejected
    row = written(batch, [rejected.origin])["enrolment", rejected.origin]
    assert [row.cell(problem) for problem in rejected.problems] == [None]


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_excel(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def _place(origin: Origin) -> tuple[str, str, int]:
    assert origin.row is not None
    return origin.file, origin.sheet, origin.row


TABLES = ("schools", "enrolment", "facilities", "staff")
SHEETS = {
    schema().tables[name].label.zh: [
        [column.label.zh for column in schema().tables[name].columns],
        *([row.get(column.name) for column in schema().tables[name].columns] for row in clean_rows()[name]),
    ]
    for name in TABLES
}
CELLS = [
    (sheet, row, column)
    for sheet, rows in SHEETS.items()
    for row in range(1, len(rows))
    for column in range(len(rows[0]))
]


@given(st.lists(st.sampled_from(CELLS), min_size=1, max_size=12, unique=True), st.booleans(), st.booleans())
@settings(max_examples=25)
def test_mending_every_planted_error_gives_the_clean_county(
    planted: list[tuple[str, int, int]], by_letter: bool, as_text: bool
) -> None:
    spoilt = {sheet: [list(row) for row in rows] for sheet, rows in SHEETS.items()}
    mends = []
    for sheet, row, column in planted:
        right = SHEETS[sheet][row][column]
        spoilt[sheet][row][column] = "#DIV/0!" if column % 2 else "?!"
        header = column_letter(column) if by_letter else str(SHEETS[sheet][0][column])
        text = "" if right is None else str(right)
        mends.append((sheet, row + 1, header, text))
    with tempfile.TemporaryDirectory() as folder:
        if as_text:
            for sheet, rows in spoilt.items():
                csv_file(
                    Path(folder) / f"{sheet}.csv", [["" if cell is None else cell for cell in row] for row in rows]
                )
            path, found = Path(folder), [Mend(f"{mend[0]}.csv", "", *mend[1:]) for mend in mends]
        else:
            path = xlsx(Path(folder) / "a.xlsx", **spoilt)
            found = [Mend("a.xlsx", *mend) for mend in mends]
        batch = read(path, found)
    assert batch.problems == batch.rejected == ()
    for name in TABLES:
        wanted = [{column.name: row.get(column.name) for column in schema().tables[name].columns}
                  for row in clean_rows()[name]]  # fmt: skip
        assert values(batch, name) == wanted
