"""Which line of a TOML file a key stands on, so that a slip is found where it was made."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

TomlPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r"\"\"\"(?:\\.|[^\\])*?\"\"\"+|'''.*?'''+|\"(?:\\.|[^\"\\])*\"|'[^']*'|(?P<comment>#[^\n]*)"
    r"|[\[\]{}=,.\n]|[^\s\[\]{}=,.#\"']+",
    re.DOTALL,
)
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<at>[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")

_Tokens = deque[tuple[str, int]]


def key_lines(text: str) -> Mapping[TomlPath, int]:
    """The line number of each table, key and element of a list in a valid TOML text."""
    found: dict[TomlPath, int] = {}
    last: dict[TomlPath, int] = {}
    table: TomlPath = ()
    tokens = deque(_tokens(text))
    while tokens:
        token, line = tokens[0]
        if token == "\n":
            tokens.popleft()
        elif token == "[":
            tokens.popleft()
            is_array = tokens[0][0] == "["
            parts = _keys(tokens, "]")
            if is_array:
                tokens.popleft()
                array = (*_resolved(parts[:-1], last), parts[-1])
                last[array] = last.get(array, -1) + 1
                table = (*array, last[array])
            else:
                table = _resolved(parts, last)
            _note(table, line, found)
        else:
            _entry(tokens, table, found)
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


def refusal(message: str) -> tuple[str, TomlPath]:
    """What msgspec refused, and the path that its message ends with: ``… - at `$.items[0].unit```."""
    found = _PLACE.fullmatch(message)
    what, at = (found["what"], found["at"] or "") if found else (message, "")
    return what, tuple(int(index) if index else key for key, index in _STEP.findall(at))


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Strings, marks and words with their lines; comments are left out."""
    line, before = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", before, found.start())
        before = found.start()
        if found["comment"] is None:
            yield found.group(), line


def _keys(tokens: _Tokens, end: str) -> tuple[str, ...]:
    """The parts of a dotted key up to the mark that ends it."""
    parts = []
    while (token := tokens.popleft()[0]) != end:
        if token not in ("[", "."):
            parts.append(token.strip("\"'"))
    return tuple(parts)


def _entry(tokens: _Tokens, above: TomlPath, found: dict[TomlPath, int]) -> None:
    """One ``key = value``."""
    line = tokens[0][1]
    path = (*above, *_keys(tokens, "="))
    _note(path, line, found)
    _value(tokens, path, found)


def _note(path: TomlPath, line: int, found: dict[TomlPath, int]) -> None:
    """A path and what it lies in, unless they stood on an earlier line."""
    for end in range(1, len(path) + 1):
        found.setdefault(path[:end], line)


def _value(tokens: _Tokens, path: TomlPath, found: dict[TomlPath, int]) -> None:
    token, _ = tokens.popleft()
    if token not in ("[", "{"):
        # A number or date may be of several words.
        while tokens and tokens[0][0] not in (",", "\n", "]", "}"):
            tokens.popleft()
        return
    place = 0
    while tokens[0][0] not in ("]", "}"):
        following, line = tokens[0]
        if following in (",", "\n"):
            place += following == ","
            tokens.popleft()
        elif token == "{":
            _entry(tokens, path, found)
        else:
            found[*path, place] = line
            _value(tokens, (*path, place), found)
    tokens.popleft()


def _resolved(parts: tuple[str, ...], last: Mapping[TomlPath, int]) -> TomlPath:
    """A table's name as a path; a part that is an array of tables means its last element so far."""
    path: TomlPath = ()
    for part in parts:
        path = (*path, part)
        if path in last:
            path = (*path, last[path])
    return path
