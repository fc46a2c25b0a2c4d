"""The forms of classes and pupils."""

from __future__ import annotations

from dataclasses import dataclass

from forms.form import Form
from forms.known import School, Stage
from forms.truth import BAND_SIZES, WHOLE, Fact
from forms.words import BANDS, GRADES, KINDERGARTEN_MIXED, STAGE_WORDS, grade_word

# Lines of the pupils' forms: words, the mark of a pupil that they count, the column of ours that rests on it.
MARKED_LINES = (
    ("寄宿生", "boarders", "boarders"),
    ("随迁子女", "migrants", "migrant_children"),
    ("进城务工人员随迁子女", "migrant_workers", ""),
    ("农村留守儿童", "left_behind", "left_behind_children"),
    ("残疾学生", "disabled", "disabled_children"),
)
OLD_MARKED_LINES = (
    ("寄宿生", "boarders", "boarders"),
    ("进城务工人员随迁子女", "migrant_workers", "migrant_children"),
    ("农村留守儿童", "left_behind", "left_behind_children"),
    ("残疾学生", "disabled", "disabled_children"),
)
TITLES = {"primary": "小学分类型学生数", "junior": "初中分类型学生数", "senior": "普通高中分类型学生数"}
OLD_TITLES = {"primary": "小学学生数", "junior": "初中学生数", "senior": "高中学生数"}
NUMBERS = {"primary": "教基3112", "junior": "教基3115", "senior": "教基3118"}
OLD_NUMBERS = {"primary": "基础基312", "junior": "基础基313", "senior": "基础基314"}


@dataclass(frozen=True)
class Keys:
    """The addresses of a school's facts in a year."""

    school: str
    year: int

    def grade(self, grade: int, column: str) -> Fact:
        return "enrolment", (self.school, self.year, grade), column

    def staff(self, stage: str, column: str) -> Fact:
        return "staff", (self.school, self.year, stage), column

    def facility(self, column: str) -> Fact:
        return "facilities", (self.school, self.year, None), column

    def band(self, stage: Stage, band: str) -> list[Fact]:
        smallest, _ = BAND_SIZES[band]
        key = (self.school, self.year, stage.stage, smallest)
        return [("class_sizes", key, column) for column in ("smallest", "largest", "classes")]


def classes_form(school: School, year: int, number: str, title: str, stages: tuple[str, ...]) -> Form:
    """Classes by grade, and by size: 2106 and 2107, and the forms 212 and 213 before them."""
    form = Form(number, title, unit="个", compact=len(stages) > 1)
    keys = Keys(school.school_id, year)
    several = len(stages) > 1
    rows = [form.line("合计"), *(form.line(band, group="班额", sub=False) for band in BANDS)]
    if several and number == "基础基213":
        form.column("合计")
    if number == "基础基213":
        form.lines.insert(1, form.lines[0].__class__("四年制初中", sub=True))
        rows = [0, *range(2, 2 + len(BANDS))]
    for name in stages:
        top = (STAGE_WORDS[name].removeprefix("普通"),) if several else ()
        whole = form.column(*top, "计" if several else "合计")
        grades = _grade_columns(form, name, top, several)
        stage = school.stage(name)
        if stage is not None:
            _class_figures(form, keys, stage, rows, whole, grades)
    if number == "基础基213":
        _all_stages(form, school, stages, rows)
    return form


def _grade_columns(form: Form, name: str, top: tuple[str, ...], several: bool) -> dict[int, int]:
    grades = {grade: form.column(*top, grade_word(grade, name)) for grade in GRADES[name]}
    if name == "junior" and several:
        form.column(*top, "四年级")
    if name == "primary":
        grades[0] = form.column(*top, "复式班")
    return grades


def _class_figures(form: Form, keys: Keys, stage: Stage, rows: list[int], whole: int, grades: dict[int, int]) -> None:
    form.put(rows[0], whole, len(stage.classes))
    for grade, column in grades.items():
        if grade:
            form.put(rows[0], column, stage.single(grade), [keys.grade(grade, "classes")])
        else:
            _mixed_classes(form, keys, stage, rows[0], column)
    for band, row in zip(BANDS, rows[1:], strict=True):
        of_band = stage.count(lambda one, band=band: one.band == band)
        form.put(row, whole, of_band, keys.band(stage, band) if of_band else ())


def _mixed_classes(form: Form, keys: Keys, stage: Stage, row: int, column: int) -> None:
    classes = stage.count(lambda one: one.multigrade)
    form.put(row, column, classes, [keys.grade(WHOLE["primary"], name) for name in ("pupils", "classes") if classes])


def _all_stages(form: Form, school: School, stages: tuple[str, ...], rows: list[int]) -> None:
    """The old form of junior and senior classes together begins with the sum of both."""
    found = [stage for stage in map(school.stage, stages) if stage]
    form.put(rows[0], 0, sum(len(stage.classes) for stage in found))
    for band, row in zip(BANDS, rows[1:], strict=True):
        form.put(row, 0, sum(stage.count(lambda one, band=band: one.band == band) for stage in found))


