"""The structure of a plan document: its headings as a tree of sections, and its text cut into blocks.

``outline(repaired)`` gives both. Places are offsets into the repaired text; ``Outline.repaired`` leads back to the
original. A section is a heading with all that stands below it; a block is a run of text of one kind (a heading, a
paragraph, a row of a table …) with the path of headings above it. Every character that is not a blank line stands in
exactly one block, in the order of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

import msgspec

from jiaoheng.documents.lines import Line, LineKind, lines
from jiaoheng.documents.markers import RANK, Marker, Numbering, Return, Style, candidates
from jiaoheng.documents.paragraphs import Paragraph, paragraphs
from jiaoheng.documents.parts import Part, part_of
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.titles import title_end

Kind = Literal["front", "heading", "body", "item", "units", "row", "cell", "contents", "colophon"]
"""Letterhead and titles; a heading; running text; the text of a —— item; a line of units (牵头单位:…); a row of a table
with ``|``; one cell of a table that came one cell a line; the table of contents; signature, date and what a page has
below the document."""


class Block(msgspec.Struct, frozen=True):
    """``text[start:end]`` of one kind; ``section`` is the place of its section in ``Outline.sections``, or None."""

    kind: Kind
    start: int
    end: int
    section: int | None = None
    part: Part | None = None


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands below it, down to the next heading that is not deeper.

    ``start`` is its number's first character; ``title_start`` to ``title_end`` are its words without number and stop;
    ``body`` is where the text after the heading begins, ``own_end`` where its first subsection begins, ``end`` where
    all of it ends (without trailing blanks). ``parent`` and ``children`` are places in ``Outline.sections``.
    """

    style: Style
    number: int | None
    start: int
    title_start: int
    title_end: int
    body: int
    own_end: int
    end: int
    parent: int | None
    children: tuple[int, ...]
    part: Part | None


class Outline(msgspec.Struct, frozen=True, dict=True):
    """The sections and blocks of a document, both in the order of the text."""

    repaired: Repaired
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The blocks joined to paragraphs: a heading together with the text that follows it in its line."""
        return paragraphs(self)

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def text(self, block: Block) -> str:
        """The repaired words of a block."""
        return self.repaired.text[block.start : block.end]

    def block_at(self, place: int) -> Block | None:
        """The block that holds this place of the repaired text, or None on a line break or an empty line."""
        index = bisect_right(self._block_starts, place) - 1
        if index < 0 or place >= self.blocks[index].end:
            return None
        return self.blocks[index]

    def title(self, index: int) -> str:
        """The words of a section's heading as the original has them, without number, stop and stray blanks."""
        section = self.sections[index]
        return self.repaired.words(section.title_start, section.title_end)

    def heading(self, index: int) -> str:
        """A section's heading with its number and the gap behind it, as the original has it, without the stop."""
        section = self.sections[index]
        if section.title_start == section.title_end:
            return self.repaired.words(section.start, section.title_start)
        number = self.repaired.words(section.start, section.title_start)
        gap = self.repaired.original[
            self.repaired.origins[section.title_start - 1] + 1 : self.repaired.origins[section.title_start]
        ]
        keeps_gap = section.style in ("chapter", "section", "part", "article", "box") and "\n" not in gap
        return number + (gap if keeps_gap else "") + self.title(index)

    def path(self, index: int | None) -> tuple[str, ...]:
        """The headings down to and with this section's, outermost first."""
        headings: list[str] = []
        while index is not None:
            headings.append(self.heading(index))
            index = self.sections[index].parent
        return tuple(reversed(headings))

    def above(self, index: int) -> tuple[str, ...]:
        """The headings above this section, outermost first."""
        return self.path(self.sections[index].parent)

    def sentences(self, block: Block) -> Iterator[tuple[int, int]]:
        """The sentences of a block, as spans of the repaired text with their stops."""
        return sentences(self.repaired, block.start, block.end)


def outline(repaired: Repaired) -> Outline:
    """The sections and blocks of a document. A document without any heading has no sections, only blocks."""
    text = repaired.text
    all_lines = lines(repaired)
    sections, again = _sections(repaired, _headings(text, all_lines), all_lines)
    return Outline(repaired, sections, tuple(_blocks(text, all_lines, sections, again)))


_SWALLOWED = re.compile(r"%(?=[\u4e00-\u9fff])(?![以左上下内的和与及或并])")
_STOP = re.compile(r"[。!?]+[”’\"」』)]?|\n")


