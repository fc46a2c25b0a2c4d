"""From a sheet to rows: every cell read or refused, every row used, waiting, or named as left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

import msgspec

from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch, Rejected, Row, SheetRead
from jiaoheng.county.schema import Table
from jiaoheng.sources.cells import Parsed, parse
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.layout import Field, Layout, column_names, filled_cell, find_layout, is_filled, sheet_read
from jiaoheng.sources.text import as_text, is_total, narrow, shown

SHOWN = 60

_EXAMPLE = re.compile(r"(?:示例|example)(?:\s*[:,.。-]\s*|\s+|$)", re.IGNORECASE)
_NOTE = re.compile(r"备注|附注|说明|注释?\s*\d*\s*:|填表|填报|制表|审核|复核|(?:单位)?负责人|notes?\b", re.IGNORECASE)
_SAME_FOR_ALL = ("id", "text", "code", "codes", "year", "boolean")

Cells = tuple[object, ...]


def read_table(grid: Grid, table: Table) -> Batch:
    """The rows of one sheet as one table's rows, those that wait, and every problem with its place."""
    layout = find_layout(grid, table)
    if isinstance(layout, Problem):
        unread = SheetRead(grid.file, grid.sheet, table.name)
        return Batch({}, problems=(layout,), sheets=(unread,))
    readable = tuple(_Reader(field, {}) for field in layout.fields if not field.problem)
    unreadable = tuple(field for field in layout.fields if field.problem)
    names = column_names(grid, layout)
    torn = _torn(grid, layout)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    problems = list(layout.problems)
    for index, cells, left_out in _rows(grid, layout):
        if left_out:
            problems.append(left_out)
            continue
        origin = Origin(grid.file, grid.sheet, index + 1)
        if found := _width(grid, layout, index, origin):
            values: dict[str, object] = {}
        else:
            values, found = _read_row(cells, readable, origin, table)
        found += [_merged(table, field, origin) for field in torn.get(index, ())]
        problems += found
        broken = [field.problem for field in unreadable if field.problem and filled_cell(cells, field.index) != ""]
        if why := (*layout.missing, *broken, *found):
            rejected.append(Rejected(table.name, _written(_kept(cells, names), names), values, origin, why))
        else:
            rows.append(Row(values, origin, partial(_written, _kept(cells, names), names)))
    if not grid.complete:
        end = Origin(grid.file, grid.sheet, len(grid.rows))
        problems.append(Problem(code="file_end", table=table.name, origin=end))
    sheet = sheet_read(grid, layout, names)
    return Batch({table.name: tuple(rows)}, tuple(rejected), tuple(problems), sheets=(sheet,))


class _Reader(msgspec.Struct):
    """A column and what was read of it; most columns repeat a few values, and each is read once."""

    field: Field
    seen: dict[tuple[type, object], Parsed]


def _read_row(
    cells: Cells, readers: tuple[_Reader, ...], origin: Origin, table: Table
) -> tuple[dict[str, object], list[Problem]]:
    """Values by column name, None where missing or refused, and the problems of the refused cells."""
    values: dict[str, object] = {}
    problems = []
    for reader in readers:
        field = reader.field
        raw = cells[field.index] if field.index < len(cells) else ""
        key = (raw.__class__, raw)
        parsed = reader.seen.get(key)
        if parsed is None:
            parsed = reader.seen[key] = parse(field.column, raw, factor=field.factor)
        values[field.column.name] = parsed.value
        if parsed.problem:
            problems.append(
                Problem(
                    code=parsed.problem,
                    table=table.name,
                    column=field.column.name,
                    value=as_text(raw)[:SHOWN],
                    origin=origin,
                    details=parsed.details,
                )
            )
    return values, problems


def _rows(grid: Grid, layout: Layout) -> Iterator[tuple[int, Cells, Problem | None]]:
    """Position and cells of every row with something in it, and why it is left out if it is.

    Only the template's own example row passes without a word.
    """
    spread = _spread(grid, layout)
    table = layout.table
    keys = [field.index for field in layout.fields if field.column.name in table.key]
    named = [*keys, *(field.index for field in layout.fields if field.column.name == "name")]
    note = ""
    for index in range(layout.first, len(grid.rows)):
        cells = grid.rows[index]
        first = next((cell for cell in cells if cell != "" and is_filled(cell)), None)
        if first is None or index in grid.dropped:
            continue
        if index in spread:
            cells = _with(cells, spread[index])
        text = narrow(first) if isinstance(first, str) else ""
        origin = Origin(grid.file, grid.sheet, index + 1)
        if _EXAMPLE.match(text):
            if not _is_untouched_example(cells, layout):
                yield index, cells, Problem(code="row_example", table=table.name, origin=origin)
        elif total := _total(text, cells, named):
            yield index, cells, Problem(code="row_total", table=table.name, value=total, origin=origin)
        elif found := _note(text, cells, keys, note):
            note = found
            yield index, cells, Problem(code="row_note", table=table.name, value=note, origin=origin)
        else:
            yield index, cells, None


