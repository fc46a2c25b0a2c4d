"""What a reader must make of a known county, by table, key and column of our schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forms.known import Known, School, Stage
from forms.words import BAND_TOPS, BANDS, KINDERGARTEN_MIXED, PE_AND_ARTS

Source = Literal["new", "old", "export", "export without grades"]
EXPORTS = ("export", "export without grades")
Fact = tuple[str, tuple[object, ...], str]
"""A fact's address: table, key of its row, column."""

MARK_COLUMNS = {"boarders": "boarders", "left_behind": "left_behind_children", "disabled": "disabled_children"}
ABOVE_DEGREE = {
    "primary": ("博士研究生", "硕士研究生", "本科", "专科"),
    "junior": ("博士研究生", "硕士研究生", "本科"),
    "senior": ("博士研究生", "硕士研究生"),
}
# The grade code of a stage that is told without its grades.
WHOLE = {"kindergarten": KINDERGARTEN_MIXED, "primary": 200, "junior": 300, "senior": 400}
SENIOR_TITLES = ("正高级", "副高级", "中级")
COMPULSORY = ("primary", "junior", "senior")
# The smallest and the largest class of each band; the last has no upper bound.
BAND_SIZES: dict[str, tuple[int, int | None]] = dict(
    zip(BANDS, zip((0, *(top + 1 for top in BAND_TOPS)), (*BAND_TOPS, None), strict=True), strict=True)
)


@dataclass(frozen=True)
class Truth:
    """Facts that must be read, each with the values that are right, and those that may be left out.

    Where a form leaves it open whether it tells a fact, more than one value is right.
    """

    facts: dict[Fact, tuple[object, ...]]
    optional: frozenset[Fact]

    def rows(self, table: str) -> list[dict[str, object]]:
        found: dict[tuple[object, ...], dict[str, object]] = {}
        for (name, key, column), values in self.facts.items():
            if name == table:
                found.setdefault(key, {})[column] = values[0]
        return [dict(row) for row in found.values()]


class _Teller:
    """Facts as they are told."""

    def __init__(self, known: Known, source: Source) -> None:
        self.known = known
        self.source = source
        self.facts: dict[Fact, tuple[object, ...]] = {}
        self.optional: set[Fact] = set()

    def tell(self, table: str, key: tuple[object, ...], optional: bool = False, **values: object) -> None:
        for column, value in values.items():
            fact = (table, key, column)
            self.facts[fact] = value if isinstance(value, tuple) else (value,)
            if optional:
                self.optional.add(fact)


def truth(known: Known, source: Source = "new") -> Truth:
    """What the files of a source tell of the county."""
    teller = _Teller(known, source)
    _county(teller)
    for school in known.schools + (known.campuses if source in EXPORTS else ()):
        if source in EXPORTS and not set(COMPULSORY) & {stage.stage for stage in school.stages}:
            continue
        _school(teller, school)
        for stage in school.stages:
            _stage(teller, school, stage)
        _facilities(teller, school)
    return Truth(teller.facts, frozenset(teller.optional))


def _county(teller: _Teller) -> None:
    known, key = teller.known, (teller.known.county_code,)
    teller.tell("county", key, optional=True, county_code=known.county_code, name=known.county)


def _school(teller: _Teller, school: School) -> None:
    told = {"name": school.name, "kind": school.kind, "setting": school.setting}
    teller.tell("schools", (school.school_id,), school_id=school.school_id, **told)
    teller.tell("schools", (school.school_id,), optional=school.counted, counted=school.counted)
    if teller.source in EXPORTS:
        return
    built = school.built[0] if school.built else None
    ownership = "private" if school.private else "public"
    teller.tell("schools", (school.school_id,), ownership=ownership, built_year=built)
    boarding = (None, any(any((stage.marked["boarders"] or {}).values()) for stage in school.stages))
    place = (None, school.place_code, school.place_code[:9])
    teller.tell("schools", (school.school_id,), optional=True, boarding=boarding, place_id=place)


