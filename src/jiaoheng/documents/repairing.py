"""Text as it would stand without the damage of scans and web copies, and the way back to the text as it is.

Reading works on the repaired text; every record's place is given in the text as it was decoded.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

import msgspec


class Repaired(msgspec.Struct, frozen=True):
    """``text`` without damage; character ``i`` of it came from ``origins[i]`` of ``original``."""

    original: str
    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``, which must not be empty."""
        return self.origins[start], self.origins[end - 1] + 1

    def quote(self, start: int, end: int) -> str:
        """The original's own words for ``text[start:end]``."""
        first, last = self.span(start, end)
        return self.original[first:last]

    def at(self, place: int) -> int:
        """Where a place of the original stands in ``text``: at it, or at the next character that was kept."""
        return bisect_left(self.origins, place)


_BLANK = re.compile(r"[ \t\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]+")
_HALVES = {"，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "％": "%", "〜": "~", "～": "~"}


def repaired(original: str) -> Repaired:
    """The text with full-width letters, digits and marks in their half-width form and without stray blanks.

    Line breaks stay. A blank stays between words of letters, and between two figures.
    """
    characters: list[str] = []
    origins: list[int] = []
    place = 0
    while place < len(original):
        blank = _BLANK.match(original, place)
        if blank:
            before = original[place - 1] if place else "\n"
            after = original[blank.end()] if blank.end() < len(original) else "\n"
            if _parts(before) and _parts(after):
                characters.append(" ")
                origins.append(place)
            place = blank.end()
            continue
        characters.append(_narrow(original[place]))
        origins.append(place)
        place += 1
    return Repaired(original, "".join(characters), origins)


def _parts(character: str) -> bool:
    """Whether a blank beside this character may part two words or two figures."""
    return _narrow(character).isascii() and _narrow(character).isalnum()


def _narrow(character: str) -> str:
    if character in _HALVES:
        return _HALVES[character]
    if "\uff01" <= character <= "\uff5e":
        return unicodedata.normalize("NFKC", character)
    return character
