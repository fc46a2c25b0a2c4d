"""Numbers as Word's numbering formats write them."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_COUNTING = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
        "koreanCounting",
    )
)
_DIGIT_BY_DIGIT = frozenset(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2"))
_CIRCLED = frozenset(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"))
_FULL_WIDTH = frozenset(("decimalFullWidth", "decimalFullWidth2"))


def numeral(number: int, form: str) -> str:
    """A number in one of Word's formats (``w:numFmt``); one that is not known is written in digits."""
    if form == "none":
        return ""
    if number <= 0:
        return str(number)
    if form in _COUNTING:
        return counted(number)
    if form in _DIGIT_BY_DIGIT:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if form == "chineseLegalSimplified":
        return counted(number, _FORMAL, "拾佰仟")
    if form in ("ideographLegalTraditional", "japaneseLegal"):
        return counted(number, _FORMAL_TRADITIONAL, "拾佰仟")
    if form in _CIRCLED:
        return chr(0x245F + number) if number <= 20 else str(number)
    if form == "ideographEnclosedCircle":
        return chr(0x327F + number) if number <= 10 else counted(number)
    if form == "decimalEnclosedParen":
        return f"({number})"
    if form == "decimalEnclosedFullstop":
        return f"{number}."
    if form in _FULL_WIDTH:
        return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
    if form == "decimalZero":
        return f"{number:02}"
    if form == "numberInDash":
        return f"-{number}-"
    return _lettered(number, form)


def _lettered(number: int, form: str) -> str:
    if form == "upperRoman":
        return _roman(number).upper()
    if form == "lowerRoman":
        return _roman(number)
    if form == "upperLetter":
        return _letters(number)
    if form == "lowerLetter":
        return _letters(number).lower()
    if form == "ideographTraditional":
        return _STEMS[number - 1] if number <= len(_STEMS) else str(number)
    if form == "ideographZodiac":
        return _BRANCHES[number - 1] if number <= len(_BRANCHES) else str(number)
    return str(number)


def counted(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """A number below ten thousand as it is said: 十一, 二十, 一百零三; larger ones digit by digit."""
    if number >= 10_000:
        return "".join(digits[int(digit)] for digit in str(number))
    text = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + digits[digit] + (units[place - 1] if place else "")
        gap = False
    return text[1:] if 10 <= number < 20 and digits is _DIGITS else text


def _roman(number: int) -> str:
    if number >= 4000:
        return str(number)
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (number // worth)
        number %= worth
    return text


def _letters(number: int) -> str:
    """A to Z, then AA to ZZ, as Word counts."""
    return chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
