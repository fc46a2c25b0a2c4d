"""Education communities and school groups: tables of core and member schools, and sentences that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.group_tables import Row, tables
from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Group, Member
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.school_lists import schools


def groups(repaired: Repaired, outline: Outline) -> tuple[Group, ...]:
    """The groups that the document's tables and sentences name, in its order; each school as written."""
    found = [group for rows in tables(repaired, outline) for group in _of_table(repaired, rows)]
    found += _of_sentences(repaired, outline)
    return tuple(sorted(found, key=lambda group: group.start))


def _of_table(repaired: Repaired, rows: list[Row]) -> Iterator[Group]:
    """The groups of one table; a row without a name or a core school goes on with the group above."""
    open_rows: list[Row] = []
    for row in rows:
        new = row.text("name") or row.text("core")
        if new and open_rows:
            yield _group(repaired, open_rows)
            open_rows = []
        if new or open_rows:
            open_rows.append(row)
    if open_rows:
        yield _group(repaired, open_rows)


def _group(repaired: Repaired, rows: list[Row]) -> Group:
    core = _members(repaired, rows, "core")
    names = [row.words(repaired, "name") for row in rows if row.text("name")]
    stages = [row.words(repaired, "stage") for row in rows if row.text("stage")]
    start, end = repaired.span(rows[0].start, rows[-1].end)
    name = names[0] if names else core[0].name
    members = tuple(member for member in _members(repaired, rows, "members") if member not in core)
    return Group(name, core, members, start, end, stages[0] if stages else None)


def _members(repaired: Repaired, rows: list[Row], column: str) -> tuple[Member, ...]:
    found = [member for row in rows for start, end in row.spans(column) for member in schools(repaired, start, end)]
    return tuple(dict.fromkeys(found))


_SCHOOL = r"[\u4e00-\u9fffA-Za-z0-9“”]{1,24}?(?:小学|中学|学校|幼儿园|初中|高中|[一二三四五六七八九十]{1,3}[中小幼]|完小|中心校|中心园|校区|教学点|分校|分园|实小|附小|附中)"
_BRACKET = r"(?:\([^()\n]{0,120}\))?"
_LIST = rf"{_SCHOOL}{_BRACKET}(?:[、,及和与]{_SCHOOL}{_BRACKET}){{0,60}}"
_CORE_ROLE = r"(?:核心|龙头|牵头|总|主|引领|领航|盟主|组长)(?:学校|校|园|幼儿园|单位)"
_MEMBER_ROLE = r"(?:成员|分|加盟|结对|联盟|帮扶|被帮扶|受援|协作|参与)(?:学校|校|园|幼儿园|单位)"
_NAME = r"(?:(?P<name>[\u4e00-\u9fff“”·]{2,24}?(?:教共体|教育集团|集团|共同体|联盟|学区|发展体|联合体|片区))(?:[:,(]|由|以|是|—+)*)?"
_SENTENCES = (
    re.compile(
        rf"{_NAME}(?:由|以)?(?P<core>{_LIST})(?:(?:作)?为{_CORE_ROLE}|牵头|领衔)[,;、](?:以|联合|带动|辐射|{_MEMBER_ROLE}(?:为|有|包括|是|:))?"
        rf"(?P<members>{_LIST})(?:等)?(?:(?:作)?为{_MEMBER_ROLE}|(?=[。;\n)]|\Z))"
    ),
    re.compile(
        rf"{_NAME}{_CORE_ROLE}(?:为|是|:)(?P<core>{_LIST})[,;。\n]*{_MEMBER_ROLE}(?:为|有|包括|是|:)(?P<members>{_LIST})"
    ),
)
_MAY_TELL = re.compile(rf"{_CORE_ROLE}|牵头|领衔")


def _of_sentences(repaired: Repaired, outline: Outline) -> Iterator[Group]:
    text = repaired.text
    for paragraph in outline.paragraphs:
        if paragraph.kind in ("table", "contents") or not _MAY_TELL.search(text, paragraph.start, paragraph.end):
            continue
        for start, end in _clauses(text, paragraph.start, paragraph.end):
            match = next((m for pattern in _SENTENCES if (m := pattern.search(text, start, end))), None)
            if match:
                yield _told(repaired, match)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences that may name a group: with a core role and a school; very long ones are no sentences."""
    for match in re.compile(r"[^。\n]+").finditer(text, start, end):
        if match.end() - match.start() <= 1500 and _MAY_TELL.search(text, match.start(), match.end()):
            yield match.span()


def _told(repaired: Repaired, match: re.Match[str]) -> Group:
    core = tuple(schools(repaired, *match.span("core")))
    members = tuple(schools(repaired, *match.span("members")))
    name = repaired.words(*match.span("name")) if match["name"] else core[0].name
    start, end = repaired.span(match.start(), match.end())
    return Group(name, core, tuple(member for member in members if member not in core), start, end)
