"""Staff counts: of the years with a roster by counting it, of the years before by scaling them back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jiaoheng.county.teaching import ABOVE_REQUIRED, SENIOR_TITLES, TRAINING_HOURS
from jiaoheng.demo.draws import Draws
from jiaoheng.demo.enrolment import Teaching, stage_of
from jiaoheng.demo.posts import Posts
from jiaoheng.demo.pupils import YEARS, Flow
from jiaoheng.demo.rotation import BEFORE
from jiaoheng.demo.schools import School
from jiaoheng.demo.teachers import Teacher, leads, teaches_pe_arts

Row = dict[str, Any]

_WITH_DEGREES = ("primary", "junior")  # stages whose degrees the county reports
_MOST_PUPILS = 28  # a teacher, in years with more pupils than now
# Pupils an employee under the unified staffing standard.
_QUOTA = {
    "kindergarten": 9.0,
    "primary": 19.0,
    "junior": 13.5,
    "senior": 12.5,
    "vocational": 12.5,
    "special": 4.0,
}
# What the years before the roster had of each kind, against its first year: one step back a year.
_STEP = {
    "above_required_degree": 0.022,
    "backbone": 0.05,
    "pe_arts": 0.03,
    "trained_360h": 0.012,
    "senior_titles": 0.01,
}


def counts(
    seed: int,
    schools: Sequence[School],
    flow: Flow,
    teaching: Teaching,
    plan: Sequence[Posts],
    roster: Mapping[int, Sequence[Teacher]],
) -> list[Row]:
    """Rows of ``staff`` for every school, year and stage that is taught."""
    draws = Draws(seed, "staff")
    shared = {(schools[posts.school].id, posts.stage): posts.shared for posts in plan}
    rows: list[Row] = []
    first: dict[tuple[str, str], Row] = {}
    for year, teachers in roster.items():
        for (school_id, stage), row in _counted(teachers).items():
            first.setdefault((school_id, stage), row) if year == BEFORE else None
            rows.append(
                {
                    "school_id": school_id,
                    "year": year,
                    "stage": stage,
                    **row,
                    "pe_arts_shared": shared.get((school_id, stage), 0),
                }
            )
    for index, school in enumerate(schools):
        for stage in _stages(school):
            for year in YEARS:
                pupils, classes = (
                    _pupils(flow, school, index, stage, year),
                    teaching.counts.get((index, year, stage), 0),
                )
                if year < BEFORE and pupils:
                    now = first.get((school.id, stage))
                    base = _pupils(flow, school, index, stage, BEFORE)
                    row = _scaled(draws, now, pupils, base, year) if now and base else _small(stage, classes)
                    rows.append({"school_id": school.id, "year": year, "stage": stage, **row, "pe_arts_shared": 0})
    by_id = {school.id: (index, school) for index, school in enumerate(schools)}
    for row in rows:
        index, school = by_id[row["school_id"]]
        row["employees"] = row["teachers"] + (row["teachers"] * 3 + 10) // (
            12 if row["stage"] == "kindergarten" else 45
        )
        quota = _pupils(flow, school, index, row["stage"], row["year"]) / _QUOTA[row["stage"]]
        row["posts"] = max(int(quota + 0.5), row["teachers"] - 2) if school.ownership == "public" else None
    return sorted(rows, key=lambda row: (row["school_id"], row["year"], row["stage"]))


def _stages(school: School) -> Iterator[str]:
    yield from dict.fromkeys(stage_of(school, grade) for grade in school.grades)


def _pupils(flow: Flow, school: School, index: int, stage: str, year: int) -> int:
    return sum(flow.pupils.get((index, year, grade), 0) for grade in school.grades if stage_of(school, grade) == stage)


def _counted(teachers: Sequence[Teacher]) -> dict[tuple[str, str], Row]:
    """The roster counted by school and stage; degrees only where the standard defines the required one."""
    found: dict[tuple[str, str], Row] = {}
    for teacher in teachers:
        stage = teacher["stage"]
        row = found.setdefault(
            (teacher["school_id"], stage),
            {
                "teachers": 0,
                "above_required_degree": 0 if stage in _WITH_DEGREES else None,
                "backbone": 0,
                "pe_arts": 0,
                "certified": 0,
                "trained_360h": 0,
                "senior_titles": 0,
            },
        )
        row["teachers"] += 1
        if stage in _WITH_DEGREES:
            row["above_required_degree"] += teacher["degree"] in ABOVE_REQUIRED[stage]
        row["backbone"] += leads(teacher)
        row["pe_arts"] += teaches_pe_arts(teacher)
        row["certified"] += teacher["certificate"]
        row["trained_360h"] += teacher["training_hours"] >= TRAINING_HOURS
        row["senior_titles"] += teacher["title"] in SENIOR_TITLES
    return found


def _scaled(draws: Draws, now: Row, pupils: int, base: int, year: int) -> Row:
    """A year before the roster: staff follow pupils half-way, and had less of every kind."""
    back = BEFORE - year
    growth = pupils / base
    teachers = max(
        -(-pupils // _MOST_PUPILS), draws.rounded(now["teachers"] * (0.5 + 0.5 * growth) * (1 - 0.006 * back))
    )
    row: Row = {"teachers": teachers}
    for kind in (
        "above_required_degree",
        "backbone",
        "pe_arts",
        "certified",
        "trained_360h",
        "senior_titles",
    ):
        if now[kind] is None:
            row[kind] = None
        else:
            share = now[kind] / now["teachers"] * (1 - _STEP.get(kind, 0.0) * back)
            row[kind] = teachers if kind == "certified" else min(teachers, draws.rounded(share * teachers))
    return row


def _small(stage: str, classes: int) -> Row:
    """What closed before there was a roster: a teacher a class and one more."""
    teachers = classes + 1
    return {
        "teachers": teachers,
        "above_required_degree": classes if stage in _WITH_DEGREES else None,
        "backbone": 0,
        "pe_arts": 0,
        "certified": teachers,
        "trained_360h": classes,
        "senior_titles": 1,
    }
