"""Which of several targets promise the same, and which promise two figures for one thing.

Two targets are about the same thing where the catalogue measures them by the same figure, or where their words are
nearly the same and name the same stages; and where both are counted in the same unit and are due at the same time.
Then they are the same promise where the figures agree, and contradict each other where they do not. Figures for
different years are steps on a way, and neither. What a city and a county count are two things as well: only shares
and norms of theirs can contradict each other. A due that is not written does not contradict any, but with another
figure it says nothing certain either, so such targets are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Literal

import msgspec

Verdict = Literal["same", "conflict"]
ALIKE = 0.85
"""From this likeness of their words on, two subjects are about the same thing."""

_NEUTRAL = re.compile(
    r"全县|全区|全市|全省|我县|我区|到20\d\d年|20\d\d年|年底|达到|以上|力争|实现|确保|保持|稳定|不断|进一步|[\s“”\"'()（）,，、:：]+|的|在"
)
_STAGES = (
    ("kindergarten", re.compile("幼儿园|学前|入园|幼儿")),
    ("primary", re.compile("小学")),
    ("junior", re.compile("初中")),
    ("compulsory", re.compile("义务教育|中小学")),
    ("senior", re.compile("高中")),
    ("vocational", re.compile("职业|中职|技工")),
    ("special", re.compile("特殊教育|残疾")),
)
_SAME_UNITS = {
    "百分点": "%",
    "个百分点": "%",
    "名": "人",
    "位": "人",
    "个": "所",
    "座": "所",
    "处": "所",
    "个小时": "小时",
}
_COUNTED = frozenset("所人间套项对班台片块栋幢辆床元次") | {"平方米"}
"""Units of what adds up over places."""
_UP, _DOWN = frozenset((">=", ">", "+=")), frozenset(("<=", "<", "-="))


class Promised(msgspec.Struct, frozen=True):
    """A target as it is compared: ``key`` tells it from others, ``document`` which document it is of.

    ``scope`` is whose promise it is, such as the level of its document.
    """

    key: int
    document: int
    subject: str
    comparator: str
    value: float
    unit: str
    value_max: float | None = None
    due: str = ""
    indicator: str = ""
    scope: str = ""


class Cluster(msgspec.Struct, frozen=True):
    """Targets about the same thing, in the order given; a conflict where two of them promise different figures."""

    keys: tuple[int, ...]
    conflict: bool


def clusters(targets: Sequence[Promised]) -> tuple[Cluster, ...]:
    """The targets that promise the same or contradict each other, those that contradict first."""
    parents = {target.key: target.key for target in targets}

    def root(key: int) -> int:
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    conflicting: set[int] = set()
    for one, other, verdict in _pairs(targets):
        parents[root(other.key)] = root(one.key)
        if verdict == "conflict":
            conflicting |= {one.key, other.key}
    members: dict[int, list[int]] = {}
    for target in targets:
        members.setdefault(root(target.key), []).append(target.key)
    found = [Cluster(tuple(keys), bool(conflicting & set(keys))) for keys in members.values() if len(keys) > 1]
    return tuple(sorted(found, key=lambda cluster: not cluster.conflict))


def verdict(one: Promised, other: Promised) -> Verdict | None:
    """Whether two targets promise the same, or contradict each other; None where they are about different things."""
    if _unit(one.unit) != _unit(other.unit) or not about_the_same(one, other):
        return None
    agree = _figures(one) == _figures(other) and not _opposed(one.comparator, other.comparator)
    if agree:
        return "same" if _year(one.due) == _year(other.due) or not (one.due and other.due) else None
    apart = one.scope != other.scope and _unit(one.unit) in _COUNTED
    return "conflict" if _year(one.due) == _year(other.due) and not apart else None


def about_the_same(one: Promised, other: Promised) -> bool:
    """Whether two targets are about the same thing, whatever they promise of it."""
    is_change = (one.comparator in ("+=", "-=")) == (other.comparator in ("+=", "-="))
    if not is_change:
        return False
    if one.indicator and other.indicator:
        # Figures that are counted, such as new schools, stand for one thing only where the words agree as well.
        return one.indicator == other.indicator and (
            _unit(one.unit) == "%" or likeness(one.subject, other.subject) >= ALIKE
        )
    return likeness(one.subject, other.subject) >= ALIKE


def likeness(one: str, other: str) -> float:
    """How alike two subjects are, from 0 to 1: the pairs of characters they have in common; 0 for other stages."""
    if _stages(one) != _stages(other):
        return 0.0
    few, many = sorted((_words(one), _words(other)), key=len)
    if few == many:
        return 1.0
    pairs, others = _bigrams(few), _bigrams(many)
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else 0.0


def _pairs(targets: Iterable[Promised]) -> Iterator[tuple[Promised, Promised, Verdict]]:
    by_unit: dict[str, list[Promised]] = {}
    for target in targets:
        by_unit.setdefault(_unit(target.unit), []).append(target)
    for group in by_unit.values():
        for one, other in combinations(group, 2):
            if (found := verdict(one, other)) is not None:
                yield one, other, found


def _figures(target: Promised) -> tuple[float, float | None]:
    return target.value, target.value_max


def _opposed(one: str, other: str) -> bool:
    return (one in _UP and other in _DOWN) or (one in _DOWN and other in _UP)


def _year(due: str) -> str:
    return due[:4]


def _unit(unit: str) -> str:
    plain = unicodedata.normalize("NFKC", unit).strip()
    return _SAME_UNITS.get(plain, plain)


def _stages(subject: str) -> frozenset[str]:
    return frozenset(name for name, words in _STAGES if words.search(subject))


def _words(subject: str) -> str:
    return _NEUTRAL.sub("", unicodedata.normalize("NFKC", subject))


def _bigrams(words: str) -> frozenset[str]:
    return frozenset(words[place : place + 2] for place in range(len(words) - 1)) or frozenset((words,)) - {""}
