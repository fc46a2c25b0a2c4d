"""Feeds into tables: each feed's rows in turn, some joined to rows that are already there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from jiaoheng.county import Origin, Rejected, Row
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.sources.mapping.combine import combine, key_text, row_key, waiting
from jiaoheng.sources.mapping.foreign import Sheet, Taken
from jiaoheng.sources.mapping.lookups import Index
from jiaoheng.sources.mapping.needs import behind
from jiaoheng.sources.mapping.spec import Feed, Spec
from jiaoheng.sources.mapping.take import take
from jiaoheng.sources.mapping.translate import Translator


class Assembled(msgspec.Struct, frozen=True):
    """Rows by table, rows that wait, every problem, and the foreign rows that some feed used."""

    rows: Mapping[str, tuple[Row, ...]]
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]
    used: frozenset[Origin]


def assemble(
    spec: Spec,
    sheets: Mapping[str, tuple[Sheet, ...]],
    lookups: Mapping[str, Index],
    given: Mapping[str, str | int],
) -> Assembled:
    """Carry out every feed of a mapping in the order in which they stand.

    ``given`` is what the files do not say and whoever imports them does, such as the school year.
    """
    rows: dict[str, list[Taken]] = {}
    bad: list[tuple[Feed, Taken]] = []
    problems: list[Problem] = []
    used: frozenset[Origin] = frozenset()
    for feed in spec.feeds:
        table = schema().tables[feed.into]
        harvest = take(feed, sheets[feed.source], Translator(spec, lookups, feed.into, given))
        combined = combine(feed, table, harvest.taken, spec)
        told = {problem.origin for problem in problems if problem.code == "mapping_given"}
        problems += (each for each in harvest.problems if each.code != "mapping_given" or each.origin not in told)
        problems += combined.problems
        used |= harvest.used
        there = rows.setdefault(feed.into, [])
        waits = [row for other, row in bad if other.into == feed.into]
        new = _joined(feed, spec, there, waits, combined.taken) if feed.join else combined.taken
        there += (row for row in new if not row.problems)
        bad += ((feed, row) for row in new if row.problems)
    problems += (problem for _, row in bad for problem in row.problems)
    return Assembled(
        {
            into: tuple(Row(row.values, row.line.origin, _cells(into, row)) for row in taken)
            for into, taken in rows.items()
        },
        tuple({_place(feed, row): _rejected(feed, spec, row) for feed, row in bad}.values()),
        # Rows that wait together share one problem, and two feeds meet the same bad cell; it is told once.
        tuple({_same(problem): problem for problem in problems}.values()),
        used,
    )


def _same(problem: Problem) -> tuple[object, ...]:
    """What makes two problems the same: kind, place, value and words."""
    details = tuple(problem.details.items())
    return (problem.code, problem.table, problem.column, problem.value, problem.origin, problem.index, details)


def _cells(into: str, row: Taken) -> Callable[[], Mapping[str, str]]:
    """How a row reads should it have to wait: as in its file, or a count under the names of our columns."""
    if not row.counted:
        return row.line.as_written
    columns = schema().tables[into].columns
    return lambda: {
        column.label.zh: str(row.values[column.name]) for column in columns if row.values.get(column.name) is not None
    }


def _place(feed: Feed, row: Taken) -> tuple[object, ...]:
    """What makes two rows that wait the same, which two feeds took from one row of the file."""
    return (feed.into, row.line.origin, repr(row.values), *map(_same, row.problems))


def _rejected(feed: Feed, spec: Spec, row: Taken) -> Rejected:
    """A row that waits. Of one that was to be counted no more is kept than which count it belongs to."""
    if not feed.counts:
        return Rejected(feed.into, row.line.as_written(), row.values, row.line.origin, row.problems)
    key = schema().tables[feed.into].key
    cells = row.line.as_written()
    if spec.sources[feed.source].persons:
        headers = {row.line.header(behind(feed.columns[name], spec, row.line)) for name in key if name in feed.columns}
        cells = {header: cell for header, cell in cells.items() if header in headers}
    values = {name: row.values.get(name) for name in key}
    return Rejected(feed.into, cells, values, row.line.origin, row.problems)


def _joined(feed: Feed, spec: Spec, there: list[Taken], waits: list[Taken], new: tuple[Taken, ...]) -> list[Taken]:
    """Put the values of new rows into the rows there with the same key.

    Returns the rows that stand alone and those that wait.
    """
    table = schema().tables[feed.into]
    places = {row_key(table, row.values): place for place, row in enumerate(there)}
    waiting_keys = {row_key(table, row.values): row for row in waits}
    left: list[Taken] = []
    for row in new:
        key = row_key(table, row.values)
        if row.problems:
            left.append(row)
        elif key in places:
            place = places[key]
            clash = _clash(feed, spec, there[place], row)
            if clash:
                left.append(msgspec.structs.replace(row, problems=(clash,)))
            else:
                filled = {name: value for name, value in row.values.items() if value is not None}
                there[place] = msgspec.structs.replace(there[place], values={**there[place].values, **filled})
        elif key in waiting_keys:
            left.append(waiting(feed, table, row, waiting_keys[key]))
        elif feed.join == "keep":
            left.append(row)
        else:
            header = behind(feed.columns[table.key[0]], spec, row.line)
            problem = row.line.problem("mapping_partner", feed.into, header, key_text(table, row.values))
            left.append(msgspec.structs.replace(row, problems=(problem,)))
    return left


def _clash(feed: Feed, spec: Spec, there: Taken, row: Taken) -> Problem | None:
    """A column that the row there already has another value for."""
    for name, value in row.values.items():
        known = there.values.get(name)
        if value is not None and known is not None and known != value:
            return row.line.problem(
                "mapping_disagree",
                feed.into,
                behind(feed.columns[name], spec, row.line) or name,
                f"{known} + {value}",
                key=key_text(schema().tables[feed.into], row.values),
                rows=f"{there.line.origin.row}, {row.line.origin.row}",
            )
    return None
