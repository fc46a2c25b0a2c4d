"""The measures of a plan: each numbered or titled item at the lowest level that has a text of its own."""

from __future__ import annotations

import re

from jiaoheng.documents.deadlines import task_due
from jiaoheng.documents.outline import Outline, Section
from jiaoheng.documents.records import Task
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.units import LABEL, Named, units

_NOT_MEASURES = ("aims", "today")
_ITEMS = ("digit_bracketed", "circled", "dash")
_SHORTEST_SENTENCE = 12


def tasks(repaired: Repaired, outline: Outline) -> tuple[Task, ...]:
    """The tasks of a document in its order. Aims, today's state and annexes' names are none."""
    chosen: list[int] = []
    below: set[int] = set()
    # From the last to the first: what stands below a heading is decided before the heading.
    for index in range(len(outline.sections) - 1, -1, -1):
        section = outline.sections[index]
        if index not in below and not _is_task(outline, section):
            continue
        if index not in below:
            chosen.append(index)
        if section.parent is not None:
            below.add(section.parent)
    return tuple(_task(repaired, outline, index) for index in reversed(chosen))


def _is_task(outline: Outline, section: Section) -> bool:
    if section.part in _NOT_MEASURES or section.style in ("annex", "box"):
        return False
    text = outline.repaired.text
    own = _without_units(text[section.body : section.own_end])
    if len(own) >= 2:
        return section.style not in _ITEMS or text[section.title_end] in "。:!?" or section.parent is None
    if section.style in _ITEMS:
        return section.parent is None and not section.children
    if section.children:
        return False
    closed = text[section.title_end : section.title_end + 1] in ("。", ";")
    sentence = closed and section.title_end - section.title_start >= _SHORTEST_SENTENCE
    return sentence or LABEL.search(text, section.title_start, section.end) is not None


def _without_units(words: str) -> str:
    label = LABEL.search(words)
    return (words[: label.start()] if label else words).strip(" \n。;,")


def _task(repaired: Repaired, outline: Outline, index: int) -> Task:
    section = outline.sections[index]
    start, end = repaired.span(section.start, section.end)
    named = _named(repaired, outline, section)
    return Task(
        path=outline.above(index),
        title=outline.title(index),
        start=start,
        end=end,
        lead=_names(repaired, named, "lead"),
        support=_names(repaired, named, "support"),
        due=task_due(repaired.text, section),
    )


def _named(repaired: Repaired, outline: Outline, section: Section) -> list[Named]:
    """The task's own units; where it names none, those that a heading above names for all below it."""
    named = list(units(repaired, section.title_start, section.end))
    while not named and section.parent is not None:
        section = outline.sections[section.parent]
        named = list(units(repaired, section.title_start, section.own_end))
    return named


def _names(repaired: Repaired, named: list[Named], role: str) -> tuple[str, ...]:
    """The units of a role as written, each once."""
    words = (re.sub(r"\s", "", repaired.words(unit.start, unit.end)) for unit in named if unit.role == role)
    return tuple(dict.fromkeys(word for word in words if word))
