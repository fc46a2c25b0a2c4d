"""Word documents (.docx): paragraphs and tables in their order, with the numbers that Word draws before paragraphs.

The package is read as XML, not through python-docx: content controls, text boxes, insertions under review and
automatic numbers are no part of what that offers, and every part is checked here before it is parsed.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from lxml.etree import _Element as Element

from jiaoheng.documents.files.errors import DocumentError
from jiaoheng.documents.files.lines import in_cell, row
from jiaoheng.documents.files.word_numbers import Numbers
from jiaoheng.documents.files.word_xml import child, is_on, local, parsed, value
from jiaoheng.sources.archives import open_archive
from jiaoheng.sources.errors import SourceError

EMBEDDED_SHEET = "〔此处嵌入的工作表没有读取〕"
"""What stands for a sheet of figures that Word shows as a picture of it."""
MAX_PART = 48 * 1024 * 1024
MAX_COLUMNS = 63
"""As many as Word allows."""
_MAIN = "word/document.xml"
_MAIN_RELATION = "/officeDocument"
_LEFT_OUT = frozenset(
    ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt", "instrText", "delText", "delInstrText", "trPr", "tcPr")
)
_BLOCKS = ("p", "tbl")
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {"F0FE": "☑", "F052": "☑", "F0FC": "√", "F0A8": "□", "F06F": "□", "F0A3": "□"}


def word_text(data: bytes, file: str) -> str:
    """The text of a .docx file: a paragraph a line, a table row a line.

    Headers, footers, comments and deleted text are left out; text boxes follow the paragraph that holds them, notes
    stand at the end. Raises ``DocumentError``.
    """
    try:
        archive = open_archive(data, file)
    except SourceError as error:
        code = error.code if error.code in ("encrypted", "zip_bomb") else "damaged"
        raise DocumentError(code, file=file, reason="zip") from None
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        raise DocumentError("archive", file=file)
    main = _main_part(archive, names, file)
    body = child(_part(archive, main, file), "body")
    if body is None:
        raise DocumentError("damaged", file=file, reason=main)
    if any(local(element) == "altChunk" for element in body):
        # Another file within this one, which Word only takes in when it saves.
        raise DocumentError("other_format", file=file)

    def beside(part: str) -> Element | None:
        path = posixpath.join(posixpath.dirname(main), part)
        return _part(archive, path, file) if path in names else None

    reader = _Reader(Numbers(beside("numbering.xml"), beside("styles.xml")))
    lines = list(reader.blocks(body))
    for notes in ("footnotes.xml", "endnotes.xml"):
        lines += reader.notes(beside(notes))
    lines = [line.rstrip() for line in lines if line.strip()]
    if not lines and any("/media/" in name for name in names):
        raise DocumentError("image_only", file=file)
    return "".join(f"{line}\n" for line in lines)


def _main_part(archive: zipfile.ZipFile, names: set[str], file: str) -> str:
    """The part that holds the text, as the package itself says."""
    if "_rels/.rels" in names:
        for relation in _part(archive, "_rels/.rels", file):
            target = str(relation.get("Target") or "").lstrip("/")
            if str(relation.get("Type")).endswith(_MAIN_RELATION) and target in names:
                return target
    if _MAIN in names:
        return _MAIN
    raise DocumentError("damaged", file=file, reason=_MAIN)


def _part(archive: zipfile.ZipFile, name: str, file: str) -> Element:
    if archive.getinfo(name).file_size > MAX_PART:
        raise DocumentError("zip_bomb", file=file)
    return parsed(archive.read(name), name, file)


class _Reader:
    """Walks the body once, in order, since automatic numbers count on."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def blocks(self, container: Element, *, cell: bool = False) -> Iterator[str]:
        """The lines of the paragraphs and tables within an element; in a cell, a number may stand alone."""
        begun = ""
        boxes: list[Element] = []
        for block in _blocks(container):
            if local(block) == "tbl":
                yield from self._table(block)
                continue
            text, hanging = _inline(block)
            begun += text
            boxes += hanging
            if _runs_on(block):
                continue
            mark = self._numbers.mark(block)
            if begun.strip() or cell:
                yield from (mark.before(begun) + begun).split("\n")
            for box in boxes:
                yield from self.blocks(box)
            begun, boxes = "", []
        if begun:
            yield from begun.split("\n")

    def notes(self, part: Element | None) -> Iterator[str]:
        """The lines of footnotes or endnotes, without the rule that parts them from the text."""
        for note in part if part is not None else ():
            if local(note) in ("footnote", "endnote") and value(note, "type") in (None, "normal"):
                yield from self.blocks(note)

    def _table(self, table: Element) -> Iterator[str]:
        for line in _blocks(table, ("tr",)):
            if child(child(line, "trPr"), "del") is not None:
                continue
            cells = list(_blocks(line, ("tc",)))
            if len(cells) == 1:
                # A box, or a heading across the table: its paragraphs are text of their own.
                yield from self.blocks(cells[0])
                continue
            yield row(self._cells(line, cells))

    def _cells(self, line: Element, cells: list[Element]) -> Iterator[str]:
        """The texts in the columns of the table's grid; a merged cell's stands in its first column and row."""
        yield from [""] * _columns(value(child(child(line, "trPr"), "gridBefore"), "val"), 0)
        for cell in cells:
            properties = child(cell, "tcPr")
            merged = child(properties, "vMerge")
            goes_on = merged is not None and value(merged, "val") != "restart"
            lines = list(self.blocks(cell, cell=True))
            yield "" if goes_on else in_cell(lines)
            yield from [""] * (_columns(value(child(properties, "gridSpan"), "val"), 1) - 1)


def _columns(digits: str | None, otherwise: int) -> int:
    """A number of columns; nonsense counts as none."""
    if digits and digits.isascii() and digits.isdigit() and int(digits[:9]) <= MAX_COLUMNS:
        return int(digits)
    return otherwise


def _blocks(container: Element, wanted: tuple[str, ...] = _BLOCKS) -> Iterator[Element]:
    """The paragraphs and tables (or rows, or cells) within an element, through controls, tags and insertions."""
    waiting = list(reversed(container))
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name in wanted:
            yield element
        elif name not in _LEFT_OUT and name not in ("p", "tbl", "r"):
            waiting += reversed(_one_of_alternatives(element))


def _one_of_alternatives(element: Element) -> list[Element]:
    """What is inside an element; of content that is there twice, for newer and older programs, one."""
    if local(element) == "AlternateContent":
        return list(element)[:1]
    return list(element)


def _inline(paragraph: Element) -> tuple[str, list[Element]]:
    """The text of a paragraph, and the text boxes that hang on it."""
    pieces: list[str] = []
    boxes: list[Element] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name == "t":
            pieces.append((element.text or "").replace("\n", " "))
        elif name in _MARKS:
            pieces.append(_MARKS[name])
        elif name == "sym":
            pieces.append(_SYMBOLS.get((value(element, "char") or "").upper(), ""))
        elif name == "OLEObject" and (element.get("ProgID") or "").startswith("Excel"):
            pieces.append(EMBEDDED_SHEET)
        elif name == "txbxContent":
            boxes.append(element)
        elif name in _LEFT_OUT or (name == "r" and is_on(child(child(element, "rPr"), "vanish"))):
            continue
        else:
            waiting += reversed(_one_of_alternatives(element))
    return "".join(pieces), boxes


def _runs_on(paragraph: Element) -> bool:
    """Whether the end of the paragraph was deleted under review, so that the next one goes on in its line."""
    return child(child(child(paragraph, "pPr"), "rPr"), "del") is not None
