"""The tables of a document as rows of cells, whichever way they came into the text.

A table may stand with ``|`` or tabs or wide blanks between its cells, a row a line, or one cell a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.targets.words import WORDS, one_of


class Cell(msgspec.Struct, frozen=True):
    """The narrow words of a cell without blanks, and its place in the original text."""

    text: str
    start: int
    end: int


class Table(msgspec.Struct, frozen=True):
    """Cells under a header: row by row when ``rows`` is set, else one after the other in ``loose``.

    ``title`` is the line above the header, or "".
    """

    title: str
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    loose: tuple[Cell, ...] = ()


_LINE = re.compile(r"[^\r\n\v\f\u2028\u2029]+")
_PARTS = re.compile(r"[|｜\t]|[ \u3000\u00a0]{2,}")
_BLANKS = re.compile(r"[ \u3000\u00a0]+")
_APART = re.compile(r"(?<=[\d%上右])[ \u3000\u00a0]+(?=\d)")
_RULE = re.compile(r"[-:=+—\s|｜]*\Z")
_HEADS = re.compile(
    r"(?:序号|编号|类别|类型|领域|维度|[一二]级指标|(?:主要|具体|核心)?指标(?:名称|内容)?|项目(?:名称)?|内容|(?:计量)?单位"
    r"|(?:指标)?(?:属性|性质|类型)|备注|说明|(?:牵头|责任)单位|完成(?:时间|时限)|年均增(?:长|速)(?:\(?%\)?|率)?|\[?累计\]?"
    r"|(?:(?:20\d\d|[“\"]?十[三四五六]五[”\"]?)年?(?:底|末|期末)?)?"
    r"\(?(?:年?(?:基期|基准|基数|目标|规划|预期|现状|实际|完成|实现|达到)(?:年|值|数|情况|指标)?)?\)?)(?:\([^()]{0,8}\))?"
)
_YEAR = re.compile(r"20\d\d(?:年|\(|\Z)|目标值|规划值|期末|目标\Z|基期值")
# A column that says what it counts: 新增学位(个), 小学大班额占比(%).
QUANTITY = re.compile(
    rf"(?P<what>[^()\d]{{1,14}})\((?P<unit>[万亿]?(?:{one_of(WORDS.units.measure, WORDS.units.count)}))\)"
)
_PROMISED = re.compile(r"新建|改扩建|扩建|新增|投资|目标|规划|任务|计划")
_BY_YEAR = re.compile(r"年度|年份|时间|年")
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
            title = _title(original, lines, index)
            rows, index = _rows(original, lines, index)
            yield Table(title, header, rows=rows)
            continue
        loose, after = _loose_header(original, lines, index)
        if loose:
            title = _title(original, lines, index)
            cells, index = _loose_cells(original, lines, after)
            yield Table(title, loose, loose=cells)
            continue
        index += 1


def is_header(cells: tuple[Cell, ...]) -> bool:
    """Whether these cells head a table of figures: by year, or of jobs with their quantities."""
    named = [cell.text for cell in cells if cell.text]
    if len(named) < 2 or any(len(text) > _LONGEST_HEAD + 6 for text in named):
        return False
    heads = sum(1 for text in named if _HEADS.fullmatch(text))
    years = sum(1 for text in named if _YEAR.search(text) and _HEADS.fullmatch(text))
    if years and (years >= 2 or heads >= 2) and (heads + 1) * 3 >= len(named) * 2:
        return True
    quantities = [text for text in named if QUANTITY.fullmatch(text)]
    promised = any(_PROMISED.search(text) for text in quantities) or _BY_YEAR.fullmatch(named[0]) is not None
    return len(quantities) >= 2 and promised


def _cell(original: str, start: int, end: int) -> Cell:
    written = original[start:end]
    first = start + len(written) - len(written.lstrip())
    last = first + len(written.strip())
    words = unicodedata.normalize("NFKC", original[first:last])
    # 95 98 may be two figures of two lines: the blank between figures stays.
    text = " ".join(_BLANKS.sub("", figure) for figure in _APART.split(words))
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


def _title(original: str, lines: list[tuple[int, int]], index: int) -> str:
    if index == 0 or lines[index - 1][1] - lines[index - 1][0] > _LONGEST_CELL + 10:
        return ""
    return _cell(original, *lines[index - 1]).text


def _rows(original: str, lines: list[tuple[int, int]], index: int) -> tuple[tuple[tuple[Cell, ...], ...], int]:
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
    return tuple(rows), index


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
    if (
        len(cells) >= 3
        and years
        and any("指标" in cell.text or cell.text in ("项目", "内容", "项目名称") for cell in cells)
    ):
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
