"""Files of every make as grids of cells, and files that must not be read at all."""

from __future__ import annotations

import struct
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from books import SCHOOLS, csv_file, text, xls, xlsx

from jiaoheng.language import catalogue
from jiaoheng.sources import errors, overlooked
from jiaoheng.sources.archives import MAX_UNPACKED
from jiaoheng.sources.delimited import decode
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.grids import Broken, Grid, read_grids


def only(path: Path) -> Grid:
    (grid,) = read_grids(path)
    return grid


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_grids(path)
    assert path.name in caught.value.say("zh")
    assert path.name in caught.value.say("en")
    return caught.value.code


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "here"
    book.save(tmp_path / "a.xlsx")
    grid = only(tmp_path / "a.xlsx")
    assert grid.rows[3][2] == "here"
    assert (grid.file, grid.sheet) == ("a.xlsx", "Sheet")


def test_kinds_of_cells_are_told_apart(tmp_path: Path) -> None:
    grid = only(xlsx(tmp_path / "a.xlsx", s=[["x", 1, 2.5, True, date(2025, 9, 1), None, "007"]]))
    assert grid.rows[0] == ("x", 1, 2.5, True, date(2025, 9, 1), "", "007")
    assert only(xls(tmp_path / "a.xls", s=[["x", 1, 2.5, True, None, "007"]])).rows[0] == (
        "x",
        1,
        2.5,
        True,
        "",
        "007",
    )


