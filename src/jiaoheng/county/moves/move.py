"""What a move is, and the kinds that there are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from jiaoheng import typed
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

FOLDER = Path(__file__).parent


class Reason(msgspec.Struct, frozen=True):
    """The rule that asks for a move.

    ``rule``: ``threshold`` or ``floor`` of a check, which the stage is below, ``coefficient`` of a check, or
    ``class_size`` of a grade. ``short`` is what the figure's numerator lacked.
    """

    check: str
    stage: str
    rule: str
    short: float | None = None


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place for a new school: what its row of ``schools`` will say; ``most`` are its seats at most."""

    school_id: str
    name: str
    kind: str
    place_id: str
    lon: float | None = None
    lat: float | None = None
    setting: str = ""
    most: int = 0
    cost: float | None = None


class Move(msgspec.Struct, frozen=True):
    """One change that can be ordered, in the facts of school year ``year`` and after.

    ``kind`` is one of ``KINDS``; ``amount`` is in its unit. ``stage`` is empty where it concerns the whole school.
    ``begun`` is the school year in which it is ordered and paid. A transfer goes from ``school_id`` to ``to_school``;
    ``teachers`` are the numbers of those in the roster whom a move concerns, ``holds`` the figures of ``staff`` that
    each person counts in besides ``teachers``. ``cost`` is in yuan, ``km`` the way between the two schools.
    ``place_id`` is the place whose children a ``zone`` gives to ``school_id`` (from ``from_school``, where it had
    another). ``site`` is what an ``open`` adds to the schools. A ``merge`` closes ``school_id`` from ``year`` on and
    leads to ``to_school``; so do ``to_point`` and ``to_branch``, which make it part of ``to_school``. ``grade`` is that
    of added classes, or the highest that stays at a teaching point. ``area`` is m² of teaching rooms that come with
    seats, None where that is not known.
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
    place_id: str = ""
    from_school: str = ""
    site: Site | None = None
    area: float | None = None


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of move: one unit of it adds ``adds`` to columns of the rows of ``table`` that it concerns.

    ``unit`` is the schema's; ``counted``: it comes in whole units. ``persons``: it concerns persons, of one stage.
    What ``transfer`` adds to the school that it leads to, it takes from the one that it leaves. ``leads``: it names
    ``to_school``; ``graded``: it names a grade. The kinds of the tables ``schools`` and ``zones`` add nothing: they
    change which schools there are and whom they take (``reshaping``), and their amounts say how many children that is.
    """

    label: Text
    unit: str
    table: str
    adds: Mapping[str, int]
    note: Text
    counted: bool = False
    persons: bool = False
    leads: bool = False
    graded: bool = False

    @property
    def unit_label(self) -> Text:
        """The unit as it follows a figure."""
        return schema().units[self.unit].label


def _kinds() -> Mapping[str, Kind]:
    """The kinds of ``moves.toml``; raises ``ValueError`` where they name what the schema does not have."""
    with (FOLDER / "moves.toml").open("rb") as file:
        kinds = typed.convert(tomllib.load(file), dict[str, Kind])
    for name, kind in kinds.items():
        known = {column.name for column in schema().tables[kind.table].columns}
        if unknown := kind.adds.keys() - known:
            raise ValueError(f"moves.toml: {name}: {kind.table} has no column {sorted(unknown)}")
        if kind.unit not in schema().units:
            raise ValueError(f"moves.toml: {name}: no unit {kind.unit!r}")
    return kinds


KINDS = _kinds()
"""The kinds of move by name, in the order in which they are shown."""
