"""Cells of an .ods file that the reader would get wrong, found in its content."""

from __future__ import annotations

import re
import zipfile
from html import unescape

from jiaoheng.sources.overlooked import FORMULA, Place, Shown, percentage, refuse_huge, refuse_texts

_TOKEN = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>")
_NAME = re.compile(rb'table:name="([^"]*)"')
_ROWS = re.compile(rb'number-rows-repeated="([0-9]+)"')
_COLUMNS = re.compile(rb'number-columns-repeated="([0-9]+)"')
_VALUE = re.compile(rb'office:value="([^"]*)"')
_TEXT = re.compile(rb"<text:p[^>]*>([^<]*)</text:p>")


def overlooked(archive: zipfile.ZipFile, file: str) -> tuple[Shown, ...]:
    """What to show instead in which cells, by zero-based row and column, a mapping a sheet in their order.

    Raises ``SourceError`` for a sheet too big, repetitions counted.
    """
    content = archive.read("content.xml")
    sheets: list[dict[Place, str]] = []
    name, row, column, height, texts = "", -1, 0, 1, 0
    for token in _TOKEN.finditer(content):
        kind, attributes, closed = token.groups()
        if kind == b"table":
            found = _NAME.search(attributes)
            name, row, height = unescape(found.group(1).decode("utf-8", "replace")) if found else "", -1, 1
            sheets.append({})
        elif kind == b"table-row":
            row, column, height = row + height, 0, _repeated(_ROWS, attributes)
        else:
            width = _repeated(_COLUMNS, attributes)
            formula = b"table:formula=" in attributes
            if sheets and (formula or not closed):
                body = b"" if closed else content[token.end() : content.find(b"</table:", token.end())]
                refuse_huge(row + height, column + width, file, name)
                texts += len(body) * width * height
                refuse_texts(texts, file)
                if text := FORMULA if closed and b"value" not in attributes else _shown(attributes, body):
                    places = ((row + down, column + right) for down in range(height) for right in range(width))
                    sheets[-1].update(dict.fromkeys(places, text))
            column += width
    return tuple(sheets)


def _repeated(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found.group(1)) if found else 1


def _shown(attributes: bytes, body: bytes) -> str:
    """What to show instead of a cell, empty where the reader gives it rightly."""
    text = _TEXT.search(body)
    shown = unescape(text.group(1).decode("utf-8", "replace")).strip() if text else ""
    if b'value-type="error"' in attributes:
        return shown or "#VALUE!"
    value = _VALUE.search(attributes)
    if b'office:value-type="percentage"' in attributes and value:
        return percentage(value.group(1).decode("utf-8", "replace"))
    return ""
