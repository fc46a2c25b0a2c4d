"""The file of rows that wait, beside its snapshot: a table for Excel, what is wrong with each row first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import msgspec

from jiaoheng.county.files import replace
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Rejected
from jiaoheng.county.schema import schema
from jiaoheng.county.spreadsheet_text import harmless, original
from jiaoheng.language import Language, Text

SUFFIX = ".waiting.csv"
_COLUMNS = (
    Text("表", "Table"),
    Text("文件", "File"),
    Text("工作表", "Sheet"),
    Text("行号", "Row"),
    Text("哪里不对", "What is wrong"),
    Text("怎么改", "How to mend it"),
)


class Waiting(msgspec.Struct, frozen=True):
    """One row of the file as it was written; ``table`` is the table's label in the file's language."""

    table: str
    origin: Origin
    what: str
    remedy: str
    cells: dict[str, str]


def waiting_file(store: Path, snapshot: str) -> Path:
    """Where the rows that wait beside this snapshot are kept."""
    return store / f"{snapshot}{SUFFIX}"


def write_waiting(path: Path, rejected: Iterable[Rejected], language: Language) -> Path:
    """Write the rows that wait as CSV (UTF-8 with a byte order mark), in one step.

    After what is wrong and how to mend it come the cells as they stood in the user's file, a column a header.
    Cells that a spreadsheet would take for a formula get an apostrophe in front.
    """
    rows = sorted(rejected, key=_place)
    headers = list(dict.fromkeys(header for row in rows for header in row.cells))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(column.say(language) for column in _COLUMNS), *map(harmless, headers)])
    for row in rows:
        told = (
            _label(row.table, language),
            row.origin.named(language),
            row.origin.sheet,
            "" if row.origin.row is None else str(row.origin.row),
            "\n".join(dict.fromkeys(_said(problem, language) for problem in row.problems)),
            "\n".join(dict.fromkeys(problem.remedy(language) for problem in row.problems)),
        )
        writer.writerow([harmless(cell) for cell in (*told, *(row.cells.get(header, "") for header in headers))])
    # A lone half of a surrogate pair has no UTF-8; it is told rather than lost.
    replace(path, text.getvalue().encode("utf-8-sig", errors="backslashreplace"))
    return path


def read_waiting(path: Path) -> tuple[Waiting, ...]:
    """The rows of such a file, apostrophes taken off again.

    Raises ``ValueError`` naming the file where it is not one, ``OSError`` where it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: {error}") from None
    ours = [[column.say(language) for column in _COLUMNS] for language in ("zh", "en")]
    if not lines or lines[0][: len(_COLUMNS)] not in ours:
        raise ValueError(f"{path}: not a file of waiting rows: its first line has other headers")
    headers = [original(cell) for cell in lines[0][len(_COLUMNS) :]]
    return tuple(_read(path, headers, line) for line in lines[1:])


def _place(row: Rejected) -> tuple[int, str, str, int]:
    """Table by table and row by row, as one goes through the file to mend it."""
    tables = list(schema().tables)
    table = tables.index(row.table) if row.table in tables else len(tables)
    return table, row.origin.file, row.origin.sheet, row.origin.row or 0


def _read(path: Path, headers: list[str], line: list[str]) -> Waiting:
    if len(line) != len(_COLUMNS) + len(headers):
        raise ValueError(f"{path}: a line of {len(line)} cells where the header has {len(_COLUMNS) + len(headers)}")
    table, file, sheet, row, what, remedy, *cells = map(original, line)
    filled = {header: cell for header, cell in zip(headers, cells, strict=True) if cell}
    return Waiting(table, Origin(file, sheet, int(row) if row.isdecimal() else None), what, remedy, filled)


def _said(problem: Problem, language: Language) -> str:
    """The message with its column, unless it names the column itself."""
    column, what = problem.label(language), problem.what(language)
    if not column or column in what:
        return what
    return f"{column}：{what}" if language == "zh" else f"{column}: {what}"


def _label(table: str, language: Language) -> str:
    known = schema().tables.get(table)
    return known.label.say(language) if known else table
