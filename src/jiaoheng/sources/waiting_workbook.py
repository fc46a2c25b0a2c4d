"""Rows that wait, as a workbook: mended there, it is read again like any other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError

from jiaoheng.county.rows import Rejected
from jiaoheng.county.schema import schema
from jiaoheng.language import Language
from jiaoheng.sources.errors import SourceError


def write_waiting_workbook(path: Path, rejected: Iterable[Rejected], language: Language) -> Path:
    """Write rows that wait, a sheet a table, under the headers of their files; all cells are text.

    What is wrong with a row stands in a note at its first cell, the cells concerned are coloured. Nothing in it is
    calculated, whatever the cells begin with. Raises ``SourceError`` where the file cannot be written.
    """
    tables: dict[str, list[Rejected]] = {}
    for row in rejected:
        if row.table in schema().tables and not row.refused:
            tables.setdefault(row.table, []).append(row)
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1})
    wrong = book.add_format({"bg_color": "#F8CBAD", "num_format": "@"})
    plain = book.add_format({"num_format": "@"})
    for name, rows in tables.items():
        sheet = book.add_worksheet(schema().tables[name].label.say(language)[:31])
        headers = list(dict.fromkeys(header for row in rows for header in row.cells))
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, head)
        sheet.set_column(0, max(0, len(headers) - 1), 18, plain)
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(rows, 1):
            labels = {problem.label(language) for problem in row.problems} | {p.column for p in row.problems}
            for column, header in enumerate(headers):
                bad = any(label and header.startswith(label) for label in labels)
                sheet.write_string(place, column, row.cells.get(header, ""), wrong if bad else plain)
            told = (f"{p.what(language)}\n{p.remedy(language)}" for p in row.problems)
            sheet.write_comment(place, 0, "\n".join(dict.fromkeys(told))[:1000], {"x_scale": 3, "y_scale": 1.5})
    if not tables:
        book.add_worksheet()
    try:
        book.close()
    except (XlsxFileError, OSError) as error:
        raise SourceError("unwritable", file=path.name, reason=str(error)) from None
    return path
