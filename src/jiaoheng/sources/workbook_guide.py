"""The first sheet of our workbook: how to fill it in, and a list of its sheets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jiaoheng.county.county import County
from jiaoheng.county.schema import schema
from jiaoheng.language import Language, catalogue

TEXTS = Path(__file__).with_name("workbook.toml")
_WIDTHS = (4, 18, 12, 48, 44)
_LINE = 15
_RULES = ("how_1", "how_2", "how_3", "how_4", "how_5", "how_6", "how_7")


def say(key: str, language: Language, **values: object) -> str:
    """A text of the workbook."""
    return catalogue(TEXTS)[key].say(language, **values)


def write_guide(workbook: Workbook, styles: Mapping[str, Format], language: Language, county: County | None) -> None:
    """Write the guide as the workbook's first sheet."""
    sheet = workbook.add_worksheet(say("guide", language))
    sheet.hide_gridlines(2)
    sheet.set_tab_color("#1F3864")
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 32)
    sheet.write_string(0, 1, say("title", language), styles["title"])
    subtitle = say("subtitle", language)
    if county is not None and county.code:
        subtitle = say("synthetic", language, name=county.name, code=county.code)
    sheet.merge_range(1, 1, 1, len(_WIDTHS) - 1, subtitle, styles["subtitle"])
    row = _write_rules(sheet, styles, language, 3)
    _write_sheets(sheet, styles, language, row + 1)


def _write_rules(sheet: Worksheet, styles: Mapping[str, Format], language: Language, row: int) -> int:
    """Numbered rules and the rule of privacy; returns the next free row."""
    for heading, rules in (("how", _RULES), ("privacy", ("privacy_1",))):
        sheet.merge_range(row, 1, row, len(_WIDTHS) - 1, say(heading, language), styles["heading"])
        sheet.set_row(row, 22)
        row += 1
        for number, rule in enumerate(rules, 1):
            text = say(rule, language)
            sheet.write_string(row, 0, f"{number}." if len(rules) > 1 else "", styles["number"])
            sheet.merge_range(row, 1, row, len(_WIDTHS) - 1, text, styles["text"])
            sheet.set_row(row, _LINE * _lines(text, sum(_WIDTHS[1:])) + 3)
            row += 1
        row += 1
    return row


def _write_sheets(sheet: Worksheet, styles: Mapping[str, Format], language: Language, row: int) -> None:
    sheet.merge_range(row, 1, row, len(_WIDTHS) - 1, say("sheets", language), styles["heading"])
    sheet.set_row(row, 22)
    row += 1
    for column, key in enumerate(("sheet", "need", "content", "key_columns"), 1):
        sheet.write_string(row, column, say(key, language), styles["table_head"])
    for table in schema().tables.values():
        row += 1
        name = table.label.say(language)
        note = table.note.say(language)
        comma = "、" if language == "zh" else ", "
        needed = comma.join(column.label.say(language) for column in table.columns if column.required)
        sheet.write_url(row, 1, f"internal:'{name}'!A1", styles["table_link"], name)
        need, style = ("required", "table_need") if table.required else ("optional", "table_cell")
        sheet.write_string(row, 2, say(need, language), styles[style])
        sheet.write_string(row, 3, note, styles["table_cell"])
        sheet.write_string(row, 4, needed, styles["table_cell"])
        sheet.set_row(row, _LINE * max(_lines(note, _WIDTHS[3]), _lines(needed, _WIDTHS[4])) + 5)


def display_width(text: str) -> int:
    """The width of a text in a sheet, in Latin letters: Chinese ones are twice as wide."""
    return sum(2 if letter > "\u2e7f" else 1 for letter in text)


def _lines(text: str, width: float) -> int:
    return 1 + int((display_width(text) - 1) / width)
