"""Building, buying and fitting: amounts added to the row of ``facilities`` that a school's figures come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from jiaoheng.county import words
from jiaoheng.county.moves.move import KINDS
from jiaoheng.county.moves.splitting import Row
from jiaoheng.county.moves.structure import Numbered
from jiaoheng.county.schema import schema

SHARING = ("primary", "junior", "senior")
"""Stages among which the assessment divides what is told of a whole school."""


def changed(rows: Iterable[Row], moves: Iterable[Numbered], stages: Mapping[str, set[str]]) -> list[Row]:
    """The rows of ``facilities`` of one year with the moves in force; ``stages`` are those of each school together
    with what counts with it.

    An unknown figure stays unknown, and so do those of a school without a row. Raises ``MoveError`` where a move says
    a stage, and the school's stages share what is told of the whole school, or the other way round.
    """
    found = [dict(row) for row in rows]
    own: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        own[row["school_id"]].append(row)
    for each in moves:
        move = each.move
        target = _row(each, own[move.school_id], stages.get(move.school_id, set()))
        if target is not None:
            for column, amount in KINDS[move.kind].adds.items():
                _add(target, column, amount * move.amount)
            if move.area is not None:
                _add(target, "teaching_area", move.area)
    return found


def _row(each: Numbered, rows: list[Row], stages: set[str]) -> Row | None:
    """The row that a move changes; None where none tells the figure."""
    wanted = each.move.stage
    for row in rows:
        if (row["stage"] or "") == wanted:
            return row
    if wanted:
        whole = next((row for row in rows if not row["stage"]), None)
        if whole is not None and (stages.intersection(SHARING) or stages) - {wanted}:
            raise each.refused("whole_school")
        return whole
    if len(rows) > 1:
        raise each.refused("by_stage", names=words.named([words.coded("stage", row["stage"]) for row in rows]))
    return rows[0] if rows else None


def _add(row: dict[str, Any], column: str, amount: float) -> None:
    if row[column] is not None:
        whole = schema().tables["facilities"].column(column).type == "integer"
        row[column] += int(amount) if whole else amount
