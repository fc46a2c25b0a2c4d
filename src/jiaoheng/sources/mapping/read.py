"""Reads any foreign tables through a mapping file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jiaoheng.county import Batch, Origin, words
from jiaoheng.county.problems import Problem
from jiaoheng.language import Text
from jiaoheng.sources.mapping.assemble import assemble
from jiaoheng.sources.mapping.boundaries import draw
from jiaoheng.sources.mapping.conditions import holds
from jiaoheng.sources.mapping.foreign import Sheet
from jiaoheng.sources.mapping.loader import load
from jiaoheng.sources.mapping.lookups import Index, index, our_lines
from jiaoheng.sources.mapping.needs import of_source
from jiaoheng.sources.mapping.sheets import Folder, find
from jiaoheng.sources.mapping.spec import LeaveOut, Source, Spec

Given = Mapping[str, str | int]
"""What the files do not say and whoever imports them does: the school year under ``year``."""
OwnTables = Mapping[str, Iterable[Mapping[str, Any]]]
"""Rows of our own tables, by table, in which a mapping may look something up."""


def read_mapped(folder: Path, mapping: Path, *, given: Given | None = None, known: OwnTables | None = None) -> Batch:
    """The rows of foreign tables, as a mapping file says to read them.

    ``folder`` holds the tables (or is itself the one table). ``given`` is what the files do not say and whoever
    imports them does: ``{"year": 2025}``. ``known`` are rows of our own tables for lookups in them. What cannot
    be read as declared is a problem with file, row and column of the foreign table, and the row waits. Raises
    ``MappingError`` (a ``SourceError``) for a mapping with a slip in it, ``SourceError`` for a folder or file
    that cannot be read at all.
    """
    return read_through(load(mapping), Folder(folder), given or {}, known or {})


def read_through(spec: Spec, files: Folder, given: Given, known: OwnTables) -> Batch:
    """The rows of a mapping's tables among these files, as ``read_mapped`` has them."""
    problems: list[Problem] = []
    sheets: dict[str, tuple[Sheet, ...]] = {}
    for name, source in spec.sources.items():
        found = find(files, source, of_source(spec, name))
        problems += found.problems
        if refused := list(_refused(found.sheets, source)):
            return Batch({}, problems=(*files.problems, *refused))
        kept = tuple(_without_left_out(sheet, source) for sheet in found.sheets)
        if source.persons:
            problems += _left_out(found.sheets, source)
        sheets[name] = kept
    recognises = any(source.recognise for source in spec.sources.values())
    if recognises and not any(sheets.values()) and not problems:
        title = spec.title if isinstance(spec.title, Text) else Text(spec.title, spec.title)
        problems.append(Problem(code="mapping_no_sheet", details=words.both(title=title)))
    made = assemble(spec, sheets, _lookups(spec, sheets, known), given)
    problems += (*made.problems, *_not_taken(spec, sheets, made.used))
    places = frozenset(str(row.values["place_id"]) for row in made.rows.get("places", ()))
    drawn = draw(spec.boundaries, files, places)
    return Batch(made.rows, made.rejected, (*files.problems, *problems, *drawn.problems), drawn.collection)


def _lookups(spec: Spec, sheets: Mapping[str, tuple[Sheet, ...]], known: OwnTables) -> dict[str, Index]:
    return {
        name: index(
            lookup,
            (line for sheet in sheets[lookup.source] for line in sheet.lines)
            if lookup.source
            else our_lines(known.get(lookup.table, ())),
        )
        for name, lookup in spec.lookups.items()
    }


def _refused(sheets: Iterable[Sheet], source: Source) -> Iterator[Problem]:
    """A problem for each row on account of which nothing may be read."""
    for sheet in sheets:
        for line in sheet.lines:
            for entry in source.refuse:
                if holds(entry.where, line):
                    details = words.both(because=_because(entry))
                    yield Problem(code="mapping_refused", origin=line.origin, details=details)


def _left_out(sheets: Iterable[Sheet], source: Source) -> Iterator[Problem]:
    """How many persons of a sheet are left out, and why."""
    for sheet in sheets:
        for entry in source.leave_out:
            rows = sum(holds(entry.where, line) for line in sheet.lines if not line.fault)
            if rows:
                details = {"rows": str(rows), **words.both(because=_because(entry))}
                yield Problem(code="mapping_left_out", origin=sheet.origin, details=details)


def _because(entry: LeaveOut) -> Text:
    return entry.because if isinstance(entry.because, Text) else Text(entry.because, entry.because)


def _without_left_out(sheet: Sheet, source: Source) -> Sheet:
    """A sheet without the rows that the mapping declares to be no data."""
    kept = (
        line for line in sheet.lines if line.fault or not any(holds(entry.where, line) for entry in source.leave_out)
    )
    return Sheet(sheet.origin, sheet.headers, tuple(kept), sheet.about)


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
