"""The county's totals, by name: what plans promise is a total of the county, or one total as a share of another.

A name is the schools that are counted and what is counted of them, ``primary_teachers``, with a number at the end
where the figure needs one: ``junior_classes_from_51``, ``kindergarten_schools_opened_2021``. ``county_totals`` has the
SQL; here is what a name means and how it reads.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import msgspec

from jiaoheng.language import Text, bracketed

Source = Literal["enrolled", "sections", "roster", "classes", "places", "schools", "groups", "children", "yardstick"]


class Counted(msgspec.Struct, frozen=True):
    """Something that is counted: its label, where it is counted, and the table whose rows tell it.

    ``bounded`` ones are known exactly only where the facts allow it, else between two bounds. ``column`` is what is
    added up where it is a column of the source.
    """

    label: Text
    source: Source
    table: str
    column: str = ""
    bounded: bool = False


class Total(msgspec.Struct, frozen=True):
    """A total of the county: ``number`` is a class size, a year or hours, as the name says."""

    name: str
    reach: str
    counted: str
    number: int | None = None

    @property
    def what(self) -> Counted:
        """What is counted."""
        return COUNTED[self.counted]

    @property
    def label(self) -> Text:
        """How the total reads: 小学专任教师."""
        what = self.what.label
        if self.number is not None:
            what = Text(what.zh.format(number=self.number), what.en.format(number=self.number))
        reach = REACH_LABELS.get(self.reach)
        space = " " if what.zh[0].isdigit() else ""
        return Text(reach.zh + space + what.zh, what.en + bracketed(reach.en, "en")) if reach else what


STAGES = ("kindergarten", "primary", "junior", "senior", "vocational", "special")
REACHES: dict[str, tuple[str, ...]] = {
    "all": STAGES,
    "kindergarten": ("kindergarten",),
    "primary": ("primary",),
    "junior": ("junior",),
    "senior": ("senior",),
    "vocational": ("vocational",),
    "special": ("special",),
    "compulsory": ("primary", "junior"),
    "nine_year": ("primary", "junior"),
    "schools": ("primary", "junior", "senior"),
    "basic": ("kindergarten", "primary", "junior", "senior"),
    "upper": ("senior", "vocational"),
}
"""The stages that a total adds up."""

REACH_LABELS = {
    "kindergarten": Text("幼儿园", "kindergartens"),
    "primary": Text("小学", "primary"),
    "junior": Text("初中", "junior secondary"),
    "senior": Text("普通高中", "senior secondary"),
    "vocational": Text("中职", "vocational"),
    "special": Text("特殊教育", "special"),
    "compulsory": Text("义务教育", "compulsory"),
    "nine_year": Text("九年一贯制", "nine-year"),
    "schools": Text("中小学", "primary and secondary"),
    "basic": Text("基础教育", "kindergarten to senior secondary"),
    "upper": Text("高中阶段", "upper secondary"),
}


def _of(label: str, english: str, source: Source, table: str, column: str = "", *, bounded: bool = False) -> Counted:
    return Counted(Text(label, english), source, table, column, bounded)


COUNTED: dict[str, Counted] = {
    "pupils": _of("在校生", "Pupils", "enrolled", "enrolment", "pupils"),
    "public_pupils": _of("公办学校在校生", "Pupils of public schools", "enrolled", "enrolment", "pupils"),
    "boarders": _of("寄宿生", "Boarders", "enrolled", "enrolment", "boarders"),
    "migrant_children": _of("随迁子女", "Migrant children", "enrolled", "enrolment", "migrant_children"),
    "public_migrant_children": _of(
        "公办学校随迁子女", "Migrant children in public schools", "enrolled", "enrolment", "migrant_children"
    ),
    "classes": _of("班级", "Classes", "enrolled", "enrolment", "classes"),
    "teachers": _of("专任教师", "Teachers", "sections", "staff", "teachers"),
    "above_required_degree": _of(
        "高于规定学历教师", "Teachers above the required degree", "sections", "staff", "above_required_degree"
    ),
    "backbone": _of("县级及以上骨干教师", "Backbone teachers", "sections", "staff", "backbone"),
    "pe_arts": _of("体育、艺术专任教师", "PE and arts teachers", "sections", "staff", "pe_arts"),
    "certified": _of("持证教师", "Certified teachers", "sections", "staff", "certified"),
    "trained_360h": _of(
        "五年满 360 学时教师", "Teachers with 360 hours of training", "sections", "staff", "trained_360h"
    ),
    "senior_titles": _of(
        "中级及以上职称教师", "Teachers of middle or senior title", "sections", "staff", "senior_titles"
    ),
    "teaching_area": _of("教学及辅助用房", "Teaching and auxiliary rooms", "sections", "facilities", "teaching_area"),
    "indoor_sports_area": _of("室内体育用房", "Indoor sports rooms", "sections", "facilities", "indoor_sports_area"),
    "sports_ground_area": _of("运动场地", "Sports grounds", "sections", "facilities", "sports_ground_area"),
    "equipment_value": _of("教学仪器设备值", "Teaching equipment value", "sections", "facilities", "equipment_value"),
    "books": _of("图书", "Library books", "sections", "facilities", "books"),
    "multimedia_rooms": _of(
        "网络多媒体教室", "Networked multimedia rooms", "sections", "facilities", "multimedia_rooms"
    ),
    "listed_teachers": _of("名册中的教师", "Teachers of the roster", "roster", "teachers"),
    "listed_associate": _of("名册中专科及以上学历教师", "Of the roster, diploma or higher", "roster", "teachers"),
    "listed_bachelor": _of("名册中本科及以上学历教师", "Of the roster, bachelor or higher", "roster", "teachers"),
    "listed_master": _of("名册中研究生学历教师", "Of the roster, master or higher", "roster", "teachers"),
    "listed_senior_title": _of("名册中高级职称教师", "Of the roster, senior title", "roster", "teachers"),
    "listed_trained_below": _of(
        "名册中五年培训不足 {number} 学时的教师",
        "Of the roster, under {number} hours of training",
        "roster",
        "teachers",
    ),
    "classes_from": _of(
        "{number} 人及以上的班", "Classes of {number} pupils or more", "classes", "classes", bounded=True
    ),
    "places": _of("学位", "Places", "places", "facilities"),
    "public_places": _of("公办学位", "Public places", "places", "facilities"),
    "schools": _of("学校", "Schools", "schools", "schools"),
    "boarding_schools": _of("寄宿制学校", "Boarding schools", "schools", "schools"),
    "schools_in_groups": _of("教共体内的学校", "Schools in groups", "schools", "groups"),
    "schools_opened": _of(
        "{number} 学年以来新开办的学校", "Schools opened since {number}", "schools", "schools", bounded=True
    ),
    "public_schools_opened": _of(
        "{number} 学年以来新开办的公办学校", "Public schools opened since {number}", "schools", "schools", bounded=True
    ),
    "groups": _of("教共体", "Groups", "groups", "groups"),
    "children_3_5": _of("3—5 周岁儿童", "Children aged 3 to 5", "children", "children"),
    "children_15_17": _of("15—17 周岁人口", "Young people aged 15 to 17", "children", "children"),
    "pupils_grade_9": _of("九年级在校生", "Pupils of grade 9", "enrolled", "enrolment"),
    "entrants_of_grade_9": _of(
        "八年前的一年级在校生", "Pupils of grade 1 eight years before", "enrolled", "enrolment"
    ),
    "schools_judged": _of("参评学校（部）", "Schools that are judged", "yardstick", "schools"),
    "schools_meeting": _of(
        "七项指标达标的学校（部）", "Schools that meet the seven indicators", "yardstick", "schools", bounded=True
    ),
    "largest_coefficient": _of("七项差异系数中最大的", "Largest of the seven coefficients", "yardstick", "schools"),
}  # fmt: skip
"""Everything that is counted, by the end of a total's name."""

