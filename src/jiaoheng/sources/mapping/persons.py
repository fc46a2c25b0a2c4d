"""Tables with a row a person: no more is kept of a row than the mapping asks for, and no person counts twice."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b

import msgspec

from jiaoheng.county.problems import Origin, Problem
from jiaoheng.sources.mapping.foreign import Line, Sheet
from jiaoheng.sources.mapping.spec import Source, listed
from jiaoheng.sources.text import shown, tidy

COMMON = 5
"""A text that so many rows share is a word of the column. A rarer one may be a name that has slipped there."""
WORDS = 60
"""A column with more different texts than these is no column of words."""


class Register:
    """Who stands in the rows of one source: marks that mean nothing outside, forgotten with this object."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._key = secrets.token_bytes(32)
        self._rows: dict[tuple[str, str, int | None], bytes] = {}

    def note(self, origin: Origin, cell: Callable[[str], object]) -> None:
        """Note by which mark the person in a row is known; ``cell`` gives a cell of the whole row."""
        for name in listed(self.source.same_person):
            text = tidy(shown(cell(name))).upper()
            if len(text) > 1:
                mark = blake2b(f"{name}\0{text}".encode(errors="replace"), key=self._key).digest()
                self._rows[origin.file, origin.sheet, origin.row] = mark
                return

    def once(self, sheets: Iterable[Sheet]) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
        """The sheets with every person once.

        Of rows that say the same of one person the first stays, with a warning for each other. Where they say
        different things nobody knows which is right: each of them gets a problem.
        """
        every = tuple(sheets)
        groups: dict[bytes, list[Line]] = {}
        for sheet in every:
            for line in sheet.lines:
                if mark := self._mark(line):
                    groups.setdefault(mark, []).append(line)
        dropped: set[Origin] = set()
        doubts: dict[Origin, Problem] = {}
        problems: list[Problem] = []
        for lines in (lines for lines in groups.values() if len(lines) > 1):
            first = lines[0]
            if all(_said(line) == _said(first) for line in lines):
                dropped |= {line.origin for line in lines[1:]}
                problems += (_told("mapping_person_twice", line, first) for line in lines[1:])
            else:
                doubts |= {line.origin: _told("mapping_person_differs", line, _other(line, lines)) for line in lines}
        kept = (msgspec.structs.replace(sheet, lines=tuple(_doubted(sheet.lines, dropped, doubts))) for sheet in every)
        return tuple(kept), tuple(problems)

    def _mark(self, line: Line) -> bytes | None:
        return self._rows.get((line.origin.file, line.origin.sheet, line.origin.row))


def veiled(cells: Sequence[Mapping[str, object]]) -> list[frozenset[str]]:
    """For each row of a sheet the cells that no message may show: whatever is not a word of its column."""
    keys = cells[0] if cells else ()
    words: dict[str, frozenset[str]] = {}
    for key in keys:
        counts = Counter(text for row in cells if (text := shown(row[key])))
        common = (text for text, count in counts.items() if count >= COMMON)
        words[key] = frozenset(common) if len(counts) <= WORDS else frozenset()
    return [frozenset(key for key in keys if shown(row[key]) not in words[key]) for row in cells]


def _doubted(lines: Iterable[Line], dropped: set[Origin], doubts: Mapping[Origin, Problem]) -> Iterable[Line]:
    for line in lines:
        if line.origin in doubts:
            yield msgspec.structs.replace(line, doubt=doubts[line.origin])
        elif line.origin not in dropped:
            yield line


def _said(line: Line) -> Mapping[str, str]:
    return {key: tidy(shown(cell)) for key, cell in line.cells.items()}


def _other(line: Line, lines: Sequence[Line]) -> Line:
    return next(other for other in lines if other is not line)


def _told(code: str, line: Line, other: Line) -> Problem:
    at = other.origin
    details = {"file": at.file, "row": str(at.row), "sheet": at.sheet}
    return Problem(code=code, origin=line.origin, details=details)
