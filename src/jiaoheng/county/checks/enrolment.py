"""Pupils against classes, years against opening and closing, grades against the kind of school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from jiaoheng.county import words
from jiaoheng.county.checks.facts import (
    Grade,
    School,
    enrolment,
    name_of,
    rows,
    schools,
    waiting,
)
from jiaoheng.county.checks.registry import advice, rule
from jiaoheng.county.county import County
from jiaoheng.county.grades import FIRST_WHOLE, is_stage
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

LARGEST_AVERAGE = 80
LARGEST_CLASS = 100
COMBINED_CLASS = 30


@advice
def class_sizes(county: County) -> Iterator[Problem]:
    """Classes without pupils, pupils without classes, more pupils to a class than a room holds."""
    known = schools(county)
    grades = enrolment(county)
    combined = _combined(grades)
    for row in grades:
        if row.pupils is None or row.classes is None:
            continue
        code = ""
        if row.classes and not row.pupils and row.grade < FIRST_WHOLE:
            code = "classes_without_pupils"
        elif row.pupils and not row.classes and (row.school, row.year) not in combined:
            code = "pupils_without_classes"
        elif row.classes and row.pupils / row.classes > LARGEST_AVERAGE:
            code = "class_size_implausible"
        if code:
            average = words.number(row.pupils / row.classes) if row.classes else ""
            yield Problem(
                code=code,
                table="enrolment",
                column="classes",
                value=str(row.classes),
                index=row.index,
                details=_who(known, row) | {"pupils": str(row.pupils), "average": average},
            )


@rule
def whole_stages(county: County) -> Iterator[Problem]:
    """Pupils of a stage told as a whole and by grades would count twice; a kindergarten's mixed classes do not."""
    by_grade = {(row.school, row.year, row.stage) for row in enrolment(county) if not is_stage(row.grade)}
    known = schools(county)
    for row in enrolment(county):
        if is_stage(row.grade) and row.pupils != 0 and (row.school, row.year, row.stage) in by_grade:
            yield Problem(
                code="stage_twice",
                table="enrolment",
                column="grade",
                value=str(row.grade),
                index=row.index,
                details=_who(known, row),
            )


@advice
def banded_classes(county: County) -> Iterator[Problem]:
    """Bands of class sizes add up to the classes of their stage, and none ends before it begins."""
    classes: defaultdict[tuple[str, int, str], int | None] = defaultdict(int)
    for row in enrolment(county):
        place = (row.school, row.year, row.stage)
        before = classes[place]
        classes[place] = None if before is None or row.classes is None else before + row.classes
    banded: defaultdict[tuple[str, int, str], list[tuple[int, int | None]]] = defaultdict(list)
    columns = ("school_id", "year", "stage", "smallest", "largest", "classes")
    for index, school, year, stage, smallest, largest, count in rows(county, "class_sizes", *columns):
        if largest is not None and smallest is not None and largest < smallest:
            details = {"smallest": str(smallest)}
            yield Problem(
                code="band_turned",
                table="class_sizes",
                column="largest",
                value=str(largest),
                index=index,
                details=details,
            )
        banded[school, year, stage].append((index, count))
    known, waits = schools(county), waiting(county, "class_sizes", "enrolment")
    for (school, year, stage), found in banded.items():
        stated = classes.get((school, year, stage))
        counts = [count for _, count in found if count is not None]
        if stated is not None and len(counts) == len(found) and sum(counts) != stated and not waits(school, year):
            yield Problem(
                code="bands_differ",
                table="class_sizes",
                column="classes",
                value=str(sum(counts)),
                index=found[0][0],
                details={"school": name_of(known, school), "year": str(year), "classes": str(stated)}
                | words.both(stage=words.coded("stage", stage)),
            )


@advice
def single_classes(county: County) -> Iterator[Problem]:
    """A single class with more pupils than a room holds."""
    for index, pupils in rows(county, "classes", "pupils"):
        if pupils is not None and pupils > LARGEST_CLASS:
            yield Problem(code="class_too_large", table="classes", column="pupils", value=str(pupils), index=index)


@advice
def classes_against_enrolment(county: County) -> Iterator[Problem]:
    """The classes of a grade add up to its row of enrolment, in classes and in pupils."""
    counted: defaultdict[tuple[str, int], dict[int, tuple[int, int, int]]] = defaultdict(dict)
    for index, school, year, grade, pupils in rows(county, "classes", "school_id", "year", "grade", "pupils"):
        if None not in (school, year, grade, pupils):
            first, classes, total = counted[school, year].get(grade, (index, 0, 0))
            counted[school, year][grade] = (first, classes + 1, total + pupils)
    stated: defaultdict[tuple[str, int], dict[int, Grade]] = defaultdict(dict)
    for row in enrolment(county):
        stated[row.school, row.year][row.grade] = row
    known, waits = schools(county), waiting(county, "classes", "enrolment")
    for (school, year), found in counted.items():
        differing = [
            text
            for grade in sorted({*found, *stated[school, year]})
            if (text := _difference(grade, found.get(grade), stated[school, year].get(grade)))
        ]
        if differing and not waits(school, year):
            yield Problem(
                code="classes_differ",
                table="classes",
                index=min(first for first, _, _ in found.values()),
                details={"school": name_of(known, school), "year": str(year)}
                | words.both(grades=words.listed(differing)),
            )