def test_an_excel_error_is_not_a_blank(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
        sheet.write_formula(1, 3, "=1+1", None, 2)
    row = only(tmp_path / "a.xlsx").rows[1]
    assert row[1:4] == ("#DIV/0!", "#N/A", 2.0)
    assert isinstance(row[1], Broken)


def test_a_formula_without_a_result_is_not_a_blank(tmp_path: Path) -> None:
    grid = only(xlsx(tmp_path / "a.xlsx", s=[["x", "=SUM(A2:A9)"]]))
    assert grid.rows[0][1] == Broken("=")


def test_an_excel_error_in_an_old_workbook_is_not_a_blank(tmp_path: Path) -> None:
    xls(tmp_path / "a.xls", s=[["x", 1, "y"]])
    # xlwt writes no errors: turn the record of the number 1 (RK) into one of an error, of the same length.
    data = (tmp_path / "a.xls").read_bytes()
    at = data.index(struct.pack("<HHHH", 0x27E, 10, 0, 1))
    style = data[at + 8 : at + 10]
    fault = struct.pack("<HHHH", 0x205, 10, 0, 1) + style + struct.pack("<BBH", 42, 1, 0)
    (tmp_path / "a.xls").write_bytes(data[:at] + fault + data[at + len(fault) :])
    assert only(tmp_path / "a.xls").rows[0] == ("x", Broken("#N/A"), "y")


@pytest.mark.parametrize("shape", ["0%", "0.00%", '0.0"个"%'])
def test_a_percentage_is_shown_as_one(tmp_path: Path, shape: str) -> None:
    book = openpyxl.Workbook()
    book.active.append([0.952, 45, 0.5])
    book.active["A1"].number_format = shape
    book.active["C1"].number_format = '0"%"'
    book.save(tmp_path / "a.xlsx")
    assert only(tmp_path / "a.xlsx").rows[0] == ("95.2%", 45, 0.5)
    old = xlwt.Workbook()
    sheet = old.add_sheet("s")
    sheet.write(0, 0, 0.952, xlwt.easyxf(num_format_str=shape))
    sheet.write(0, 1, 3, xlwt.easyxf(num_format_str=shape))
    sheet.write(0, 2, 45)
    old.save(str(tmp_path / "a.xls"))
    assert only(tmp_path / "a.xls").rows[0] == ("95.2%", "300%", 45)


def test_merged_cells_are_told(tmp_path: Path) -> None:
    grid = only(xlsx(tmp_path / "a.xlsx", merged=["A1:C2"], s=[["title", None, None], [None] * 3, [1, 2, 3]]))
    assert grid.merged == (((0, 0), (1, 2)),)


def test_hidden_sheets_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("b").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [grid.visible for grid in read_grids(tmp_path / "a.xlsx")] == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_tables_are_read_in_every_usual_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    grid = only(csv_file(tmp_path / "学校.csv", SCHOOLS, encoding, delimiter))
    assert grid.rows == tuple(map(tuple, SCHOOLS))
    assert grid.sheet == ""
    assert grid.complete


def test_quotes_commas_and_line_breaks_within_cells(tmp_path: Path) -> None:
    rows = [["a", "b"], ['x "y"', "1,234"], ["two\nlines", "=1+1"]]
    assert only(csv_file(tmp_path / "a.csv", rows)).rows == tuple(map(tuple, rows))
    (tmp_path / "b.csv").write_text("sep=;\r\na;b\r\n1,5;2\r\n", encoding="utf-8")
    assert only(tmp_path / "b.csv").rows == (("",), ("a", "b"), ("1,5", "2"))


def test_a_text_file_cut_short_is_told_or_refused(tmp_path: Path) -> None:
    data = text(SCHOOLS).encode()
    (tmp_path / "a.csv").write_bytes(data[:-4])
    assert refused(tmp_path / "a.csv") == "encoding"
    (tmp_path / "b.csv").write_bytes(text([["a", "b"], ["x", "1234"]]).encode()[:-4])
    assert not only(tmp_path / "b.csv").complete
    (tmp_path / "c.csv").write_text('a,b\r\n1,"2\r\n3,4\r\n', encoding="utf-8")
    assert refused(tmp_path / "c.csv") == "quotes"


def test_damaged_utf8_is_never_taken_for_another_encoding() -> None:
    data = bytearray(text(SCHOOLS).encode())
    data[40] = 0xFF
    with pytest.raises(SourceError) as caught:
        decode(bytes(data), "a.csv")
    assert caught.value.code == "encoding"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.csv", b" \r\n", "empty"),
        ("a.xlsx", b"<html><table></table></html>", "not_a_workbook"),
        ("a.xls", b"a,b\n1,2\n", "not_a_workbook"),
        ("a.csv", b"PK\x03\x04rest", "unknown_format"),
        ("a.pdf", b"%PDF", "unknown_format"),
        ("a.csv", bytes(range(128, 256)) * 9, "encoding"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "damaged"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name) == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.xlsx") == "not_found"
    (tmp_path / "b.xlsx").mkdir()
    assert refused(tmp_path / "b.xlsx") == "unreadable"


def test_every_shortened_workbook_is_refused(tmp_path: Path) -> None:
    for make, name in ((xlsx, "a.xlsx"), (xls, "a.xls")):
        data = make(tmp_path / name, s=SCHOOLS).read_bytes()
        for part in range(1, 10):
            (tmp_path / name).write_bytes(data[: len(data) * part // 10])
            assert refused(tmp_path / name) in ("damaged", "not_a_workbook")


def test_a_locked_workbook_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    data = bytearray(xls(tmp_path / "a.xls", s=SCHOOLS).read_bytes())
    at = data.index(struct.pack("<HH", 0x42, 2))
    data[at : at + 2] = struct.pack("<H", 0x2F)
    (tmp_path / "a.xls").write_bytes(data)
    assert refused(tmp_path / "a.xls") == "encrypted"


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def rewritten(path: Path, member: str, change: bytes | None = None, old: bytes = b"", new: bytes = b"") -> Path:
    """The workbook with one member replaced, or with a part of it replaced."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents[member] = contents[member].replace(old, new) if change is None else change
    zipped(path, **contents)
    return path


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", s=SCHOOLS)
    rewritten(path, "xl/styles.xml", b" " * (64 * 1024 * 1024))
    assert refused(path) == "zip_bomb"


def test_a_directory_that_lies_about_sizes_is_found_out(tmp_path: Path) -> None:
    path = rewritten(xlsx(tmp_path / "a.xlsx", s=SCHOOLS), "xl/styles.xml", b" " * 5_000_000)
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    while data[directory + 46 : directory + 46 + 13] != b"xl/styles.xml":
        directory = data.index(b"PK\x01\x02", directory + 1)
    struct.pack_into("<I", data, directory + 24, 100)
    path.write_bytes(data)
    assert refused(path) == "damaged"


def test_a_stray_cell_far_away_is_refused_with_its_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx") == "too_many_cells"


def test_coloured_blank_cells_far_away_do_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"].number_format = "0.00"
    book.save(tmp_path / "a.xlsx")
    assert only(tmp_path / "a.xlsx").rows == ((1.0,),)


def test_cells_without_a_reference_are_counted_from_the_left(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", s=[["x", 1, 2]])
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row><c><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1</f><v></v></c></row>'
    sheet += b"</sheetData></worksheet>"
    rewritten(path, "xl/worksheets/sheet1.xml", sheet)
    assert only(path).rows[0][:2] == (1.0, Broken("#N/A"))
    assert not any(isinstance(cell, Broken) for cell in only(path).rows[0][2:])


def test_a_text_repeated_beyond_all_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["长" * 10_000] * 50)
    monkeypatch.setattr(overlooked, "MAX_TEXT_BYTES", 100_000)
    monkeypatch.setattr("jiaoheng.sources.overlooked_xlsx.MAX_TEXT_BYTES", 100_000)
    assert refused(path) == "zip_bomb"


ODS = """<office:document-content><office:body><office:spreadsheet><table:table table:name="学校">
<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">
<text:p>#DIV/0!</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.952"><text:p>95%</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="3" table:number-columns-repeated="2"/>
<table:table-cell table:number-columns-repeated="16000"/></table:table-row>
<table:table-row table:number-rows-repeated="1048000">
<table:table-cell table:number-columns-repeated="16000"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, content: str) -> Path:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    spaces = "".join(f' xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "calcext"))
    content = content.replace("<office:document-content>", f"<office:document-content{spaces}>").replace("\n", "")
    return zipped(
        path,
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        **{"content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()},
    )


def test_open_document_sheets_are_read_with_their_errors(tmp_path: Path) -> None:
    grid = only(ods(tmp_path / "a.ods", ODS))
    assert grid.sheet == "学校"
    assert grid.rows[0][:3] == ("a", Broken("#DIV/0!"), "95.2%")


def test_open_document_repetitions_are_counted_before_they_unpack(tmp_path: Path) -> None:
    head, blank, tail = ODS.rpartition('number-columns-repeated="16000"/>')
    content = f"{head}{blank[:-2]}><text:p>1</text:p></table:table-cell>{tail}"
    assert refused(ods(tmp_path / "a.ods", content)) == "too_many_cells"


def test_every_reason_is_said_in_both_languages() -> None:
    for code, message in catalogue(errors.SourceError.messages).items():
        assert "{file}" in message.zh, code
        assert "{file}" in message.en, code


def test_limits_leave_room_for_a_real_county() -> None:
    assert MAX_UNPACKED >= 256 * 1024 * 1024
    assert overlooked.MAX_CELLS >= 50_000 * 60