def _kept(cells: Cells, names: Mapping[int, str]) -> Cells:
    """The cells of the columns that may be kept: those of a personal column go no further."""
    return tuple(filled_cell(cells, index) for index in names)


def _written(kept: Cells, names: Mapping[int, str]) -> Mapping[str, str]:
    """These cells as they stand in the file, by header."""
    return {name: as_text(cell) for name, cell in zip(names.values(), kept, strict=True) if cell != ""}


def _is_untouched_example(cells: Cells, layout: Layout) -> bool:
    """Whether an example row still says what the template wrote into it, the unit of a header changed or not."""
    position = next(index for index, cell in enumerate(cells) if is_filled(cell))
    plain = _with(cells, {position: _EXAMPLE.sub("", shown(cells[position]), count=1)})
    return all(
        Parsed(field.column.example)
        in [parse(field.column, filled_cell(plain, field.index), factor=by) for by in (field.factor, 1)]
        for field in layout.fields
    )


def _total(first: str, cells: Cells, named: list[int]) -> str:
    """The word that makes a row one of totals, empty where none does."""
    for text in (first, *(filled_cell(cells, index) for index in named)):
        if isinstance(text, str) and is_total(text):
            return text.strip()
    return ""


def _note(first: str, cells: Cells, keys: list[int], before: str) -> str:
    """The word that begins a note under the table, or that began the one which this line goes on with.

    A row with its whole key and more is no note, whatever it begins with.
    """
    found = _NOTE.match(first)
    alone = sum(map(is_filled, cells)) == 1
    if found and (alone or any(filled_cell(cells, index) == "" for index in keys)):
        return found.group()
    return before if before and first and alone else ""


def _spread(grid: Grid, layout: Layout) -> Mapping[int, Mapping[int, object]]:
    """What the rows inside of a vertical merge share with its first one, by row and column."""
    types = {field.index: field.column.type for field in layout.fields}
    spread: dict[int, dict[int, object]] = {}
    for (top, left), (bottom, _) in grid.merged:
        if top >= layout.first and types.get(left) in _SAME_FOR_ALL:
            for row in range(top + 1, min(bottom + 1, len(grid.rows))):
                if (row, left) not in grid.mended:
                    spread.setdefault(row, {})[left] = filled_cell(grid.rows[top], left)
    return spread


def _torn(grid: Grid, layout: Layout) -> Mapping[int, list[Field]]:
    """By row, the columns in which one figure is merged over several rows."""
    figures = {field.index: field for field in layout.fields if field.column.type not in _SAME_FOR_ALL}
    torn: dict[int, list[Field]] = {}
    for (top, left), (bottom, _) in grid.merged:
        starts = layout.first <= top < min(bottom, len(grid.rows))
        if starts and left in figures and filled_cell(grid.rows[top], left) != "":
            for row in range(top, min(bottom + 1, len(grid.rows))):
                if (row, left) not in grid.mended:
                    torn.setdefault(row, []).append(figures[left])
    return torn


def _merged(table: Table, field: Field, origin: Origin) -> Problem:
    return Problem(code="cell_merged", table=table.name, column=field.column.name, origin=origin)


def _width(grid: Grid, layout: Layout, index: int, origin: Origin) -> list[Problem]:
    """In a text file, a row with more or fewer cells than headers has its figures in wrong columns."""
    cells, headers = len(grid.rows[index]), len(grid.rows[layout.header])
    if grid.sheet or cells == headers:
        return []
    details = {"cells": str(cells), "headers": str(headers)}
    return [Problem(code="row_width", table=layout.table.name, origin=origin, details=details)]


def _with(cells: Cells, changes: Mapping[int, object]) -> Cells:
    """Cells with some of them replaced."""
    longer = [*cells, *[""] * (max(changes) + 1 - len(cells))]
    for index, value in changes.items():
        longer[index] = value
    return tuple(longer)
