"""The promises of one sentence: its figures read clause by clause, lists written out, wholes added."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.targets.completion import completed
from jiaoheng.documents.targets.dates import Date
from jiaoheng.documents.targets.drafts import Draft, draft
from jiaoheng.documents.targets.figures import Figure
from jiaoheng.documents.targets.filters import clause_tells_of_now, is_promise
from jiaoheng.documents.targets.implied import implied, without_raised
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import (
    Span,
    begins_with_verb,
    has_verb,
    head_end,
    opened,
    parts,
    spread,
    strong_verb,
    thing_end,
    trimmed,
    without_modals,
)
from jiaoheng.documents.targets.totals import totals


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


def drafts(read: Sentence) -> Iterator[Draft]:
    """All targets of a sentence that is not about the past, in the order of the text."""
    found: list[Draft] = []
    now = False
    for index, clause in enumerate(read.clauses):
        # 全县现有学校156所,在校学生8.2万人: what is said of today goes on until something is promised.
        now = clause_tells_of_now(read, clause) or (now and not _PROMISES_AGAIN.search(read.text, clause.start, clause.end))
        if now:
            continue
        before = len(found)
        found += _of_clause(read, index, clause, found)
        found[before:] = sorted(found[before:], key=lambda each: (each.at, each.start))
        found += totals(read, clause)
    yield from found


_PROMISES_AGAIN = re.compile(r"再|将|力争|确保|争取|新建|新增|到20|底前|要|实现|达到|推进|提高|不少于|不低于|不超过|全")


def _of_clause(read: Sentence, index: int, clause: Clause, earlier: list[Draft]) -> list[Draft]:
    items = _items(read, clause)
    found: list[Draft] = []
    place = 0
    while place < len(items):
        run = _run(read, items, place)
        if len(run) > 1:
            found += _in_turn(read, clause, run)
        else:
            found += _one(read, index, items, place, earlier, found)
        place += len(run)
    return found


_RISE = re.compile(r"\A[^,;%]{0,8}(?:提高|提升|增加|增长|扩大|上升|升|提|调整|上调|降低|下降|减少|增|减|降|压减|发展|改善|扩充|缩小)(?:到|至|为)[^,;]{0,12}\Z")
_FROM = re.compile(r"(?:由|从|在)(?:现在|目前|现有|原来|当前|[^,;由从]{0,10})?的?\Z")


def _items(read: Sentence, clause: Clause) -> list[Item]:
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
            if _RISE.match(between) and (source or re.search(r"◆", head[-8:])):
                start_value = figure, clause.start + (source.start() if source else len(head))
                continue
        if start_value is not None:
            kept.append((figure, start_value[0].value, _year_of(read, clause, start_value[0]), start_value[1]))
            start_value = None
        elif is_promise(read, clause, figure):
            kept.append((figure, None, None, None))
    return _divided(read, clause, kept)


def _year_of(read: Sentence, clause: Clause, figure: Figure) -> int | None:
    years = [date.year for date in read.dates if clause.start <= date.start < figure.number]
    return years[-1] if years else None


_SEPARATOR = re.compile(r"、|以及|和(?!谐|睦)|及(?!以上|以下|其|时|格)|与(?!率)|或")


def _divided(
    read: Sentence, clause: Clause, kept: list[tuple[Figure, float | None, int | None, int | None]]
) -> list[Item]:
    items: list[Item] = []
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
        items.append(Item(figure, left, (figure.last, max(stop, figure.last)), baseline, year))
    return items


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


_IN_TURN = re.compile(r"分别|依次")
_EACH_OF = re.compile(r"各(?:为|有|新增|增加|减少|新建|建设|达到|不少于|不低于|不超过|提高|降低|提升|下降|建|至少|设|设立|配备|创建|培育|建成|打造)?\Z")


def _run(read: Sentence, items: list[Item], place: int) -> list[Item]:
    """The figures that are given in turn for joined subjects, from here on; one figure is a run of its own."""
    run = [items[place]]
    for item in items[place + 1 :]:
        own = read.hidden[item.left[0] : item.left[1]]
        if own or run[-1].counts_first or item.figure.counted != run[0].figure.counted:
            break
        run.append(item)
    if len(run) > 1 and run[-1].counts_first and not _IN_TURN.search(read.hidden, *run[0].left):
        return run
    return run


def _in_turn(read: Sentence, clause: Clause, run: list[Item]) -> list[Draft]:
    """小学、初中和高中…分别不少于10小时、9小时和8小时."""
    first, last = run[0], run[-1]
    start = opened(read.hidden, *first.left)
    years = [date for date in read.dates if date.role == "due" and date.start < first.figure.number]
    if len(years) == len(run) and years[0].start >= first.left[0] and _IN_TURN.match(read.hidden, _past(read, years[-1].end)):
        return _in_years(read, run, years)
    word = _IN_TURN.search(read.hidden, start, first.figure.number)
    end = trimmed(read.hidden, start, word.start() if word else first.left[1])
    verb = ""
    if word and first.left[1] > word.end():
        verb = read.words[word.end() : first.left[1]]
    spans = parts(read.hidden, start, end, len(run))
    subjects = [subject + verb for subject in spread(read.words, spans)] if spans else []
    if not subjects and first.left[0] > 0:
        subjects = _subjects_above(read, clause, len(run))
    thing = read.words[slice(*last.right)] if last.counts_first and last.figure.counted else ""
    stop = last.right[1] if thing else last.figure.last
    shared = first.figure
    dues = [date.due for date in years] if not subjects and len(years) == len(run) else [None] * len(run)
    found: list[Draft] = []
    for place, item in enumerate(run):
        figure = item.figure
        sign = figure.before or shared.before
        merged = msgspec.structs.replace(figure, before=sign, after=figure.after or last.figure.after)
        subject = subjects[place] if subjects else read.words[start:end]
        told = draft(merged, start, stop, without_modals(subject + thing))
        found.append(msgspec.structs.replace(told, due=dues[place]))
    return found


def _past(read: Sentence, place: int) -> int:
    """A place after a year, behind 年 and a comma."""
    while read.hidden[place : place + 1] in ("年", "底", ",", "末"):
        place += 1
    return place


def _in_years(read: Sentence, run: list[Item], years: list[Date]) -> list[Draft]:
    """县财政2024年、2025年分别安排3000万元、4000万元: a figure for each year."""
    first, last = run[0], run[-1]
    start = opened(read.hidden, first.left[0], years[0].start)
    verb = _IN_TURN.sub("", read.words[_past(read, years[-1].end) : first.left[1]])
    subject = without_modals(read.words[start : years[0].start] + verb)
    found: list[Draft] = []
    for item, year in zip(run, years, strict=True):
        sign = item.figure.before or first.figure.before
        merged = msgspec.structs.replace(item.figure, before=sign, after=item.figure.after or last.figure.after)
        found.append(msgspec.structs.replace(draft(merged, start, last.figure.last, subject), due=year.due))
    return found


def _subjects_above(read: Sentence, clause: Clause, count: int) -> list[str]:
    """The joined subjects of the clause before: 小学、初中书面作业时间,分别不超过60分钟、90分钟."""
    index = read.clauses.index(clause)
    if index == 0:
        return []
    above = read.clauses[index - 1]
    spans = parts(read.hidden, opened(read.hidden, above.start, above.end), above.end, count)
    return spread(read.words, spans)


_SHARE_FIRST = re.compile(r"的(?!目标|要求|标准|比例|水平|速度|幅度|任务|比率|规模|额度)")
_AT_RATE = re.compile(r"的?(?:比例|标准|额度|幅度|速度|比率|要求|目标|水平|增速)")


def _one(
    read: Sentence, index: int, items: list[Item], place: int, above: list[Draft], found: list[Draft]
) -> list[Draft]:
    item = items[place]
    if item.figure.counted:
        return _counted(read, index, items, place, above, found)
    return _measured(read, index, item, [*above, *found])


def _measured(read: Sentence, index: int, item: Item, earlier: list[Draft]) -> list[Draft]:
    """A rate, a length, an amount: what is measured stands before the comparison, else after the figure."""
    hidden = read.hidden
    start = opened(hidden, *item.left)
    end = trimmed(hidden, start, item.left[1])
    figure = implied(hidden, item.left[0], item.figure)
    item = msgspec.structs.replace(item, figure=figure)
    compared = _COMPARED.search(hidden, start, end)
    if compared and figure.comparator in ("+=", "-="):
        end = compared.start()
    each = _EACH_OF.search(hidden, start, figure.number)
    subject = without_modals(read.words[start:end])
    if figure.before is not None and figure.start == figure.number:
        subject = without_raised(subject)
    stop = figure.last
    if item.counts_first and (end <= start or _bare_verb(hidden, start, end)):
        right = item.right
        skipped = _AT_RATE.match(hidden, *right)
        if skipped:
            right = (skipped.end(), right[1])
        first = right[0] + (1 if hidden.startswith("的", right[0]) else 0)
        right = (first, _share_end(hidden, first, right[1]))
        subject += read.words[slice(*right)]
        stop = right[1]
        if not subject:
            subject = completed(read, index, subject, figure, earlier)
    else:
        subject = completed(read, index, subject, figure, earlier)
    if each:
        spans = parts(hidden, start, trimmed(hidden, start, each.start()), None)
        if len(spans) > 1:
            return [_told(read, item, start, stop, each_subject) for each_subject in spread(read.words, spans)]
    return [_told(read, item, start, stop, subject)]


def _told(read: Sentence, item: Item, start: int, end: int, subject: str) -> Draft:
    told = draft(item.figure, start, end, subject)
    if item.baseline is not None:
        year = item.baseline_year
        return msgspec.structs.replace(told, baseline=item.baseline, baseline_year=year)
    if told.comparator in ("+=", "-="):
        compared = [date.year for date in read.dates if date.role == "base" and date.start < item.figure.number]
        return msgspec.structs.replace(told, baseline_year=compared[-1] if compared else None)
    return told


_COMPARED = re.compile(r"[比较]◆+年?(?:底|末)?\Z")
_SHARE_END = re.compile(r"(?<=.)(?:并(?!轨)|以便|用于|从而)")


def _share_end(hidden: str, start: int, end: int) -> int:
    found = _SHARE_END.search(hidden, start, end)
    return found.start() if found else end


_BARE = re.compile(r"(?:[^,;]*(?:开展|安排|组织|进行|保证|参加|完成|投入|提供|接受)|[^,;]*按照?[^,;]{2,20}|[^,;、]{0,4}(?:完成|支持|组织|安排|保障|保证|推动|遴选|选派|培训|使|让|实现|力争|有|对|将|占|按|以|不低于|投入|争取)|每年)")


def _bare_verb(hidden: str, start: int, end: int) -> bool:
    return _BARE.fullmatch(hidden, start, end) is not None


_PLACE_HEAD = re.compile(r"\A(?!各|每)[^,;]{0,40}[县市区镇乡州局委府校园](?=(?:至少|要|应|须|力争|计划|每年)?(?:新创建|新建|新增|创建|建设|建成|培育|打造|引进|招聘|组建|设立))")


def _counted(
    read: Sentence, index: int, items: list[Item], place: int, above: list[Draft], found: list[Draft]
) -> list[Draft]:
    """A number of things: verb and thing, before and after the number, make its subject."""
    hidden, text = read.hidden, read.words
    item = items[place]
    start = opened(hidden, *item.left)
    figure = implied(hidden, item.left[0], item.figure)
    actor = _PLACE_HEAD.match(hidden[start : figure.start])
    if actor:
        start = opened(hidden, start + actor.end(), figure.start)
    end = item.left[1]
    right = item.right
    first = right[0] + (1 if hidden.startswith("的", right[0]) and right[1] - right[0] > 1 else 0)
    last = thing_end(hidden, first, right[1]) if first < right[1] else right[1]
    thing = text[first:last]
    each = _EACH_OF.search(hidden, start, end) if end > start else None
    if (figure.before in ("+=", "-=") and figure.wording) or figure.wording == "完成":
        # 新增3所, 增加1200个, 完成20所: the verb says what is done and stays.
        end = max(end, figure.number)
    left = without_modals(_kept(text, hidden, start, end, figure))
    head = _head(read, items, place, start, end) or _head_above(read, index, start, end, above)
    if head and figure.comparator == "=" and figure.maximum is None and _ADDED_HEAD.match(head):
        figure = msgspec.structs.replace(figure, before="+=")
    stop = max(last, figure.last)
    if not thing and place + 1 < len(items) and not _noun(hidden, start, end):
        # 新建5所、改扩建3所公办幼儿园: the thing is named once, at the end.
        thing = _thing_after(read, items, place)
    if each:
        noun_at = head_end(hidden, start, each.start())
        spans = parts(hidden, noun_at, each.start(), None)
        if len(spans) > 1:
            lead = text[start:noun_at]
            return [draft(figure, start, stop, lead + words + thing) for words in spread(text, spans)]
    subject = _tidy(head + left + thing)
    if not thing:
        subject = completed(read, index, subject, figure, [*above, *found])
    return [_told(read, msgspec.structs.replace(item, figure=figure), start, stop, subject)]


def _kept(text: str, hidden: str, start: int, end: int, figure: Figure) -> str:
    words = text[start:end]
    return re.sub(r"(?:要有|(?<![建设配含具享拥])有|各|共|共计|达到|达|为|:)\Z", "", words) if words else words


def _tidy(words: str) -> str:
    return words.strip(",、;:。 ()")


def _noun(hidden: str, start: int, end: int) -> bool:
    """Whether a thing is named after the verb before the number."""
    return end > start and head_end(hidden, start, end) < end and not re.fullmatch(
        r".{0,6}(?:建|设|增|扩|造|立|育|聘|训|选|备|展|织|办)", hidden[start:end]
    )


def _thing_after(read: Sentence, items: list[Item], place: int) -> str:
    for following in items[place + 1 :]:
        if following.counts_first:
            first, last = following.right
            return read.words[first : thing_end(read.hidden, first, last)]
        if _noun(read.hidden, *following.left):
            return ""
    return ""


_ADDED_HEAD = re.compile(r"(?:新增|增加|净增|扩增)")


def _head_above(read: Sentence, index: int, start: int, end: int, earlier: list[Draft]) -> str:
    """The verb of the clause before for a clause of a bare thing and its number: 建成省级高中3所,市级高中5所."""
    hidden = read.hidden
    if index == 0 or not earlier or end <= start or not read.clauses[index - 1].figures:
        return ""
    if strong_verb(hidden, start, end) is not None or has_verb(hidden, start, min(end, start + 4)) or "每" in hidden[start:end]:
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


def _head(read: Sentence, items: list[Item], place: int, start: int, end: int) -> str:
    """What a later item of a list takes over from the first: 新建 for 、2所义务教育学校."""
    hidden = read.hidden
    if place == 0 or (end > start and has_verb(hidden, start, min(end, start + 4)) and strong_verb(hidden, start, end) is not None):
        return ""
    for earlier in reversed(items[:place]):
        if not earlier.figure.counted:
            return ""
        first = opened(hidden, *earlier.left)
        last = max(earlier.left[1], earlier.figure.number if earlier.figure.before in ("+=", "-=") else 0)
        if last <= first or (strong_verb(hidden, first, last) is None and not begins_with_verb(hidden, first, last)):
            continue
        actor = _PLACE_HEAD.match(hidden[first:last])
        if actor:
            first = opened(hidden, first + actor.end(), last)
        stop = last if earlier.counts_first else head_end(hidden, first, last)
        return without_modals(read.words[first:stop])
    return ""
