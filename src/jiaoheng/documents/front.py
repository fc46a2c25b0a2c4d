"""The record of a document: its own title, who issued it, its number, its date and the years it covers."""

from __future__ import annotations

import re

from jiaoheng.documents.dates import DATE, iso
from jiaoheng.documents.organs import DAY, ORGAN, SIGNATURE
from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Record
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.repairing import repaired as repair

_PLAN = (
    r"(?:规划(?:纲要)?|方案|计划|意见|办法|纲要|措施|举措|清单|要点|决定|细则|通知|行动|任务书|规定|制度|倡议"
    r"|工作安排|分工|批复)"
)
_AFTER = r"(?:\((?:[^()\n]{0,30}|[^()\n]{0,20}\([^()\n]{0,10}\))\))*[》”]?"
_TITLE_END = re.compile(_PLAN + _AFTER + r"\Z")
_FILE_NAME = re.compile(r"\.(?:docx?|pdf|txt|html?|wps|rtf|ofd)\Z", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{1,12}(?:\([\u4e00-\u9fff]{1,4}\))?)[〔\[(【{「〈﹝]?(?P<year>(?:19|20)\d\d)[〕\])】}」〉﹞](?:第)?(?P<serial>\d{1,4})号"
)
_CARRIED = re.compile(
    r"(?:印发|转发|发布|通过)(?:[^《\n]{0,10})《(?P<title>[^\n]{4,80}?)》(?:等[^\n]{0,10})?的(?:通知|函|意见)"
)
_CARRIED_BARE = re.compile(r"关于印发(?P<title>[^《\n]{6,80}?)的通知")
_NOTICE = re.compile(r"(?:印发|转发|批转|下发)[^\n]{0,90}(?:通知|函)(?:\([^()\n]{1,12}\))?\Z")
_ISSUER = re.compile(rf"(?P<issuer>(?:中共)?[\u4e00-\u9fff()·]{{2,40}}?{ORGAN})(?=关于|印发|转发)")
_SPAN = re.compile(r"((?:19|20)\d\d)年?(?:[—\-~至到–―]|——)?((?:19|20)\d\d)年?")
_CARRIED_SPAN = re.compile(rf"(?:规划|纲要|方案|计划|意见)\({_SPAN.pattern}\)")
_FIVE_YEARS = re.compile(r"十([三四五六])五")
_LABELLED = re.compile(r"(?:图解|解读(?:文本)?|一图读懂|标题|名称|信息名称|文件名称|当前位置|索引号|主题分类)[:]")
_APPENDED = re.compile(r"(?:附件|附表|附|抄送|来源|发布)[:\d]?")
_DRAFT = re.compile(r"\(?(?:征求意见稿|试行|送审稿|讨论稿|草案|公开征求意见稿)\)?|目录|附件\d*|[—\-]?\d+[—\-]?")
_PAGE_HEAD = 3000  # characters; the label of a page stands above its text
_ISSUED_BY = re.compile(r"(?:发文机[关构]|发文单位|制发机关)[:|]+(?P<value>[^\n:|]{3,60})")
_NUMBERED = re.compile(rf"(?:文号|发文字号)[:|]+(?P<value>{_NUMBER.pattern})")
_DATED = re.compile(r"(?:成文日期|发文日期|印发日期|成文时间)[:|]+(?P<value>[^\n|]{6,16})")
_DASHED = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_SIGNING = ("front", "body", "colophon", "item")
_DAY_ALONE = re.compile(r"\d月\d{1,2}日|[一二三四五六七八九十]日")
_PAGE_LINE = re.compile(r"首页|>|当前位置|发布(?:时间|日期)|浏览|字号|文件\Z")
_BRACKET_LINE = re.compile(
    r"\([^()\n]{0,12}(?:(?:19|20)\d\d[^()\n]{0,16}|试行|修订|征求意见稿|送审稿|草案|暂行)[^()\n]{0,6}\)"
)
_GLUED = re.compile(rf"(?P<title>[^\n,。;:]{{4,60}}?{_PLAN}{_AFTER})(?=为|根据|按照|依据|近年来)")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_LONGEST_LINE = 60
_MOST_LINES = 60
_TAIL_LINES = 12


