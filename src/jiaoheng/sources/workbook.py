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

_BLUE, _RED, _PALE_BLUE, _PALE_RED = "#1F3864", "#C00000", "#D9E2F3", "#F8CBAD"
_BOX: Mapping[str, object] = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
_HEADER: Mapping[str, object] = {**_BOX, "bold": True, "text_wrap": True, "align": "center"}
_EXAMPLE: Mapping[str, object] = {"italic": True, "font_color": "#7F6000", "bg_color": "#FFF2CC", "bottom": 4}
STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 18, "font_color": _BLUE},
    "subtitle": {"font_color": "#595959", "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "font_size": 12, "font_color": _BLUE, "bottom": 2, "bottom_color": _BLUE},
    "text": {"text_wrap": True, "valign": "top"},
    "number": {"align": "right", "valign": "top", "font_color": _BLUE},
    "table_head": {**_BOX, "bold": True, "bg_color": _PALE_BLUE},
    "table_cell": {**_BOX, "text_wrap": True},
    "table_link": {**_BOX, "font_color": "#0563C1", "underline": 1},
    "table_need": {**_BOX, "bold": True, "font_color": _RED},
    "required": {**_HEADER, "bg_color": _PALE_RED},
    "optional": {**_HEADER, "bg_color": _PALE_BLUE},
    "example_id": {**_EXAMPLE, "num_format": "@"},
    "example_choice": {**_EXAMPLE, "align": "center"},
    "example_plain": _EXAMPLE,
    "id": {"num_format": "@"},
    "choice": {"align": "center"},
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
    styles: dict[str, Format] = {name: workbook.add_format({**font, **style}) for name, style in STYLES.items()}
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
