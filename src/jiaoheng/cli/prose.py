"""Text that breaks as Chinese does: between any two characters, no comma at the head of a line, words kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

# Chinese characters and their punctuation stand alone; everything between blanks and them is one piece.
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…·"
_PIECE = re.compile(rf"[ \t]+|[{_WIDE}]|[^ \t{_WIDE}]+")
_NOT_FIRST = frozenset("，。、；：！？）〕》」』】”’…—%·,.;:!?)]}㎡")
_NOT_LAST = frozenset("（〔《「『【“‘([{")
NARROWEST = 12
"""No column of prose is made narrower than this while others can give way."""


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` cells."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for unit in _units(paragraph, width):
            if line and cell_len(line) + cell_len(unit.rstrip()) > width:
                lines.append(line.rstrip())
                line = unit.lstrip()
            else:
                line += unit
        lines.append(line.rstrip())
    return lines


def _units(text: str, width: int) -> Iterator[str]:
    """What must not be torn: a word, a character with the marks that lean on it; too long a word is cut."""
    unit = ""
    for piece in _PIECE.findall(text):
        leans = piece[0] in _NOT_FIRST or (bool(unit) and unit[-1] in _NOT_LAST)
        if unit and not leans:
            yield from _cut(unit, width)
            unit = ""
        unit += piece
    yield from _cut(unit, width)


def _cut(unit: str, width: int) -> Iterator[str]:
    while cell_len(unit) > width:
        end = 1
        while end < len(unit) and cell_len(unit[: end + 1]) <= width:
            end += 1
        yield unit[:end]
        unit = unit[end:]
    if unit:
        yield unit


class Prose:
    """A cell or a paragraph of prose for rich; text is taken as it is, never as markup."""

    def __init__(self, text: str, style: str = "") -> None:
        self.text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("\n".join(wrapped(self.text, options.max_width)), style=self.style, no_wrap=True, overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.text.splitlines()), default=0)
        return Measurement(min(widest, NARROWEST), widest).with_maximum(options.max_width)
