"""Text as it would stand without the damage of scans and web copies, and the way back to the text as it is.

Reading works on the repaired text; every record's place is given in the text as it was decoded. Characters are
replaced one for one or dropped, never inserted.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

import msgspec

from jiaoheng.documents.wrapping import BLANKS, unwrapped


class Repaired(msgspec.Struct, frozen=True):
    """``text`` without damage; character ``i`` of it came from ``origins[i]`` of ``original``."""

    original: str
    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``, which must not be empty."""
        return self.origins[start], self.origins[end - 1] + 1

    def quote(self, start: int, end: int) -> str:
        """The original's own words for ``text[start:end]``, with the blanks within."""
        first, last = self.span(start, end)
        return self.original[first:last]

    def words(self, start: int, end: int) -> str:
        """The original's own words for ``text[start:end]``, without stray blanks; may be empty."""
        written: list[str] = []
        for index in range(start, end):
            origin = self.origins[index]
            following = self.origins[index + 1] if index + 1 < end else origin + 1
            between = self.original[origin + 1 : following]
            # A sign that was read as two letters keeps its second; what stood on lines between is dropped.
            written.append(self.original[origin] + ("" if "\n" in between else _BLANK.sub("", between)))
        return "".join(written)

    def at(self, place: int) -> int:
        """Where a place of the original stands in ``text``: at it, or at the next character that was kept."""
        return bisect_left(self.origins, place)


_BLANK = re.compile(f"[{BLANKS}]+")
_VISIBLE_BLANK = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_BREAKS = dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n")
_NARROW = {ord(wide): narrow for wide, narrow in zip("〜～﹪﹣﹤﹥", "~~%-<>", strict=True)}
_NARROW |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
_NARROW |= {ord(wide): narrow for wide, narrow in _BREAKS.items()}
_NARROW |= {0x2F00 + index: unicodedata.normalize("NFKC", chr(0x2F00 + index)) for index in range(0xD6)}


def repaired(original: str) -> Repaired:
    """The text with half-width letters, digits and marks, without stray blanks and breaks, plain misreadings mended.

    A line break stays unless it stands in the middle of a sentence. A blank stays between words of letters and
    between two figures that may be two; ``|`` or a row of tabs parts the cells of a table.
    """
    narrow = unwrapped(_barred(original.replace("\r\n", " \n").translate(_NARROW)))
    characters: list[str] = []
    origins: list[int] = []
    place = 0
    for blank in _BLANK.finditer(narrow):
        start, end = blank.span()
        characters.append(narrow[place:start])
        origins.extend(range(place, start))
        if _stays(narrow, start, end):
            characters.append(" ")
            origins.append(start)
        place = end
    characters.append(narrow[place:])
    origins.extend(range(place, len(narrow)))
    return _mended(original, "".join(characters), origins)


_TABBED = re.compile(r"^[^\n\t]+\t[^\n\t]*\t[^\n]*$", re.MULTILINE)
_LINE = re.compile(r"[^\n]+")
_GAP = re.compile(r"(?<=\S)[ \u00a0\u3000]{2,}(?=\S)")
_LONGEST_ROW = 400
_CELL = re.compile(r"[>≥<≤约]?[\d.,]+[%％万亿]?(?:以上|左右|以内|以下)?|(?:20|19)\d\d年?|约束性|预期性|[—-]")


def _barred(text: str) -> str:
    """The text, equally long, with bars between the cells of lines that are rows of a table by tabs or wide gaps."""
    if "\t" in text:
        text = _TABBED.sub(lambda line: line[0].replace("\t", "|") if line[0][:1].strip() else line[0], text)
    if not _GAP.search(text):
        return text
    return _LINE.sub(lambda line: _gaps_barred(line[0]), text)


def _gaps_barred(line: str) -> str:
    if len(line) > _LONGEST_ROW or "|" in line or not _GAP.search(line):
        return line
    cells = _GAP.split(line.strip())
    if len(cells) < 3 or sum(_CELL.fullmatch(cell) is not None for cell in cells) < 2:
        return line
    return _GAP.sub(lambda gap: "|" + " " * (len(gap[0]) - 1), line)


def _stays(text: str, start: int, end: int) -> bool:
    """Whether the blank ``text[start:end]`` parts two words or two figures."""
    if start == 0 or end == len(text) or not (_parts(text[start - 1]) and _parts(text[end])):
        return False
    if _VISIBLE_BLANK.search(text, start, end) is None:
        return False
    return not (text[start - 1].isdigit() and text[end].isdigit() and _one_figure(text, start, end))


