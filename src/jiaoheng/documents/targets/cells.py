"""The tables of a document as rows of cells, whichever way they came into the text.

A table may stand with ``|`` or tabs or wide blanks between its cells, a row a line, or one cell a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec


class Cell(msgspec.Struct, frozen=True):
    """The narrow words of a cell without blanks, and its place in the original text."""

    text: str
    start: int
    end: int


class Table(msgspec.Struct, frozen=True):
    """Cells under a header: row by row when ``rows`` is set, else one after the other in ``loose``."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    loose: tuple[Cell, ...] = ()


_LINE = re.compile(r"[^\r\n\v\f\u2028\u2029]+")
_PARTS = re.compile(r"[|｜\t]|[ \u3000\u00a0]{2,}")
_BLANKS = re.compile(r"[ \u3000\u00a0]+")
_RULE = re.compile(r"[-:=+—\s|｜]*\Z")
_HEADS = re.compile(
    r"(?:序号|编号|类别|类型|领域|维度|一级指标|二级指标|指标|指标名称|主要指标|具体指标|指标内容|核心指标|项目|项目名称|内容|单位|计量单位|属性|指标属性|指标性质|指标类型|性质|备注|说明|牵头单位|责任单位|"
    r"(?:(?:20\d\d|[“\"]?十[三四五六]五[”\"]?)年?(?:底|末|期末)?)?\(?(?:年?(?:基期|基准|基数|目标|规划|预期|现状|实际|完成|实现|达到)(?:年|值|数|情况|指标)?)?\)?|年均增(?:长|速)(?:\(?%\)?|率)?|累计|\[?累计\]?)(?:\([^()]{0,8}\))?"
)
_YEAR = re.compile(r"(?:20\d\d(?:年|\(|\Z)|目标值|规划值|期末|目标\Z|基期值)")
_LONGEST_HEAD = 16
_LONGEST_CELL = 40
_MOST_CELLS = 600
_STOPS = "。;；：!！?？"


def tables(original: str) -> Iterator[Table]:
    """The tables whose header names years or goals, in the order of the text."""
    lines = [match.span() for match in _LINE.finditer(original) if original[slice(*match.span())].strip()]
    index = 0
    while index < len(lines):
        start, end = lines[index]
        if end - start > 300:
            index += 1
            continue
        header = _row(original, start, end)
        if len(header) > 2 and is_header(header):
            table, index = _with_rows(original, lines, index, header)
            yield table
            continue
        loose, after = _loose_header(original, lines, index)
        if loose:
            cells, index = _loose_cells(original, lines, after)
            yield Table(loose, loose=cells)
            continue
        index += 1


def is_header(cells: tuple[Cell, ...]) -> bool:
    """Whether these cells head a table of figures by year."""
    named = [cell for cell in cells if cell.text]
    heads = [cell for cell in named if _HEADS.fullmatch(cell.text)]
    years = [cell for cell in heads if _YEAR.search(cell.text)]
    return len(heads) >= 2 and len(heads) * 3 >= len(named) * 2 and len(years) >= 1


def _cell(original: str, start: int, end: int) -> Cell:
    written = original[start:end]
    first = start + len(written) - len(written.lstrip())
    last = first + len(written.strip())
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", original[first:last]))
    return Cell(text, first, last)


def _row(original: str, start: int, end: int, pattern: re.Pattern[str] = _PARTS) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    place = start
    for mark in pattern.finditer(original, start, end):
        cells.append(_cell(original, place, mark.start()))
        place = mark.end()
    cells.append(_cell(original, place, end))
    if cells and not cells[0].text:
        cells = cells[1:]
    if cells and not cells[-1].text and "|" in original[start:end]:
        cells = cells[:-1]
    if len(cells) == 1 and pattern is _PARTS:
        single = _row(original, start, end, _BLANKS)
        return single if is_header(single) else tuple(cells)
    return tuple(cells)


def _with_rows(
    original: str, lines: list[tuple[int, int]], index: int, header: tuple[Cell, ...]
) -> tuple[Table, int]:
    pattern = _PARTS if _PARTS.search(original, *lines[index]) else _BLANKS
    rows: list[tuple[Cell, ...]] = []
    index += 1
    while index < len(lines) and len(rows) < _MOST_CELLS:
        start, end = lines[index]
        cells = _row(original, start, end, pattern)
        if _RULE.match(original, start, end):
            index += 1
            continue
        if end - start > 400 or len(cells) < 2 or is_header(cells):
            break
        rows.append(cells)
        index += 1
    return Table(header, rows=tuple(rows)), index


def _loose_header(original: str, lines: list[tuple[int, int]], index: int) -> tuple[tuple[Cell, ...], int]:
    """A header that stands one cell a line: 指标, 2020年, 2025年, 属性."""
    cells: list[Cell] = []
    while index < len(lines) and lines[index][1] - lines[index][0] <= _LONGEST_HEAD + 8:
        cell = _cell(original, *lines[index])
        if not cell.text or len(cell.text) > _LONGEST_HEAD or not _HEADS.fullmatch(cell.text):
            break
        cells.append(cell)
        index += 1
    years = sum(1 for cell in cells if _YEAR.search(cell.text))
    if len(cells) >= 3 and years and any("指标" in cell.text or cell.text in ("项目", "内容", "项目名称") for cell in cells):
        return tuple(cells), index
    return (), index


def _loose_cells(original: str, lines: list[tuple[int, int]], index: int) -> tuple[tuple[Cell, ...], int]:
    cells: list[Cell] = []
    while index < len(lines) and len(cells) < _MOST_CELLS:
        cell = _cell(original, *lines[index])
        if len(cell.text) > _LONGEST_CELL or cell.text[-1:] in _STOPS or _NEXT.match(cell.text):
            break
        cells.append(cell)
        index += 1
    return tuple(cells), index


_NEXT = re.compile(r"(?:注:|说明:|备注:|第[一二三四五六七八九十]+[章节]|专栏|表\d|附件)")
