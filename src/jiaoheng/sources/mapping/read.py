"""Reads any foreign tables through a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jiaoheng.county import Batch, Origin
from jiaoheng.county.problems import Problem
from jiaoheng.sources.mapping.assemble import assemble
from jiaoheng.sources.mapping.boundaries import draw
from jiaoheng.sources.mapping.conditions import holds
from jiaoheng.sources.mapping.foreign import Sheet
from jiaoheng.sources.mapping.loader import load
from jiaoheng.sources.mapping.lookups import index
from jiaoheng.sources.mapping.needs import of_source
from jiaoheng.sources.mapping.sheets import Folder, find
from jiaoheng.sources.mapping.spec import Source, Spec


def read_mapped(folder: Path, mapping: Path) -> Batch:
    """The rows of foreign tables, as a mapping file says to read them.

    ``folder`` holds the tables (or is itself the one table). What cannot be read as declared is a problem
    with file, row and column of the foreign table, and the row waits. Raises ``MappingError`` (a
    ``SourceError``) for a mapping with a slip in it, ``SourceError`` for a folder or file that cannot be read
    at all.
    """
    spec = load(mapping)
    files = Folder(folder)
    problems: list[Problem] = []
    sheets: dict[str, tuple[Sheet, ...]] = {}
    for name, source in spec.sources.items():
        found = find(files, source, of_source(spec, name))
        sheets[name] = tuple(_without_left_out(sheet, source) for sheet in found.sheets)
        problems += found.problems
    lookups = {
        name: index(lookup, (line for sheet in sheets[lookup.source] for line in sheet.lines))
        for name, lookup in spec.lookups.items()
    }
    made = assemble(spec, sheets, lookups)
    problems += (*made.problems, *_not_taken(spec, sheets, made.used))
    places = frozenset(str(row.values["place_id"]) for row in made.rows.get("places", ()))
    drawn = draw(spec.boundaries, files, places)
    return Batch(made.rows, made.rejected, (*files.problems, *problems, *drawn.problems), drawn.collection)


def _without_left_out(sheet: Sheet, source: Source) -> Sheet:
    """A sheet without the rows that the mapping declares to be no data."""
    kept = (
        line for line in sheet.lines if line.fault or not any(holds(entry.where, line) for entry in source.leave_out)
    )
    return Sheet(sheet.origin, sheet.headers, tuple(kept))


def _not_taken(spec: Spec, sheets: Mapping[str, tuple[Sheet, ...]], used: frozenset[Origin]) -> list[Problem]:
    """Rows that no feed wanted and the mapping does not declare to be left out."""
    fed = {feed.source for feed in spec.feeds}
    return [
        Problem(code="mapping_not_taken", origin=line.origin)
        for name in spec.sources
        if name in fed
        for sheet in sheets[name]
        for line in sheet.lines
        if line.origin not in used
    ]
