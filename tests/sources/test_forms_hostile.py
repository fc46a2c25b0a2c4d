"""Workbooks of forms made, or spoilt, to do harm: bounded work, everything told, nobody's name let through."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from forms.known import known_county
from forms.school_workbook import workbook
from forms.sheets import Book, Sheet, write

from jiaoheng.county import Batch
from jiaoheng.county.personal import is_personal_header
from jiaoheng.sources import read
from jiaoheng.sources.forms import Known, limits, read_forms, reading
from jiaoheng.sources.forms.catalogue import by_title, catalogue, plain_title
from jiaoheng.sources.forms.sheet import FormSheet
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.mending import Corrections

COUNTY = known_county(3)
PRIMARY, OTHERS = 11, (0, 1, 2)
PUPILS = (("小学学生数",), ("", "合计", "一年级", "二年级"), ("甲", 1, 2, 3), ("总计", 3, 1, 2))
PEOPLE = ("卫明文", "钱明文", "孙明文", "13930629254")


def grid(rows: Sequence[Sequence[object]], merged: Sequence[object] = (), name: str = "教基3112") -> Grid:
    return Grid("f.xlsx", name, tuple(map(tuple, rows)), tuple(merged))  # type: ignore[arg-type]


def told(*grids: Grid) -> list[str]:
    return [problem.code for problem in read_forms(grids, Known(), Corrections()).problems]


@pytest.mark.parametrize(
    "sheet",
    [
        grid([*PUPILS, *[("总计", 3, 1, 2)] * 100_000]),
        grid([PUPILS[0], ["", *["一年级"] * 16_000], ["总计", *[1] * 16_000]]),
        grid([*PUPILS, *[("总计", 1)] * 900], [((0, 0), (900, 3))] * 2_000),
    ],
    ids=["rows", "columns", "merged ranges"],
)
def test_a_sheet_far_too_big_for_a_form_is_told_and_not_worked_through(
    sheet: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormSheet, "__init__", lambda *_, **__: pytest.fail("it was worked through"))
    assert "form_too_big" in told(sheet)


def test_blank_rows_and_columns_behind_the_last_cell_do_not_count() -> None:
    rows = [[*row, *[""] * 16_000] for row in PUPILS] + [[" "]] * 5_000
    assert limits.trimmed(grid(rows)).rows[3] == PUPILS[3]
    assert told(grid(rows)) == told(grid(PUPILS))


def test_forms_beyond_a_limit_are_told_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SHEETS", 2)
    many = [grid([*PUPILS[:3], ("总计", number, number, 0)], name=f"教基3112_{number}") for number in range(3)]
    batch = read_forms(many, Known(), Corrections())
    assert [problem.value for problem in batch.problems if problem.code == "forms_too_many"] == ["3"]
    assert "教基3112_2" not in {sheet.sheet for sheet in batch.sheets}


def test_long_texts_in_headers_are_no_headers_and_are_looked_at_only_at_their_beginning() -> None:
    long = grid([["学校(机构)" * 5_000] * 40, *PUPILS[1:]])
    sheet = FormSheet(long, lambda text: text == "总计")
    assert sheet.columns[2].text == "一年级"


def test_a_merged_range_that_ends_outside_of_the_sheet_is_no_harm() -> None:
    batch = read_forms([grid(PUPILS, [((3, 3), (3, 30))])], Known(), Corrections())
    assert [row.values["pupils"] for row in batch.rejected if row.table == "enrolment"] == [1, 2]


def test_a_table_of_ours_beside_forms_is_told_and_not_passed_over(tmp_path: Path) -> None:
    book = workbook(COUNTY, COUNTY.schools[PRIMARY])
    ours = Sheet("学校")
    for column, text in enumerate(("学校标识码", "学校名称", "办学类型码"), 1):
        ours.put(1, column, text, "head")
        ours.put(2, column, "x", "text")
    book.sheets.append(ours)
    problems = [problem for problem in read(write(tmp_path, book)).problems if problem.code == "table_beside_forms"]
    assert [problem.value for problem in problems] == ["学校"]


@pytest.mark.parametrize("other", OTHERS)
def test_forms_of_two_schools_in_one_workbook_are_nobodys(other: int, tmp_path: Path) -> None:
    book, second = (workbook(COUNTY, COUNTY.schools[number]) for number in (PRIMARY, other))
    for sheet in second.sheets:
        sheet.name = f"{sheet.name[:20]}(2)"
        book.sheets.append(sheet)
    batch = read(write(tmp_path, book))
    codes = [problem.code for problem in batch.problems]
    assert not batch.rows
    assert codes.count("form_schools_differ") == codes.count("form_names_differ") == 1


def test_the_first_form_is_known_by_its_title_alone_and_is_not_taken_for_the_one_that_continues_it() -> None:
    rows = [("学校（机构）基本情况",), ("学校名称", "甲小学"), ("学校标识码", "2135000437")]
    batch = read_forms([grid(rows, name="教基1001")], Known(year=2025), Corrections())
    assert batch.rejected[0].values["name"] == "甲小学"
    assert "form_confused" not in [problem.code for problem in batch.problems]
    for form in catalogue().sheets.values():
        assert {by_title()[plain_title(title)].name for title in form.titles} == {form.name}


def beside(sheet: Sheet) -> None:
    """People in the row of the kind, which cannot be read."""
    for column, text in enumerate(("校长姓名", "卫明文", "办公电话", "13930629254"), 4):
        sheet.put(25, column, text, "text")


def without_beginning(sheet: Sheet) -> None:
    """Rows of people right under the headers, as if they were some."""
    sheet.cells = {place: cell for place, cell in sheet.cells.items() if not 3 <= place[0] <= 10}


def founded(sheet: Sheet) -> None:
    """A person who runs the school."""
    sheet.cells[19, 3].value = "钱明文"


@pytest.mark.parametrize("spoil", [beside, without_beginning, founded])
def test_no_person_of_the_first_form_is_told_of_in_rows_problems_or_headings(
    spoil: Callable[[Sheet], None], tmp_path: Path
) -> None:
    book: Book = workbook(COUNTY, COUNTY.schools[PRIMARY])
    first = next(sheet for sheet in book.sheets if sheet.form == "教基1001")
    first.cells[14, 3].value, first.cells[15, 3].value, first.cells[16, 3].value = PEOPLE[:3]
    first.cells[10, 3].value = PEOPLE[3]
    first.cells[25, 3].value = "坏的类型"
    spoil(first)
    batch = read(write(tmp_path, book))
    assert batch.rejected
    assert not [name for name in PEOPLE if name in everything(batch)]


def everything(batch: Batch) -> str:
    """All that a batch tells, as text."""
    rows = [(row.values, dict(row.cells())) for some in batch.rows.values() for row in some]
    waiting = [(row.values, row.cells, row.problems) for row in batch.rejected]
    return repr((rows, waiting, batch.problems, batch.sheets))


@pytest.mark.parametrize("header", ["X 校长姓名", "AB 联系电话", "C 填表人", "D 校长", "E 统计负责人"])
def test_a_heading_with_the_letter_of_its_column_is_known_as_personal(header: str) -> None:
    assert is_personal_header(header, "schools")


@pytest.mark.parametrize(
    "names",
    [
        ("长" * 200 + ".xlsx", "甲.xlsx"),
        ("长" * 60 + "/" + "短" * 60 + "/b.xlsx", "c/x.xlsx"),
        ("a.xlsx", "a.xlsx/b.xlsx"),
    ],
    ids=["file", "folder", "file and folder"],
)
def test_names_in_an_archive_that_no_disk_takes_are_shortened_and_kept_apart(
    names: tuple[str, str], tmp_path: Path
) -> None:
    first, second = (write(tmp_path, workbook(COUNTY, COUNTY.schools[number])) for number in (0, PRIMARY))
    with zipfile.ZipFile(tmp_path / "schools.zip", "w") as archive:
        for name, path in zip(names, (first, second), strict=True):
            archive.write(path, name)
    rows = read(tmp_path / "schools.zip").rows["schools"]
    assert {row.values["school_id"] for row in rows} == {COUNTY.schools[0].school_id, COUNTY.schools[PRIMARY].school_id}
