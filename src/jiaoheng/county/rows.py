"""Rows on their way in: read from somewhere, not yet a county."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jiaoheng.county.problems import Origin, Problem


class Row(msgspec.Struct, frozen=True):
    """One row whose cells all parsed: values by column name (None where missing), and where it came from."""

    values: Mapping[str, Any]
    origin: Origin = Origin()


class Rejected(msgspec.Struct, frozen=True):
    """A row that waits: its cells as they stood in the file (personal values masked), what could be read, and why."""

    table: str
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    origin: Origin
    problems: tuple[Problem, ...]


class Batch(msgspec.Struct, frozen=True):
    """What a source gives: good rows by table, rows that wait, every problem, and boundaries where there are some.

    ``boundaries`` is a GeoJSON FeatureCollection whose features carry ``place_id`` in their properties.
    """

    rows: Mapping[str, tuple[Row, ...]]
    rejected: tuple[Rejected, ...] = ()
    problems: tuple[Problem, ...] = ()
    boundaries: Mapping[str, Any] | None = None
