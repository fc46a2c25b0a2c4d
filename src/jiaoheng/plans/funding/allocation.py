"""What the planner of public funds gives: who gets how much, and how each amount came about. All amounts are fen."""

from __future__ import annotations

from typing import Literal

import msgspec

from jiaoheng.language import Text
from jiaoheng.plans.funding.heads import Missing
from jiaoheng.plans.funding.rules import Confidence

Status = Literal["full", "short", "scaled", "unknown"]


class Quoted(msgspec.Struct, frozen=True):
    """A quota as it was used: fen a pupil and year; ``from_facts`` where it is the county's own in ``finance``."""

    stage: str
    fen: int
    source: Text
    confidence: Confidence
    from_facts: bool = False


class Part(msgspec.Struct, frozen=True):
    """What a stage of a school gets; None where what it depends on is not known.

    ``base`` is pupils × ``quota``; ``small`` what is added so that the school is funded as for its floor, ``counted``
    pupils of this stage; ``boarding`` boarders × supplement; ``special`` what pupils with disabilities have above the
    quota; ``tilt`` the stage's share of that; ``cut`` what was taken off where the total was too small and scaling
    was asked for. ``total`` = base + small + boarding + special + tilt − cut.
    """

    stage: str
    pupils: int | None
    quota: int
    counted: float | None
    base: int | None
    small: int | None
    boarders: int | None
    boarding: int | None
    disabled: int | None
    special: int | None
    tilt: int | None
    cut: int | None
    total: int | None


class Grant(msgspec.Struct, frozen=True):
    """What a school gets. ``floor`` is the number of pupils that it is funded for at least, where that holds.

    ``factor`` is its factor of the tilt, as text; ``guaranteed`` what the rules give it before any tilt or cut.
    """

    school_id: str
    name: str
    members: tuple[str, ...]
    group: str
    private: bool
    pupils: int | None
    floor: int | None
    factor: str
    parts: tuple[Part, ...]
    guaranteed: int | None
    tilt: int | None
    total: int | None


class Outside(msgspec.Struct, frozen=True):
    """Pupils of a stage for which the rules have no quota: nothing is allocated for them. None: not known."""

    stage: str
    schools: int
    pupils: int | None


class Broken(msgspec.Struct, frozen=True):
    """A rule that a scaled allocation breaks: ``granted`` fen where ``due`` fen are due, a pupil of the stage."""

    stage: str
    due: int
    granted: float


class Allocation(msgspec.Struct, frozen=True):
    """Public funds of a county in a school year.

    ``status``: ``full`` every school gets what the rules give it, and ``total`` is the sum of ``grants``; ``short``
    ``given`` is less than that by ``shortage``: the grants are what the rules ask for, and nothing is allocated
    (``total`` None); ``scaled`` all were cut to ``given`` on request, which breaks ``broken``; ``unknown`` not all
    facts are there (``missing``): amounts that depend on them are None, and no total is claimed.
    ``tilt_fund`` is what is divided by the tilt, ``tilt_short`` what is lacking of the fund that the rules state.
    ``private_left_out`` are private schools that get nothing by the rules.
    """

    county_code: str
    county: str
    snapshot: str
    year: int
    rules: Text
    quotas: tuple[Quoted, ...]
    boarding: int
    special: int | None
    status: Status
    given: int | None
    guaranteed: int | None
    tilt_fund: int | None
    tilt_short: int
    shortage: int
    total: int | None
    grants: tuple[Grant, ...]
    outside: tuple[Outside, ...]
    private_left_out: tuple[str, ...]
    missing: tuple[Missing, ...]
    broken: tuple[Broken, ...]

    def grant(self, school_id: str) -> Grant | None:
        """What a school gets, also where the code is of one of its campuses or points."""
        return next((each for each in self.grants if school_id in each.members), None)
