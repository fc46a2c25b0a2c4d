"""Two states of a county compared: every row and cell that differs, and what that means for schools and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec
import pyarrow as pa

from jiaoheng.county.checks.facts import School, schools
from jiaoheng.county.county import County
from jiaoheng.county.figures import Figure, figures
from jiaoheng.county.rows import Key
from jiaoheng.county.schema import Table, schema

Move = Literal["opened", "gone", "closed", "reopened", "renamed", "joined", "parted"]


class Change(msgspec.Struct, frozen=True):
    """One cell of a row that both have; None where nothing is known. ``school`` is whom the row is about, if any."""

    table: str
    key: Key
    column: str
    old: Any
    new: Any
    school: str = ""


class TableChange(msgspec.Struct, frozen=True):
    """The rows of a table that came and went, by key, and the cells that changed; ``schools`` are those concerned."""

    table: str
    added: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()
    changed: tuple[Change, ...] = ()
    schools: frozenset[str] = frozenset()


class SchoolMove(msgspec.Struct, frozen=True):
    """What happened to a school as such.

    It was entered (``opened``) or is listed no more (``gone``); was given a last year of teaching (``closed``) or
    lost it (``reopened``); has another name; came under another school as a campus or teaching point (``joined``)
    or left one (``parted``). ``old`` and ``new`` are names, years, or codes of the school above it.
    """

    move: Move
    school: str
    old: str = ""
    new: str = ""


class Comparison(msgspec.Struct, frozen=True):
    """What differs between two states of a county.

    ``tables`` holds only those that differ, in the schema's order. ``figures`` are all totals of the years compared,
    changed or not. ``names`` are of all schools of both, the later name first. ``waiting`` counts the rows that
    wait, ``years`` are the school years with enrolment, then and now.
    """

    before: str
    after: str
    tables: tuple[TableChange, ...]
    moves: tuple[SchoolMove, ...]
    figures: tuple[Figure, ...]
    names: Mapping[str, str]
    waiting: tuple[int, int]
    years: tuple[tuple[int, ...], tuple[int, ...]]
    boundaries: bool
    gaps: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all differs."""
        return not (self.tables or self.boundaries or self.gaps)


def compare(before: County, after: County) -> Comparison:
    """What changed from one state of a county to another, whatever the order of rows."""
    tables = (_table(table, before[name], after[name]) for name, table in schema().tables.items())
    return Comparison(
        before=before.snapshot,
        after=after.snapshot,
        tables=tuple(change for change in tables if change is not None),
        moves=tuple(sorted(_moves(schools(before), schools(after)), key=_place)),
        figures=figures(before, after),
        names={**before.school_names(), **after.school_names()},
        waiting=(sum(gap.rows for gap in before.gaps), sum(gap.rows for gap in after.gaps)),
        years=(before.years, after.years),
        boundaries=before.boundaries != after.boundaries,
        gaps=set(before.gaps) != set(after.gaps),
    )


def _table(table: Table, before: pa.Table, after: pa.Table) -> TableChange | None:
    """What differs in one table, None where nothing does; of rows with one key, each counts."""
    if before.equals(after):
        return None
    old, new = Counter(_rows(table, before)), Counter(_rows(table, after))
    gone, come = _by_key(table, old - new), _by_key(table, new - old)
    added: list[Key] = []
    removed: list[Key] = []
    changed: list[Change] = []
    concerned: set[str] = set()
    for key in sorted(gone.keys() | come.keys(), key=order):
        was, now = gone.get(key, []), come.get(key, [])
        concerned |= {school for row in (*was, *now) if (school := _school(table, row))}
        if len(was) == len(now) == 1:
            changed += _changes(table, key, was[0], now[0])
        else:
            removed += [key] * len(was)
            added += [key] * len(now)
    if not (added or removed or changed):
        return None
    return TableChange(table.name, tuple(added), tuple(removed), tuple(changed), frozenset(concerned))


def _rows(table: Table, facts: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(facts[column.name].to_pylist() for column in table.columns), strict=True)


def _by_key(table: Table, rows: Counter[tuple[Any, ...]]) -> dict[Key, list[tuple[Any, ...]]]:
    names = [column.name for column in table.columns]
    places = [names.index(name) for name in table.key]
    found: dict[Key, list[tuple[Any, ...]]] = {}
    for row in rows.elements():
        found.setdefault(tuple(row[place] for place in places), []).append(row)
    return found


def _changes(table: Table, key: Key, was: tuple[Any, ...], now: tuple[Any, ...]) -> Iterator[Change]:
    school = _school(table, now) or _school(table, was)
    for column, old, new in zip(table.columns, was, now, strict=True):
        if old != new:
            yield Change(table.name, key, column.name, old, new, school)


def _school(table: Table, row: tuple[Any, ...]) -> str:
    """The school, or other subject, of a row; an empty string where the table has none."""
    found = (
        value for column, value in zip(table.columns, row, strict=True) if column.name in ("school_id", "subject_id")
    )
    return str(next(found, None) or "")


def order(key: Key) -> tuple[tuple[bool, Any], ...]:
    """For sorting keys: blanks first, the rest by value."""
    return tuple((part is not None, part if part is not None else "") for part in key)


def _moves(before: Mapping[str, School], after: Mapping[str, School]) -> Iterator[SchoolMove]:
    for code in before.keys() | after.keys():
        was, now = before.get(code), after.get(code)
        if was is None or now is None:
            yield SchoolMove("opened" if was is None else "gone", code)
            continue
        if was.name != now.name:
            yield SchoolMove("renamed", code, was.name, now.name)
        if was.open_to != now.open_to:
            closed: Move = "reopened" if now.open_to is None else "closed"
            yield SchoolMove(closed, code, _said(was.open_to), _said(now.open_to))
        if was.parent != now.parent:
            yield SchoolMove("parted" if now.parent is None else "joined", code, _said(was.parent), _said(now.parent))


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _place(move: SchoolMove) -> tuple[int, str]:
    moves: Iterable[Move] = ("opened", "gone", "closed", "reopened", "joined", "parted", "renamed")
    return tuple(moves).index(move.move), move.school
