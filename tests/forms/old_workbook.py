"""A school's workbook before 2021."""

from __future__ import annotations

from forms.form import Form
from forms.known import Known, School
from forms.layouts import Layout
from forms.premises import basics_form, buildings_form, more_basics_form, old_conditions_form
from forms.printing import Heads
from forms.pupils import classes_form, graded_form, kindergarten_form, pupils_form
from forms.school_workbook import bound
from forms.sheets import Book
from forms.staff import staff_form, subjects_form, titles_form


def old_forms(known: Known, school: School, layout: Layout) -> list[Form]:
    """The forms of a school of its kind, as they were numbered and printed until 2020."""
    year, names = known.year, {stage.stage for stage in school.stages}
    forms = [
        basics_form(known, school, "基础基111", "学校（机构）调查表", seed=layout.seed),
        more_basics_form(school, year, "基础基112", "学校（机构）基本情况（续）"),
    ]
    if school.kind == "111":
        forms.append(kindergarten_form(school, year, "基础基211", "幼儿园班数、幼儿数"))
        return [*forms, staff_form(school, year, "基础基411", "幼儿园教职工数")]
    if school.kind == "514":
        forms.append(graded_form(school, year, "基础基315", "特殊教育学生数"))
        return [*forms, staff_form(school, year, "基础基413", "特殊教育学校教职工数")]
    if "primary" in names:
        forms.append(classes_form(school, year, "基础基212", "小学班数、班额情况", ("primary",)))
    if names & {"junior", "senior"}:
        forms.append(classes_form(school, year, "基础基213", "中学班数、班额情况", ("junior", "senior")))
    forms += [pupils_form(school, year, stage, old=True) for stage in school.stages]
    forms += [
        staff_form(school, year, "基础基412", "中小学教职工数"),
        titles_form(school, year, "基础基422", "中小学专任教师专业技术职务、年龄结构情况"),
    ]
    if "primary" in names:
        numbers = ("基础基423", "小学专任教师分课程、分学历情况", ("primary",))
        forms.append(subjects_form(school, year, *numbers, old=True, sums=layout.sums))
    if names & {"junior", "senior"}:
        numbers = ("基础基424", "中学专任教师分课程、分学历情况", ("junior", "senior"))
        forms.append(subjects_form(school, year, *numbers, old=True, sums=layout.sums))
    forms += [buildings_form(school, year, "基础基512", "中小学校舍情况"), old_conditions_form(school, year)]
    return forms


def has_old_forms(school: School) -> bool:
    """Vocational schools had forms of another series."""
    return school.kind != "365"


def old_workbook(known: Known, school: School, layout: Layout | None = None) -> Book:
    """A school's workbook before 2021 under a layout."""
    layout = layout or Layout()
    heads = Heads(known.county, school.name, known.year, school.kind_word)
    return bound(old_forms(known, school, layout), school, layout, heads)
