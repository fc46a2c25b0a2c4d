"""Which figure of the catalogue a target promises.

An indicator fits where its words stand in the subject and the target's unit is one it can be given in. The score is
the share of the subject that the indicator explains: what is left over may make it another figure. ``CERTAIN`` is set
so that a link at or above it can be trusted; below it there are only candidates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from jiaoheng.documents.records import Target
from jiaoheng.standards.indicators import MEASURES, Catalogue, Indicator, catalogue

CERTAIN = 0.75
"""From this score on a link is made; below it a person chooses among the candidates."""
CANDIDATES = 4

_UNSAID_REACH = 0.9
_OTHER_REACH = 0.5
_NO_UNIT = 0.9
_NARROWED = 0.5
_CONTRADICTS = 0.3
LOWERED = ("下降", "降低", "减少")
"""Words that make a figure how much less is promised: 近视率每年下降 0.9 个百分点以上."""
_MARKS = re.compile(r"[\s“”\"'‘’《》〈〉「」『』、,，。;；:：（）()·\-—]+")


class Candidate(msgspec.Struct, frozen=True):
    """An indicator that a target may promise, with its score from 0 to 1."""

    indicator: str
    score: float


class Match(msgspec.Struct, frozen=True):
    """The indicator that a target promises, None where none is certain, and what else it may be, likeliest first."""

    indicator: str | None
    score: float
    runners_up: tuple[Candidate, ...] = ()


def link(target: Target, known: Catalogue | None = None) -> Match:
    """The indicator of the catalogue that a target promises, by the words of its subject, its unit and comparator."""
    known = known or catalogue()
    subject = _plain(target.subject)
    reaches = _reaches(subject, known)
    scored = [Candidate(each.id, _score(target, subject, reaches, each, known)) for each in known.indicators]
    found = sorted((each for each in scored if each.score > 0), key=lambda each: -each.score)
    first = found[0] if found else None
    if first is None or first.score < CERTAIN or _is_tie(found):
        return Match(None, first.score if first else 0.0, tuple(found[:CANDIDATES]))
    return Match(first.indicator, first.score, tuple(found[1 : CANDIDATES + 1]))


def _is_tie(found: list[Candidate]) -> bool:
    """Whether two fit equally well, so that neither is certain."""
    return len(found) > 1 and found[0].score == found[1].score


def _score(target: Target, subject: str, reaches: frozenset[str], indicator: Indicator, known: Catalogue) -> float:
    if not all(any(word in subject for word in group) for group in indicator.names):
        return 0.0
    if any(word in subject for word in indicator.without):
        return 0.0
    by_reach = _by_reach(target, reaches, indicator, known)
    by_unit = _by_unit(target, subject, indicator)
    if not by_reach or not by_unit or not subject:
        return 0.0
    own = [word for group in indicator.names for word in group] + [*indicator.also, *indicator.added, *indicator.clears]
    reach_words = [word for reach in known.reaches for word in reach.words]
    covered = _covered(subject, [*own, *reach_words, *known.neutral])
    narrow = [word for word in known.narrowing if _stands_alone(word, subject, own)]
    score = by_reach * by_unit * _by_direction(target, subject, indicator)
    return round(score * sum(covered) / len(subject) * _NARROWED ** len(narrow), 4)


def _by_reach(target: Target, reaches: frozenset[str], indicator: Indicator, known: Catalogue) -> float:
    """Whether the schools that the subject names are those of the indicator."""
    named = _joined(reaches - set(indicator.whole)) if indicator.whole else _joined(reaches)
    if named == indicator.reach and (reaches or indicator.is_unsaid):
        return 1.0
    if named is None or reaches - set(indicator.whole):
        return 0.0
    if indicator.is_unsaid:
        return 1.0
    for heading in reversed(target.path):
        if found := _reaches(_plain(heading), known):
            return _UNSAID_REACH if _joined(found) == indicator.reach else _OTHER_REACH
    return _OTHER_REACH


_TOGETHER = {
    frozenset({"primary", "junior"}): "compulsory",
    frozenset({"compulsory", "senior"}): "schools",
    frozenset({"primary", "junior", "senior"}): "schools",
    frozenset({"schools", "kindergarten"}): "basic",
    frozenset({"schools", "vocational"}): "schools",
    frozenset({"senior", "vocational"}): "upper",
}
"""Reaches that documents name side by side."""


def _joined(reaches: Iterable[str]) -> str | None:
    """Several reaches as one; empty for none, None where no one reach is all of them."""
    several = frozenset(reaches)
    if len(several) > 1:
        return _TOGETHER.get(several)
    return next(iter(several), "")


def _reaches(text: str, known: Catalogue) -> frozenset[str]:
    """The reaches that a text names; of words within words the longest counts."""
    words = sorted(
        ((word, reach.id) for reach in known.reaches for word in reach.words), key=lambda pair: -len(pair[0])
    )
    found = set()
    for word, reach in words:
        if word in text:
            found.add(reach)
            text = text.replace(word, "\n")
    return frozenset(found)


def _by_unit(target: Target, subject: str, indicator: Indicator) -> float:
    """Whether the indicator can be given in the target's unit; 100 % of what is to be cleared means none of it."""
    unit = unicodedata.normalize("NFKC", target.unit).strip()
    if unit in MEASURES[indicator.measure].accepts:
        return 1.0
    if unit == "%" and target.value == 100 and any(word in subject for word in indicator.clears):
        return 1.0
    return _NO_UNIT if not unit else 0.0


def _by_direction(target: Target, subject: str, indicator: Indicator) -> float:
    """A target that asks for more of what there should be less of is read wrongly, or of something else."""
    if any(word in subject for word in indicator.clears):
        return 1.0
    turned = indicator.measure == "training_hours" or any(word in subject for word in indicator.inverse)
    asks_less = target.comparator in ("<=", "<", "-=") or is_lowered(target)
    if (indicator.better == "less") != turned:
        wrong = indicator.better != "none" and not asks_less and target.comparator in (">=", ">", "+=")
    else:
        wrong = indicator.better != "none" and asks_less
    return _CONTRADICTS if wrong else 1.0


def is_lowered(target: Target) -> bool:
    """Whether a target says how much less, though with the comparison of a level (下降不少于)."""
    return target.comparator in (">=", ">", "=", "~") and any(word in target.subject for word in LOWERED)


def _covered(subject: str, words: Iterable[str]) -> list[bool]:
    """Which characters of the subject belong to a word that is explained."""
    covered = [False] * len(subject)
    for word in words:
        start = subject.find(word)
        while start >= 0:
            covered[start : start + len(word)] = [True] * len(word)
            start = subject.find(word, start + 1)
    return covered


def _stands_alone(word: str, subject: str, own: Iterable[str]) -> bool:
    """Whether a narrowing word stands in the subject and in none of the indicator's own words there."""
    if word not in subject:
        return False
    return not any(word in each and each in subject for each in own)


def _plain(text: str) -> str:
    """Words without blanks, marks and quotation marks, in half width."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))
