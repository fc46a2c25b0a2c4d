"""Our own workbook: what the template holds, that it reads back exactly, and that it is fit for a clerk."""

from __future__ import annotations

import math
from pathlib import Path

import openpyxl
import pytest
from counties import clean_rows
from openpyxl.worksheet.worksheet import Worksheet

from jiaoheng import demo
from jiaoheng.county import County, build
from jiaoheng.county.schema import schema
from jiaoheng.language import Language
from jiaoheng.sources import SourceError, read, write_template, write_workbook
from jiaoheng.sources.cells import parse
from jiaoheng.sources.headers import recognise
from jiaoheng.sources.workbook_sheets import LISTS, shown

LANGUAGES: tuple[Language, ...] = ("zh", "en")
TABLES = tuple(schema().tables.values())


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def template(language: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "county.xlsx"
    write_template(path, language)
    return path


@pytest.fixture(scope="module")
def sheets(template: Path) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(template)
    return {sheet.title: sheet for sheet in book.worksheets}


def again(county: County, path: Path, language: Language) -> County:
    write_workbook(county, path, language)
    batch = read(path)
    assert batch.problems == ()
    assert batch.rejected == ()
    return build({table: [row.values for row in rows] for table, rows in batch.rows.items()})


def test_the_template_has_a_guide_and_a_sheet_a_table_in_the_order_of_the_schema(
    sheets: dict[str, Worksheet], language: Language
) -> None:
    guide, *tables, lists = sheets
    assert guide == ("说明" if language == "zh" else "Read me")
    assert tables == [table.label.say(language) for table in TABLES]
    assert (lists, sheets[lists].sheet_state) == (LISTS, "hidden")
    text = "".join(str(cell.value) for row in sheets[guide].iter_rows() for cell in row if cell.value)
    for wanted in ("*", "—", "-1", "身份证" if language == "zh" else "identity"):
        assert wanted in text


def test_the_empty_template_reads_as_no_rows_and_no_problems(template: Path) -> None:
    batch = read(template)
    assert batch.problems == ()
    assert batch.rejected == ()
    assert set(batch.rows) == set(schema().tables)
    assert not any(batch.rows.values())


def test_every_header_names_its_column_and_every_example_reads_as_one(
    sheets: dict[str, Worksheet], language: Language
) -> None:
    for table in TABLES:
        sheet = sheets[table.label.say(language)]
        for at, column in enumerate(table.columns, 1):
            header = str(sheet.cell(1, at).value)
            named = recognise(table, header)
            assert named is not None
            assert named.column == column
            assert ("*" in header) == column.required
            written = sheet.cell(2, at).value
            if at == 1:
                assert str(written).startswith("示例" if language == "zh" else "Example")
            else:
                assert parse(column, "" if written is None else written).value == column.example


def test_choices_have_drop_downs_and_notes_are_comments(sheets: dict[str, Worksheet], language: Language) -> None:
    for table in TABLES:
        sheet = sheets[table.label.say(language)]
        ruled = {
            str(span).partition(":")[0]: rule
            for rule in sheet.data_validations.dataValidation
            for span in rule.sqref.ranges
        }
        assert sheet.freeze_panes is not None
        for at, column in enumerate(table.columns, 1):
            place = f"{sheet.cell(2, at).coordinate}"
            if column.type in ("code", "boolean"):
                assert ruled[place].type == "list"
            if column.type in ("integer", "year") and column.minimum is not None:
                assert ruled[place].type == "whole"
            if column.note:
                assert column.note.say(language) in sheet.cell(1, at).comment.text
            if column.type == "id":
                assert sheet.cell(2, at).number_format == "@"


def test_drop_downs_offer_the_whole_list_of_codes(sheets: dict[str, Worksheet], language: Language) -> None:
    for at, codes in enumerate(schema().codes.values(), 1):
        column = [cell.value for cell in list(sheets[LISTS].columns)[at - 1] if cell.value is not None]
        assert column == [code.label.say(language) for code in codes]
    kind = next(
        rule
        for rule in sheets[schema().tables["schools"].label.say(language)].data_validations.dataValidation
        if str(rule.sqref).startswith("C2")
    )
    at = list(schema().codes).index("kind")
    assert kind.formula1 == f"{LISTS}!${chr(65 + at)}$1:${chr(65 + at)}${len(schema().codes['kind'])}"


def test_a_filled_in_template_reads_as_it_was_filled_in(template: Path, language: Language, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template)
    rows = clean_rows()
    for table in TABLES:
        sheet = book[table.label.say(language)]
        for row, values in enumerate(rows[table.name], 3):
            for at, column in enumerate(table.columns, 1):
                sheet.cell(row, at).value = shown(column, values.get(column.name), language)
    book.save(tmp_path / "filled.xlsx")
    batch = read(tmp_path / "filled.xlsx")
    assert batch.problems == ()
    read_back = build({table: [row.values for row in some] for table, some in batch.rows.items()})
    assert read_back == build(rows)


def test_an_example_row_that_was_altered_is_left_out_with_a_warning(
    template: Path, language: Language, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(template)
    book[schema().tables["schools"].label.say(language)]["B2"] = "望岚县第二小学"
    book.save(tmp_path / "a.xlsx")
    batch = read(tmp_path / "a.xlsx")
    assert [(p.code, p.table, p.origin.row) for p in batch.problems] == [("row_example", "schools", 2)]


def test_a_county_written_as_a_workbook_reads_back_exactly(language: Language, tmp_path: Path) -> None:
    county = build(clean_rows())
    assert again(county, tmp_path / "a.xlsx", language).tables == county.tables


def test_values_that_workbooks_are_known_to_spoil_come_back_exactly(language: Language, tmp_path: Path) -> None:
    facilities = [
        {"school_id": f"{number:010d}", "year": 2025, "teaching_area": area}
        for number, area in enumerate([0.1 + 0.2, 1 / 3, math.pi * 1e9, 5e-324, 2.0**53, 1e-7, 0.0])
    ]
    names = [
        "=1+1",
        "+86",
        "@x",
        "http://a.b/c",
        "<a&b>",
        "第一行\n第二行",
        "_x0041_",
        "1e5",
        "TRUE",
        "2025-09-01",
        "长" * 32767,
    ]
    schools = [{"school_id": f"0{at}", "name": name, "kind": "211"} for at, name in enumerate(names)]
    whole = [{"school_id": "1" * 40, "year": 2025, "grade": -3, "pupils": 2**53}]
    county = build({"schools": schools, "facilities": facilities, "enrolment": whole})
    assert again(county, tmp_path / "a.xlsx", language).tables == county.tables


def test_what_a_sheet_cannot_hold_is_refused_in_words(tmp_path: Path) -> None:
    county = build({"schools": [{"school_id": "1", "name": "长" * 32768, "kind": "211"}]})
    with pytest.raises(SourceError) as caught:
        write_workbook(county, tmp_path / "a.xlsx", "zh")
    assert caught.value.code == "text_long"
    with pytest.raises(SourceError) as caught:
        write_template(tmp_path / "missing" / "a.xlsx", "zh")
    assert caught.value.code == "unwritable"


@pytest.mark.slow
def test_the_demo_county_reads_back_exactly(tmp_path: Path) -> None:
    county = demo.county()
    assert again(county, tmp_path / "a.xlsx", "zh").tables == county.tables
