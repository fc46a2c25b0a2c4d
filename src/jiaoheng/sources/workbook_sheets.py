"""One table's sheet in our workbook: headers, notes, drop-downs, an example row or a county's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jiaoheng.county.schema import Column, Table, schema
from jiaoheng.language import Language
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.workbook_guide import display_width, say

LISTS = "_lists"
LAST_ROW = 1_048_575
REQUIRED_TAB, OPTIONAL_TAB = "#C00000", "#2F75B5"
NARROWEST, WIDEST = 9, 26
HEADER_LINE = 15
CHOICES_NOTED = 30


class _Exact(float):
    """A number that is written with all its digits; the writer's own format keeps sixteen."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def header(column: Column, language: Language) -> str:
    """A column's header: label, a star where it is required, the unit in brackets on a line of its own."""
    text = column.label.say(language) + (" *" if column.required else "")
    return f"{text}\n({schema().units[column.unit].label.say(language)})" if column.unit else text


def write_sheet(
    workbook: Workbook,
    styles: Mapping[str, Format],
    table: Table,
    language: Language,
    rows: Iterable[Mapping[str, object]] | None,
    file: str,
) -> None:
    """Add a table's sheet with these rows, or with its example row where they are None.

    Raises ``SourceError`` for more rows, or a longer text, than a sheet can hold.
    """
    name = table.label.say(language)
    sheet = workbook.add_worksheet(name)
    sheet.set_tab_color(REQUIRED_TAB if table.required else OPTIONAL_TAB)
    headers = [header(column, language) for column in table.columns]
    lines = 1
    for at, (column, text) in enumerate(zip(table.columns, headers, strict=True)):
        width = _width(column, text, language, marked=at == 0)
        lines = max(lines, _wrapped(text, width))
        sheet.set_column(at, at, width, styles[_style(column)])
        sheet.write_string(0, at, text, styles["required" if column.required else "optional"])
        if note := _note(column, language):
            size = {"x_scale": 1.9, "y_scale": 0.35 + 0.22 * _wrapped(note, 36), "font_size": 9}
            sheet.write_comment(0, at, note, size)
        if rule := _validation(column, language):
            sheet.data_validation(1, at, LAST_ROW, at, rule)
    sheet.set_row(0, HEADER_LINE * lines + 9)
    sheet.freeze_panes(1, _frozen(table))
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW + 1}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if rows is None:
        _write_example(sheet, styles, table, language)
        return
    for index, row in enumerate(rows, 1):
        if index > LAST_ROW:
            raise SourceError("sheet_full", file=file, sheet=name)
        for at, column in enumerate(table.columns):
            _write_cell(sheet, index, at, shown(column, row[column.name], language), None, file)


def write_lists(sheet: Worksheet, language: Language) -> None:
    """The hidden sheet that the drop-downs take their choices from, a column a code list."""
    sheet.hide()
    for at, codes in enumerate(schema().codes.values()):
        for row, code in enumerate(codes):
            sheet.write_string(row, at, code.label.say(language))


def shown(column: Column, value: object, language: Language) -> str | int | float | None:
    """A value as the sheet shows it: labels for codes, 是 and 否 for booleans."""
    if value is None:
        return None
    if column.type == "boolean":
        return say("yes" if value else "no", language)
    if column.type == "code":
        return schema().label(column.codes, value, language)
    if column.type == "codes":
        labels = (schema().label(column.codes, part, language) for part in str(value).split(";"))
        return ("、" if language == "zh" else "; ").join(labels)
    return value if isinstance(value, int | float) else str(value)


def _write_example(sheet: Worksheet, styles: Mapping[str, Format], table: Table, language: Language) -> None:
    """The example row, marked in its first cell."""
    mark = say("example", language) + ("：" if language == "zh" else ": ")
    for at, column in enumerate(table.columns):
        value = shown(column, column.example, language)
        style = styles[f"example_{_style(column)}"]
        if at == 0:
            value = f"{mark}{value}"
        if value is None:
            sheet.write_blank(1, at, None, style)
        else:
            _write_cell(sheet, 1, at, value, style, "")


def _write_cell(
    sheet: Worksheet, row: int, at: int, value: str | int | float | None, style: Format | None, file: str
) -> None:
    """Text as text, whatever it begins with, so that nothing a person wrote becomes a formula or a link."""
    if isinstance(value, str):
        if sheet.write_string(row, at, value, style):
            raise SourceError("text_long", file=file, sheet=sheet.get_name(), row=row + 1)
    elif value is not None:
        sheet.write_number(row, at, _Exact(value), style)


def _style(column: Column) -> str:
    """Codes of the county as text, choices in the middle, figures and words as they are."""
    if column.type == "id":
        return "id"
    return "choice" if column.type in ("code", "boolean", "year") else "plain"


def _note(column: Column, language: Language) -> str:
    """What the comment on a header says, empty where there is nothing to say."""
    parts = [column.note.say(language)] if column.note else []
    if column.type in ("code", "codes"):
        labels = [code.label.say(language) for code in schema().codes[column.codes][:CHOICES_NOTED]]
        choices = ("、" if language == "zh" else ", ").join(labels)
        parts.append(say("choose" if column.type == "code" else "choose_several", language, choices=choices))
    if not parts:
        return ""
    return (say("required_note", language) if column.required else "") + "\n".join(parts)


def _validation(column: Column, language: Language) -> dict[str, object] | None:
    """What Excel checks while typing: choices are held to, figures are only asked about."""
    told = {"error_title": say("error_title", language)}
    if column.type == "boolean":
        choices: object = [say("yes", language), say("no", language)]
        return {"validate": "list", "source": choices, "error_message": say("error_choice", language), **told}
    if column.type == "code":
        at = list(schema().codes).index(column.codes)
        letter = chr(ord("A") + at)
        source = f"={LISTS}!${letter}$1:${letter}${len(schema().codes[column.codes])}"
        return {"validate": "list", "source": source, "error_message": say("error_choice", language), **told}
    if column.type not in ("integer", "number", "year") or column.minimum is None:
        return None
    kind = "decimal" if column.type == "number" else "integer"
    limits = {"minimum": f"{column.minimum:g}", "maximum": f"{column.maximum or 0:g}"}
    rule: dict[str, object] = {"validate": kind, "criteria": ">=", "value": column.minimum}
    span = say("range_least", language, **limits)
    if column.maximum is not None:
        rule = {"validate": kind, "criteria": "between", "minimum": column.minimum, "maximum": column.maximum}
        span = say("range_between", language, **limits)
    message = say("error_number" if kind == "decimal" else "error_integer", language, range=span)
    return {**rule, "error_type": "warning", "error_message": message, **told}


def _width(column: Column, text: str, language: Language, *, marked: bool) -> float:
    """A column wide enough for its example, with its mark in the first, and for its header on a few lines."""
    example = shown(column, column.example, language)
    widest = display_width(str(example)) if example is not None else 0
    widest += display_width(say("example", language)) + 2 if marked else 0
    parts = text.split() if language == "en" else []
    header_width = max(map(display_width, (*parts, text[: (len(text) + 1) // 2])))
    return float(min(max(widest + 3, header_width + 3, NARROWEST), WIDEST))


def _wrapped(text: str, width: float) -> int:
    return sum(1 + int(display_width(line) / width) for line in text.split("\n"))


def _frozen(table: Table) -> int:
    """How many columns stay in view: the first, and the name beside it."""
    return 2 if len(table.columns) > 2 and table.columns[1].name == "name" else 1
