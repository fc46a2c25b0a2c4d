"""Finds a mapping's foreign tables in a folder, and their headers in the sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from jiaoheng.county import Origin, words
from jiaoheng.county.problems import Problem
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import visible_files
from jiaoheng.sources.grids import TEXTS, WORKBOOKS, Grid, read_grids
from jiaoheng.sources.mapping.foreign import Line, Merged, Sheet
from jiaoheng.sources.mapping.headings import Heading, headings, twice
from jiaoheng.sources.mapping.needs import Need, of_source
from jiaoheng.sources.mapping.patterns import match
from jiaoheng.sources.mapping.persons import Register, veiled
from jiaoheng.sources.mapping.spec import Source, Spec, listed
from jiaoheng.sources.text import shown, tidy

HEADER_SEARCH_ROWS = 30
LISTED_NAMES = 60


class Found(msgspec.Struct, frozen=True):
    """The sheets of one source, and what is wrong with its files or headers."""

    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()


class Folder:
    """The files that came, each opened once; ``problems`` are of the files as a whole.

    Raises ``SourceError`` for a folder that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.files = [path] if path.is_file() else visible_files(path)
        self._grids: dict[Path, tuple[Grid, ...]] = {}
        self.problems: list[Problem] = []

    def grids(self, file: Path) -> tuple[Grid, ...]:
        """The sheets of a file. Raises ``SourceError`` where it cannot be read."""
        if file not in self._grids:
            self._grids[file] = read_grids(file)
            self.problems += (
                Problem(code="file_end", origin=Origin(grid.file, grid.sheet, len(grid.rows)))
                for grid in self._grids[file]
                if not grid.complete
            )
        return self._grids[file]

    def grids_or_none(self, file: Path) -> tuple[Grid, ...]:
        """The sheets of a file, none where it cannot be read."""
        try:
            return self.grids(file)
        except SourceError:
            return ()

    def unreadable(self, file: Path, error: SourceError) -> None:
        """Note that a file cannot be read, once."""
        self._grids[file] = ()
        details = words.both(reason=error.text)
        self.problems.append(
            Problem(code="file_unreadable", value=file.name, origin=Origin(file.name), details=details)
        )

    def choose(
        self, pattern: str, suffixes: Sequence[str], *, several: bool, optional: bool
    ) -> tuple[list[tuple[Path, Mapping[str, str]]], list[Problem]]:
        """The file or files of a name or pattern, with what its holes hold.

        A problem where there is none, or more than the mapping says; only files with these suffixes count.
        """
        files = [file for file in self.files if file.suffix.lower() in suffixes]
        chosen = [(file, held) for file in files if (held := match(pattern, file.name)) is not None]
        if len(chosen) == 1 or (chosen and several) or (not chosen and optional):
            return chosen, []
        names = [file.name for file, _ in chosen] or [file.name for file in files]
        code = "mapping_file_several" if chosen else "mapping_file_missing"
        details = {"found": enumerated(names)}
        return [], [Problem(code=code, value=pattern, origin=Origin(pattern), details=details)]


def find(folder: Folder, source: Source, needs: tuple[Need, ...]) -> Found:
    """The sheets of a source, their rows under headers; problems where a file, sheet or header is not there.

    Raises ``SourceError`` for a file that cannot be read at all.
    """
    several = source.several or source.recognise
    files, problems = folder.choose(source.file, (*TEXTS, *WORKBOOKS), several=several, optional=source.optional)
    reading = Reading(source, needs)
    for file, held in files:
        try:
            grids = folder.grids(file)
        except SourceError as error:
            if not source.recognise:
                raise
            # One file of many: the others are not held up.
            folder.unreadable(file, error)
            continue
        chosen, wrong = _grids(grids, source, file.name)
        problems += wrong
        for grid, more in chosen:
            reading.read(grid, {**held, **more})
    found = reading.found()
    return Found(found.sheets, (*problems, *found.problems))


def taken_by(folder: Folder, spec: Spec) -> set[str]:
    """The names of those files of a folder that a mapping reads."""
    found: set[str] = set()
    for name, source in spec.sources.items():
        reading = Reading(source, of_source(spec, name))
        for file in folder.files:
            if file.suffix.lower() not in (*TEXTS, *WORKBOOKS) or match(source.file, file.name) is None:
                continue
            if not source.recognise or any(reading.met(grid) for grid in folder.grids_or_none(file) if grid.visible):
                found.add(file.name)
    return found


