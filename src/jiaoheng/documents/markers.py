"""The numbers that head the parts of official documents, and which of the many lookalikes are headings.

Works on repaired text, where brackets, points and colons are half-width and stray blanks are gone.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Style = Literal[
    "annex",
    "part",
    "chapter",
    "section",
    "article",
    "han",
    "han_bracketed",
    "box",
    "digit",
    "digit_bracketed",
    "circled",
    "dash",
]
"""附件, 第一编, 第一章, 第一节, 第一条, 一、, (一), 专栏1, 1., (1), ①, ——: from the outermost to the innermost."""

RANK: dict[Style, int] = {
    "annex": 0,
    "part": 1,
    "chapter": 2,
    "section": 3,
    "article": 4,
    "han": 5,
    "han_bracketed": 6,
    "box": 7,
    "digit": 8,
    "digit_bracketed": 9,
    "circled": 10,
    "dash": 11,
}


class Marker(msgspec.Struct, frozen=True):
    """A number that heads something: ``text[start:end]``; ``number`` is None where it was lost or none is written.

    ``depth`` counts the open headings above it, ``indented`` and ``closed`` tell how its line begins and whether it
    ends in a stop, once ``Numbering`` has entered it.
    """

    style: Style
    number: int | None
    start: int
    end: int
    depth: int = 0
    indented: bool = False
    closed: bool = False


class Return(msgspec.Struct, frozen=True):
    """From ``start`` on the text belongs again to the heading at ``depth`` - 1, as a box has ended."""

    start: int
    depth: int


_HAN = "一二三四五六七八九十百零〇"
# What may follow a number that heads a title: not a figure, not a mark.
_WORD = r"(?=[\u4e00-\u9fff“‘《〈「『\"(A-Za-z\n]|20\d\d)"
_MARKERS = re.compile(
    rf"""
      (?P<annex>(?<![^\n])附(?:件|表)\d{{0,2}}[{_HAN}]{{0,2}}(?=[:\n]|\Z|[^\d\n,。;、]{{1,60}}(?:\n|\Z)))
    | (?P<part>(?<![^\n])第[{_HAN}\d]{{1,3}}(?:编|部分|篇))
    | (?P<chapter>(?<![^\n])第[{_HAN}\d]{{1,3}}章)
    | (?P<section>(?<![^\n])第[{_HAN}\d]{{1,3}}节)
    | (?P<article>(?<![^\n])第[{_HAN}\d]{{1,4}}条(?![例款件]))
    | (?P<box>(?<![^\n])(?:专栏|重点工程|重大工程|重点项目|重大项目)[{_HAN}\d]{{0,3}}(?=[^\n,。;]{{0,40}}(?:\n|\Z|:)))
    | (?P<han>(?<![{_HAN}\d、])[{_HAN}]{{1,3}}(?:、|[.](?!\d))(?![{_HAN}]{{1,3}}(?:[、是要期等级类批者]|年级)){_WORD})
    | (?P<han_bracketed>\([{_HAN}]{{1,3}}\)[、.]?)
    | (?P<lost>\(\)[、.]?{_WORD})
    | (?P<digit>(?<![\d.%(+,|])\d{{1,2}}[.、]{_WORD})
    | (?P<digit_bracketed>(?:\(\d{{1,2}}\)|(?<![^\n])\d{{1,2}}\))[、.]?(?!\d))
    | (?P<circled>[①-⑳])
    | (?P<dash>(?<![—─-])(?:[—─]{{2,}}|-{{2,}})(?=[\u4e00-\u9fff“《]))
    """,
    re.VERBOSE,
)
_DIGITS = dict(zip(_HAN, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 0, 0), strict=True))


def han_number(numeral: str) -> int:
    """The number that a Chinese numeral below a thousand stands for (十二 is 12)."""
    total = digit = 0
    for character in numeral:
        value = _DIGITS[character]
        if value in (10, 100):
            total += (digit or 1) * value
            digit = 0
        else:
            digit = value
    return total + digit


_NUMERAL = re.compile(rf"(\d+)|([{_HAN}]+)")


def candidates(text: str) -> list[Marker]:
    """Every place that looks like the number of a heading or an item, in the order of the text."""
    return [_marker(match) for match in _MARKERS.finditer(text)]


def _marker(match: re.Match[str]) -> Marker:
    name = match.lastgroup or "dash"
    style: Style = "han_bracketed" if name == "lost" else name  # type: ignore[assignment]
    if style == "circled":
        return Marker(style, ord(match.group()) - ord("①") + 1, match.start(), match.end())
    written = _NUMERAL.search(match.group())
    number = None
    if written:
        number = int(written[1]) if written[1] else han_number(written[2])
    return Marker(style, number, match.start(), match.end())


_UNITS_OPEN = re.compile(r"(?:牵头|责任|配合|负责|协同|参与|协办|参加)(?:单位|部门)?:[^。\n]{0,200}\Z")
_INLINE: frozenset[Style] = frozenset(("han", "han_bracketed", "digit", "dash"))
_LONGEST_TITLE = 45
_SINGLE_ITEMS = 2


class Numbering:
    """Follows the numbers through a document, and says of each whether it heads something.

    ``open`` are the markers whose parts are not finished, outermost first.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[Marker] = []
        self.last_end = 0
        self._last: dict[Style, int] = {}
        self._box_indented = False
        self._box_items = 0
        self._item_goes_on = False

    def entered(self, marker: Marker, indented: bool, closed: bool) -> Marker | None:
        """The marker with its number and depth if it heads something, and then it is among the open ones."""
        starts_line = marker.start == 0 or self.text[marker.start - 1] == "\n"
        if not starts_line and not self._fits_inline(marker):
            return None
        self.last_end = marker.end
        if marker.style == "box":
            self._box_indented, self._box_items, self._item_goes_on = indented, 0, False
        else:
            self._box_items += 1
        return self._enter(msgspec.structs.replace(marker, indented=indented, closed=closed))

    def left(self, start: int, indented: bool) -> Return | None:
        """Whether the box that is open has ended above a line without a number; the line's own start and indentation.

        A box has ended where lines are indented again as they are outside of it, or where text without a number
        follows several items of one paragraph each.
        """
        place = next((place for place, known in enumerate(self.open) if known.style == "box"), None)
        if place is None or place == 0 or len(self.open) == place + 1:
            return None
        if indented <= self._box_indented and (self._box_items < _SINGLE_ITEMS or self._item_goes_on):
            self._item_goes_on = True
            return None
        del self.open[place:]
        return Return(start, place)

    def _fits_inline(self, marker: Marker) -> bool:
        if marker.style not in _INLINE:
            return False
        before = self.text[marker.start - 1]
        if marker.style == "dash":
            return before == "。"
        return self._follows(marker) and (before in "。!?" or self._after_units(marker) or self._after_title(marker))

    def _after_units(self, marker: Marker) -> bool:
        return _UNITS_OPEN.search(self.text, max(self.last_end, marker.start - 240), marker.start) is not None

    def _after_title(self, marker: Marker) -> bool:
        """Whether nothing but the words of the heading above stand before it: a title without a stop."""
        if not self.open or RANK[self.open[-1].style] >= RANK[marker.style]:
            return False
        between = self.text[self.last_end : marker.start]
        return 2 <= len(between) <= _LONGEST_TITLE and re.search(r"[。;:\n|]", between) is None

    def _follows(self, marker: Marker) -> bool:
        """Whether the number goes on in its list (one lost is forgiven), or begins one below the last heading."""
        for known in reversed(self.open):
            if known.style == marker.style:
                return marker.number is None or 1 <= marker.number - (known.number or 0) <= 2
        # Many plans number their measures through, over the headings between (5. follows 4. across a new (二)).
        return marker.number is None or marker.number <= 2 or marker.number == self._last.get(marker.style, 0) + 1

    def _enter(self, marker: Marker) -> Marker:
        place = self._sibling(marker)
        known = self.open[place].number if place is not None else 0
        if place is None:
            place = self._parent(marker) + 1
        number = (known or 0) + 1 if marker.number is None and marker.style == "han_bracketed" else marker.number
        marker = msgspec.structs.replace(marker, number=number, depth=place)
        del self.open[place:]
        self.open.append(marker)
        self._last[marker.style] = number or 0
        return marker

    def _sibling(self, marker: Marker) -> int | None:
        """Where the marker stands that this one comes next to; in doubt the one whose line looks like this one's."""
        if marker.style == "box":
            return next((place for place, known in enumerate(self.open) if known.style == "box"), None)
        best: int | None = None
        alike = -1
        for place in range(len(self.open) - 1, -1, -1):
            known = self.open[place]
            if known.style == marker.style and (marker.number is None or marker.number == (known.number or 0) + 1):
                likeness = (known.indented == marker.indented) + (known.closed == marker.closed)
                if likeness > alike:
                    best, alike = place, likeness
        return best

    def _parent(self, marker: Marker) -> int:
        """The place of the innermost open marker that this one belongs below; -1 where there is none."""
        if marker.style == "box":
            return len(self.open) - 1
        for place in range(len(self.open) - 1, -1, -1):
            if RANK[self.open[place].style] < RANK[marker.style]:
                return place
        return -1
