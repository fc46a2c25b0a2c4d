"""What kind of file some bytes are, told by how they begin; kinds that give no text are refused with advice."""

from __future__ import annotations

import re
from typing import Literal

from jiaoheng.documents.files.errors import DocumentError
from jiaoheng.sources.compound import SIGNATURE as COMPOUND
from jiaoheng.sources.compound import read_streams
from jiaoheng.sources.errors import SourceError

Kind = Literal["docx", "pdf", "html", "text"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\0",
    b"MM\0*",
    b"\0\0\x01\0",
    b"8BPS",
)
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf'\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
_HEAD = 2048
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|table|meta|title)\b", re.IGNORECASE)
_TAG = re.compile(rb"</(?:p|div|td|span|body)>|<br\s*/?>", re.IGNORECASE)
_SHEETS = (".xls", ".et", ".csv")
_SLIDES = (".ppt", ".dps")


def kind(data: bytes, name: str) -> Kind:
    """How a document is to be read. Raises ``DocumentError`` for what holds no text that can be read."""
    head = data[:_HEAD]
    if head.startswith(COMPOUND):
        raise _compound(data, name)
    if head.startswith(_ZIP):
        return _zipped(data, name)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_PICTURES) or _is_newer_picture(head):
        raise DocumentError("image_only", file=name)
    if head.startswith(_ARCHIVES):
        raise DocumentError("archive", file=name)
    if head.startswith((b"{\\rtf", b"%!PS", b"\x7fELF", b"MZ\x90")) or _is_word_xml(head) or _is_web_archive(head):
        raise DocumentError("other_format", file=name)
    return "html" if _is_html(data, name) else "text"


def _zipped(data: bytes, name: str) -> Kind:
    """Which office package it is, by the names of its parts, which stand in the archive as they are."""
    if b"word/" in data:
        return "docx"
    lower = name.lower()
    for marks, code in (
        ((b"xl/",), "spreadsheet"),
        ((b"ppt/",), "slides"),
        ((b"OFD.xml",), "ofd"),
        ((b"mimetypeapplication/",), "other_format"),
    ):
        if any(mark in data for mark in marks):
            raise DocumentError(code, file=name)
    if lower.endswith((".docx", ".docm", ".dotx")):
        raise DocumentError("damaged", file=name, reason="zip")
    raise DocumentError("archive", file=name)


def _compound(data: bytes, name: str) -> DocumentError:
    """OLE containers: old Word and WPS files, workbooks, and any file of today that is locked with a password."""
    try:
        streams = read_streams(data, name)
    except SourceError:
        streams = {}
    if "EncryptedPackage" in streams:
        return DocumentError("encrypted", file=name)
    if {"Workbook", "Book"} & streams.keys() or name.lower().endswith(_SHEETS):
        return DocumentError("spreadsheet", file=name)
    if "PowerPoint Document" in streams or name.lower().endswith(_SLIDES):
        return DocumentError("slides", file=name)
    return DocumentError("old_word", file=name)


def _is_newer_picture(head: bytes) -> bool:
    if head.startswith(b"BM") and b"\0\0\0\0" in head[6:10]:
        return True
    return (head.startswith(b"RIFF") and head[8:12] == b"WEBP") or head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif")


def _is_word_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml") and (
        b"w:wordDocument" in head or b"pkg:package" in head
    )


def _is_web_archive(head: bytes) -> bool:
    return b"MIME-Version:" in head and b"multipart/related" in head


def _is_html(data: bytes, name: str) -> bool:
    """Whether it is a page: by its first tags, or by its name and any tag; wide letters are seen as narrow ones."""
    narrow = data[: 4 * _HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if narrow.startswith((b"<?xml", b"<!")) or _HTML.match(narrow):
        return bool(_HTML.search(narrow))
    return name.lower().endswith((".html", ".htm", ".xhtml", ".shtml")) and bool(_TAG.search(data))
