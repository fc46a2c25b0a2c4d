"""Lookups: a value found in one foreign table, or in ours, for a row of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jiaoheng.county import Origin
from jiaoheng.sources.mapping.foreign import Line
from jiaoheng.sources.mapping.spec import Lookup, listed
from jiaoheng.sources.text import shown, tidy

# What a key leads to: every different value, since a key that leads to two must not be used.
Index = Mapping[tuple[str, ...], tuple[str, ...]]


def index(lookup: Lookup, lines: Iterable[Line]) -> Index:
    """The values of a lookup by key; rows without key or value, or with too short a one, do not count."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for line in lines:
        key = lookup_key(line, listed(lookup.key))
        value = next(filter(None, (shown(line.cell(name)) for name in listed(lookup.value))), "")
        if lookup.characters:
            first, last = lookup.characters
            value = value[first - 1 : last] if len(value) >= last else ""
        if all(key) and value:
            found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def our_lines(rows: Iterable[Mapping[str, Any]]) -> Iterable[Line]:
    """Rows of a table of ours, for a lookup in it."""
    for row in rows:
        yield Line(Origin(), {}, {}).plus({name: value for name, value in row.items() if value is not None})


def lookup_keys(lookup: Lookup, line: Line, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A row's keys for a lookup: one, or each of those that its one cell lists."""
    if not lookup.separator or len(names) > 1:
        return (lookup_key(line, names),)
    parts = shown(line.cell(names[0])).split(lookup.separator)
    return tuple((tidy(part),) for part in parts if tidy(part)) or (("",),)


def lookup_key(line: Line, names: tuple[str, ...]) -> tuple[str, ...]:
    """A row's key for a lookup, as it is compared."""
    return tuple(tidy(shown(line.cell(name))) for name in names)
