"""Several returns that are to be taken in together: rows of which two of them say different things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county.county import County
from jiaoheng.county.returns import Territory, own_part
from jiaoheng.county.rows import Batch, Key, is_whole, row_key
from jiaoheng.county.schema import Table, schema


class Conflict(msgspec.Struct, frozen=True):
    """A row that two returns tell differently; ``first`` and ``second`` are their positions in what was given.

    ``column`` is the first that differs, empty where the number of rows does; ``key`` is the row's.
    """

    table: str
    key: Key
    column: str
    first: int
    second: int


def conflicts(base: County | None, returns: Sequence[tuple[str, Sequence[Batch]]]) -> tuple[Conflict, ...]:
    """The rows that two schools' own returns tell differently: of each the school's code and its batches in order.

    Rows that are not the school's to send count for nothing here, as ``merged_returns`` refuses them.
    """
    own = [_own(base, school, batches) for school, batches in returns]
    return tuple(conflict for table in schema().tables.values() for conflict in _of(table, own))


def _own(base: County | None, school: str, batches: Sequence[Batch]) -> list[Batch]:
    territory = Territory(base, batches, school)
    return [own_part(batch, territory, lambda _table, _key: None)[0] for batch in batches]


def _of(table: Table, returns: Sequence[Sequence[Batch]]) -> Iterator[Conflict]:
    said: dict[Key, tuple[int, list[Mapping[str, Any]]]] = {}
    for place, batches in enumerate(returns):
        for key, rows in _said(table, batches).items():
            first, others = said.setdefault(key, (place, rows))
            if first != place and (columns := _differing(table, others, rows)):
                yield Conflict(table.name, key, columns[0], first, place)


def _said(table: Table, batches: Sequence[Batch]) -> dict[Key, list[Mapping[str, Any]]]:
    """What a return says of each row; of several batches the last word."""
    said: dict[Key, list[Mapping[str, Any]]] = {}
    for batch in batches:
        told: dict[Key, list[Mapping[str, Any]]] = {}
        for row in batch.rows.get(table.name, ()):
            key = row_key(table, row.values)
            if is_whole(key):
                told.setdefault(_place(table, key), []).append(row.values)
        said |= told
    return said


def _place(table: Table, key: Key) -> Key:
    """What two returns may not both tell: facilities are told for a school's year as a whole or by stages."""
    return key[:2] if table.name == "facilities" else key


def _differing(table: Table, one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns in which the rows differ, by the order in which they are told; one empty for their number."""
    if len(one) != len(other):
        return [""]
    names = [column.name for column in table.columns]
    pairs = list(zip(one, other, strict=True))
    return [name for name in names if any(a.get(name) != b.get(name) for a, b in pairs)]
