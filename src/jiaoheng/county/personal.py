"""Personal data, told by the name of a column or the shape of a value: the county's tables hold none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Literal

from jiaoheng.county.schema import schema

PersonalKind = Literal["id_number", "phone", "email"]

# Tables with a row a person: here even a bare "name" is a person's.
PERSON_TABLES = frozenset({"teachers", "scores"})

_ID18 = re.compile(r"(?<![0-9A-Za-z])[GgLl]?([1-9]\d{5}[ -]?\d{8}[ -]?\d{3}[\dXx])(?![0-9A-Za-z])", re.ASCII)
_ID15 = re.compile(r"(?<![0-9A-Za-z.])([1-9]\d{14})(?![0-9A-Za-z]|\.\d)", re.ASCII)
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.,])((?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![0-9A-Za-z]|[.,]\d)", re.ASCII
)
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII)

# Marks that nobody sees: between the digits of a number they would hide it.
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(
    f"{code}"
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
    )
) | {"71", "81", "82", "83"}

# Names of things, counts and coordinates are not personal, whatever word they contain.
_THING = re.compile(r"(学校|校区|地点|乡镇|街道|社区|村|县|机构|单位|班级|教共体|集团|学区|指标|课程)(?:名字|名称)")
_MEASURE = re.compile(r"(经度|纬度|人数|台数|数量|率|比例|占比|longitude|latitude|\blon|\blat)$")
_CHINESE = re.compile(
    r"姓名|名字|曾用名|人名|身份证|证件号|护照号|电话|手机(?!管理)|联系方式|联系人|住址|家庭地址|居住地址|户籍地址|"
    r"户籍所在地|户口所在地|通讯地址|通信地址|邮箱|电子邮件|电子信箱|微信(?!公众)|qq号|银行卡|学籍号|监护人"
)
_CHINESE_ROLES = frozenset(
    {
        *("校长", "园长", "书记", "负责人", "单位负责人", "统计负责人", "法人", "法定代表人"),
        *("填表人", "经办人", "班主任"),
    }
)
_LETTER = re.compile(r"[A-Z]{1,3} (?=[^\x00-\x7f])")
_ENGLISH = re.compile(
    r"\b((full|first|last|given|family|middle|student|pupil|child|teacher|head|parent|guardian)s? ?name"
    r"|contact name|surname|guardian|(tele|cell)?phone|tel|mobile( phone| number| no)?$|e ?mail"
    r"|(id|identity) ?(card|number|no)|national id|passport|home address"
    r"|contact( person| number| no| details)?$|we ?chat|bank (account|card))\b"
)
# Field names of JY/T 1001–1002, the initials of the Chinese words.
_PINYIN = frozenset(
    {
        *("xm", "xmpy", "ywxm", "cym", "xsxm", "jsxm", "xzxm", "jhrxm", "cyxm", "lxr", "fddbr"),
        *("sfzjh", "sfzh", "sfzhm", "zjh", "zjhm", "xjh", "lxdh", "lxfs", "dh", "sjh", "sjhm"),
        *("yddh", "jtdh", "dzxx", "dzyx", "yx", "jtzz", "jtdz", "xzz", "txdz", "hkszd"),
    }
)


def is_personal_header(header: str, table: str = "") -> bool:
    """Whether a column of this name holds people's names, numbers, telephones or addresses.

    ``table`` says whose column it is: the schema's own headers are never personal there, and a bare “name”
    in a table of persons is. Headings of statistical forms begin with the letter of their column.
    """
    header = _LETTER.sub("", header, count=1) if _LETTER.match(header) else header
    text = _normal(header)
    if not text or text in _own_headers(table):
        return False
    if table in PERSON_TABLES and text in {"name", "名称"}:
        return True
    if _MEASURE.search(text):
        return False
    last = re.split(r"[-—·/.:]", text)[-1].strip()
    if text in _CHINESE_ROLES or last in _PINYIN or text.replace("_", "") in _PINYIN:
        return True
    words = re.sub(r"[^0-9a-z]+", " ", _split_camel(header)).strip()
    return bool(_CHINESE.search(_THING.sub("", text)) or _ENGLISH.search(words))


def personal_kind(value: str) -> PersonalKind | None:
    """Which personal number or address this text holds, or None.

    Found anywhere in the text: identity numbers of 18 characters with a valid check character (a 学籍号 is
    G or L before one) or spoilt by Excel (ending in 000), old ones of 15 digits with a possible date, Chinese
    mobile numbers, e-mail addresses.
    """
    return next((kind for kind, _, _ in _found(_plain(value))), None)


def mask(value: str) -> str:
    """A value of a personal column made unreadable: the first character stays, the length does not show."""
    text = value.strip()
    return text[:1] + "***" if text else ""


def scrub(text: str) -> str:
    """A text with the personal numbers and addresses in it masked, otherwise as it was."""
    if len(text) < 6:
        return text
    plain = _plain(text)
    spans = sorted({(start, end) for _, start, end in _found(plain)})
    if not spans:
        return text
    parts, position = [], 0
    for start, end in spans:
        if start < position:
            continue
        parts += [plain[position:start], mask(plain[start:end])]
        position = end
    return "".join((*parts, plain[position:]))


def _plain(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _found(text: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Kind and span of each personal value in a normalised text."""
    for match in _ID18.finditer(text):
        if _is_id18(re.sub(r"[ -]", "", match[1])):
            yield "id_number", match.start(1), match.end(1)
    for match in _ID15.finditer(text):
        if _is_born(match[1][:2], f"19{match[1][6:12]}"):
            yield "id_number", match.start(1), match.end(1)
    for match in _PHONE.finditer(text):
        yield "phone", match.start(1), match.end(1)
    for match in _EMAIL.finditer(text):
        yield "email", match.start(1), match.end(1)


def _is_id18(digits: str) -> bool:
    if not _is_born(digits[:2], digits[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    # Excel keeps fifteen digits of a number and writes zeros after them; the birthday still shows.
    return "10X98765432"[total % 11] == digits[17].upper() or digits.endswith("000")


def _is_born(province: str, day: str) -> bool:
    if province not in _PROVINCES or not "19" <= day[:2] <= "20":
        return False
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True


@cache
def _own_headers(table: str) -> frozenset[str]:
    """The headers that the schema itself gives to a table's columns; of every table where none is named."""
    tables = schema().tables
    chosen = [tables[table]] if table in tables else ([] if table else list(tables.values()))
    names = [
        name
        for each in chosen
        for column in each.columns
        for name in (column.name, column.label.zh, column.label.en, *column.aliases)
    ]
    return frozenset(map(_normal, names))


def _normal(header: str) -> str:
    """A header without width, case, brackets and spaces around it."""
    text = unicodedata.normalize("NFKC", header).casefold()
    text = re.sub(r"[(\[【].*?[)\]】]|[*\s]+", "", text) if re.search(r"[^\x00-\x7f]", text) else text
    return text.strip(" *:")


def _split_camel(header: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", header)).lower()
