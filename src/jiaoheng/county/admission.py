"""From rows to a county: what passes the checks goes in, what does not waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from jiaoheng.county.checks import check
from jiaoheng.county.county import County, Gap, build
from jiaoheng.county.problems import Problem
from jiaoheng.county.rows import Batch, Rejected, Row
from jiaoheng.county.schema import schema


class Admission(msgspec.Struct, frozen=True):
    """A county of the rows that passed, the rows that wait, and every problem of both."""

    county: County
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]


def admit(batch: Batch) -> Admission:
    """Check a batch; rows with an error wait, and with them rows that lean on them, until no error is left."""
    rows = {name: list(batch.rows.get(name, ())) for name in schema().tables}
    rejected = list(batch.rejected)
    problems = list(batch.problems)
    while True:
        county = build(
            {name: [row.values for row in of] for name, of in rows.items()},
            boundaries=batch.boundaries,
            gaps=map(_gap, rejected),
        )
        found = tuple(_placed(problem, rows) for problem in check(county))
        failing: dict[tuple[str, int], list[Problem]] = {}
        for problem in found:
            if problem.severity == "error" and problem.index is not None:
                failing.setdefault((problem.table, problem.index), []).append(problem)
        if not failing:
            return Admission(county, tuple(rejected), (*problems, *found))
        for (table, index), why in failing.items():
            row = rows[table][index]
            cells = {name: str(value) for name, value in row.values.items() if value is not None}
            rejected.append(Rejected(table, cells, row.values, row.origin, tuple(why)))
            problems.extend(why)
        for table in {table for table, _ in failing}:
            rows[table] = [row for index, row in enumerate(rows[table]) if (table, index) not in failing]


def _placed(problem: Problem, rows: Mapping[str, list[Row]]) -> Problem:
    """The problem with the file, sheet and row that its table's row came from."""
    if problem.index is None or not rows.get(problem.table):
        return problem
    return msgspec.structs.replace(problem, origin=rows[problem.table][problem.index].origin)


def _gap(rejected: Rejected) -> Gap:
    values = rejected.values
    subject = _first(values, ("school_id", "subject_id", "place_id"))
    year = values.get("year")
    return Gap(rejected.table, str(subject or ""), year if isinstance(year, int) else None)


def _first(values: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((values[name] for name in names if values.get(name) is not None), None)
