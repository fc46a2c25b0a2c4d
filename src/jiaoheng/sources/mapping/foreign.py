"""Rows of foreign tables, as they stand in their files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jiaoheng.county import Origin
from jiaoheng.county.problems import Problem
from jiaoheng.sources.text import shown, tidy

VEIL = "***"
"""Stands for a text of a person's row that is no word of its column."""


class Merged(str):
    """A cell that stands for several rows, as cells merged downwards do: good for names, not for figures."""

    __slots__ = ()


class Line(msgspec.Struct, frozen=True):
    """One row: its cells by tidied header, and the headers as written.

    ``added`` are cells that the mapping adds (unpivoted, derived, from the file's name), and ``behind`` the
    header in the file that stands behind an added cell, for messages. ``units`` are those that headers give.
    ``fault`` is the problem of a row whose cells cannot be trusted to stand under their headers, ``doubt`` one
    that leaves its cells what they are. A ``person`` has cells, those ``veiled``, that no message may show.
    """

    origin: Origin
    cells: Mapping[str, object]
    headers: Mapping[str, str]
    added: Mapping[str, object] = {}
    behind: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    fault: Problem | None = None
    doubt: Problem | None = None
    person: bool = False
    veiled: frozenset[str] = frozenset()

    def cell(self, name: str) -> object:
        """The cell under a header or added name; an empty string where it is blank."""
        key = tidy(name)
        return self.added[key] if key in self.added else self.cells.get(key, "")

    def has(self, name: str) -> bool:
        """Whether the row has a cell of this name, blank or not."""
        key = tidy(name)
        return key in self.added or key in self.headers

    def header(self, name: str) -> str:
        """The header in the file behind a name, as written there."""
        key = tidy(name)
        return self.behind.get(key) or ("" if key in self.added else self.headers.get(key, "")) or name

    def plus(self, added: Mapping[str, object], behind: Mapping[str, str] | None = None) -> Line:
        """The row with more cells."""
        return msgspec.structs.replace(
            self,
            added={**self.added, **{tidy(name): value for name, value in added.items()}},
            behind={**self.behind, **{tidy(name): header for name, header in (behind or {}).items()}},
        )

    def as_written(self) -> dict[str, str]:
        """All cells of the row that are not blank and may be shown, by header as written."""
        return {self.headers[key]: self.said(key, cell) for key, cell in self.cells.items() if shown(cell)}

    def said(self, name: str, cell: object) -> str:
        """A cell as it may be shown."""
        if not self.veiled:
            return shown(cell)
        header = self.behind.get(tidy(name), name)
        return VEIL if shown(cell) and tidy(header) in self.veiled else shown(cell)

    def problem(self, code: str, table: str, name: str, value: object = "", **details: str) -> Problem:
        """A problem with one cell of this row."""
        return Problem(
            code=code,
            table=table,
            column=self.header(name),
            value=self.said(name, value),
            origin=self.origin,
            details={"header": self.header(name), **details},
        )


class Sheet(msgspec.Struct, frozen=True):
    """One foreign table: its headers as written by tidied name, and its rows.

    ``about`` are names that all of its rows have beside the headers: what the names of file and sheet say.
    """

    origin: Origin
    headers: Mapping[str, str]
    lines: tuple[Line, ...]
    about: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether its rows have a cell of this name, blank or not."""
        return tidy(name) in self.headers or tidy(name) in self.about


class Taken(msgspec.Struct, frozen=True):
    """What one feed made of a foreign row: values of our columns, problems that make it wait, warnings.

    ``counted`` tells that the values are counts of several rows, of which ``line`` is the first.
    """

    line: Line
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    counted: bool = False
