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


class Served(msgspec.Struct, frozen=True):
    """The children of a stage who live in a place, in one school year, and the school or schools that take them.

    ``schools`` are several where they admit together. ``km`` and ``minutes`` are of the way to the nearest of them,
    None where it is not known; ``travelled`` says whether the table of travel told it. ``before`` are the schools
    that the place has today (by ``zones``, else the nearest with the stage), ``before_km`` the way there. ``why`` are
    codes of what decided: ``nearest``, ``full`` (a nearer one is full), ``kept``, ``fixed``, ``in_one_piece``,
    ``closed``, ``feeder``, ``spread``, ``boarding``, ``stands_here`` (the place has this school);
    ``nearest`` names the nearest school where ``schools`` is another. Of catchments, ``entered`` are the children who
    entered since they are in force, in the forecast's pupils. A way is that to the nearest of the schools that teaches
    a child's grade, its mean over the grades.
    """

    place_id: str
    stage: str
    year: int
    children: float
    schools: tuple[str, ...]
    km: float | None
    minutes: float | None
    travelled: bool
    before: tuple[str, ...]
    before_km: float | None
    before_minutes: float | None
    why: tuple[str, ...]
    nearest: str = ""
    entered: float | None = None


class Seating(msgspec.Struct, frozen=True):
    """A school's stage in a school year: its seats after the moves, pupils after them and without them.

    Of catchments, ``pupils`` are those at school, where who was there before stays, and ``zoned`` all children of the
    stage who live in the catchment: what it must hold once every grade goes by it. ``source`` tells where the seats are
    from (``places``, ``classes``, or ``pupils``: the most it has had).
    """

    school_id: str
    stage: str
    year: int
    seats: float | None
    pupils: float
    pupils_before: float
    boarders: float = 0.0
    zoned: float | None = None
    source: str = ""


class WayMeasures(msgspec.Struct, frozen=True):
    """Children and their ways in one school year: ``km`` means are by child; None where no way is known."""

    year: int
    children: float
    mean_km: float | None
    worst_km: float | None
    worst_minutes: float | None
    too_far: float
    over_capacity: float
    schools: int


class VillageWay(msgspec.Struct, frozen=True):
    """The way of a place's children before and after a merger; ``boards`` where it is too far to go daily."""

    place_id: str
    children: float
    before_km: float | None
    after_km: float | None
    before_minutes: float | None
    after_minutes: float | None
    boards: bool


class Dossier(msgspec.Struct, frozen=True):
    """What the rules require of a proposed merger, or of a school that becomes a teaching point.

    ``mean_class_before`` and ``after`` are pupils a class, of the school and of the one that takes them in.
    ``conditions`` are codes of what must be met before it may be done (``consent``, ``boarding``, ``transport``,
    ``small_needed``).
    """

    school_id: str
    to_school: str
    year: int
    pupils: float
    villages: tuple[VillageWay, ...]
    beds_needed: float
    beds: float | None
    mean_class_before: float | None
    mean_class_after: float | None
    conditions: tuple[str, ...]


class PlacesAnswer(msgspec.Struct, frozen=True):
    """What a layout or a plan of catchments says besides its moves.

    ``before`` and ``after`` hold the measures of the same children, year by year, as things are and by the plan.
    ``lacking`` are seats that must be added where (and how many) when there is too little capacity: the smallest set.
    ``moved`` are children who change school. ``islands`` are places that touch no other and were joined to the
    nearest; ``unplaced`` places without coordinates, whose children go where they go today. ``boundaries`` tells
    where neighbourhood comes from: ``given`` polygons, ``drawn`` cells around points, ``partly`` drawn. ``areas``
    are the schools of each catchment, teaching points with them; ``next_to`` the pairs of neighbours by which areas
    hang together, ``links`` those of them that were made so that the map does; ``homes`` the places that each school's
    area may hang on. ``notes`` are codes of what was taken for granted, ``warnings`` codes of what a plan that was
    changed by hand breaks, each with the place or school.
    """

    stage: str
    served: tuple[Served, ...]
    seating: tuple[Seating, ...]
    before: tuple[WayMeasures, ...]
    after: tuple[WayMeasures, ...]
    moved: float
    lacking: tuple[tuple[str, float], ...] = ()
    dossiers: tuple[Dossier, ...] = ()
    islands: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    boundaries: str = "given"
    groups: tuple[tuple[str, ...], ...] = ()
    areas: tuple[tuple[str, ...], ...] = ()
    next_to: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    homes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """An answer of a planner. ``request`` is what was asked, as the planner's own record, made of the types of JSON.

    ``before`` is the county as it is in ``base_year``, ``after`` each year to ``until`` with the moves of that year.
    ``next_steps`` are the moves that a larger budget would buy next, where it was too small. ``places`` is there where
    the question was of layout or catchments.
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
    places: PlacesAnswer | None = None

    @property
    def cost(self) -> float:
        """Yuan of all moves."""
        return sum(move.cost for move in self.moves)
