"""Which unit or school of the county a document means by the name that it writes.

Documents shorten names (基教股, 实验小学), leave the county out or put it before (县教体局), and name many at once
(各学校). A match says how sure it is, and a person approves it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

Kind = Literal["bureau", "section", "group", "area", "school", "other"]
CERTAIN = 0.8
"""From this score on a match is offered as the one that is meant; below it among others to choose from."""
LEAST = 0.5
MOST = 5

_BUREAUS = frozenset(
    (
        "教育局", "教体局", "教育体育局", "教育和体育局", "教科局", "教育科技局", "教科体局", "教育科技和体育局",
        "教育行政部门", "教育主管部门", "教育部门",
    )
)  # fmt: skip
_BUREAU_BEFORE = re.compile(
    "^(?:" + "|".join(sorted(_BUREAUS, key=len, reverse=True)) + r")(?=.{2,}(?:股|科|室|办|中心|馆|站|组)$)"
)
_SECTION_END = re.compile("(?:工作)?(?:股室|科室|办公室|股|科|室|办|中心)$")
_EVERY = re.compile(
    "^(?:全县|全区|县域内|县内|各相关|有关|相关|各有关|各)?(?:各级各类|各级|各类|各)?(?:中小学校?|学校|小学|初中|高中|幼儿园|中小学(?:校)?(?:和|、)?幼儿园|校园)$"
)
_MARKS = re.compile(r"[\s“”\"'()（）《》,，。、]+")
_SCHOOL_FORMS = (
    ("中心学校", "中心小学"),
    ("中心校", "中心小学"),
    ("完全小学", "小学"),
    ("完小", "小学"),
    ("初级中学", "中学"),
    ("初中", "中学"),
    ("九年一贯制学校", "学校"),
    ("九年制学校", "学校"),
    ("教学点", ""),
)
_SHORT_FORM = re.compile(r"(\d)(小|中)$")
_NUMBERS = str.maketrans("一二三四五六七八九十", "1234567890")


class Known(msgspec.Struct, frozen=True):
    """A unit that exists: its key, its name, what it is."""

    key: int
    name: str
    kind: Kind


class Candidate(msgspec.Struct, frozen=True):
    """A unit that may be meant, from 0 to 1 how surely."""

    key: int
    score: float


def is_every_school(name: str) -> bool:
    """Whether a name stands for all schools, or all of a kind: 各学校, 全县中小学校."""
    return _EVERY.match(_plain(name)) is not None


def units(name: str, known: Sequence[Known], county: str) -> tuple[Candidate, ...]:
    """The units that a name in a document may mean, the surest first; none where it is of another authority.

    ``county`` is the county's name, 望岚县, which a document may leave out, shorten to 县 or put before.
    """
    written = _plain(name)
    own = _without_county(written, county)
    inner = _BUREAU_BEFORE.sub("", own)
    found = []
    for unit in known:
        if unit.kind == "school":
            score = _school_score(written, _plain(unit.name), county)
        else:
            score = _unit_score(written, own, inner, unit, county)
        if score >= LEAST:
            found.append(Candidate(unit.key, round(score, 3)))
    return tuple(sorted(found, key=lambda each: -each.score)[:MOST])


def schools(name: str, known: Sequence[Known], county: str) -> tuple[Candidate, ...]:
    """The schools that a name in a document may mean, the surest first."""
    written = _plain(name)
    scored = ((unit.key, _school_score(written, _plain(unit.name), county)) for unit in known)
    found = [Candidate(key, round(score, 3)) for key, score in scored if score >= LEAST]
    return tuple(sorted(found, key=lambda each: -each.score)[:MOST])


def certain(found: Iterable[Candidate]) -> int | None:
    """The key that is meant: the surest, where it is sure enough and no other is as sure."""
    listed = list(found)
    if not listed or listed[0].score < CERTAIN:
        return None
    return None if len(listed) > 1 and listed[1].score == listed[0].score else listed[0].key


def _unit_score(written: str, own: str, inner: str, unit: Known, county: str) -> float:
    name = _plain(unit.name)
    if written == name:
        return 1.0
    short = _without_county(name, county)
    if unit.kind == "bureau":
        is_bureau = own in _BUREAUS and short in _BUREAUS and _is_of_county(written, county)
        return 0.95 if is_bureau else 0.0
    if own == short or inner == short:
        return 0.98
    if unit.kind != "section" or not _SECTION_END.search(inner):
        return 0.9 * _alike(inner, short) if _alike(inner, short) > 0.7 else 0.0
    one, other = _SECTION_END.sub("", inner), _SECTION_END.sub("", short)
    if not one or not other:
        return 0.0
    if one == other:
        return 0.95
    few, many = sorted((one, other), key=len)
    if many.startswith(few) or many.endswith(few):
        return 0.9
    if len(few) > 1 and few[0] == many[0] and _is_short_for(few, many):
        return 0.88
    return 0.8 * _alike(one, other)


def _school_score(written: str, name: str, county: str) -> float:
    if written == name:
        return 1.0
    own, short = _without_county(written, county), _without_county(name, county)
    if own == short:
        return 0.97
    one, other = _school_form(own), _school_form(short)
    if one == other:
        return 0.93
    few, many = sorted((one, other), key=len)
    if len(few) >= 4 and many.endswith(few):
        return 0.86
    if _numbers(one) != _numbers(other):
        return 0.0
    if len(few) >= 4 and few[0] == many[0] and few[-2:] == many[-2:] and _is_short_for(few, many):
        return 0.82
    return 0.75 * _alike(one, other)


def _is_of_county(written: str, county: str) -> bool:
    """Whether a name may be of this county: not of the city or the province."""
    if written.startswith(county):
        return True
    level = county[-1]
    return written[0] == level or written[0] not in "省市县区州"


def _without_county(name: str, county: str) -> str:
    for before in (county, county[:-1], county[-1]):
        if len(before) and name.startswith(before) and len(name) > len(before) + 1:
            return name[len(before) :]
    return name


def _school_form(name: str) -> str:
    for longer, shorter in _SCHOOL_FORMS:
        name = name.replace(longer, shorter)
    name = name.replace("第", "").translate(_NUMBERS)
    return _SHORT_FORM.sub(lambda short: f"{short[1]}{short[2]}学", name)


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d", name)


def _is_short_for(few: str, many: str) -> bool:
    """Whether all the characters of one stand in the other in the same order."""
    rest = iter(many)
    return all(sign in rest for sign in few)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def _plain(name: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", name))
