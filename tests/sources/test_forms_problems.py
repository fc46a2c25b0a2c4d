"""What is told of forms in which something is wrong, how it is mended, and what is done with what was read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from forms.export import export
from forms.known import known_county
from forms.layouts import Layout
from forms.school_workbook import workbook
from forms.sheets import Book, Cell, Sheet, write

from jiaoheng.county import Batch, Problem, admit, schema, snapshots
from jiaoheng.findings import assess
from jiaoheng.sources import Known as KnownSchools
from jiaoheng.sources import Mend, read, write_workbook
from jiaoheng.sources.forms.catalogue import catalogue
from jiaoheng.sources.text import tidy
from jiaoheng.standards import load

COUNTY = known_county(3)
PRIMARY = COUNTY.schools[11]


def one(change: Callable[[Book], None] = lambda book: None, layout: Layout = Layout()) -> Book:  # noqa: B008
    """The workbook of a primary school with a change."""
    book = workbook(COUNTY, PRIMARY, layout)
    change(book)
    return book


def sheet(book: Book, form: str) -> Sheet:
    return next(each for each in book.sheets if each.form == form)


def cell(book: Book, form: str, label: str, role: str = "figure") -> tuple[tuple[int, int], Cell]:
    """The first cell of a role in the row of a label."""
    of = sheet(book, form)
    row = next(
        at[0] for at, each in sorted(of.cells.items()) if label in tidy(str(each.value)) and each.role == "label"
    )
    return next((at, each) for at, each in sorted(of.cells.items()) if at[0] == row and each.role == role)


def only(problems: tuple[Problem, ...], code: str) -> Problem:
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [problem.code for problem in problems]
    return found[0]


def facilities(batch: Batch) -> dict[str, object]:
    (row,) = batch.rows["facilities"]
    return dict(row.values)


def test_an_unknown_unit_is_told_with_its_cell_and_mended_there(tmp_path: Path) -> None:
    layout = Layout()
    path = write(tmp_path, one(layout=layout))
    right = facilities(read(path))
    at = cell(one(layout=layout), "教基5176", "教学仪器设备资产值", "unit")[0]

    def spoil(book: Book) -> None:
        sheet(book, "教基5176").cells[at].value = "万圆"

    path = write(tmp_path, one(spoil, layout))
    batch = read(path)
    problem = only(batch.problems, "form_unit")
    assert problem.value == "万圆"
    assert problem.origin.row == at[0] + 1 or problem.origin.row == at[0]
    assert "facilities" not in batch.rows
    waiting = next(row for row in batch.rejected if row.table == "facilities")
    assert problem.column in waiting.cells
    mend = Mend(path.name, problem.origin.sheet, problem.origin.row or 0, problem.column, "万元")
    assert facilities(read(path, [mend])) == right


def test_a_total_that_its_parts_do_not_make_up_lets_the_stage_wait_with_both_cells_named(tmp_path: Path) -> None:
    def spoil(book: Book) -> None:
        of = sheet(book, "教基3112")
        figures = [at for at, each in sorted(of.cells.items()) if each.role == "figure" and each.facts]
        of.cells[figures[0]].value = int(of.cells[figures[0]].value or 0) + 1000

    batch = read(write(tmp_path, one(spoil)))
    problem = only(batch.problems, "form_sum")
    assert problem.origin.sheet.startswith("教基3112")
    assert {row.table for row in batch.rejected} == {"enrolment"}
    assert "!" in problem.details["cell"]


def test_two_sheets_of_one_form_that_differ_are_both_shown(tmp_path: Path) -> None:
    def spoil(book: Book) -> None:
        copy = sheet(book, "教基5170").copy()
        copy.name = "教基5170_小学 (2)"
        at = next(at for at, each in sorted(copy.cells.items()) if each.facts)
        copy.cells[at].value = 1
        book.sheets.append(copy)

    problem = only(read(write(tmp_path, one(spoil))).problems, "form_cells_differ")
    assert problem.details["cells"].count("教基5170") == 2


def test_a_school_is_known_by_its_name_where_the_forms_have_no_code(tmp_path: Path) -> None:
    def spoil(book: Book) -> None:
        of = sheet(book, "教基1001")
        of.cells[cell(book, "教基1001", "标识码", "text")[0]].value = None

    path = write(tmp_path, one(spoil))
    unnamed = path.rename(path.with_name("报表.xlsx"))
    batch = read(unnamed)
    assert only(batch.problems, "form_school_unknown").severity == "error"
    assert not batch.rows
    known = KnownSchools({tidy(PRIMARY.name): PRIMARY.school_id})
    (row,) = read(unnamed, known=known).rows["facilities"]
    assert row.values["school_id"] == PRIMARY.school_id


def test_the_year_is_asked_for_where_no_form_says_it(tmp_path: Path) -> None:
    def silence(book: Book) -> None:
        for of in book.sheets:
            for each in of.cells.values():
                if each.role == "meta" and isinstance(each.value, str):
                    each.value = re.sub(r"20\d\d/20\d\d学年初", "", each.value)

    path = write(tmp_path, one(silence))
    plain = path.rename(path.with_name(f"{PRIMARY.school_id}.xlsx"))
    assert only(read(plain).problems, "form_year_unknown").severity == "error"
    batch = read(plain, known=KnownSchools(year=2025))
    assert {row.values["year"] for row in batch.rows["enrolment"]} == {2025}


def test_a_code_of_no_school_is_told_once_and_everything_waits(tmp_path: Path) -> None:
    def spoil(book: Book) -> None:
        sheet(book, "教基1001").cells[cell(book, "教基1001", "标识码", "text")[0]].value = "9941000001"

    batch = read(write(tmp_path, one(spoil)))
    assert only(batch.problems, "form_school_code").value == "9941000001"
    assert not batch.rows


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_what_was_read_is_written_as_our_workbook_and_read_again_the_same(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    for school in COUNTY.schools:
        write(folder, workbook(COUNTY, school), suffix)
    first = admit(read(folder))
    assert not first.rejected
    write_workbook(first.county, tmp_path / "own.xlsx", "zh")
    second = admit(read(tmp_path / "own.xlsx"))
    for name in schema().tables:
        assert second.county[name].to_pylist() == first.county[name].to_pylist(), name


def test_a_folder_of_forms_becomes_a_snapshot_with_a_verdict(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    for school in COUNTY.schools:
        write(tmp_path / "forms", workbook(COUNTY, school))
    admission = admit(read(tmp_path / "forms"))
    written = snapshots.write(admission.county, tmp_path / "store", source="forms")
    county = snapshots.read(tmp_path / "store" / written.name)
    assert (county.code, county.years) == (COUNTY.county_code, (COUNTY.year,))
    result = assess(county, load("cn-2017"))
    assert result.verdict in ("fails", "unknown")
    assert {value.school_id for value in result.values if value.check == "1.1"} >= {PRIMARY.school_id}


def test_a_nine_year_school_of_two_export_files_is_one_school_with_one_row_of_facilities(tmp_path: Path) -> None:
    for book in export(COUNTY, Layout()):
        write(tmp_path, book)
    admission = admit(read(tmp_path))
    assert not [problem for problem in admission.problems if problem.code == "duplicate_key"]
    nine = next(school for school in COUNTY.schools if school.kind == "312")
    rows = [row for row in admission.county["facilities"].to_pylist() if row["school_id"] == nine.school_id]
    assert [row["stage"] for row in rows] == [None]
    stages = {row["stage"] for row in admission.county["staff"].to_pylist() if row["school_id"] == nine.school_id}
    assert stages == {"primary", "junior"}


def test_facilities_that_two_export_files_tell_differently_wait(tmp_path: Path) -> None:
    nine = next(school for school in COUNTY.schools if school.kind == "312")
    books = export(COUNTY, Layout())
    of = next(sheet for book in books[1:2] for sheet in book.sheets)
    at = next(
        at
        for at, each in sorted(of.cells.items())
        if any(fact[0] == "facilities" and fact[1][0] == nine.school_id for fact in each.facts)
    )
    of.cells[at].value = 1
    for book in books:
        write(tmp_path, book)
    admission = admit(read(tmp_path))
    waiting = {row.values["school_id"] for row in admission.rejected if row.table == "facilities"}
    campuses = {campus.school_id for campus in COUNTY.campuses}
    assert waiting - campuses == {nine.school_id}
    assert any(problem.code == "duplicate_key" for problem in admission.problems)


def test_nothing_personal_of_the_first_form_is_kept(tmp_path: Path) -> None:
    batch = read(write(tmp_path, one()))
    told = {name for rows in batch.rows.values() for row in rows for name in row.values}
    assert not told & {"head", "telephone", "email", "address"}


def test_every_form_of_the_catalogue_is_found_by_its_numbers_and_titles() -> None:
    forms = catalogue().sheets
    numbers = [number for form in forms.values() for number in form.numbers]
    titles = [title for form in forms.values() for title in form.titles]
    assert len(set(numbers)) == len(numbers)
    assert len(set(titles)) == len(titles)


def secondary(change: Callable[[Sheet], None], folder: Path) -> Batch:
    """The workbook of a junior school with a change to its teachers by subject, 艺术 over 艺术, 音乐 and 美术."""
    junior = next(each for each in COUNTY.schools if each.kind == "311")
    book = workbook(COUNTY, junior, Layout())
    change(sheet(book, "教基4156"))
    return read(write(folder, book))


def arts_columns(of: Sheet) -> list[tuple[int, int]]:
    heads = {place: tidy(str(of.value(*place))) for place in of.places("head")}
    return sorted(place for place, text in heads.items() if text in ("艺术", "音乐", "美术"))


def pe_arts(batch: Batch) -> list[object]:
    return [row.values.get("pe_arts") for row in batch.rows["staff"]]


def test_a_column_inserted_blank_under_a_group_changes_nothing(tmp_path: Path) -> None:
    whole = pe_arts(secondary(lambda of: None, tmp_path))
    assert all(isinstance(value, int) for value in whole)

    def insert(of: Sheet) -> None:
        of.open_columns(arts_columns(of)[-1][1])

    batch = secondary(insert, tmp_path)
    assert (pe_arts(batch), batch.problems) == (whole, ())


def test_a_column_under_the_arts_with_another_name_makes_pe_and_arts_unknown(tmp_path: Path) -> None:
    def rename(of: Sheet) -> None:
        _, total, _, _ = arts_columns(of)
        of.cells[total].value = "日语"

    batch = secondary(rename, tmp_path)
    assert pe_arts(batch) == [None]
    assert "form_words_absent" in {problem.code for problem in batch.problems}
