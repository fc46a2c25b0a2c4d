"""The lines of a document by kind: text, rows and cells of tables, the table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from jiaoheng.documents.repairing import Repaired

LineKind = Literal["text", "row", "cell", "contents"]


class Line(msgspec.Struct, frozen=True):
    """``text[start:end]`` between two line breaks, not blank."""

    start: int
    end: int
    kind: LineKind = "text"


_LINE = re.compile(r"[^\n]*[^\s][^\n]*")


def lines(repaired: Repaired) -> list[Line]:
    """The lines that are not blank, in order."""
    text = repaired.text
    spans = [match.span() for match in _LINE.finditer(text)]
    kinds: dict[int, LineKind] = {}
    for index, (start, end) in enumerate(spans):
        if _is_row(text, start, end):
            kinds[index] = "row"
    for index in _contents(text, spans):
        kinds[index] = "contents"
    for index in _cells(text, spans):
        kinds.setdefault(index, "cell")
    return [Line(start, end, kinds.get(index, "text")) for index, (start, end) in enumerate(spans)]


def _is_row(text: str, start: int, end: int) -> bool:
    return text.find("|", start, end) >= 0


_LEADER = re.compile(r"(?:\.{3,}|…+|·{3,}|-{4,}|_{3,})[(\-—]?\d{1,3}[)\-—]?\Z")
_LONGEST_ENTRY = 60
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


def _cells(text: str, spans: list[tuple[int, int]]) -> Iterator[int]:
    """Runs of short lines without stops, a good part of them figures: a table that came one cell a line."""
    run: list[int] = []
    figures = 0
    for index in range(len(spans) + 1):
        start, end = spans[index] if index < len(spans) else (0, 0)
        if index < len(spans) and 0 < end - start <= _LONGEST_CELL and text[end - 1] not in "。;:,!?":
            run.append(index)
            figures += _FIGURE.fullmatch(text, start, end) is not None
            continue
        if len(run) >= _FEWEST_CELLS and figures * 4 >= len(run):
            yield from run
        run, figures = [], 0
