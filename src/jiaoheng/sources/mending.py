"""Cells set right and rows set aside after a file was read: the file stays as it is, its grid is read anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch
from jiaoheng.county.schema import Table
from jiaoheng.language import Text
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.layout import Layout, column_names, find_layout, header_at, is_filled
from jiaoheng.sources.overlooked import Place
from jiaoheng.sources.text import narrow

_LETTERS = re.compile(r"[A-Za-z]{1,3}", re.ASCII)


class Mend(msgspec.Struct, frozen=True):
    """One cell as it should read.

    ``row`` is the number that Excel shows, also for headers; ``sheet`` is empty for a CSV or Parquet file, whose
    rows count from the headers as row 1. ``column`` is the header as written (with its number behind it where
    several have it, as ``Heading`` tells) or, where no header is so called, the column's letter. ``value`` is
    what one would type; blank for a cell to be emptied.
    """

    file: str
    sheet: str
    row: int
    column: str
    value: str


class Dropped(msgspec.Struct, frozen=True):
    """One row that is not to be used: a mistake, a line of totals. It is neither admitted nor missed."""

    file: str
    sheet: str
    row: int


class Corrections(msgspec.Struct, frozen=True):
    """What a user set right in some files; of several mends of one cell the last holds."""

    mends: tuple[Mend, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def of(self, grid: Grid) -> Corrections:
        """Those of one sheet."""
        here = (grid.file, grid.sheet)
        return Corrections(
            tuple(mend for mend in self.mends if (mend.file, mend.sheet) == here),
            tuple(drop for drop in self.dropped if (drop.file, drop.sheet) == here),
        )


def corrected(grid: Grid, table: Table, corrections: Corrections) -> tuple[Grid, tuple[Problem, ...]]:
    """A sheet with its corrections, and a problem for each that fits no cell or row of it.

    A mended cell is text, read as what is typed into the sheet; but a code keeps its zeros, and nothing becomes
    a date.
    """
    here = corrections.of(grid)
    if not here.mends and not here.dropped:
        return grid, ()
    found = find_layout(grid, table)
    layout = found if isinstance(found, Layout) else None
    values, problems = _placed(grid, table, layout, here.mends)
    mended = _with(grid, values, len(grid.rows[layout.header]) if layout and not grid.sheet else None)
    anew = find_layout(mended, table)
    first = anew.first if isinstance(anew, Layout) else len(mended.rows)
    dropped = set()
    for drop in here.dropped:
        index = drop.row - 1
        if first <= index < len(mended.rows) and any(map(is_filled, grid.rows[index])):
            dropped.add(index)
        else:
            problems.append(_drop_lost(drop, table.name))
    return msgspec.structs.replace(mended, dropped=frozenset(dropped)), tuple(problems)


def lost(corrections: Corrections, batch: Batch) -> Iterator[Problem]:
    """A problem for each correction of a file or sheet that the batch was not read from."""
    there = {(sheet.file, sheet.sheet) for sheet in batch.sheets}
    for mend in corrections.mends:
        if (mend.file, mend.sheet) not in there:
            yield _mend_lost(mend, "", Text("没有读到这个文件或工作表", "no such file or sheet was read"))
    for drop in corrections.dropped:
        if (drop.file, drop.sheet) not in there:
            yield _drop_lost(drop, "")


def _placed(
    grid: Grid, table: Table, layout: Layout | None, mends: Iterable[Mend]
) -> tuple[dict[Place, str], list[Problem]]:
    """The new text of each mended cell, and the mends that fit none."""
    columns = _columns(grid, layout) if layout else {}
    width = max(map(len, grid.rows), default=0)
    values: dict[Place, str] = {}
    problems = []
    for mend in mends:
        index = columns.get(" ".join(mend.column.split()), _of_letter(mend.column))
        if not 1 <= mend.row <= len(grid.rows):
            reason = Text(f"表中只有 {len(grid.rows)} 行", f"the last row of the sheet is {len(grid.rows)}")
            problems.append(_mend_lost(mend, table.name, reason))
        elif index is None or index >= width:
            problems.append(_mend_lost(mend, table.name, Text("没有这一列", "there is no such column")))
        else:
            values[mend.row - 1, index] = mend.value if narrow(mend.value) else ""
    return values, problems


def _columns(grid: Grid, layout: Layout) -> Mapping[str, int]:
    """Where the column of each header stands in the file as it is."""
    personal = {header_at(grid, layout, index): index for index in layout.personal}
    return {**personal, **{name: index for index, name in column_names(grid, layout).items()}}


def _of_letter(letters: str) -> int | None:
    """The position of a column from 0, by Excel's letters for it."""
    if not _LETTERS.fullmatch(letters.strip()):
        return None
    index = 0
    for letter in letters.strip().upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _with(grid: Grid, values: Mapping[Place, str], headers: int | None) -> Grid:
    """The grid with other cells. In a text file of so many headers a cell too many is mended by emptying it."""
    rows = list(grid.rows)
    for row, column in sorted(values):
        cells = [*rows[row], *[""] * (column + 1 - len(rows[row]))]
        cells[column] = values[row, column]
        rows[row] = tuple(cells)
    for row in {row for row, _ in values} if headers is not None else ():
        while len(rows[row]) > (headers or 0) and (row, len(rows[row]) - 1) in values and rows[row][-1] == "":
            rows[row] = rows[row][:-1]
    return msgspec.structs.replace(grid, rows=tuple(rows), mended=frozenset(values))


def _mend_lost(mend: Mend, table: str, reason: Text) -> Problem:
    origin = Origin(mend.file, mend.sheet, mend.row)
    return Problem(
        code="mend_lost",
        table=table,
        column=mend.column,
        value=mend.value,
        origin=origin,
        details=words.both(reason=reason),
    )


def _drop_lost(drop: Dropped, table: str) -> Problem:
    return Problem(code="drop_lost", table=table, origin=Origin(drop.file, drop.sheet, drop.row))
