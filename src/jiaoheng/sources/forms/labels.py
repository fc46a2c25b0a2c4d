"""Labels of forms made comparable: without marks, numbering, units, blanks and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product

import msgspec

from jiaoheng.county.schema import schema
from jiaoheng.sources.text import tidy

_DASHES = re.compile("[\u2010-\u2015\u2212~～]|至")
_MARKS = "#*★☆※▲●■□◆·.,:;、-_/|"
_OF_WHICH = re.compile(r"(?:其中|内含|另有|其中含)[:,]?")
_NUMBERING = re.compile(
    r"(?:[(]\d{1,2}[)]|[(][一二三四五六七八九十]{1,3}[)]|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,3}、|[①-⑳])"
)
_BRACKET = re.compile(r"(.+)[(\[【]([^()\[\]【】]*)[)\]】]")
_BEHIND = re.compile(r"(.+?)[,:;/-]([^,:;/-]+)")
_BANDS = (
    (re.compile(r"(\d+)人?(?:及|或)?(?:以下|及以下)"), lambda low: (0, int(low))),
    (re.compile(r"(\d+)人?(?:及|或)?(?:以上|及以上)"), lambda low: (int(low), None)),
    (re.compile(r"(\d+)人?-(\d+)人?"), lambda low, high: (int(low), int(high))),
)
_LONGEST = 60

Band = tuple[int, int | None]


class Label(msgspec.Struct, frozen=True):
    """What a cell names: its words, and the unit behind them, empty where it gives none."""

    text: str
    unit: str = ""


@lru_cache(maxsize=2**15)
def label(raw: str) -> Label:
    """A label as it is compared; of one that is too long to be a label, nothing."""
    text = _DASHES.sub("-", tidy(raw[:400]))
    if len(text) > _LONGEST:
        return Label("")
    while True:
        plain = text.strip(_MARKS)
        plain = _OF_WHICH.sub("", plain, count=1) if _OF_WHICH.match(plain) else plain
        plain = _NUMBERING.sub("", plain, count=1) if _NUMBERING.match(plain) else plain
        if plain == text:
            break
        text = plain
    return _with_unit(text)


def _with_unit(text: str) -> Label:
    if found := _BRACKET.fullmatch(text):
        words, inner = found.group(1).strip(_MARKS), found.group(2).removeprefix("单位").strip(_MARKS)
        if inner in units() or not inner:
            return Label(words, inner)
        if is_like_unit(inner):
            return Label(words, inner)
        return Label(text)
    if (found := _BEHIND.fullmatch(text)) and found.group(2) in units():
        return Label(found.group(1).strip(_MARKS), found.group(2))
    return Label(text)


@lru_cache(maxsize=1)
def units() -> frozenset[str]:
    """Every unit that the schema knows, as it is compared."""
    return frozenset(tidy(unit) for of in schema().units.values() for unit in of.accepts)


_UNIT_LIKE = re.compile(
    r"[十百千万亿]*(?:[元人名个间台套册本张班米里亩]|平方.{0,3}|公.{0,2}|㎡|m\d?|[美欧日港]元|公顷|圆|块|英.{1,2})"
)


def is_like_unit(text: str) -> bool:
    """Whether a word in brackets is meant as a unit, known or not: it must not pass for another."""
    return text in units() or bool(_UNIT_LIKE.fullmatch(text))


def band(text: str) -> Band | None:
    """The bounds of a band of class sizes: ``26-30人`` is (26, 30), ``66人及以上`` (66, None)."""
    for pattern, bounds in _BANDS:
        if found := pattern.fullmatch(text):
            return bounds(*found.groups())
    return None


@cache
def spellings(spec: str) -> frozenset[str]:
    """Every text that a specification stands for.

    Levels are parted by ``/`` and joined, words of a level by ``|``; a level that ends with ``?`` may be missing.
    ``在校生数|在校学生数/合计|计?`` stands for 在校生数, 在校学生数, 在校生数合计, 在校生数计 and so on.
    """
    return frozenset("".join(parts) for parts in product(*_levels(spec)))


def _levels(spec: str) -> Iterator[list[str]]:
    for level in spec.split("/"):
        words = [_plain(word) for word in level.removesuffix("?").split("|")]
        yield [*words, ""] if level.endswith("?") else words


def _plain(word: str) -> str:
    """A word of the catalogue as labels are compared."""
    return _DASHES.sub("-", tidy(word))
