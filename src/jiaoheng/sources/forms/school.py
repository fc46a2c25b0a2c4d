"""From the forms of one school to rows of our tables: enrolment, classes, staff, facilities and the school itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from jiaoheng.county import words
from jiaoheng.county.grades import WHOLE
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.schema import schema
from jiaoheng.county.teaching import ABOVE_REQUIRED, SENIOR_TITLES
from jiaoheng.sources.cells import parse
from jiaoheng.sources.forms.catalogue import Form, catalogue
from jiaoheng.sources.forms.cells import FORM, Reading, origin
from jiaoheng.sources.forms.facts import (
    LABELS,
    OTHER,
    Figure,
    FormRead,
    Member,
    adding_up,
    agreed,
    blank_total,
    column_of,
    sum_differs,
)
from jiaoheng.sources.forms.rows import Rows
from jiaoheng.sources.text import shown

BY_GRADE = ("pupils", "classes", "boarders", "migrant_children", "left_behind_children", "disabled_children")
FACILITIES = (
    "teaching_area",
    "indoor_sports_area",
    "sports_ground_area",
    "equipment_value",
    "multimedia_rooms",
    "computers",
    "books",
)
_FIRST = {"primary": 1, "junior": 7, "senior": 10, "vocational": 10}
_STAFF = ("degrees", "titles", "subjects", "backbone", "employees")

Figures = Mapping[tuple[str, str, Member], Reading]


class School(msgspec.Struct, frozen=True):
    """Whose forms they are and of which year."""

    school_id: str | None
    year: int | None
    stages: tuple[str, ...]

    def key(self, **also: Any) -> dict[str, Any]:
        """The beginning of every key of this school's rows of the year."""
        return {"school_id": self.school_id, "year": self.year, **also}


def gathered(reads: Iterable[FormRead]) -> Figures:
    """Every figure once: where two forms tell it differently, with the problem that shows both."""
    found: dict[tuple[str, str, Member], list[Reading]] = {}
    for read in reads:
        for figure in read.figures:
            found.setdefault((figure.fact, figure.stage, figure.member), []).append(figure.reading)
    return {key: reading for key, each in found.items() if (reading := agreed(each, "", label_of(key[0])))}


def label_of(fact: str) -> Any:
    """How a fact reads."""
    return LABELS.get(fact) or column_of(fact).label


def tell_school(rows: Rows, school: School, figures: Figures, reads: Sequence[FormRead]) -> None:
    """All rows of one school but its own in ``schools``."""
    every = dict.fromkeys((*school.stages, *(str(code.value) for code in schema().codes["stage"])))
    taught = [stage for stage in every if _is_taught(figures, stage)]
    own = [stage for stage in taught if stage in school.stages or stage == "kindergarten" or not school.stages]
    for stage in taught:
        if stage not in own:
            rows.problems.append(_foreign(rows, figures, stage))
        tell_enrolment(rows, school, figures, stage)
        tell_class_sizes(rows, school, figures, stage)
        tell_staff(rows, school, figures, stage, alone=own == [stage])
    tell_facilities(rows, school, figures)
    for read in reads:
        for fact in read.missing:
            stage = fact.stage or read.form.stage or (taught[0] if len(taught) == 1 else "")
            if fact.stage and fact.stage not in taught:
                continue
            problem = Problem(
                code="form_words_missing" if fact.needed else "form_words_absent",
                origin=origin(read.sheet, None, rows.source),
                details=words.both(figure=label_of(fact.fact), form=read.form.label),
            )
            if not fact.needed:
                rows.problems.append(problem)
                continue
            for table, key in _rows_of(fact.fact, school, stage, taught):
                rows.refuse(table, key, problem, read.sheet)


def _is_taught(figures: Figures, stage: str) -> bool:
    """Whether a school has a stage: some figure of pupils, classes or teachers of it is more than nothing."""
    return any(
        own == stage and fact in ("pupils", "classes", "degrees", "titles") and (reading.value or reading.problem)
        for (fact, own, _), reading in figures.items()
    )


