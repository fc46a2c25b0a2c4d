"""Rows as they stand in the user's file, cell by cell: what a page shows beside a problem, to be set right there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch, Heading, without_personal


class WrittenCell(msgspec.Struct, frozen=True):
    """One cell: Excel's letter of its column, the header as written, our column if it is one, its text.

    ``letter`` is empty for rows that are no sheet's: read through a mapping, or in the county already.
    """

    letter: str
    header: str
    column: str
    text: str


class WrittenRow(msgspec.Struct, frozen=True):
    """One row: its table, its place and all its cells, blank ones too, in the order of the sheet.

    Personal values are masked.
    """

    table: str
    origin: Origin
    cells: tuple[WrittenCell, ...]

    def cell(self, problem: Problem) -> WrittenCell | None:
        """The cell that a problem is about; None for one of the whole row, or of a column the file has not."""
        if not problem.column:
            return None
        found = (cell for cell in self.cells if problem.column in (cell.column, cell.header))
        return next(found, None)


def written(batch: Batch, origins: Collection[Origin]) -> Mapping[tuple[str, Origin], WrittenRow]:
    """The rows of a batch at these places, good ones and those that wait, by table and place.

    Rows that no file brought have no place. Files of one name in a merged batch cannot be told apart.
    A problem's own row is ``written(batch, [problem.origin]).get((problem.table, problem.origin))``.
    """
    wanted = frozenset(origins)
    headings = {(sheet.file, sheet.sheet): sheet.headings for sheet in batch.sheets}
    found: dict[tuple[str, Origin], WrittenRow] = {}
    for table, rows in batch.rows.items():
        for row in rows:
            if row.origin.row is not None and row.origin in wanted:
                cells = without_personal(table, row.cells())
                found[table, row.origin] = _row(table, row.origin, cells, headings)
    for waiting in batch.rejected:
        if waiting.origin.row is not None and waiting.origin in wanted:
            found[waiting.table, waiting.origin] = _row(waiting.table, waiting.origin, waiting.cells, headings)
    return found


def _row(
    table: str,
    origin: Origin,
    cells: Mapping[str, str],
    headings: Mapping[tuple[str, str], tuple[Heading, ...]],
) -> WrittenRow:
    of = headings.get((origin.file, origin.sheet)) or tuple(Heading("", header) for header in cells)
    filled = (WrittenCell(each.letter, each.header, each.column, cells.get(each.header, "")) for each in of)
    return WrittenRow(table, origin, tuple(filled))
