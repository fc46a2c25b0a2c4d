"""Names with holes: ``age{age}`` fits ``age6`` and gives age = 6; ``*`` matches anything, gives nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from jiaoheng.sources.text import tidy

_HOLE = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"\s*(\d+)\s*-\s*(\d+)\s*")
MAX_RANGE = 1000


@cache
def holes(pattern: str) -> tuple[str, ...]:
    """The names in braces, in order.

    Raises ``ValueError`` for a brace without partner, an empty name, or a name used twice.
    """
    names = tuple(_HOLE.findall(pattern))
    rest = _HOLE.sub("", pattern)
    if "{" in rest or "}" in rest or not all(name.strip() for name in names) or len(set(names)) != len(names):
        raise ValueError(pattern)
    return names


def match(pattern: str, text: str) -> Mapping[str, str] | None:
    """What the holes of a pattern hold in a text; None where the text is not of that form."""
    found = _compiled(pattern).fullmatch(tidy(text))
    if found is None:
        return None
    return dict(zip(holes(pattern), found.groups(), strict=True))


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with its holes filled."""
    return _HOLE.sub(lambda hole: values[hole.group(1)], pattern)


def is_like(form: str, text: str) -> bool:
    """Whether a text has a form, in which ``#`` stands for a digit and ``*`` for anything."""
    parts = (".*" if sign == "*" else r"\d" if sign == "#" else re.escape(sign) for sign in tidy(form))
    return bool(re.fullmatch("".join(parts), tidy(text), re.ASCII | re.DOTALL))


def only_values(listed_values: str | tuple[str | int, ...]) -> tuple[str, ...]:
    """What a hole may hold: a list, or a range written "0-17".

    Raises ``ValueError`` where a text is no range.
    """
    if not isinstance(listed_values, str):
        return tuple(map(str, listed_values))
    found = _RANGE.fullmatch(listed_values)
    if not found or not 0 <= int(found[2]) - int(found[1]) < MAX_RANGE:
        raise ValueError(listed_values)
    return tuple(str(value) for value in range(int(found[1]), int(found[2]) + 1))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for piece in re.split(r"(\{[^{}]*\}|\*)", pattern):
        if piece == "*":
            parts.append(".*")
        elif piece.startswith("{"):
            parts.append("(.+?)")
        else:
            parts.append(re.escape(tidy(piece)))
    return re.compile("".join(parts), re.DOTALL)
