"""Names with holes: ``age{age}`` fits ``age6`` and gives age = 6; ``*`` matches anything, gives nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from jiaoheng.sources.text import tidy

_HOLE = re.compile(r"\{([^{}]*)\}")


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