def _foreign(rows: Rows, figures: Figures, stage: str) -> Problem:
    """The warning of figures of a stage that a school of its kind does not have."""
    reading = next(
        reading for (_, of, _), reading in figures.items() if of == stage and (reading.value or reading.problem)
    )
    return Problem(
        code="form_stage_foreign",
        column=reading.sheet.heading(reading.place[1]),
        value=str(reading.value),
        origin=origin(reading.sheet, reading.place[0], rows.source),
        details={"cell": reading.named} | words.both(stage=words.coded("stage", stage)),
    )


def _rows_of(fact: str, school: School, stage: str, taught: Sequence[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    """The rows that a fact would be in."""
    stages = [stage] if stage else list(taught)
    if fact in FACILITIES:
        return [("facilities", school.key(stage=None))]
    if fact in _STAFF:
        return [("staff", school.key(stage=each)) for each in stages]
    if fact == "class_sizes":
        return [("class_sizes", school.key(stage=each, smallest=0)) for each in stages]
    if fact in BY_GRADE:
        return [("enrolment", school.key(grade=_FIRST.get(each, 1))) for each in stages]
    return [("schools", {"school_id": school.school_id})]


# -------------------------------------------------------------------------------------------------- enrolment


def tell_enrolment(rows: Rows, school: School, figures: Figures, stage: str) -> None:
    """A row a grade, and one for classes of several grades; a stage told only as a whole is one row."""
    own = {
        (fact, member): reading for (fact, of, member), reading in figures.items() if of == stage and fact in BY_GRADE
    }
    first = _first_grade(stage, own)
    members = dict.fromkeys(member for _, member in own if member not in ("total", "mixed") and isinstance(member, str))
    if "" in members:
        _tell_whole(rows, school, stage, own)
        return
    for member in members:
        readings = {fact: own[fact, member] for fact in BY_GRADE if (fact, member) in own}
        if _is_no_grade(stage, member, readings):
            continue
        number = int(member)
        if stage in ("junior", "senior") and member == "4" and first != 6:
            # Classes of a fourth year that has no pupils: one of the two forms has slipped.
            odd = next(reading for reading in readings.values() if reading.value or reading.problem)
            readings = {fact: msgspec.structs.replace(odd, problem=odd.problem or _alone(odd)) for fact in readings}
        grade = number if stage in ("kindergarten", "special") else first + number - 1
        for fact, reading in readings.items():
            rows.tell("enrolment", school.key(grade=grade), fact, reading.value, reading)
    _tell_mixed(rows, school, stage, own)


def _alone(reading: Reading) -> Problem:
    """The problem of a figure in a year that the other form has no pupils of."""
    return Problem(
        code="form_grade_alone",
        column=reading.sheet.heading(reading.place[1]),
        value=str(reading.value),
        origin=origin(reading.sheet, reading.place[0]),
        details={"cell": reading.named},
    )


def _tell_whole(rows: Rows, school: School, stage: str, own: Mapping[tuple[str, Member], Reading]) -> None:
    grade = WHOLE.get(stage, 1)
    for fact in BY_GRADE:
        if reading := own.get((fact, "")):
            rows.tell("enrolment", school.key(grade=grade), fact, reading.value, reading)


def _tell_mixed(rows: Rows, school: School, stage: str, own: Mapping[tuple[str, Member], Reading]) -> None:
    """Classes of several grades: in primary school their pupils count in their grades, in a kindergarten here."""
    classes, pupils = own.get(("classes", "mixed")), own.get(("pupils", "mixed"))
    if stage not in WHOLE or not any(each and (each.value or each.problem) for each in (classes, pupils)):
        return
    key = school.key(grade=WHOLE[stage])
    if stage != "kindergarten" and classes:
        rows.tell("enrolment", key, "pupils", 0, classes)
    elif pupils:
        rows.tell("enrolment", key, "pupils", pupils.value, pupils)
    if classes:
        rows.tell("enrolment", key, "classes", classes.value, classes)


def _first_grade(stage: str, own: Mapping[tuple[str, Member], Reading]) -> int:
    """The grade that a stage's first year is: 6 where junior school has four years, as after five of primary."""
    fact = "pupils" if any(of == "pupils" for of, _ in own) else "classes"
    fourth = own.get((fact, "4"))
    return 6 if stage == "junior" and fourth and fourth.value else _FIRST.get(stage, 1)


def _is_no_grade(stage: str, member: str, readings: Mapping[str, Reading]) -> bool:
    """A column that the form has for others: a fourth year of secondary school, a grade that nothing is told of."""
    empty = not any(reading.value or reading.problem for reading in readings.values())
    if stage in ("junior", "senior") and member == "4":
        return empty
    if stage in ("kindergarten", "special", "vocational"):
        return empty
    return empty and all(reading.value is None for reading in readings.values()) and "pupils" not in readings


def tell_class_sizes(rows: Rows, school: School, figures: Figures, stage: str) -> None:
    """A row a band of class sizes."""
    for (fact, of, member), reading in figures.items():
        if fact == "class_sizes" and of == stage and isinstance(member, tuple):
            if reading.value is None and not reading.problem:
                continue
            low, high = member
            key = school.key(stage=stage, smallest=low)
            rows.tell("class_sizes", key, "largest", high, reading)
            rows.tell("class_sizes", key, "classes", reading.value, reading)


# ------------------------------------------------------------------------------------------------------ staff


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
            employees = msgspec.structs.replace(employees, problem=blank_total(employees, label_of("employees"), FORM))
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
        rows.problems.append(
            Problem(
                code="form_words_absent",
                table="staff",
                origin=origin(sheet, None, rows.source),
                details=words.both(figure=schema().tables["staff"].column(column).label, form=label_of(fact)),
            )
        )
        found = []
    values = [reading.value for reading in found]
    known = [value for value in values if isinstance(value, int)]
    whole = bool(found) and len(known) == len(values)
    others = [reading for reading in group.values() if reading.problem]
    rows.tell("staff", key, column, sum(known) if whole else None, *(found or list(group.values())[:1]), *others)


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
    elif arts is not None and beside == limit and rows.source == FORM:
        # Only a form has all subjects, so that what adds up cannot do so by chance.
        value = _number(pe) + _number(arts) + sum(map(_number, inner))
    elif limit is not None and pe is not None and _blank(group) and known < limit:
        value = None
    else:
        anchor = total or used[0]
        problem = sum_differs(anchor, list(group.values()), known, LABELS["subjects"], rows.source)
        rows.refuse("staff", key, problem, anchor.sheet)
        return
    rows.tell("staff", key, "pe_arts", value, *used)


def _number(reading: Reading | None) -> int:
    return reading.value if reading is not None and isinstance(reading.value, int) else 0


def _blank(group: Mapping[Member, Reading]) -> bool:
    return any(reading.value is None for member, reading in group.items() if member != "total")


def _heads(arts: Reading) -> bool:
    """Whether the header says that the column is the total of the arts."""
    return re.search(r"艺术[合小总]?计", arts.sheet.columns[arts.place[1]].text) is not None


# ------------------------------------------------------------------------------------------------- facilities


def tell_facilities(rows: Rows, school: School, figures: Figures) -> None:
    """The facilities of the whole school."""
    for fact in FACILITIES:
        if reading := figures.get((fact, "", "")):
            rows.tell("facilities", school.key(stage=None), fact, reading.value, reading)


def year_built(raw: object) -> int | None:
    """The year of a date as forms write it: 2003年9月, 200309, 2003-09-01."""
    if isinstance(raw, date):
        return raw.year
    found = re.match(r"\s*(1[89]\d\d|20\d\d)", str(raw))
    return int(found.group(1)) if found else None


def about(name: str, reading: Reading, source: str) -> tuple[object, Problem | None]:
    """What a form says of the school itself, as a value of the column in ``schools``."""
    raw = reading.sheet.cell(*reading.place)
    if name == "built_year":
        year = year_built(raw)
        return year, None if year or not shown(raw) else _unread(name, reading, source)
    if reading.problem:
        return None, reading.problem
    if name == "kind" and (found := kinds().get(shown(raw))):
        return found, None
    if name == "ownership" and (runs := _runs(shown(raw))):
        return runs, None
    parsed = parse(schema().tables["schools"].column(name), raw)
    if not parsed.problem:
        return parsed.value, None
    if name in ("setting", "ownership"):
        return None, _unread(name, reading, source)
    place = origin(reading.sheet, reading.place[0], source)
    heading = reading.sheet.heading(reading.place[1])
    return None, Problem(
        code=parsed.problem, table="schools", column=heading, value=shown(raw), origin=place, details=parsed.details
    )


def _unread(name: str, reading: Reading, source: str) -> Problem:
    """The warning of a text about the school that is no code and no name of one."""
    return Problem(
        code="form_about_unread",
        table="schools",
        column=reading.sheet.heading(reading.place[1]),
        value=shown(reading.sheet.cell(*reading.place)),
        origin=origin(reading.sheet, reading.place[0], source),
        details=words.both(figure=schema().tables["schools"].column(name).label),
    )


def _runs(text: str) -> str:
    """Public or private by who runs a school: 999 is 民办, 8xx a department or enterprise of the state."""
    if re.match(r"999(?!\d)", text) or re.search(r"民办|私立|社会力量|公民个人", text):
        return "private"
    return (
        "public" if re.match(r"8\d\d(?!\d)", text) or re.search(r"教育部门|其他部门|政府|公办|公立|部队", text) else ""
    )


_EXPECTED = {
    "kindergarten": {"kindergarten_classes", "kindergarten_teachers"},
    "primary": {"primary_pupils", "primary_classes", "primary_teachers", "teacher_titles"},
    "junior": {"junior_pupils", "secondary_classes", "secondary_teachers", "teacher_titles"},
    "senior": {"senior_pupils", "secondary_classes", "secondary_teachers", "teacher_titles"},
    "special": {"special_pupils"},
    "vocational": {"vocational_pupils"},
}


def missing_forms(reads: Sequence[FormRead], forms: Mapping[str, Form], stages: Iterable[str]) -> list[Form]:
    """The forms that a school of these stages should have sent and has not."""
    every = set(stages)
    wanted = {"school", "employees"}.union(*(_EXPECTED.get(stage, set()) for stage in every))
    if every & {"primary", "junior", "senior"}:
        wanted |= {"school_more", "buildings", "conditions"}
    have = {read.form.name for read in reads}
    told = {figure.fact + figure.stage for read in reads for figure in read.figures}
    if {"degreesjunior", "degreessenior"} & told:
        # Some years have one form for all compulsory stages.
        have.add("secondary_teachers")
    return [form for name, form in forms.items() if name in wanted - have]


def needed_forms(kind: str) -> tuple[Form, ...]:
    """The forms that a school of this kind should send; none where nothing of ours stands in them."""
    code = schema().code("kind", kind) if kind else None
    if code is None:
        return ()
    # A school may have a kindergarten; only a kindergarten must.
    stages = [stage for stage in code.stages if stage != "kindergarten"] or code.stages
    return tuple(missing_forms((), catalogue().sheets, stages))


def nothing_known(figures: Figures) -> bool:
    """Whether no figure at all was found."""
    return not any(reading.value is not None for reading in figures.values())


def place(figure: Figure) -> Origin:
    """Where a figure stands."""
    return origin(figure.reading.sheet, figure.reading.place[0])


def kinds() -> Mapping[str, str]:
    """Kinds of school by the words that forms name them with."""
    found = {}
    for code in schema().codes["kind"]:
        for name in (str(code.value), code.label.zh, *code.aliases):
            found[name] = str(code.value)
    return found
