"""What a plan adds up to: by year, by kind, by school."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

from jiaoheng.county.moves import Move
from jiaoheng.plans.plan import Outlook, Plan

Key = TypeVar("Key")
MOVING = ("transfer",)
"""Kinds of move by which a person changes school."""


def cost_by(moves: Iterable[Move], key: Callable[[Move], Key]) -> dict[Key, float]:
    """Yuan by whatever ``key`` says of a move, in the order in which the keys come."""
    parts: dict[Key, list[float]] = {}
    for move in moves:
        parts.setdefault(key(move), []).append(move.cost)
    return {each: math.fsum(costs) for each, costs in parts.items()}


def year_paid(move: Move) -> int:
    """The school year in which a move is paid: when it is begun, or, where that is not told, when it counts."""
    return move.year if move.begun is None else move.begun


def school_of(move: Move) -> str:
    """The school that a move is for: that which receives the teachers of a transfer."""
    return move.to_school or move.school_id


def people_moved(moves: Iterable[Move]) -> int:
    """Persons who change school."""
    return sum(round(move.amount) for move in moves if move.kind in MOVING)


def passes(plan: Plan) -> bool:
    """Whether the county passes in the last year, by the assessment of the county after the moves."""
    return bool(plan.after) and plan.after[-1].verdict == "meets"


def last(plan: Plan) -> Outlook:
    """The assessment of the last year; of the county as it is where no plan was found."""
    return plan.after[-1] if plan.after else plan.before


def pupil_share(outlook: Outlook) -> float | None:
    """Per cent of pupils in passing schools; None where there are no pupils."""
    return 100 * outlook.passing_pupils / outlook.pupils if outlook.pupils else None
