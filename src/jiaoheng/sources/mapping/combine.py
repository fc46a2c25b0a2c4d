"""Several foreign rows of one thing become one row, in the way that the mapping declares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Table
from jiaoheng.sources.mapping.conditions import same
from jiaoheng.sources.mapping.foreign import Taken
from jiaoheng.sources.mapping.needs import behind
from jiaoheng.sources.mapping.spec import Combine, Feed, Order, Scalar, Spec


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
    for position, row in enumerate(taken):
        key = row_key(table, row.values)
        groups.setdefault(position if key is None else key, []).append(row)
    results: list[Taken] = []
    problems: list[Problem] = []
    for rows in groups.values():
        made, warnings = _one(feed, feed.combine, table, rows, spec)
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


def _one(feed: Feed, how: Combine, table: Table, rows: list[Taken], spec: Spec) -> tuple[list[Taken], list[Problem]]:
    if bad := [row for row in rows if row.problems]:
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
        if len(known) <= 1 and way != "sum":
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
    return [Taken(rows[0].line, values)], warnings


def waiting(feed: Feed, table: Table, row: Taken, because_of: Taken) -> Taken:
    """A good row that waits for another row of the same key."""
    other = because_of.line.origin
    problem = row.line.problem(
        "mapping_group_waits", feed.into, "", key_text(table, row.values), row=str(other.row), file=other.file
    )
    return msgspec.structs.replace(row, problems=(problem,))


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
        " + ".join(map(str, known)),
        key=key_text(table, rows[0].values),
        rows=", ".join(str(row.line.origin.row) for row in rows),
    )
