"""The lines of a document by kind: text, rows and cells of tables, the table of contents, what a page has below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from jiaoheng.documents.organs import DAY, SIGNATURE
from jiaoheng.documents.repairing import Repaired

LineKind = Literal["text", "row", "cell", "contents", "colophon"]


class Line(msgspec.Struct, frozen=True):
    """``text[start:end]`` between two line breaks, not blank; ``indented`` as the original has it."""

    start: int
    end: int
    kind: LineKind = "text"
    indented: bool = False


_LINE = re.compile(r"[^\n]+")


def lines(repaired: Repaired) -> list[Line]:
    """The lines that are not blank, in order."""
    text = repaired.text
    spans = [match.span() for match in _LINE.finditer(text) if not match[0].isspace()]
    kinds: dict[int, LineKind] = {}
    for index, (start, end) in enumerate(spans):
        if _is_row(text, start, end):
            kinds[index] = "row"
            if index and _CAPTION.match(text, *spans[index - 1]):
                kinds.setdefault(index - 1, "cell")
    for index in _contents(text, spans):
        kinds[index] = "contents"
    for index in _cells(text, spans):
        kinds.setdefault(index, "cell")
    for index in _colophon(text, spans):
        kinds.setdefault(index, "colophon")
    return [
        Line(start, end, kinds.get(index, "text"), _indented(repaired, start))
        for index, (start, end) in enumerate(spans)
    ]


def _indented(repaired: Repaired, start: int) -> bool:
    origin = repaired.origins[start]
    return origin > 0 and repaired.original[origin - 1] not in "\n\r"


_BELOW = re.compile(
    r"公开方式|主动公开|抄送|印发\Z|返回顶部|打印|关闭|扫一扫|相关(?:稿件|链接|文章|阅读|信息|附件)|上一[篇条]|下一[篇条]|分享|浏览"
    r"|责任编辑|编辑:|来源:|版权|备案|主办|承办|联系电话|ICP|公网安备|网站(?:地图|标识)|点击|收藏|此件|共印|信息公开选项"
)


_IN_FORCE = re.compile(
    r"本(?:意见|方案|规划|办法|通知|计划|措施|细则|规定)(?:自|由|从|印发)[^\n。]{0,60}(?:施行|实施|执行|解释|有效)[^\n。]{0,30}。?"
)


def _colophon(text: str, spans: list[tuple[int, int]]) -> Iterator[int]:
    """Signatures with their date, and the last lines of a page: who printed it, links, buttons."""
    for index, (start, end) in enumerate(spans):
        if index and end - start <= _LONGEST_DATE and DAY.fullmatch(text, start, end):
            above = index - 1
            while above >= 0 and SIGNATURE.fullmatch(text, *spans[above]):
                yield above
                above -= 1
            if above < index - 1:
                yield index
    for index in range(len(spans) - 1, -1, -1):
        start, end = spans[index]
        if _IN_FORCE.fullmatch(text, start, end):
            yield index
            continue
        if end - start > _LONGEST_ENTRY or not _BELOW.search(text, start, end):
            return
        yield index


_CAPTION = re.compile(r"表[\d一二三四五六七八九十]{1,3}[^\n。]{0,40}\Z")


def _is_row(text: str, start: int, end: int) -> bool:
    """Whether a bar parts cells here; a whole document without line breaks that holds a table is no row of it."""
    return text.find("|", start, end) >= 0 and text.count("。", start, end) * 2 <= text.count("|", start, end) + 2


_LEADER = re.compile(r"(?:\.{3,}|…+|·{3,}|-{4,}|_{3,})[(\-—]?\d{1,3}[)\-—]?\Z")
_LONGEST_ENTRY = 60
_LONGEST_DATE = 20
_MOST_DOUBTFUL = 3  # entries in a row that differ from the headings they stand for


def _contents(text: str, spans: list[tuple[int, int]]) -> Iterator[int]:
    """Lines that end in leaders and a page, and what follows the word 目录 until its first entry comes again."""
    places: dict[str, int] = {}
    for index, (start, end) in enumerate(spans):
        if end - start <= _LONGEST_ENTRY * 2:
            line = text[start:end]
            if _LEADER.search(line):
                yield index
            places[_entry(line)] = index
    for index, (start, end) in enumerate(spans):
        if end - start <= 6 and text[start:end].replace(" ", "") in ("目录", "目次"):
            yield index
            yield from _entries(text, spans, index + 1, places)
            return


def _entry(line: str) -> str:
    """An entry of the contents as the heading it stands for."""
    return re.sub(r"[.…·\-_— ]*\d{0,3}\Z", "", line).replace(" ", "")


def _entries(text: str, spans: list[tuple[int, int]], first: int, places: dict[str, int]) -> Iterator[int]:
    seen: set[str] = set()
    doubtful: list[int] = []
    for index in range(first, len(spans)):
        start, end = spans[index]
        entry = _entry(text[start:end])
        if end - start > _LONGEST_ENTRY or entry in seen or len(doubtful) > _MOST_DOUBTFUL:
            # The headings of the plan itself have begun, or there is running text.
            return
        seen.add(entry)
        doubtful.append(index)
        if places[entry] > index:
            yield from doubtful
            doubtful = []


_FIGURE = re.compile(r"[>≥<≤约]?[\d.,%‰+\-—/~年()]+(?:以上|左右|以内)?|约束性|预期性|[—\-/]+|[\d.]+[万亿]?[所个人名%]?")
_LONGEST_CELL = 25
_FEWEST_CELLS = 6
_NEAR = 3


def _cells(text: str, spans: list[tuple[int, int]]) -> Iterator[int]:
    """Runs of short lines without stops, a good part of them figures: a table that came one cell a line."""
    run: list[int] = []
    figures: list[int] = []
    for index in range(len(spans) + 1):
        start, end = spans[index] if index < len(spans) else (0, 0)
        if 0 < end - start <= _LONGEST_CELL and text[end - 1] not in "。;:,!?":
            run.append(index)
            if _FIGURE.fullmatch(text, start, end):
                figures.append(index)
            continue
        if len(figures) * 4 >= len(run) >= _FEWEST_CELLS and len(figures) > 1:
            yield from range(_first_cell(text, spans, run[0], figures), figures[-1] + 1)
        run, figures = [], []


_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|第.{1,3}[章节]|——|\d{1,2}[.、]\D)"
)


def _first_cell(text: str, spans: list[tuple[int, int]], first: int, figures: list[int]) -> int:
    """Headings above a table are none of its cells, unless figures follow them at once."""
    place = first
    for index in range(first, figures[0]):
        if _HEADING.match(text, *spans[index]) and figures[0] - index > _NEAR:
            place = index + 1
    return place
