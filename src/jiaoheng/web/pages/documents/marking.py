"""A text with places marked in it, as HTML: paragraphs, headings, and what is promised where.

Places may nest and overlap. The text is cut where any of them begins or ends, so that no element has to cross another;
a piece that several share leads to the shortest of them. Every piece says where in the text it begins, so that what
is selected on the page can be told as a place in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LONGEST_HEADING = 60
"""Characters of a heading; what is longer is a paragraph with a number, and not set off."""


class Place(msgspec.Struct, frozen=True):
    """Something marked: a quantity is shown on its words, a measure by a mark where it begins and a line beside it.

    ``told`` is its state in words, ``label`` what it is.
    """

    key: int
    start: int
    end: int
    is_target: bool
    state: str
    told: str
    label: str
    url: str


class Piece(msgspec.Struct, frozen=True):
    """A run of text with the targets that share it, the shortest first."""

    start: int
    end: int
    targets: tuple[Place, ...]


class Line(msgspec.Struct, frozen=True):
    """A paragraph: its place, its pieces, and the measure that it lies in.

    ``depth`` is how deep a heading it is, 0 for none; ``bold`` is where the heading ends that it begins with.
    """

    start: int
    end: int
    depth: int
    bold: int
    pieces: tuple[Piece, ...]
    begins: tuple[Place, ...]
    inside: Place | None


def lines(text: str, places: Sequence[Place], headings: Sequence[Sequence[int]] = ()) -> Iterator[Line]:
    """The paragraphs of a text that have anything in them, in order."""
    heads = [(first, last, depth) for first, last, depth in headings if last - first <= LONGEST_HEADING]
    next_head = 0
    targets = _Sweep(sorted((each for each in places if each.is_target), key=lambda place: (place.start, place.end)))
    tasks = _Sweep(sorted((each for each in places if not each.is_target), key=lambda place: (place.start, -place.end)))
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if raw.strip():
            while next_head < len(heads) and heads[next_head][0] < start:
                next_head += 1
            depth = bold = 0
            if next_head < len(heads) and heads[next_head][0] < end:
                _, bold, depth = heads[next_head]
                # Words after it in the line: a heading that runs on, and no heading line.
                depth = depth if not text[bold:end].strip(" \t\u3000。") else 0
            within = tasks.within(start, end)
            begins = tuple(place for place in within if start <= place.start < end)
            around = [place for place in within if _covers(place, start, end)]
            inside = min(around, key=lambda place: place.end - place.start, default=None)
            cuts = [*(place.start for place in begins), min(max(bold, start), end)]
            yield Line(
                start, end, depth, bold, tuple(_pieces(start, end, targets.within(start, end), cuts)), begins, inside
            )
        start = end + 1


class _Sweep:
    """Places in the order of their beginning, asked for line by line from the top: none is looked at in every line."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._next = 0
        self._open: list[Place] = []

    def within(self, start: int, end: int) -> list[Place]:
        """The places that share a character with a line; lines are asked for in order."""
        while self._next < len(self._places) and self._places[self._next].start < end:
            self._open.append(self._places[self._next])
            self._next += 1
        self._open = [place for place in self._open if place.end > start]
        return list(self._open)


def _covers(place: Place, start: int, end: int) -> bool:
    """Whether most of a paragraph lies in a place."""
    return 2 * (min(place.end, end) - max(place.start, start)) > end - start


def _pieces(start: int, end: int, here: Sequence[Place], cuts: Sequence[int]) -> Iterator[Piece]:
    edges = {start, end, *cuts} | {min(max(edge, start), end) for place in here for edge in (place.start, place.end)}
    ordered = sorted(edges)
    for first, last in pairwise(ordered):
        shared = [place for place in here if place.start < last and place.end > first]
        yield Piece(first, last, tuple(sorted(shared, key=lambda place: (place.end - place.start, place.start))))


def html(text: str, places: Sequence[Place], headings: Sequence[Sequence[int]] = (), at: int = 0) -> SafeString:
    """The text with its places; ``at`` is the key of the one whose record is shown."""
    seen: set[int] = set()
    return mark_safe("".join(_line(text, line, at, seen) for line in lines(text, places, headings)))


def _line(text: str, line: Line, at: int, seen: set[int]) -> str:
    classes = ["line"]
    if line.depth:
        classes.append(f"is-heading is-depth-{min(line.depth, 4)}")
    inside = ""
    if line.inside is not None:
        classes.append(f"in-task is-{line.inside.state}")
        inside = format_html(' data-in="{}"', line.inside.key)
    told = "".join(_mark(text, piece, line, at, seen) for piece in line.pieces)
    return f'<p class="{" ".join(classes)}" id="at-{line.start}"{inside}>{told}</p>\n'


def _mark(text: str, piece: Piece, line: Line, at: int, seen: set[int]) -> str:
    """A piece, with the marks of the measures that begin with it before it."""
    marks = format_html_join(
        "",
        '<a class="task-mark is-{}{}" id="q-{}" href="{}" data-key="{}">{}</a>',
        (
            (
                place.state,
                " is-current" if place.key == at else "",
                place.key,
                place.url,
                place.key,
                place.label + place.told,
            )
            for place in line.begins
            if place.start == piece.start
        ),
    )
    words = text[piece.start : piece.end]
    bold = piece.end <= line.bold
    if not piece.targets:
        own_class = ' class="runs-on"' if bold else ""
        return f'{marks}<span{own_class} data-start="{piece.start}">{escape(words)}</span>'
    place = piece.targets[0]
    ids = [one for one in piece.targets if one.key not in seen]
    seen.update(one.key for one in ids)
    anchors = "".join(f'<span id="q-{one.key}"></span>' for one in ids if one is not place)
    own = f' id="q-{place.key}"' if place in ids else ""
    current = " is-current" if any(one.key == at for one in piece.targets) else ""
    several = " is-several" if len(piece.targets) > 1 else ""
    keys = " ".join(str(one.key) for one in piece.targets)
    return marks + anchors + format_html(
        '<a class="promise is-{}{}{}"{} href="{}" data-key="{}" data-keys="{}" data-start="{}" title="{}{}"'
        ' data-said="{}">{}</a>',
        place.state, current, several, mark_safe(own), place.url, place.key, keys, piece.start, place.told, place.label,
        place.label, words,
    )  # fmt: skip
