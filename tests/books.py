"""Workbooks and text files for the tests of sources, written by other libraries than ours."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
import xlwt

Rows = Iterable[Sequence[object]]


def wide(text: str) -> str:
    """The text in full-width letters, as a Chinese input method types them."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def xlsx(path: Path, merged: Sequence[str] = (), **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in merged:
            sheet.merge_cells(span)
    book.save(path)
    return path


def xls(path: Path, **sheets: Rows) -> Path:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
    book.save(str(path))
    return path


def text(rows: Rows, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def csv_file(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes(text(rows, delimiter).encode(encoding))
    return path


SCHOOLS: list[list[object]] = [
    ["学校标识码", "学校名称", "办学类型"],
    ["0141000001", "青石镇中心小学", "小学"],
    ["0141000002", "望岚县第一中学", "初级中学"],
]
