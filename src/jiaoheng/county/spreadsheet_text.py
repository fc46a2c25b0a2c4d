"""Text that a spreadsheet would take for a formula, and how it is kept from it."""

from __future__ import annotations

import re

# A spreadsheet takes text with one of these in front for a formula, some of either width, after any blanks.
_FORMULA = re.compile("['\\s]*[=+@\\-\uff1d\uff0b\uff20\uff0d\t\r]")
_NUMBER = re.compile(r"[+-]?(\d[\d,]*(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?", re.ASCII)


def harmless(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would calculate it; plain numbers stay as they are."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def original(cell: str) -> str:
    """The cell without that apostrophe."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
