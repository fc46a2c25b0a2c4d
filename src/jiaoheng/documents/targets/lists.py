"""What the items of a list share: the verb of the first, the thing of the last."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.items import Item
from jiaoheng.documents.targets.sentence import Sentence
from jiaoheng.documents.targets.subjects import (
    begins_with_verb,
    has_verb,
    head_end,
    opened,
    strong_verb,
    thing_end,
    without_modals,
)

PLACE_HEAD = re.compile(
    r"\A(?!各|每)[^,;]{0,40}[县市区镇乡州局委府校园](?=(?:至少|要|应|须|力争|计划|每年)?(?:新创建|新建|新增|创建|建设|建成|培育|打造|引进|招聘|组建|设立))"
)


def names_a_thing(hidden: str, start: int, end: int) -> bool:
    """Whether a thing is named after the verb before the number."""
    return (
        end > start
        and head_end(hidden, start, end) < end
        and not re.fullmatch(r".{0,6}(?:建|设|增|扩|造|立|育|聘|训|选|备|展|织|办)", hidden[start:end])
    )


def thing_after(read: Sentence, items: list[Item], place: int) -> str:
    """The thing that a later item names for all: 新建5所、改扩建3所公办幼儿园."""
    for following in items[place + 1 :]:
        if following.counts_first:
            first, last = following.right
            return read.words[first : thing_end(read.hidden, first, last)]
        if names_a_thing(read.hidden, *following.left):
            return ""
    return ""


def head_above(read: Sentence, index: int, start: int, end: int, earlier: list[Draft]) -> str:
    """The verb of the clause before for a clause of a bare thing and its number: 建成省级高中3所,市级高中5所."""
    hidden = read.hidden
    if index == 0 or not earlier or end <= start or not read.clauses[index - 1].figures:
        return ""
    if (
        strong_verb(hidden, start, end) is not None
        or has_verb(hidden, start, min(end, start + 4))
        or re.search("每|人手", hidden[start:end])
    ):
        return ""
    above = read.clauses[index - 1]
    if read.clauses[index].bracket and not above.bracket:
        return earlier[-1].subject
    first = opened(hidden, above.start, above.end)
    last = above.figures[-1].start
    verb = strong_verb(hidden, first, last)
    if verb is None or verb - first > 4:
        return ""
    return read.words[first : head_end(hidden, first, last)]


_LONGEST_LIST = 12


def head_of(read: Sentence, items: list[Item], place: int, start: int, end: int) -> str:
    """What a later item of a list takes over from the first: 新建 for 、2所义务教育学校."""
    hidden = read.hidden
    if place == 0 or (
        end > start and has_verb(hidden, start, min(end, start + 4)) and strong_verb(hidden, start, end) is not None
    ):
        return ""
    for earlier in reversed(items[max(0, place - _LONGEST_LIST) : place]):
        if not earlier.figure.counted:
            return ""
        first = opened(hidden, *earlier.left)
        last = max(earlier.left[1], earlier.figure.number if earlier.figure.before in ("+=", "-=") else 0)
        if last <= first or (strong_verb(hidden, first, last) is None and not begins_with_verb(hidden, first, last)):
            continue
        actor = PLACE_HEAD.match(hidden[first:last])
        if actor:
            first = opened(hidden, first + actor.end(), last)
        stop = last if earlier.counts_first else head_end(hidden, first, last)
        return without_modals(read.words[first:stop])
    return ""
