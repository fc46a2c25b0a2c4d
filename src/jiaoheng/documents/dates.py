"""Years, months and days as plans write them."""

from __future__ import annotations

import calendar
import re

_HAN_DIGITS = {"○": 0, "〇": 0, "零": 0, "O": 0, "o": 0, "0": 0}
_HAN_DIGITS |= {character: value for value, character in enumerate("一二三四五六七八九", start=1)}
_HAN_DIGITS |= {str(value): value for value in range(10)}
DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d|二[○〇零O0o][○〇零O0o一二三四五六七八九]{2})年"
    r"(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月)?(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?"
)


def han_year(written: str) -> int:
    """The year that four signs name one by one (二〇二三 is 2023)."""
    year = 0
    for character in written:
        year = year * 10 + _HAN_DIGITS[character]
    return year


def _small(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, _, ones = written.rpartition("十")
    if "十" not in written:
        return _HAN_DIGITS.get(written, 0) if len(written) == 1 else 0
    return (_HAN_DIGITS.get(tens, 1)) * 10 + (_HAN_DIGITS[ones] if ones else 0)


def iso(match: re.Match[str]) -> str | None:
    """A year alone as its digits, a month as its last day, a day as an ISO date; None where there is no such day."""
    year = han_year(match["year"])
    if not match["month"]:
        return str(year)
    month = _small(match["month"])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = _small(match["day"]) if match["day"] else last
    return f"{year}-{month:02}-{day:02}" if 1 <= day <= last else None
