"""Years, months and days of a sentence: until when a promise holds, and which year a comparison starts from."""

from __future__ import annotations

import calendar
import re
from typing import Literal

import msgspec

Role = Literal["due", "base", "none"]
"""``due``: by or in this year; ``base``: what is compared with (比2020年); ``none``: a date that governs nothing."""


class Date(msgspec.Struct, frozen=True):
    """A date at ``text[start:end]``; ``due`` is a year or the ISO date of the month's end; ``year`` its year.

    ``first`` is the first year of a span (2023—2025年).
    """

    start: int
    end: int
    due: str
    year: int
    role: Role = "due"
    first: int | None = None


_PLANS = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?P<span>(?P<first>{_YEAR})年?[-—–~至到]{{1,2}}(?P<last>{_YEAR})(?:年|学年|秋|春))"
    rf"|(?P<year>{_YEAR})(?:年度?|(?=[/.]\d))(?:(?P<month>1[0-2]|0?[1-9])月)?(?:(?P<day>3[01]|[12]\d|0?[1-9])日)?"
    r"|[“\"]?(?P<plan>十[二三四五六])五[”\"]?(?P<part>期?末|时期|期间|规划期)"
)
_COMPARED = re.compile(r"(?:比|较|与|同|以)(?:“?十.五”?|上一?)?\Z")
_SINCE = re.compile(
    r"\A(?:度)?(?:以来|起|开始|之后|以后|的(?!目标)|基础上|相比|水平|基数|版|修订|第|出台|印发|发布|实施的|制定)"
)
_ON_BASE = re.compile(r"\A(?:的)?基础上|\A相比|\A基数上")
_FROM = re.compile(r"(?:自|从|由|于|在)\Z")


def dates(text: str) -> list[Date]:
    """Every date of the text, from left to right."""
    return [_date(text, match) for match in _DATE.finditer(text)]


def _date(text: str, match: re.Match[str]) -> Date:
    start, end = match.span()
    before, after = text[max(0, start - 8) : start], text[end : end + 6]
    role: Role = "due"
    if _COMPARED.search(before) or _ON_BASE.match(after):
        role = "base"
    elif after.startswith("的") and not after.startswith(("的目标", "的总目标")):
        # 由2020年的85%提高到2025年的95%
        role = "base" if _FROM.search(before) else "due"
    elif _SINCE.match(after):
        role = "none"
    if match["span"]:
        return Date(start, end, match["last"], int(match["last"]), role, int(match["first"]))
    if match["plan"]:
        year = _PLANS[match["plan"]]
        return Date(start, end, str(year), year, role)
    year = int(match["year"])
    if match["month"]:
        month = int(match["month"])
        day = int(match["day"]) if match["day"] else calendar.monthrange(year, month)[1]
        if day <= calendar.monthrange(year, month)[1]:
            return Date(start, end, f"{year}-{month:02}-{day:02}", year, role)
    return Date(start, end, str(year), year, role)
