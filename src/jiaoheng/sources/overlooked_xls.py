"""Cells of an .xls file that the reader would get wrong, found in its records (BIFF5 and BIFF8)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from jiaoheng.sources.compound import read_streams
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.overlooked import Place, Shown, percentage, refuse_huge, shows_percent

_BOF, _EOF, _SHEET, _EXTENT, _LOCKED, _FORMAT, _STYLE = 0x809, 0x0A, 0x85, 0x200, 0x2F, 0x41E, 0xE0
_NUMBER, _SMALL, _SMALLS, _FAULT, _FORMULA = 0x203, 0x27E, 0xBD, 0x205, 0x06
_OTHER_CELLS = (0xFD, 0x204, 0xD6)
_MOST_ROWS, _MOST_COLUMNS = 65536, 256
_FAULTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def overlooked(data: bytes, file: str) -> tuple[Shown, ...]:
    """What to show instead in which cells, by zero-based row and column, a mapping a sheet in their order.

    Raises ``SourceError`` for a workbook that is locked, damaged or too big, and for one that is none.
    """
    streams = read_streams(data, file)
    if "EncryptedPackage" in streams:
        raise SourceError("encrypted", file=file)
    book = streams.get("Workbook") or streams.get("Book")
    if not book:
        raise SourceError("not_a_workbook", file=file)
    try:
        return _workbook(book, file)
    except (struct.error, IndexError, ValueError):
        raise SourceError("damaged", file=file, reason="BIFF") from None


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from one position to the end of that part; charts are parts within a sheet's part."""
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + length]
        if len(body) < length:
            raise ValueError("record cut short")
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, body
        if depth <= 0:
            return
        at += 4 + length


def _workbook(book: bytes, file: str) -> tuple[Shown, ...]:
    starts: list[int] = []
    percent_formats = {9, 10}
    percent: set[int] = set()
    styles = 0
    for kind, body in _records(book, 0):
        if kind == _LOCKED:
            raise SourceError("encrypted", file=file)
        if kind == _SHEET and body[5] == 0:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _FORMAT and shows_percent(_format_text(body)):
            percent_formats.add(struct.unpack_from("<H", body)[0])
        elif kind == _STYLE:
            if struct.unpack_from("<H", body, 2)[0] in percent_formats:
                percent.add(styles)
            styles += 1
    return tuple(_sheet(book, start, percent, file, str(at)) for at, start in enumerate(starts, 1))


def _format_text(body: bytes) -> str:
    """A number format: BIFF8 has a two-byte length and a flag of wide letters, BIFF5 a one-byte length."""
    length, flags = struct.unpack_from("<HB", body, 2)
    wide = body[5:].decode("utf-16-le", "replace") if flags & 1 else ""
    return wide if len(wide) == length else body[3:].decode("latin-1")


def _sheet(book: bytes, start: int, percent: set[int], file: str, name: str) -> Shown:
    found: dict[Place, str] = {}
    rows = columns = 0
    for kind, body in _records(book, start):
        if kind == _EXTENT:
            _refuse_false_extent(body)
        if kind not in (_NUMBER, _SMALL, _SMALLS, _FAULT, _FORMULA, *_OTHER_CELLS):
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _SMALLS else column
        rows, columns = max(rows, row + 1), max(columns, last + 1)
        refuse_huge(rows, columns, file, name)
        if kind == _SMALLS:
            for offset in range(last - column + 1):
                style, small = struct.unpack_from("<HI", body, 4 + 6 * offset)
                if style in percent:
                    found[row, column + offset] = percentage(repr(_small(small)))
        elif shown := _shown(kind, body, style in percent):
            found[row, column] = shown
    return found


def _refuse_false_extent(body: bytes) -> None:
    """The reader takes memory for the extent that a sheet declares, whatever it holds."""
    shape = "<IIHH" if len(body) >= 12 else "<HHHH"
    top, bottom, left, right = struct.unpack_from(shape, body)
    if not (top <= bottom <= _MOST_ROWS and left <= right <= _MOST_COLUMNS):
        raise ValueError("extent")


def _shown(kind: int, body: bytes, percent: bool) -> str:
    """What to show instead of a cell, empty where the reader gives it rightly."""
    if kind == _FAULT:
        value, is_fault = struct.unpack_from("<BB", body, 6)
        return _FAULTS.get(value, "#VALUE!") if is_fault else ""
    if kind == _FORMULA and body[12:14] == b"\xff\xff":
        return _FAULTS.get(body[8], "#VALUE!") if body[6] == 2 else ""
    if percent and kind == _SMALL:
        return percentage(repr(_small(struct.unpack_from("<I", body, 6)[0])))
    if percent and kind in (_NUMBER, _FORMULA):
        return percentage(repr(struct.unpack_from("<d", body, 6)[0]))
    return ""


def _small(packed: int) -> float:
    """A number in four bytes: an integer or the front half of a double, either perhaps divided by 100."""
    if packed & 2:
        number = float((packed - (1 << 32) if packed >> 31 else packed) >> 2)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return number / 100 if packed & 1 else number
