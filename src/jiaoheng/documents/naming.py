"""Which of the names that are known stand in a text."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 4
"""Characters of a name that is looked for: a shorter one stands in many words."""


def mentioned(text: str, names: Iterable[str]) -> set[str]:
    """The names that stand in a text.

    One that stands only within longer ones, such as 城关镇中心小学 in 城关镇中心小学教学点, does not.
    """
    found = set()
    for name in sorted((name for name in names if len(name) >= SHORTEST), key=len, reverse=True):
        if name in text:
            found.add(name)
            text = text.replace(name, "\0")
    return found
