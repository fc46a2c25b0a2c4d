"""Promises of a whole that are said without a figure: 全覆盖, 全部达标, 全面消除大班额."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import leans, opened, thing_end, trimmed, without_modals

_COVERED = re.compile(r"(?:(?:实现|达到|做到|完成|保持|基本实现|全面实现))?(?:全员|全域|全面|全)(?:部)?覆盖(?!率|面|的|式|性|、|”)")
_ALL = re.compile(r"全部(?!(?:课程)?内容|学科|过程|环节|由|都|学生|教师|学校(?!达)|责任|人员|工作|要素|时间|精力|费用|资金|来源|用途|信息|流程|成员|幼儿|班级)")
_REMOVED = re.compile(r"(?:全面|彻底|全部|完全|基本全部)(?P<thing>消除|清除|取消|杜绝)(?!隐患|影响|障碍)")
_DONE_TO = re.compile(r"(?:完成|覆盖|面向|对|用于|取消|承担|解决|推进|达到|利用|使用|通过|按照|享受|针对|包括|涵盖|的|及|和)\Z")
_OF = re.compile(r"(?:基本|全面|率先|逐步|确保|力争|努力)*(?:实现|推动|推进|促进|达到|做到)(?!度)")


def totals(read: Sentence, clause: Clause) -> Iterator[Draft]:
    """The wholes that a clause promises."""
    hidden = read.hidden
    for found in _REMOVED.finditer(hidden, clause.start, clause.end):
        end = thing_end(hidden, found.end(), clause.end)
        if end > found.end():
            yield _whole(found.start(), end, read.words[found.start("thing") : end])
        else:
            # 大班额全面消除
            start, stop = _before(read, clause, found.start())
            if stop > start:
                yield _whole(start, found.end(), read.words[start:stop] + found["thing"])
        return
    if any(figure.unit == "%" for figure in clause.figures):
        return
    found_cover = _COVERED.search(hidden, clause.start, clause.end)
    if found_cover:
        start, end = _before(read, clause, found_cover.start())
        if end > start:
            yield _whole(start, found_cover.end(), without_modals(read.words[start:end]))
        return
    found_all = _ALL.search(hidden, clause.start, clause.end)
    if found_all and not read.text.startswith("覆盖", found_all.end()):
        start, end = _before(read, clause, found_all.start())
        stop = thing_end(hidden, found_all.end(), clause.end)
        if end - start >= 2 and not _DONE_TO.search(hidden, start, end) and stop - found_all.end() >= 2:
            yield _whole(start, stop, without_modals(read.words[start:end]) + read.words[found_all.end() : stop])


def _before(read: Sentence, clause: Clause, place: int) -> tuple[int, int]:
    """The subject before a word of totality; it may stand in the clause before."""
    start = opened(read.hidden, clause.start, place)
    of = None
    for of in _OF.finditer(read.hidden, start, place):
        pass
    if of and place - of.end() >= 3:
        start = opened(read.hidden, of.end(), place)
    end = trimmed(read.hidden, start, place)
    if end <= start:
        index = read.clauses.index(clause)
        if index and not read.clauses[index - 1].figures:
            above = read.clauses[index - 1]
            return opened(read.hidden, above.start, above.end), above.end
    return start, end


def _whole(start: int, end: int, subject: str) -> Draft:
    return Draft(start, end, start, subject.strip(",、 "), "=", 100.0, "%")


__all__ = ["leans", "totals"]
