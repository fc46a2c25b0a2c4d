"""What is wrong with the facts, where, and how to mend it, in the words of the person who filled the form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

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
        return msgspec.convert(tomllib.load(file), dict[str, Kind])


class Origin(msgspec.Struct, frozen=True):
    """Where a row came from: file name, sheet, and the row number that Excel shows."""

    file: str = ""
    sheet: str = ""
    row: int | None = None


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
        row = self.origin.row
        parts = [
            self.origin.file,
            self.origin.sheet
            or (schema().tables[self.table].label.say(language) if self.table in schema().tables else self.table),
            (f"第 {row} 行" if language == "zh" else f"row {row}") if row is not None else "",
            self.label(language),
        ]
        return " · ".join(part for part in parts if part)

    def label(self, language: Language) -> str:
        """The column's label."""
        table = schema().tables.get(self.table)
        if table and any(column.name == self.column for column in table.columns):
            return table.column(self.column).label.say(language)
        return self.column

    def _fill(self, text: Text, language: Language) -> str:
        return text.say(language, **{"value": self.value, "column": self.label(language), **self.details})


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those problems that keep a row, or the whole county, waiting."""
    return tuple(problem for problem in problems if problem.severity == "error")
