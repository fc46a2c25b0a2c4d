"""PDF files with a text layer, page by page, within bounds of time and memory; a scan is told from a text."""

from __future__ import annotations

import io
import logging
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject

from jiaoheng.documents.files.encoding import is_garbled, is_ideograph
from jiaoheng.documents.files.errors import DocumentError
from jiaoheng.documents.files.pdf_cells import Drawn
from jiaoheng.documents.files.pdf_lines import flowing

PICTURE_PAGE = "〔第{page}页是图片，没有文字层〕"
"""The line that stands for a page without text."""
MAX_PAGES = 1500
MAX_SECONDS = 20.0
"""Processor seconds that one file may take; a plan of a hundred pages takes five."""
_STREAM = 8_000_000
"""Bytes that one stream may unpack to; the drawing of a page of text has some ten thousand."""
_BROKEN = (
    PyPdfError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RuntimeError,
    EOFError,
    OSError,
    zlib.error,
    struct.error,
)
_JOINED = str.maketrans({"\u2e3a": "——", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
"""Characters that fonts make of two or three: the long dash of a list above all."""
_SCANNED_BELOW = 20
"""Chinese characters on a page with a picture, below which the picture is the page."""
_MOSTLY = 0.8

# What pypdf remarks on while it mends a file is nothing for the terminal of a clerk.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


def pdf_text(data: bytes, file: str) -> str:
    """The text of a PDF file: pages joined, page numbers and running heads dropped, wrapped lines joined.

    A page that is a picture leaves a line that says so. Raises ``DocumentError``.
    """
    guard = _Guard(file)
    try:
        with _bounds():
            pages = list(_pages(data, file, guard))
    except DocumentError:
        raise
    except LimitReachedError:
        raise DocumentError("too_slow", file=file) from None
    except (DependencyError, FileNotDecryptedError):
        raise DocumentError("encrypted", file=file) from None
    except (*_BROKEN, MemoryError):
        raise DocumentError("damaged", file=file, reason="PDF") from None
    _refuse_scan(pages, file)
    text = flowing([page for page, _ in pages])
    if _is_unmapped(text):
        raise DocumentError("unmapped_fonts", file=file)
    return text


def _bounds() -> AbstractContextManager[object]:
    return pypdf.apply_configuration(
        zlib_maximum_output_length=_STREAM,
        lzw_maximum_output_length=_STREAM,
        run_length_maximum_output_length=_STREAM,
        array_based_stream_maximum_output_length=_STREAM,
        stream_decoding_work_maximum_length=3 * _STREAM,
        stream_parsing_work_maximum_count=500_000,
        xform_maximum_invocations_per_extraction=500,
    )


def picture_pages(text: str) -> tuple[int, ...]:
    """The pages of a PDF file that gave no text, by the lines that stand for them in its plain text."""
    before, _, after = PICTURE_PAGE.partition("{page}")
    lines = [line for line in text.splitlines() if line.startswith(before) and line.endswith(after)]
    numbers = [line[len(before) : -len(after)] for line in lines]
    return tuple(int(number) for number in numbers if number.isascii() and number.isdigit())


class _Guard:
    """Stops a page that never ends. It stays stopped: pypdf goes on after an error within a form."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._until = time.thread_time() + MAX_SECONDS

    def check(self, *_: object) -> None:
        """Called before each operation of a page."""
        if time.thread_time() > self._until:
            raise DocumentError("too_slow", file=self._file)


def _pages(data: bytes, file: str, guard: _Guard) -> Iterator[tuple[list[str], bool]]:
    """The lines of each page, and whether it is a picture without text."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentError("encrypted", file=file)
    if len(reader.pages) > MAX_PAGES:
        raise DocumentError("too_slow", file=file)
    for number, page in enumerate(reader.pages, 1):
        guard.check()
        drawn = Drawn()
        page.extract_text(visitor_operand_before=guard.check, visitor_text=drawn.take)
        guard.check()
        lines = [line.translate(_JOINED) for line in drawn.lines()]
        scanned = sum(is_ideograph(letter) for line in lines for letter in line) < _SCANNED_BELOW and _has_picture(page)
        if scanned and not lines:
            lines = [PICTURE_PAGE.format(page=number)]
        yield lines, scanned


def _has_picture(page: DictionaryObject) -> bool:
    """Whether the page draws a picture, by itself or in a form."""
    drawn = _inside(_inside(page, "/Resources"), "/XObject")
    return any(_inside(drawn, name).get("/Subtype") in ("/Image", "/Form") for name in drawn)


def _inside(outer: DictionaryObject, name: str) -> DictionaryObject:
    """A dictionary within another; empty where there is none."""
    found = outer.get(name)
    inner = found.get_object() if found is not None else None
    return inner if isinstance(inner, DictionaryObject) else DictionaryObject()


def _refuse_scan(pages: list[tuple[list[str], bool]], file: str) -> None:
    """A scan may have page numbers or a stamp as text; a plan in which one annex is a picture is read."""
    if not pages:
        raise DocumentError("damaged", file=file, reason="PDF")
    scanned = sum(is_scanned for _, is_scanned in pages)
    if scanned >= _MOSTLY * len(pages) or not any(lines for lines, _ in pages):
        raise DocumentError("image_only", file=file)


def _is_unmapped(text: str) -> bool:
    """Whether the fonts gave numbers of their glyphs in place of characters."""
    letters = [letter for letter in text if not letter.isspace()]
    strange = sum(
        not letter.isprintable() or letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters
    )
    return strange * 10 > len(letters) or is_garbled(text)
