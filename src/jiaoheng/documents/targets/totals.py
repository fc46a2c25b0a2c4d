"""Promises of a whole that are said without a figure: 全覆盖, 全部达标, 全面消除大班额."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.numbers import plain
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import has_verb, opened, thing_end, trimmed, without_modals

_COVERED = re.compile(
    r"(?:(?:实现|达到|做到|完成|保持|基本实现|全面实现))?(?:全员|全域|全面|(?<!健)全)(?:部)?覆盖(?!率|面|的|式|性|”|、(?:多|无|零|全方|立体|可|便|高|分))"
)
_ALL = re.compile(
    r"全部(?!(?:课程)?内容|学科|过程|环节|由|都|学生|教师|学校(?!达)|责任|人员|工作|要素|时间|精力|费用|资金|来源|用途|信息|流程|成员|幼儿|班级)"
)
_REMOVED = re.compile(r"(?:全面|彻底|全部|完全|基本全部)(?P<thing>消除|清除|取消|杜绝)(?!隐患|影响|障碍)")
_AWAY = re.compile(r"(?:消除|化解|消化)(?!率)")
_CLASS_SIZE = re.compile(
    r"(?P<size>\d{2,3})人(?:及)?(?:\(含\))?以上的?(?P<thing>(?:小学|初中|高中|普通高中|义务教育)?(?:学校)?的?(?:超?大班额|班额|大班|班级))"
)
_ENDS = re.compile(r"\Z|[,;。、)和与及并]")
_FREE = re.compile(r"(?P<years>\d{1,2}|[一二三四五六七八九十]{1,3})年(?P<thing>免费[\u4e00-\u9fff]{0,6}教育)")
_EVERY_ONE = re.compile(r"所有(?!的?(?:人|这些))")
_DONE_TO = re.compile(
    r"(?:完成|覆盖|面向|对|用于|取消|承担|解决|推进|达到|利用|使用|通过|按照|享受|针对|包括|涵盖|的|及|和)\Z"
)
_PUT_TO_USE = re.compile(r"(?:建成)?(?:投入|投用|交付|开工|竣工|启动|开学)")
_BUILDS = re.compile(r"(?:构建|建立|健全|完善|形成)\Z")
_OF = re.compile(r"(?:基本|全面|率先|逐步|确保|力争|努力)*(?:实现|推动|推进|促进|达到|做到)(?!度)")


def totals(read: Sentence, clause: Clause, earlier: list[Draft]) -> Iterator[Draft]:
    """The wholes that a clause promises."""
    hidden = read.hidden
    sizes = list(_class_sizes(read, clause))
    yield from sizes
    if sizes:
        return
    free = _FREE.search(read.text, clause.start, clause.end)
    if free:
        start, end = _before(read, clause, free.start())
        subject = read.words[start:end] + read.words[free.start("thing") : free.end()]
        yield Draft(start, free.end(), free.start(), subject, "=", plain(free["years"]), "年")
    for found in _REMOVED.finditer(hidden, clause.start, clause.end):
        end = thing_end(hidden, found.end(), clause.end)
        if end > found.end():
            yield _whole(found.start(), end, read.words[found.start("thing") : end])
        else:
            # 大班额全面消除
            start, stop = _before(read, clause, found.start())
            if stop > start:
                yield _whole(start, found.end(), read.words[start:stop] + found["thing"], found.start())
            elif earlier:
                subject = earlier[-1].subject + found["thing"]
                yield _whole(found.start(), found.end(), subject, found.start())
        return
    if any(figure.unit == "%" for figure in clause.figures):
        return
    reached = _COVERS_ALL.search(hidden, clause.start, clause.end)
    if reached:
        yield _covering(read, clause, reached, earlier)
        return
    place = clause.start
    for cover in _COVERED.finditer(hidden, clause.start, clause.end):
        start, end = _before(read, clause, cover.start(), place)
        if end > start and not _BUILDS.search(hidden, start, end):
            subject = without_modals(read.words[start:end]).replace("实现", "")
            yield _whole(start, cover.end(), subject, cover.start())
        elif end <= start and earlier and place == clause.start and not hidden[cover.end() : clause.end]:
            # 每年改造10所,三年内实现全覆盖
            yield _whole(cover.start(), cover.end(), _thing_of(earlier[-1].subject), cover.start())
        place = cover.end()
    if place > clause.start:
        return
    whole = _EVERY_ONE.match(hidden, opened(hidden, clause.start, clause.end), clause.end)
    if whole and has_verb(hidden, whole.end(), clause.end):
        end = thing_end(hidden, whole.end(), clause.end)
        yield _whole(whole.start(), end, read.words[whole.end() : end])
        return
    found_all = _ALL.search(hidden, clause.start, clause.end)
    if found_all and not read.text.startswith("覆盖", found_all.end()):
        start, end = _before(read, clause, found_all.start())
        stop = thing_end(hidden, found_all.end(), clause.end)
        if end <= start and earlier and not _PUT_TO_USE.match(hidden, found_all.end()) and stop - found_all.end() >= 2:
            # 2025年补齐1.5万平方米,2026年全部补齐
            subject = earlier[-1].subject + read.words[found_all.end() : stop]
            yield _whole(found_all.start(), stop, subject, found_all.start())
        elif end - start >= 2 and not _DONE_TO.search(hidden, start, end) and stop - found_all.end() >= 2:
            subject = without_modals(read.words[start:end]) + read.words[found_all.end() : stop]
            yield _whole(start, stop, subject, found_all.start())


_COVERS_ALL = re.compile(
    r"覆盖(?:到|了)?(?:全部|所有|全体)(?P<thing>的?[^,;。、]{0,16}?(?:学校|中小学校?|幼儿园|教学点|教师|学生|儿童|班级|乡镇|社区|行政村|村|园|校|县|家庭|人员))(?=[,;。)]|\Z)"
)


def _covering(read: Sentence, clause: Clause, found: re.Match[str], earlier: list[Draft]) -> Draft:
    """组建教育集团8个,到2025年覆盖全部义务教育学校: who covers them may stand in the clause before."""
    start = opened(read.hidden, clause.start, found.start())
    who = without_modals(read.words[start : trimmed(read.hidden, start, found.start())])
    if not who and earlier:
        who = _thing_of(earlier[-1].subject)
    subject = who + "覆盖" + read.words[found.start("thing") : found.end()].removeprefix("的")
    return _whole(min(start, found.start()), found.end(), subject, found.start())


_DEED = re.compile(r"(?:每年)?(?:新建|组建|成立|改造|提升|建设|打造|培育|创建|新增|改扩建|配备)+")


def _thing_of(subject: str) -> str:
    """A counted thing without what is done to it."""
    return _DEED.sub("", subject, count=1) or subject


def _class_sizes(read: Sentence, clause: Clause) -> Iterator[Draft]:
    """消除46人以上小学班额、51人以上初中班额: classes are to be smaller than that."""
    removed = _AWAY.search(read.hidden, clause.start, clause.end)
    if removed is None:
        return
    for found in _CLASS_SIZE.finditer(read.hidden, removed.end(), clause.end):
        if not _ENDS.match(read.hidden, found.end()):
            return  # 消除56人以上大班额不少于26个
        start = removed.start() if found.start() == removed.end() else found.start()
        words = read.words[found.start("thing") : found.end()]
        yield Draft(start, found.end(), found.start(), words, "<", plain(found["size"]), "人")


def _before(read: Sentence, clause: Clause, place: int, earliest: int | None = None) -> tuple[int, int]:
    """The subject before a word of totality; it may stand in the clause before."""
    start = opened(read.hidden, clause.start if earliest is None else earliest, place)
    reached = list(_OF.finditer(read.hidden, start, place))
    of = reached[-1] if reached else None
    if of and place - of.end() >= 3 and (of.start() - start < 6 or start == of.start()):
        start = opened(read.hidden, of.end(), place)
    end = trimmed(read.hidden, start, place)
    if end <= start:
        index = read.clauses.index(clause)
        if index and not read.clauses[index - 1].figures:
            above = read.clauses[index - 1]
            return opened(read.hidden, above.start, above.end), above.end
    return start, end


def _whole(start: int, end: int, subject: str, at: int | None = None) -> Draft:
    return Draft(start, end, start if at is None else at, subject.strip(",、 "), "=", 100.0, "%")
