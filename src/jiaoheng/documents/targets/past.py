"""Sentences and clauses that tell of what is, what was achieved, or what is only encouraged."""

from __future__ import annotations

import re

from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.words import WORDS, one_of

_NOW = re.compile(one_of(WORDS.state.clause))
_NOT_NOW = re.compile(
    r"[实体展再出]现有|已[\u4e00-\u9fff]{1,5}的|已(?:建成?的?|有的?|经)?(?:[\u4e00-\u9fff]{0,10})基础上|目前(?:的)?困难|自己|而已"
)
# 现有学校逐步降至2000人以下: what there is now is to change.
_STILL = re.compile(r"现有|原有|目前|缺口")
_CHANGES = re.compile(r"降至|降到|减至|减少|提高|逐步|改造|改扩建|达到|不超过|全部|不再|补齐|解决|消除")
_DONE = re.compile(r"(?<=[\u4e00-\u9fff])(?<![为除罢免末])了(?![解如然若望])")
_THEN = re.compile(one_of(WORDS.state.sentence))
_LAST_YEAR = re.compile(r"(?:去年|上年|过去)")
_ENCOURAGED = re.compile(r"(?:^|[,;])(?:[^,;]{0,6})" + one_of(WORDS.promises.encouraged))


def tells_of_the_past(read: Sentence, first_year: int | None) -> bool:
    """Whether the whole sentence tells of what was done (截至2020年底, “十三五”期间)."""
    head = read.text[:60]
    found = _THEN.search(head)
    if _LAST_YEAR.match(head):
        return True
    if found:
        return not re.match(r"[^,;]{0,12}基础上", read.text[found.end() : found.end() + 20])
    due = [date for date in read.dates if date.role == "due"]
    return bool(due) and first_year is not None and all(date.year < first_year for date in due)


_TURNS = re.compile(r"下一步|下一阶段|接下来|今后(?!的)|今年(?:将|再|要|计划|力争)")

_GOAL = re.compile(r"[,;](?:力争|确保|争取|计划|预计|力争)?到(?P<year>20\d\d)年")


def turns_to_plans(read: Sentence) -> int | None:
    """Where a sentence that begins with the past turns to what comes next (去年以来…,下一步要…), or None."""
    found = _TURNS.search(read.text)
    if found:
        return found.start() if found.start() > 0 else None
    for goal in _GOAL.finditer(read.text) if "截至" in read.text[:20] else ():
        if all(date.year < int(goal["year"]) for date in read.dates if date.start < goal.start()):
            return goal.start() + 1
    return None


def clause_tells_of_now(read: Sentence, clause: Clause) -> bool:
    """Whether a clause tells of what is (现有12所, 已建成3所), or only encourages."""
    words = _NOT_NOW.sub("", read.text[clause.start : clause.end])
    if _STILL.search(words) and _CHANGES.search(words):
        words = _STILL.sub("", words)
    if _NOW.search(words) or _DONE.search(words):
        return True
    return _ENCOURAGED.match(words) is not None
