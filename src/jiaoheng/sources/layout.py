"""Where a sheet keeps its table: the row of headers, the columns and their units, the first row."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from jiaoheng.county import words
from jiaoheng.county.checks.privacy import personal_column
from jiaoheng.county.personal import is_personal_header
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Heading, SheetRead
from jiaoheng.county.schema import Column, Table, schema
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.headers import Named, accepted, factor, folded_name, known_units, recognise
from jiaoheng.sources.text import as_text, narrow

HEADER_SEARCHED = 15
FEWEST_COLUMNS = 2
FEWEST_NUMBERED = 5
_TENS = "十百千万亿"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_SHEET_UNIT = re.compile(r"(?<![报送制填管主])(?:计量|金额|面积)?单位:\s*([^)]+)")


class Field(msgspec.Struct, frozen=True):
    """A column of the sheet that holds a column of the table; ``problem`` where its cells cannot be read."""

    column: Column
    index: int
    header: str
    factor: float = 1.0
    problem: Problem | None = None


class Layout(msgspec.Struct, frozen=True):
    """How a sheet holds a table. Positions count from 0; ``problems`` are those of headers, not of rows;
    ``personal`` are columns of which nothing may be kept.

    ``missing`` are the problems of required columns that the sheet lacks: no row can be used without them.
    """

    table: Table
    header: int
    first: int
    fields: tuple[Field, ...]
    personal: frozenset[int] = frozenset()
    missing: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def find_layout(grid: Grid, table: Table) -> Layout | Problem:
    """How this sheet holds this table, or the problem that no row of headers is to be found."""
    header = _header_row(grid, table)
    if header is None:
        details = words.both(columns=words.named(column.label for column in table.columns if column.required))
        return Problem(code="header_missing", table=table.name, origin=Origin(grid.file, grid.sheet), details=details)
    origin = Origin(grid.file, grid.sheet, header + 1)
    first, units = _units_below(grid, header)
    stated = _stated_units(grid, header)
    fields: dict[str, Field] = {}
    others: list[str] = []
    personal: set[int] = set()
    problems: list[Problem] = []
    for index, cell in enumerate(grid.rows[header]):
        text = " ".join(as_text(cell).split())
        named = recognise(table, text) if text else None
        if named is None:
            if is_personal_header(text, table.name):
                personal.add(index)
                problems.append(personal_column(text, table.name, origin))
            elif text:
                others.append(text)
            continue
        if not named.unit and units.get(index):
            named = Named(named.column, units[index])
        field = _field(table, named, index, text, stated, origin)
        if earlier := fields.get(named.column.name):
            field = _twice(table, earlier, field, origin)
        fields[named.column.name] = field
    problems += (field.problem for field in fields.values() if field.problem)
    if others:
        names = "、".join(others)
        problems.append(Problem(code="columns_unknown", table=table.name, value=names, origin=origin))
    missing = tuple(
        Problem(code="column_missing", table=table.name, column=column.name, origin=origin)
        for column in table.columns
        if column.required and column.name not in fields
    )
    return Layout(table, header, first, tuple(fields.values()), frozenset(personal), missing, (*missing, *problems))


def count_columns(grid: Grid, table: Table) -> int:
    """How many columns of a table the sheet's best row of headers names."""
    rows = grid.rows[:HEADER_SEARCHED]
    return max((_matches(row, table) for row in rows), default=0)


def is_filled(cell: object) -> bool:
    """Whether a cell holds more than blanks."""
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())


def filled_cell(cells: tuple[object, ...], index: int) -> object:
    """A row's cell at a position; an empty string where it is blank or beyond the row's end."""
    return cells[index] if index < len(cells) and is_filled(cells[index]) else ""


def column_names(grid: Grid, layout: Layout) -> Mapping[int, str]:
    """A name for each column that may be kept: its header, or its number where it lies beyond the headers."""
    width = max(map(len, grid.rows[layout.header :]), default=0)
    headers = grid.rows[layout.header]
    names: dict[int, str] = {}
    for index in range(width):
        header = header_at(grid, layout, index)
        if index not in layout.personal and (header or index >= len(headers)):
            name = header or f"#{index + 1}"
            names[index] = name if name not in names.values() else f"{name} #{index + 1}"
    return names


