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
    """What a cell must be: every part that is given holds, and of a list one is enough (of ``not``, none).

    With ``optional`` the file may lack the column, whose cells then count as blank.
    """

    is_: Scalar | tuple[Scalar, ...] = ()
    not_: Scalar | tuple[Scalar, ...] = ()
    starts_with: Names = ()
    ends_with: Names = ()
    contains: Names = ()
    contains_not: Names = ()
    blank: bool | None = None
    optional: bool = False


Where = Mapping[str, Condition]


class LeaveOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a file that are no data, such as totals at the foot, and why they are left out."""

    where: Where
    because: str | Text


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A foreign table: its file and sheet by name or pattern, and where its headers stand.

    ``names`` gives a column, under the name by which the mapping calls it, the other spellings of its header.
    ``recognise`` takes every sheet that has the headers needed. ``signs`` are columns that must be there (of a
    list, one of them) for the table to be what it is taken for, ``unless`` columns that must not; neither are read
    for that. ``persons``: a row is a person, of whom only the
    columns that the mapping names are read; ``same_person`` are columns that tell whether two rows are of one
    person, compared and forgotten. ``refuse`` are rows whose presence forbids to read anything.
    """

    file: str
    sheet: str = ""
    header_row: int | None = None
    header_rows: int = 1
    several: bool = False
    optional: bool = False
    fill_down: Names = ()
    leave_out: tuple[LeaveOut, ...] = ()
    names: Mapping[str, Names] = {}
    recognise: bool = False
    persons: bool = False
    same_person: Names = ()
    signs: tuple[Names, ...] = ()
    unless: Names = ()
    refuse: tuple[LeaveOut, ...] = ()

    def spellings(self, name: str) -> tuple[str, ...]:
        """A column's name in the mapping and its other spellings."""
        return (name, *listed(self.names.get(name, ())))


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """Find a value in another table: the ``value`` of the row whose ``key`` is the same.

    The other table is the foreign ``source``, or our own ``table`` as far as it is known. Of several columns of
    ``value`` the first that is filled counts. ``characters`` takes a part of the value, such as the town in a
    village's code. With ``separator`` a cell may list several keys, which must lead to one value.
    """

    key: Names
    value: Names
    source: str = ""
    table: str = ""
    characters: tuple[int, int] | None = None
    separator: str = ""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fixed value for rows that answer a description, or that of these rows it is ``missing``."""

    where: Where
    value: Scalar | None = None
    missing: bool = False


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"or_": "or"}):
    """Where one value comes from, and what is done to it, in the order of the fields below.

    Exactly one of ``column``, ``value``, ``template``, ``lookup``, ``given`` stands here, or ``cases`` alone; where
    the file has not the columns for it, the rule under ``or`` counts instead.
    """

    column: Names = ()
    value: Scalar | None = None
    template: str = ""
    lookup: str = ""
    given: Literal["", "year"] = ""
    or_: Rule | None = None

    by: Names = ()
    optional: bool = False
    cases: tuple[Case, ...] = ()
    missing: Scalar | tuple[Scalar, ...] = ()
    because: str | Text | None = None
    blank: Scalar | None = None
    like: Names = ()
    characters: tuple[int, int] | None = None
    cohorts: Mapping[str, int] = {}
    codes: str | Mapping[str, Scalar] = ""
    otherwise: Scalar | None = None
    unlisted: Literal["problem", "missing"] = "problem"
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


COUNTING = ("count", "distinct")
"""Ways that count rows: those where a column says yes, or the different values that it has."""


class Combine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How several rows with the same key become one, by column; a table translates sets ("311 + 342")."""

    default: Literal["agree", "first", "sum"] = "agree"
    order: Order | None = None
    columns: Mapping[str, Way] = {}

    def way(self, column: str) -> Way:
        """How this column is combined."""
        return self.columns.get(column, self.default)


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """Rows of one foreign table that go into one of our tables.

    With ``optional`` it is passed over where the file has not the columns that it needs, and with ``unless``
    where it has one of those.
    """

    into: str
    source: str
    where: Where = {}
    unpivot: Unpivot | None = None
    derive: Mapping[str, Rule] = {}
    columns: Mapping[str, Rule] = {}
    combine: Combine | None = None
    join: Literal["keep", "problem"] | None = None
    totals: tuple[Total, ...] = ()
    optional: bool = False
    unless: Names = ()

    def way(self, column: str) -> Way:
        """How values of this column are combined; ``agree`` where the feed combines nothing."""
        return self.combine.way(column) if self.combine else "agree"

    @property
    def counts(self) -> bool:
        """Whether its rows are counted, so that none of them is one of ours."""
        return any(self.way(name) in COUNTING for name in self.columns)


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
    title: str | Text
    sources: Mapping[str, Source]
    feeds: tuple[Feed, ...]
    attribution: str | Text = ""
    codes: Mapping[str, Mapping[str, Scalar]] = {}
    lookups: Mapping[str, Lookup] = {}
    boundaries: tuple[Boundaries, ...] = ()
