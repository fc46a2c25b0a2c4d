"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from jiaoheng.plans.funding.allocate import FundingError
from jiaoheng.plans.funding.rules import MOST_YUAN


def fen_of(typed: str) -> int:
    """Yuan as typed, such as ``12,345,678.90``, in fen. Raises ``FundingError`` where it is no amount."""
    plain = typed.strip().replace(",", "").replace("，", "").removesuffix("元").strip()
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise FundingError("no_total", given=typed[:40]) from None
    if not amount.is_finite() or not 0 <= amount <= MOST_YUAN or amount * 100 % 1:
        raise FundingError("no_total", given=typed[:40])
    return int(amount * 100)
