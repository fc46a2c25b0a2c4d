"""Sheets in memory, and the files that other libraries than the readers' make of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter
import xlwt

from forms.truth import Fact

Place = tuple[int, int]
"""Row and column, from one."""


@dataclass
class Cell:
    """A value, the part it plays in its form, and the facts that rest on it.

    ``role`` is one of ``title``, ``meta``, ``head``, ``numbering``, ``label``, ``code``, ``unit``, ``figure``,
    ``text``, ``noise`` and ``note``.
    """

    value: object
    role: str = "noise"
    facts: frozenset[Fact] = frozenset()


@dataclass
class Sheet:
    """A sheet; ``merges`` are top, left, bottom and right of a merged block whose value stands in its first cell."""

    name: str
    form: str = ""
    hidden: bool = False
    cells: dict[Place, Cell] = field(default_factory=dict, repr=False)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    def put(self, row: int, column: int, value: object, role: str, facts: Iterable[Fact] = ()) -> None:
        self.cells[row, column] = Cell(value, role, frozenset(facts))

    def value(self, row: int, column: int) -> object:
        cell = self.cells.get((row, column))
        return cell.value if cell else None

    def places(self, *roles: str) -> list[Place]:
        return sorted(place for place, cell in self.cells.items() if cell.role in roles)

    @property
    def facts(self) -> frozenset[Fact]:
        return frozenset().union(*(cell.facts for cell in self.cells.values()))

    @property
    def last(self) -> Place:
        """The last row and the last column that hold anything."""
        return max(row for row, _ in self.cells), max(column for _, column in self.cells)

    def of_row(self, row: int) -> frozenset[Fact]:
        """The facts that rest on a row."""
        return frozenset().union(*(cell.facts for (at, _), cell in self.cells.items() if at == row))

    def of_column(self, column: int) -> frozenset[Fact]:
        """The facts that rest on a column."""
        return frozenset().union(*(cell.facts for (_, at), cell in self.cells.items() if at == column))

    def swap_columns(self, one: int, other: int) -> None:
        """Let two columns that no merged block spans change places."""
        places = {one: other, other: one}
        self.cells = {(row, places.get(column, column)): cell for (row, column), cell in self.cells.items()}
        self.merges = [(t, places.get(a, a), b, places.get(z, z)) for t, a, b, z in self.merges]

    def swap_rows(self, one: int, other: int) -> None:
        """Let two rows that no merged block spans change places."""
        places = {one: other, other: one}
        self.cells = {(places.get(row, row), column): cell for (row, column), cell in self.cells.items()}

    def copy(self) -> Sheet:
        cells = {place: Cell(cell.value, cell.role, cell.facts) for place, cell in self.cells.items()}
        return Sheet(self.name, self.form, self.hidden, cells, list(self.merges))

    def open_rows(self, before: int, count: int = 1) -> None:
        """Insert blank rows, as Excel does: merged blocks that they cut grow."""
        self.cells = {(row + count * (row >= before), column): cell for (row, column), cell in self.cells.items()}
        self.merges = [
            (top + count * (top >= before), left, bottom + count * (bottom >= before), right)
            for top, left, bottom, right in self.merges
        ]

    def open_columns(self, before: int, count: int = 1) -> None:
        """Insert blank columns."""
        self._turn()
        self.open_rows(before, count)
        self._turn()

    def drop_rows(self, first: int, count: int = 1) -> None:
        """Delete rows, as Excel does: what is left of a merged block keeps its value."""
        gone = range(first, first + count)
        for top, left, bottom, _ in self.merges:
            if top in gone and bottom not in gone and (top, left) in self.cells:
                self.cells[first + count, left] = self.cells[top, left]
        kept = {place: cell for place, cell in self.cells.items() if place[0] not in gone}
        self.cells = {(row - count * (row >= first + count), column): cell for (row, column), cell in kept.items()}
        merges = []
        for top, left, bottom, right in self.merges:
            rows = [row - count * (row >= first + count) for row in range(top, bottom + 1) if row not in gone]
            if rows and (len(rows) > 1 or left < right):
                merges.append((rows[0], left, rows[-1], right))
        self.merges = merges

    def drop_columns(self, first: int, count: int = 1) -> None:
        """Delete columns."""
        self._turn()
        self.drop_rows(first, count)
        self._turn()

    def _turn(self) -> None:
        self.cells = {(column, row): cell for (row, column), cell in self.cells.items()}
        self.merges = [(left, top, right, bottom) for top, left, bottom, right in self.merges]


@dataclass
class Book:
    """A file's sheets; ``name`` is its name without the suffix."""

    name: str
    sheets: list[Sheet] = field(repr=False)

    def copy(self) -> Book:
        return Book(self.name, [sheet.copy() for sheet in self.sheets])

    def sheet(self, form: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.form == form)

    @property
    def facts(self) -> frozenset[Fact]:
        return frozenset().union(*(sheet.facts for sheet in self.sheets))


class Malformed(str):
    """A cell that no clerk typed: an error value such as #DIV/0!."""


def write_xlsx(path: Path, book: Book) -> Path:
    """Write the book; a date is written as one."""
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(path, options) as file:
        dates = file.add_format({"num_format": "yyyy-mm-dd"})
        plain = file.add_format()
        for sheet in book.sheets:
            made = file.add_worksheet(sheet.name)
            if sheet.hidden:
                made.hide()
            for top, left, bottom, right in sheet.merges:
                made.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
            for (row, column), cell in sheet.cells.items():
                _write_cell(made, row - 1, column - 1, cell.value, dates, plain)
    return path


def _write_cell(made: object, row: int, column: int, value: object, dates: object, plain: object) -> None:
    if isinstance(value, Malformed):
        made.write_formula(row, column, f"={value}", plain, value)
    elif isinstance(value, bool):
        made.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        made.write_number(row, column, value)
    elif isinstance(value, str):
        made.write_string(row, column, value)
    elif value is not None:
        made.write_datetime(row, column, value, dates)


def write_xls(path: Path, book: Book) -> Path:
    """Write the book in the format of Excel 97."""
    file = xlwt.Workbook()
    dates = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in book.sheets:
        made = file.add_sheet(sheet.name, cell_overwrite_ok=True)
        made.visibility = int(sheet.hidden)
        for top, left, bottom, right in sheet.merges:
            made.merge(top - 1, bottom - 1, left - 1, right - 1)
        for (row, column), cell in sheet.cells.items():
            value = cell.value
            if isinstance(value, Malformed):
                # A formula would have no result here, and so read as a blank.
                made.row(row - 1).set_cell_error(column - 1, str(value))
            elif isinstance(value, str | int | float):
                made.write(row - 1, column - 1, value)
            elif value is not None:
                made.write(row - 1, column - 1, value, dates)
    file.save(str(path))
    return path


def write(folder: Path, book: Book, suffix: str = ".xlsx") -> Path:
    """Write the book into a folder, in the format of the suffix."""
    writer = {".xlsx": write_xlsx, ".xls": write_xls}[suffix]
    return writer(folder / f"{book.name}{suffix}", book)
