"""Amounts of money as people type them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from pathlib import Path

from jiaoheng.language import Refusal

MOST = Decimal(10) ** 12
_UNITS = {
    "": 1,
    "元": 1,
    "yuan": 1,
    "万": 10_000,
    "万元": 10_000,
    "亿": 100_000_000,
    "亿元": 100_000_000,
    "k": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
}


class MoneyError(Refusal):
    """What is no amount of money."""

    messages = Path(__file__).with_name("money.toml")


def yuan_of(typed: str) -> Decimal:
    """Yuan as people write it: 5000000, 5,000,000.50, 500万, 0.05 亿元. Raises ``MoneyError`` for what is no amount."""
    plain = re.sub(r"[\s,¥]", "", unicodedata.normalize("NFKC", typed)).lower()
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([a-z一-鿿]*)", plain)
    if found is None or found[2] not in _UNITS:
        raise MoneyError("no_amount", given=typed[:40])
    amount = Decimal(found[1]) * _UNITS[found[2]]
    if amount > MOST:
        raise MoneyError("too_much", given=typed[:40])
    return amount
