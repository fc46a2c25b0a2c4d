"""Teachers in the forms of one school: their number, degrees, titles and subjects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.county.teaching import ABOVE_REQUIRED, SENIOR_TITLES
from jiaoheng.sources.forms.cells import FORM, Reading, origin
from jiaoheng.sources.forms.facts import (
    LABELS,
    OTHER,
    Figures,
    Member,
    adding_up,
    agreed,
    blank_total,
    column_of,
    fact_label,
    sum_differs,
)
from jiaoheng.sources.forms.rows import Rows, School
from jiaoheng.sources.forms.sheet import FormSheet


def tell_staff(rows: Rows, school: School, figures: Figures, stage: str, *, alone: bool) -> None:
    """A stage's teachers: number, degrees, titles, subjects, backbone; employees where it is the only stage."""
    key = school.key(stage=stage)
    totals = [
        figures[fact, stage, "total"] for fact in ("degrees", "subjects", "titles") if (fact, stage, "total") in figures
    ]
    if alone:
        totals += [reading for (fact, _, _), reading in figures.items() if fact == "all_teachers"]
    if teachers := agreed(totals, "staff", column_of("degrees").label):
        rows.tell("staff", key, "teachers", teachers.value, teachers)
    if stage in ABOVE_REQUIRED:
        _tell_sum(rows, key, "above_required_degree", figures, stage, "degrees", ABOVE_REQUIRED[stage])
    _tell_sum(rows, key, "senior_titles", figures, stage, "titles", SENIOR_TITLES)
    _tell_pe_arts(rows, key, figures, stage)
    for backbone in [figures.get(("backbone", stage, ""))]:
        if backbone:
            rows.tell("staff", key, "backbone", backbone.value, backbone)
    counted = {fact: reading for (fact, _, _), reading in figures.items() if fact in ("employees", "all_teachers")}
    employees, all_teachers = counted.get("employees"), counted.get("all_teachers")
    if alone and employees:
        if employees.value is None and not employees.problem and all_teachers and all_teachers.value:
            employees = msgspec.structs.replace(
                employees, problem=blank_total(employees, fact_label("employees"), FORM)
            )
        rows.tell("staff", key, "employees", employees.value, employees)


def _tell_sum(
    rows: Rows, key: Mapping[str, Any], column: str, figures: Figures, stage: str, fact: str, members: Iterable[str]
) -> None:
    """A figure that is the sum of some members of a group; unknown where one of them is."""
    group = {member: reading for (of, own, member), reading in figures.items() if (of, own) == (fact, stage)}
    if not group:
        return
    found = [group[member] for member in members if member in group]
    if len(found) < len(tuple(members)) and not _is_whole(group):
        sheet = next(iter(group.values())).sheet
        rows.problems.append(_words_absent(rows, sheet, column, fact))
        found = []
    values = [reading.value for reading in found]
    known = [value for value in values if isinstance(value, int)]
    whole = bool(found) and len(known) == len(values)
    others = [reading for reading in group.values() if reading.problem]
    rows.tell("staff", key, column, sum(known) if whole else None, *(found or list(group.values())[:1]), *others)


def _words_absent(rows: Rows, sheet: FormSheet, column: str, fact: str) -> Problem:
    """The problem of a group whose members for a column cannot be recognised."""
    return Problem(
        code="form_words_absent",
        table="staff",
        origin=origin(sheet, None, rows.source),
        details=words.both(figure=schema().tables["staff"].column(column).label, form=fact_label(fact)),
    )


def _is_whole(group: Mapping[Member, Reading]) -> bool:
    """Whether a group's members make up its total, so that a member without a row is none."""
    total = group.get("total")
    if total is None or total.value is None:
        return False
    parts = [group[member].value for member in adding_up(group)]
    return (
        all(isinstance(part, int) for part in parts)
        and sum(part for part in parts if isinstance(part, int)) == total.value
    )


def _tell_pe_arts(rows: Rows, key: Mapping[str, Any], figures: Figures, stage: str) -> None:
    """Teachers of PE and the arts.

    艺术 is the total of 音乐 and 美术 in some years' forms and a subject beside them in others: which it is here is
    told by the total of all subjects.
    """
    group = {member: reading for (of, own, member), reading in figures.items() if (of, own) == ("subjects", stage)}
    if not group:
        return
    total, pe = group.get("total"), group.get("pe")
    inner = [reading for member, reading in group.items() if isinstance(member, str) and member.startswith("arts:")]
    arts = group.get("arts")
    used = [reading for reading in (pe, arts, *inner, total) if reading is not None]
    if any(reading.problem for reading in used):
        rows.tell("staff", key, "pe_arts", None, *used)
        return
    if any(str(member).startswith(OTHER) and "艺术" in _heading(reading) for member, reading in group.items()):
        # One of the columns under 艺术 is called something else: it may be the one that counts.
        rows.problems.append(_words_absent(rows, used[0].sheet, "pe_arts", "subjects"))
        rows.tell("staff", key, "pe_arts", None, *used)
        return
    known = sum(_number(group[member]) for member in adding_up(group))
    beside = known + sum(map(_number, inner)) if arts is not None else known
    whole = total is not None and total.value is not None
    others = any(_number(reading) for member, reading in group.items() if str(member).startswith(OTHER))
    named = pe is not None and (arts is not None or {"arts:music", "arts:art"} <= group.keys())
    whole = whole and (named or not others)
    limit = _number(total) if whole else None
    told = pe is not None and pe.value is not None and arts is not None and arts.value is not None
    if told and arts is not None and _heads(arts) and (limit is None or known <= limit):
        value: int | None = _number(pe) + _number(arts)
    elif known == limit:
        value = _number(pe) + (_number(arts) if arts is not None else sum(map(_number, inner)))
    elif arts is not None and "arts:arts" not in group and beside == limit and rows.source == FORM:
        # Only a form has all subjects, so that what adds up cannot do so by chance.
        value = _number(pe) + _number(arts) + sum(map(_number, inner))
    elif named and any(reading.value is None for reading in (pe, arts, *inner) if reading is not None):
        value = None
    else:
        anchor = total or used[0]
        problem = sum_differs(anchor, list(group.values()), known, LABELS["subjects"], rows.source)
        rows.refuse("staff", key, problem, anchor.sheet)
        return
    rows.tell("staff", key, "pe_arts", value, *used)


def _number(reading: Reading | None) -> int:
    return reading.value if reading is not None and isinstance(reading.value, int) else 0


def _heads(arts: Reading) -> bool:
    """Whether the header says that the column is the total of the arts."""
    return re.search(r"艺术[合小总]?计", _heading(arts)) is not None


def _heading(reading: Reading) -> str:
    """The words above a figure's column."""
    return reading.sheet.columns[reading.place[1]].text