def record(repaired: Repaired, outline: Outline) -> Record:
    """What the text says of the document itself; None for what it does not say."""
    front = _Front(repaired, outline)
    tail = [outline.text(block) for block in outline.blocks[-_TAIL_LINES:]]
    place = _title_lines(front)
    title = _own_title(front, place) if place else _carried_title(front) or _glued_title(front)
    return Record(
        title=title,
        issuer=_issuer(repaired, front, outline, place[0] if place else None),
        number=_number(repaired, front),
        issued=_issued(repaired, front, tail),
        period=_period(front, title),
    )


class _Front:
    """The lines above the first heading, as spans of the repaired text, and which of them are running text."""

    def __init__(self, repaired: Repaired, outline: Outline) -> None:
        self.repaired = repaired
        first = next((s.start for s in outline.sections if s.style != "annex"), len(repaired.text))
        blocks = [block for block in outline.blocks if block.start < first and block.kind != "contents"]
        self.lines = [(block.start, block.end) for block in blocks][:_MOST_LINES]
        self.texts = [repaired.text[start:end] for start, end in self.lines]
        self.runs = [block.kind != "front" for block in blocks][:_MOST_LINES]


def _bare(line: str) -> str:
    return _FILE_NAME.sub("", _LABELLED.sub("", line))


def _title_lines(front: _Front) -> tuple[int, int] | None:
    """The last lines above the opening paragraph that end as the names of plans do: the first and the last of them."""
    for last in range(len(front.lines) - 1, -1, -1):
        line = _bare(front.texts[last])
        if front.runs[last] or not _TITLE_END.search(line) or _NOTICE.search(line) or _APPENDED.match(line):
            continue
        first = last
        while first > 0 and not front.runs[first - 1] and _belongs(front.texts[first - 1]):
            first -= 1
        if _NOTICE.search("".join(front.texts[first : last + 1])):
            continue
        below = last + 1
        if (
            below < len(front.lines)
            and _BRACKET_LINE.fullmatch(front.texts[below])
            and not _DAY_ALONE.search(front.texts[below])
        ):
            last = below
        return first, last
    return None


def _own_title(front: _Front, place: tuple[int, int]) -> str:
    return "".join(_words(front, index) for index in range(place[0], place[1] + 1))


def _words(front: _Front, index: int) -> str:
    """A line in the original's words, without the page's label before it and the name of a kind of file."""
    start, end = front.lines[index]
    label = _LABELLED.match(front.texts[index])
    return _FILE_NAME.sub("", front.repaired.words(start + (label.end() if label else 0), end))


def _belongs(above: str) -> bool:
    """Whether the line above may be the beginning of the title that goes on below it."""
    dated = DATE.match(above)
    if (
        (dated and dated["day"])
        or len(above) > _LONGEST_LINE
        or above[-1] in ":。;,|"
        or DAY.fullmatch(above.strip("()"))
        or _NUMBER.search(above)
    ):
        return False
    if _IN_BRACKETS.fullmatch(above):
        return False  # (此件公开发布)
    if _TITLE_END.search(_bare(above)) or _APPENDED.match(above) or _LABELLED.match(above) or _DRAFT.fullmatch(above):
        return False
    return SIGNATURE.fullmatch(above) is None and _PAGE_LINE.search(above) is None


def _carried_title(front: _Front) -> str | None:
    """The name of the plan within that of the notice that carries it."""
    joined = "".join(front.texts)
    found = _CARRIED.search(joined) or _CARRIED_BARE.search(joined)
    if not found:
        return None
    places = [place for start, end in front.lines for place in range(start, end)]
    return front.repaired.words(places[found.start("title")], places[found.end("title") - 1] + 1)


