"""Numbers as plan documents write them: 1,200, 2.34万, 三十五, 百分之九十, 1至2, 1:13 — and as scans damage them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_DIGITS = {character: place for place, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

# l and O stand for 1 and 0 only inside a figure that has a digit besides (l00%), never in a word.
_ARABIC = r"(?<![A-Za-z0-9.])(?:\d{1,3}(?:,\d{3})+(?!\d)|[lO]?\d[\dlO]*+(?: \d++)*+)(?:\.\d++)?"
# A power alone counts nothing (万名教师进万家).
_CHINESE = r"[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*+(?:点[零〇一二三四五六七八九]++[万亿]?)?"
_SHARE = r"[零〇一二两三四五六七八九十百千]++(?:点[零〇一二三四五六七八九]++)?"
_TIMES = r"[十百千]?[万亿]|[百千](?!分)"
_SINGLE = rf"(?:(?:{_ARABIC})(?:[余多]?(?:{_TIMES}))?|{_CHINESE})"
_TO = r"(?:[-—–―~至]{1,2}|到|或)"
_NUMBER = re.compile(
    rf"(?P<fraction>(?P<parts>{_SHARE})分之(?P<share>{_SHARE}|{_ARABIC}))"
    rf"|(?P<ratio>(?<![\d:])(?P<first>\d+(?:\.\d+)?)[:∶/比](?P<second>\d+(?:\.\d+)?)(?![\d:]))"
    r"|(?P<half>(?:(?P<and>\d+|[一两三四五])个)?半(?=小时))"
    rf"|(?P<low>{_SINGLE})(?:(?P<between>%|[\u4e00-\u9fff]{{1,2}}?)?{_TO}(?P<high>{_SINGLE}))?"
)


class Number(msgspec.Struct, frozen=True):
    """A number at ``text[start:end]``; ``kind`` is plain, share (a part of 100, from 百分之) or ratio.

    ``maximum`` is set for a range, ``between`` what stood after its first figure (90%至95%). ``words`` tells that
    it was written in Chinese numerals, which name things as often as they count them.
    """

    start: int
    end: int
    value: float
    maximum: float | None = None
    kind: str = "plain"
    words: bool = False
    between: str | None = None
    more: bool = False


def numbers(text: str) -> Iterator[Number]:
    """Every number of the text, from left to right, without overlap."""
    place = 0
    while match := _NUMBER.search(text, place):
        found = _number(match)
        place = found.end
        yield found


def _number(match: re.Match[str]) -> Number:
    start, end = match.span()
    if match["fraction"]:
        parts, share = spoken(match["parts"]), plain(match["share"])
        return Number(start, end, share * 100 / parts if parts else share, kind="share", words=True)
    if match["ratio"]:
        return Number(start, end, plain(match["first"]), plain(match["second"]), kind="ratio")
    if match["half"]:
        return Number(start, end, (plain(match["and"]) if match["and"] else 0) + 0.5)
    low, high = match["low"], match["high"]
    words = not low[0].isascii()
    more = any(sign in low for sign in "余多")
    if high is None:
        return Number(start, match.end("low"), plain(low), words=words, more=more)
    first, last = plain(low), plain(high)
    # 1-2万: the power at the end belongs to both.
    if high[-1] in _POWERS and low[-1].isdigit() and high[0].isascii():
        first *= _POWERS[high[-1]]
    if last <= first:
        # 2:1, 5到3: no range; the second figure is read on its own.
        return Number(start, match.end("low"), plain(low), words=words, more=more)
    return Number(start, end, first, last, words=words, between=match["between"])


def plain(written: str) -> float:
    """The value of one written number, Arabic with or without 万/亿, or Chinese."""
    if not (written[0].isascii()):
        return spoken(written)
    figure = re.match(r"[\dlO, ]+(?:\.\d+)?", written)
    assert figure is not None
    digits = figure[0].replace(",", "").replace(" ", "").replace("l", "1").replace("O", "0")
    if len(digits) > 1 and digits[0] == "0" and "." not in digits:
        digits = f"0.{digits[1:]}"  # 05%: the scan lost the point
    value = float(digits)
    for power in written[figure.end() :].lstrip("余多"):
        value = round(value * _POWERS[power], 6)
    return value


def spoken(written: str) -> float:
    """The value of a number in Chinese numerals: 三十五, 一百二十, 一万二千, 二〇二五, 九十五点五."""
    whole, _, decimals = written.partition("点")
    value = _digits(whole) if not set(whole) & set(_POWERS) else _powers(whole)
    if decimals and decimals[-1] in _POWERS:
        return round(spoken(f"{whole}点{decimals[:-1]}") * _POWERS[decimals[-1]], 6)
    if decimals:
        value += float("0." + "".join(str(_DIGITS[digit]) for digit in decimals))
    return round(value, 6)


def _digits(written: str) -> float:
    return float("".join(str(_DIGITS[digit]) for digit in written) or "0")


def _powers(written: str) -> float:
    total = section = digit = 0
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif _POWERS[character] < 10_000:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _POWERS[character]
            section = digit = 0
    return float(total + section + digit)