def _parts(character: str) -> bool:
    """Whether a blank beside this character may part two words or two figures."""
    return character.isascii() and character.isalnum()


_PROSE = re.compile(r"[,。;、(]")


def _in_prose(text: str, start: int, end: int) -> bool:
    """Whether marks stand before and after in the same line, as they do in sentences and not in rows of a table."""
    around = text[max(0, start - 40) : start].rpartition("\n")[2], text[end : end + 40].partition("\n")[0]
    return all(_PROSE.search(part) for part in around)


_LEFT = re.compile(r"\d+\Z")
_RIGHT = re.compile(r"(\d+)[ \u3000]?(.?)")
_AFTER_YEAR, _AFTER_MONTH = "年", "月"
_COUNTED = "%所个人名间亩万亿元次幢栋平件台班小课"


def _one_figure(text: str, start: int, end: int) -> bool:
    """Whether two runs of digits with a blank between are one figure for certain: 32 00个, 1 0月, 20 25年."""
    left_match = _LEFT.search(text, max(0, start - 12), start)
    right_match = _RIGHT.match(text, end)
    if not left_match or not right_match:
        return False
    left, right, after = left_match[0], right_match[1], right_match[2]
    before = text[left_match.start() - 1] if left_match.start() else "\n"
    if before in "\n.|" or (before.isspace() and not _in_prose(text, left_match.start(), end)):
        return False
    joined = left + right
    if not after:
        return False
    if after == "号" and before in "〕])】":
        return True
    if after == _AFTER_YEAR or after in "〕])】":
        # Two years with the dash between them lost (2021 2025 as one) may be broken as well.
        years = [joined[place : place + 4] for place in range(0, len(joined), 4)]
        return len(joined) in (4, 8) and all("1980" <= year <= "2060" for year in years) and len(left) not in (4, 8)
    if after == _AFTER_MONTH:
        return joined in ("10", "11", "12")
    if after not in _COUNTED:
        return False
    return right[0] == "0" or (len(left) == 1 and len(right) == 3)


# Words that scans break, and what they must have been; the second of two letters that were one sign is dropped.
_MISREAD = (
    (re.compile(r"教(行)(?=局|厅|部|系统|事业|质量|资源|教学|现代化|体系|改革|学校|科|大计|集团|管理)"), "育"),
    (re.compile(r"(?:学前|义务|职业|基础|特殊|高等|家庭|素质|民办|继续|国民|劳动)教(行)(?![为动业政走])"), "育"),
    (re.compile(r"教(仔|肓|宥|胄)"), "育"),
    (re.compile(r"(?<=[县市区州])教(分)(?=局)"), "育"),
    (re.compile(r"综合(行)(?=人)"), "育"),
    (re.compile(r"(白)(?=治[区州县]|然资源|然村|主招|主创)"), "自"),
    (re.compile(r"(?<=[\u4e00-\u9fff])(ff|Ff)(?=[\u4e00-\u9fff])"), "育"),
    (re.compile(r"(?<=全)(F[l1I]|R)(?=制)"), "日"),
    (re.compile(r"(?<=一)(H)(?=活动|生活|三餐|流程)"), "日"),
    (re.compile(r"(?<=[\u4e00-\u9fff])([lI])(?=[个所名次项门间]|万[元个人名])"), "1"),
    (re.compile(r"(?:率|比例|比重|占比|达到?|[至为])\d{1,3}(?:\.\d{1,2})?(乐|机|哆)(?!构|位|房|动)"), "%"),
)
_SUSPICIOUS = re.compile(r"教[行仔肓宥胄分]|合行人|白[治然主]|ff|Ff|全[FR]|一H|[lI][个所名次项门间万]|\d[乐机哆]")


def _mended(original: str, text: str, origins: list[int]) -> Repaired:
    if _SUSPICIOUS.search(text) is None:
        return Repaired(original, text, origins)
    changes: dict[int, tuple[int, str]] = {}
    for pattern, word in _MISREAD:
        for match in pattern.finditer(text):
            changes[match.start(1)] = (match.end(1), word)
    characters: list[str] = []
    kept: list[int] = []
    place = 0
    for start in sorted(changes):
        end, word = changes[start]
        if start < place:
            continue
        characters += [text[place:start], word]
        kept += [*origins[place:start], origins[start]]
        place = end
    characters.append(text[place:])
    kept += origins[place:]
    return Repaired(original, "".join(characters), kept)
