"""Rows of our tables put together from figures: a row waits where one of its figures cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import msgspec

from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch, Rejected, Row
from jiaoheng.sources.forms.cells import Reading
from jiaoheng.sources.forms.sheet import FormSheet


def _is_told(problem: Problem, problems: Iterable[Problem]) -> bool:
    """Whether a problem is there already, be it of a row of another table: one cell is told once."""
    return any(msgspec.structs.replace(each, table=problem.table) == problem for each in problems)


class School(msgspec.Struct, frozen=True):
    """Whose forms they are and of which year."""

    school_id: str | None
    year: int | None
    stages: tuple[str, ...]

    def key(self, **also: Any) -> dict[str, Any]:
        """The beginning of every key of this school's rows of the year."""
        return {"school_id": self.school_id, "year": self.year, **also}


class Draft(msgspec.Struct):
    """A row that is being put together: its table and key, what is told so far and where, and the readings of it."""

    table: str
    key: Mapping[str, Any]
    values: dict[str, Any]
    origins: dict[str, Origin]
    readings: list[Reading]
    problems: list[Problem]


class Rows:
    """The rows of one file, by table and key."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.drafts: dict[tuple[str, tuple[Any, ...]], Draft] = {}
        self.problems: list[Problem] = []
        self.sheets: dict[tuple[str, str], FormSheet] = {}

    def tell(self, table: str, key: Mapping[str, Any], column: str, value: object, *readings: Reading) -> None:
        """Put a value into a row, with the cells that it comes from; what is wrong with one of them is the row's."""
        draft = self._draft(table, key)
        draft.values[column] = value
        if readings:
            draft.origins[column] = self._place(readings[0])
        draft.readings += readings
        for reading in readings:
            self.sheets[reading.sheet.grid.file, reading.sheet.grid.sheet] = reading.sheet
            if reading.problem:
                self._add(draft, reading.problem)

    def refuse(self, table: str, key: Mapping[str, Any], problem: Problem, sheet: FormSheet | None = None) -> None:
        """Let a row wait for a reason that no cell of it has."""
        if sheet is not None:
            self.sheets[sheet.grid.file, sheet.grid.sheet] = sheet
        self._add(self._draft(table, key), problem)

    def batch(self) -> Batch:
        """Good rows, rows that wait and every problem once."""
        rows: dict[str, list[Row]] = {}
        rejected: list[Rejected] = []
        problems = list(self.problems)
        for draft in self.drafts.values():
            if draft.problems:
                rejected += self._waiting(draft)
                problems += [problem for problem in draft.problems if not _is_told(problem, problems)]
            else:
                rows.setdefault(draft.table, []).append(self._row(draft))
        sheets = tuple(sheet.headings() for sheet in self.sheets.values())
        return Batch(
            {table: tuple(some) for table, some in rows.items()}, tuple(rejected), tuple(problems), sheets=sheets
        )

    def _draft(self, table: str, key: Mapping[str, Any]) -> Draft:
        place = (table, tuple(key.values()))
        if place not in self.drafts:
            self.drafts[place] = Draft(table, dict(key), {}, {}, [], [])
        return self.drafts[place]

    def _add(self, draft: Draft, problem: Problem) -> None:
        told = msgspec.structs.replace(problem, table=draft.table)
        where = draft.problems if problem.severity == "error" else self.problems
        if told not in where:
            where.append(told)

    def _row(self, draft: Draft) -> Row:
        values = {**draft.key, **draft.values}
        if not draft.readings:
            return Row(values, Origin(source=self.source), told=frozenset(values))
        first = draft.readings[0]
        written = partial(first.sheet.written, first.place[0])
        return Row(values, self._place(first), written, frozenset(values), draft.origins)

    def _place(self, reading: Reading) -> Origin:
        return Origin(reading.sheet.grid.file, reading.sheet.grid.sheet, reading.place[0] + 1, self.source)

    def _waiting(self, draft: Draft) -> list[Rejected]:
        """A waiting row for each row of the file in which something is wrong: there it is mended."""
        values = {**draft.key, **draft.values}
        by_origin: dict[Origin, list[Problem]] = {}
        for problem in draft.problems:
            by_origin.setdefault(problem.origin, []).append(problem)
        return [
            Rejected(draft.table, self._written(origin), values, origin, tuple(problems))
            for origin, problems in by_origin.items()
        ]

    def _written(self, origin: Origin) -> Mapping[str, str]:
        sheet = self.sheets.get((origin.file, origin.sheet))
        return sheet.written(origin.row - 1) if sheet is not None and origin.row else {}
