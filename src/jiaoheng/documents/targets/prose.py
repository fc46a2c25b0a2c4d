"""The promises of one sentence: its figures read clause by clause, lists written out, wholes added."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.targets.counted import counted
from jiaoheng.documents.targets.drafts import Draft
from jiaoheng.documents.targets.in_turn import in_turn, run_of
from jiaoheng.documents.targets.items import Item, items
from jiaoheng.documents.targets.measured import measured
from jiaoheng.documents.targets.past import clause_tells_of_now
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import strong_verb
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
    yield from found


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
