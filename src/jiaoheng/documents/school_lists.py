"""A list of schools in a cell or a sentence, each with the teaching points in brackets behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.records import Member
from jiaoheng.documents.repairing import Repaired

_PARTS = "、,;\n/"
_POINTS = re.compile(r"教学点|分校|村小|校区|办学点|分园")
_BEFORE_POINTS = re.compile(r"(?:含|包括|包含|下辖|下设|辖|及其?|另设|附设|设)+")
_NOTHING = re.compile(r"[\d()一—\-/无共所]*|等|合计|共\d+所")


def schools(repaired: Repaired, start: int, end: int) -> Iterator[Member]:
    """The schools that ``text[start:end]`` lists."""
    for first, last in _items(repaired.text, start, end, _PARTS):
        member = _member(repaired, first, last)
        if member is not None:
            yield member


def _items(text: str, start: int, end: int, parts: str) -> Iterator[tuple[int, int]]:
    """What stands between the marks outside brackets."""
    depth, first = 0, start
    for place in range(start, end + 1):
        character = text[place] if place < end else "\n"
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
    if not inside and "、" not in text[bracket:end] and "教学点" not in text[bracket:end]:
        # (城南校区) is part of a name.
        return Member(_plain(repaired, start, end))
    points = tuple(_plain(repaired, *span) for span in _items(text, first, end - 1, _PARTS + "和"))
    return Member(_plain(repaired, start, bracket), points)


def _plain(repaired: Repaired, start: int, end: int) -> str:
    return re.sub(r"\s", "", repaired.words(start, end))