def _stage(teller: _Teller, school: School, stage: Stage) -> None:
    key = (school.school_id, teller.known.year, stage.stage)
    if teller.source == "export without grades":
        whole = (school.school_id, teller.known.year, WHOLE[stage.stage])
        teller.tell("enrolment", whole, pupils=stage.pupils())
    else:
        for grade in stage.grades:
            _grade(teller, school, stage, grade)
    if teller.source not in EXPORTS:
        _mixed(teller, school, stage)
        if stage.stage in COMPULSORY:
            for band in BANDS:
                _band(teller, key, band, stage.count(lambda one, band=band: one.band == band))
    _staff(teller, school, stage, key)


def _grade(teller: _Teller, school: School, stage: Stage, grade: int) -> None:
    key = (school.school_id, teller.known.year, grade)
    teller.tell("enrolment", key, pupils=stage.pupils(grade))
    if teller.source in EXPORTS:
        return
    told = stage.stage not in ("special", "vocational")
    teller.tell("enrolment", key, classes=stage.single(grade) if told else None)
    if stage.stage in COMPULSORY:
        for mark, column in MARK_COLUMNS.items():
            teller.tell("enrolment", key, **{column: _marked(stage, mark, grade)})
        migrants = "migrants" if teller.source == "new" else "migrant_workers"
        teller.tell("enrolment", key, migrant_children=_marked(stage, migrants, grade))


def _mixed(teller: _Teller, school: School, stage: Stage) -> None:
    """Classes of several grades: pupils of primary schools count in their grades, children of kindergartens here."""
    classes = stage.count(lambda one: one.multigrade)
    if classes:
        key = (school.school_id, teller.known.year, WHOLE[stage.stage])
        teller.tell("enrolment", key, pupils=stage.pupils(KINDERGARTEN_MIXED), classes=classes)


def _marked(stage: Stage, mark: str, grade: int) -> int | None:
    by_grade = stage.marked[mark]
    return None if by_grade is None else by_grade[grade]


def _band(teller: _Teller, key: tuple[object, ...], band: str, classes: int) -> None:
    smallest, largest = BAND_SIZES[band]
    told = {"smallest": smallest, "largest": largest, "classes": classes}
    # A form may leave a band without classes blank: then no row has to tell it.
    teller.tell("class_sizes", (*key, smallest), optional=not classes, **told)


def _staff(teller: _Teller, school: School, stage: Stage, key: tuple[object, ...]) -> None:
    special = stage.stage not in COMPULSORY
    teller.tell("staff", key, teachers=len(stage.teachers))
    if not special:
        above = stage.teaching(lambda one: one.degree in ABOVE_DEGREE[stage.stage])
        pe_arts = stage.teaching(lambda one: one.subject in PE_AND_ARTS)
        teller.tell("staff", key, above_required_degree=above, pe_arts=pe_arts, backbone=stage.backbone)
    if teller.source in EXPORTS:
        return
    if not special:
        titles = stage.teaching(lambda one: one.title in SENIOR_TITLES)
        teller.tell("staff", key, senior_titles=titles)
    if len(school.stages) == 1:
        teller.tell("staff", key, employees=len(stage.teachers) + sum(school.other_staff))


def _facilities(teller: _Teller, school: School) -> None:
    if school.kind in ("111", "514", "365"):
        return
    key = (school.school_id, teller.known.year, None)
    rooms, conditions = school.rooms, school.conditions
    teller.tell(
        "facilities",
        key,
        teaching_area=rooms["教学及辅助用房"],
        indoor_sports_area=rooms["室内体育用房"],
        sports_ground_area=conditions["sports_ground_area"],
        equipment_value=conditions["equipment_value"],
        multimedia_rooms=conditions["multimedia_rooms"],
    )
    if teller.source not in EXPORTS:
        teller.tell("facilities", key, books=conditions["books"])
    if teller.source == "old":
        teller.tell("facilities", key, computers=conditions["computers"])
