"""The figures of a sentence: a number with its unit, and the words of comparison around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.records import Comparator
from jiaoheng.documents.targets.numbers import Number, numbers
from jiaoheng.documents.targets.words import WORDS, one_of

_UNITS = WORDS.units
_LARGEST = 1e13


class Figure(msgspec.Struct, frozen=True):
    """A number with its unit in ``text[number:end]``, and the comparison in ``text[start:last]`` around both.

    ``before`` and ``after`` are the comparators said there, None where none is. ``base`` is where the words between
    comparator and number begin (不低于|教师总数的|5%); it is ``number`` where there are none. ``counted`` tells that
    the unit is a counting word, else it is a measure. ``guessed`` that the unit was lost and is read from the sense.
    """

    start: int
    base: int
    number: int
    end: int
    last: int
    value: float
    unit: str
    maximum: float | None = None
    before: Comparator | None = None
    after: Comparator | None = None
    wording: str = ""
    counted: bool = False
    words: bool = False
    ratio: bool = False
    guessed: bool = False
    roughly: bool = False

    @property
    def comparator(self) -> Comparator:
        """What both sides say together; a plain figure is ``=``."""
        if self.before in ("+=", "-=") and self.after:
            return self.after
        if self.before in ("+=", "-=", ">", "<", "<="):
            if self.before == "<=" and self.after == "~":
                return "~"
            return self.before
        return self.after or self.before or ("~" if self.roughly else "=")


_PER = one_of(_UNITS.per)
_MEASURE = one_of(_UNITS.measure)
_UNIT = re.compile(
    rf"(?P<more>[余多])?(?P<power>[万亿])?(?P<unit>(?P<measure>{_MEASURE})|(?P<count>{one_of(_UNITS.count)}))(?P<per>(?:/|每){_PER})?"
)
_BROKEN = re.compile(one_of(_UNITS.broken))

_SIGNED: tuple[tuple[Comparator, list[str]], ...] = (
    ("=", WORDS.comparators.same),
    ("-=", WORDS.comparators.lowered),
    ("+=", WORDS.comparators.raised),
    ("~", WORDS.comparators.about),
    ("<", WORDS.comparators.less),
    (">", WORDS.comparators.more),
    ("<=", WORDS.comparators.most),
    (">=", WORDS.comparators.least),
)
_MEANING: dict[str, Comparator] = {word: sign for sign, words in _SIGNED for word in words}
_ANY = one_of(_MEANING)
_FILLER = r"(?:了|为|到|至|有|在|的|均|各|分别|每年|每人|每校|:)?"
_WORDING = re.compile(rf"(?P<word>{_ANY}){_FILLER}\Z")
_LONGEST_WORDING = 9
# 不低于活动总量的80%, 不低于教师总数5%, 不超过居民收入的1.5倍: a share of something named between.
_OF_WHAT = re.compile(
    r"(?P<word>不(?:得|能|应)?[少低高多大小]于|不(?:得|能|应)?超过|至少达到?|达到|达|超过|低于|高于|控制在|占到?(?!比)|保持在)(?P<what>[^,;:。%\d◆由从]{2,18}?)(?:的)?\Z"
)
_AFTER: tuple[tuple[Comparator, re.Pattern[str]], ...] = (
    (">=", re.compile(one_of(WORDS.comparators.least_after))),
    ("<=", re.compile(one_of(WORDS.comparators.most_after))),
    ("~", re.compile(one_of(WORDS.comparators.about_after))),
)
_RATE = re.compile(r"(?:率|比例|占比|比重|比|度|程度)[^,;。]{0,14}\Z")
_COEFFICIENT = re.compile(r"(?:系数|指数)[^。;]{0,40}(?:在|于|到|至|过|为)\Z")
_UNSURE_AFTER = re.compile(r"\A(?:[,;。!?、)]|(?:到|至)?20\d\d年|\Z|以上|以内|左右|以下)")


def figures(text: str) -> list[Figure]:
    """The figures of a sentence from left to right; a number without a unit is none, unless it shares a later one's."""
    found: list[Figure] = []
    bare: list[Number] = []
    for number in (each for found_number in numbers(text) for each in _two_measures(text, found_number)):
        figure = _figure(text, number)
        if figure is None:
            bare.append(number)
            continue
        found += [*_sharing(text, bare, figure), figure]
        bare = []
    return found


def _two_measures(text: str, number: Number) -> list[Number]:
    """3个月或60课时 is no range but two figures: each of its numbers has a unit of its own."""
    if number.maximum is None or not number.between or number.between in "万亿":
        return [number]
    unit, own = _UNIT.match(text, number.end), _UNIT.fullmatch(number.between)
    if unit is None or own is None or unit["unit"] == own["unit"] or unit["unit"].endswith("百分点"):
        return [number]
    middle = text.index(number.between, number.start, number.end) + len(number.between)
    second = middle + next(numbers(text[middle : number.end])).start
    return [
        msgspec.structs.replace(number, end=middle - len(number.between), maximum=None, between=None),
        msgspec.structs.replace(number, start=second, value=number.maximum, maximum=None, between=None),
    ]


