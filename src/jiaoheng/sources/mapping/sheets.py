"""Finds a mapping's foreign tables in a folder, and their headers in the sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from jiaoheng.county import Origin
from jiaoheng.county.problems import Problem
from jiaoheng.sources.files import visible_files
from jiaoheng.sources.grids import TEXTS, WORKBOOKS, Grid, read_grids
from jiaoheng.sources.mapping.foreign import Line, Merged, Sheet
from jiaoheng.sources.mapping.needs import Need
from jiaoheng.sources.mapping.patterns import match
from jiaoheng.sources.mapping.spec import Source, listed
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
    files, problems = folder.choose(source.file, (*TEXTS, *WORKBOOKS), several=source.several, optional=source.optional)
    sheets = []
    for file, held in files:
        chosen, wrong = _grids(folder.grids(file), source, file.name)
        problems += wrong
        for grid, more in chosen:
            sheet, wrong = _under_headers(grid, source, needs, {**held, **more})
            problems += wrong
            if sheet:
                sheets.append(sheet)
    return Found(tuple(sheets), tuple(problems))


def enumerated(names: Sequence[str]) -> str:
    """Names in a row, cut where they are too many to read."""
    cut = list(names[:LISTED_NAMES]) + (["…"] if len(names) > LISTED_NAMES else [])
    return "、".join(cut) or "–"


def _grids(
    grids: tuple[Grid, ...], source: Source, file: str
) -> tuple[list[tuple[Grid, Mapping[str, str]]], list[Problem]]:
    filled = [grid for grid in grids if any(any(map(shown, row)) for row in grid.rows)]
    if source.sheet:
        chosen = [(grid, held) for grid in filled if (held := match(source.sheet, grid.sheet)) is not None]
    else:
        chosen = [(grid, {}) for grid in filled]
    if len(chosen) == 1 or (chosen and source.several and source.sheet):
        return chosen, []
    names = enumerated([grid.sheet for grid, _ in chosen] or [grid.sheet for grid in grids])
    code = "mapping_sheet_several" if chosen else "mapping_sheet_missing"
    return [], [Problem(code=code, value=source.sheet, origin=Origin(file), details={"found": names})]


def _under_headers(
    grid: Grid, source: Source, needs: tuple[Need, ...], held: Mapping[str, str]
) -> tuple[Sheet | None, list[Problem]]:
    """The rows of a grid below its header row, cells by header; ``held`` is what file and sheet name say."""
    top = source.header_row - 1 if source.header_row else _header_row(grid, source.header_rows, needs)
    names = _headers(grid, top, source.header_rows)
    origin = Origin(grid.file, grid.sheet, top + 1)
    counts = Counter(map(tidy, filter(None, names)))
    missing = [need for need in needs if not need.optional and not need.met(counts)]
    problems = [
        Problem(
            code="mapping_column_missing",
            column=" / ".join(need.names),
            origin=origin,
            details={"header": " / ".join(need.names), "found": enumerated([name for name in names if name])},
        )
        for need in missing
    ]
    wanted = {tidy(name) for need in needs for name in need.names if not need.pattern}
    problems += [
        Problem(code="mapping_header_twice", column=name, origin=origin, details={"header": name})
        for name in dict.fromkeys(name for name in names if counts[tidy(name)] > 1)
        if tidy(name) in wanted or any(need.pattern and need.met((tidy(name),)) for need in needs)
    ]
    if problems:
        return None, problems
    return _sheet(grid, names, top + source.header_rows, source, held), []


def _sheet(grid: Grid, names: list[str], start: int, source: Source, held: Mapping[str, str]) -> Sheet:
    headers = {tidy(name): name for name in names if name}
    positions = {tidy(name): position for position, name in enumerate(names) if name}
    down = set(map(tidy, listed(source.fill_down)))
    merged = _merged_down(grid, start)
    above: dict[str, object] = {}
    lines = []
    for index, row in enumerate(grid.rows[start:], start):
        cells = {
            key: merged.get((index, position)) or (row[position] if position < len(row) else "")
            for key, position in positions.items()
        }
        if not any(map(shown, cells.values())):
            continue
        for key in down:
            above[key] = cells[key] = cells[key] if shown(cells[key]) else above.get(key, "")
        origin = Origin(grid.file, grid.sheet, index + 1)
        fault = _width(row, len(names), origin) if not grid.sheet else None
        lines.append(Line(origin, cells, headers, fault=fault).plus(held))
    return Sheet(Origin(grid.file, grid.sheet), headers, tuple(lines))


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


def _header_row(grid: Grid, header_rows: int, needs: tuple[Need, ...]) -> int:
    """The row that holds most of the headers that the mapping needs; the uppermost of equals."""

    def held(top: int) -> int:
        headers = {tidy(name) for name in _headers(grid, top, header_rows)}
        return sum(need.met(headers) for need in needs)

    rows = range(min(HEADER_SEARCH_ROWS, len(grid.rows)))
    return max(rows, key=lambda top: (held(top), -top), default=0)


def _headers(grid: Grid, top: int, header_rows: int) -> list[str]:
    """Headers as written; several rows are joined by slashes, an upper cell standing over all below."""
    rows = [[shown(cell) for cell in row] for row in grid.rows[top : top + header_rows]]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    for upper in rows[:-1]:
        for position in range(1, width):
            upper[position] = upper[position] or upper[position - 1]
    return ["/".join(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True)]
