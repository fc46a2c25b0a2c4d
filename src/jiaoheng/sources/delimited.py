"""Text tables: CSV and its relatives, in the encodings and with the separators that Chinese offices use."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice

from jiaoheng.sources.errors import SourceError

DELIMITERS = (",", "\t", ";")
_SAMPLE_ROWS = 30
_DECLARED = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)

csv.field_size_limit(1 << 24)


def read_delimited(data: bytes, file: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a text table; separator and encoding are found out.

    Raises ``SourceError`` where the bytes are no text, or quotation marks do not match.
    """
    text = decode(data, file)
    declared = _DECLARED.match(text)
    delimiter = declared.group(1) if declared else _delimiter(text)
    rows: list[tuple[str, ...]] = [("",)] if declared else []
    reader = csv.reader(
        io.StringIO(text[declared.end() :] if declared else text, newline=""),
        delimiter=delimiter,
        strict=True,
    )
    line = 0
    try:
        for row in reader:
            rows.append(tuple(row))
            line = reader.line_num
    except csv.Error:
        raise SourceError("quotes", file=file, line=line + 1 + bool(declared)) from None
    return tuple(rows)


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030, with or without a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(data, "utf-16", file)
    if b"\0" in data:
        # UTF-16 without a mark: ASCII letters leave a zero byte at every other place, on one side.
        even, odd = data[0::2].count(0), data[1::2].count(0)
        return _without_nulls(_strictly(data, "utf-16-le" if odd > even else "utf-16-be", file), file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error.start, file)
    return _strictly(data, "gb18030", file)


def _refuse_damaged_utf8(data: bytes, start: int, file: str) -> None:
    """UTF-8 with a few bad bytes would pass as GB18030 and turn every character into another one."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text) - bad
    if data.startswith(codecs.BOM_UTF8) or good > 10 * bad:
        raise SourceError("encoding", file=file, line=data.count(b"\n", 0, start) + 1)


def _strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError("encoding", file=file, line=data.count(b"\n", 0, error.start) + 1) from None


def _without_nulls(text: str, file: str) -> str:
    if "\0" in text:
        raise SourceError("encoding", file=file, line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _delimiter(text: str) -> str:
    """The separator that splits most of the first rows into the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, _SAMPLE_ROWS) if len(row) > 1)
        except csv.Error:
            return (0, 0)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return (rows, width)

    return max(DELIMITERS, key=evenness)
