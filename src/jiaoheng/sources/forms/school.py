"""From the forms of one school to rows of our tables: enrolment, classes, staff, facilities and the school itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county import words
from jiaoheng.county.grades import WHOLE
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.sources.forms.catalogue import Fact, Form, catalogue
from jiaoheng.sources.forms.cells import Reading, origin
from jiaoheng.sources.forms.facts import (
    Figures,
    FormRead,
    Member,
    agreed,
    fact_label,
)
from jiaoheng.sources.forms.rows import Rows, School
from jiaoheng.sources.forms.staff import tell_staff

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


def gathered(reads: Iterable[FormRead]) -> Figures:
    """Every figure once: where two forms tell it differently, with the problem that shows both."""
    found: dict[tuple[str, str, Member], list[Reading]] = {}
    for read in reads:
        for figure in read.figures:
            found.setdefault((figure.fact, figure.stage, figure.member), []).append(figure.reading)
    return {key: reading for key, each in found.items() if (reading := agreed(each, "", fact_label(key[0])))}


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
            if not fact.stage or fact.stage in taught:
                _tell_absent(rows, read, fact, _rows_of(fact.fact, school, stage, taught))
        for fact in read.form.facts:
            told = {stage for of, stage, _ in figures if of == fact.fact}
            for stage in set(own) & {"primary", "junior", "senior"} & read.form.blocks.keys():
                if fact.fact in _STAFF and told and stage not in told:
                    _tell_absent(rows, read, fact, [("staff", school.key(stage=stage))])


def _tell_absent(rows: Rows, read: FormRead, fact: Fact, keys: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """That a form has no words of a fact: without a needed one its rows wait."""
    problem = Problem(
        code="form_words_missing" if fact.needed else "form_words_absent",
        origin=origin(read.sheet, None, rows.source),
        details=words.both(figure=fact_label(fact.fact), form=read.form.label),
    )
    if not fact.needed:
        rows.problems.append(problem)
        return
    for table, key in keys:
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


# ------------------------------------------------------------------------------------------------- facilities


def tell_facilities(rows: Rows, school: School, figures: Figures) -> None:
    """The facilities of the whole school."""
    for fact in FACILITIES:
        if reading := figures.get((fact, "", "")):
            rows.tell("facilities", school.key(stage=None), fact, reading.value, reading)


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
