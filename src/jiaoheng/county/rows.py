"""Rows on their way in: read from somewhere, not yet a county."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from jiaoheng.county.county import Gap
from jiaoheng.county.personal import is_personal_header, mask, scrub
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.schema import Table, schema

# Whom a row is about, in order: one that waits is found again by these, so they stay as they are in ``values``.
SUBJECTS = ("school_id", "subject_id", "place_id")

# A problem of rows that the sender may not send. They change nothing, so that they leave no gap either.
REFUSAL = "another_school"

Key = tuple[Any, ...]
"""A row's key, column by column; ``msgspec.UNSET`` where a part of it could not be read."""


class Row(msgspec.Struct, frozen=True):
    """One row whose cells all parsed: values by column name (None where missing), and where it came from.

    ``as_written`` gives its cells as they stand in the file, by header, should the row have to wait after all.
    ``told`` are the columns that its source has at all, None for all of them: laid over an earlier row of its key,
    it leaves the others as they were. ``origins`` are those of columns that come from elsewhere than the row.
    """

    values: Mapping[str, Any]
    origin: Origin = Origin()
    as_written: Callable[[], Mapping[str, str]] | None = None
    told: frozenset[str] | None = None
    origins: Mapping[str, Origin] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self.values, self.origin) == (other.values, other.origin)

    def origin_of(self, column: str) -> Origin:
        """Where a column's value came from."""
        return self.origins.get(column, self.origin)

    def cells(self) -> Mapping[str, str]:
        """The cells as written; where the source keeps none, the values by column name."""
        if self.as_written:
            return self.as_written()
        return {name: str(value) for name, value in self.values.items() if value is not None}


class Rejected(msgspec.Struct, frozen=True):
    """A row that waits: its cells as they stood in the file, what could be read, and why.

    Personal values, told by their header or their shape, are masked however the row came to wait.
    """

    table: str
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    origin: Origin
    problems: tuple[Problem, ...]

    def __post_init__(self) -> None:
        cells = without_personal(self.table, self.cells)
        values = {
            name: scrub(value) if isinstance(value, str) and name not in SUBJECTS else value
            for name, value in self.values.items()
        }
        msgspec.structs.force_setattr(self, "cells", cells)
        msgspec.structs.force_setattr(self, "values", values)

    @property
    def refused(self) -> bool:
        """Whether the sender may not send this row at all, so that nothing waits for it."""
        return any(problem.code == REFUSAL for problem in self.problems)


def row_key(table: Table, values: Mapping[str, Any], problems: Iterable[Problem] = ()) -> Key:
    """The key of a row, given what could be read of it and its problems; a blank may be a part of a key."""
    refused = {problem.column for problem in problems if problem.value}
    return tuple(
        msgspec.UNSET if (value := values.get(name)) is None and (needed or name in refused) else value
        for name, needed in _key_columns(table.name)
    )


@cache
def _key_columns(table: str) -> tuple[tuple[str, bool], ...]:
    """The columns of a table's key, and whether each must be filled in."""
    columns = schema().tables[table]
    return tuple((name, columns.column(name).required) for name in columns.key)


def is_whole(key: Key) -> bool:
    """Whether all of a key could be read."""
    return msgspec.UNSET not in key


def key_text(key: Key) -> tuple[str, ...]:
    """A whole key as text, the way a gap keeps it."""
    return tuple("" if part is None else str(part) for part in key)


def subject_of(values: Mapping[str, Any]) -> str:
    """The school or place that a row is about; an empty string where it does not say."""
    return str(next((values[name] for name in SUBJECTS if values.get(name) is not None), ""))


def year_of(values: Mapping[str, Any]) -> int | None:
    """The school year of a row."""
    year = values.get("year")
    return year if isinstance(year, int) else None


def without_personal(table: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Cells by header with personal values masked, told by their header or their shape."""
    return {header: mask(cell) if is_personal_header(header, table) else scrub(cell) for header, cell in cells.items()}


class Heading(msgspec.Struct, frozen=True):
    """A column of a sheet: Excel's letter, the name under which rows keep its cells, our column if it is one.

    The name is the header as written; a second column of the same header has its number behind it.
    """

    letter: str
    header: str
    column: str = ""


class SheetRead(msgspec.Struct, frozen=True):
    """A sheet, or text file, that was read as a table; ``row`` is that of its headers, None where none was found."""

    file: str
    sheet: str
    table: str
    row: int | None = None
    headings: tuple[Heading, ...] = ()


class Batch(msgspec.Struct, frozen=True):
    """What a source gives: good rows by table, rows that wait, every problem, boundaries if there are some.

    ``boundaries`` is a GeoJSON FeatureCollection whose features carry ``place_id`` in their properties;
    ``sheets`` say where each column of the files stands. ``gaps`` are left from earlier facts.
    """

    rows: Mapping[str, tuple[Row, ...]]
    rejected: tuple[Rejected, ...] = ()
    problems: tuple[Problem, ...] = ()
    boundaries: Mapping[str, Any] | None = None
    sheets: tuple[SheetRead, ...] = ()
    gaps: tuple[Gap, ...] = ()
