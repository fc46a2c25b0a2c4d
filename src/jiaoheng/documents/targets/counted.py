"""Numbers of things: verb and thing, before and after the number, make the subject."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.documents.targets.completion import completed, of_project
from jiaoheng.documents.targets.drafts import Draft, draft
from jiaoheng.documents.targets.figures import Figure
from jiaoheng.documents.targets.implied import implied
from jiaoheng.documents.targets.items import EACH_OF, Item, told
from jiaoheng.documents.targets.lists import PLACE_HEAD, head_above, head_of, names_a_thing, thing_after
from jiaoheng.documents.targets.sentence import Sentence
from jiaoheng.documents.targets.subjects import (
    ADDED,
    added_end,
    has_verb,
    head_end,
    is_group,
    opened,
    parts,
    spread,
    strong_verb,
    thing_end,
    without_group,
    without_modals,
)


def counted(
    read: Sentence, index: int, items: list[Item], place: int, above: list[Draft], found: list[Draft]
) -> list[Draft]:
    """A number of things: verb and thing, before and after the number, make its subject."""
    hidden, text = read.hidden, read.words
    item = items[place]
    start = opened(hidden, *item.left)
    figure = implied(hidden, item.left[0], item.figure)
    actor = PLACE_HEAD.match(hidden[start : figure.start])
    if actor:
        start = opened(hidden, start + actor.end(), figure.start)
    start = _after_circumstance(hidden, start, figure.start)
    end = item.left[1]
    right = item.right
    first = right[0] + (1 if hidden.startswith("的", right[0]) and right[1] - right[0] > 1 else 0)
    last = thing_end(hidden, first, right[1]) if first < right[1] else right[1]
    if start >= figure.start and _ACHIEVES.match(hidden, last, right[1]):
        last = right[1]  # 三个以上县(市、区)实现优质均衡
    thing = "" if text[first:last].startswith(("(", "（")) else _essential(text[first:last])
    last = last if thing else figure.last
    each = EACH_OF.search(hidden, start, end) if end > start else None
    if (figure.before in ("+=", "-=") and figure.wording) or figure.wording == "完成":
        # 新增3所, 增加1200个, 完成20所: the verb says what is done and stays.
        end = max(end, figure.number)
    if place and figure.comparator == "=" and _at_least(hidden, items[:place]) and not has_verb(hidden, start, end):
        # 至少建有1间录播室、1间创客课室: what is said of the first holds for all.
        figure = msgspec.structs.replace(figure, before=">=")
    left = without_modals(_kept(text, hidden, start, end, figure))
    head = head_of(read, items, place, start, end) or head_above(read, index, start, end, above)
    if figure.comparator == "+=":
        # The comparator says 新增, the subject what is added.
        start = added_end(hidden, start, end)
        left = without_modals(_kept(text, hidden, start, end, figure))
    if head and figure.comparator == "=" and ADDED.match(head):
        figure = msgspec.structs.replace(figure, before="+=")
        head = ADDED.sub("", head, count=1)
    stop = max(last, figure.last)
    if place + 1 < len(items) and is_group(thing):
        # 3个省级、10个市级、20个县级名师工作室: the levels share the thing of the last.
        thing += without_group(thing_after(read, items[-2:], 0))
    elif not thing and place + 1 < len(items) and not names_a_thing(hidden, start, end):
        # 新建5所、改扩建3所公办幼儿园: the thing is named once, at the end.
        thing = thing_after(read, items, place)
    if each:
        noun_at = head_end(hidden, start, each.start())
        spans = parts(hidden, noun_at, each.start(), None)
        if len(spans) > 1:
            lead = text[start:noun_at]
            thing = text[each.start() + 1 : end].rstrip("有为") + thing
            return [draft(figure, start, stop, lead + words + thing) for words in spread(text, spans)]
    subject = _tidy(head + left + thing)
    if thing and (project := of_project(read, index, subject)):
        subject = project  # 规划60个教学班
    elif not thing or (is_group(subject) and figure.comparator != "+="):
        subject = completed(read, index, subject, figure, [*above, *found])
    return [told(read, msgspec.structs.replace(item, figure=figure), start, stop, subject)]


_ACHIEVES = re.compile(r"(?:实现|达到|形成)(?!度)")
_LONGEST_THING = 16


def _essential(thing: str) -> str:
    """A counted thing without a long list of its virtues: 设施完备、环境优美的品牌学校 → 品牌学校."""
    core = thing.rfind("的")
    if len(thing) > _LONGEST_THING and "、" in thing[: max(core, 0)] and len(thing) - core > 3:
        return thing[core + 1 :]
    return thing


_CIRCUMSTANCE = re.compile(r"(?:面向|围绕|依托|通过|结合|按照|根据|针对|利用|采取|建立健全)[^,;]{10,}")


def _after_circumstance(hidden: str, start: int, end: int) -> int:
    """Where the deed begins after words of how and from where (面向重点高校招聘)."""
    verb = strong_verb(hidden, start, end)
    return verb if verb is not None and _CIRCUMSTANCE.fullmatch(hidden, start, verb) else start


def _at_least(hidden: str, items: list[Item]) -> bool:
    return "至少" in hidden[items[0].left[0] : items[0].figure.number]


def _kept(text: str, hidden: str, start: int, end: int, figure: Figure) -> str:
    words = text[start:end]
    words = re.sub(r"(?<![年校人生户班])均\Z", "", words)
    return re.sub(r"(?:要有|(?<![建设配含具享拥])有|各|共|共计|达到|达|为|:)\Z", "", words) if words else words


def _tidy(words: str) -> str:
    return words.strip(",、;:。 ()")
