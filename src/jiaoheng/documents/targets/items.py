"""The promised figures of a clause, each with the words that belong to it."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.documents.targets.drafts import Draft, draft
from jiaoheng.documents.targets.figures import Figure
from jiaoheng.documents.targets.filters import is_promise
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import Span, has_verb, strong_verb


class Item(msgspec.Struct, frozen=True):
    """One figure of a clause with the words that belong to it: ``left`` before the comparison, ``right`` after."""

    figure: Figure
    left: Span
    right: Span
    baseline: float | None = None
    baseline_year: int | None = None

    @property
    def counts_first(self) -> bool:
        """Whether the thing stands after the number (3所幼儿园)."""
        return self.right[1] > self.right[0]


_RISE = re.compile(
    r"\A[^,;%]{0,8}(?:提高|提升|增加|增长|扩大|上升|升|提|调整|上调|降低|下降|减少|增|减|降|压减|发展|改善|扩充|缩小)(?:到|至|为)[^,;]{0,12}\Z"
)
_DATED = re.compile(r"◆年?的?\Z")
_TURNS = re.compile(r"\A[^,;%]{1,8}(?:到|至|为)[^,;]{0,6}\Z")
_FROM = re.compile(r"(?:由|从|在)(?:现在|目前|现有|原来|当前|[^,;由从]{0,10})?的?\Z")


def items(read: Sentence, clause: Clause) -> list[Item]:
    """The promised figures of a clause with their own words; a starting value goes to the figure it leads to."""
    hidden = read.hidden
    kept: list[tuple[Figure, float | None, int | None, int | None]] = []
    start_value: tuple[Figure, int] | None = None
    for number, figure in enumerate(clause.figures):
        following = clause.figures[number + 1] if number + 1 < len(clause.figures) else None
        if following is not None and start_value is None:
            between = hidden[figure.last : following.number]
            head = hidden[clause.start : figure.start]
            source = _FROM.search(head)
            rises = _RISE.match(between) or (source is not None and _TURNS.match(between))
            # 2020年85%提高到95%; but 2025年降至5%、2026年降至2% are two goals.
            dated = figure.before is None and "◆" not in between and _DATED.search(head) is not None
            if rises and (source or dated):
                start_value = figure, clause.start + (source.start() if source else len(head))
                continue
        if start_value is not None:
            kept.append((figure, start_value[0].value, _year_of(read, clause, start_value[0]), start_value[1]))
            start_value = None
        elif is_promise(read, clause, figure) or _or_else(read, clause, number, kept):
            kept.append((figure, None, None, None))
    return _divided(read, clause, kept)


def _or_else(
    read: Sentence, clause: Clause, number: int, kept: list[tuple[Figure, float | None, int | None, int | None]]
) -> bool:
    """Whether a figure stands beside a promised one by 或 (3个月或60课时) and holds with it."""
    before = clause.figures[number - 1] if number else None
    if before is None or not kept or kept[-1][0] is not before:
        return False
    return read.hidden[before.last : clause.figures[number].start] in ("或", "或者")


def _year_of(read: Sentence, clause: Clause, figure: Figure) -> int | None:
    years = [date.year for date in read.dates if clause.start <= date.start < figure.number]
    return years[-1] if years else None


_SEPARATOR = re.compile(r"、|以及|和(?!谐|睦)|及(?!以上|以下|其|时|格)|与(?!率)|或者?")


def _divided(
    read: Sentence, clause: Clause, kept: list[tuple[Figure, float | None, int | None, int | None]]
) -> list[Item]:
    divided: list[Item] = []
    place = clause.start
    for number, (figure, baseline, year, source) in enumerate(kept):
        left = (place, source if source is not None else figure.start)
        if left[1] < left[0]:
            left = (place, place)
        if number + 1 < len(kept):
            following = kept[number + 1]
            stop, place = _cut(read.hidden, figure, following[3] if following[3] is not None else following[0].start)
        else:
            stop = place = clause.end
        divided.append(Item(figure, left, (figure.last, max(stop, figure.last)), baseline, year))
    return divided


def _cut(hidden: str, figure: Figure, following: int) -> tuple[int, int]:
    """Where the words of a figure end and those of the next begin."""
    between = hidden[figure.last : following]
    if not between:
        return figure.last, figure.last
    cuts = [match.span() for match in _SEPARATOR.finditer(between)]
    if not cuts:
        verb = strong_verb(hidden, figure.last, following)
        stop = verb if verb is not None else figure.last if figure.unit == "元" or not figure.counted else following
        return stop, stop
    if cuts[0][0] == 0:
        return figure.last, figure.last + cuts[0][1]
    for first, last in reversed(cuts):
        if last == len(between) or has_verb(hidden, figure.last + last, min(following, figure.last + last + 4)):
            return figure.last + first, figure.last + last
    first, last = cuts[-1]
    return figure.last + first, figure.last + last


EACH_OF = re.compile(
    r"各(?:为|有|新增|增加|减少|新建|建设|达到|不少于|不低于|不超过|提高|降低|提升|下降|建|至少|设|设立|配备|创建|培育|建成|打造)?\Z"
)


_ON_BASE = re.compile(r"在?20\d\d年(?:底|末)?的?基础上")


def told(read: Sentence, item: Item, start: int, end: int, subject: str) -> Draft:
    """The draft of an item with its starting value."""
    found = draft(item.figure, start, end, _ON_BASE.sub("", subject))
    if item.baseline is not None:
        # 从人均300元提至人均600元: from there to at least here, or down to at most here.
        reached = found.comparator if found.comparator != "=" else ">=" if item.figure.value >= item.baseline else "<="
        return msgspec.structs.replace(
            found, baseline=item.baseline, baseline_year=item.baseline_year, comparator=reached
        )
    if found.comparator in ("+=", "-="):
        compared = [date.year for date in read.dates if date.role == "base" and date.start < item.figure.number]
        return msgspec.structs.replace(found, baseline_year=compared[-1] if compared else None)
    return found
