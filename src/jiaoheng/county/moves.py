"""Moves: what a bureau can order, as changes of the county's tables. ``apply`` gives the county after them."""

from __future__ import annotations

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """The rule that asks for a move.

    ``rule``: ``threshold`` or ``floor`` of a check, which the stage is below, ``coefficient`` of a check, or
    ``class_size`` of a grade. ``short`` is what the figure's numerator lacked.
    """

    check: str
    stage: str
    rule: str
    short: float | None = None


class Move(msgspec.Struct, frozen=True):
    """One change that can be ordered, in the facts of school year ``year`` and after.

    ``kind`` is one of ``KINDS``; ``amount`` is in its unit. ``stage`` is empty where it concerns the whole school.
    ``begun`` is the school year in which it is ordered and paid. A transfer goes from ``school_id`` to ``to_school``;
    ``teachers`` are the numbers of those in the roster whom a move concerns, ``holds`` the figures of ``staff`` that
    each person counts in besides ``teachers``. ``cost`` is in yuan, ``km`` the way between the two schools.
    """

    kind: str
    year: int
    school_id: str
    amount: float
    stage: str = ""
    begun: int | None = None
    cost: float = 0.0
    to_school: str = ""
    grade: int | None = None
    teachers: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    km: float | None = None
    reasons: tuple[Reason, ...] = ()
