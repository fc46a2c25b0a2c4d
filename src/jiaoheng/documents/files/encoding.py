"""Text files as offices save them: UTF-8, UTF-16, GB18030 or Big5, found out by what the bytes say.

Bytes of one encoding nearly always decode in another one, into other characters. So what comes out is judged:
Chinese prose is full of a few dozen characters that garbled text hardly ever holds.
"""

from __future__ import annotations

import codecs

from jiaoheng.documents.files.errors import DocumentError

_FREQUENT = frozenset(
    "的一是在和有了不人大中国学校教育生师县市区乡镇年月日到上下为以及与等对于各全部门工作发展建设实施推进加强完善提高提升"
    "机制体系管理服务质量公办民小初高幼儿园级职业改革规划方案意见目标任务落实责任单位开展优化资源配置办公室政府委员会"
    "達學國發展與實師會縣區鄉鎮級體質業責單優資辦團務機個"
    "一二三四五六七八九十百千万所名个元人新增建成"
)
_JUDGED_FROM = 40
"""Chinese characters below which their frequency says nothing."""
_LEAST_FREQUENT = 0.08
"""The share that frequent characters have in any Chinese prose or list of schools; prose has 0.3 to 0.6."""
_SAMPLE = 200_000
_GUESSED = ("gb18030", "big5")


def decode(data: bytes, file: str) -> str:
    """The text of a file, its byte order mark dropped and its line ends as ``\\n``.

    Raises ``DocumentError`` where the bytes are no text, damaged, or of an encoding that is not known.
    """
    text = _marked(data, file) if _has_mark(data) else _guessed(data, file)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _has_mark(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _marked(data: bytes, file: str) -> str:
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-16"
    return _strictly(data, encoding, file)


def _guessed(data: bytes, file: str) -> str:
    if b"\0" in data:
        return _wide(data, file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error.start, file)
    for encoding in _GUESSED:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not is_garbled(text):
            return text
    return _strictly(data, _GUESSED[0], file)


def _wide(data: bytes, file: str) -> str:
    """UTF-16 without a mark, which any line end or ASCII letter gives away; else the file is no text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and has_chinese(text) and not is_garbled(text):
            return text
    raise DocumentError("other_format", file=file)


def _refuse_damaged_utf8(data: bytes, start: int, file: str) -> None:
    """UTF-8 with a few bad bytes would pass as GB18030 and turn every character into another one."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text) - bad
    if good > 10 * bad:
        raise DocumentError("encoding", file=file, line=data.count(b"\n", 0, start) + 1)


def _strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError("encoding", file=file, line=data.count(b"\n", 0, error.start) + 1) from None


def is_ideograph(letter: str) -> bool:
    """Whether a character is a Chinese one (of the blocks in use)."""
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf" or "\U00020000" <= letter <= "\U0003ffff"


def has_chinese(text: str) -> bool:
    """Whether there is any Chinese character among the first ones."""
    return any(map(is_ideograph, text[:_SAMPLE]))


def is_garbled(text: str) -> bool:
    """Whether Chinese characters stand there that make no Chinese: text decoded in a wrong encoding."""
    ideographs = [letter for letter in text[:_SAMPLE] if is_ideograph(letter)]
    strange = sum("\ue000" <= letter <= "\uf8ff" or letter == "\ufffd" for letter in text[:_SAMPLE])
    if strange > 5 and strange * 10 > len(ideographs):
        return True
    if len(ideographs) < _JUDGED_FROM:
        return False
    return sum(letter in _FREQUENT for letter in ideographs) < _LEAST_FREQUENT * len(ideographs)
