"""The document in the pieces in which it is sent: whole sections as far as they fit."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jiaoheng.documents.outline import Outline

MAX_CHARACTERS = 2500


class Piece(msgspec.Struct, frozen=True):
    """``start`` to ``end`` of the repaired text, and the headings that stand above it."""

    start: int
    end: int
    path: tuple[str, ...]


def pieces(outline: Outline) -> Iterator[Piece]:
    """The text cut before outermost headings, within long sections between blocks, contents and colophon left out."""
    start = end = 0
    section: int | None = None
    for block in outline.blocks:
        if block.kind in ("contents", "colophon", "front"):
            continue
        begins = (
            block.kind == "heading" and block.section is not None and outline.sections[block.section].parent is None
        )
        long = end - start > MAX_CHARACTERS // 2
        if end and ((begins and long) or block.end - start > MAX_CHARACTERS):
            yield from _cut(start, end, outline.path(section))
            end = 0
        if not end:
            start, section = block.start, block.section
        end = block.end
    if end:
        yield from _cut(start, end, outline.path(section))


def _cut(start: int, end: int, path: tuple[str, ...]) -> Iterator[Piece]:
    """One block may be longer than all that is sent at once."""
    for place in range(start, end, MAX_CHARACTERS):
        yield Piece(place, min(place + MAX_CHARACTERS, end), path)
