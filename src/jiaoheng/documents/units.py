"""Who does it: the units that a plan names after 牵头单位, 责任单位, 配合单位 and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from jiaoheng.documents.repairing import Repaired

Role = Literal["lead", "support"]


class Named(msgspec.Struct, frozen=True):
    """A unit at ``text[start:end]`` of the repaired text, and whether it leads or supports."""

    role: Role
    start: int
    end: int


_LEAD = "牵头|责任|负责|主办|主责|承办|落实"
_SUPPORT = "配合|协同|参与|协办|参加|协作|协助"
_SORT = "单位|部门|科室|股室|处室|机构|主体"
LABEL = re.compile(
    rf"(?P<open>[(\[【]?)(?:(?P<lead>(?:{_LEAD})(?:(?:和|及|与|、)?(?:{_LEAD}|{_SUPPORT}))?)"
    rf"|(?P<support>(?:{_SUPPORT})(?:(?:和|及|与|、)?(?:{_SUPPORT}|{_LEAD}))?))(?:(?:{_SORT})|(?<=牵头)|(?<=配合))[)\]】]?[:】]"
)
# What ends a list though no stop stands there: another label (完成时限:, 责任人:).
_OTHER_LABEL = re.compile(r"[\u4e00-\u9fff]{2,8}:")


def units(repaired: Repaired, start: int, end: int) -> Iterator[Named]:
    """The units named within ``text[start:end]``, in order."""
    text = repaired.text
    labels = list(LABEL.finditer(text, start, end))
    for index, label in enumerate(labels):
        limit = labels[index + 1].start() if index + 1 < len(labels) else end
        role: Role = "lead" if label["lead"] else "support"
        yield from _listed(repaired, label.end(), _list_end(text, label.end(), limit), role)
    yield from _in_words(repaired, start, end)


def _list_end(text: str, start: int, limit: int) -> int:
    """Where a list of units ends: at a stop, a bracket that it did not open, or a break not after a mark."""
    depth = 0
    for place in range(start, limit):
        character = text[place]
        if character in "([〔【":
            depth += 1
        elif character in ")]〕】":
            depth -= 1
            if depth < 0:
                return place
        elif character in "。!?" or (character == "\n" and place > start and text[place - 1] not in "、,;:"):
            return place
    return limit


_NAME = re.compile(r"[\u4e00-\u9fff]{2}")


def listed(repaired: Repaired, start: int, end: int, role: Role) -> Iterator[Named]:
    """The units of a list that stands alone, as in a cell of a table."""
    return _listed(repaired, start, end, role)


def _listed(repaired: Repaired, start: int, end: int, role: Role) -> Iterator[Named]:
    text = repaired.text
    named: list[Named] = []
    marked = False
    for first, last in _split(repaired, start, end):
        if not _NAME.search(text, first, last):
            continue  # 无, — or an empty cell
        if _OTHER_LABEL.match(text, first, last):
            break
        leads = _LEADS.search(text, first, last)
        acts = _TAIL.search(text, first, last)
        if leads and leads.start() > first:
            # Those named before it lead with it, those named after it support it.
            named = [Named("lead", unit.start, unit.end) for unit in named] if leads[0][0] != "(" else named
            named.append(Named("lead", first, leads.start()))
            marked = True
        else:
            last = acts.start() if acts and acts.start() > first else last
            named.append(Named("support" if marked else role, first, last))
    yield from named


_LEADS = re.compile(r"(?:\((?:牵头|主办|主责)(?:单位|部门)?\)|牵头(?:负责|实施|落实)?)\Z")
_AND_OTHERS = re.compile(r"(?:等(?:相关|有关)?(?:部门|单位)?(?:按职责分工负责)?|按(?:照)?职责分工负责|负责)\Z")
_MARKS = " \n\t、,;。:"


def _split(repaired: Repaired, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items between 、 , ; outside brackets, without marks and the words 等部门."""
    text = repaired.text
    depth = 0
    first = start
    for place in range(start, end + 1):
        character = text[place] if place < end else ";"
        if depth == 0 and first < place < end and _parted(repaired, first, place):
            yield _trimmed(text, first, place)
            first = place
        if character in "([〔":
            depth += 1
        elif character in ")]〕":
            depth = max(0, depth - 1)
        elif character in "、,;\n" and (depth == 0 or place == end):
            yield _trimmed(text, first, place)
            first = place + 1


