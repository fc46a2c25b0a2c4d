"""Lines of pages as flowing text: what stands at every page's edge is dropped, wrapped lines are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jiaoheng.documents.files.lines import BETWEEN, joint
from jiaoheng.documents.files.pdf_cells import INDENT

_EDGE_LINES = 3
_LEAST_PAGES = 3
_FIGURES = 8
_SHARE = 0.35
"""Share of the pages on which a running head stands; left and right pages have one of their own."""
_SPLIT_SHARE = 0.6
_DIGITS = re.compile(r"[0-9０-９]+")
_PAGE_NUMBER = re.compile(r"[-－—–_·•]{1,3}#[-－—–_·•]{1,3}|第#页(?:[,，/]?共#页)?|#/#|[ivxIVX]{1,5}|Page#(?:of#)?")
_BEGINS = re.compile(
    r"第[一二三四五六七八九十百0-9]{1,4}[章节条编篇部]|[一二三四五六七八九十]{1,3}\s?[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|[0-9]{1,2}\s?[.．、](?![0-9])|[（(][0-9]{1,2}[）)]|[①-⑳]|——|[●•◆■]|附件|附表|专栏|〔第"
)
_APART = re.compile(r"(?<=[\u2e80-\uffef]) +(?=[\u2e80-\uffef])")
_SENTENCE_ENDS = "。！？；：!?;:"
_CLOSING = "”’」』）)》"
_LEAST_WIDTH = 18.0
_SLACK = 3.0
_SHORTER = 2.0
"""By how much the first line of a paragraph is shorter, in Chinese characters."""
_PRINTED = re.compile(r"[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4},? ?[0-9:上下午]{4,8}.*|(?:file|https?)://\S+ *[0-9]+/[0-9]+")
"""What a browser prints at the edges of a page."""


def flowing(pages: Sequence[Sequence[str]]) -> str:
    """The text of pages given as lines: a paragraph a line as far as can be told, rows of tables as they come."""
    bodies = _without_edges([list(page) for page in pages])
    widths = [_full_width(page) for page in bodies]
    usual = sorted(widths)[len(widths) * 9 // 10] if widths else 0.0
    joined: list[str] = []
    goes_on = False
    for page, own in zip(bodies, widths, strict=True):
        full = max(own, 0.8 * usual, _LEAST_WIDTH)
        for line in page:
            is_first = not goes_on or bool(_BEGINS.match(line)) or _is_row(line) or line.startswith(INDENT)
            line = line.removeprefix(INDENT)
            if is_first:
                joined.append(line)
            else:
                joined[-1] += joint(joined[-1], line) + line
            least = max(full - _SLACK - _SHORTER, _LEAST_WIDTH) if is_first else full - _SLACK
            goes_on = _width(line) >= least and not _is_ended(line) and not _is_row(line)
    return "".join(f"{line}\n" for line in joined)


def _width(line: str) -> float:
    """The width of a line in Chinese characters."""
    return sum(0.5 if letter < "\u2000" else 1.0 for letter in line if letter != " ")


def _full_width(page: Sequence[str]) -> float:
    """How wide the full lines of a page are: its second widest, as one line alone may stick out."""
    widths = sorted((_width(line) for line in page if BETWEEN not in line), reverse=True)
    return widths[1] if len(widths) > 1 else 0.0


def _is_row(line: str) -> bool:
    """Whether a line is of a table: cells with marks between them, or Chinese words with blanks between them."""
    return BETWEEN in line or len(_APART.findall(line)) > 1


def _is_ended(line: str) -> bool:
    return line.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """The pages without page numbers, running heads and feet."""
    for edge in (0, -1):
        for _ in range(_EDGE_LINES):
            if not _drop_edge(pages, edge):
                break
    return pages


def _drop_edge(pages: list[list[str]], edge: int) -> bool:
    """Drop the outermost line of the pages where it is no text; False where nothing was dropped."""
    running = _running([page[edge] if page else "" for page in pages])
    numbered = sum(bool(page) and _shape(page[edge]) == "#" for page in pages) >= max(2, _SPLIT_SHARE * len(pages))
    seen: set[str] = set()
    dropped = False
    for number, page in enumerate(pages, 1):
        if not page:
            continue
        line = page[edge]
        shape = _shape(line)
        if shape == "#":
            is_edge = numbered or (edge == -1 and line.strip() == str(number))
        elif number - 1 in running and _is_table_head(line) and line not in seen:
            # The head of a table is repeated on each of its pages; the first one belongs to the text.
            seen.add(line)
            is_edge = False
        else:
            is_edge = number - 1 in running or bool(_PAGE_NUMBER.fullmatch(shape) or _PRINTED.fullmatch(line.strip()))
        if is_edge:
            page.pop(edge)
            dropped = True
    return dropped


def _running(lines: Sequence[str]) -> set[int]:
    """The pages whose outermost line is a running head: the same on many, but for numbers that count the pages."""
    alike: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for place, line in enumerate(lines):
        shape = _shape(line)
        if shape and not _is_sentence(shape) and not _BEGINS.match(line.strip()):
            figures = [int(figure) for figure in _DIGITS.findall(line)[:_FIGURES] if len(figure) < 9]
            for counted in ((), *((at,) for at in range(len(figures)))):
                kept = tuple(figure - place if at in counted else figure for at, figure in enumerate(figures))
                alike.setdefault((shape, (*counted, *kept)), []).append(place)
    least = max(_LEAST_PAGES, _SHARE * len(lines))
    return {place for places in alike.values() if len(places) >= least for place in places}


def _shape(line: str) -> str:
    """A line without its blanks and with any number as ``#``."""
    return _DIGITS.sub("#", "".join(line.split()))


def _is_sentence(shape: str) -> bool:
    return shape[-1:] in _SENTENCE_ENDS


def _is_table_head(line: str) -> bool:
    return (BETWEEN in line or len(line.split()) > 2) and not _DIGITS.search(line)
