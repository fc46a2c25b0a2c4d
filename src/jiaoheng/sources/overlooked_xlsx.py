"""Cells of an .xlsx file that the reader would get wrong, found in the sheets' own XML."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.overlooked import (
    FORMULA,
    MAX_CELLS,
    MAX_TEXT_BYTES,
    Place,
    Shown,
    percentage,
    refuse_huge,
    refuse_texts,
    shows_percent,
)

MAX_INDEX_BYTES = 16 * 1024 * 1024

_UNUSUAL = (b"<c\t", b"<c\r", b"<c\n", b"<c>", b"<c/", b":c ", b":c\t", b":c\r", b":c\n", b":c>", b":c/")
_ERRORS = (b't="e"', b"t='e'")
_FORMULAS = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_WIDE = re.compile(rb' r="([A-Z]{2,})[0-9]')
_TALL = re.compile(rb' r="[A-Z]*([0-9]{6,})"')
_TOKEN = re.compile(rb"<(?:\w+:)?(?:(row)\b([^>]*)>|c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>))", re.DOTALL)
_PLACE = re.compile(rb"""\sr=["']([A-Z]*)([0-9]+)["']""")
_KIND = re.compile(rb"""\st=["'](\w+)["']""")
_STYLE = re.compile(rb"""\ss=["']([0-9]+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_SHARED = re.compile(rb"""\st=["']s["'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]+)\s*</""")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")


def overlooked(archive: zipfile.ZipFile, file: str) -> tuple[Shown, ...]:
    """What to show instead in which cells, by zero-based row and column, a mapping a sheet in their order.

    Raises ``SourceError`` where sheets or texts are too big, and where the index of sheets is broken.
    """
    try:
        sheets = tuple(_sheets(archive))
        percent = _percent_styles(archive)
    except (ElementTree.ParseError, LookupError, ValueError, StopIteration, RuntimeError):
        raise SourceError("damaged", file=file, reason="xml") from None
    strings = [len(part) for part in _STRING.split(_member(archive, "xl/sharedStrings.xml"))][1:]
    texts = 0
    found = []
    for name, member in sheets:
        xml = _member(archive, member)
        _refuse_huge(xml, file, name)
        texts += _text_bytes(xml, strings)
        refuse_texts(texts, file)
        found.append(dict(_odd_cells(xml, percent)))
    return tuple(found)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.NameToInfo else b""


def _index(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    data = archive.read(name)
    if len(data) > MAX_INDEX_BYTES:
        raise ValueError(name)
    return ElementTree.fromstring(data)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Names of the sheets and the archive members that hold them."""
    targets = {
        link.attrib["Id"]: posixpath.normpath(posixpath.join("/xl", link.attrib["Target"])).lstrip("/")
        for link in _index(archive, "xl/_rels/workbook.xml.rels")
    }
    for element in _index(archive, "xl/workbook.xml").iter():
        if _local(element.tag) == "sheet":
            link = next(value for key, value in element.attrib.items() if _local(key) == "id")
            yield element.attrib["name"], targets[link]


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """Numbers of the cell styles that show a share as a percentage."""
    if "xl/styles.xml" not in archive.NameToInfo:
        return frozenset()
    formats = {"9", "10"}
    styles: list[bytes] = []
    for element in _index(archive, "xl/styles.xml"):
        if _local(element.tag) == "numFmts":
            for entry in element:
                if shows_percent(entry.attrib.get("formatCode", "")):
                    formats.add(entry.attrib["numFmtId"])
        if _local(element.tag) == "cellXfs":
            styles = [str(at).encode() for at, style in enumerate(element) if style.attrib.get("numFmtId") in formats]
    return frozenset(styles)


def _refuse_huge(xml: bytes, file: str, sheet: str) -> None:
    """The reader lays a sheet out as a full rectangle: one stray cell far away may take all memory."""
    rows, columns = _bound(xml)
    if rows * columns > MAX_CELLS:
        # Coloured blank cells do not count, and cells without a reference are counted from the left.
        filled = [(row, column) for row, column, _, body in _cells(xml) if body]
        rows = max((row for row, _ in filled), default=-1) + 1
        columns = max((column for _, column in filled), default=-1) + 1
    refuse_huge(rows, columns, file, sheet)


def _bound(xml: bytes) -> tuple[int, int]:
    """Rows and columns that a sheet has at most, told quickly where it is written as Excel writes."""
    if xml.count(b"<c ") > xml.count(b'<c r="') or any(mark in xml for mark in _UNUSUAL):
        return MAX_CELLS, MAX_CELLS
    columns = max(map(_column, set(_WIDE.findall(xml))), default=26)
    return max(map(int, set(_TALL.findall(xml))), default=99_999), columns


def _cells(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Zero-based row and column, attributes and content of every cell."""
    row, column = -1, -1
    for is_row, row_attributes, attributes, body in _TOKEN.findall(xml):
        place = _PLACE.search(row_attributes or attributes)
        if is_row:
            row, column = int(place.group(2)) - 1 if place else row + 1, -1
            continue
        if place:
            row, column = int(place.group(2)) - 1, _column(place.group(1)) - 1
        else:
            column += 1
        yield row, column, attributes, body


def _column(letters: bytes) -> int:
    """The number of a column from its letters: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text_bytes(xml: bytes, strings: list[int]) -> int:
    """How many bytes of text the sheet's cells draw from the common store of texts."""
    cells = xml.count(b't="s"') + xml.count(b"t='s'")
    most = cells * max(strings, default=0)
    if most <= MAX_TEXT_BYTES // 10:
        return most
    return sum(strings[int(index)] for index in _SHARED.findall(xml) if int(index) < len(strings))


def _odd_cells(xml: bytes, percent: frozenset[bytes]) -> Iterator[tuple[Place, str]]:
    if not percent and not any(mark in xml for mark in _ERRORS + _FORMULAS):
        return
    for row, column, attributes, body in _cells(xml):
        is_error = any(mark in attributes for mark in _ERRORS)
        has_formula = any(mark in body for mark in _FORMULAS)
        if not (is_error or has_formula or (percent and body)):
            continue
        kind = _KIND.search(attributes)
        found = _VALUE.search(body)
        value = found.group(1).decode("utf-8", "replace").strip() if found else ""
        if is_error:
            yield (row, column), value or "#VALUE!"
        elif kind and kind.group(1) != b"n":
            continue
        elif has_formula and not value:
            yield (row, column), FORMULA
        elif value and percent and (style := _STYLE.search(attributes)) and style.group(1) in percent:
            yield (row, column), percentage(value)
