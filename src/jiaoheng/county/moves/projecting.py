"""Projected enrolment in the place of the carried one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from jiaoheng.county.county import County, build
from jiaoheng.county.grades import stage_of
from jiaoheng.county.moves.splitting import Row, even

_Stage = tuple[int, str, str]
_Grade = tuple[int, str, int]


def project(county: County, enrolment: pa.Table, years: Iterable[int]) -> County:
    """The county with projected rows in the years, each school's stage that they tell replaced as a whole.

    Of a grade that is not as it was, classes that were all listed are divided evenly anew, others are no longer
    told; the bands of class sizes of a stage that is not as it was are not told either.
    """
    wanted = set(years)
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    primary = county.primary_grades

    def stage(row: Mapping[str, Any]) -> _Stage:
        return row["year"], row["school_id"], stage_of(row["grade"], kinds.get(row["school_id"]) or "", primary)

    told = [
        row for row in build({"enrolment": enrolment.to_pylist()})["enrolment"].to_pylist() if row["year"] in wanted
    ]
    replaced = {stage(row) for row in told}
    before = {_grade(row): row for row in county["enrolment"].to_pylist() if row["year"] in wanted}
    after = {_grade(row): row for row in told}
    after |= {place: row for place, row in before.items() if stage(row) not in replaced}
    changed = {place for place in before.keys() | after.keys() if _size(before, place) != _size(after, place)}
    moved = {stage({"year": year, "school_id": school, "grade": grade}) for year, school, grade in changed}
    earlier = [row for row in county["enrolment"].to_pylist() if row["year"] not in wanted]
    bands = [row for row in county["class_sizes"].to_pylist() if _band(row) not in moved]
    rebuilt = build(
        {
            "enrolment": [*earlier, *after.values()],
            "classes": _classes(county, before, after, changed),
            "class_sizes": bands,
        }
    )
    tables = {name: rebuilt[name] for name in ("enrolment", "classes", "class_sizes")}
    return msgspec.structs.replace(county, tables=dict(county.tables) | tables)


def _classes(
    county: County, before: Mapping[_Grade, Row], after: Mapping[_Grade, Row], changed: set[_Grade]
) -> list[Row]:
    """All rows of ``classes``, those of the changed grades divided anew where all of them were listed."""
    kept: list[Row] = []
    listed: defaultdict[_Grade, list[Row]] = defaultdict(list)
    for row in county["classes"].to_pylist():
        (listed[_grade(row)] if _grade(row) in changed else kept).append(row)
    for place, rows in listed.items():
        had, has = before.get(place), after.get(place)
        if not had or not has or len(rows) < (had["classes"] or len(rows)):
            continue
        classes = has["classes"] if has["classes"] is not None else len(rows)
        if has["pupils"] and classes:
            kept += even(rows, has["pupils"], classes)
    return kept


def _grade(row: Mapping[str, Any]) -> _Grade:
    return row["year"], row["school_id"], row["grade"]


def _band(row: Mapping[str, Any]) -> _Stage:
    return row["year"], row["school_id"], row["stage"]


def _size(rows: Mapping[_Grade, Row], place: _Grade) -> tuple[int | None, int | None] | None:
    row = rows.get(place)
    return (row["pupils"], row["classes"]) if row else None
