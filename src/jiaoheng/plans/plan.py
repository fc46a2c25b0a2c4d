"""What every planner gives: moves on the county's tables, a certificate, and what the assessment says after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from jiaoheng.county.moves import Move
from jiaoheng.findings.assessment import Verdict
from jiaoheng.measures.options import Options

Status = Literal["optimal", "feasible", "infeasible", "unfinished"]
Progress = Callable[[float, Mapping[str, Any]], None]
"""Told how far a planner is (0 to 1), with what is known: ``phase``, ``objective`` and ``bound`` where there are."""


class Limit(msgspec.Struct, frozen=True):
    """A limit that holds the plan back: ``used`` of ``amount``, and what one more unit of it would save.

    ``kind``: budget, posts, backbone_quota, hires, site, rooms, coefficient, threshold. ``price`` is in the objective's
    unit for one more unit of the limit, by the continuous relaxation; None where it was not worked out.
    """

    kind: str
    amount: float
    used: float
    unit: str
    year: int | None = None
    school_id: str = ""
    check: str = ""
    stage: str = ""
    price: float | None = None


class Relaxation(msgspec.Struct, frozen=True):
    """Part of the smallest loosening of the limits with which a plan exists: ``amount`` more than the limit allows.

    ``pupils`` is how many pupils fewer would do as well, where the limit is one of a school's place.
    """

    kind: str
    amount: float
    unit: str
    year: int | None = None
    school_id: str = ""
    check: str = ""
    stage: str = ""
    pupils: float | None = None


class Certificate(msgspec.Struct, frozen=True):
    """What is proven of a plan. ``objective`` and ``bound`` are in ``unit``; ``gap`` is between them, relative.

    ``status`` is optimal where the gap is within ``tolerance``, feasible where a plan is there and the proof is not
    finished, infeasible where it is proven that there is none, unfinished where neither was found in time.
    """

    status: Status
    sense: Literal["minimise", "maximise"]
    unit: str
    objective: float | None
    bound: float | None
    gap: float | None
    tolerance: float
    seconds: float
    solver: str
    binding: tuple[Limit, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()


class Even(msgspec.Struct, frozen=True):
    """A coefficient of a year, and its limit."""

    check: str
    stage: str
    value: float | None
    at_most: float | None
    status: Verdict


class Failing(msgspec.Struct, frozen=True):
    """A school's stage that does not pass (or cannot be told), and the checks that are below standard."""

    school_id: str
    stage: str
    verdict: Verdict
    below: tuple[str, ...]


class Outlook(msgspec.Struct, frozen=True):
    """What the assessment says of one school year: the county before or after the moves in force by then.

    ``verdict`` is that of the area that schools are judged by. ``sections`` are stages of schools; ``pupils`` those in
    all of them, ``passing_pupils`` those in the passing ones.
    """

    year: int
    verdict: Verdict
    sections: int
    passing: int
    pupils: float
    passing_pupils: float
    balance: tuple[Even, ...]
    failing: tuple[Failing, ...]


class Plan(msgspec.Struct, frozen=True):
    """An answer of a planner. ``request`` is what was asked, as the planner's own record, made of the types of JSON.

    ``before`` is the county as it is in ``base_year``, ``after`` each year to ``until`` with the moves of that year.
    ``next_steps`` are the moves that a larger budget would buy next, where it was too small.
    """

    planner: str
    county_code: str
    county: str
    snapshot: str
    standard: str
    options: Options
    base_year: int
    until: int
    request: Mapping[str, Any]
    moves: tuple[Move, ...]
    certificate: Certificate
    before: Outlook
    after: tuple[Outlook, ...]
    next_steps: tuple[Move, ...] = ()

    @property
    def cost(self) -> float:
        """Yuan of all moves."""
        return sum(move.cost for move in self.moves)
