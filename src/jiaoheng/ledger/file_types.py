"""What a file is, by its content: only kinds that a bureau keeps as evidence, and only where content and name agree."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO

import msgspec

HEAD = 64 * 1024
"""Bytes at the beginning of a file that are looked at."""


class FileType(msgspec.Struct, frozen=True):
    """A kind of file: its endings, its media type, and whether content is of it."""

    endings: tuple[str, ...]
    media: str
    fits: Callable[[bytes, BinaryIO], bool]


def file_type(name: str, content: BinaryIO) -> FileType | None:
    """The type that the name claims, if the content is of it; None where the kind is not allowed or the name lies.

    ``content`` is read from its beginning and left there.
    """
    claimed = next((kind for kind in TYPES if ending(name) in kind.endings), None)
    if claimed is None:
        return None
    content.seek(0)
    head = content.read(HEAD)
    try:
        return claimed if claimed.fits(head, content) else None
    finally:
        content.seek(0)


def ending(name: str) -> str:
    """A file name's ending, in lower case without the dot."""
    return PurePosixPath(name.lower()).suffix.lstrip(".")


def plain_name(name: str) -> str:
    """A file name without folders, control characters and overlong parts, its ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .") or "file"
    stem, dot, tail = shown.rpartition(".")
    return f"{stem[:150]}.{tail[:20]}" if dot else shown[:150]


def _starts(*signatures: bytes) -> Callable[[bytes, BinaryIO], bool]:
    return lambda head, _: head.startswith(signatures)


def _is_webp(head: bytes, _: BinaryIO) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _office(folder: str) -> Callable[[bytes, BinaryIO], bool]:
    """A document of Word or Excel, without macros."""

    def fits(head: bytes, content: BinaryIO) -> bool:
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(content) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, OSError):
            return False
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names) and not macros

    return fits


_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _old_office(*streams: str) -> Callable[[bytes, BinaryIO], bool]:
    """A document of Word or Excel before 2007, known by the stream that holds its text."""
    marks = tuple(stream.encode("utf-16-le") for stream in streams)

    def fits(head: bytes, content: BinaryIO) -> bool:
        if not head.startswith(_COMPOUND):
            return False
        content.seek(0)
        whole = content.read()
        return any(mark in whole for mark in marks) and "_VBA_PROJECT".encode("utf-16-le") not in whole

    return fits


def _is_text(head: bytes, content: BinaryIO) -> bool:
    if b"\x00" in head or head.lstrip()[:1] == b"<":
        return False
    content.seek(0)
    whole = content.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return b"\x00" not in whole
    return False


TYPES = (
    FileType(("pdf",), "application/pdf", _starts(b"%PDF-")),
    FileType(("jpg", "jpeg"), "image/jpeg", _starts(b"\xff\xd8\xff")),
    FileType(("png",), "image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    FileType(("webp",), "image/webp", _is_webp),
    FileType(("docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _office("word/")),
    FileType(("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _office("xl/")),
    FileType(("doc",), "application/msword", _old_office("WordDocument")),
    FileType(("xls",), "application/vnd.ms-excel", _old_office("Workbook", "Book")),
    FileType(("txt",), "text/plain", _is_text),
    FileType(("csv",), "text/csv", _is_text),
)
ENDINGS = tuple(name for kind in TYPES for name in kind.endings)
