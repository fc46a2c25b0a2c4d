"""The facts of the latest school year, carried forward to years of which nothing is told yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county.county import County, Gap
from jiaoheng.county.moves.checking import LAST_YEAR
from jiaoheng.county.moves.errors import MoveError
from jiaoheng.county.moves.projecting import project
from jiaoheng.county.schema import schema

CARRIED = ("children", "enrolment", "classes", "class_sizes", "facilities", "staff", "teachers", "finance", "reported")
"""Tables with a year that the assessment reads."""
_SUBJECTS = {"children": "place_id", "finance": "subject_id", "reported": "subject_id"}


class Closing(msgspec.Struct, frozen=True):
    """A school that closes after school year ``last``; its ``pupils`` of the latest year, None where not known."""

    school_id: str
    last: int
    pupils: int | None


def carried(county: County, until: int, enrolment: pa.Table | None = None) -> County:
    """The county with the facts of the latest school year that has enrolment repeated in each later one to ``until``.

    What is already told of a later year stands: a school that has rows of a table in it gets none of that table.
    What waits of the latest year waits of the later ones too. Rows of a school that closed before a year are not
    carried into it (``closing`` tells whose pupils are then nowhere). ``enrolment`` are projected rows: in each
    later year they stand in the place of a school's stage as a whole, and its classes are divided evenly anew; rows
    of other years are left aside. Without a later year the county itself; else one without a snapshot's name.

    Raises ``MoveError`` where there is no enrolment, and beyond the last year that the schema knows.
    """
    return without_closed(extended(county, until, enrolment), latest_year(county))


def latest_year(county: County) -> int:
    """The latest school year with enrolment; raises ``MoveError`` where there is none."""
    if not county.years:
        raise MoveError("no_facts")
    return county.years[-1]


def extended(county: County, until: int, enrolment: pa.Table | None = None) -> County:
    """As ``carried``, with the rows of schools that have closed meanwhile, whose teachers may still be moved."""
    latest = latest_year(county)
    if until > LAST_YEAR:
        raise MoveError("too_far", last=LAST_YEAR, until=until)
    later = range(latest + 1, until + 1)
    if not later:
        return county
    tables = dict(county.tables)
    for name in CARRIED:
        facts = county[name]
        base = facts.filter(pc.equal(facts["year"], latest))
        tables[name] = pa.concat_tables([facts, *(_of_year(facts, base, name, year) for year in later)])
    gaps = set(county.gaps).union(
        _later_gap(gap, year) for gap in county.gaps if gap.table in CARRIED and gap.year == latest for year in later
    )
    whole = msgspec.structs.replace(county, tables=tables, gaps=tuple(sorted(gaps, key=repr)), snapshot="")
    return whole if enrolment is None else project(whole, enrolment, later)


def without_closed(county: County, latest: int) -> County:
    """The county without the rows, of years after ``latest``, of schools that closed before."""
    last = dict(_closings(county))
    if not any(closes < year for closes in last.values() for year in county.years if year > latest):
        return county
    tables = dict(county.tables)
    for name in CARRIED:
        subjects, years = (county[name][each].to_pylist() for each in (_SUBJECTS.get(name, "school_id"), "year"))
        kept = [
            year is None or year <= latest or last.get(subject, year) >= year
            for subject, year in zip(subjects, years, strict=True)
        ]
        tables[name] = county[name].filter(pa.array(kept, pa.bool_()))
    return msgspec.structs.replace(county, tables=tables)


def closing(county: County, until: int) -> tuple[Closing, ...]:
    """The schools that close before ``until`` and have pupils in the latest year: those must go to other schools.

    Neither ``carried`` nor ``apply`` knows where to; projected enrolment tells it.
    """
    latest = latest_year(county)
    pupils: dict[str, list[int | None]] = {}
    rows = county["enrolment"].filter(pc.equal(county["enrolment"]["year"], latest))
    for school, count in zip(rows["school_id"].to_pylist(), rows["pupils"].to_pylist(), strict=True):
        pupils.setdefault(school, []).append(count)
    return tuple(
        Closing(school, last, None if None in pupils[school] else sum(count or 0 for count in pupils[school]))
        for school, last in sorted(_closings(county))
        if latest <= last < until and school in pupils
    )


def _closings(county: County) -> Iterator[tuple[str, int]]:
    schools = county["schools"]
    for school, last in zip(schools["school_id"].to_pylist(), schools["open_to"].to_pylist(), strict=True):
        if last is not None:
            yield school, last


def _of_year(facts: pa.Table, base: pa.Table, name: str, year: int) -> pa.Table:
    """The rows of the latest year as those of a later one, without what is already told of it."""
    place = base.schema.get_field_index("year")
    moved = base.set_column(place, base.schema.field(place), pa.repeat(pa.scalar(year, pa.int64()), base.num_rows))
    told = facts.filter(pc.equal(facts["year"], year))
    if not told.num_rows:
        return moved
    key = schema().tables[name].key
    keys = {_key(row, key) for row in told.to_pylist()}
    whose = _SUBJECTS.get(name, "school_id")
    # Of money and reported figures single items are told, of a school or place all of its rows.
    subjects = set() if whose == "subject_id" else set(told[whose].to_pylist())
    kept = [_key(row, key) not in keys and row[whose] not in subjects for row in moved.to_pylist()]
    return moved.filter(pa.array(kept, pa.bool_()))


def _key(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def _later_gap(gap: Gap, year: int) -> Gap:
    """The gap of a later year, with the year in its key too."""
    key = tuple(
        str(year) if column == "year" else part
        for column, part in zip(schema().tables[gap.table].key, gap.key, strict=False)
    )
    return msgspec.structs.replace(gap, year=year, key=key)
