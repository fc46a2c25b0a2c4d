"""Line breaks in the middle of a sentence, as copies from web pages and PDF files have them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

# Blanks, zero-width characters, soft hyphens, marks of direction, variation selectors and control characters.
BLANKS = (
    r" \t\u00a0\u00ad\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ufffc"
    r"\x00-\x08\x0e-\x1b\x7f"
)
_LINE = re.compile(rf"(?<![^\n])(?P<indent>[{BLANKS}]*+)(?P<text>[^\n{BLANKS}]++(?:[{BLANKS}]++[^\n{BLANKS}]++)*+)")
# What begins a line of its own: a number of a heading, a line of units, a box, an annex, a date.
_BEGINS = re.compile(
    rf"""(?:第[一二三四五六七八九十百\d]{{1,4}}(?:[章节编篇条]|部分)
    | [一二三四五六七八九十]{{1,3}}[{BLANKS}]*[、.]
    | \([{BLANKS}]*[一二三四五六七八九十\d]{{0,3}}[{BLANKS}]*\)
    | \d{{1,2}}[{BLANKS}]*[.、)](?!\d)
    | [①-⑳●■◆★▲○□◇☆►·•]
    | ——|--|[—─]{{2}}
    | [(\[【]?(?:牵头|责任|配合|负责|协同|参与|协办|参加)(?:单位|部门|科室|股室)?[{BLANKS}]*[:】]
    | [\u4e00-\u9fff]{{2,12}}[〔\[(【]20\d\d[〕\])】][^\n]{{0,3}}\d{{1,4}}[^\n]{{0,2}}号[{BLANKS}]*(?:\n|\Z)
    | 专栏|重点工程|附[{BLANKS}]*[件表录注:]|目[{BLANKS}]*录[{BLANKS}]*(?:\n|\Z)
    | (?:20\d\d|[二○〇零０O]{{1,2}}[○〇零一二三四五六七八九Oo]{{2}}.?)年[^\n]{{1,4}}月[^\n]{{1,4}}日[{BLANKS}]*(?:\n|\Z)
    | (?:抄送|主送|发送|报送|信息公开|公开方式|来源|发布|索引号|文号|有效性|主题词|备注|注)[^\n]{{0,4}}:)""",
    re.VERBOSE,
)
_NUMBER_ALONE = re.compile(
    r"\d{1,2}[.、]?|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}[章节]"
)
_STOPS = "。;:!?…|"
_GOES_ON = ",。;:、)》”’」』〕]%!?"
_LEFT_OPEN = "、,(《“‘「『〔["
_PAGE = re.compile(r"[—\-–─~·][\s]*\d{1,3}[\s]*[—\-–─~·]|第\s*\d{1,3}\s*页(?:[\s,/]*共\s*\d{1,3}\s*页)?|\d{1,3}")
_UNITS = re.compile(r"(?:牵头|责任|配合|负责|协同|参与|协办|参加)(?:单位|部门|科室|股室)?[^\n:。]{0,4}:[^\n。]*\Z")
_UNITS_LABEL = re.compile(r"(?:牵头|责任|配合|负责|协同|参与|协办|参加)(?:单位|部门|科室|股室)[^\n:。]{0,4}:\Z")
_SHORT_OF_UNIT = re.compile(
    r"(?:局|委|办|部|府|院|校|会|中心|公司|所|队|联|厅|处|科|股|站|园|镇|乡|道|位|门|团|[)）])\Z"
)
_YEAR_ENDS = re.compile(r"(?<=[^\d\n])(?:1|2|19|20|19\d|20\d)\Z")
_YEAR_GOES_ON = re.compile(r"(\d{1,3})年")
_DIGITS_OF_A_YEAR = 4
_SENTENCE = 25
_LOOK_BACK = 400


def unwrapped(text: str) -> str:
    """The text, equally long, with blanks instead of the line breaks that stand in the middle of a sentence."""
    found = list(_LINE.finditer(text))
    width = _usual_width(found)
    indented = width is not None and sum(bool(line["indent"]) for line in found) >= max(2, len(found) // 12)
    gap = _usual_gap(text, found)
    characters: list[str] | None = None
    before: re.Match[str] | None = None
    begin = 0  # where the sentence that the line before may have gone on with begins
    pages = 0  # page numbers between the line before and this one
    for line in found:
        words = line["text"]
        if before is None:
            before, begin = line, line.start("text")
            continue
        if width and len(words) <= 12 and _PAGE.fullmatch(words.strip()):
            # A page's number is dropped where the sentence goes on over it, and else is a line as any.
            pages += 1
            continue
        far = text.count("\n", before.end(), line.start()) > gap + pages
        pages = 0
        if _continues(before, line, text[max(begin, before.end() - _LOOK_BACK) : before.end()], width, indented, far):
            characters = characters or list(text)
            for place in range(before.end(), line.start()):
                characters[place] = "\u00a0"
        else:
            begin = line.start("text")
        before = line
    return "".join(characters) if characters else text


def _usual_gap(text: str, found: list[re.Match[str]]) -> int:
    """How many line breaks stand between two lines as a rule: copies of web pages have an empty line after each."""
    gaps = Counter(text.count("\n", one.end(), two.start()) for one, two in pairwise(found))
    return min(gaps.most_common(1)[0][0], 3) if gaps else 1


def _breadth(line: re.Match[str]) -> float:
    """How broad a line is printed, in Chinese characters."""
    words = line["text"]
    ascii_count = len(words.encode("ascii", "ignore"))
    return len(line["indent"].replace(" ", "")) + line["indent"].count(" ") / 2 + len(words) - ascii_count / 2


def _usual_width(found: list[re.Match[str]]) -> float | None:
    """The width at which the lines were broken, or None where they are not broken by width."""
    breadths = [_breadth(line) for line in found if line["text"][-1] not in _STOPS]
    long = [breadth for breadth in breadths if breadth >= 14]
    if len(long) < 6:
        return None
    width, _ = Counter(round(breadth) for breadth in long).most_common(1)[0]
    full = [breadth for breadth in long if abs(breadth - width) <= 2]
    beyond = sum(breadth > width + 3 for breadth in long)
    return max(full) if len(full) * 2 >= len(long) and beyond * 10 <= len(long) and len(full) >= 6 else None


def _continues(
    before: re.Match[str], line: re.Match[str], first: str, width: float | None, indented: bool, far: bool
) -> bool:
    """Whether ``line`` goes on with the words ``first`` before it; ``far`` where empty lines stand between."""
    second = line["text"]
    if _NUMBER_ALONE.fullmatch(before["text"]):
        return second[0] == "." if before["text"][-1].isdigit() else _BEGINS.match(second) is None
    if "|" in before["text"] or "|" in second or "\t" in first or _BEGINS.match(line.string, line.start("text")):
        return False
    if _UNITS_LABEL.search(first):
        return True
    full = width is not None and _breadth(before) >= width - 2.5
    if first[-1] in _STOPS:
        return full and indented and not line["indent"] and first[-1] != "|" and not far
    if far:
        return full
    if second[0] in _GOES_ON or full:
        return True
    if _UNITS.search(first):
        return first[-1] in "、,;" or _SHORT_OF_UNIT.search(first) is None
    return _unfinished(first, second)


def _unfinished(first: str, second: str) -> bool:
    """Whether the words themselves say that a sentence was broken."""
    if first[-1] in _LEFT_OPEN or _opened(first, second, "()") or _opened(first, second, "《》"):
        return len(first) >= 3
    if first[-1].isdigit() and second[0] in "%所个人名年月日万亿元间" and re.search("[\u4e00-\u9fff]{4}", first):
        return True
    year = _YEAR_ENDS.search(first), _YEAR_GOES_ON.match(second)
    if "。" in first or (year[0] and year[1] and len(year[0][0] + year[1][1]) == _DIGITS_OF_A_YEAR):
        return True
    return (
        "," in first
        and len(first) >= _SENTENCE
        and _BEGINS.match(first) is None
        and any(mark in second for mark in ",。;")
    )


def _opened(first: str, second: str, pair: str) -> bool:
    left, right = pair[0], pair[1]
    return first.count(left) > first.count(right) and second.count(right) > second.count(left)
