"""Several foreign rows of one thing become one row, or are counted, in the way that the mapping declares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column, Table
from jiaoheng.sources.mapping.conditions import same
from jiaoheng.sources.mapping.foreign import Taken
from jiaoheng.sources.mapping.needs import behind
from jiaoheng.sources.mapping.spec import COUNTING, Combine, Feed, Order, Scalar, Spec, Way
from jiaoheng.sources.text import tidy

ROWS_TOLD = 20


class Combined(msgspec.Struct, frozen=True):
    """Rows with every key once, rows that wait among them, and warnings."""

    taken: tuple[Taken, ...]
    problems: tuple[Problem, ...] = ()


def combine(feed: Feed, table: Table, taken: Sequence[Taken], spec: Spec) -> Combined:
    """The rows of a feed, those with the same key made one.

    Where one row of a key has a problem, all of them wait: a sum or a kind made of the others would be wrong.
    """
    if feed.combine is None:
        return Combined(tuple(taken))
    groups: dict[object, list[Taken]] = {}
    adds = feed.counts or any(feed.way(name) == "sum" for name in feed.columns)
    unplaced = [row for row in taken if adds and row.problems and row_key(table, row.values) is None]
    for position, row in enumerate(taken):
        key = row_key(table, row.values)
        groups.setdefault(position if key is None else key, []).append(row)
    results: list[Taken] = []
    problems: list[Problem] = []
    for rows in groups.values():
        about = [row for row in unplaced if row is not rows[0] and _may_mean(row, rows[0], table)]
        made, warnings = _one(feed, feed.combine, table, rows, spec, about)
        results += made
        problems += warnings
    return Combined(tuple(results), tuple(problems))


def row_key(table: Table, values: Mapping[str, object]) -> tuple[object, ...] | None:
    """The key of a row of ours; None where a part of it is unknown that may not be blank."""
    if any(values.get(name) is None for name in table.key if table.column(name).required):
        return None
    return tuple(values.get(name) for name in table.key)


def key_text(table: Table, values: Mapping[str, object]) -> str:
    """A key as it reads in a message."""
    return " / ".join(str(values[name]) for name in table.key if values.get(name) is not None)


def counted(column: Column, way: Way) -> Column:
    """The column as which the values are read that are counted for it: yes or no, or texts to be told apart."""
    if way not in COUNTING:
        return column
    kind: Literal["boolean", "text"] = "boolean" if way == "count" else "text"
    return msgspec.structs.replace(column, type=kind, required=False, unit="", codes="", minimum=None, maximum=None)


def _may_mean(row: Taken, other: Taken, table: Table) -> bool:
    """Whether a row whose key is known in part may belong to the group of another."""
    known = {name: row.values[name] for name in table.key if row.values.get(name) is not None}
    return table.key[0] in known and all(other.values.get(name) == value for name, value in known.items())


def _one(
    feed: Feed, how: Combine, table: Table, rows: list[Taken], spec: Spec, about: list[Taken]
) -> tuple[list[Taken], list[Problem]]:
    """One row of those with the same key; ``about`` are rows that may belong to them and cannot be read."""
    bad = [row for row in rows if row.problems]
    if feed.counts and (bad or about):
        good = [row for row in rows if not row.problems]
        return [*bad, *(_count_waits(feed, table, good, (bad or about)[0]) if good else ())], []
    if bad or about:
        bad = bad or about
        return [row if row.problems else waiting(feed, table, row, bad[0]) for row in rows], []
    if len(rows) > 1 and how.order is not None:
        order = how.order
        if strangers := [row for row in rows if _rank(order, row) is None]:
            return _all_wait(rows, _stranger(feed, order, strangers[0])), []
        rows = sorted(rows, key=lambda row: _rank(order, row) or 0)
    values: dict[str, object] = {}
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for name in feed.columns:
        found = [row.values[name] for row in rows]
        known = list(dict.fromkeys(value for value in found if value is not None))
        way = how.way(name)
        header = behind(feed.columns[name], spec, rows[0].line) or name
        if way in COUNTING:
            values[name] = _count(found, way)
            if None in found and known:
                blank = [row for row, value in zip(rows, found, strict=True) if value is None]
                warnings.append(_told(feed, table, "mapping_sum_incomplete", header, blank, []))
        elif len(known) <= 1 and way != "sum":
            values[name] = known[0] if known else None
        elif name in table.key or way == "first":
            values[name] = known[0]
        elif way == "sum":
            values[name] = _sum(found)
            if len(rows) > 1 and None in found and known:
                warnings.append(_told(feed, table, "mapping_sum_incomplete", header, rows, known))
        elif way == "agree":
            errors.append(_told(feed, table, "mapping_disagree", header, rows, known))
        else:
            values[name] = _translated(way, known)
            if values[name] is None:
                errors.append(_told(feed, table, "mapping_combination", header, rows, known))
    if errors:
        return _all_wait(rows, *errors), []
    return [Taken(rows[0].line, values, counted=feed.counts)], warnings


def waiting(feed: Feed, table: Table, row: Taken, because_of: Taken) -> Taken:
    """A good row that waits for another row of the same key."""
    other = because_of.line.origin
    problem = row.line.problem(
        "mapping_group_waits", feed.into, "", key_text(table, row.values), row=str(other.row), file=other.file
    )
    return msgspec.structs.replace(row, problems=(problem,))


def _count_waits(feed: Feed, table: Table, good: list[Taken], because_of: Taken) -> list[Taken]:
    """One row for all of a group whose count waits for a row that cannot be read."""
    other = because_of.line.origin
    details = {"rows": str(len(good)), "row": str(other.row), "file": other.file}
    key = {name: good[0].values.get(name) for name in table.key}
    problem = good[0].line.problem("mapping_count_waits", feed.into, "", key_text(table, key), **details)
    return [msgspec.structs.replace(good[0], values=key, problems=(problem,), warnings=())]


def _count(found: list[object], way: Way) -> int | None:
    """How many rows say yes, or how many different values there are; None where a row says nothing."""
    if None in found:
        return None
    if way == "count":
        return sum(value is True for value in found)
    return len({tidy(str(value)) for value in found})


def _all_wait(rows: list[Taken], *errors: Problem) -> list[Taken]:
    return [msgspec.structs.replace(row, problems=errors) for row in rows]


def _rank(order: Order, row: Taken) -> int | None:
    cell = row.line.cell(order.column)
    return next((rank for rank, value in enumerate(order.values) if same(value, cell)), None)


def _stranger(feed: Feed, order: Order, row: Taken) -> Problem:
    cell = row.line.cell(order.column)
    return row.line.problem("mapping_code", feed.into, order.column, cell, known="、".join(order.values))


def _sum(values: list[object]) -> int | float | None:
    figures = [value for value in values if isinstance(value, (int, float))]
    if len(figures) < len(values):
        return None
    return math.fsum(figures) if any(isinstance(figure, float) for figure in figures) else int(sum(figures))


def _translated(way: str | Mapping[str, Scalar], known: list[object]) -> Scalar | None:
    """The value that a set of values stands for: "311 + 342" in any order."""
    if isinstance(way, str):
        return None
    wanted = frozenset(map(str, known))
    return next(
        (value for sets, value in way.items() if frozenset(part.strip() for part in sets.split("+")) == wanted),
        None,
    )


def _told(feed: Feed, table: Table, code: str, header: str, rows: list[Taken], known: list[object]) -> Problem:
    return rows[0].line.problem(
        code,
        feed.into,
        header,
        "" if feed.counts else " + ".join(map(str, known)),
        key=key_text(table, rows[0].values),
        rows=_numbers(rows),
    )


def _numbers(rows: list[Taken]) -> str:
    """The numbers of rows, the first of them where there are many."""
    numbers = [str(row.line.origin.row) for row in rows]
    return ", ".join(numbers[:ROWS_TOLD]) + (" …" if len(numbers) > ROWS_TOLD else "")
