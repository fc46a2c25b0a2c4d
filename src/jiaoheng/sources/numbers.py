"""Numbers as people write them, read exactly or not at all."""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

LARGEST = 2**53
_EXACTLY = Context(prec=200)

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+)(?:\.\d+)?", re.ASCII)
_SEPARATED = re.compile(r"[+-]?\d[\d,' .]*", re.ASCII)
_TRAILING = re.compile(r"\s*([^\d\s.,'+-][^\s]*)\Z", re.ASCII)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u2009": " ", "\u202f": " "})


class NotANumberError(Exception):
    """Text that is no number; ``code`` is the problem to report."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def split_unit(text: str) -> tuple[str, str]:
    """A figure and the unit behind it, which is empty where there is none."""
    found = _TRAILING.search(text)
    return (text[: found.start()], found.group(1)) if found and found.start() else (text, "")


def decimal(text: str) -> Decimal:
    """The number that half-width text says, its thousands separators taken out.

    Raises ``NotANumberError`` for a separator out of place (``1,23``), a percentage, and what is no number.
    """
    text = text.translate(_MINUS).strip()
    if _GROUPED.fullmatch(text):
        text = re.sub("[,' ]", "", text)
    elif not _PLAIN.fullmatch(text):
        if text.endswith(("%", "‰")):
            raise NotANumberError("cell_percent")
        raise NotANumberError("cell_separator" if _SEPARATED.fullmatch(text) else "cell_not_number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotANumberError("cell_not_number") from None


def times(number: Decimal, factor: float) -> Decimal:
    """A figure in another unit, without the noise of binary fractions: 12.34 times 10000 is 123400."""
    return number if factor == 1 else _EXACTLY.multiply(number, Decimal(repr(factor)))


def exact_integer(number: Decimal) -> int:
    """The integer that a number is. Raises ``NotANumberError`` for a fraction or an absurd size."""
    if number.copy_abs() > LARGEST:
        raise NotANumberError("cell_too_large")
    if number != number.to_integral_value():
        raise NotANumberError("cell_not_integer")
    return int(number)


def nearest_float(number: Decimal) -> float:
    """The double nearest to a number. Raises ``NotANumberError`` where it is too large or vanishes."""
    if number.copy_abs() > LARGEST:
        raise NotANumberError("cell_too_large")
    value = float(number)
    if value == 0 and number != 0:
        raise NotANumberError("cell_not_number")
    return value
