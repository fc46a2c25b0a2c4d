"""The numbers that Word draws before paragraphs (一、 （一） 1.), which no paragraph's own text holds."""

from __future__ import annotations

import re

import msgspec
from lxml.etree import _Element as Element

from jiaoheng.documents.files.lines import is_narrow
from jiaoheng.documents.files.numerals import numeral
from jiaoheng.documents.files.word_xml import child, children, is_on, value

_LEVELS = 9
_MAX_STYLES = 50
_MAX_MARK = 40
_HOLE = re.compile(r"%([1-9])")
_BULLET = "●"


class Mark(msgspec.Struct, frozen=True):
    """What is drawn before a paragraph."""

    text: str = ""

    def before(self, paragraph: str) -> str:
        """The mark as it stands before the text: parted from it where both would run into one number or word."""
        start = paragraph.lstrip()[:1]
        if not self.text or not start:
            return self.text
        last = self.text[-1]
        parted = last.isalnum() or (last in ".．" and is_narrow(start)) or self.text == _BULLET
        return f"{self.text} " if parted else self.text


class _Level(msgspec.Struct, frozen=True):
    start: int
    form: str
    text: str
    restart: int | None
    plain_digits: bool
    style: str | None
    hidden: bool


class _List(msgspec.Struct, frozen=True):
    """A list as paragraphs refer to it: the definition it counts by, its levels, where it starts anew."""

    definition: str
    levels: tuple[_Level, ...]
    starts: dict[int, int]


