"""The plain text of a document, whatever kind of file it is: judged by what the bytes are, not by the name."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from jiaoheng.documents.files.encoding import decode, is_garbled, is_ideograph
from jiaoheng.documents.files.errors import DocumentError
from jiaoheng.documents.files.html import html_text
from jiaoheng.documents.files.kinds import Kind, kind
from jiaoheng.documents.files.pdf import pdf_text
from jiaoheng.documents.files.word import word_text

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
_LEAST_CHINESE = 0.05
_JUDGED_FROM = 200
# Fonts of PDF files give radicals in place of ordinary characters, ⾼ for 高; Unicode tells which, but for these.
_SIMPLE_RADICALS = dict(
    zip(
        "⺁⺒⺟⺠⺮⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⼾⾭",
        "厂巳母民竹虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟户青",
        strict=True,
    )
)


def plain_file(path: Path) -> str:
    """The plain text of a document on disk, as ``plain`` gives it.

    Raises ``DocumentError`` too where the file is not there or cannot be opened.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_big(path.stat().st_size, path.name)
        data = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("not_found", file=path) from None
    except OSError as error:
        if os.path.isdir(path):
            raise DocumentError("folder", file=path) from None
        raise DocumentError("unreadable", file=path.name, reason=os.strerror(error.errno or 0)) from None
    return plain(data, path.name)


def plain(data: bytes, name: str) -> str:
    """The plain text of a document: lines of text, a table row a line with `` | `` between its cells.

    ``name`` is the file's name, for messages. The text of a text file stands as it is, but for line ends; places in
    it (offsets) are places in the text returned. Raises ``DocumentError`` where nothing can be read, or where what
    would be read is not the document's text.
    """
    if len(data) > MAX_BYTES:
        raise _too_big(len(data), name)
    if not data.strip(b" \t\r\n\0"):
        raise DocumentError("empty", file=name)
    return _checked(_read(kind(data, name), data, name), name)


def _read(found: Kind, data: bytes, name: str) -> str:
    if found == "docx":
        return word_text(data, name)
    if found == "pdf":
        return pdf_text(data, name)
    if found == "html":
        return html_text(data, name)
    return decode(data, name)


def _too_big(size: int, name: str) -> DocumentError:
    megabytes = f"{size / 1024 / 1024:.1f}"
    return DocumentError("too_big", file=name, megabytes=megabytes, limit=MAX_BYTES // 1024 // 1024)


def _checked(text: str, name: str) -> str:
    """The text, known to be Chinese prose, with every character one that can be stored and shown."""
    if len(text) > MAX_CHARACTERS:
        raise DocumentError("too_long", file=name, limit=MAX_CHARACTERS)
    if not text.strip():
        raise DocumentError("no_text", file=name)
    text = _storable(text)
    if is_garbled(text):
        raise DocumentError("garbled", file=name)
    letters = sum(map(str.isalpha, text))
    chinese = sum(map(is_ideograph, text))
    if not chinese or (letters > _JUDGED_FROM and chinese < _LEAST_CHINESE * letters):
        raise DocumentError("not_chinese", file=name)
    return text


def _storable(text: str) -> str:
    """The text of the same length: no control characters, no halves of pairs, no look-alikes of ideographs."""
    replaced = {ord(letter): _replacement(letter) for letter in set(text) if not letter.isprintable()}
    replaced |= {ord(letter): _ordinary(letter) for letter in set(text) if _is_lookalike(letter)}
    return text.translate(replaced)


def _replacement(letter: str) -> str:
    if unicodedata.category(letter) == "Cs":
        return "\ufffd"
    return " " if unicodedata.category(letter) == "Cc" and letter not in "\n\t\f" else letter


def _is_lookalike(letter: str) -> bool:
    return letter in _SIMPLE_RADICALS or (
        ("\u2e80" <= letter <= "\u2fdf" or "\uf900" <= letter <= "\ufaff")
        and len(unicodedata.normalize("NFKC", letter)) == 1
    )


def _ordinary(letter: str) -> str:
    return _SIMPLE_RADICALS.get(letter) or unicodedata.normalize("NFKC", letter)
