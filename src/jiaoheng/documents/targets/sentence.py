"""A sentence made ready for reading: names and dates hidden from the search for figures, cut into clauses."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.documents.targets.dates import Date, dates
from jiaoheng.documents.targets.figures import Figure, figures

HIDDEN = "■"
DATED = "◆"
_LONGEST_NAME = 40
_NAMES = re.compile(
    rf"“[^”\n。]{{1,{_LONGEST_NAME}}}”|‘[^’\n。]{{1,{_LONGEST_NAME}}}’|\"[^\"\n。,;]{{1,24}}\"|《[^》\n]{{1,120}}》|〈[^〉\n]{{1,120}}〉|「[^」\n]{{1,40}}」"
)
_DOCUMENT = re.compile(
    r"[〔\[(【](?:19|20)\d\d[〕\])】]第?\d{1,6}号|第[零一二三四五六七八九十百千万\d]+[条款项章节期批届个名位次阶段轮部类学年步季]{1,2}|\d{1,6}号(?:文|令|公告|楼)?"
    r"|[(\[]\d{1,2}[)\]]|(?<![比为到于达\d.])(?:0?[6-9]|1\d|2[0-4]):[0-5]\d(?![\d.])"
)
# Counted parts of a name or a way of speaking: 九年一贯制, 三支队伍, 1+N, 5G.
_SAYINGS = re.compile(
    r"(?<![\dN])[\dN]{1,5}(?:\+[\dNnX]{1,5})+|(?<!\d)\d{1,3}[DGHK](?![a-z])|[一二三四五六七八九十\d]{1,3}年(?:一贯制|制|义务教育|行动|计划|规划|攻坚)|(?:学前|普惠)[一二三123]年(?=毛入|教育|适龄)"
    r"|[一二两三四五六七八九十\d]{1,2}(?:(?:至|到|-|~|、)[一二三四五六七八九十\d]{1,2}){0,3}年级|\d{1,2}(?:-|~|至|—|–)\d{1,2}周?岁(?!以)|[零一二三四五六七八九十两]{1,3}周岁"
    r"|一(?:校|园|乡|县|镇|村|生|人|班|师|课|区|科|街|项|县|地|馆|事|月|周|年|季|学期|岗|企|家|户|线|主|核|体)[一双两多几][\u4e00-\u9fff]{1,2}"
    # 成熟一个、组建一个
    r"|(?:(?![每各])[\u4e00-\u9fff]{1,3}(?<![学中高园校楼馆室场院所站点班县乡镇村人生师])一[个批所项件家片校园年步][、,]?){2,}"
    r"(?=[,。;!]|\Z)"
    r"|[一两三四五六七八九十]位一体|[一二三四五六七八九十]五(?=规划|时期|期间|末|以来|教育)"
)
_BRACKETS = re.compile(r"\(([^()\n]{0,120})\)")
_HAS_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:万|亿|余|多)?(?:[%所个名人次间门元幢栋台套座项]|小时|分钟|学时|平方米)|其中|[一二三四五六七八九十两]所"
)
_BOUNDARY = re.compile(r";|(?<!\d),|,(?!\d{3}(?!\d))|[。!?]|:(?!\d)|(?<!\d):|[()]|\n")


class Clause(msgspec.Struct, frozen=True):
    """A stretch of the sentence between commas, with its figures; ``bracket`` when it stands in brackets."""

    start: int
    end: int
    figures: tuple[Figure, ...]
    bracket: bool = False


class Sentence(msgspec.Struct, frozen=True):
    """A sentence three times in one length: repaired, as the original spells it, and with names and dates hidden."""

    text: str
    words: str
    hidden: str
    dates: tuple[Date, ...]
    clauses: tuple[Clause, ...]


def sentence(text: str, words: str | None = None) -> Sentence:
    """The sentence cut and searched; ``words`` are the original's characters where they differ."""
    found_dates = tuple(dates(text))
    hidden = _hidden(text, found_dates)
    return Sentence(text, words or text, hidden, found_dates, tuple(_clauses(hidden, figures(hidden))))


def _hidden(text: str, found: tuple[Date, ...]) -> str:
    pieces: list[str] = []
    place = 0
    names = _NAMES.sub(_blot, text)
    for date in found:
        pieces += [names[place : date.start], DATED * (date.end - date.start)]
        place = date.end
    hidden = "".join([*pieces, names[place:]])
    hidden = _DOCUMENT.sub(_blot, hidden)
    hidden = _SAYINGS.sub(_blot, hidden)
    return _BRACKETS.sub(lambda match: match[0] if _HAS_FIGURE.search(match[1]) else _blot(match), hidden)


def _blot(match: re.Match[str]) -> str:
    return HIDDEN * len(match[0])


def _clauses(hidden: str, found: list[Figure]) -> list[Clause]:
    clauses: list[Clause] = []
    place, bracket, first = 0, False, 0
    cuts = [(match.start(), match.end(), match[0]) for match in _BOUNDARY.finditer(hidden)]
    for start, end, mark in [*cuts, (len(hidden), len(hidden), "")]:
        last = first
        while last < len(found) and found[last].number < start:
            last += 1
        clauses.append(Clause(place, start, tuple(found[first:last]), bracket))
        first, place = last, end
        bracket = mark == "(" or (bracket and mark != ")")
    return clauses
