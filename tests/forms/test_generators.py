"""The generators themselves: their totals add up, known addresses hold, and a layout changes no figure."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from forms.compare import differences, leaks
from forms.export import export
from forms.form import Figure, Form
from forms.known import Known, School, known_county
from forms.layouts import Layout, choices, drawn_layout
from forms.old_workbook import has_old_forms, old_forms, old_workbook
from forms.printing import FIGURES
from forms.school_workbook import school_forms, workbook
from forms.sheets import Book, Sheet, write
from forms.truth import Fact, Source, truth
from jiaoheng.county import Batch, Row, schema

SEEDS = range(6)
KNOWN = known_county(1)
# From a public reader of such workbooks: sheet, and where it finds what.
ADDRESSES = {
    "教基1001": {"C4": "学校（机构）名称"},
    "教基2106": {"C5": "合计", "C6": "25人及以下", "C15": "66人及以上"},
    "教基2107": {"C5": "合计", "C6": "25人及以下", "C15": "66人及以上"},
    "教基3112": {"I6": "总计"},
    "教基3115": {"E6": "总计"},
    "教基4153": {"C8": "正高级", "C9": "副高级", "C10": "中级"},
    "教基4155": {"C6": "总计", "C9": "博士研究生", "C12": "专科"},
    "教基4156": {"C10": "博士研究生", "C12": "本科"},
    "教基5170": {"F10": "教学及辅助用房", "F17": "室内体育用房"},
    "教基5176": {"D7": "运动场地面积", "D12": "图书", "D17": "网络多媒体教室", "D19": "教学仪器设备资产值"},
}
HEADS = {"教基4155": {"L": "体育与健康", "N": "艺术", "O": "音乐", "P": "美术"}}
HEADS["教基4156"] = {"U": "体育与健康", "V": "艺术", "W": "音乐", "X": "美术"}
HEADS["教基3112"] = {"I": "合计", "K": "一年级"}
HEADS["教基5170"] = {"F": "计"}


def books(known: Known, layout: Layout, source: Source) -> list[Book]:
    if source == "new":
        return [workbook(known, school, layout) for school in known.schools]
    if source == "old":
        return [old_workbook(known, school, layout) for school in known.schools if has_old_forms(school)]
    return export(known, layout)


def figures(form: Form) -> dict[Fact, list[Figure]]:
    found = defaultdict(list)
    for figure in form.figures.values():
        for fact in figure.facts:
            found[fact].append(figure)
    return found


def forms_of(known: Known, school: School, source: Source, layout: Layout) -> list[Form]:
    return (old_forms if source == "old" else school_forms)(known, school, layout)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("source", ["new", "old"])
def test_the_forms_tell_every_fact_and_no_other(seed: int, source: Source) -> None:
    known, layout = known_county(seed, year=2019 if source == "old" else None), drawn_layout(seed)
    schools = [school for school in known.schools if source == "new" or has_old_forms(school)]
    told: dict[Fact, list[Figure]] = defaultdict(list)
    for school in schools:
        for form in forms_of(known, school, source, layout):
            for fact, found in figures(form).items():
                told[fact] += found
    true = truth(known, source)
    codes = {school.school_id for school in schools}
    needed = {fact for fact, right in true.facts.items() if right != (None,) and fact[1][0] in codes}
    assert needed - true.optional <= set(told)
    assert set(told) <= set(true.facts)
    for fact, found in told.items():
        if fact[0] in ("enrolment", "staff", "facilities") and fact[2] != "pupils":
            values = [figure.value for figure in found]
            right = None if None in values else sum(value for value in values if isinstance(value, int | float))
            assert right in true.facts[fact], fact


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("source", ["new", "old"])
def test_the_columns_of_a_form_add_up_to_its_totals(seed: int, source: Source) -> None:
    known, layout = known_county(seed), drawn_layout(seed)
    schools = [school for school in known.schools if source == "new" or has_old_forms(school)]
    for school in schools:
        for form in forms_of(known, school, source, layout):
            for line in range(len(form.lines)):
                _adds_up(form, line)


def _adds_up(form: Form, line: int) -> None:
    """Grades, ages, subjects and posts are all parts of the total before them."""
    parts = {"在校生数": "年级", "教职工数": "人员|其他|专任教师"}
    for top, pattern in parts.items():
        values = {
            one.path[1]: form.figures.get((line, at)) for at, one in enumerate(form.headings) if one.path[0] == top
        }
        found = [figure for words, figure in values.items() if figure and re.search(pattern, words)]
        whole = values.get("合计")
        if found and whole and whole.value is not None and len(found) > 1:
            assert sum(figure.value for figure in found if isinstance(figure.value, int)) == whole.value, form.number
    if form.number in ("教基2106", "教基2107", "基础基212", "基础基213") and line == 0:
        bands = range(len(form.lines) - 10, len(form.lines))
        for column, one in enumerate(form.headings):
            if one.path[-1] in ("合计", "计") and (0, column) in form.figures:
                assert sum(form.figures[band, column].value for band in bands) == form.figures[0, column].value
    if form.number in ("教基4153", "基础基422"):
        ages = [form.figures[line, at].value for at, one in enumerate(form.headings) if "岁" in one.path[0]]
        assert sum(ages) == form.figures[line, 0].value


@pytest.mark.parametrize("school", KNOWN.schools[:8], ids=lambda school: school.kind)
def test_the_default_layout_honours_the_known_addresses(school: School, tmp_path: Path) -> None:
    file = openpyxl.load_workbook(write(tmp_path, workbook(KNOWN, school)))
    for form, addresses in ADDRESSES.items():
        name = f"{form}_{school.kind_word}"
        if name not in file.sheetnames or (form == "教基4156" and "junior" not in {s.stage for s in school.stages}):
            continue
        for address, words in addresses.items():
            assert file[name][f"A{address[1:]}"].value.lstrip("#") == words, (name, address)
        for letter, words in HEADS.get(form, {}).items():
            assert words in [file[name][f"{letter}{row}"].value for row in (3, 4)], (name, letter)
    basics = file[f"教基1001_{school.kind_word}"]
    assert basics["A27" if school.kind == "345" else "A25"].value == "学校（机构）办学类型"


def test_the_default_layout_puts_backbone_teachers_where_they_are_known_to_stand(tmp_path: Path) -> None:
    nine = next(school for school in KNOWN.schools if school.kind == "312")
    junior = next(school for school in KNOWN.schools if school.kind == "311")
    sheet = workbook(KNOWN, nine).sheet("教基1102续")
    assert [sheet.value(row, 1) for row in (12, 13)] == ["县级及以上骨干教师（小学）", "县级及以上骨干教师（初中）"]
    assert workbook(KNOWN, junior).sheet("教基1102续").value(12, 1) == "县级及以上骨干教师（初中）"


def plain(value: object) -> str:
    """A cell without what a layout may do to it."""
    text = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in str(value))
    return re.sub(r"[\s,]", "", text)


def told_values(sheet: Sheet) -> dict[frozenset[Fact], list[str]]:
    """The figures of a sheet by the facts that rest on them, zeros and unknown ones apart."""
    found = defaultdict(list)
    for place in sheet.places("figure", "text"):
        cell = sheet.cells[place]
        text = plain(cell.value)
        if cell.facts and text not in ("*", "-", "—", "×", "None", "-1", ""):
            try:
                found[cell.facts].append(str(Decimal(text).normalize()))
            except ArithmeticError:
                found[cell.facts].append(text)
    return {facts: sorted(values) for facts, values in found.items()}


@pytest.mark.parametrize("seed", range(20))
def test_a_layout_changes_no_figure(seed: int) -> None:
    layout = drawn_layout(seed, money="万元", compulsory=False, sums=False, last_total=False, noise_sheets=0)
    for school in KNOWN.schools:
        default, other = workbook(KNOWN, school), workbook(KNOWN, school, layout)
        for form in {sheet.form for sheet in default.sheets} - {"教基1001"}:
            assert told_values(default.sheet(form)) == told_values(other.sheet(form)), (form, layout)


def test_drawn_layouts_show_every_choice() -> None:
    drawn = [drawn_layout(seed) for seed in range(300)]
    for name in Layout.__dataclass_fields__:
        if name != "seed":
            assert {getattr(layout, name) for layout in drawn} == set(choices(name)), name


@pytest.mark.parametrize("seed", range(6))
def test_both_formats_hold_the_same_cells(seed: int, tmp_path: Path) -> None:
    book = workbook(KNOWN, KNOWN.schools[seed], drawn_layout(seed, noise_sheets=3))
    new = openpyxl.load_workbook(write(tmp_path, book, ".xlsx"))
    old = CalamineWorkbook.from_path(str(write(tmp_path, book, ".xls")))
    assert new.sheetnames == old.sheet_names == [sheet.name for sheet in book.sheets]
    for sheet in book.sheets:
        rows = old.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for (row, column), cell in sheet.cells.items():
            written = new[sheet.name].cell(row, column).value
            if isinstance(written, str):
                written = written.replace("_x000D_", "\r")
            assert (written or None) == (cell.value or None)
            assert plain(_at(rows, row - 1, column - 1)).removesuffix(".0") == plain(
                "" if cell.value is None else cell.value
            ).removesuffix(".0")


def _at(rows: list[list[object]], row: int, column: int) -> object:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def test_nobody_breaks_a_number() -> None:
    for seed in range(20):
        for sheet in workbook(KNOWN, KNOWN.schools[0], drawn_layout(seed, wrap=0.9)).sheets:
            for place in sheet.places("label", "head"):
                text = str(sheet.cells[place].value).strip()
                assert not re.search(f"[{re.escape(FIGURES)}]\\s+[{re.escape(FIGURES)}]", text), text


@pytest.mark.parametrize("source", ["new", "old", "export", "export without grades"])
def test_what_is_true_differs_in_nothing_from_itself(source: Source) -> None:
    assert differences(KNOWN, _batch(source), source) == []


def test_a_wrong_a_missing_and_a_made_up_value_are_told() -> None:
    batch = _batch("new")
    school = KNOWN.schools[0].school_id
    first = batch.rows["enrolment"][0]
    worse = Row({**first.values, "pupils": 10**6})
    rows = {**batch.rows, "enrolment": (worse, *batch.rows["enrolment"][1:])}
    (told,) = differences(KNOWN, Batch(rows), "new")
    assert "1000000" in told
    rows = {**batch.rows, "enrolment": batch.rows["enrolment"][1:]}
    assert any("missing" in told and school in told for told in differences(KNOWN, Batch(rows), "new"))
    more = Row({**first.values, "grade": 12})
    rows = {**batch.rows, "enrolment": (more, *batch.rows["enrolment"])}
    assert any("nothing tells" in told for told in differences(KNOWN, Batch(rows), "new"))


def test_a_personal_thing_that_is_kept_is_told() -> None:
    head = KNOWN.schools[0].head
    batch = Batch({"schools": (Row({"school_id": "1", "name": head}),)})
    assert leaks(KNOWN, batch) == [head]


def _batch(source: Source) -> Batch:
    """What is true, as a reader would give it."""
    true = truth(KNOWN, source)
    rows = {}
    for table in schema().tables:
        keys = schema().tables[table].key
        found: dict[tuple[object, ...], dict[str, object]] = defaultdict(dict)
        for (name, key, column), right in true.facts.items():
            if name == table:
                found[key] |= {**dict(zip(keys, key, strict=True)), column: right[0]}
        rows[table] = tuple(Row(values) for values in found.values())
    return Batch(rows)