_BEGINS_UNIT = re.compile(r"[县市区州省团各]|中共|相关|有关")
_ENDS_UNIT = re.compile(r"(?:局|委|办|部|府|院|会|中心|公司|联|厅|办公室|镇|乡|街道|学校)\Z")


def _parted(repaired: Repaired, first: int, place: int) -> bool:
    """Whether a blank that was dropped at ``place`` stood between two units (县教育局 县财政局)."""
    if repaired.origins[place] - repaired.origins[place - 1] == 1 or place - first < 3:
        return False
    return bool(_BEGINS_UNIT.match(repaired.text, place) and _ENDS_UNIT.search(repaired.text, first, place))


def _trimmed(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and text[first] in _MARKS:
        first += 1
    while last > first and text[last - 1] in _MARKS:
        last -= 1
    if text.startswith("由", first, last):
        # 由县教育局牵头: the word says only that a unit follows.
        first += 1
    others = _AND_OTHERS.search(text, first, last)
    if others and others.start() > first + 1:
        last = others.start()
    return first, last


_UNIT = re.compile(
    r"[^,。:]*(?:局|委|办|部|府|院|校|会|中心|公司|所|队|联|室|厅|处|科|股|站|园|组|团|馆|社|行|镇|乡|街道|单位|部门"
    r"|集团|机关|大学|学院|各县|[市县区]|\([^()]*\))"
)
_BRACKETED = re.compile(r"[(【]((?:[^()【】\n。]|\([^()\n]{0,20}\)){3,200})[)】]")
_SENTENCE = re.compile(
    r"(?:(?<=[。\n])|(?<![\s\S]))([^。\n]{2,60}?牵头(?:负责|实施|落实)?[,;][^。\n]{2,200}?"
    r"(?:配合|参与|协同|协助)(?:落实|实施|做好)?)(?=[。\n]|\Z)"
)
_ACTS = re.compile(r"(.+?)(?:牵头|(?:按照?(?:各自)?职责)?(?:分工)?负责)(?:负责|实施|落实)?(?:[,;、](.+))?")
_TAIL = re.compile(
    r"(?:等(?:相关|有关)?(?:部门|单位)?)?(?:按照?(?:各自)?职责)?(?:分工)?(?:负责|配合|参与|协同|协助)?(?:落实|实施|做好)?\Z"
)


def _in_words(repaired: Repaired, start: int, end: int) -> Iterator[Named]:
    """Units in the form (县教育局牵头,县财政局、县人社局配合), in brackets or as a sentence of its own."""
    for pattern in (_BRACKETED, _SENTENCE):
        for match in pattern.finditer(repaired.text, start, end):
            acts = _ACTS.fullmatch(repaired.text, match.start(1), match.end(1))
            if acts:
                yield from _acting(repaired, acts)


def _acting(repaired: Repaired, acts: re.Match[str]) -> Iterator[Named]:
    text = repaired.text
    leads = list(_split(repaired, *acts.span(1)))
    supports: list[tuple[int, int]] = []
    if acts[2]:
        tail = _TAIL.search(text, *acts.span(2))
        supports = list(_split(repaired, acts.start(2), tail.start() if tail else acts.end(2)))
    if all(_UNIT.fullmatch(text, *span) for span in leads):
        yield from (Named("lead", *span) for span in leads)
        yield from (Named("support", *span) for span in supports if _UNIT.fullmatch(text, *span))
