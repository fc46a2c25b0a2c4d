"""A list of schools in a cell or a sentence, each with the teaching points in brackets behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.records import Member
from jiaoheng.documents.repairing import Repaired

_PARTS = "、,;\n/"
_POINTS = re.compile(r"教学点|办学点|村小|分校|分园|小学|学校|幼儿园")
_KINDS = (
    r"(?:小学|中学|学校|幼儿园|初中|高中|[一二三四五六七八九十]{1,3}[中小幼]|完小|中心校|中心园|教学点|分校|分园"
    r"|实小|附小|附中|[职教]中心|职高|学院)"
)
_SCHOOL = re.compile(rf"[\u4e00-\u9fffA-Za-z0-9“”·]{{0,30}}{_KINDS}(?:\([^()]*\)|[\u4e00-\u9fff]{{1,4}}(?:校区|部))?")
_BEGINS = re.compile(rf"[\u4e00-\u9fffA-Za-z“”·]{{1,24}}?{_KINDS}(?:\([^()\n]{{0,80}}\))?[、,;。)\n等]")
_LONGEST_NAME = 120
# Words for any school: they name none.
_ANY = re.compile(
    r"\d+所|[一二两三四五六七八九十几]+所|若干|其他|其它|每所|每个|各|优质学校|薄弱|乡村学校|农村学校|城区学校|所在|成员|同类|办学"
)
_BEFORE_POINTS = re.compile(r"(?:含|包括|包含|下辖|下设|辖|及其?|另设|附设|设)+")
_NOTHING = re.compile(r"[\d()一—\-/无共所]*|等|合计|共\d+所")


def schools(repaired: Repaired, start: int, end: int) -> Iterator[Member]:
    """The schools that ``text[start:end]`` lists."""
    for first, last in _items(repaired, start, end, _PARTS):
        member = _member(repaired, first, last)
        if member is not None:
            yield member


def is_school(name: str) -> bool:
    """Whether the words name one school, and not schools of a sort (3所乡村学校, 其他学校)."""
    return _SCHOOL.fullmatch(name) is not None and _ANY.search(name) is None


def begins_school(text: str, start: int, end: int) -> bool:
    """Whether a school's name and a mark stand here."""
    return start >= end or _BEGINS.match(text, start, end) is not None


def _parted(repaired: Repaired, first: int, place: int, end: int) -> bool:
    """Whether a blank that was dropped at ``place`` stood between two names of schools."""
    if repaired.origins[place] - repaired.origins[place - 1] == 1 or not _SCHOOL.fullmatch(repaired.text, first, place):
        return False
    return _BEGINS.match(repaired.text[place : min(end, place + _LONGEST_NAME)] + "、") is not None


def _items(repaired: Repaired, start: int, end: int, parts: str) -> Iterator[tuple[int, int]]:
    """What stands between the marks outside brackets, or between blanks that part two names of schools."""
    text = repaired.text
    depth, first = 0, start
    for place in range(start, end + 1):
        character = text[place] if place < end else "\n"
        if depth == 0 and first < place < end and _parted(repaired, first, place, end):
            yield first, place
            first = place
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif place == end or (character in parts and depth == 0):
            while first < place and text[first] in " \n":
                first += 1
            last = place
            while last > first and text[last - 1] in " \n。":
                last -= 1
            if first < last:
                yield first, last
            first = place + 1


def _member(repaired: Repaired, start: int, end: int) -> Member | None:
    text = repaired.text
    if text.startswith("等", end - 1) and end - start > 2:
        end -= 1
    if _NOTHING.fullmatch(text, start, end):
        return None
    bracket = text.find("(", start, end)
    if bracket <= start or text[end - 1] != ")" or not _POINTS.search(text, bracket, end):
        return Member(_plain(repaired, start, end))
    inside = _BEFORE_POINTS.match(text, bracket + 1)
    first = inside.end() if inside else bracket + 1
    points = tuple(_plain(repaired, *span) for span in _items(repaired, first, end - 1, _PARTS + "和"))
    return Member(_plain(repaired, start, bracket), points)


def _plain(repaired: Repaired, start: int, end: int) -> str:
    return re.sub(r"\s", "", repaired.words(start, end))
