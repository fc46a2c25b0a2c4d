"""The forms of staff and teachers."""

from __future__ import annotations

from collections.abc import Callable

from forms.form import Form
from forms.known import School, Stage, Teacher
from forms.pupils import Keys
from forms.truth import ABOVE_DEGREE, SENIOR_TITLES
from forms.words import (
    AGES,
    DEGREES,
    OLD_SUBJECTS,
    PE_AND_ARTS,
    PRIMARY_SUBJECTS,
    SECONDARY_SUBJECTS,
    STAGE_WORDS,
    TITLES,
    leaf,
)

Wanted = Callable[[Teacher], bool]


def staff_form(school: School, year: int, number: str, title: str) -> Form:
    """Everybody whom the school employs, by post."""
    form, keys = Form(number, title, unit="人"), Keys(school.school_id, year)
    teachers = school.teachers
    whole = form.column("教职工数", "合计")
    posts = [form.column("教职工数", words) for words in ("专任教师", "行政人员", "教辅人员", "工勤人员", "其他")]
    outside, silver = form.column("校外教师"), form.column("银龄教师")
    total = form.line("总计")
    single = len(school.stages) == 1
    (first, *_) = school.stages
    form.put(
        total, whole, len(teachers) + sum(school.other_staff), [keys.staff(first.stage, "employees")] if single else []
    )
    # Special and other schools tell their teachers nowhere else.
    alone = single and first.stage not in ABOVE_DEGREE
    form.put(total, posts[0], len(teachers), [keys.staff(first.stage, "teachers")] if alone else [])
    for column, count in zip(posts[1:], school.other_staff, strict=True):
        form.put(total, column, count)
    form.put(total, outside, 0)
    form.put(total, silver, 0)
    women = sum(one.woman for one in teachers)
    for words, count in (("女", women), ("少数民族", sum(one.minority for one in teachers)), ("在编人员", women)):
        line = form.line(words, sub=True)
        form.put(line, whole, count)
        form.put(line, posts[0], count)
    return form


def titles_form(school: School, year: int, number: str, title: str) -> Form:
    """Teachers by professional title and age: a school of one stage has one block."""
    form, keys = Form(number, title, unit="人"), Keys(school.school_id, year)
    whole, women = form.column("合计"), form.column("#女")
    ages = {age: form.column(age) for age in AGES}

    def block(teachers: tuple[Teacher, ...], stage: str, words: str, name: str) -> None:
        for label in (words, "女", "少数民族", *TITLES):
            line = form.line(label, block=name, sub=label != words)
            wanted = _wanted(label, words)
            chosen = [one for one in teachers if wanted(one)]
            facts = [keys.staff(stage, "senior_titles")] if stage and label in SENIOR_TITLES else []
            form.put(line, whole, len(chosen), facts)
            form.put(line, women, sum(one.woman for one in chosen))
            for age, column in ages.items():
                form.put(line, column, sum(one.age == age for one in chosen))

    alone = school.stages[0].stage if len(school.stages) == 1 else ""
    block(school.teachers, alone, "总计", "")
    if not alone:
        for stage in school.stages:
            words = STAGE_WORDS[stage.stage]
            block(stage.teachers, stage.stage, words, words)
    return form


def _wanted(label: str, words: str) -> Wanted:
    if label == words:
        return lambda one: True
    if label in ("女", "少数民族"):
        return lambda one: one.woman if label == "女" else one.minority
    return lambda one: label in (one.title, one.degree)


def subjects_form(
    school: School, year: int, number: str, title: str, stages: tuple[str, ...], old: bool = False, sums: bool = False
) -> Form:
    """Teachers by degree and subject, in one block a stage; one of a single stage begins with it.

    ``sums``: groups of subjects have a column of their sum, as the arts of primary schools always have.
    """
    form, keys = Form(number, title, unit="人"), Keys(school.school_id, year)
    subjects = PRIMARY_SUBJECTS if "primary" in stages and len(stages) == 1 else SECONDARY_SUBJECTS
    if stages == ("primary", "junior"):
        subjects = tuple(dict.fromkeys((*PRIMARY_SUBJECTS[:7], *SECONDARY_SUBJECTS)))
    whole, women = form.column("合计"), form.column("#女")
    columns: dict[str | tuple[str, ...], int] = {}
    for subject in subjects:
        group = subject[0] if isinstance(subject, tuple) else ""
        if group and (sums or (stages == ("primary",) and group == "艺术")) and (group,) not in columns:
            columns[group,] = form.column(group, "计")
        columns[leaf(subject)] = form.column(*_path(subject, old))
    columns = {
        tuple(leaf(one) for one in subjects if one[0] == name[0]) if isinstance(name, tuple) else name: column
        for name, column in columns.items()
    }
    found = [stage for stage in map(school.stage, stages) if stage]
    if stages == ("primary",):
        _block(form, keys, found, "总计", "", whole, women, columns)
        return form
    total = form.line("总计")
    everybody = [teacher for stage in found for teacher in stage.teachers]
    form.put(total, whole, len(everybody))
    form.put(total, women, sum(one.woman for one in everybody))
    for subject, column in columns.items():
        form.put(total, column, sum(_teaches(one, subject) for one in everybody))
    for stage in found:
        words = STAGE_WORDS[stage.stage]
        _block(form, keys, [stage], words, words, whole, women, columns)
    return form


def _teaches(teacher: Teacher, subject: str | tuple[str, ...]) -> bool:
    return teacher.subject in subject if isinstance(subject, tuple) else teacher.subject == subject


def _path(subject: str | tuple[str, str], old: bool) -> tuple[str, ...]:
    path = (subject,) if isinstance(subject, str) else subject
    return tuple(OLD_SUBJECTS.get(word, word) if old else word for word in path)


def _block(
    form: Form,
    keys: Keys,
    stages: list[Stage],
    words: str,
    name: str,
    whole: int,
    women: int,
    columns: dict[str | tuple[str, ...], int],
) -> None:
    (stage,) = stages
    for label in (words, "女", "少数民族", *DEGREES):
        line = form.line(label, block=name, sub=label != words)
        wanted = _wanted(label, words)
        chosen = [one for one in stage.teachers if wanted(one)]
        first = label == words
        facts = [keys.staff(stage.stage, "teachers")] if first else []
        if label in ABOVE_DEGREE[stage.stage]:
            facts = [keys.staff(stage.stage, "above_required_degree")]
        form.put(line, whole, len(chosen), facts)
        form.put(line, women, sum(one.woman for one in chosen))
        for subject, column in columns.items():
            facts = [keys.staff(stage.stage, "pe_arts")] if first and subject in PE_AND_ARTS else []
            form.put(line, column, sum(_teaches(one, subject) for one in chosen), facts)
