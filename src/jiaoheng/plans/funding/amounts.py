"""Amounts as people type them."""

from __future__ import annotations

from jiaoheng.plans.funding.allocate import FundingError
from jiaoheng.plans.funding.rules import MOST_YUAN
from jiaoheng.plans.money import MoneyError, yuan_of


def fen_of(typed: str) -> int:
    """Yuan as typed, such as ``12,345,678.90`` or ``1200万``, in fen. Raises ``FundingError`` where it is no amount."""
    try:
        amount = yuan_of(typed)
    except MoneyError:
        raise FundingError("no_total", given=typed[:40]) from None
    if amount > MOST_YUAN or amount * 100 % 1:
        raise FundingError("no_total", given=typed[:40])
    return int(amount * 100)
