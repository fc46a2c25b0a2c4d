"""The measures of a plan: each numbered or titled item at the lowest level that has a text of its own."""

from __future__ import annotations

import re

from jiaoheng.documents.deadlines import task_due
from jiaoheng.documents.outline import Outline, Section
from jiaoheng.documents.records import Task
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.task_tables import tasks_of_tables
from jiaoheng.documents.units import LABEL, Named, units

_NOT_MEASURES = ("aims", "today")
_ITEMS = ("digit_bracketed", "circled", "dash")
_SHORTEST_SENTENCE = 12
# A heading of aims, where no measures with headings of their own stand below it.
_AIMS_AND_TASKS = re.compile(r"(?:工作|总体|主要|发展)?(?:目标(?:和|与|及)?任务|任务(?:和|与|及)?目标)(?:和要求)?")


def tasks(repaired: Repaired, outline: Outline) -> tuple[Task, ...]:
    """The tasks of a document in its order. Aims, today's state and the names of annexes are none."""
    chosen: list[int] = []
    holds: set[int] = set()  # sections with tasks below them
    # From the last to the first: what stands below a heading is decided before the heading.
    for index in range(len(outline.sections) - 1, -1, -1):
        section = outline.sections[index]
        if index not in holds and _is_task(outline, index):
            chosen.append(index)
        elif index not in holds:
            continue
        # The items of a box do not keep the measure that the box belongs to from being a task.
        if section.parent is not None and section.style != "box":
            holds.add(section.parent)
    ends = _ends(outline, set(chosen))
    found = [_task(repaired, outline, index, ends.get(index, 0)) for index in reversed(chosen)]
    return tuple(sorted([*found, *tasks_of_tables(repaired, outline)], key=lambda task: task.start))


def _ends(outline: Outline, chosen: set[int]) -> dict[int, int]:
    """Where each task's last text ends: tables, signatures and other tasks at its end are not its body."""
    ends: dict[int, int] = {}
    for block in outline.blocks:
        index = block.section
        while index is not None and index not in chosen and outline.sections[index].style != "box":
            index = outline.sections[index].parent
        if index in chosen and block.kind in ("heading", "body", "item", "units"):
            ends[index] = block.end
    return ends


_MONEY = re.compile(r"(?:资金|经费|投资)(?:筹措|估算|来源|测算|概算)|附则|名词解释|适用范围|实施范围")


def _is_task(outline: Outline, index: int) -> bool:
    section = outline.sections[index]
    if section.style == "han" and _MONEY.match(outline.repaired.text, section.title_start):
        return False
    if section.part in _NOT_MEASURES or section.style in ("annex", "box"):
        return False
    if _AIMS_AND_TASKS.fullmatch(outline.title(index)) or (section.style == "dash" and section.parent is None):
        # Principles before the first heading; a document of nothing but such items has no other measures.
        return section.style == "dash" and all(other.style == "dash" for other in outline.sections)
    text = outline.repaired.text
    own = _without_units(text[section.body : section.own_end])
    if len(own) >= 2:
        return section.style not in _ITEMS or text[section.title_end] in "。:!?" or section.parent is None
    if section.style in _ITEMS:
        return section.parent is None and not section.children
    if section.children:
        return False
    closed = text[section.title_end : section.title_end + 1] in ("。", ";")
    # A clause after a comma says more than a heading does.
    closed = closed or (section.part == "measures" and "," in text[section.title_start : section.title_end])
    sentence = closed and section.title_end - section.title_start >= _SHORTEST_SENTENCE
    return sentence or LABEL.search(text, section.title_start, section.end) is not None


def _without_units(words: str) -> str:
    label = LABEL.search(words)
    return (words[: label.start()] if label else words).strip(" \n。;,")


def _task(repaired: Repaired, outline: Outline, index: int, last: int) -> Task:
    section = outline.sections[index]
    start, end = repaired.span(section.start, max(last, section.title_end))
    named = _named(repaired, outline, section)
    return Task(
        path=outline.above(index),
        title=_title(repaired, section),
        start=start,
        end=end,
        lead=_names(repaired, named, "lead"),
        support=_names(repaired, named, "support"),
        due=task_due(repaired.text, section),
    )


_ADVERBIAL = re.compile(r"(?:到|至|力争|争取)?(?:20\d\d年|“?十.五)|[以按由从对]|通过|根据|围绕|依托|结合")
_BRACKETS = re.compile(r"\((?:[^()\n]*(?:20\d\d年|\d月|牵头|责任|负责)[^()\n]*|[^()\n]*(?:牵头|责任|负责)[^\n]*)\)\Z")


def _title(repaired: Repaired, section: Section) -> str:
    """A task's heading, or the first clause of a sentence that is heading and text in one."""
    text = repaired.text
    start, end = section.title_start, section.title_end
    bracket = _BRACKETS.search(text, start, end)
    if bracket and bracket.start() > start:
        end = bracket.start()
    if section.body >= section.own_end and text[section.title_end : section.title_end + 1] in ("。", ";"):
        comma = text.find(",", start, end)
        if comma > start and _ADVERBIAL.match(text, start, comma):
            comma = text.find(",", comma + 1, end)
        end = comma if comma > start else end
    return repaired.words(start, end)


def _named(repaired: Repaired, outline: Outline, section: Section) -> list[Named]:
    """The task's own units; where it names none, those that a heading above names for all below it."""
    named = list(units(repaired, section.title_start, section.end))
    while not named and section.parent is not None:
        section = outline.sections[section.parent]
        if section.style == "box":
            # A box stands beside its measure's text; the measure's units are not named for it.
            return []
        named = list(units(repaired, section.title_start, section.own_end))
    return named


def _names(repaired: Repaired, named: list[Named], role: str) -> tuple[str, ...]:
    """The units of a role as written, each once."""
    words = (re.sub(r"\s", "", repaired.words(unit.start, unit.end)) for unit in named if unit.role == role)
    return tuple(dict.fromkeys(word for word in words if word))
