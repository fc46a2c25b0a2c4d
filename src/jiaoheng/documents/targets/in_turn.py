"""Figures that are given in turn: 小学、初中和高中分别不少于10小时、9小时和8小时."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.documents.targets.completion import completed
from jiaoheng.documents.targets.dates import Date
from jiaoheng.documents.targets.drafts import Draft, draft
from jiaoheng.documents.targets.implied import implied
from jiaoheng.documents.targets.items import Item
from jiaoheng.documents.targets.sentence import Clause, Sentence
from jiaoheng.documents.targets.subjects import is_group, opened, parts, spread, trimmed, without_modals

_SHORT = 4
_IN_TURN = re.compile(r"分别|依次")


def run_of(read: Sentence, items: list[Item], place: int) -> list[Item]:
    """The figures that are given in turn for joined subjects, from here on; one figure is a run of its own."""
    run = [items[place]]
    for item in items[place + 1 :]:
        own = read.hidden[item.left[0] : item.left[1]]
        if own or run[-1].counts_first or item.figure.counted != run[0].figure.counted:
            break
        run.append(item)
    return run


def in_turn(read: Sentence, clause: Clause, run: list[Item]) -> list[Draft]:
    """小学、初中和高中…分别不少于10小时、9小时和8小时."""
    first, last = run[0], run[-1]
    start = opened(read.hidden, *first.left)
    years = _years(read, run)
    if years and years[0].start >= first.left[0] and _IN_TURN.match(read.hidden, _past(read, years[-1].end)):
        return _in_years(read, run, years)
    word = _IN_TURN.search(read.hidden, start, first.figure.number)
    end = trimmed(read.hidden, start, word.start() if word else first.left[1])
    verb = ""
    if word and first.left[1] > word.end():
        verb = read.words[word.end() : first.left[1]]
    spans = parts(read.hidden, start, end, len(run))
    subjects = [subject + verb for subject in spread(read.words, spans)] if spans else []
    if not subjects and not verb and end - start <= _SHORT and clause.start > 0:
        subjects = _subjects_above(read, clause, len(run))
    thing = read.words[slice(*last.right)] if last.counts_first and last.figure.counted else ""
    stop = last.right[1] if thing else last.figure.last
    shared = implied(read.hidden, start, first.figure)
    dues = [date.due for date in years] if years and not subjects else [None] * len(run)
    found: list[Draft] = []
    for place, item in enumerate(run):
        figure = item.figure
        sign = shared.before if figure.before in (None, first.figure.before) else figure.before
        merged = msgspec.structs.replace(figure, before=sign, after=figure.after or last.figure.after)
        subject = subjects[place] if subjects else read.words[start:end]
        index = read.clauses.index(clause)
        if is_group(subject) or len(subject) <= 2:
            subject = completed(read, index, subject, figure, [])
        told = draft(merged, start, stop, without_modals(subject + thing))
        found.append(msgspec.structs.replace(told, due=dues[place]))
    return found


def _years(read: Sentence, run: list[Item]) -> list[Date]:
    """The years before the first figure when there is one for each; a span (2023—2025年) stands for its years."""
    years = [date for date in read.dates if date.role == "due" and date.start < run[0].figure.number]
    if len(years) == 1 and years[0].first is not None and years[0].year - years[0].first == len(run) - 1:
        span = range(years[0].first, years[0].year + 1)
        return [msgspec.structs.replace(years[0], due=str(year), year=year) for year in span]
    return years if len(years) == len(run) else []


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
    if above.figures:
        return []
    spans = parts(read.hidden, opened(read.hidden, above.start, above.end), above.end, count)
    return spread(read.words, spans)
