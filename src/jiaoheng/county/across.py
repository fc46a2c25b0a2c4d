"""One fact in two tables from two sources: the roster and the staff counts, classes listed and classes counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jiaoheng.county.checks.facts import schools
from jiaoheng.county.county import County
from jiaoheng.county.differences import Difference, Side, Why
from jiaoheng.county.grades import FIRST_WHOLE, stage_of
from jiaoheng.county.precedence import OWN
from jiaoheng.county.problems import Origin
from jiaoheng.county.rows import Key, key_text
from jiaoheng.county.saying import OWN_EARLIER
from jiaoheng.county.schema import schema

Rows = Sequence[Mapping[str, Any]]


def across(county: County) -> tuple[Difference, ...]:
    """What two tables say differently, where their rows come from different sources; of one source the checks tell.

    Both tables stay as they are. Teachers: the roster is used or the counts, as the county's ``staff_from`` says.
    Classes and pupils of a grade, and the classes of a stage: enrolment serves for numbers, the others for sizes.
    """
    found = (*_staff(county), *_classes(county), *_bands(county)) if county.provenance else ()
    return tuple(sorted(found, key=lambda each: (each.table, key_text(each.key), each.column)))


def _staff(county: County) -> Iterator[Difference]:
    listed = _grouped(county, "teachers", ("school_id", "year", "stage"))
    for row in county["staff"].to_pylist():
        key = (row["school_id"], row["year"], row["stage"])
        if not (teachers := listed.get(key)) or row["teachers"] is None:
            continue
        roster = Side(len(teachers), *_where(county, "teachers", teachers[0]), how="roster")
        counts = Side(row["teachers"], *_where(county, "staff", row, "teachers"))
        if roster.value != counts.value and roster.source != counts.source:
            used, other = (counts, roster) if county.staff_from == "counts" else (roster, counts)
            yield Difference("staff", key, "teachers", used, (other,), "staff_from", "staff")


def _classes(county: County) -> Iterator[Difference]:
    listed = _grouped(county, "classes", ("school_id", "year", "grade"))
    for row in county["enrolment"].to_pylist() if listed else ():
        key = (row["school_id"], row["year"], row["grade"])
        if not (classes := listed.get(key)):
            continue
        where = _where(county, "classes", classes[0])
        pupils = [each["pupils"] for each in classes]
        sums = {"classes": len(classes), "pupils": None if None in pupils else sum(pupils)}
        for column, value in sums.items():
            yield from _shown(county, "enrolment", key, column, row, Side(value, *where, how="classes"))


def _bands(county: County) -> Iterator[Difference]:
    banded = _grouped(county, "class_sizes", ("school_id", "year", "stage"))
    if not banded:
        return
    kinds = {code: school.kind for code, school in schools(county).items()}
    stages: defaultdict[Key, list[Mapping[str, Any]]] = defaultdict(list)
    for row in county["enrolment"].to_pylist():
        stage = stage_of(row["grade"], kinds.get(row["school_id"], ""), county.primary_grades)
        stages[row["school_id"], row["year"], stage].append(row)
    for key, rows in banded.items():
        counts = [row["classes"] for row in rows]
        stated = [row["classes"] for row in stages.get(key, ()) if not _is_without_classes(row)]
        if None in counts or None in stated or not stated:
            continue
        bands = Side(sum(counts), *_where(county, "class_sizes", rows[0]), how="bands")
        said = Side(sum(stated), *_where(county, "enrolment", stages[key][0], "classes"), how="grades")
        if bands.value != said.value and bands.source != said.source:
            yield Difference("class_sizes", (*key, rows[0]["smallest"]), "classes", said, (bands,), "shown")


def _is_without_classes(row: Mapping[str, Any]) -> bool:
    """Whether a grade has no classes of its own, as its pupils sit in classes of several grades."""
    return row["classes"] is None and row["grade"] < FIRST_WHOLE and row["pupils"] in (None, 0)


def _shown(
    county: County, table: str, key: Key, column: str, row: Mapping[str, Any], other: Side, why: Why = "shown"
) -> Iterator[Difference]:
    if row[column] is None or other.value is None or row[column] == other.value:
        return
    used = Side(row[column], *_where(county, table, row, column))
    if used.source != other.source:
        yield Difference(table, key, column, used, (other,), why)


def _grouped(county: County, table: str, columns: tuple[str, ...]) -> dict[Key, list[Mapping[str, Any]]]:
    found: defaultdict[Key, list[Mapping[str, Any]]] = defaultdict(list)
    for row in county[table].to_pylist():
        found[tuple(row[name] for name in columns)].append(row)
    return found


def _where(county: County, table: str, row: Mapping[str, Any], column: str = "") -> tuple[Origin, str]:
    """Where a cell, or any cell of the row, came from and on which day."""
    key = key_text(tuple(row[name] for name in schema().tables[table].key))
    claims = county.provenance.claims.get((table, key), ())
    held = county.provenance.of(table, key, column) if column else claims
    if not held:
        return OWN_EARLIER, ""
    first = next((claim for claim in held if claim.origin.source == OWN), held[0])
    return first.origin, first.date
