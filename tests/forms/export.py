"""The county's export: a row a school, headings of several rows, a file each for primary, junior and senior schools."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from forms.form import Heading
from forms.known import Known, School, Stage
from forms.layouts import Layout
from forms.printing import Heads, Printer, write_headings
from forms.pupils import Keys
from forms.sheets import Book, Sheet
from forms.truth import ABOVE_DEGREE, WHOLE, Fact
from forms.words import DEGREES, PE_AND_ARTS, SETTING_WORDS, grade_word

STAGE_FILES = {"primary": "小学", "junior": "初中", "senior": "普通高中"}
TOWNS = ("安和市", "北河市", "南屏市")
Cells = list[tuple[tuple[str, ...], str, object, list[Fact]]]
"""Of one school: the words above the column, its unit, its value (a figure in our unit), the facts that rest on it."""


def export(known: Known, layout: Layout | None = None) -> list[Book]:
    """The three files of a county under a layout."""
    layout = layout or Layout()
    return [_file(known, stage, words, layout) for stage, words in STAGE_FILES.items()]


def _file(known: Known, stage: str, words: str, layout: Layout) -> Book:
    schools = [school for school in known.schools + known.campuses if school.stage(stage)]
    draw = Random(f"{layout.seed} export {stage}")
    if layout.shuffled:
        draw.shuffle(schools)
    title = f"{known.county}{known.year}年{words}学校基本情况汇总表"
    sheet = _Export(known, stage, layout, title).printed(schools)
    plain = layout.names in ("numbered", "number")
    sheet.name = "Sheet1" if plain else f"{words}学校"
    return Book(f"{known.county}{known.year}年{words}基础数据", [sheet])


class _Export(Printer):
    """A sheet of schools of one stage."""

    def __init__(self, known: Known, stage: str, layout: Layout, title: str) -> None:
        self.known, self.stage, self.title = known, stage, title
        self.start(layout, Heads(known.county, title, known.year, ""), f"export {stage}")

    def printed(self, schools: list[School]) -> Sheet:
        self.sheet.put(self.row, 1, self.title, "title")
        self.row += 1
        if self.layout.meta != "none":
            self.sheet.put(self.row, 1, self.heads.school_year, "meta")
            self.row += 1
        rows = [self._cells(school) for school in schools]
        self._head(rows[0])
        for cells in rows:
            self._school(cells)
        if self.layout.last_total:
            self._total(rows)
        if self.layout.left:
            self.sheet.open_columns(1, self.layout.left)
        if self.layout.top:
            self.sheet.open_rows(1, self.layout.top)
        return self.sheet

    def _head(self, cells: Cells) -> None:
        headings = [Heading((*path[:-1], self.with_unit(path[-1], unit))) for path, unit, _, _ in cells]
        depth = max(len(heading.path) for heading in headings)
        write_headings(self, self.row, 1, headings, depth)
        self.row += depth
        if self.layout.numbering:
            for column in range(1, len(headings) + 1):
                self.sheet.put(self.row, column, str(column), "numbering")
            self.row += 1

    def _school(self, cells: Cells) -> None:
        for column, (_, unit, value, facts) in enumerate(cells, 1):
            written, role = value, "text"
            if not isinstance(value, str):
                role = "figure"
                written = self.layout.unknown or None if value is None else self.written(value, unit)
            self.sheet.put(self.row, column, written, role, facts)
        self.row += 1

    def _total(self, rows: list[Cells]) -> None:
        """The county's own row at the end, which is no school."""
        self.sheet.put(self.row, 1, self.words("合计"), "label")
        for column, (_, unit, value, _) in enumerate(rows[0], 1):
            figures = [cells[column - 1][2] for cells in rows]
            if not isinstance(value, str) and column > 8:
                known = [figure for figure in figures if isinstance(figure, int | float)]
                self.sheet.put(self.row, column, self.written(sum(known), unit), "figure")
        self.row += 1

    # One school

    def _cells(self, school: School) -> Cells:
        stage = school.stage(self.stage)
        assert stage
        keys = Keys(school.school_id, self.known.year)
        return [
            *self._basics(school),
            *_pupils(stage, keys, self.layout.graded),
            *_teachers(stage, keys),
            (
                (f"教基1102县级及以上骨干教师（{self._short}）",),
                "",
                stage.backbone,
                [keys.staff(stage.stage, "backbone")],
            ),
            *_premises(school, keys),
        ]

    @property
    def _short(self) -> str:
        return STAGE_FILES[self.stage].removeprefix("普通")

    def _basics(self, school: School) -> Cells:
        draw = Random(f"{self.layout.seed} {school.school_id}")
        key = (school.school_id,)

        def facts(*names: str) -> list[Fact]:
            return [("schools", key, name) for name in names]

        coded: Callable[[str, str], str] = lambda code, words: draw.choice((words, f"{code}-{words}"))  # noqa: E731
        yes, no = (("是", "否"), ("1", "0"))[self.layout.seed % 2]
        cells: Cells = [
            (("学校名称",), "", school.name, facts("name")),
            (("学校标识码",), "", school.school_id, facts("school_id")),
            (("统计一级",), "", "某省", []),
            (("统计二级",), "", TOWNS[0], []),
            (("统计三级",), "", self.known.county, []),
            (("办学类型",), "", coded(school.kind, school.kind_word), facts("kind")),
            (("城乡类型",), "", coded(school.setting, SETTING_WORDS[school.setting]), facts("setting")),
            (("是否计校数",), "", yes if school.counted else no, facts("counted")),
        ]
        return cells


