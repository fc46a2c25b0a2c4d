"""The deadline of a whole task: after a label, in its title, at the head of a phase."""

from __future__ import annotations

import re

from jiaoheng.documents.dates import DATE, iso
from jiaoheng.documents.outline import Section

_LABEL = re.compile(r"(?:完成|办理|整改)?(?:时限|时间|期限)(?:要求|节点)?:(?:到|于)?")
_BEFORE = re.compile(r"(?:年?底|月?底|月?末|上旬|中旬|下旬)?(?:之?前|以前)")

_ONWARDS = re.compile(r"(?:年?底|月?底|月?末|[上中下]旬)?(?:以后|之后|起|开始)")


def task_due(text: str, section: Section) -> str | None:
    """The deadline that is set for the task as a whole, or None."""
    label = _LABEL.search(text, section.title_start, section.end)
    if label:
        found = DATE.match(text, label.end(), section.end)
        return iso(found) if found else None
    heading = DATE.search(text, section.title_start, section.title_end)
    if heading and _ONWARDS.match(text, heading.end()):
        return None
    if heading and (section.part == "phases" or _BEFORE.match(text, heading.end())):
        return _closing(text, heading, section.title_end)
    opening = DATE.match(text, section.body, section.own_end)
    if opening and section.part == "phases" and not _ONWARDS.match(text, opening.end()):
        return _closing(text, opening, section.own_end)
    return None


_RANGE = re.compile(r"(?:[上中下]旬|初|底|末)?(?:[—\-~至到]+|——)")
_MONTH_DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月)?(?:(?P<day>\d{1,2})[日号])?"
)


def _closing(text: str, opening: re.Match[str], end: int) -> str | None:
    """The last day of a span that begins with this date (2024年6月至8月), or of the date itself."""
    dash = _RANGE.match(text, opening.end(), end)
    last = _MONTH_DAY.match(text, dash.end(), end) if dash else None
    if last is None or not (last["year"] or last["month"] or last["day"]):
        return iso(opening)
    written = f"{last['year'] or opening['year']}年"
    if last["month"] or not last["year"]:
        written += f"{last['month'] or opening['month']}月" + (f"{last['day']}日" if last["day"] else "")
    found = DATE.fullmatch(written)
    return iso(found) if found else iso(opening)
