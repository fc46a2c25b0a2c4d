"""What the parts of a page are: seen or hidden, menu or text, a table of figures or one of layout."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree
from lxml.etree import _Element as Element

_UNSEEN = frozenset(
    (
        "script", "style", "noscript", "template", "head", "title", "nav", "footer", "aside", "select", "option",
        "button", "input", "textarea", "svg", "iframe", "object", "embed", "audio", "video", "canvas", "del", "rt",
        "rp", "datalist", "dialog", "map", "math",
    )
)  # fmt: skip
_HIDDEN = re.compile(r"display:none|visibility:hidden|mso-hide:all|mso-element:(?:comment|header|footer)")
_LISTS = frozenset(("ul", "ol", "div", "table", "td", "p", "section", "dl", "tr", "form", "header"))
_LEAST_LINKS = 4
_LINKED = 0.7
_LONGEST_CELL = 3000
MAX_COLUMNS = 60
_MAX_SPAN = 1000


class _Measure(msgspec.Struct):
    """Letters within an element, those of them in links, and how many links there are."""

    letters: int = 0
    linked: int = 0
    links: int = 0
    prose: bool = False


class Parts:
    """A page measured once, so that each part is judged by what is in it."""

    def __init__(self, root: Element) -> None:
        self._measures: dict[Element, _Measure] = {}
        for _, element in etree.iterwalk(root, events=("end",)):
            self._measure(element)

    def _measure(self, element: Element) -> None:
        own = _Measure()
        _add_text(own, element.text)
        for inner in element:
            found = self._measures.get(inner)
            if found is not None and inner.tag not in _UNSEEN:
                own.letters += found.letters
                own.linked += found.linked
                own.links += found.links
                own.prose = own.prose or found.prose
            _add_text(own, inner.tail)
        if element.tag == "a" and element.get("href") and not str(element.get("href")).startswith("#"):
            own.linked = own.letters
            own.links += 1
        self._measures[element] = own

    def is_seen(self, element: Element) -> bool:
        """Whether a reader of the page sees this part as its text: no script, no menu, nothing hidden."""
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return False
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return False
        if element.get("role") in ("navigation", "banner", "search", "contentinfo", "complementary", "menu"):
            return False
        style = "".join(str(element.get("style") or "").lower().split())
        return not _HIDDEN.search(style) and not self._is_menu(element)

    def _is_menu(self, element: Element) -> bool:
        """Whether nearly all of it are links elsewhere; sentences and lists of annexes are none."""
        if element.tag not in _LISTS:
            return False
        measure = self._measures[element]
        return measure.links >= _LEAST_LINKS and not measure.prose and measure.linked > _LINKED * measure.letters

    def is_table(self, table: Element) -> bool:
        """Whether a table holds cells beside one another, rather than laying out the page."""
        if any(inner is not table for inner in table.iter("table")):
            return False
        wide = False
        for line in table_rows(table):
            cells = row_cells(line)
            wide = wide or len(cells) > 1
            if any(self._measures[cell].letters > _LONGEST_CELL for cell in cells):
                return False
        return wide


def _add_text(measure: _Measure, text: str | None) -> None:
    if text:
        measure.letters += len(text.strip())
        measure.prose = measure.prose or "。" in text or "附件" in text


def table_rows(table: Element) -> Iterator[Element]:
    """The rows of a table, not those of tables within it."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from (line for line in part if line.tag == "tr")


def row_cells(line: Element) -> list[Element]:
    """The cells of a row."""
    return [cell for cell in line if cell.tag in ("td", "th")]


def span(cell: Element, name: str) -> int:
    """How many columns or rows a cell covers."""
    digits = str(cell.get(name) or "").strip()
    return min(max(int(digits), 1), _MAX_SPAN) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1
