"""Education communities and school groups: tables of core and member schools, and sentences that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from jiaoheng.documents.group_tables import Row, tables
from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Group, Member
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.school_lists import begins_school, is_school, schools


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
    places = [span for row in rows for column in ("name", "core", "members") for span in row.spans(column)]
    start, end = repaired.span(min(places)[0], max(place[1] for place in places))
    name = names[0] if names else core[0].name
    members = tuple(member for member in _members(repaired, rows, "members") if member not in core)
    return Group(name, core, members, start, end, stages[0] if stages else None)


def _members(repaired: Repaired, rows: list[Row], column: str) -> tuple[Member, ...]:
    found = [member for row in rows for start, end in row.spans(column) for member in schools(repaired, start, end)]
    return tuple(dict.fromkeys(found))


_CORE = r"(?:核心|龙头|牵头|总|主|引领|领航|盟主|组长)(?:学校|校|园|幼儿园)"
_MEMBERS = r"(?:成员|分|加盟|结对|联盟|被帮扶|受援|协作)(?:学校|校|园|幼儿园)"
# The core school before its role (X为核心校, 由X牵头) or behind it (核心校:X); the members likewise.
_CORE_AFTER = re.compile(rf"(?:作为|为){_CORE}|牵头|领衔")
_CORE_BEFORE = re.compile(rf"{_CORE}(?:为|是|:)")
_MEMBERS_AFTER = re.compile(rf"(?:作为|为){_MEMBERS}")
_MEMBERS_BEFORE = re.compile(rf"{_MEMBERS}(?:为|有|包括|是|:)")
_ROLES = re.compile(
    rf"(?P<core_before>{_CORE_BEFORE.pattern})|(?P<members_before>{_MEMBERS_BEFORE.pattern})"
    rf"|(?P<core_after>{_CORE_AFTER.pattern})|(?P<members_after>{_MEMBERS_AFTER.pattern})"
)
_SENTENCE = re.compile(r"[^。\n]+")
_LONGEST_SENTENCE = 1500
_MOST_ROLES = 40  # in one sentence; more are no sentence about groups
_LONGEST_LIST = 400
_STARTS = "。;:,(\n"
_NAME = re.compile(
    r"(?:组建|成立|建立|打造|建设|做强)?(?P<name>[\u4e00-\u9fff“”·]{2,24}?(?:教共体|教育集团|集团|共同体|联盟|学区|发展体|联合体))"
    r"(?=[:,(]|由|以|是|—)"
)


def _of_sentences(repaired: Repaired, outline: Outline) -> Iterator[Group]:
    for paragraph in outline.paragraphs:
        if paragraph.kind not in ("table", "contents"):
            for sentence in _SENTENCE.finditer(repaired.text, paragraph.start, paragraph.end):
                if sentence.end() - sentence.start() <= _LONGEST_SENTENCE:
                    yield from _of_sentence(repaired, *sentence.span())


def _of_sentence(repaired: Repaired, start: int, end: int) -> Iterator[Group]:
    """The groups of one sentence: each core school with the members named after it."""
    text = repaired.text
    core: tuple[Member, ...] = ()
    core_start = start
    for role in islice(_ROLES.finditer(text, start, end), _MOST_ROLES):
        kind = role.lastgroup or ""
        span = (
            _list_behind(text, role.end(), end) if kind.endswith("before") else _list_ahead(text, start, role.start())
        )
        named = tuple(schools(repaired, *span)) if span[0] < span[1] else ()
        if not named or not all(is_school(member.name) for member in named):
            continue
        if kind.startswith("core"):
            core, core_start = named, min(span[0], role.start())
            if kind == "core_after" and role.group() in ("牵头", "领衔"):
                members = _bare_members(repaired, role.end(), end)
                if members:
                    yield _told(repaired, start, core_start, core, members)
                    core = ()
        elif core:
            last = max(span[1], role.end())
            yield _told(repaired, start, core_start, core, (named, last))
            core = ()


def _list_behind(text: str, start: int, end: int) -> tuple[int, int]:
    """The list of schools that begins here, to the first mark outside brackets that no school follows."""
    depth = 0
    for place in range(start, min(end, start + _LONGEST_LIST)):
        character = text[place]
        depth += (character == "(") - (character == ")")
        if depth < 0 or (depth == 0 and character in ";:。\n"):
            return start, place
        if depth == 0 and character == "," and not begins_school(text, place + 1, end):
            return start, place
    return start, min(end, start + _LONGEST_LIST)


def _list_ahead(text: str, start: int, end: int) -> tuple[int, int]:
    """The list of schools that ends here."""
    depth = 0
    first = end
    while first > max(start, end - _LONGEST_LIST):
        character = text[first - 1]
        depth += (character == ")") - (character == "(")
        if depth < 0 or (depth == 0 and character in _STARTS):
            break
        first -= 1
    leading = re.compile(r".*(?:由|以|联合|带动|吸纳)").match(text, first, end)
    if leading:
        first = leading.end()
    return first, end


def _bare_members(repaired: Repaired, start: int, end: int) -> tuple[tuple[Member, ...], int] | None:
    """Members that follow 牵头 without a role of their own: 由甲小学牵头,联合乙小学、丙小学."""
    opening = re.compile(r"[,、]?(?:联合|带动|辐射|吸纳|与|携手)").match(repaired.text, start, end)
    if not opening:
        return None
    span = _list_behind(repaired.text, opening.end(), end)
    named = tuple(schools(repaired, *span))
    return (named, span[1]) if named and all(is_school(member.name) for member in named) else None


def _told(
    repaired: Repaired, start: int, core_start: int, core: tuple[Member, ...], members: tuple[tuple[Member, ...], int]
) -> Group:
    names = list(_NAME.finditer(repaired.text, start, core_start))
    first = names[-1].start("name") if names else core_start
    name = repaired.words(*names[-1].span("name")) if names else core[0].name
    begin, last = repaired.span(first, members[1])
    return Group(name, core, tuple(member for member in members[0] if member not in core), begin, last)
