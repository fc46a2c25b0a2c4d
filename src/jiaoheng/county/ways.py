"""One thing told two ways: a stage as a whole or by its grades, a school's facilities as a whole or by stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county.differences import Difference, How, Side, Why
from jiaoheng.county.grades import is_stage, stage_of
from jiaoheng.county.precedence import Ranking
from jiaoheng.county.provenance import Place
from jiaoheng.county.rows import Key
from jiaoheng.county.saying import Said, Statements, resolved
from jiaoheng.county.schema import schema

TABLES = ("enrolment", "facilities")
_DECIDES = {"enrolment": "pupils", "facilities": ""}
_HOW: Mapping[str, How] = {"enrolment": "grades", "facilities": "stages"}

Unit = tuple[str, Any, Any, str]
"""What is told two ways: the table, school and year, and the stage of enrolment."""


class Way(msgspec.Struct, frozen=True):
    """A row of a unit: its place, its key, what is said and what holds of it, whether it tells the unit as a whole."""

    place: Place
    key: Key
    said: Statements
    used: Mapping[str, Said]
    whole: bool


class Choice(msgspec.Struct, frozen=True):
    """What of a unit gives way, and how the two differ."""

    lost: tuple[Way, ...] = ()
    differences: tuple[Difference, ...] = ()


def unit_of(table: str, key: Mapping[str, Any], kind: str, primary: int) -> Unit | None:
    """What a row of enrolment or facilities is a way to tell; None for another table's, or without a whole key."""
    school, year = key.get("school_id"), key.get("year")
    if table not in TABLES or school is None or year is None:
        return None
    if table == "facilities":
        return table, school, year, ""
    grade = key.get("grade")
    return None if grade is None else (table, school, year, stage_of(grade, kind, primary))


def ways_of(place: Place, key: Mapping[str, Any], said: Statements, ranking: Ranking) -> list[Way]:
    """The ways that a row is: one, or two where some sources tell a stage by it and others classes of several grades.

    Those, with 0 pupils, belong to the grades.
    """
    table, whole = place[0], place[0] == "facilities" and key.get("stage") is None
    if table == "facilities" or not is_stage(key["grade"]):
        return [_way(place, key, said, ranking, whole=whole)]
    mixed = {source: cells for source, cells in said.items() if "pupils" in cells and cells["pupils"].value == 0}
    others = {source: cells for source, cells in said.items() if cells and source not in mixed}
    found = [_way(place, key, others, ranking, whole=True)] if others else []
    return found + ([_way(place, key, mixed, ranking, whole=False)] if mixed else [])


def _way(place: Place, key: Mapping[str, Any], said: Statements, ranking: Ranking, *, whole: bool) -> Way:
    return Way(place, tuple(key.values()), said, resolved(said, ranking, place[0]), whole)


def choose(ways: Sequence[Way], ranking: Ranking) -> Choice:
    """Which way holds: the finer where it says the same, else that of the higher source.

    Both stay where one source tells both, for the checks.
    """
    wholes, parts = [way for way in ways if way.whole], sorted((way for way in ways if not way.whole), key=_place)
    if len(wholes) != 1 or not parts:
        return Choice()
    table = wholes[0].place[0]
    column = _DECIDES[table]
    grades = [way for way in parts if not _is_mixed(way)]
    ranks = [_rank(some, ranking, table, column) for some in (wholes, grades)]
    if grades and ranks[0] == ranks[1]:
        return Choice()
    whole, sums = wholes[0].used, _sums(table, parts, ranking)
    both = [name for name in sums if name in whole]
    same = bool(both) and all(sums[name].value == whole[name].value for name in both)
    parts_hold = bool(grades) and (same or ranks[1] < ranks[0])
    lost = wholes if parts_hold else parts
    found = tuple(_differences(wholes[0], parts, sums, ranking, parts_hold=parts_hold, same=same))
    return Choice(tuple(lost), found)


def _rank(ways: Iterable[Way], ranking: Ranking, table: str, column: str) -> int:
    """The rank of the source that tells the column that decides, or else any."""
    said = [each for way in ways for name, each in way.used.items() if name == column]
    said = said or [each for way in ways for each in way.used.values()]
    return min((ranking.rank(each.origin.source, table, column) for each in said), default=len(said))


def _place(way: Way) -> Place:
    return way.place


def _sums(table: str, parts: Sequence[Way], ranking: Ranking) -> dict[str, Said]:
    """The figures that every part tells, added up; a grade that sits in classes of several needs none of its own.

    A sum is the word of the highest source that tells a part of it.
    """
    found = {}
    several = any(_is_mixed(way) for way in parts)
    for column in schema().tables[table].columns:
        is_classes = column.name == "classes"
        cells = [way.used.get(column.name) for way in parts if is_classes or not _is_mixed(way)]
        known = [cell for cell in cells if cell is not None]
        is_whole = len(known) == len(cells) or (is_classes and several)
        if column.type in ("integer", "number") and known and is_whole:
            first = min(known, key=lambda each: ranking.rank(each.origin.source, table, column.name))
            found[column.name] = Said(sum(cell.value for cell in known), first.origin, first.date)
    return found


def _is_mixed(way: Way) -> bool:
    """Whether it tells the classes of several grades, whose pupils count in their own."""
    return way.place[0] == "enrolment" and is_stage(way.key[2])


def _differences(
    whole: Way, parts: Sequence[Way], sums: Mapping[str, Said], ranking: Ranking, *, parts_hold: bool, same: bool
) -> Iterator[Difference]:
    """Every figure of what gives way that what stays does not say as well."""
    table = whole.place[0]
    for name, said in whole.used.items():
        total = sums.get(name)
        added = Side(total.value, total.origin, total.date, _HOW[table]) if total else Side(None, how=_HOW[table])
        if parts_hold:
            others = _sides(whole, name, ranking, total.value if total else None)
            yield from _difference(table, whole.key, name, added, others, ranking, finer=same)
        elif total is not None and total.value != said.value:
            used = Side(said.value, said.origin, said.date)
            yield from _difference(table, whole.key, name, used, (added,), ranking)
    for way in parts if not parts_hold else ():
        for name in way.used:
            sides = _sides(way, name, ranking)
            if name not in sums or name not in whole.used or len(sides) > 1:
                held = whole.used.get(name) if way.place == whole.place else None
                used = Side(held.value, held.origin, held.date) if held else Side(None)
                yield from _difference(table, way.key, name, used, sides, ranking)


def _sides(way: Way, column: str, ranking: Ranking, unless: Any = None) -> tuple[Side, ...]:
    """What all sources say of a cell, the highest first; not what is the same as ``unless``."""
    cells = [cells[column] for cells in way.said.values() if column in cells and cells[column].value != unless]
    cells.sort(key=lambda each: ranking.rank(each.origin.source, way.place[0], column))
    found = {cell.value: Side(cell.value, cell.origin, cell.date) for cell in reversed(cells)}
    return tuple(reversed(found.values()))


def _difference(
    table: str,
    key: Key,
    column: str,
    used: Side,
    others: tuple[Side, ...],
    ranking: Ranking,
    *,
    finer: bool = False,
) -> Iterator[Difference]:
    why: Why = "finer" if finer else "order"
    if others:
        yield Difference(table, key, column, used, others, why, ranking.rule(table, _DECIDES[table]))
