"""Files as plain grids of cells, before anybody asks what they mean: workbooks and text tables."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import cast

import msgspec
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
    XmlError,
    ZipError,
)

from jiaoheng.sources import overlooked_ods, overlooked_xls, overlooked_xlsx
from jiaoheng.sources.archives import open_archive
from jiaoheng.sources.compound import SIGNATURE
from jiaoheng.sources.delimited import read_delimited
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import read_bytes
from jiaoheng.sources.overlooked import Place, Shown

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")

_STANDARD_ERROR = threading.Lock()
_ZIP = b"PK\x03\x04"
_READER_ERRORS = (CalamineError, PasswordError, WorksheetNotFound, XmlError, ZipError, OSError, ValueError)


class Broken(str):
    """A cell without a value: an Excel error such as ``#DIV/0!``, or ``=`` for a formula without a result."""

    __slots__ = ()


class Grid(msgspec.Struct, frozen=True):
    """One sheet: ``rows[i]`` is the row that Excel numbers i + 1, ``rows[i][j]`` its j-th column from A.

    A blank cell is an empty string. Numbers are int or float, the rest str, bool, date, datetime, time or
    timedelta, or ``Broken``; a cell shown as a percentage is text such as ``95.2%``. In text files every cell
    is text. A merged range has its value in the first cell; ``merged`` gives the ranges as zero-based
    ((first row, first column), (last row, last column)). Rows may differ in length. ``complete`` is False
    for a text file whose last line has no end, as one that was cut short. ``mended`` are cells, and ``dropped``
    rows, that the user set right afterwards: such a cell is one for itself whatever was merged there.
    """

    file: str
    sheet: str
    rows: tuple[tuple[object, ...], ...]
    merged: tuple[tuple[Place, Place], ...] = ()
    visible: bool = True
    complete: bool = True
    mended: frozenset[Place] = frozenset()
    dropped: frozenset[int] = frozenset()


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet of a workbook (.xlsx, .xlsm, .xls, .ods); the one table of a text file (.csv, .tsv, .txt).

    Raises ``SourceError`` for a file that cannot be read, is locked, damaged, cut short or dangerously big.
    """
    suffix = path.suffix.lower()
    if suffix not in WORKBOOKS + TEXTS:
        raise SourceError("unknown_format" if path.exists() else "not_found", file=path.name)
    data = read_bytes(path)
    if suffix in TEXTS:
        if data.startswith((_ZIP, SIGNATURE)):
            raise SourceError("unknown_format", file=path.name)
        rows = read_delimited(data, path.name)
        return (Grid(path.name, "", rows, complete=data.rstrip(b"\0").endswith((b"\n", b"\r"))),)
    if data.startswith(_ZIP):
        return _read_zipped(data, path.name)
    if data.startswith(SIGNATURE):
        cells = overlooked_xls.overlooked(data, path.name)
        with _quietly():
            return _read_sheets(data, path.name, cells)
    raise SourceError("not_a_workbook", file=path.name)


def _read_zipped(data: bytes, file: str) -> tuple[Grid, ...]:
    with open_archive(data, file) as archive:
        names = archive.NameToInfo
        if "xl/workbook.xml" in names:
            return _read_sheets(data, file, overlooked_xlsx.overlooked(archive, file))
        if "content.xml" in names:
            return _read_sheets(data, file, overlooked_ods.overlooked(archive, file))
    raise SourceError("not_a_workbook", file=file)


def _read_sheets(data: bytes, file: str, overlooked: tuple[Shown, ...]) -> tuple[Grid, ...]:
    """The sheets of a workbook; a crash inside the reader is a damaged file like any other."""
    grids = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [about for about in workbook.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) != len(overlooked):
            raise SourceError("damaged", file=file, reason="sheets")
        for about, cells in zip(sheets, overlooked, strict=True):
            sheet = workbook.get_sheet_by_name(about.name)
            rows = cast(list[list[object]], sheet.to_python(skip_empty_area=False))
            _put_back(rows, cells)
            merged = tuple(sheet.merged_cell_ranges or ())
            visible = about.visible == SheetVisibleEnum.Visible
            grids.append(Grid(file, about.name, tuple(map(tuple, rows)), merged, visible))
    except PasswordError:
        raise SourceError("encrypted", file=file) from None
    except _READER_ERRORS as error:
        raise SourceError("damaged", file=file, reason=type(error).__name__) from None
    except BaseException as error:
        # A panic of the reader, which is written in Rust, arrives as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError("damaged", file=file, reason="panic") from None
    return tuple(grids)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the reader's own cries over a damaged .xls file off the screen: its panics write to standard error."""
    with _STANDARD_ERROR, ExitStack() as undo:
        # A program without a console has no standard error, and nothing to keep quiet.
        with suppress(OSError):
            kept = os.dup(2)
            undo.callback(os.close, kept)
            undo.callback(os.dup2, kept, 2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            undo.callback(os.close, nowhere)
            os.dup2(nowhere, 2)
        yield


def _put_back(rows: list[list[object]], cells: Shown) -> None:
    """Show the cells that the reader left out, growing the grid where they lie outside of it."""
    for (row, column), text in cells.items():
        while len(rows) <= row:
            rows.append([])
        line = rows[row]
        line.extend([""] * (column + 1 - len(line)))
        line[column] = text if text.endswith("%") else Broken(text)
