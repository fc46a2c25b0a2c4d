"""Our own workbook: the template that a county fills in, and a county written out in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format

from jiaoheng.county.county import County
from jiaoheng.county.schema import schema
from jiaoheng.language import Language
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.workbook_guide import write_guide
from jiaoheng.sources.workbook_sheets import LISTS, write_lists, write_sheet

STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 18, "font_color": "#1F3864"},
    "subtitle": {"font_color": "#595959", "text_wrap": True, "valign": "top"},
    "heading": {
        "bold": True,
        "font_size": 12,
        "font_color": "#1F3864",
        "bottom": 2,
        "bottom_color": "#1F3864",
    },
    "text": {"text_wrap": True, "valign": "top"},
    "number": {"align": "right", "valign": "top", "font_color": "#1F3864"},
    "table_head": {
        "bold": True,
        "bg_color": "#D9E2F3",
        "border": 1,
        "border_color": "#BFBFBF",
        "valign": "vcenter",
    },
    "table_cell": {"text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#BFBFBF"},
    "table_link": {
        "valign": "vcenter",
        "border": 1,
        "border_color": "#BFBFBF",
        "font_color": "#0563C1",
        "underline": 1,
    },
    "table_need": {
        "valign": "vcenter",
        "border": 1,
        "border_color": "#BFBFBF",
        "bold": True,
        "font_color": "#C00000",
    },
    "required": {"bold": True, "bg_color": "#F8CBAD", "border": 1, "border_color": "#BFBFBF"},
    "optional": {"bold": True, "bg_color": "#D9E2F3", "border": 1, "border_color": "#BFBFBF"},
    "example": {"italic": True, "font_color": "#7F6000", "bg_color": "#FFF2CC", "bottom": 4},
    "example_id": {
        "italic": True,
        "font_color": "#7F6000",
        "bg_color": "#FFF2CC",
        "bottom": 4,
        "num_format": "@",
    },
    "id": {"num_format": "@"},
    "plain": {},
}


def write_template(path: Path, language: Language) -> None:
    """Write the empty workbook: a guide, a sheet a table with an example row, drop-downs and notes.

    Raises ``SourceError`` where the file cannot be written.
    """
    _write(path, language, None)


def write_workbook(county: County, path: Path, language: Language) -> None:
    """Write a county as a filled-in workbook; reading it gives the same rows.

    Raises ``SourceError`` where the file cannot be written, or a table or text is more than a sheet can hold.
    """
    _write(path, language, county)


def _write(path: Path, language: Language, county: County | None) -> None:
    font = {"font_name": "微软雅黑" if language == "zh" else "Calibri", "font_size": 10}
    workbook = xlsxwriter.Workbook(path, {"default_format_properties": font})
    head = {"text_wrap": True, "align": "center", "valign": "vcenter"}
    styles: dict[str, Format] = {
        name: workbook.add_format({**font, **style, **(head if name in ("required", "optional") else {})})
        for name, style in STYLES.items()
    }
    write_guide(workbook, styles, language, county)
    for table in schema().tables.values():
        rows: Iterable[Mapping[str, object]] | None = None
        if county is not None:
            rows = county[table.name].to_pylist()
        write_sheet(workbook, styles, table, language, rows, path.name)
    write_lists(workbook.add_worksheet(LISTS), language)
    try:
        workbook.close()
    except (XlsxFileError, OSError) as error:
        raise SourceError("unwritable", file=path.name, reason=str(error)) from None
