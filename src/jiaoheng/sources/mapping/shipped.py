"""Mappings that come with the program, for tables of other systems, and which of them fits a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jiaoheng.language import Text
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import visible_files
from jiaoheng.sources.grids import TEXTS, WORKBOOKS, Grid, read_grids
from jiaoheng.sources.mapping.headings import words
from jiaoheng.sources.mapping.loader import load
from jiaoheng.sources.mapping.needs import Need, of_source
from jiaoheng.sources.mapping.patterns import match
from jiaoheng.sources.mapping.sheets import HEADER_SEARCH_ROWS, Reading
from jiaoheng.sources.mapping.spec import Spec
from jiaoheng.sources.text import shown

SHIPPED = Path(__file__).parents[1] / "mappings"


@cache
def names() -> tuple[str, ...]:
    """The names of all shipped mappings."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def mapping_file(name: str | Path) -> Path:
    """The file of a shipped mapping by its name, or the file of this path."""
    return SHIPPED / f"{name}.toml" if str(name) in names() else Path(name)


@cache
def shipped(name: str) -> Spec:
    """A shipped mapping."""
    return load(SHIPPED / f"{name}.toml")


def title(name: str) -> Text:
    """What a shipped mapping reads, as a person calls it."""
    found = shipped(name).title
    return found if isinstance(found, Text) else Text(found, found)


def suggest(path: Path) -> tuple[str, ...]:
    """The shipped mappings that fit a file, or some file of a folder, those that know most of its columns first.

    A file that cannot be read fits none.
    """
    counts: dict[str, int] = {}
    for file in visible_files(path) if path.is_dir() else [path]:
        if file.suffix.lower() not in (*TEXTS, *WORKBOOKS):
            continue
        try:
            grids = read_grids(file)
        except SourceError:
            continue
        for grid in grids:
            for name, count in _fitting(grid).items():
                counts[name] = max(count, counts.get(name, 0))
    return _ranked(counts)


def suggest_grid(grid: Grid) -> tuple[str, ...]:
    """The shipped mappings that fit one sheet, those that know most of its columns first."""
    return _ranked(_fitting(grid))


def _ranked(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def _fitting(grid: Grid) -> dict[str, int]:
    """How many columns of a sheet each mapping knows that can read it."""
    if not grid.visible or not any(any(map(shown, row)) for row in grid.rows):
        return {}
    found: dict[str, int] = {}
    known = words([[shown(cell) for cell in row if isinstance(cell, str)] for row in grid.rows[:HEADER_SEARCH_ROWS]])
    for name in names():
        spec = shipped(name)
        for source_name, source in spec.sources.items():
            if match(source.file, grid.file) is None:
                continue
            reading = Reading(source, _needs(name, source_name))
            count = reading.met(grid) if reading.may_meet(known) else 0
            if count:
                found[name] = max(count, found.get(name, 0))
    return found


@cache
def _needs(name: str, source: str) -> tuple[Need, ...]:
    return of_source(shipped(name), source)
