"""The promises of one sentence: its figures read clause by clause, lists written out, wholes added."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.targets.counted import counted
from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.in_turn import in_turn, run_of
from jiaoheng.documents.targets.items import Item, items
from jiaoheng.documents.targets.measured import measured
from jiaoheng.documents.targets.past import clause_tells_of_now
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import opened, strong_verb
from jiaoheng.documents.targets.totals import totals


def drafts(read: Sentence, since: int = 0) -> Iterator[Draft]:
    """All targets of a sentence from this place on, which is not about the past, in the order of the text."""
    found: list[Draft] = []
    now = False
    if sum(len(clause.figures) for clause in read.clauses) > _MOST_FIGURES:
        return  # a run of data, no sentence
    for index, clause in enumerate(read.clauses):
        if clause.end <= since:
            continue
        # 全县现有学校156所,在校学生8.2万人: what is said of today goes on until something is promised.
        now = clause_tells_of_now(read, clause) or (now and not _promises_again(read, clause))
        if now:
            continue
        before = len(found)
        found += _of_clause(read, index, clause, found)
        found[before:] = sorted(found[before:], key=lambda each: (each.at, each.start))
        found += totals(read, clause, found)
        above = found[:before]
        found[before:] = [_for_whom(read, index, _within(read, each, above), above) for each in found[before:]]
    yield from found


_SHARED_UNITS = {"%": "%", "元": "元", "小时": "小时", "分钟": "小时", "学时": "学时", "课时": "学时"}
_SAYS_OF_WHAT = re.compile(r"占|(?:率|比例|比重)\Z")
_SHORT = 10
_ADDRESSED = re.compile(r"对(?P<whom>[^,;:。]{4,24})")
_GIVES = re.compile(r"给予|发放|奖励|奖补|补助|补贴|资助")
_SERVED = re.compile(r"(?:须|应|需|要)?(?:具有|具备|有).*(?:经历|经验)\Z")


def _within(read: Sentence, each: Draft, above: list[Draft]) -> Draft:
    """幼儿每天户外活动时间2小时,其中体育活动1小时: a part is called by the whole that it is of."""
    place = read.text.rfind("其中", 0, each.at)
    if place < 0 or ";" in read.text[place : each.at] or each.unit not in _SHARED_UNITS:
        return each
    whole = next((one for one in reversed(above) if one.at < place), None)
    if whole is None or len(each.subject) > _SHORT:
        return each
    if each.unit != "%" and _SHARED_UNITS[each.unit] != _SHARED_UNITS.get(whole.unit):
        return each
    if _SAYS_OF_WHAT.search(each.subject) or each.subject[:2] == whole.subject[:2]:
        return each
    if each.unit == "%" and each.subject[-2:] in whole.subject:
        return each
    return msgspec.structs.replace(each, subject=f"{whole.subject}其中{each.subject}")


def _for_whom(read: Sentence, index: int, each: Draft, above: list[Draft]) -> Draft:
    """对交流到乡村的骨干教师,每年给予6000元补助: who gets it, or who must have served, stands in the clause before."""
    if index == 0 or each.start < read.clauses[index].start:
        return each
    before = read.clauses[index - 1]
    if any(before.start <= one.at < before.end for one in above):
        return each
    whom = _ADDRESSED.fullmatch(read.hidden, before.start, before.end) if _GIVES.search(each.subject) else None
    if whom is not None:
        start, end = whom.span("whom")
    elif _SERVED.match(each.subject):
        start, end = opened(read.hidden, before.start, before.end), before.end
    else:
        return each
    words = read.words[start:end]
    if not 2 <= len(words) <= _LONGEST_WHOM or each.subject.startswith(words):
        return each
    return msgspec.structs.replace(each, subject=words + each.subject, start=before.start)


_LONGEST_WHOM = 24
_MOST_FIGURES = 100
_PROMISES_AGAIN = re.compile(r"再|将|力争|确保|争取|要|实现|达到|推进|提高|不少于|不低于|不超过|全|补齐|解决|减少|降")


def _promises_again(read: Sentence, clause: Clause) -> bool:
    if _PROMISES_AGAIN.search(read.text, clause.start, clause.end):
        return True
    if strong_verb(read.hidden, clause.start, clause.end) is not None:
        return True
    return any(date.role == "due" and clause.start <= date.start < clause.end for date in read.dates)


def _of_clause(read: Sentence, index: int, clause: Clause, earlier: list[Draft]) -> list[Draft]:
    of_clause = items(read, clause)
    found: list[Draft] = []
    place = 0
    while place < len(of_clause):
        run = run_of(read, of_clause, place)
        if len(run) > 1:
            found += in_turn(read, clause, run)
        else:
            found += _one(read, index, of_clause, place, earlier, found)
        place += len(run)
    return found


def _one(
    read: Sentence, index: int, of_clause: list[Item], place: int, above: list[Draft], found: list[Draft]
) -> list[Draft]:
    item = of_clause[place]
    if item.figure.counted:
        return counted(read, index, of_clause, place, above, found)
    return measured(read, index, item, [*above, *found])
