"""What is wrong with the facts, where, and how to mend it, in the words of the person who filled the form."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from jiaoheng import typed
from jiaoheng.county import words
from jiaoheng.county.personal import scrub
from jiaoheng.county.schema import schema
from jiaoheng.language import Language, Text

MESSAGES_FILE = Path(__file__).with_name("problems.toml")

Severity = Literal["error", "warning"]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of problem: how grave, what is wrong, how to mend it."""

    severity: Severity
    what: Text
    remedy: Text


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds of problem by code, from ``problems.toml``."""
    with MESSAGES_FILE.open("rb") as file:
        return typed.convert(tomllib.load(file), dict[str, Kind])


class Origin(msgspec.Struct, frozen=True):
    """Where a row came from: file name, sheet, the row number that Excel shows, and the kind of source.

    ``source`` is a code of the list ``source`` in the schema; empty for our own tables, and where nothing is said.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    source: str = ""

    def named(self, language: Language) -> str:
        """The file's name, or in words that the row was in the county already."""
        return _EARLIER.say(language) if self == EARLIER else self.file


EARLIER = Origin("<earlier>")
"""The origin of rows that no file brought, as they were in the county already."""
_EARLIER = Text(zh="已有数据", en="earlier data")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One problem.

    ``index`` is the row's position in the county's table, ``origin`` its place in the user's file; ``column``
    is a column name of the schema or, where the file has no such column, the header as written. ``details``
    fill the placeholders of the message.
    """

    code: str
    table: str = ""
    column: str = ""
    value: str = ""
    origin: Origin = Origin()
    index: int | None = None
    details: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        if self.code not in kinds():
            raise ValueError(f"problems.toml has no problem {self.code!r}")
        msgspec.structs.force_setattr(self, "value", scrub(self.value))
        msgspec.structs.force_setattr(self, "details", {name: scrub(text) for name, text in self.details.items()})

    @property
    def severity(self) -> Severity:
        """``error``: the row waits until it is mended; ``warning``: it is used, somebody should look."""
        return kinds()[self.code].severity

    def what(self, language: Language) -> str:
        """What is wrong."""
        return self._fill(kinds()[self.code].what, language)

    def remedy(self, language: Language) -> str:
        """How to mend it."""
        return self._fill(kinds()[self.code].remedy, language)

    def where(self, language: Language) -> str:
        """File, sheet, row and column as the user sees them."""
        rows = () if self.origin.row is None else (self.origin.row,)
        return _place(self, rows, language, self.origin.named(language))

    def label(self, language: Language) -> str:
        """The column's label."""
        table = schema().tables.get(self.table)
        if table and any(column.name == self.column for column in table.columns):
            return table.column(self.column).label.say(language)
        return self.column

    def _fill(self, text: Text, language: Language) -> str:
        return text.say(language, **{"value": self.value, "column": self.label(language), **self.details})


class Folded(msgspec.Struct, frozen=True):
    """Problems that say the same of many rows, told once: the first of them, their number, the rows."""

    problem: Problem
    count: int
    rows: tuple[int, ...]

    def where(self, language: Language, *, file: bool = True) -> str:
        """File (unless it is told elsewhere), sheet, all the rows and column as the user sees them."""
        return _place(self.problem, self.rows, language, self.problem.origin.named(language) if file else "")


def folded(problems: Iterable[Problem]) -> tuple[Folded, ...]:
    """One entry for all problems of the same kind, place, value and words, in the order of their first."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        origin = problem.origin
        details = tuple(problem.details.items())
        key = (problem.code, problem.table, problem.column, problem.value, origin.file, origin.sheet, details)
        groups.setdefault(key, []).append(problem)
    return tuple(
        Folded(group[0], len(group), tuple(sorted({p.origin.row for p in group if p.origin.row is not None})))
        for group in groups.values()
    )


def _place(problem: Problem, rows: tuple[int, ...], language: Language, file: str) -> str:
    table = schema().tables.get(problem.table)
    sheet = problem.origin.sheet or (table.label.say(language) if table else problem.table)
    spans = _spans(rows, language)
    where = (f"第 {spans} 行" if language == "zh" else f"row {spans}") if rows else ""
    return " · ".join(part for part in (file, sheet, where, problem.label(language)) if part)


def _spans(rows: tuple[int, ...], language: Language) -> str:
    """Row numbers with neighbours joined: 5—12、14; what is over ten spans is told as a number."""
    spans = words.spans(rows)
    dash, comma = ("—", "、") if language == "zh" else ("–", ", ")
    shown = comma.join(str(first) if first == last else f"{first}{dash}{last}" for first, last in spans[:10])
    more = "等" if language == "zh" else " and more"
    return shown + (more if len(spans) > 10 else "")


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those problems that keep a row, or the whole county, waiting."""
    return tuple(problem for problem in problems if problem.severity == "error")
