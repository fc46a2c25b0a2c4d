from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from counties import CENTRAL, batch, clean_rows, row_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.county import Origin, Problem, Rejected, admit, schema
from jiaoheng.county.waiting import read_waiting, waiting_file, write_waiting

WHY = (Problem(code="required_cell", table="schools", column="kind"),)


def _rejected(cells: dict[str, str], table: str = "schools", row: int | None = 14) -> Rejected:
    return Rejected(table, cells, {}, Origin("county.xlsx", "学校", row), WHY)


def _lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_waiting_row_stands_with_its_place_the_reason_the_remedy_and_its_cells(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "w.csv", [_rejected({"学校标识码": "0546", "学校名称": "青石小学"})], "zh")
    assert _lines(path) == [
        ["表", "文件", "工作表", "行号", "哪里不对", "怎么改", "学校标识码", "学校名称"],
        ["学校", "county.xlsx", "学校", "14", "“办学类型”必填，现为空", "请填写“办学类型”", "0546", "青石小学"],
    ]


def test_it_is_written_in_english_too(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "w.csv", [_rejected({"School code": "1"})], "en")
    assert _lines(path)[0][:6] == ["Table", "File", "Sheet", "Row", "What is wrong", "How to mend it"]
    assert _lines(path)[1][:6] == [
        "Schools",
        "county.xlsx",
        "学校",
        "14",
        "“Kind” is required and is blank",
        "fill in “Kind”",
    ]


def test_excel_is_told_that_it_is_utf8(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "w.csv", [_rejected({})], "zh")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in path.read_bytes()


def test_rows_of_several_tables_share_columns_of_the_same_header(tmp_path: Path) -> None:
    rejected = [_rejected({"学校标识码": "1", "校名": "甲"}), _rejected({"学校标识码": "2", "年级": "3"}, "enrolment")]
    lines = _lines(write_waiting(tmp_path / "w.csv", rejected, "zh"))
    assert lines[0][6:] == ["学校标识码", "校名", "年级"]
    assert [line[6:] for line in lines[1:]] == [["1", "甲", ""], ["2", "", "3"]]


def test_every_reason_of_a_row_is_told_once(tmp_path: Path) -> None:
    why = (*WHY, *WHY, Problem(code="required_cell", table="schools", column="name"))
    rejected = Rejected("schools", {}, {}, Origin(), why)
    (line,) = _lines(write_waiting(tmp_path / "w.csv", [rejected], "zh"))[1:]
    assert line[4] == "“办学类型”必填，现为空\n“学校名称”必填，现为空"
    assert line[3] == ""


def test_a_reason_that_does_not_name_its_column_gets_it(tmp_path: Path) -> None:
    why = (Problem(code="unknown_reference", table="enrolment", column="school_id", value="99",
                   details={"table_zh": "学校", "table_en": "Schools"}),)  # fmt: skip
    (line,) = _lines(write_waiting(tmp_path / "w.csv", [Rejected("enrolment", {}, {}, Origin(), why)], "zh"))[1:]
    assert line[4] == "学校标识码：“99”不在“学校”表中"


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\uff1d1+1",
        "-",
        "+86 010",
        "=",
        "'=1",
        "--1",
    ],
)
def test_what_a_spreadsheet_would_calculate_is_made_text(tmp_path: Path, cell: str) -> None:
    path = write_waiting(tmp_path / "w.csv", [_rejected({"备注": cell, cell: "1"})], "zh")
    lines = _lines(path)
    assert lines[1][6].startswith("'")
    assert lines[0][7].startswith("'")
    (row,) = read_waiting(path)
    assert row.cells == {"备注": cell, cell: "1"}


@pytest.mark.parametrize(
    "cell", ["-5", "+3.5", "-1,234.5", "-1e-5", "12%", "-.5", "2141000001", "054622", "'99", "a=b", "—"]
)
def test_numbers_and_ordinary_text_stay_as_they_are(tmp_path: Path, cell: str) -> None:
    path = write_waiting(tmp_path / "w.csv", [_rejected({"备注": cell})], "zh")
    assert _lines(path)[1][6] == cell


CELLS = st.text(max_size=12) | st.text("=+-@'\t\r\n 1,.%\uff1d", max_size=6)


@given(st.lists(st.dictionaries(CELLS, CELLS, max_size=4), max_size=4), st.sampled_from(["zh", "en"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_written_is_read_back_and_nothing_starts_a_formula(
    tmp_path: Path, rows: list[dict[str, str]], language: str
) -> None:
    rejected = [_rejected(cells, row=number) for number, cells in enumerate(rows)]
    path = write_waiting(tmp_path / "w.csv", rejected, language)  # type: ignore[arg-type]
    found = read_waiting(path)
    assert [row.origin.row for row in found] == list(range(len(rows)))
    for row, waits in zip(found, rejected, strict=True):
        assert row.cells == {header: cell for header, cell in waits.cells.items() if cell}
    for line in _lines(path):
        for cell in line:
            assert not cell.lstrip().startswith(("=", "@", "\uff1d"))


def test_every_waiting_row_of_an_admission_is_in_the_file_with_its_reason(tmp_path: Path) -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=CENTRAL)["kind"] = "999"
    rejected = admit(batch(rows)).rejected
    found = read_waiting(write_waiting(tmp_path / "w.csv", rejected, "zh"))
    assert {(row.table, row.origin) for row in found} == {
        (schema().tables[row.table].label.zh, row.origin) for row in rejected
    }
    assert len(found) == len(rejected)
    assert found[0].what == "“办学类型”没有“999”这一项"
    assert {row.remedy for row in found[1:]} == {"先改好那一行；本行不必改动，重新导入后自动通过"}


def test_personal_values_are_masked_in_the_file(tmp_path: Path) -> None:
    rejected = _rejected({"姓名": "欧阳小明", "备注": "电话 13812345678"}, "teachers")
    text = write_waiting(tmp_path / "w.csv", [rejected], "zh").read_text(encoding="utf-8-sig")
    assert "欧阳小明" not in text
    assert "13812345678" not in text


def test_the_file_is_replaced_in_one_step_and_nothing_is_left_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_waiting(tmp_path / "w.csv", [_rejected({"a": "old"})], "zh")

    def full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match="disk full"):
            write_waiting(path, [_rejected({"a": "new"})], "zh")
    assert read_waiting(path)[0].cells == {"a": "old"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", "表,文件,工作表,行号,哪里不对,怎么改,a\n学校,x\n".encode()]
)
def test_another_file_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"other\.csv"):
        read_waiting(path)


def test_it_lies_beside_its_snapshot(tmp_path: Path) -> None:
    assert waiting_file(tmp_path, "410999-2025-3f9ac2d1b7e4") == tmp_path / "410999-2025-3f9ac2d1b7e4.waiting.csv"


def test_rows_stand_table_by_table_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [_rejected({"a": "1"}, "enrolment", 3), _rejected({"a": "2"}, row=9), _rejected({"a": "3"}, row=4)]
    found = read_waiting(write_waiting(tmp_path / "w.csv", rows, "zh"))
    assert [(row.table, row.origin.row) for row in found] == [("学校", 4), ("学校", 9), ("在校生", 3)]
