"""Web pages as plain text: blocks become lines, tables rows; what a reader does not see is left out."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element as Element

from jiaoheng.documents.files.encoding import decode, is_garbled
from jiaoheng.documents.files.errors import DocumentError
from jiaoheng.documents.files.html_parts import Parts
from jiaoheng.documents.files.html_walk import lines_of

MAX_ELEMENTS = 300_000
_HEAD = 4096
_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([a-zA-Z0-9_-]{2,30})""", re.IGNORECASE)
_TOO_DEEP = "DEPTH"
_EMBEDDED = re.compile(r"data:[A-Za-z0-9+/=;,.:-]{200,}")
_MAX_TAG_WORK = 1_000_000_000
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "gb18030": "gb18030", "big5": "big5"}


def html_text(data: bytes, file: str) -> str:
    """The text of a page: without scripts, menus and what is hidden. Raises ``DocumentError``."""
    root = _parsed(_decoded(data, file), file)
    lines = lines_of(root, Parts(root)) if root is not None else []
    return "".join(f"{line}\n" for line in lines)


def _decoded(data: bytes, file: str) -> str:
    """The page in the encoding that it declares, where that makes sense of it; else found out."""
    declared = _DECLARED.search(data[:_HEAD])
    encoding = _ALIASES.get(declared[1].decode("ascii").lower()) if declared else None
    if encoding:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            return decode(data, file)
        if not is_garbled(text):
            return text
    return decode(data, file)


def _parsed(text: str, file: str) -> Element | None:
    """The tree of the page; None where there is nothing in it."""
    text = _EMBEDDED.sub("", text)
    if sum(_attributes(piece) ** 2 for piece in text.split("<")) > _MAX_TAG_WORK:
        raise DocumentError("too_slow", file=file)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        raise DocumentError("damaged", file=file, reason="HTML") from None
    errors = parser.error_log
    if any(error.level_name == "FATAL" or _TOO_DEEP in error.type_name for error in errors):
        raise DocumentError("too_slow", file=file)
    if root is not None and sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise DocumentError("too_slow", file=file)
    return root


def _attributes(tag: str) -> int:
    """At most how many attributes a tag may have; the parser's work grows with the square of them."""
    return len(tag.split()) + tag.count("/") + tag.count('"') + tag.count("'")