def _pupils(stage: Stage, keys: Keys, graded: bool) -> Cells:
    top = "在校生数"
    # A county that tells no grades tells the pupils of the whole stage.
    facts = [] if graded else [keys.grade(WHOLE[stage.stage], "pupils")]
    cells: Cells = [((top, "合计"), "", stage.pupils(), facts), ((top, "#女"), "", sum(stage.women.values()), [])]
    for grade in stage.grades if graded else ():
        cells.append(((top, grade_word(grade, stage.stage)), "", stage.pupils(grade), [keys.grade(grade, "pupils")]))
    return cells


def _teachers(stage: Stage, keys: Keys) -> Cells:
    top, total = "专任教师", len(stage.teachers)
    cells: Cells = [((top, "合计"), "", total, [keys.staff(stage.stage, "teachers")])]
    for degree in DEGREES:
        above = [keys.staff(stage.stage, "above_required_degree")] if degree in ABOVE_DEGREE[stage.stage] else []
        count = stage.teaching(lambda one, degree=degree: one.degree == degree)
        cells.append(((top, "#按学历分", degree), "", count, above))
    pe_arts = [keys.staff(stage.stage, "pe_arts")]
    by_subject: dict[str, list[str]] = {"语文": ["语文"], "数学": ["数学"], "体育与健康": ["体育与健康"]}
    for words, subjects in by_subject.items():
        count = stage.teaching(lambda one, subjects=subjects: one.subject in subjects)
        cells.append(((top, "#按授课课程分", words), "", count, pe_arts if words in PE_AND_ARTS else []))
    arts = [("计", ("艺术", "音乐", "美术")), ("音乐", ("音乐",)), ("美术", ("美术",))]
    for words, taught in arts:
        count = stage.teaching(lambda one, taught=taught: one.subject in taught)
        cells.append(((top, "#按授课课程分", "艺术", words), "", count, pe_arts if words == "计" else []))
    return cells


def _premises(school: School, keys: Keys) -> Cells:
    rooms, has, top, teaching = school.rooms, school.conditions, "本学年校舍建筑面积", "教学及辅助用房"
    whole = sum(rooms[name] or 0 for name in ("教学及辅助用房", "行政办公用房", "生活用房"))
    return [
        ((top, "合计"), "平方米", whole, []),
        ((top, teaching, "计"), "平方米", rooms[teaching], [keys.facility("teaching_area")]),
        ((top, teaching, "普通教室"), "平方米", rooms["普通教室"], []),
        (
            (top, teaching, "室内体育用房"),
            "平方米",
            rooms["室内体育用房"],
            [keys.facility("indoor_sports_area")],
        ),
        (("占地面积",), "平方米", has["grounds"], []),
        (("运动场地面积",), "平方米", has["sports_ground_area"], [keys.facility("sports_ground_area")]),
        (("网络多媒体教室",), "间", has["multimedia_rooms"], [keys.facility("multimedia_rooms")]),
        (("教学仪器设备资产值",), "元", has["equipment_value"], [keys.facility("equipment_value")]),
    ]
