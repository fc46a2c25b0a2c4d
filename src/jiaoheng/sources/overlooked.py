"""Cells that the workbook reader under us would get wrong, and the limits of what it may be given.

It gives Excel's errors and formulas without a result as blank cells, and a percentage as its hundredth.
Neither may come about in silence, so such cells are found in the file itself and shown as they stand:
``#DIV/0!``, ``=`` for a formula without a result, ``95.2%``. It also lays every sheet out as a full
rectangle, and repeats a text in every cell that uses it; a crafted or spoilt file would take all memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from jiaoheng.sources.errors import SourceError

MAX_CELLS = 8_000_000
MAX_TEXT_BYTES = 1024 * 1024 * 1024
FORMULA = "="
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')

Place = tuple[int, int]
Shown = Mapping[Place, str]


def percentage(share: str) -> str:
    """A share as the percentage that the sheet shows: 0.952 is 95.2%; what is no share stays as it is."""
    try:
        number = Decimal(share)
    except InvalidOperation:
        return share
    return f"{(number * 100).normalize():f}%" if number.is_finite() and abs(number.adjusted()) < 18 else f"{share}%"


def shows_percent(number_format: str) -> bool:
    """Whether a number format of Excel shows a share as a percentage, by a % that is not mere text in it."""
    return "%" in _LITERAL.sub("", number_format)


def refuse_huge(rows: int, columns: int, file: str, sheet: str) -> None:
    """Raise ``SourceError`` for a sheet whose rectangle from A1 has more than ``MAX_CELLS`` cells."""
    if rows * columns > MAX_CELLS:
        raise SourceError("too_many_cells", file=file, sheet=sheet, rows=rows, columns=columns)


def refuse_texts(size: int, file: str) -> None:
    """Raise ``SourceError`` where the texts of all cells together would take more than ``MAX_TEXT_BYTES``."""
    if size > MAX_TEXT_BYTES:
        raise SourceError("zip_bomb", file=file, megabytes=size // (1024 * 1024))
