"""A document as paragraphs to be read one after the other: a heading together with the text that follows it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from jiaoheng.documents.parts import Part

if TYPE_CHECKING:
    from jiaoheng.documents.outline import Block, Outline

ParagraphKind = Literal["front", "prose", "units", "table", "contents", "annex", "colophon"]


class Paragraph(msgspec.Struct, frozen=True):
    """``text[start:end]`` of the repaired text; ``body`` is where its words begin, after an item number.

    ``path`` are the headings above it, outermost first (its own is not among them); ``past`` says that it tells of
    what was achieved or of today's state. ``opener`` is the place among the paragraphs of the heading or lead-in that
    it stands under as an item of a list. ``annex`` is the line that names an annex.
    """

    start: int
    end: int
    body: int
    kind: ParagraphKind
    path: tuple[str, ...]
    part: Part | None
    opener: int | None
    section: int | None

    @property
    def past(self) -> bool:
        """Whether it tells of what was achieved or of today's state."""
        return self.part == "today"


def paragraphs(outline: Outline) -> tuple[Paragraph, ...]:
    """The paragraphs of a document, in its order."""
    found: list[Paragraph] = []
    paths: dict[int | None, tuple[str, ...]] = {None: ()}
    last_own: dict[int | None, int] = {}
    colon: int | None = None
    for block in outline.blocks:
        if found and _joins(outline, found[-1], block):
            found[-1] = msgspec.structs.replace(found[-1], end=block.end)
        else:
            paragraph = _begun(outline, block, paths, last_own, colon)
            if block.kind != "units":
                last_own[block.section] = len(found)
            found.append(paragraph)
        if block.kind not in ("units", "heading"):
            colon = len(found) - 1 if outline.repaired.text[block.end - 1] == ":" else _kept(found, colon)
    return tuple(found)


def _kept(found: list[Paragraph], colon: int | None) -> int | None:
    """A lead-in governs the paragraphs after it as long as they stand in the same section."""
    return colon if colon is not None and found[colon].section == found[-1].section else None


def _joins(outline: Outline, paragraph: Paragraph, block: Block) -> bool:
    """Whether a block goes on in the line of the heading before it."""
    if paragraph.kind != "prose" or block.kind not in ("body", "item") or paragraph.section != block.section:
        return False
    return "\n" not in outline.repaired.text[paragraph.end : block.start]


def _begun(
    outline: Outline,
    block: Block,
    paths: dict[int | None, tuple[str, ...]],
    last_own: dict[int | None, int],
    colon: int | None,
) -> Paragraph:
    if block.section not in paths and block.section is not None:
        paths[block.section] = outline.path(block.section)
    path, body, opener = paths[block.section], block.start, colon
    if block.kind == "heading" and block.section is not None:
        section = outline.sections[block.section]
        path, body, opener = path[:-1], section.title_start, last_own.get(section.parent)
        opener = opener if section.parent is not None else None
    kinds: dict[str, ParagraphKind] = {
        "front": "front",
        "units": "units",
        "row": "table",
        "cell": "table",
        "contents": "contents",
        "colophon": "colophon",
    }
    kind = kinds.get(block.kind, "prose")
    if block.kind == "heading" and block.section is not None and outline.sections[block.section].style == "annex":
        kind = "annex"
    return Paragraph(block.start, block.end, body, kind, path, block.part, opener, block.section)
