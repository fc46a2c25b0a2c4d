"""Where a heading's words end and the text below it begins, when both stand in one line."""

from __future__ import annotations

import re

from jiaoheng.documents.repairing import Repaired

LONGEST = 45
"""Characters; what is longer up to its first stop is a sentence, and its first clause stands for its title."""
LONGEST_ALONE = 80
"""The same for a line without any stop, not even at its end."""
_OPEN, _CLOSE = "(《“「『〔[【", ")》”」』〕]】"
# Headings that official documents share; with no stop after them the text runs on at once.
_KNOWN = re.compile(
    r"(?:总体要求|总体思路|总体目标|指导思想|基本原则|工作原则|(?:主要|工作|发展|总体|具体)?目标|(?:主要|重点|工作)任务"
    r"|目标任务|(?:主要|工作|重点|保障|具体)措施|重点工作|组织保障|保障机制|实施步骤|工作步骤|工作要求|组织实施|发展基础|面临形势|(?:规划|编制|工作)背景|基本情况|(?:资金|经费)筹措|投资估算|资金来源|适用范围|指导原则|实施范围|工作思路|具体措施)"
    r"(?![和与及、的])"
)
# How the text begins that a known heading without a stop runs on into.
_RUNS_ON = re.compile(
    r"到?20\d\d年|坚持|[以按为]|全[县市区面]|围绕|通过|经过|“?十[一二三四五六]五|力争|根据|截至|规划|各地|深入|认真|用.年"
)


def title_end(repaired: Repaired, start: int, limit: int) -> tuple[int, int, int]:
    """Start and end of the title in ``text[start:limit]``, and where what follows its stop begins."""
    text = repaired.text
    while start < limit and text[start].isspace():
        start += 1
    while limit > start and text[limit - 1].isspace():
        limit -= 1
    stop = _stop(text, start, limit, "。;:!?")
    known = _KNOWN.match(text, start, limit)
    if known and _RUNS_ON.match(text, known.end(), limit):
        return start, known.end(), known.end()
    if stop is not None:
        return start, stop, stop + 1
    alone = limit == len(text) or text[limit] == "\n"
    if limit - start <= LONGEST or (alone and limit - start <= LONGEST_ALONE and text[limit - 1] not in "。;,"):
        return start, limit, limit
    if known:
        return start, known.end(), known.end()
    gap = _gap(repaired, start)
    if gap is not None:
        return start, gap, gap
    comma = _stop(text, start, limit, ",")
    if comma is not None and comma > start:
        return start, comma, comma + 1
    return start, min(start + LONGEST, limit), min(start + LONGEST, limit)


def _stop(text: str, start: int, limit: int, stops: str) -> int | None:
    """The first of ``stops`` outside brackets and quotes, not further than a title is long."""
    depth = 0
    for place in range(start, min(limit, start + LONGEST + 1)):
        character = text[place]
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif depth <= 0 and character in stops:
            return place
    return None


def _gap(repaired: Repaired, start: int) -> int | None:
    """Where blanks were dropped between a title and its text (加强建设  落实…), within a title's length."""
    origins = repaired.origins
    last = min(start + LONGEST, len(origins) - 1)
    for place in range(start + 4, last):
        if repaired.text[place] in ",。;:、":
            return None
        if (
            origins[place] - origins[place - 1] > 1
            and "\n" not in repaired.original[origins[place - 1] : origins[place]]
        ):
            return place
    return None