def header_at(grid: Grid, layout: Layout, index: int) -> str:
    """A column's header as written, on one line."""
    return " ".join(as_text(filled_cell(grid.rows[layout.header], index)).split())


def column_letter(index: int) -> str:
    """How Excel names a column counted from 0: A, Z, AA."""
    return (column_letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def sheet_read(grid: Grid, layout: Layout, names: Mapping[int, str]) -> SheetRead:
    """Where the columns of a sheet that was read as a table stand, by these names."""
    columns = {field.index: field.column.name for field in layout.fields}
    headings = (Heading(column_letter(index), name, columns.get(index, "")) for index, name in names.items())
    return SheetRead(grid.file, grid.sheet, layout.table.name, layout.header + 1, tuple(headings))


def _header_row(grid: Grid, table: Table) -> int | None:
    """The first of those rows that name the most columns of the table."""
    counts = [_matches(row, table) for row in grid.rows[:HEADER_SEARCHED]]
    most = max(counts, default=0)
    return counts.index(most) if most >= FEWEST_COLUMNS else None


def _matches(row: tuple[object, ...], table: Table) -> int:
    named = (recognise(table, cell) for cell in row if isinstance(cell, str) and cell)
    return len({found.column.name for found in named if found})


def _units_below(grid: Grid, header: int) -> tuple[int, dict[int, str]]:
    """Where the rows begin after rows of units and of column numbers, and the units by position."""
    first, units = header + 1, {}
    while first < len(grid.rows):
        cells = {index: folded_name(as_text(cell)) for index, cell in enumerate(grid.rows[first]) if cell != ""}
        if cells and all(text in known_units() for text in cells.values()):
            units = {**cells}
        elif not _is_numbering(list(cells.values())):
            break
        first += 1
    return first, units


def _is_numbering(texts: list[str]) -> bool:
    """A row that only numbers the columns: 甲 乙 1 2 3, or 1 2 3 4 5."""
    stems = 0
    while stems < len(texts) and texts[stems] == _STEMS[stems : stems + 1]:
        stems += 1
    numbers = texts[stems:]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return numbers == counted and (stems > 0 or len(numbers) >= FEWEST_NUMBERED)


def _stated_units(grid: Grid, header: int) -> tuple[str, ...]:
    """Units stated for the whole sheet above the headers, as in 单位:万元、平方米."""
    text = " ".join(narrow(cell) for row in grid.rows[:header] for cell in row if isinstance(cell, str))
    return tuple(
        folded_name(unit)
        for found in _SHEET_UNIT.finditer(text)
        for unit in re.split(r"[、,;/\s和]+", found.group(1))
        if unit
    )


def _field(table: Table, named: Named, index: int, header: str, stated: tuple[str, ...], origin: Origin) -> Field:
    """A column with the factor of its unit, from its own header or from what is stated for the sheet."""
    column = named.column
    if not named.unit and stated and column.unit:
        known = {accepted(column)[unit] for unit in stated if unit in accepted(column)}
        alike = [unit for unit in stated if unit not in known_units() and unit.lstrip(_TENS) in accepted(column)]
        if alike or len(known) > 1:
            named = Named(column, "、".join(alike or stated))
        elif known:
            return Field(column, index, header, known.pop())
    multiplier = factor(named)
    if multiplier is not None:
        return Field(column, index, header, multiplier)
    units = "、".join(schema().units[column.unit].accepts) if column.unit else "无"
    problem = Problem(
        code="header_unit",
        table=table.name,
        column=column.name,
        value=header,
        origin=origin,
        details={"unit": named.unit, "units": units},
    )
    return Field(column, index, header, problem=problem)


def _twice(table: Table, one: Field, other: Field, origin: Origin) -> Field:
    headers = f"{one.header}、{other.header}"
    problem = Problem(code="header_twice", table=table.name, column=one.column.name, value=headers, origin=origin)
    return Field(one.column, one.index, headers, problem=problem)
