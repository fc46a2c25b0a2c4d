"""What the model says, held against the text: a record enters only where the text itself says it.

A quote must stand in the piece that was sent; the value must be one of the quote's own numbers, the unit stand there,
the subject be made of words that are there, the year be written there or above. Anything else is dropped and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from jiaoheng import typed
from jiaoheng.documents.assistant.pieces import Piece
from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Comparator, Target, Task
from jiaoheng.documents.repairing import Repaired, repaired
from jiaoheng.documents.targets.figures import figures
from jiaoheng.documents.targets.numbers import numbers

Reason = Literal["malformed", "quote", "value", "unit", "subject", "comparator", "due", "units"]

_LONGEST_QUOTE = 300
_MOST_RECORDS = 200
_LONGEST_RUNS = 4
_SHORTEST_RUN = 2
_WHOLES = ("全部", "全覆盖", "百分之百", "全面覆盖", "全员")
_SAYING: dict[str, tuple[str, ...]] = {
    ">=": ("以上", "至少", "不少于", "不低于", "不小于", "达", "到", "至", "保持", "稳定", "≥", *_WHOLES),
    ">": ("超过", "高于", "突破", "大于", "多于", ">"),
    "<=": ("不超过", "不高于", "不多于", "不大于", "以内", "以下", "控制", "降", "压减", "缩", "≤"),
    "<": ("低于", "不足", "少于", "小于", "消除", "<"),
    "~": ("约", "左右", "大约"),
    "+=": ("增", "提高", "提升", "扩大", "新", "上升"),
    "-=": ("降", "减", "压缩", "缩", "下降"),
    "=": (),
}


class SaidTarget(msgspec.Struct, forbid_unknown_fields=True):
    """A target as the model must write it."""

    quote: str
    subject: str
    comparator: Comparator
    value: float
    unit: str
    value_max: float | None = None
    due: str | None = None


class SaidTask(msgspec.Struct, forbid_unknown_fields=True):
    """A task as the model must write it."""

    quote: str
    title: str
    lead: list[str] = []
    support: list[str] = []
    due: str | None = None


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    targets: list[msgspec.Raw] = []
    tasks: list[msgspec.Raw] = []


class Checked(msgspec.Struct, frozen=True):
    """The records that the text bears out, and how many were dropped for which reason."""

    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    dropped: dict[str, int]


def checked(answer: str, piece: Piece, outline: Outline) -> Checked | None:
    """The records of one answer; None where it is not of the agreed form at all."""
    try:
        said = typed.decode(_json(answer), _Said)
    except (msgspec.DecodeError, RecursionError):
        return None
    check = _Check(outline, piece)
    targets = tuple(filter(None, (check.target(raw) for raw in said.targets[:_MOST_RECORDS])))
    tasks = tuple(filter(None, (check.task(raw) for raw in said.tasks[:_MOST_RECORDS])))
    over = max(len(said.targets) - _MOST_RECORDS, 0) + max(len(said.tasks) - _MOST_RECORDS, 0)
    check.dropped["malformed"] += over
    return Checked(targets, tasks, dict(+check.dropped))


def _json(answer: str) -> str:
    """The object within an answer: models think aloud before it, and put it into a fence."""
    text = answer.rpartition("</think>")[2].strip()
    if text.startswith("```"):
        text = text.partition("\n")[2].rpartition("```")[0]
    return text.strip()


class _Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


class _Check:
    def __init__(self, outline: Outline, piece: Piece) -> None:
        self._outline = outline
        self._repaired: Repaired = outline.repaired
        self._piece = piece
        self._words = self._repaired.text[piece.start : piece.end]
        self._context = self._words + "\n" + "\n".join(repaired(heading).text for heading in piece.path)
        self.dropped: Counter[str] = Counter()

    def target(self, raw: msgspec.Raw) -> Target | None:
        try:
            said = typed.decode(raw, SaidTarget)
            return self._target(said)
        except (msgspec.DecodeError, RecursionError):
            self.dropped["malformed"] += 1
        except _Refused as refused:
            self.dropped[refused.reason] += 1
        return None

    def task(self, raw: msgspec.Raw) -> Task | None:
        try:
            said = typed.decode(raw, SaidTask)
            return self._task(said)
        except (msgspec.DecodeError, RecursionError):
            self.dropped["malformed"] += 1
        except _Refused as refused:
            self.dropped[refused.reason] += 1
        return None

    def _target(self, said: SaidTarget) -> Target:
        start, end = self._place(said.quote)
        quote = self._repaired.text[start:end]
        if not _says_value(quote, said):
            raise _Refused("value")
        if not _says_unit(quote, said.unit):
            raise _Refused("unit")
        if said.comparator != "=" and not any(word in quote for word in _SAYING[said.comparator]):
            raise _Refused("comparator")
        subject = repaired(said.subject).text
        if not subject or "\n" in subject or not self._is_of_these_words(subject):
            raise _Refused("subject")
        first, last = self._repaired.span(start, end)
        return Target(
            quote=self._repaired.original[first:last],
            start=first,
            end=last,
            subject=self._original(subject),
            comparator=said.comparator,
            value=said.value,
            unit=said.unit,
            value_max=said.value_max,
            due=self._due(said.due),
            path=self._path(start),
            origin="model",
        )

    def _task(self, said: SaidTask) -> Task:
        start, end = self._place(said.quote)
        title = repaired(said.title).text
        if not title or title not in self._repaired.text[start:end]:
            raise _Refused("subject")
        for unit in (*said.lead, *said.support):
            if len(unit) < _SHORTEST_RUN or repaired(unit).text not in self._words:
                raise _Refused("units")
        first, last = self._repaired.span(start, end)
        return Task(
            path=self._path(start),
            title=self._original(title),
            start=first,
            end=last,
            lead=tuple(said.lead),
            support=tuple(said.support),
            due=self._due(said.due),
            origin="model",
        )

    def _place(self, quote: str) -> tuple[int, int]:
        """Where the quote stands in the repaired text: at its first place in the piece."""
        words = repaired(quote).text.strip()
        if not words or len(words) > _LONGEST_QUOTE:
            raise _Refused("quote")
        place = self._words.find(words)
        if place < 0:
            raise _Refused("quote")
        return self._piece.start + place, self._piece.start + place + len(words)

    def _is_of_these_words(self, subject: str) -> bool:
        """Whether the subject is put together from few runs of words of the piece or the headings above it."""
        place = runs = 0
        while place < len(subject):
            length = 0
            while place + length < len(subject) and subject[place : place + length + 1] in self._context:
                length += 1
            if length < min(_SHORTEST_RUN, len(subject) - place) or not length:
                return False
            place += length
            runs += 1
        return runs <= _LONGEST_RUNS

    def _due(self, due: str | None) -> str | None:
        """A year or a date whose year, and month where there is one, the text writes."""
        if due is None:
            return None
        parts = due.split("-")
        widths = [len(part) for part in parts]
        if widths not in ([4], [4, 2], [4, 2, 2]) or not all(part.isascii() and part.isdigit() for part in parts):
            raise _Refused("due")
        if parts[0] not in self._repaired.text or (len(parts) > 1 and f"{int(parts[1])}月" not in self._words):
            raise _Refused("due")
        return due

    def _original(self, words: str) -> str:
        """Words of the repaired text as the original has them, where they stand in one run."""
        place = self._words.find(words)
        if place < 0:
            return words
        start = self._piece.start + place
        return self._repaired.words(start, start + len(words))

    def _path(self, place: int) -> tuple[str, ...]:
        block = self._outline.block_at(place)
        return self._outline.path(block.section) if block is not None else ()


def _says_value(quote: str, said: SaidTarget) -> bool:
    """Whether the quote has a figure of this value, and of this range where there is one."""
    return (said.value, said.value_max) in set(_values(quote))


def _values(quote: str) -> Iterator[tuple[float, float | None]]:
    for figure in figures(quote):
        yield figure.value, figure.maximum
    for number in numbers(quote):
        yield number.value, number.maximum
    if any(word in quote for word in _WHOLES):
        yield 100.0, None


def _says_unit(quote: str, unit: str) -> bool:
    if unit in ("%", "％"):
        return "%" in quote or "百分" in quote or any(word in quote for word in _WHOLES)
    return not unit or repaired(unit).text in quote