def sentences(repaired: Repaired, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences within ``text[start:end]``, with their stops."""
    text = repaired.text
    place = start
    while place < end:
        found = _STOP.search(text, place, end)
        stop = found.end() if found else end
        for swallowed in _SWALLOWED.finditer(text, place, stop):
            # The sign that was misread as 乐 or 机 was a % together with the stop behind it.
            if repaired.original[repaired.origins[swallowed.start()]] not in "%％﹪":
                yield place, swallowed.end()
                place = swallowed.end()
        if text[place:stop].strip():
            yield place, stop
        place = stop


_NO_HEADINGS: frozenset[LineKind] = frozenset(("contents", "row", "cell", "colophon"))


def _headings(text: str, all_lines: list[Line]) -> list[Marker | Return]:
    """The markers that head something, and where boxes end, in the order of the text."""
    numbering = Numbering(text)
    accepted: list[Marker | Return] = []
    waiting = candidates(text)
    following = 0
    for line in all_lines:
        if line.kind == "text" and (following == len(waiting) or waiting[following].start > line.start):
            ended = numbering.left(line.start, line.indented)
            accepted += [ended] if ended else []
        while following < len(waiting) and waiting[following].start < line.end:
            if line.kind not in _NO_HEADINGS:
                closed = text[line.end - 1] in "。;"
                entered = numbering.entered(waiting[following], line.indented, closed)
                accepted += [entered] if entered else []
            following += 1
    return accepted


class _Open(msgspec.Struct):
    """A section while its end is not known yet."""

    marker: Marker
    title_start: int
    title_end: int
    body: int
    parent: int | None
    part: Part | None
    children: list[int]
    end: int = 0


def _sections(
    repaired: Repaired, events: list[Marker | Return], all_lines: list[Line]
) -> tuple[tuple[Section, ...], dict[int, int]]:
    """The sections, and the section that the text belongs to again from a place on, where a box ended."""
    text = repaired.text
    starts = [line.start for line in all_lines]
    found: list[_Open] = []
    path: list[int] = []
    again: dict[int, int] = {}
    for index, event in enumerate(events):
        while len(path) > event.depth:
            found[path.pop()].end = event.start
        if isinstance(event, Return):
            again[event.start] = path[-1]
            continue
        line = all_lines[bisect_right(starts, event.start) - 1]
        limit = min(line.end, events[index + 1].start if index + 1 < len(events) else line.end)
        first, last, body = title_end(repaired, event.end, limit)
        parent = path[-1] if path else None
        above = found[parent].part if parent is not None else None
        if parent is not None:
            found[parent].children.append(len(found))
        path.append(len(found))
        found.append(_Open(event, first, last, body, parent, part_of(text[first:last], above), []))
    for open_still in path:
        found[open_still].end = len(text)
    return tuple(_closed(text, section, found) for section in found), again


def _closed(text: str, section: _Open, found: list[_Open]) -> Section:
    own_end = found[section.children[0]].marker.start if section.children else section.end
    return Section(
        style=section.marker.style,
        number=section.marker.number,
        start=section.marker.start,
        title_start=section.title_start,
        title_end=section.title_end,
        body=section.body,
        own_end=_trimmed(text, section.body, own_end),
        end=_trimmed(text, section.title_end, section.end),
        parent=section.parent,
        children=tuple(section.children),
        part=section.part,
    )


def _trimmed(text: str, start: int, end: int) -> int:
    """``end`` moved back over blanks and line breaks, not further than ``start``."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


_UNITS = re.compile(
    r"(?<![^\n。;!?)”])[(\[【]?(?:牵头|责任|配合|负责|协同|参与|协办|参加|主办)(?:和配合|及配合|、配合)?(?:单位|部门|科室|股室|领导)?[:】]"
)
_FRONT_LINE = 60


def _blocks(text: str, all_lines: list[Line], sections: tuple[Section, ...], again: dict[int, int]) -> Iterator[Block]:
    """Cuts each line at the headings within it."""
    current: int | None = None
    following = 0
    for line in all_lines:
        place = line.start
        current = again.get(place, current)
        while following < len(sections) and sections[following].start < line.end:
            section = sections[following]
            yield from _piece(text, line, place, section.start, sections, current)
            current, following = following, following + 1
            yield Block("heading", section.start, section.body, current, section.part)
            place = section.body
        yield from _piece(text, line, place, line.end, sections, current)


def _piece(
    text: str, line: Line, start: int, end: int, sections: tuple[Section, ...], current: int | None
) -> Iterator[Block]:
    """What stands in a line between two headings, if anything; units named after a text make blocks of their own."""
    part = sections[current].part if current is not None else None
    spans: Iterator[tuple[Kind | None, int, int]] = (
        _by_units(text, start, end) if line.kind == "text" else iter([(None, start, end)])
    )
    for units, first, last in spans:
        while first < last and text[first].isspace():
            first += 1
        last = _trimmed(text, first, last)
        if first < last:
            kind = units or (line.kind if line.kind != "text" else _kind(text, first, last, sections, current))
            yield Block(kind, first, last, current, part)


def _by_units(text: str, start: int, end: int) -> Iterator[tuple[Kind | None, int, int]]:
    place = start
    while found := _UNITS.search(text, place, end):
        stop = _units_end(text, found, end)
        yield None, place, found.start()
        yield "units", found.start(), stop
        place = stop
    yield None, place, end


def _units_end(text: str, found: re.Match[str], end: int) -> int:
    """Where the units end that begin here: at their own bracket, else at the stop."""
    if found.group()[0] in "([":
        close = text.find({"(": ")", "[": "]"}[found.group()[0]], found.end(), end)
        # A bracket within (县(市、区)教育局) closes first; the last one before the stop is the list's own.
        stop = text.find("。", found.end(), end)
        last = text.rfind(")", found.end(), stop if stop >= 0 else end) if found.group()[0] == "(" else close
        place = max(close, last)
        if place >= 0:
            return place + 2 if text.startswith("。", place + 1) and place + 2 <= end else place + 1
    stop = text.find("。", found.end(), end)
    return stop + 1 if stop >= 0 else end


def _kind(text: str, start: int, end: int, sections: tuple[Section, ...], current: int | None) -> Kind:
    if current is None:
        return "front" if end - start < _FRONT_LINE and text[end - 1] not in "。;" else "body"
    return "item" if RANK[sections[current].style] >= RANK["dash"] else "body"
