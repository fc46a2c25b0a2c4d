"""Excel: every cell what it is, nothing that a spreadsheet would run, ready to print."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.county.spreadsheet_text import harmless, original
from jiaoheng.reports.tables import LONGEST, Cell, Column, write_table

_COLUMNS = (Column("学校"), Column("学生数", "integer"), Column("现值", "number"), Column("截止日期", "date"))


def _sheet(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def _cells(*texts: Cell) -> list[Any]:
    return [row[0] for row in _sheet(write_table("表", [Column("a")], [[text] for text in texts])).iter_rows(min_row=3)]


def test_cells_keep_their_types_and_a_missing_one_stays_empty() -> None:
    rows = [("甲校", 2341, 4.271678769756514, date(2025, 9, 1)), ("乙校", None, "缺：教学用房面积", None)]
    sheet = _sheet(write_table("指标", _COLUMNS, rows))
    assert [cell.value for cell in sheet[2]] == ["学校", "学生数", "现值", "截止日期"]
    assert [cell.value for cell in sheet[3]] == ["甲校", 2341, 4.271678769756514, datetime(2025, 9, 1)]
    assert [cell.data_type for cell in sheet[3]] == ["s", "n", "n", "d"]
    assert [cell.value for cell in sheet[4]] == ["乙校", None, "缺：教学用房面积", None]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "=1", "＋1+1", "'=1", '=HYPERLINK("x")'],
)
def test_a_text_that_a_spreadsheet_would_calculate_stays_text_also_as_csv(text: str) -> None:
    (cell,) = _cells(text)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value[0] == "'"
    assert original(cell.value) == text or "\r" in text


@pytest.mark.parametrize("text", ["-5", "+8%", "1,200", "0012", "http://example.org/", "mailto:a@example.org", "甲-乙"])
def test_numbers_in_words_and_addresses_are_plain_text(text: str) -> None:
    (cell,) = _cells(text)
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1), min_size=1, max_size=20))
def test_no_text_becomes_a_formula_and_none_is_lost(texts: list[str]) -> None:
    cells = _cells(*texts)
    assert [cell.value for cell in cells] == [harmless(text) for text in texts]
    assert {cell.data_type for cell in cells} == {"s"}


def test_title_headers_and_notes_are_harmless_too() -> None:
    sheet = _sheet(write_table("=a", [Column("=b")], [], ["=c"]))
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert values == ["'=a", "'=b", "'=c"]


def test_headers_stay_in_view_are_filtered_and_repeat_on_each_page_across_a4() -> None:
    sheet = _sheet(write_table("指标", _COLUMNS, [("甲", 1, 1.0, None)] * 100, ["来源"]))
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:D102"
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet["A104"].value == "来源"


def test_chinese_text_gets_the_width_it_needs() -> None:
    rows = [("望岚县实验小学育才校区", 1, 1.0, None)]
    wide = _sheet(write_table("指标", _COLUMNS, rows)).column_dimensions["A"].width
    assert 22 < wide < 32
    long = _sheet(write_table("指标", _COLUMNS, [("很" * 400, 1, 1.0, None)])).column_dimensions["A"].width
    assert long < 45


@pytest.mark.parametrize("title", ["", "History", "a/b:c*d?[e]", "'名单'", "长" * 80, "R&D &F"])
def test_any_title_makes_a_sheet(title: str) -> None:
    sheet = _sheet(write_table(title, _COLUMNS, []))
    assert 0 < len(sheet.title) <= 31
    assert "&F" not in (sheet.oddFooter.left.text or "").replace("&&", "")


def test_yes_and_no_are_words() -> None:
    assert [cell.value for cell in _cells(True, False)] == ["是", "否"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("甲", 1)], "row 1: 2 cells for 4 columns"),
        ([("甲", 1, float("nan"), None)], "row 1, 现值: nan"),
        ([("甲" * (LONGEST + 1), 1, 1.0, None)], "row 1, 学校: a text of 32,768 letters"),
    ],
)
def test_what_a_sheet_cannot_hold_is_refused_with_its_place(rows: list[tuple[Cell, ...]], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        write_table("指标", _COLUMNS, rows)


def test_half_of_a_surrogate_pair_is_told() -> None:
    (cell,) = _cells("甲\ud800")
    assert cell.value == "甲\\ud800"
