"""Text as it stands in people's files, and made comparable: of one width, without what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache

from jiaoheng.sources.numbers import LARGEST

# Control characters too, but for tabs and line ends: no database holds a zero character, and some turn text round.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x00A0: 0x20,
    0xFFE5: 0xA5,
}
_TOTAL = re.compile(r"(?:.{0,12}[合总總小共][计計][数數]?|[总總][数數]|(?:sub|grand)?total|sum)\s*:?", re.IGNORECASE)


def as_text(raw: object) -> str:
    """A cell as it reads in the sheet: 45 for 45.0, an ISO date, plain text."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) <= LARGEST else repr(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ")
    if isinstance(raw, date | time):
        return raw.isoformat()
    return "" if raw is None else str(raw)


def visible(text: str) -> str:
    """Text without marks that cannot be seen."""
    return _INVISIBLE.sub("", text)


def narrow(text: str) -> str:
    """Text with full-width letters, digits and signs made half-width, without invisible marks.

    Other look-alikes stay: a full NFKC would turn 10³ into 103.
    """
    return visible(text).translate(_FULL_WIDTH).strip()


def shown(cell: object) -> str:
    """A cell as a person reads it: full-width letters narrowed, no ``.0`` behind whole numbers."""
    return narrow(as_text(cell))


@lru_cache(maxsize=2**16)
def tidy(text: str) -> str:
    """A name as it is compared: width, case, blanks and line breaks do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_total(text: str) -> bool:
    """Whether a row with this key or name adds up others, which would count them twice: 合计, 全县总计, Total."""
    return not text.isdigit() and bool(_TOTAL.fullmatch("".join(text.split())))
