"""The lines of a page, in the order in which they stand; no depth of nesting makes this recurse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from jiaoheng.documents.files.html_parts import MAX_COLUMNS, Parts, row_cells, span, table_rows
from jiaoheng.documents.files.lines import in_cell, joint, row
from jiaoheng.documents.files.numerals import numeral

_BLOCKS = frozenset(
    (
        "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
        "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr", "ul",
    )
)  # fmt: skip
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_BLANKS = re.compile(r"[ \t\f\xa0]+")
_BREAKS = re.compile(r" ?\n[ \n]*")


class _Lines:
    """Text gathered into lines: blanks and breaks of the source mean nothing by themselves."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._open: list[str] = []

    def add(self, text: str | None, *, kept: bool = False) -> None:
        if not text:
            return
        text = text.replace("\r", "")
        if not kept:
            self._open.append(text)
            return
        for place, piece in enumerate(text.split("\n")):
            if place:
                self.end()
            self._open.append(piece)

    def end(self) -> None:
        """End the line that was begun, if any."""
        if not self._open:
            return
        text = _BREAKS.sub("\n", _BLANKS.sub(" ", "".join(self._open)))
        self._open.clear()
        line = ""
        for piece in text.split("\n"):
            if line and piece:
                line += joint(line, piece)
            line += piece
        if line.strip():
            self.done.append(line.strip())


def lines_of(start: Element, parts: Parts) -> list[str]:
    """The lines of an element that a reader sees, tables as rows."""
    lines = _Lines()
    kept = 0
    counts: dict[Element, int] = {}
    waiting: list[tuple[Element, bool]] = [(start, False)]
    while waiting:
        element, left = waiting.pop()
        if left:
            kept -= element.tag == "pre"
            if element.tag in _BLOCKS:
                lines.end()
            if element is not start:
                lines.add(element.tail, kept=kept > 0)
            continue
        if element is not start and not parts.is_seen(element):
            lines.add(element.tail, kept=kept > 0)
            continue
        if element.tag in _BLOCKS or element.tag == "br":
            lines.end()
        waiting.append((element, True))
        if element.tag == "table" and parts.is_table(element):
            lines.done += _rows(element, parts)
            continue
        kept += element.tag == "pre"
        lines.add(_number(element, counts))
        lines.add(element.text, kept=kept > 0)
        waiting += [(inner, False) for inner in reversed(element)]
    lines.end()
    return lines.done


def _rows(table: Element, parts: Parts) -> Iterator[str]:
    """The rows of a table: a cell's text in its first column and row, a cell alone as text."""
    for caption in table.iterchildren("caption"):
        yield from lines_of(caption, parts)
    covered: dict[int, int] = {}
    for line in table_rows(table):
        if not parts.is_seen(line):
            continue
        cells = [cell for cell in row_cells(line) if parts.is_seen(cell)]
        texts = {}
        column = 0
        beside = bool(covered)
        for cell in cells:
            while covered.get(column, 0):
                column += 1
            texts[column] = lines_of(cell, parts)
            width = min(span(cell, "colspan"), max(MAX_COLUMNS - column, 1))
            for place in range(column, column + width):
                covered[place] = span(cell, "rowspan") if place < MAX_COLUMNS else 1
            column += width
        covered = {place: left - 1 for place, left in covered.items() if left > 1}
        if len(cells) == 1 and not beside and not covered:
            yield from next(iter(texts.values()))
        elif texts:
            yield row(in_cell(texts.get(place, ())) for place in range(max(texts) + 1))


def _number(element: Element, counts: dict[Element, int]) -> str:
    """The number that a browser draws before an item of a numbered list."""
    above = element.getparent()
    if element.tag != "li" or above is None or above.tag != "ol":
        return ""
    number = _whole(element.get("value"), counts.get(above, _whole(above.get("start"), 1)))
    counts[above] = number + 1
    return f"{numeral(number, _FORMS.get(str(above.get('type') or ''), 'decimal'))}."


def _whole(digits: object, otherwise: int) -> int:
    text = str(digits or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
