"""Text as it would stand without the damage of scans and web copies, and the way back to the text as it is.

Reading works on the repaired text; every record's place is given in the text as it was decoded.
"""

from __future__ import annotations

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
