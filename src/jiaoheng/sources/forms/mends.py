"""Cells of a form set right, and rows set aside, after the file was read."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.language import Text
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.mending import Corrections
from jiaoheng.sources.overlooked import Place
from jiaoheng.sources.text import narrow

_LETTERS = re.compile(r"\s*([A-Za-z]{1,3})(?:\s|$)", re.ASCII)


def corrected(grid: Grid, corrections: Corrections) -> tuple[Grid, list[Problem]]:
    """A sheet with its corrections; a column is named by its letter, with or without its headers behind it."""
    here = corrections.of(grid)
    if not here.mends and not here.dropped:
        return grid, []
    rows = [list(row) for row in grid.rows]
    problems = []
    mended: set[Place] = set()
    for mend in here.mends:
        column = _column(mend.column)
        if not 1 <= mend.row <= len(rows) or column is None:
            reason = Text("没有这一行或这一列", "there is no such row or column")
            problems.append(
                Problem(
                    code="mend_lost",
                    column=mend.column,
                    value=mend.value,
                    origin=Origin(mend.file, mend.sheet, mend.row),
                    details=words.both(reason=reason),
                )
            )
            continue
        row = rows[mend.row - 1]
        row.extend([""] * (column + 1 - len(row)))
        row[column] = mend.value if narrow(mend.value) else ""
        mended.add((mend.row - 1, column))
    for drop in here.dropped:
        if 1 <= drop.row <= len(rows):
            rows[drop.row - 1] = [""] * len(rows[drop.row - 1])
        else:
            problems.append(Problem(code="drop_lost", origin=Origin(drop.file, drop.sheet, drop.row)))
    return msgspec.structs.replace(grid, rows=tuple(map(tuple, rows)), mended=frozenset(mended)), problems


def _column(name: str) -> int | None:
    found = _LETTERS.match(name)
    if not found:
        return None
    index = 0
    for letter in found.group(1).upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
