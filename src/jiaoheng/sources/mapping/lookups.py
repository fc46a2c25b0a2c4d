"""Lookups: a value found in one foreign table for a row of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
        value = shown(line.cell(lookup.value))
        if lookup.characters:
            first, last = lookup.characters
            value = value[first - 1 : last] if len(value) >= last else ""
        if all(key) and value:
            found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def lookup_key(line: Line, names: tuple[str, ...]) -> tuple[str, ...]:
    """A row's key for a lookup, as it is compared."""
    return tuple(tidy(shown(line.cell(name))) for name in names)
