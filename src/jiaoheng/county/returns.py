"""A school's own return: which rows of it are the school's to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.rows import REFUSAL, Batch, Key, Rejected, Row, is_whole, row_key
from jiaoheng.county.schema import Table, schema

Holder = Callable[[Table, Key], str | None]
"""The school, or other subject, whose row of a table and key is in force; None where there is none."""


class Territory:
    """A school with the campuses and teaching points under it.

    What belongs to whom is told by the base; the return may add points under its own school, but claim none that
    is there already.
    """

    def __init__(self, base: County | None, batches: Sequence[Batch], school: str) -> None:
        self.school = school
        parents: dict[str, str | None] = {}
        if base is not None:
            columns = (base["schools"][name].to_pylist() for name in ("school_id", "parent_id"))
            parents.update(zip(*columns, strict=True))
        for batch in batches:
            every = [row.values for row in batch.rows.get("schools", ())]
            every += [row.values for row in batch.rejected if row.table == "schools"]
            for values in every:
                if (code := values.get("school_id")) is not None:
                    parents.setdefault(code, values.get("parent_id"))
        self.own = {school}
        while grown := {code for code, parent in parents.items() if parent in self.own} - self.own:
            self.own |= grown

    def has(self, subject: str) -> bool:
        """Whether a school is within."""
        return subject in self.own


def own_part(batch: Batch, territory: Territory, holder: Holder) -> tuple[Batch, list[Rejected]]:
    """What of a batch is the school's to send, and the rows that are refused.

    A row without a school is the sender's: what may be missing is missing there, and with nobody else.
    """
    rows: dict[str, list[Row]] = {}
    rejected: list[Rejected] = []
    refused: list[Rejected] = []
    problems: list[Problem] = []
    for name, some in batch.rows.items():
        table = schema().tables[name]
        column = _subject_column(table)
        for row in some:
            subject = row.values.get(column) if column else None
            if column and subject is None:
                waiting = _without_school(row, table, column, territory.school)
                problems += waiting.problems
                rejected.append(waiting)
            elif (whose := _stranger(table, row, subject, territory, holder)) is not None:
                refused.append(_refused(Rejected(name, row.cells(), row.values, row.origin, ()), whose))
            else:
                rows.setdefault(name, []).append(row)
    for waiting in batch.rejected:
        found = schema().tables.get(waiting.table)
        column = _subject_column(found) if found else ""
        if column and waiting.values.get(column) is None:
            waiting = msgspec.structs.replace(waiting, values={**waiting.values, column: territory.school})
        subject = waiting.values.get(column) if column else None
        whose = _stranger(found, waiting, subject, territory, holder) if found else waiting.table
        if whose is not None:
            refused.append(_refused(waiting, whose))
        else:
            rejected.append(waiting)
    if batch.boundaries is not None:
        problems.append(Problem(code=REFUSAL, table="places", value="GeoJSON"))
    return (
        msgspec.structs.replace(
            batch,
            rows={name: tuple(some) for name, some in rows.items()},
            rejected=tuple(rejected),
            problems=(*batch.problems, *problems),
            boundaries=None,
        ),
        refused,
    )


def _subject_column(table: Table) -> str:
    """The column that says which school a row is about; empty for tables of the county, of places and children."""
    names = {column.name for column in table.columns}
    return next((name for name in ("school_id", "subject_id") if name in names), "")


def _without_school(row: Row, table: Table, column: str, school: str) -> Rejected:
    problem = Problem(code="required_cell", table=table.name, column=column, origin=row.origin)
    return Rejected(table.name, row.cells(), {**row.values, column: school}, row.origin, (problem,))


def _refused(row: Rejected, whose: str) -> Rejected:
    """The row with the reason in front of what else is wrong with it."""
    problem = Problem(code=REFUSAL, table=row.table, value=whose, origin=row.origin)
    return msgspec.structs.replace(row, problems=(problem, *row.problems))


def _stranger(
    table: Table, row: Row | Rejected, subject: str | None, territory: Territory, holder: Holder
) -> str | None:
    """Whom a row is about, or whose row it would replace, if that is not the school's; None if it is."""
    key = row_key(table, row.values, row.problems if isinstance(row, Rejected) else ())
    if subject is None or not territory.has(subject):
        told = subject if subject is not None else key[0]
        return table.label.zh if told is None or told is msgspec.UNSET else str(told)
    held = holder(table, key) if is_whole(key) else None
    return held if held is not None and not territory.has(held) else None
