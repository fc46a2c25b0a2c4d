"""The lines of a page as they are drawn, and the gaps in them that are the borders of a table's columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

import msgspec

from jiaoheng.documents.files.lines import BETWEEN, is_narrow

_WIDE_GAP = 2.0
_GAP = 0.6
_NARROW_GAP = 0.12
"""Gaps between cells, in heights of the letters. Justified lines are stretched by less than the narrow one; a heading's
full blank (第一章　总则) is less than the wide one, which two cells alone must have between them."""
_NARROW = 0.5
_UNSURE = 0.05
"""How much a Latin letter or digit may be wider than half a height."""
_LONG_DASH = "\u2e3a"
_SAME_LINE = 0.4
INDENT = "\u3000"
"""What stands before a line that begins to the right of the page's margin, as the first line of a paragraph does."""
_LEAST_INDENT = 1.2
_AT_MARGIN = 0.3
_LONG = 15.0
"""Lines of so many characters tell where the margin is."""


class _Run(msgspec.Struct, frozen=True):
    """Letters drawn at one go: where they begin, and the height of the letters."""

    text: str
    x: float
    y: float
    height: float

    @property
    def width(self) -> float:
        """About how wide it is, rather too much than too little."""
        letters = sum(_NARROW + _UNSURE if letter < "\u2000" else 1.0 for letter in self.text if letter != " ")
        return (letters + self.text.count(_LONG_DASH)) * self.height


class Drawn:
    """Takes what is drawn on a page, run by run, as pypdf tells it; ``lines`` gives it back."""

    def __init__(self) -> None:
        self._lines: list[list[_Run]] = [[]]

    def take(self, text: str, outer: Sequence[float], inner: Sequence[float], _: Any, size: float) -> None:
        """A run of text with the matrices of the page and of the text; a break within it ends the line."""
        scale = math.hypot(inner[0], inner[1]) * math.hypot(outer[0], outer[1])
        x = outer[0] * inner[4] + outer[2] * inner[5] + outer[4]
        y = outer[1] * inner[4] + outer[3] * inner[5] + outer[5]
        for place, piece in enumerate(text.split("\n")):
            if place:
                self._lines.append([])
            if piece:
                self._lines[-1].append(_Run(piece, x, y, size * scale))

    def lines(self) -> list[str]:
        """The lines that are not empty, indented ones with ``INDENT``; `` | `` between columns beside one another.

        Lines that do not all have the same columns as those around them, as where a cell is wrapped, come as they
        are: a row that is cut in the wrong places would say something else.
        """
        drawn = [runs for runs in self._lines if any(run.text.strip() for run in runs)]
        lines: list[str] = []
        margin = _margin(drawn)
        for _, tables in groupby(drawn, key=_has_columns):
            group = list(tables)
            for runs, line in zip(group, _rows(group), strict=True):
                begins = margin is not None and _left(runs) - margin > _LEAST_INDENT * runs[0].height
                lines.append(INDENT + line if begins else line)
        return lines


def _left(runs: Sequence[_Run]) -> float:
    """Where a line begins."""
    return next((run.x for run in runs if run.text.strip()), 0.0)


def _margin(lines: Sequence[Sequence[_Run]]) -> float | None:
    """Where the lines of running text begin: the leftmost place that two long ones share; None where none do."""
    long = [runs for runs in lines if sum(len(run.text) for run in runs) >= _LONG]
    starts = sorted(map(_left, long))
    height = max((run.height for runs in long for run in runs), default=0.0)
    for one, other in pairwise(starts):
        if other - one <= _AT_MARGIN * height:
            return one
    return None


def _has_columns(runs: Sequence[_Run]) -> bool:
    """Whether a line may be a row; a heading has one gap that is not wide."""
    return len(_cells(runs, _GAP)) > 2 or len(_cells(runs, _WIDE_GAP)) > 1


def _rows(lines: Sequence[Sequence[_Run]]) -> list[str]:
    """Neighbouring lines with gaps as rows of one table, where they agree on its columns."""
    for gap, least in ((_GAP, 3), (_NARROW_GAP, 3), (_WIDE_GAP, 2)):
        cells = [_cells(runs, gap) for runs in lines]
        columns = {len(found) for found in cells}
        if len(lines) > 1 and len(columns) == 1 and columns.pop() >= least:
            return [BETWEEN.join(found) for found in cells]
    return ["".join(run.text for run in runs).strip() for runs in lines]


def _cells(runs: Sequence[_Run], gap: float) -> list[str]:
    """The texts of a line between its gaps."""
    cells = [""]
    before: _Run | None = None
    for run in runs:
        if before is not None and run.text.strip() and _between(before, run) > gap:
            cells.append("")
        cells[-1] += run.text
        before = run if run.text.strip() else before
    return [text for text in (cell.strip() for cell in cells) if text]


def _between(before: _Run, after: _Run) -> float:
    """The gap between two runs in heights of the letters; none between lines, and less between words of letters."""
    height = min(before.height, after.height)
    if height <= 0 or abs(before.y - after.y) > _SAME_LINE * height:
        return 0.0
    gap = (after.x - before.x - before.width) / height
    parted = is_narrow(before.text.rstrip()[-1]) and is_narrow(after.text.lstrip()[0])
    return gap - _NARROW if parted else gap
