"""Tables as Excel workbooks: numbers as numbers, text never as a formula, ready to filter and to print on A4."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jiaoheng.county.spreadsheet_text import harmless
from jiaoheng.language import Language
from jiaoheng.reports.words import say
from jiaoheng.sources.workbook_guide import display_width

Kind = Literal["text", "integer", "number", "percent", "date"]
Cell = str | int | float | bool | date | None

LONGEST = 32_767
"""Letters that Excel can hold in a cell."""
MOST_ROWS = 1_000_000
_WIDTHS = (6.0, 42.0)
_A4 = 9
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FORMATS: dict[Kind, dict[str, object]] = {
    "text": {"align": "left", "text_wrap": True, "indent": 1},
    "integer": {"align": "right", "indent": 1, "num_format": "#,##0"},
    "number": {"align": "right", "indent": 1, "num_format": "#,##0.00"},
    "percent": {"align": "right", "indent": 1, "num_format": "0.0%"},
    "date": {"align": "center", "num_format": "yyyy-mm-dd"},
}
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}


class Column(msgspec.Struct, frozen=True):
    """A column: its header, what its numbers are, and where need be decimals and a width in Latin letters.

    The kind sets looks only. A cell is stored as what it is, so that a column of numbers may say in words why one is
    missing. Of ``percent`` 0.85 is shown as 85.0 %.
    """

    label: str
    kind: Kind = "text"
    decimals: int | None = None
    width: float | None = None


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook: its title, which is also its name where it has no other, columns, rows, notes below."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    name: str = ""


def write_table(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    notes: Sequence[str] = (),
    language: Language = "zh",
) -> bytes:
    """A workbook of one sheet: title, headers that stay in view and on every printed page, rows, notes below.

    Text is written as text, never as a formula or a link; what a spreadsheet would calculate, also once saved as CSV,
    gets an apostrophe in front. None is an empty cell. ``ValueError`` for a row of another length, a number that is
    none (NaN, infinite), a text that no cell can hold, or more rows than a sheet has.
    """
    return write_sheets((Sheet(title, tuple(columns), tuple(tuple(row) for row in rows), tuple(notes)),), language)


def write_sheets(sheets: Sequence[Sheet], language: Language = "zh") -> bytes:
    """A workbook of several sheets, each as ``write_table`` writes it. ``ValueError`` as there."""
    for each in sheets:
        _refuse(each.columns, each.rows)
    stream = io.BytesIO()
    # Every cell goes through write_string or write_number, so these settings never decide; they hold should one slip.
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(stream, settings) as workbook:
        for each in sheets:
            sheet = workbook.add_worksheet(_sheet_name(each.name or each.title, language))
            _write(workbook, sheet, each.title, each.columns, each.rows, each.notes, language)
            _set_print(sheet, each.title, language)
    return stream.getvalue()


def _write(
    workbook: Workbook,
    sheet: Worksheet,
    title: str,
    columns: Sequence[Column],
    table: Sequence[Sequence[Cell]],
    notes: Sequence[str],
    language: Language,
) -> None:
    """Title in the first row, headers in the second, then the rows, a blank one and the notes."""
    head = workbook.add_format(
        {
            **_FONT,
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "border": 1,
            "bg_color": "#E8EDF2",
        }
    )
    sheet.write_string(0, 0, _text(title), workbook.add_format({**_FONT, "bold": True, "font_size": 14}))
    sheet.set_row(0, 26)
    styles = [_style(workbook, column) for column in columns]
    words = workbook.add_format({**_FONT, **_FORMATS["text"], "border": 1, "border_color": "#C8CDD3"})
    widths = [_width(column, [row[index] for row in table], language) for index, column in enumerate(columns)]
    for index, column in enumerate(columns):
        sheet.set_column(index, index, widths[index])
        sheet.write_string(1, index, _text(column.label), head)
    lines = max((_lines(column.label, width) for column, width in zip(columns, widths, strict=True)), default=1)
    sheet.set_row(1, 6 + 15 * lines)
    for number, row in enumerate(table, 2):
        for index, cell in enumerate(row):
            _write_cell(sheet, number, index, cell, styles[index], words, language)
        # Texts may take several lines, for which some programs make no room.
        texts = [(cell, width) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str)]
        tall = max((_lines(cell, width) for cell, width in texts), default=1)
        if tall > 1:
            sheet.set_row(number, 3 + 14.5 * tall)
    last = len(table) + 1
    if columns:
        sheet.autofilter(1, 0, last, len(columns) - 1)
    sheet.freeze_panes(2, 1 if len(columns) > 3 else 0)
    plain = workbook.add_format({**_FONT, "font_color": "#48586A"})
    for number, note in enumerate(notes, last + 2):
        sheet.write_string(number, 0, _text(note), plain)


def _write_cell(
    sheet: Worksheet, row: int, column: int, cell: Cell, style: Format, words: Format, language: Language
) -> None:
    """One cell as what it is; bool before int and datetime before date, which they also are."""
    if cell is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        sheet.write_string(row, column, say("yes" if cell else "no", language), words)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, style)
    else:
        sheet.write_string(row, column, _text(cell), words)


def _text(cell: str) -> str:
    """The text as a file can hold it, and harmless: half of a surrogate pair is told rather than lost."""
    return harmless(cell.encode("utf-8", errors="backslashreplace").decode("utf-8"))


def _set_print(sheet: Worksheet, title: str, language: Language) -> None:
    """A4 across, as wide as the page, headers on each page, title and page number below."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.hide_gridlines(2)
    # In a footer & begins a code, such as that for a file's name.
    sheet.set_footer(f"&L{title[:80].replace('&', '&&')}&R{say('page', language)}")