@advice
def open_years(county: County) -> Iterator[Problem]:
    """Pupils only in years in which the school is open, and a school that closes after it opens."""
    known = schools(county)
    taught: defaultdict[str, set[int]] = defaultdict(set)
    for row in enrolment(county):
        if row.pupils:
            taught[row.school].add(row.year)
    for school in known.values():
        first, last = school.open_from, school.open_to
        if first is not None and last is not None and first > last:
            details = {"first": str(first), "last": str(last)}
            yield Problem(
                code="open_years_turned",
                table="schools",
                column="open_to",
                index=school.index,
                details=details,
            )
            continue
        early = [year for year in taught[school.id] if first is not None and year < first]
        late = [year for year in taught[school.id] if last is not None and year > last]
        for column, bound, wrong in (("open_from", first, early), ("open_to", last, late)):
            if wrong:
                yield Problem(
                    code="pupils_outside_open_years",
                    table="schools",
                    column=column,
                    value=str(bound),
                    index=school.index,
                    details={"school": school.name, "years": words.years(wrong)},
                )


@advice
def grades_of_kind(county: County) -> Iterator[Problem]:
    """A school teaches the stages of its kind; 341 and 342 are often mistaken for each other."""
    known, primary = schools(county), county.primary_grades
    taught: defaultdict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in enrolment(county):
        if row.pupils and row.school in known and known[row.school].stages:
            taught[row.school][_belongs(row, known[row.school], primary)].add(row.grade)
    for school in known.values():
        foreign = {
            grade for stage, grades in taught[school.id].items() if stage not in school.stages for grade in grades
        }
        if foreign:
            grades = words.listed([words.coded("grade", grade) for grade in sorted(foreign)])
            fitting = words.both(kinds=_fitting(set(taught[school.id])), grades=grades, kind=_kind(school.kind))
            yield Problem(
                code="grade_not_of_kind",
                table="schools",
                column="kind",
                value=school.kind,
                index=school.index,
                details={"school": school.name} | fitting,
            )


def _who(known: dict[str, School], row: Grade) -> dict[str, str]:
    who = {"school": name_of(known, row.school), "year": str(row.year)}
    return who | words.both(grade=words.coded("grade", row.grade))


def _combined(grades: list[Grade]) -> set[tuple[str, int]]:
    """Schools and years so small that grades share classes (复式班): then a grade of its own has none."""
    pupils: defaultdict[tuple[str, int], int] = defaultdict(int)
    classes: defaultdict[tuple[str, int], int] = defaultdict(int)
    for row in grades:
        pupils[row.school, row.year] += row.pupils or 0
        classes[row.school, row.year] += row.classes or 0
    return {key for key, count in classes.items() if count and pupils[key] / count <= COMBINED_CLASS}


def _difference(grade: int, found: tuple[int, int, int] | None, stated: Grade | None) -> Text | None:
    label = words.coded("grade", grade)
    if stated is None:
        return Text(f"{label.zh}在校生表中没有", f"{label.en} is not in the enrolment table")
    if found is None:
        if not stated.pupils:
            return None
        return Text(f"{label.zh}班级表中没有", f"{label.en} is not in the classes table")
    _, classes, pupils = found
    if stated.pupils is not None and stated.pupils != pupils:
        return Text(
            f"{label.zh}各班合计 {pupils} 人，在校生表 {stated.pupils} 人",
            f"{label.en}: the class sizes add up to {pupils}, enrolment says {stated.pupils}",
        )
    if stated.classes is not None and stated.classes != classes:
        return Text(
            f"{label.zh}班级表 {classes} 个班，在校生表 {stated.classes} 个班",
            f"{label.en}: classes listed {classes}, enrolment says {stated.classes}",
        )
    return None


def _belongs(row: Grade, school: School, primary: int) -> str:
    """The stage of a grade; a vocational school teaches no primary grades, a special school any."""
    if school.stages == ("vocational",) and row.grade <= primary:
        return "kindergarten" if row.grade <= 0 else "primary"
    return row.stage


def _fitting(stages: set[str]) -> Text:
    """The narrowest kinds that teach these stages; a kindergarten class may come with primary."""
    wanted = stages - {"kindergarten"} or stages
    codes = [code for code in schema().codes["kind"] if wanted <= set(code.stages) and str(code.value)[-1] not in "89"]
    narrowest = min((len(code.stages) for code in codes), default=0)
    kinds = [_kind(str(code.value)) for code in codes if len(code.stages) == narrowest]
    return words.listed(kinds, at_most=3) if kinds else Text("没有合适的类型", "no kind fits")


def _kind(value: str) -> Text:
    label = words.coded("kind", value)
    return Text(f"{value} {label.zh}", f"{value} {label.en}")