def _figure(text: str, number: Number) -> Figure | None:
    if number.value > _LARGEST or (
        number.between and not _UNIT.fullmatch(number.between) and number.between not in "万亿"
    ):
        return None
    if number.kind == "share":
        return _compared(text, number, number.end, 1.0, "%", counted=False)
    if number.kind == "ratio":
        return _ratio(text, number)
    unit = _UNIT.match(text, number.end)
    if unit is None or _BROKEN.match(text, unit.start("unit")):
        return _unit_lost(text, number)
    factor = {None: 1.0, "万": 1e4, "亿": 1e8}[unit["power"]]
    name = unit["unit"]
    if name == "个" and _POINTS_SHARED.match(text, unit.end()):
        return None  # 2个和5个百分点: the unit comes with the last
    if name in ("成",):
        name, factor = "%", factor * 10
    if name in ("个百分点", "个小时"):
        name = name[1:]
    counted = unit["count"] is not None
    if name in ("学位", "床位", "机位", "工位", "车位"):
        return _compared(text, number, unit.start("unit"), factor, "个", counted=True, roughly=bool(unit["more"]))
    return _compared(
        text, number, unit.end(), factor, name + (unit["per"] or ""), counted=counted, roughly=bool(unit["more"])
    )


_POINTS_SHARED = re.compile(r"(?:、|和|与|及|以及)[\d.]+(?:个(?:、|和|与|及|以及)[\d.]+)*个百分点")


_OF_RATIO = re.compile(r"(?:比|编制|配备)[^,;。]{0,24}\Z")


def _ratio(text: str, number: Number) -> Figure | None:
    """1:13 of a 师生比; a clock's 8:30 or a scale is none."""
    near = text[max(0, number.start - 28) : number.start]
    if not _OF_RATIO.search(near) and not text.startswith(("的比例", "比例", "的标准"), number.end):
        return None
    sides = sorted((number.value, number.maximum or 1.0))
    whole = Number(number.start, number.end, sides[1] / sides[0] if sides[0] else sides[1], kind="ratio")
    return _compared(text, whole, number.end, 1.0, "", counted=False, ratio=True)


def _unit_lost(text: str, number: Number) -> Figure | None:
    """A figure without unit: a rate's whose % was lost (覆盖率达到95,), or a coefficient's (差异系数控制在0.5以内)."""
    nearby = text[max(0, number.start - 48) : number.start]
    if not number.words and "数" in nearby and number.value < 10 and _COEFFICIENT.search(nearby):
        return _compared(text, number, number.end, 1.0, "", counted=False)
    if number.words or number.value > 100 or not _UNSURE_AFTER.match(text[number.end : number.end + 6]):
        return None
    before = text[max(0, number.start - 24) : number.start]
    if not _RATE.search(before) or not re.search(r"[到达于过在至为]\Z", before):
        return None
    # 校际差异率低于0.15: a share of one and not of a hundred.
    unit = "" if 0 < number.value < 1 else "%"
    return _compared(text, number, number.end, 1.0, unit, counted=False, guessed=True)


def _compared(
    text: str,
    number: Number,
    end: int,
    factor: float,
    unit: str,
    *,
    counted: bool,
    ratio: bool = False,
    guessed: bool = False,
    roughly: bool = False,
) -> Figure:
    start, base, before, wording = _said_before(text, number.start)
    last, after = _said_after(text, end)
    return Figure(
        start=start,
        base=base,
        number=number.start,
        end=end,
        last=last,
        value=round(number.value * factor, 6),
        maximum=None if number.maximum is None else round(number.maximum * factor, 6),
        unit=unit,
        before=before,
        after=after,
        wording=wording,
        counted=counted,
        words=number.words and number.kind == "plain",
        ratio=ratio,
        guessed=guessed,
        roughly=roughly or number.more,
    )


def _said_before(text: str, place: int) -> tuple[int, int, Comparator | None, str]:
    """Where the comparator begins, where its base begins, what it says, in which words."""
    head = text[max(0, place - _LONGEST_WORDING) : place]
    offset = place - len(head)
    found = _WORDING.search(head)
    if found:
        sign = _MEANING[found["word"]]
        start = offset + found.start()
        inner = _WORDING.search(text[max(0, start - _LONGEST_WORDING) : start])
        # 控制在不超过5%, 新增不少于1000个: the nearer word says the comparison; 提高约3个 keeps the change.
        if inner and _MEANING[inner["word"]] in ("+=", "-=") and sign in ("~", "="):
            start -= len(text[max(0, start - _LONGEST_WORDING) : start]) - inner.start()
            sign = _MEANING[inner["word"]]
        return start, place, sign, found["word"]
    head = text[max(0, place - 30) : place]
    offset = place - len(head)
    found = _OF_WHAT.search(head)
    if found and text[place - 1] in "的数量额":
        return offset + found.start(), offset + found.start("what"), _MEANING.get(found["word"], ">="), found["word"]
    return place, place, None, ""


def _said_after(text: str, place: int) -> tuple[int, Comparator | None]:
    for sign, pattern in _AFTER:
        found = pattern.match(text, place)
        if found:
            return found.end(), sign
    return place, None


def _sharing(text: str, bare: list[Number], figure: Figure) -> Iterator[Figure]:
    """The numbers right before a figure in a list that names the unit once: 分别达到95、98和99%."""
    place = figure.number
    shared: list[Number] = []
    for number in reversed(bare):
        if not re.fullmatch(r"个?(?:、|和|与|及|以及)", text[number.end : place]):
            break
        shared.append(number)
        place = number.start
    factor = 1e4 if "万" in text[figure.number : figure.end] and figure.value >= 1e4 else 1.0
    for number in reversed(shared):
        scale = factor if number.value < 1e4 else 1.0
        end = number.end + text.startswith("个", number.end)
        yield msgspec.structs.replace(
            _compared(text, number, end, scale, figure.unit, counted=figure.counted),
            after=figure.after,
        )
