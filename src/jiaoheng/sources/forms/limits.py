"""How big a sheet of a form may be: a form is a page, and one far beyond that would only hold up everybody."""

from __future__ import annotations

import msgspec

from jiaoheng.county.problems import Origin, Problem
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.layout import is_filled

MAX_SHEETS = 200
"""Sheets of forms in one workbook; a school has some forty of them."""
MAX_ROWS = 1_000
MAX_COLUMNS = 256
MAX_CELLS = 40_000
MAX_EXPORT_COLUMNS = 1_500
_MERGED_TIMES = 4


def trimmed(grid: Grid) -> Grid:
    """The sheet without the blank rows and columns behind its last cell, which Excel often keeps for their borders."""
    ends = [max((at + 1 for at, cell in enumerate(row) if is_filled(cell)), default=0) for row in grid.rows]
    width = max(ends, default=0)
    height = max((at + 1 for at, end in enumerate(ends) if end), default=0)
    if height == len(grid.rows) and width >= max(map(len, grid.rows), default=0):
        return grid
    return msgspec.structs.replace(grid, rows=tuple(row[:width] for row in grid.rows[:height]))


def is_too_big(grid: Grid, rows: int = MAX_ROWS, columns: int = MAX_COLUMNS, cells: int = MAX_CELLS) -> bool:
    """Whether a trimmed sheet is far bigger than a form, or has more merged ranges than it has room for."""
    height, width = len(grid.rows), max(map(len, grid.rows), default=0)
    if height > rows or width > columns or height * width > cells:
        return True
    area = 0
    for (top, left), (bottom, right) in grid.merged:
        area += max(min(bottom + 1, height) - top, 1) * max(min(right + 1, width) - left, 1)
    return area > _MERGED_TIMES * max(height * width, 1_000)


def too_big(grid: Grid, source: str) -> Problem:
    """The problem of a sheet that is too big to be the form that it is named by."""
    size = {"rows": str(len(grid.rows)), "columns": str(max(map(len, grid.rows), default=0))}
    return Problem(
        code="form_too_big", value=grid.sheet, origin=Origin(grid.file, grid.sheet, source=source), details=size
    )