def _refuse(columns: Sequence[Column], table: Sequence[Sequence[Cell]]) -> None:
    if len(table) > MOST_ROWS:
        raise ValueError(f"{len(table):,} rows: a sheet has room for {MOST_ROWS:,}; export a part of them")
    for number, row in enumerate(table, 1):
        if len(row) != len(columns):
            raise ValueError(f"row {number}: {len(row)} cells for {len(columns)} columns")
        for column, cell in zip(columns, row, strict=True):
            if isinstance(cell, float) and not math.isfinite(cell):
                raise ValueError(f"row {number}, {column.label}: {cell} is no number; a missing one is None")
            # An apostrophe may come in front.
            if isinstance(cell, str) and len(cell) >= LONGEST:
                raise ValueError(
                    f"row {number}, {column.label}: a text of {len(cell):,} letters; a cell holds {LONGEST:,}"
                )


def _style(workbook: Workbook, column: Column) -> Format:
    looks = {**_FONT, **_FORMATS[column.kind], "border": 1, "border_color": "#C8CDD3"}
    if column.decimals is not None and column.kind in ("number", "percent"):
        point = "." + "0" * column.decimals if column.decimals else ""
        looks["num_format"] = f"#,##0{point}" if column.kind == "number" else f"0{point}%"
    return workbook.add_format(looks)


def _width(column: Column, cells: Sequence[Cell], language: Language) -> float:
    """As wide as nearly all of its cells, and as half its header, which may take two lines."""
    if column.width is not None:
        return column.width
    shown = sorted(display_width(_shown(cell, column, language)) for cell in cells)
    widest = shown[math.ceil(len(shown) * 0.98) - 1] if shown else 0
    # The arrow of the filter takes room beside the header.
    return min(max(widest + 3.5, display_width(column.label) / 2 + 4, _WIDTHS[0]), _WIDTHS[1])


def _shown(cell: Cell, column: Column, language: Language) -> str:
    """About what the cell shows."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return say("yes" if cell else "no", language)
    if isinstance(cell, (int, float)):
        decimals = {"integer": 0, "percent": 2}.get(column.kind, 2) if column.decimals is None else column.decimals
        return f"{cell:,.{decimals}f}"
    return max(str(cell).split("\n"), key=display_width)


def _lines(text: str, width: float) -> int:
    return sum(1 + int((display_width(line) - 1) / max(width - 2, 1)) for line in text.split("\n"))


def _sheet_name(title: str, language: Language) -> str:
    """The title as far as a sheet may be called it."""
    name = _FORBIDDEN.sub(" ", title)[:31].strip().strip("'").strip()
    return say("sheet", language) if not name or name.lower() == "history" else name
