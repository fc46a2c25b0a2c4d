"""The county's tables as the checks read them: plain rows, a school by its code, what a grade belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from jiaoheng.county.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.county.schema import schema

COMPULSORY = ("primary", "junior")


class School(msgspec.Struct, frozen=True):
    """What the checks ask of a school; ``index`` is its row."""

    index: int
    id: str
    name: str
    kind: str
    parent: str | None
    counted: bool
    open_from: int | None
    open_to: int | None

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that a school of this kind may have; none where the kind is unknown."""
        code = schema().code("kind", self.kind)
        return code.stages if code else ()


class Grade(msgspec.Struct, frozen=True):
    """One row of enrolment; ``index`` is its position."""

    index: int
    school: str
    year: int
    grade: int
    stage: str
    pupils: int | None
    classes: int | None


def rows(county: County, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Each row's index followed by its values in these columns."""
    facts = county[table]
    return zip(range(facts.num_rows), *(facts[name].to_pylist() for name in columns), strict=True)


def schools(county: County) -> dict[str, School]:
    """Schools by code; of two rows with one code the first."""
    found: dict[str, School] = {}
    columns = ("school_id", "name", "kind", "parent_id", "counted", "open_from", "open_to")
    for index, code, name, kind, parent, counted, first, last in rows(county, "schools", *columns):
        if code is not None:
            school = School(index, code, name or code, kind or "", parent, counted is not False, first, last)
            found.setdefault(code, school)
    return found


def name_of(known: dict[str, School], school: str) -> str:
    """A school's name, or its code where no row says it."""
    return known[school].name if school in known else school


def enrolment(county: County) -> list[Grade]:
    """The rows of enrolment that say school, year and grade."""
    known, primary = schools(county), county.primary_grades
    found = []
    for index, school, year, grade, pupils, classes in rows(
        county, "enrolment", "school_id", "year", "grade", "pupils", "classes"
    ):
        if school is not None and year is not None and grade is not None:
            kind = known[school].kind if school in known else ""
            found.append(Grade(index, school, year, grade, stage_of(grade, kind, primary), pupils, classes))
    return found


def pupils_by_stage(county: County) -> dict[tuple[str, int], dict[str, int]]:
    """Pupils of each stage, by school and year; a stage with a grade that has no figure is left out."""
    totals: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    unknown = set()
    for row in enrolment(county):
        if row.pupils is None:
            unknown.add((row.school, row.year, row.stage))
        else:
            stages = totals[row.school, row.year]
            stages[row.stage] = stages.get(row.stage, 0) + row.pupils
    for school, year, stage in unknown:
        totals[school, year].pop(stage, None)
    return dict(totals)


def waiting(county: County, *tables: str) -> Callable[[str, int | None], bool]:
    """Whether rows of these tables about this school and year wait: then its figures are not whole."""
    gaps = {(gap.subject, gap.year) for gap in county.gaps if gap.table in tables}

    def waits(school: str, year: int | None) -> bool:
        return not gaps.isdisjoint({(school, year), (school, None), ("", year), ("", None)})

    return waits