def enumerated(names: Sequence[str]) -> str:
    """Names in a row, cut where they are too many to read."""
    cut = list(names[:LISTED_NAMES]) + (["…"] if len(names) > LISTED_NAMES else [])
    return "、".join(cut) or "–"


def _grids(
    grids: tuple[Grid, ...], source: Source, file: str
) -> tuple[list[tuple[Grid, Mapping[str, str]]], list[Problem]]:
    filled = [grid for grid in grids if any(any(map(shown, row)) for row in grid.rows)]
    if source.recognise:
        visible = [grid for grid in filled if grid.visible]
        named = [(grid, match(source.sheet or "*", grid.sheet)) for grid in visible]
        return [(grid, held) for grid, held in named if held is not None], []
    if source.sheet:
        chosen = [(grid, held) for grid in filled if (held := match(source.sheet, grid.sheet)) is not None]
    else:
        chosen = [(grid, {}) for grid in filled]
    if len(chosen) == 1 or (chosen and source.several and source.sheet):
        return chosen, []
    names = enumerated([grid.sheet for grid, _ in chosen] or [grid.sheet for grid in grids])
    code = "mapping_sheet_several" if chosen else "mapping_sheet_missing"
    return [], [Problem(code=code, value=source.sheet, origin=Origin(file), details={"found": names})]


class Reading:
    """The reading of one source, sheet by sheet."""

    def __init__(self, source: Source, needs: tuple[Need, ...]) -> None:
        self.source = source
        self.needs = needs
        self.signs = tuple(Need(listed(sign)) for sign in source.signs)
        self.register = Register(source)
        self._sheets: list[Sheet] = []
        self._problems: list[Problem] = []
        self._others: list[tuple[int, Problem]] = []

    def read(self, grid: Grid, held: Mapping[str, str]) -> None:
        """Read a sheet; ``held`` is what the names of file and sheet say."""
        top = self.source.header_row - 1 if self.source.header_row else self.header_row(grid)
        written = header_texts(grid, top, self.source.header_rows)
        named = headings(self.source, written)
        origin = Origin(grid.file, grid.sheet, top + 1)
        missing = [need for need in (*self.signs, *self.needs) if not need.optional and not need.met(named)]
        problems = [self._missing(need, named, written, origin) for need in missing]
        if self.source.recognise and self._is_other(named):
            return
        if problems and self.source.recognise:
            self._others.append((len(missing), problems[0]))
            return
        problems += self._twice(written, named, origin)
        if problems:
            self._problems += problems
        else:
            self._sheets.append(self._sheet(grid, written, named, top + self.source.header_rows, held))

    def found(self) -> Found:
        """All that was read. Where no sheet was recognised, the problem is of the one that lacks least."""
        sheets, problems = self.register.once(self._sheets)
        problems = (*self._problems, *problems)
        if not sheets and not problems and self._others and not self.source.optional:
            problems = (min(self._others, key=lambda other: other[0])[1],)
        return Found(sheets, problems)

    def may_meet(self, known: frozenset[str]) -> bool:
        """Whether the ``words`` of a sheet's first rows leave it possible that ``met`` finds something."""
        if self.source.header_rows > 1:
            return True
        needs = (need for need in (*self.signs, *self.needs) if not need.optional and not need.pattern)
        return all(
            any(tidy(spelling) in known for name in need.names for spelling in self.source.spellings(name))
            for need in needs
        )

    def met(self, grid: Grid) -> int:
        """How many of the headers that are needed a sheet has, 0 where one of those that must be there is not."""
        named = headings(self.source, header_texts(grid, self.header_row(grid), self.source.header_rows))
        if self._is_other(named) or any(not n.optional and not n.met(named) for n in (*self.signs, *self.needs)):
            return 0
        return sum(need.met(named) for need in self.needs)

    def header_row(self, grid: Grid) -> int:
        """The row that holds most of the headers that the mapping needs; the uppermost of equals."""

        def held(top: int) -> int:
            named = headings(self.source, header_texts(grid, top, self.source.header_rows))
            return sum(need.met(named) for need in self.needs)

        rows = range(min(HEADER_SEARCH_ROWS, len(grid.rows)))
        return max(rows, key=lambda top: (held(top), -top), default=0)

    def _missing(self, need: Need, named: Mapping[str, Heading], written: list[str], origin: Origin) -> Problem:
        known = list(dict.fromkeys(name for name in written if name))
        if self.source.persons:
            # What stands in the row may be no headers but a person.
            known = list(dict.fromkeys(named[key].written for key in named if self._is_needed(key)))
        spellings = " / ".join(spelling for name in need.names for spelling in self.source.spellings(name))
        details = {"header": spellings, "found": enumerated(known)}
        return Problem(code="mapping_column_missing", column=spellings, origin=origin, details=details)

    def _is_other(self, named: Mapping[str, Heading]) -> bool:
        """Whether a column tells that this is another table."""
        return any(tidy(name) in named for name in listed(self.source.unless))

    def _is_needed(self, key: str) -> bool:
        return any(need.met((key,)) for need in self.needs)

    def _twice(self, written: list[str], named: Mapping[str, Heading], origin: Origin) -> list[Problem]:
        names = {name for need in self.needs for name in need.names if not need.pattern and tidy(name) in named}
        headers = [named[tidy(name)].written for name in names if twice(self.source, written, name)]
        counts = Counter(map(tidy, filter(None, written)))
        patterns = [need for need in self.needs if need.pattern]
        headers += [
            name for name in written if counts[tidy(name)] > 1 and any(need.met((tidy(name),)) for need in patterns)
        ]
        return [
            Problem(code="mapping_header_twice", column=name, origin=origin, details={"header": name})
            for name in dict.fromkeys(sorted(headers, key=written.index))
        ]

    def _sheet(
        self, grid: Grid, written: list[str], named: Mapping[str, Heading], start: int, held: Mapping[str, str]
    ) -> Sheet:
        kept = {key: named[key] for key in named if not self.source.persons or self._is_needed(key)}
        headers = {key: heading.written for key, heading in kept.items()}
        units = {key: heading.unit for key, heading in kept.items() if heading.unit}
        down = set(map(tidy, listed(self.source.fill_down)))
        merged = _merged_down(grid, start)
        above: dict[str, object] = {}
        lines = []
        for index, row in enumerate(grid.rows[start:], start):
            cells = {
                key: merged.get((index, heading.position)) or _cell(row, heading.position)
                for key, heading in kept.items()
            }
            if not any(map(shown, cells.values())):
                continue
            for key in down:
                above[key] = cells[key] = cells[key] if shown(cells[key]) else above.get(key, "")
            origin = Origin(grid.file, grid.sheet, index + 1)
            fault = _width(row, len(written), origin) if not grid.sheet else None
            kept_cells = {} if fault and self.source.persons else cells
            line = Line(origin, kept_cells, headers, units=units, fault=fault, person=self.source.persons)
            lines.append(line.plus(held))
            self.register.note(origin, _whole(row, named))
        if self.source.persons:
            whole = [line for line in lines if not line.fault]
            veils = dict(zip((line.origin for line in whole), veiled([line.cells for line in whole]), strict=True))
            lines = [msgspec.structs.replace(line, veiled=veils.get(line.origin, frozenset())) for line in lines]
        return Sheet(Origin(grid.file, grid.sheet), headers, tuple(lines), frozenset(map(tidy, held)))