class Numbers:
    """The counters of a document; paragraphs must be given in their order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._definitions = {value(one, "abstractNumId"): one for one in children(numbering, "abstractNum")}
        self._references = {value(one, "numId"): one for one in children(numbering, "num")}
        self._styles = {value(one, "styleId"): one for one in children(styles, "style")}
        self._default = next(
            (
                name
                for name, style in self._styles.items()
                if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")
            ),
            None,
        )
        self._lists: dict[str, _List | None] = {}
        self._styled: dict[str | None, tuple[str | None, str | None]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def mark(self, paragraph: Element) -> Mark:
        """The mark of the next paragraph; empty for one without a number."""
        found = self._place(paragraph)
        if found is None:
            return Mark()
        number, level = found
        listed = self._list(number)
        if listed is None or level >= len(listed.levels):
            return Mark()
        counts = self._counts.setdefault(listed.definition, [None] * _LEVELS)
        _count(counts, listed, level, new=(number, level) not in self._begun)
        self._begun.add((number, level))
        return Mark(_drawn(listed.levels, counts, level))

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        """List and level of a paragraph, of its own or of its style; None where it has none."""
        properties = child(paragraph, "pPr")
        own = child(properties, "numPr")
        number = value(child(own, "numId"), "val")
        level = value(child(own, "ilvl"), "val")
        if number is None:
            style = value(child(properties, "pStyle"), "val") or self._default
            if style not in self._styled:
                self._styled[style] = self._of_style(style)
            number, of_style = self._styled[style]
            level = level or of_style
        if number is None or number == "0":
            return None
        return number, int(level) if level and level.isdigit() and int(level) < _LEVELS else 0

    def _of_style(self, style: str | None) -> tuple[str | None, str | None]:
        """List and level that a style, or one that it is based on, gives its paragraphs."""
        for _ in range(_MAX_STYLES):
            element = self._styles.get(style)
            given = child(child(element, "pPr"), "numPr")
            number = value(child(given, "numId"), "val")
            if number is not None:
                return number, value(child(given, "ilvl"), "val") or self._level_of_style(number, style)
            style = value(child(element, "basedOn"), "val")
        return None, None

    def _level_of_style(self, number: str, style: str | None) -> str | None:
        """The level that names the style as its own."""
        listed = self._list(number)
        if listed is None or style is None:
            return None
        return next((str(place) for place, level in enumerate(listed.levels) if level.style == style), None)

    def _list(self, number: str) -> _List | None:
        if number not in self._lists:
            self._lists[number] = self._made(number)
        return self._lists[number]

    def _made(self, number: str) -> _List | None:
        reference = self._references.get(number)
        definition = value(child(reference, "abstractNumId"), "val")
        element = self._definitions.get(definition)
        for _ in range(_MAX_STYLES):
            # A list may be defined by a style of lists, which names another list.
            link = value(child(element, "numStyleLink"), "val")
            if element is None or link is None:
                break
            named = child(child(self._styles.get(link), "pPr"), "numPr")
            other = self._references.get(value(child(named, "numId"), "val"))
            definition = value(child(other, "abstractNumId"), "val")
            element = self._definitions.get(definition)
        if reference is None or element is None or definition is None:
            return None
        levels = {_ordinal(one): _level(one) for one in children(element, "lvl")}
        starts = {}
        for override in children(reference, "lvlOverride"):
            if (own := child(override, "lvl")) is not None:
                levels[_ordinal(override)] = _level(own)
            if (start := child(override, "startOverride")) is not None:
                starts[_ordinal(override)] = _number(value(start, "val"), 1)
        empty = _Level(start=1, form="none", text="", restart=None, plain_digits=False, style=None, hidden=False)
        return _List(definition, tuple(levels.get(place, empty) for place in range(_LEVELS)), starts)


def _ordinal(element: Element) -> int:
    return _number(value(element, "ilvl"), 0)


def _number(digits: str | None, otherwise: int) -> int:
    return int(digits) if digits and digits.isascii() and digits.isdigit() and len(digits) < 6 else otherwise


def _level(element: Element) -> _Level:
    form = child(element, "numFmt")
    if form is None:
        # A format of newer programs stands beside the one to fall back on.
        for alternative in children(element, "AlternateContent"):
            form = next((inner for choice in alternative for inner in children(choice, "numFmt")), None)
            fallback = child(child(alternative, "Fallback"), "numFmt")
            form = fallback if fallback is not None else form
    restart = value(child(element, "lvlRestart"), "val")
    return _Level(
        start=_number(value(child(element, "start"), "val"), 1),
        form=value(form, "val") or "decimal",
        text=(value(child(element, "lvlText"), "val") or "")[:_MAX_MARK],
        restart=_number(restart, 0) if restart is not None else None,
        plain_digits=is_on(child(element, "isLgl")),
        style=value(child(element, "pStyle"), "val"),
        hidden=is_on(child(child(element, "rPr"), "vanish")),
    )


def _count(counts: list[int | None], listed: _List, level: int, *, new: bool) -> None:
    """Count one paragraph at a level; the levels below it start anew."""
    before = counts[level]
    if new and level in listed.starts:
        counts[level] = listed.starts[level]
    elif before is None:
        counts[level] = listed.levels[level].start
    else:
        counts[level] = before + 1
    for below in range(level + 1, _LEVELS):
        restart = listed.levels[below].restart
        if restart is None or level < restart:
            counts[below] = None


def _drawn(levels: tuple[_Level, ...], counts: list[int | None], level: int) -> str:
    own = levels[level]
    if own.hidden or (own.form == "none" and "%" not in own.text):
        return "" if own.hidden else own.text
    if own.form == "bullet":
        return _bullet(own.text)

    def number(hole: re.Match[str]) -> str:
        place = int(hole[1]) - 1
        count = counts[place]
        form = levels[place].form
        if own.plain_digits and form != "none":
            form = "decimal"
        return numeral(levels[place].start if count is None else count, form)

    return _HOLE.sub(number, own.text).strip()


def _bullet(text: str) -> str:
    """A dash or dot as it is written; a picture of a symbol font as a dot."""
    mark = text.strip()
    return (
        mark if mark and all("\u2010" <= letter <= "\u30ff" or letter in "-*－·○●■◆□" for letter in mark) else _BULLET
    )
