"""What a mapping file may say, as frozen values; ``docs/mapping.md`` explains every key with an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from jiaoheng.language import Text

Scalar = str | int | float | bool
Names = str | tuple[str, ...]


def listed(names: Names) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else names


def several(values: Scalar | tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """One value or several, as a tuple."""
    return values if isinstance(values, tuple) else (values,)


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is", "not_": "not"}):
    """What a cell must be: every part that is given holds, and of a list one is enough (of ``not``, none)."""

    is_: Scalar | tuple[Scalar, ...] = ()
    not_: Scalar | tuple[Scalar, ...] = ()
    starts_with: Names = ()
    ends_with: Names = ()
    contains: Names = ()
    contains_not: Names = ()
    blank: bool | None = None


Where = Mapping[str, Condition]


class LeaveOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a file that are no data, such as totals at the foot, and why they are left out."""

    where: Where
    because: str | Text


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A foreign table: its file and sheet by name or pattern, and where its headers stand."""

    file: str
    sheet: str = ""
    header_row: int | None = None
    header_rows: int = 1
    several: bool = False
    optional: bool = False
    fill_down: Names = ()
    leave_out: tuple[LeaveOut, ...] = ()


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """Find a value in another table: in ``source``, the ``value`` of the row whose ``key`` is the same.

    ``characters`` takes a part of the value, such as the town in a village's code.
    """

    source: str
    key: Names
    value: str
    characters: tuple[int, int] | None = None


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fixed value for rows that answer a description."""

    where: Where
    value: Scalar


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one value comes from, and what is done to it, in the order of the fields below.

    Exactly one of ``column``, ``value``, ``template``, ``lookup`` is given, or ``cases`` alone.
    """

    column: Names = ()
    value: Scalar | None = None
    template: str = ""
    lookup: str = ""

    by: Names = ()
    optional: bool = False
    cases: tuple[Case, ...] = ()
    missing: Scalar | tuple[Scalar, ...] = ()
    because: str | Text | None = None
    characters: tuple[int, int] | None = None
    codes: str | Mapping[str, Scalar] = ""
    otherwise: Scalar | None = None
    unit: str = ""
    factor: float | None = None
    add: float | None = None


class Unpivot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns that become rows: each {name} of the pattern ``headers``, and ``value``, become columns."""

    headers: str
    value: str
    only: Mapping[str, str | tuple[str | int, ...]] = {}
    blank: Literal["keep", "skip"] = "keep"


class Total(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that must be the sum of its parts: those in ``parts``, or the columns being unpivoted."""

    column: str
    parts: Names = ()
    zero_fills: bool = False


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of several rows speaks first: the one whose ``column`` comes first in ``values``."""

    column: str
    values: tuple[str, ...]


Way = str | Mapping[str, Scalar]


class Combine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How several rows with the same key become one, by column; a table translates sets ("311 + 342")."""

    default: Literal["agree", "first", "sum"] = "agree"
    order: Order | None = None
    columns: Mapping[str, Way] = {}

    def way(self, column: str) -> Way:
        """How this column is combined."""
        return self.columns.get(column, self.default)


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """Rows of one foreign table that go into one of our tables."""

    into: str
    source: str
    where: Where = {}
    unpivot: Unpivot | None = None
    derive: Mapping[str, Rule] = {}
    columns: Mapping[str, Rule] = {}
    combine: Combine | None = None
    join: Literal["keep", "problem"] | None = None
    totals: tuple[Total, ...] = ()


class Boundaries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GeoJSON file of polygons: the properties with place code and name, and the level of its places."""

    file: str
    level: str
    place_id: str
    name: str
    several: bool = False
    optional: bool = False


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file."""

    format: Literal[1]
    title: str
    sources: Mapping[str, Source]
    feeds: tuple[Feed, ...]
    attribution: str = ""
    codes: Mapping[str, Mapping[str, Scalar]] = {}
    lookups: Mapping[str, Lookup] = {}
    boundaries: tuple[Boundaries, ...] = ()
