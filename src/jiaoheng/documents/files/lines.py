"""How tables stand in plain text: a row a line, a cell's lines in one."""

from __future__ import annotations

import re
from collections.abc import Iterable

BETWEEN = " | "
_ENDS = "。，、；：！？,;:!?（(《“—~～-/"
_STARTS = "。，、；：！？,;:!?）)》”%％～~-/"
_NAME_END = re.compile(
    r"(?:小学|中学|学校|幼儿园|校区|教学点|附小|附中|完小|初中|高中|局|委|办|部|厅|政府|委员会|中心|公司|联社|医院)$"
)
_ITEM = re.compile(r"[（(]?[0-9０-９一二三四五六七八九十]{1,3}[）)．.、]|[①-⑳●•◆—]")


def row(cells: Iterable[str]) -> str:
    """A table row as a line; empty cells at its end are left out."""
    texts = list(cells)
    while texts and not texts[-1]:
        texts.pop()
    return BETWEEN.join(texts)


def in_cell(lines: Iterable[str]) -> str:
    """The lines of one cell as one: names under one another become a list, items are parted, the rest runs on."""
    text = ""
    for line in lines:
        for piece in line.replace(BETWEEN, " ").split("\n"):
            tidy = " ".join(piece.split())
            if text and tidy:
                text += _joint(text, tidy)
            text += tidy
    return text


def _joint(before: str, after: str) -> str:
    if before[-1] in _ENDS or after[0] in _STARTS:
        return ""
    if _ITEM.match(after):
        return "；"
    return "、" if _NAME_END.search(before) else joint(before, after)


def joint(before: str, after: str) -> str:
    """What stands between two lines that are one: a blank between words or figures, nothing in Chinese."""
    return " " if is_narrow(before[-1]) and is_narrow(after[0]) else ""


def is_narrow(letter: str) -> bool:
    """Whether a character is a Latin letter or a digit."""
    return letter.isascii() and letter.isalnum()
