"""What a page says, for tests: its tables cell by cell, its links, its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1] / "src" / "jiaoheng"
_SILENT = ("style", "script", "title")
_VOID = ("br", "hr", "img", "input", "meta", "link")


class Page(HTMLParser):
    """A page read: ``tables`` by caption (rows of cells), ``links`` with their text, ``text`` as a reader sees it.

    What only stands in an SVG's title is left out, as are scripts.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.links: dict[str, str] = {}
        self.text = ""
        self._rows: list[list[str]] = []
        self._caption = ""
        self._open: list[str] = []
        self._href = ""
        self.feed(html)
        self.text = _plain(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        self._open.append(tag)
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""
            self.links.setdefault(self._href, "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of SVG that closes itself has nothing to say."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            continue
        if tag == "table":
            self.tables[_plain(self._caption)] = [[_plain(cell) for cell in row] for row in self._rows]
        elif tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if any(tag in _SILENT for tag in self._open):
            return
        self.text += f" {data}" if data.strip() else ""
        if self._href:
            self.links[self._href] += data
        if "caption" in self._open:
            self._caption += data
        elif self._rows and self._rows[-1] and ("td" in self._open or "th" in self._open):
            self._rows[-1][-1] += data


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def texts_in(value: Any, language: str) -> Iterator[str]:
    """Every text in a language of what a TOML file holds."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == language and isinstance(part, str):
                yield part
            else:
                yield from texts_in(part, language)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part, language)