def pupils_form(school: School, year: int, stage: Stage, old: bool = False) -> Form:
    """Pupils of a stage by grade and by kind of pupil: 3112, 3115, 3118, and 312 to 314 before them."""
    numbers, titles = (OLD_NUMBERS, OLD_TITLES) if old else (NUMBERS, TITLES)
    form = Form(numbers[stage.stage], titles[stage.stage], unit="人")
    keys = Keys(school.school_id, year)
    graduates = form.column("毕业生数")
    primary = stage.stage == "primary"
    taken = form.column("招生数", "合计") if primary else form.column("招生数")
    before = ("未接受过学前教育", "接受一年学前教育", "接受两年学前教育", "接受三年学前教育")
    entrants = [form.column("招生数", words) for words in before] if primary else []
    whole, women = form.column("在校生数", "合计"), form.column("在校生数", "#女")
    grades = {grade: form.column("在校生数", grade_word(grade, stage.stage)) for grade in stage.grades}
    leaving = form.column("预计毕业生数")

    line = form.line("总计")
    form.put(line, graduates, stage.graduates)
    form.put(line, taken, sum(stage.entrants))
    for column, number in zip(entrants, stage.entrants, strict=False):
        form.put(line, column, number)
    form.put(line, whole, stage.pupils())
    form.put(line, women, sum(stage.women.values()))
    for grade, column in grades.items():
        form.put(line, column, stage.pupils(grade), [keys.grade(grade, "pupils")])
    form.put(line, leaving, stage.pupils(stage.grades[-1]))
    _pupil_lines(form, keys, stage, old, whole, grades)
    return form


def _pupil_lines(form: Form, keys: Keys, stage: Stage, old: bool, whole: int, grades: dict[int, int]) -> None:
    """The lines under the total: of women, minorities, boarders and so on, each among all pupils."""
    counted: list[tuple[str, dict[int, int] | None, str]] = [("女", stage.women, ""), ("少数民族", stage.minority, "")]
    if stage.stage == "primary":
        counted.append(("复式班", {grade: stage.multigrade_pupils(grade) for grade in grades}, ""))
    for words, mark, ours in OLD_MARKED_LINES if old else MARKED_LINES:
        counted.append((words, stage.marked[mark], ours))
    for words, by_grade, ours in counted:
        line = form.line(words, sub=True)
        form.put(line, whole, by_grade and sum(by_grade.values()))
        for grade, column in grades.items():
            facts = [keys.grade(grade, ours)] if ours else []
            form.put(line, column, None if by_grade is None else by_grade[grade], facts)
        if words.endswith("随迁子女") and by_grade is not None:
            _origins(form, by_grade, whole, grades)


def _origins(form: Form, by_grade: dict[int, int], whole: int, grades: dict[int, int]) -> None:
    """Where migrant children come from: lines of the same words stand under more than one line."""
    outside = {grade: number // 3 for grade, number in by_grade.items()}
    inside = {grade: by_grade[grade] - number for grade, number in outside.items()}
    for words, numbers in (("外省迁入", outside), ("本省外县迁入", inside)):
        line = form.line(words, sub=True)
        form.put(line, whole, sum(numbers.values()))
        for grade, column in grades.items():
            form.put(line, column, numbers[grade])


def kindergarten_form(school: School, year: int, number: str = "教基2105", title: str = "学前教育班数、幼儿数") -> Form:
    """Groups and children by age group."""
    (stage,) = school.stages
    form, keys = Form(number, title, unit="个、人"), Keys(school.school_id, year)
    whole = form.column("合计")
    grades = {grade: form.column(grade_word(grade, stage.stage)) for grade in stage.grades}
    grades[KINDERGARTEN_MIXED] = form.column("混合班")
    groups, children, women = form.line("班数"), form.line("幼儿数"), form.line("女", sub=True)
    form.put(groups, whole, len(stage.classes))
    form.put(children, whole, stage.pupils())
    form.put(women, whole, sum(stage.women.values()))
    for grade, column in grades.items():
        classes = stage.count(lambda one, grade=grade: grade in one.pupils)
        mixed = grade == KINDERGARTEN_MIXED
        # Without a mixed group there is nothing to tell of one.
        facts = [] if mixed and not classes else [keys.grade(grade, "classes")]
        form.put(groups, column, classes, facts)
        form.put(children, column, stage.pupils(grade), [(*fact[:2], "pupils") for fact in facts])
        form.put(women, column, stage.women.get(grade, 0))
    return form


def graded_form(school: School, year: int, number: str, title: str) -> Form:
    """Pupils of a special or a vocational school by grade."""
    (stage,) = school.stages
    form, keys = Form(number, title, unit="人"), Keys(school.school_id, year)
    graduates, taken = form.column("毕业生数"), form.column("招生数")
    whole, women = form.column("在校生数", "合计"), form.column("在校生数", "#女")
    grades = {grade: form.column("在校生数", grade_word(grade, stage.stage)) for grade in stage.grades}
    line = form.line("总计")
    form.put(line, graduates, stage.graduates)
    form.put(line, taken, sum(stage.entrants))
    form.put(line, whole, stage.pupils())
    form.put(line, women, sum(stage.women.values()))
    for words, numbers in (("", None), ("女", stage.women), ("少数民族", stage.minority)):
        at = form.line(words, sub=True) if words else line
        if numbers:
            form.put(at, whole, sum(numbers.values()))
        for grade, column in grades.items():
            facts = [] if words else [keys.grade(grade, "pupils")]
            form.put(at, column, numbers[grade] if numbers else stage.pupils(grade), facts)
    return form
