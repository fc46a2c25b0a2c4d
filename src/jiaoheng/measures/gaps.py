"""What waits in quarantine makes its figures unknown: they are never computed from the rows that are left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow as pa

from jiaoheng.county import County, Gap, build, schema
from jiaoheng.measures.options import Options
from jiaoheng.measures.totals import COHORT

_FIRST_GRADE = {"kindergarten": -2, "primary": 1, "junior": 7, "senior": 10, "vocational": 10, "special": 1}


def masked(county: County, year: int) -> County:
    """The county with every figure unknown that a waiting row of this year belongs to.

    A school's rows of the table give way to one empty row a stage (a whole-school row in ``facilities``); where the
    waiting row does not say its school, the table's figures of all schools do. Of a waiting class, or band of class
    sizes, only the size of the largest class becomes unknown, of a waiting amount only the items of which nothing is
    there.
    """
    tables = dict(county.tables)
    if any(gap.table == "county" for gap in county.gaps):
        # Which grades are primary is told by the county's own row: without it no pupil has a known stage.
        tables["enrolment"] = _blanked(county, "enrolment", year, [Gap("enrolment", "", year)])
    for table in ("enrolment", "facilities", "staff", "teachers"):
        gaps = [gap for gap in county.gaps if gap.table == table and gap.year in (None, year)]
        if gaps:
            tables[table] = _blanked(msgspec.structs.replace(county, tables=tables), table, year, gaps)
    finance = [gap for gap in county.gaps if gap.table == "finance" and gap.year in (None, year)]
    if finance:
        tables["finance"] = _unpaid(county, year, finance)
    # Where a grade may be missing, the classes that are listed need not be all.
    classes = [gap for gap in county.gaps if gap.table in ("classes", "enrolment") and gap.year in (None, year)]
    if classes:
        tables["classes"] = _unlisted(county, year, classes)
    bands = [gap for gap in county.gaps if gap.table in ("class_sizes", "enrolment") and gap.year in (None, year)]
    if bands:
        subjects = _subjects(county, bands)
        kept = [
            row for row in county["class_sizes"].to_pylist() if row["year"] != year or row["school_id"] not in subjects
        ]
        tables["class_sizes"] = build({"class_sizes": kept})["class_sizes"]
    return msgspec.structs.replace(county, tables=tables)


def incomplete_stages(county: County, year: int, options: Options) -> frozenset[str]:
    """Stages whose list of schools may be incomplete, as a school or its pupils wait or are not there."""
    own = _stages(county)
    stages: set[str] = {stage for school in absent(county, year, options) for stage in own[school]}
    everything = frozenset(_FIRST_GRADE)
    for gap in county.gaps:
        if gap.table in ("county", "schools"):
            return everything
        if gap.table == "enrolment" and gap.year in (None, year):
            stages |= own.get(gap.subject, everything)
    return frozenset(stages)


def absent(county: County, year: int, options: Options) -> tuple[str, ...]:
    """Codes of compulsory schools that are open in a year and have no row of enrolment for it, not even of 0 pupils.

    Whether such a school is closed or has not reported cannot be known: what counts schools is unknown with it. A
    private school that the options leave out is not missed.
    """
    reported = {
        row["school_id"] for row in county["enrolment"].select(["school_id", "year"]).to_pylist() if row["year"] == year
    }
    stages = _stages(county)
    return tuple(
        row["school_id"]
        for row in county["schools"].to_pylist()
        if stages[row["school_id"]] & {"primary", "junior"}
        and row["counted"] is not False
        and not (options.private == "excluded" and row["ownership"] == "private")
        and (row["open_from"] or year) <= year <= (row["open_to"] or year)
        and row["school_id"] not in reported
    )


def _blanked(county: County, table: str, year: int, gaps: list[Gap]) -> pa.Table:
    stages = _stages(county)
    subjects = _subjects(county, gaps)
    kept = [row for row in county[table].to_pylist() if not (row["year"] == year and row["school_id"] in subjects)]
    empty: list[Mapping[str, Any]] = []
    for school in sorted(subjects):
        if table == "facilities":
            empty.append({"school_id": school, "year": year})
        for stage in sorted(stages[school]) if table != "facilities" else ():
            key = {"grade": _FIRST_GRADE[stage]} if table == "enrolment" else {"stage": stage}
            empty.append({"school_id": school, "year": year, **key})
    return build({table: [*kept, *empty]})[table]


def _unlisted(county: County, year: int, gaps: list[Gap]) -> pa.Table:
    """``classes`` with a class of unknown size in every grade that a waiting class may be in."""
    grades = [code.value for code in schema().codes["grade"]]
    unknown = [
        {"school_id": school, "year": year, "grade": grade}
        for school in sorted(_subjects(county, gaps))
        for grade in grades
    ]
    return build({"classes": [*county["classes"].to_pylist(), *unknown]})["classes"]


def _subjects(county: County, gaps: list[Gap]) -> set[str]:
    """The schools that gaps are about; all of them where a gap does not name one of the county's."""
    named = {gap.subject for gap in gaps}
    everyone = set(county["schools"]["school_id"].to_pylist())
    return named if named <= everyone else everyone


