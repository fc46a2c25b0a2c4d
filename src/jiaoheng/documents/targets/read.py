"""``targets``: the promised quantities of a whole document, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.outline import Outline, sentences
from jiaoheng.documents.paragraphs import Paragraph
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.targets.drafts import Draft, as_target
from jiaoheng.documents.targets.jobs import targets_of_jobs
from jiaoheng.documents.targets.past import tells_of_the_past, turns_to_plans
from jiaoheng.documents.targets.prose import drafts
from jiaoheng.documents.targets.sentence import Sentence, sentence
from jiaoheng.documents.targets.tables import table_targets

_LONGEST = 1200
_PERIOD = re.compile(r"((?:19|20)\d\d)年?[-—–~至到]{1,2}((?:19|20)\d\d)年")
_TOP = 3000
_BACKGROUND = re.compile(r"重要意义|重大意义|必要性|背景|工作基础|发展基础|取得的?成效|存在的?问题|现状|面临的?形势")
_OPENING = re.compile(r"[^,;。]{0,8}(?:到|至|力争|在|于)?\Z")
_LATEST_OPENING = 12


def targets(repaired: Repaired, outline: Outline) -> tuple[Target, ...]:
    """All targets of the document; spans are places in the original text, quotes and subjects its own words."""
    first_year = _first_year(repaired.text)
    found: list[Target] = []
    openings: list[str | None] = []
    for paragraph in outline.paragraphs:
        if paragraph.kind not in ("prose", "annex"):
            openings.append(None)
            continue
        past = paragraph.past or any(_BACKGROUND.search(heading) for heading in paragraph.path)
        opening: str | None = None
        handed_on: str | None = None
        for number, (start, end) in enumerate(_sentences(repaired, paragraph)):
            read = sentence(repaired.text[start:end], repaired.words(start, end))
            own = _opening(read)
            if number == 0 or (opening is not None and own is not None):
                # A paragraph that goes from milestone to milestone (到2025年…。到2027年…。) changes its year.
                opening = own
            handed_on = _last_goal(read) or handed_on
            turn = turns_to_plans(read) if tells_of_the_past(read, first_year) else 0
            if past or turn is None:
                continue
            governing = opening or _inherited(outline.paragraphs, paragraph, openings)
            for each in drafts(read, since=turn):
                found.append(as_target(repaired, start, each, _due(read, each, governing, turn), paragraph.path))
        openings.append(handed_on)
    found += targets_of_jobs(repaired, outline)
    rows = _of_tables(repaired, outline, first_year)
    if rows:
        # A line of a table that also looked like running text is read as a table.
        found = [each for each in found if not any(row.start < each.end and each.start < row.end for row in rows)]
    return tuple(sorted([*found, *rows], key=lambda each: (each.start, each.end)))


def _of_tables(repaired: Repaired, outline: Outline, first_year: int | None) -> list[Target]:
    rows: list[Target] = []
    for row in table_targets(repaired.original, first_year):
        block = outline.block_at(repaired.at(row.start))
        if block is not None and block.part == "today":
            continue
        path = outline.path(block.section) if block is not None else ()
        rows.append(msgspec.structs.replace(row, path=path))
    return rows


def _inherited(paragraphs: tuple[Paragraph, ...], paragraph: Paragraph, openings: list[str | None]) -> str | None:
    """The year of the lead-in or heading that a list stands under (到2025年,实现以下目标:)."""
    if paragraph.opener is None or paragraph.opener >= len(openings):
        return None
    above = paragraphs[paragraph.opener].path
    return openings[paragraph.opener] if paragraph.path[: len(above)] == above else None


def _first_year(text: str) -> int | None:
    """The first year of the plan, from a span of years near the top."""
    found = _PERIOD.search(text[:_TOP])
    return int(found[1]) if found else None


def _sentences(repaired: Repaired, paragraph: Paragraph) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph; very long ones in pieces, and cut where a misread % swallowed the stop."""
    for start, end in sentences(repaired, paragraph.body, paragraph.end):
        place = start
        for cut in _swallowed(repaired, start, end):
            yield place, cut
            place = cut
        while end - place > _LONGEST:
            cut = max(repaired.text.rfind(mark, place, place + _LONGEST) for mark in ",;、") + 1
            cut = cut if cut > place else place + _LONGEST
            yield place, cut
            place = cut
        if place < end:
            yield place, end


def _swallowed(repaired: Repaired, start: int, end: int) -> Iterator[int]:
    place = repaired.text.find("%", start, end)
    while place >= 0:
        written = repaired.original[repaired.origins[place]]
        if written not in "%％﹪℅" and repaired.text[place + 1 : place + 2] not in (
            ",",
            "、",
            "。",
            ";",
            ")",
            "以",
            "左",
        ):
            yield place + 1
        place = repaired.text.find("%", place + 1, end)


def _opening(read: Sentence) -> str | None:
    """The year that opens a sentence: 到2025年,…"""
    due = [date for date in read.dates if date.role == "due"]
    if not due or due[0].start > _LATEST_OPENING or len({date.due for date in due}) > 1:
        return None
    by = read.text[: due[0].start].endswith("到") or re.match("(?:底|年底|末)?之?前", read.text[due[0].end :])
    return due[0].due if by and _OPENING.fullmatch(read.text[: due[0].start]) else None


def _last_goal(read: Sentence) -> str | None:
    """The last 到20XX年 of a sentence: what a lead-in or heading hands on to the list under it."""
    goals = [date for date in read.dates if date.role == "due" and read.text[: date.start].endswith(("到", "至"))]
    return goals[-1].due if goals else None


def _due(read: Sentence, each: Draft, governing: str | None, since: int) -> str | None:
    """The nearest year before the figure in its sentence, else the one that opens the paragraph or its list.

    A year that comes only after the figure, or in a later sentence, does not reach back, nor does one of the past that
    the sentence tells of before the place ``since``.
    """
    if each.due is not None:
        return each.due
    due = [date for date in read.dates if date.role == "due" and date.start >= since]
    before = [date for date in due if date.start < each.at]
    if before:
        return before[-1].due
    return governing
