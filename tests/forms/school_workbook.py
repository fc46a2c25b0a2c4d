"""The workbook that a school has filled in each autumn since 2021."""

from __future__ import annotations

from random import Random

from forms.form import Form
from forms.known import Known, School
from forms.layouts import Layout
from forms.noise import noise_sheets
from forms.premises import basics_form, buildings_form, conditions_form, more_basics_form
from forms.printing import Heads, print_form
from forms.pupils import classes_form, graded_form, kindergarten_form, pupils_form
from forms.sheets import Book, Sheet
from forms.staff import staff_form, subjects_form, titles_form

COMPULSORY = ("primary", "junior", "senior")


def school_forms(known: Known, school: School, layout: Layout) -> list[Form]:
    """The forms of a school of its kind, as far as anything of ours stands in them."""
    year, names = known.year, {stage.stage for stage in school.stages}
    forms = [basics_form(known, school, seed=layout.seed), more_basics_form(school, year)]
    if school.kind == "111":
        forms += [kindergarten_form(school, year), staff_form(school, year, "教基4148", "学前教育教职工数")]
        return forms
    if school.kind == "514":
        forms += [graded_form(school, year, "教基3120", "特殊教育学生数")]
        return [*forms, staff_form(school, year, "教基4150", "特殊教育学校教职工数")]
    if school.kind == "365":
        forms += [graded_form(school, year, "教基3221", "中等职业学校学生数")]
        return [*forms, staff_form(school, year, "教基4251", "中等职业学校教职工数")]
    if "primary" in names:
        forms.append(classes_form(school, year, "教基2106", "小学班数、班额", ("primary",)))
    if names & {"junior", "senior"}:
        forms.append(classes_form(school, year, "教基2107", "中学班数、班额", ("junior", "senior")))
    forms += [pupils_form(school, year, stage) for stage in school.stages]
    forms += [
        staff_form(school, year, "教基4149", "中小学教职工数"),
        titles_form(school, year, "教基4153", "中小学专任教师专业技术职务、年龄结构情况"),
    ]
    forms += _subjects(school, year, layout)
    forms += [
        buildings_form(school, year, "教基5170", "中小学校舍情况"),
        conditions_form(school, year, "教基5176", "中小学占地面积及其他办学条件"),
    ]
    return forms


def _subjects(school: School, year: int, layout: Layout) -> list[Form]:
    """Newer workbooks set primary and junior teachers together, and seniors apart."""
    names = tuple(stage.stage for stage in school.stages)
    if layout.compulsory:
        title = "义务教育阶段专任教师分课程、分学历情况"
        forms = [("教基4155", title, ("primary", "junior"))] if names[0] != "senior" else []
        forms += [("教基4156", "普通高中专任教师分课程、分学历情况", ("senior",))] if "senior" in names else []
    else:
        forms = [("教基4155", "小学专任教师分课程、分学历情况", ("primary",))] if "primary" in names else []
        if names != ("primary",):
            forms += [("教基4156", "中学专任教师分课程、分学历情况", ("junior", "senior"))]
    return [subjects_form(school, year, *form, sums=layout.sums) for form in forms]


def workbook(known: Known, school: School, layout: Layout | None = None) -> Book:
    """A school's workbook under a layout."""
    layout = layout or Layout()
    heads = Heads(known.county, school.name, known.year, school.kind_word)
    return bound(school_forms(known, school, layout), school, layout, heads)


def bound(forms: list[Form], school: School, layout: Layout, heads: Heads) -> Book:
    """Forms bound into one file, with the sheets that nobody needs."""
    sheets = [_named(print_form(form, layout, heads), form, layout, heads) for form in forms]
    sheets += noise_sheets(school, layout, heads)
    if layout.shuffled:
        Random(f"{layout.seed} order {school.school_id}").shuffle(sheets)
    if all(sheet.hidden for sheet in sheets[:1]):
        sheets.sort(key=lambda sheet: sheet.hidden)
    return Book(f"{school.school_id}{school.name}", sheets)


def _named(sheet: Sheet, form: Form, layout: Layout, heads: Heads) -> Sheet:
    """The sheet under the name that a clerk or a system gave it."""
    digits = form.number.lstrip("教基础")
    names = {
        "form": f"{form.number}_{heads.suffix}",
        "copy": f"{form.number}_{heads.suffix} (2)",
        "number": digits,
        "title first": f"{form.title[: 30 - len(form.number)]} {form.number}",
        "words": form.title[:31],
        "numbered": f"Sheet{digits}",
    }
    sheet.name = names[layout.names]
    return sheet
