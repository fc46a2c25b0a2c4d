"""Rows on their way in: read from somewhere, not yet a county."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from jiaoheng.county.personal import is_personal_header, mask, scrub
from jiaoheng.county.problems import Origin, Problem

# Whom a row is about, in order: one that waits is found again by these, so they stay as they are in ``values``.
SUBJECTS = ("school_id", "subject_id", "place_id")


class Row(msgspec.Struct, frozen=True):
    """One row whose cells all parsed: values by column name (None where missing), and where it came from.

    ``as_written`` gives its cells as they stand in the file, by header, should the row have to wait after all.
    """

    values: Mapping[str, Any]
    origin: Origin = Origin()
    as_written: Callable[[], Mapping[str, str]] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self.values, self.origin) == (other.values, other.origin)


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
        cells = {
            header: mask(cell) if is_personal_header(header, self.table) else scrub(cell)
            for header, cell in self.cells.items()
        }
        values = {
            name: scrub(value) if isinstance(value, str) and name not in SUBJECTS else value
            for name, value in self.values.items()
        }
        msgspec.structs.force_setattr(self, "cells", cells)
        msgspec.structs.force_setattr(self, "values", values)


class Batch(msgspec.Struct, frozen=True):
    """What a source gives: good rows by table, rows that wait, every problem, boundaries if there are some.

    ``boundaries`` is a GeoJSON FeatureCollection whose features carry ``place_id`` in their properties.
    """

    rows: Mapping[str, tuple[Row, ...]]
    rejected: tuple[Rejected, ...] = ()
    problems: tuple[Problem, ...] = ()
    boundaries: Mapping[str, Any] | None = None