def _unpaid(county: County, year: int, gaps: list[Gap]) -> pa.Table:
    """``finance`` with an unknown amount for every item that a waiting row of a school may be."""
    rows = county["finance"].to_pylist()
    told = {(row["subject_id"], row["item"]) for row in rows if row["year"] == year}
    schools = set(county["schools"]["school_id"].to_pylist())
    subjects = {gap.subject for gap in gaps}
    subjects = subjects & schools if all(subjects) else schools
    unknown = [
        {"subject_id": subject, "year": year, "item": item}
        for subject in sorted(subjects)
        for item in (code.value for code in schema().codes["finance_item"])
        if (subject, item) not in told
    ]
    return build({"finance": [*rows, *unknown]})["finance"]


def _stages(county: County) -> dict[str, frozenset[str]]:
    """The stages that each school's kind has."""
    kinds = {code.value: frozenset(code.stages) for code in schema().codes["kind"]}
    rows = county["schools"].select(["school_id", "kind"]).to_pylist()
    return {row["school_id"]: kinds.get(row["kind"], frozenset()) for row in rows}


def unknown_totals(county: County, year: int, options: Options) -> frozenset[str]:
    """Of what the county's totals of a year cannot be told, as ``county_totals.is_withheld`` reads it.

    A stage where a school has not reported or waits, or (``no_`` before it) has no school in the list; ``all`` where
    any stage is not whole; ``schools``, ``groups`` and ``children`` where a row of theirs waits; ``cohort`` where the
    pupils of grade 1 eight years before are not whole.
    """
    listed = frozenset(stage for stages in _main_stages(county).values() for stage in stages)
    waiting = {gap.table for gap in county.gaps}
    found = {f"no_{stage}" for stage in _FIRST_GRADE.keys() - listed}
    found |= {table for table in ("schools", "groups") if table in waiting}
    if any(gap.table in ("children", "places") and gap.year in (None, year) for gap in county.gaps):
        found.add("children")
    unknown = _silent(county, year, options) | incomplete_stages(county, year, options)
    if unknown:
        found |= unknown | {"all"}
    before = _silent(county, year - COHORT, options) | incomplete_stages(county, year - COHORT, options)
    return frozenset(found | ({"cohort"} if "primary" in before else set()))


def _silent(county: County, year: int, options: Options) -> set[str]:
    """Stages of schools that are open in a year, without enrolment in it."""
    enrolment = county["enrolment"].select(["school_id", "year"]).to_pylist()
    reported = {row["school_id"] for row in enrolment if row["year"] == year}
    stages = _main_stages(county)
    return {
        stage
        for row in county["schools"].to_pylist()
        if row["school_id"] not in reported
        and row["counted"] is not False
        and not (options.private == "excluded" and row["ownership"] == "private")
        and (row["open_from"] or year) <= year <= (row["open_to"] or year)
        for stage in stages[row["school_id"]]
    }


def _main_stages(county: County) -> dict[str, frozenset[str]]:
    """The stages that a school of its kind surely has: kindergarten is one of a kindergarten only."""
    return {
        school: stages if stages == {"kindergarten"} else stages - {"kindergarten"}
        for school, stages in _stages(county).items()
    }
