"""Teachers: counts against pupils, the roster against the counts, ages that can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jiaoheng.county import words
from jiaoheng.county.checks.facts import name_of, pupils_by_stage, rows, schools, waiting
from jiaoheng.county.checks.registry import advice
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import SEVERAL
from jiaoheng.county.teaching import ABOVE_REQUIRED, BACKBONE, PE_ARTS, SENIOR_TITLES, TRAINING_HOURS
from jiaoheng.language import Text

YOUNGEST, OLDEST = 18, 70
# Pupils to a teacher. Special schools have few, and in real counties small ones have fewer than teachers.
MOST_PUPILS, FEWEST_PUPILS = 50.0, 0.5
ENOUGH_TEACHERS = 10
ENOUGH_PUPILS = 20

Person = Mapping[str, Any]
Unit = tuple[str, int, str]


@advice
def staff_without_pupils(county: County) -> Iterator[Problem]:
    """Teachers of a stage that has no pupils in that school and year."""
    known, pupils, waits = schools(county), pupils_by_stage(county), waiting(county, "enrolment")
    unknown = _unknown_stages(county)
    for index, school, year, stage, teachers in rows(county, "staff", "school_id", "year", "stage", "teachers"):
        here = pupils.get((school, year))
        if not teachers or not here or here.get(stage) or (school, year) in unknown or waits(school, year):
            continue
        yield Problem(
            code="staff_without_pupils",
            table="staff",
            column="stage",
            value=str(stage),
            index=index,
            details={"school": name_of(known, school), "year": str(year), "teachers": str(teachers)}
            | words.both(stage=words.coded("stage", stage)),
        )


@advice
def pupils_per_teacher(county: County) -> Iterator[Problem]:
    """More pupils to a teacher than can be taught, or two teachers and more to a pupil."""
    known, pupils = schools(county), pupils_by_stage(county)
    for index, school, year, stage, teachers in rows(county, "staff", "school_id", "year", "stage", "teachers"):
        taught = pupils.get((school, year), {}).get(stage)
        if teachers is None or not taught:
            continue
        few = taught > MOST_PUPILS * teachers and taught > ENOUGH_PUPILS
        many = taught < FEWEST_PUPILS * teachers and teachers >= ENOUGH_TEACHERS and stage != "special"
        if few or many:
            ratio = f"{words.number(taught / teachers)}:1" if teachers else f"{taught}:0"
            yield Problem(
                code="pupils_per_teacher",
                table="staff",
                column="teachers",
                value=str(teachers),
                index=index,
                details={
                    "school": name_of(known, school),
                    "year": str(year),
                    "pupils": str(taught),
                    "ratio": ratio,
                }
                | words.both(stage=words.coded("stage", stage)),
            )


@advice
def roster_against_counts(county: County) -> Iterator[Problem]:
    """Where there are both, the roster adds up to the counts."""
    people: defaultdict[Unit, list[Person]] = defaultdict(list)
    columns = ("school_id", "year", "stage", "degree", *(column for column, _ in _TOLD_BY.values()))
    for _, *values in rows(county, "teachers", *columns):
        person = dict(zip(columns, values, strict=True))
        people[person["school_id"], person["year"], person["stage"]].append(person)
    known, waits = schools(county), waiting(county, "teachers", "staff")
    counts = ("teachers", "above_required_degree", *_TOLD_BY)
    for index, school, year, stage, *stated in rows(county, "staff", "school_id", "year", "stage", *counts):
        roster = people.get((school, year, stage))
        if not roster or None in (school, year, stage) or waits(school, year):
            continue
        counted = _counted(roster, stage)
        differing = [
            _difference(name, counted[name], figure)
            for name, figure in zip(counts, stated, strict=True)
            if figure is not None and name in counted and counted[name] != figure
        ]
        if differing:
            yield Problem(
                code="roster_differs",
                table="staff",
                column="teachers",
                value=str(stage),
                index=index,
                details={"school": name_of(known, school), "year": str(year)}
                | words.both(stage=words.coded("stage", stage), figures=words.listed(differing)),
            )


@advice
def ages(county: County) -> Iterator[Problem]:
    """Teachers of an age at which nobody teaches; each once."""
    told = set()
    for index, teacher, year, born in rows(county, "teachers", "teacher_id", "year", "birth_year"):
        if born is None or year is None or YOUNGEST <= year - born <= OLDEST or teacher in told:
            continue
        told.add(teacher)
        details = {"year": str(year), "age": str(year - born)}
        yield Problem(
            code="teacher_age",
            table="teachers",
            column="birth_year",
            value=str(born),
            index=index,
            details=details,
        )


@advice
def years_in_post(county: County) -> Iterator[Problem]:
    """Nobody holds a post since a year that is still to come, or since before the age of eighteen."""
    for column in ("post_since", "school_since"):
        for index, year, born, since in rows(county, "teachers", "year", "birth_year", column):
            if since is None or year is None:
                continue
            # A school year that begins in one calendar year ends in the next.
            if since > year + 1 or (born is not None and since < born + YOUNGEST - 2):
                details = {"year": str(year)}
                yield Problem(
                    code="since_implausible",
                    table="teachers",
                    column=column,
                    value=str(since),
                    index=index,
                    details=details,
                )


def _unknown_stages(county: County) -> set[tuple[str, int]]:
    """Schools and years with a grade whose pupils are not known."""
    return {
        (school, year)
        for _, school, year, pupils in rows(county, "enrolment", "school_id", "year", "pupils")
        if pupils is None
    }


def _counted(roster: list[Person], stage: str) -> dict[str, int]:
    """What the roster adds up to; a figure that one person's blank leaves open is left out."""
    found = {"teachers": len(roster)}
    tests = dict(_TOLD_BY)
    if stage in ABOVE_REQUIRED:
        tests["above_required_degree"] = ("degree", ABOVE_REQUIRED[stage].__contains__)
    for name, (column, counts) in tests.items():
        if all(person[column] is not None for person in roster):
            found[name] = sum(counts(person[column]) for person in roster)
    return found


def _difference(name: str, counted: int, figure: int) -> Text:
    label = words.column("staff", name)
    return Text(
        f"{label.zh}名册 {counted} 人、教职工表 {figure} 人",
        f"{label.en}: {counted} on the roster, {figure} in “Staff”",
    )


# Which column of the roster tells whether a teacher counts towards a figure of staff.
_TOLD_BY: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "backbone": ("backbone", BACKBONE.__contains__),
    "pe_arts": ("subjects", lambda subjects: not set(PE_ARTS).isdisjoint(subjects.split(SEVERAL))),
    "certified": ("certificate", bool),
    "trained_360h": ("training_hours", lambda hours: hours >= TRAINING_HOURS),
    "senior_titles": ("title", SENIOR_TITLES.__contains__),
}