def _glued_title(front: _Front) -> str | None:
    """A title with the opening sentence behind it in the same line."""
    for (start, _), text in zip(front.lines, front.texts, strict=True):
        found = _GLUED.match(text)
        if found:
            return front.repaired.words(start, start + found.end("title"))
    return None


def _issuer(repaired: Repaired, front: _Front, outline: Outline, title_starts: int | None) -> str | None:
    """Who signs above the date; else who stands above the title or issues the notice; else what the page says."""
    signed = _signed(repaired, [(block.start, block.end) for block in outline.blocks if block.kind in _SIGNING])
    if signed:
        return signed
    above = (title_starts or 0) - 1
    heads = _organs(repaired, front.lines, above) if title_starts else None
    if heads and title_starts is not None and front.texts[title_starts].startswith("关于"):
        return heads
    joined = "\n".join(text for text, runs in zip(front.texts, front.runs, strict=True) if not runs)
    found = _ISSUER.search(joined)
    return found["issuer"] if found else _labelled(repaired, _ISSUED_BY)


def _signed(repaired: Repaired, lines: list[tuple[int, int]]) -> str | None:
    """The organs in the lines right above a date that stands alone."""
    for index, (start, end) in enumerate(lines):
        if index and DAY.fullmatch(repaired.text, start, end):
            organs = _organs(repaired, lines, index - 1)
            if organs:
                return organs
    return None


def _organs(repaired: Repaired, lines: list[tuple[int, int]], last: int) -> str | None:
    """The lines down to ``last`` that name organs and nothing else, as the original has them."""
    first = last + 1
    while first > 0 and SIGNATURE.fullmatch(repaired.text, *lines[first - 1]):
        first -= 1
    return " ".join(_organ_words(repaired, *lines[index]) for index in range(first, last + 1)) or None


def _organ_words(repaired: Repaired, start: int, end: int) -> str:
    """A line of organs in the original's words; of its blanks those that part two organs stay."""
    written = ""
    first = start
    for place in range(start + 1, end):
        gap = repaired.origins[place] - repaired.origins[place - 1] > 1
        if gap and SIGNATURE.fullmatch(repaired.text, first, place) and SIGNATURE.fullmatch(repaired.text, place, end):
            written += repaired.words(first, place) + " "
            first = place
    return written + repaired.words(first, end)


def _labelled(repaired: Repaired, label: re.Pattern[str]) -> str | None:
    """What the page names after a label, in the original's words without blanks."""
    found = label.search(repaired.text, 0, _PAGE_HEAD)
    return repaired.words(*found.span("value")) if found else None


def _number(repaired: Repaired, front: _Front) -> str | None:
    for (start, _), text, runs in zip(front.lines, front.texts, front.runs, strict=True):
        found = _NUMBER.search(text) if not runs else None
        if found and found.end() >= len(text) - 6:
            return repaired.words(start + found.start(), start + found.end())
    return _labelled(repaired, _NUMBERED)


def _issued(repaired: Repaired, front: _Front, tail: list[str]) -> str | None:
    labelled = _DATED.search(repaired.text, 0, _PAGE_HEAD)
    value = _DASHED.sub(r"\1年\2月\3日", labelled["value"]) if labelled else ""
    lines = [match for text in (*front.texts, *reversed(tail)) if (match := DAY.fullmatch(text.strip("()")))]
    for match in (DATE.match(value), *lines):
        written = iso(match) if match and match["day"] else None
        if written:
            return written
    return None


def _period(front: _Front, title: str | None) -> tuple[int, int] | None:
    narrow = repair(title or "").text
    for words in (narrow, *front.texts):
        carried = words is not narrow
        spans = _CARRIED_SPAN.finditer(words) if carried else _SPAN.finditer(words)
        for span in spans:
            first, last = int(span[1]), int(span[2])
            if 0 < last - first <= 20:
                return first, last
        five = _FIVE_YEARS.search(words) if not carried else None
        if five:
            begins = 2021 + 5 * ("三四五六".index(five[1]) - 1)
            return begins, begins + 4
    return None
