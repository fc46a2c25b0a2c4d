"""From rows to a county: what passes the checks goes in, what does not waits, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec
import pyarrow as pa

from jiaoheng.county import words
from jiaoheng.county.checks import check, faults
from jiaoheng.county.county import County, Gap, build
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch, Rejected, Row, is_whole, key_text, row_key, subject_of, year_of
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

# Money and reported figures are of the county or of a school.
_SUBJECT_COLUMNS = ("schools.school_id", "county.county_code")


class Admission(msgspec.Struct, frozen=True):
    """A county of the rows that passed, the rows that wait, and every problem of both.

    Problems of rows in the county have the row's ``index``; those of rows that wait have only their origin.
    """

    county: County
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]


def admit(batch: Batch) -> Admission:
    """Check a batch; rows with an error wait, and rows that lean on them too, until no error is left."""
    rows = {name: list(batch.rows.get(name, ())) for name in schema().tables}
    rejected = list(batch.rejected)
    problems = list(batch.problems)
    county = build({name: [row.values for row in of] for name, of in rows.items()}, boundaries=batch.boundaries)
    while failing := _failing(county, rows, rejected):
        for (table, index), why in failing.items():
            rejected.append(_rejected(table, rows[table][index], why))
            problems.extend(why)
        for table in {table for table, _ in failing}:
            kept = [index for index in range(len(rows[table])) if (table, index) not in failing]
            rows[table] = [rows[table][index] for index in kept]
            # Arrow's take of nothing needs a type.
            taken = county[table].take(pa.array(kept, pa.int64()))
            county = msgspec.structs.replace(county, tables={**county.tables, table: taken})
    county = msgspec.structs.replace(county, gaps=_gaps(rejected, batch.gaps))
    problems += (_placed(problem, rows) for problem in check(county))
    return Admission(county, tuple(rejected), tuple(problems))


def _failing(
    county: County, rows: Mapping[str, list[Row]], rejected: Iterable[Rejected]
) -> dict[tuple[str, int], tuple[Problem, ...]]:
    """Rows with errors and the errors of each, in order; without ``index``, as they will be in no table."""
    waiting = _waiting(rejected)
    found: dict[tuple[str, int], tuple[Problem, ...]] = {}
    for problem in faults(county):
        if problem.severity == "error" and problem.index is not None:
            origin = rows[problem.table][problem.index].origin_of(problem.column)
            told = _told(msgspec.structs.replace(problem, index=None, origin=origin), waiting)
            place = (problem.table, problem.index)
            found[place] = (*found.get(place, ()), told)
    return found


def _told(problem: Problem, waiting: Mapping[tuple[str, str], Origin]) -> Problem:
    """A reference to a row that itself waits is told as that: there is nothing to mend in this row."""
    refers = schema().tables[problem.table].column(problem.column).refers if problem.column else ""
    targets = {"unknown_reference": (refers,), "unknown_subject": _SUBJECT_COLUMNS}.get(problem.code, ())
    target = next((target for target in targets if (target, problem.value) in waiting), None)
    if target is None:
        return problem
    origin = waiting[target, problem.value]
    details = words.both(table=words.table(target.partition(".")[0]), at=_at(origin))
    return msgspec.structs.replace(problem, code="reference_waits", details=details)


def _at(origin: Origin) -> Text:
    if origin.row is not None:
        return Text(f"第 {origin.row} 行", f"row {origin.row}")
    return Text(origin.named("zh") or "见等待清单", origin.named("en") or "see the list of waiting rows")


def _waiting(rejected: Iterable[Rejected]) -> dict[tuple[str, str], Origin]:
    """Where the rows that wait came from, by the column that others refer to and their value in it."""
    columns = (column for table in schema().tables.values() for column in table.columns)
    targets = {*_SUBJECT_COLUMNS, *(column.refers for column in columns if column.refers)}
    found: dict[tuple[str, str], Origin] = {}
    for row in (row for row in rejected if not row.refused):
        for target in targets:
            table, _, column = target.partition(".")
            if row.table == table and row.values.get(column) is not None:
                found.setdefault((target, row.values[column]), row.origin)
    return found


def _rejected(table: str, row: Row, why: tuple[Problem, ...]) -> Rejected:
    """The row as it waits; a personal value is not even kept for finding the row again."""
    personal = {problem.column for problem in why if problem.code == "personal_value"}
    values = {name: None if name in personal else value for name, value in row.values.items()}
    return Rejected(table, row.cells(), values, row.origin, why)


def _placed(problem: Problem, rows: Mapping[str, list[Row]]) -> Problem:
    """The problem with the file, sheet and row that its table's row came from."""
    if problem.index is None or not rows.get(problem.table):
        return problem
    return msgspec.structs.replace(problem, origin=rows[problem.table][problem.index].origin_of(problem.column))


def _gaps(rejected: Iterable[Rejected], earlier: Iterable[Gap]) -> tuple[Gap, ...]:
    """What waits: a gap for each row, alike ones told as one; what was refused is not waited for."""
    counts: Counter[Gap] = Counter()
    for gap in (*earlier, *(_gap(row) for row in rejected if not row.refused)):
        counts[msgspec.structs.replace(gap, rows=1)] += gap.rows
    return tuple(sorted((msgspec.structs.replace(gap, rows=rows) for gap, rows in counts.items()), key=repr))


def _gap(rejected: Rejected) -> Gap:
    key: tuple[str, ...] = ()
    if (table := schema().tables.get(rejected.table)) and is_whole(
        parts := row_key(table, rejected.values, rejected.problems)
    ):
        key = key_text(parts)
    return Gap(rejected.table, subject_of(rejected.values), year_of(rejected.values), key)