ALONE = frozenset({"children_3_5", "children_15_17", "pupils_grade_9", "entrants_of_grade_9"})
"""Totals that are not of a stage's schools."""

NUMBERED = frozenset({"classes_from", "schools_opened", "public_schools_opened", "listed_trained_below"})
COHORT = 8
"""Years from grade 1 to grade 9."""

_NUMBER = re.compile(r"(?P<what>\w+?)_(?P<number>\d+)")


@cache
def total(name: str) -> Total | None:
    """The total of this name, or None where there is none."""
    if name in ALONE:
        return Total(name, "", name)
    for reach in sorted(REACHES, key=len, reverse=True):
        if name.startswith(f"{reach}_"):
            rest = name.removeprefix(f"{reach}_")
            numbered = _NUMBER.fullmatch(rest)
            if rest in COUNTED and rest not in NUMBERED | ALONE:
                return Total(name, reach, rest)
            if numbered and numbered["what"] in NUMBERED:
                return Total(name, reach, numbered["what"], int(numbered["number"]))
    return None


def columns(names: frozenset[str]) -> frozenset[str]:
    """The columns of ``staff`` and ``facilities`` that these totals add up."""
    found = {each.what for each in map(total, names) if each}
    columns = {what.column for what in found if what.source == "sections"}
    return frozenset(columns | ({"places"} if any(what.source == "places" for what in found) else set()))
