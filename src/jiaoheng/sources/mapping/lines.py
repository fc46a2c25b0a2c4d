"""Which line of a TOML file a key stands on, so that a slip is found where it was made."""

from __future__ import annotations

import re
from collections.abc import Mapping

TomlPath = tuple[str | int, ...]

_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_ARRAY = re.compile(rf"\s*\[\[\s*({_DOTTED})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_ENTRY = re.compile(rf"\s*({_DOTTED})\s*=")
_QUIET = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_LONG = ('"""', "'''")


def key_lines(text: str) -> Mapping[TomlPath, int]:
    """The line number of each table and key; keys inside a value of several lines go by its first line."""
    found: dict[TomlPath, int] = {}
    counts: dict[TomlPath, int] = {}
    table: TomlPath = ()
    depth, inside = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if depth == 0:
            if head := _ARRAY.match(line):
                parts = _parts(head.group(1))
                array = (*_resolve(parts[:-1], counts), parts[-1])
                counts[array] = counts.get(array, 0) + 1
                table = (*array, counts[array] - 1)
                found[table] = number
                continue
            if head := _TABLE.match(line):
                table = _resolve(_parts(head.group(1)), counts)
                found.setdefault(table, number)
                continue
            if entry := _ENTRY.match(line):
                keys = _parts(entry.group(1))
                for end in range(1, len(keys) + 1):
                    found.setdefault((*table, *keys[:end]), number)
        quiet = _QUIET.sub("", line)
        inside = next((quotes for quotes in _LONG if quotes in quiet), "")
        depth = max(0, depth + sum(map(quiet.count, "[{")) - sum(map(quiet.count, "]}")))
    return found


def line_of(path: TomlPath, found: Mapping[TomlPath, int]) -> int | None:
    """The line of a path, or of the nearest table or key above it."""
    return next((found[path[:end]] for end in range(len(path), 0, -1) if path[:end] in found), None)


def written(path: TomlPath) -> str:
    """A path as people write it: ``feeds[3].columns.year``, counting from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))


def _resolve(parts: tuple[str, ...], counts: Mapping[TomlPath, int]) -> TomlPath:
    """A table's name as a path; a part that is an array of tables means its last element so far."""
    path: TomlPath = ()
    for part in parts:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    return path