def _whole(row: Sequence[object], named: Mapping[str, Heading]) -> Callable[[str], object]:
    """How to look at any cell of a row, by the name of its column."""

    def cell(name: str) -> object:
        heading = named.get(tidy(name))
        return _cell(row, heading.position) if heading else ""

    return cell


def _cell(row: Sequence[object], position: int) -> object:
    return row[position] if position < len(row) else ""


def _width(row: Sequence[object], headers: int, origin: Origin) -> Problem | None:
    """In a text file, a row with more or fewer cells than headers has its figures in wrong columns."""
    if len(row) == headers:
        return None
    return Problem(code="row_width", origin=origin, details={"cells": str(len(row)), "headers": str(headers)})


def _merged_down(grid: Grid, start: int) -> Mapping[tuple[int, int], Merged]:
    """What cells merged over several rows hold, for each row that they cover."""
    return {
        (row, left): Merged(text)
        for (top, left), (bottom, _) in grid.merged
        if bottom > top >= start and left < len(grid.rows[top]) and (text := shown(grid.rows[top][left]))
        for row in range(top, bottom + 1)
    }


def header_texts(grid: Grid, top: int, header_rows: int) -> list[str]:
    """Headers as written; several rows are joined by slashes, an upper cell standing over all below."""
    rows = [[shown(cell) for cell in row] for row in grid.rows[top : top + header_rows]]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    for upper in rows[:-1]:
        for position in range(1, width):
            upper[position] = upper[position] or upper[position - 1]
    return ["/".join(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True)]
