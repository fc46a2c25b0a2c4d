"""A mapping made by pointing: column X of this sheet is our column Z. What it reads is shown before it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from jiaoheng.county.personal import is_personal_header, mask, scrub
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column, schema
from jiaoheng.sources.grids import Grid, read_grids
from jiaoheng.sources.headers import LONGEST_HEADER, recognise
from jiaoheng.sources.mapping.loader import loads
from jiaoheng.sources.mapping.needs import chain
from jiaoheng.sources.mapping.read import Given, OwnTables, read_through
from jiaoheng.sources.mapping.sheets import HEADER_SEARCH_ROWS, Folder, header_texts
from jiaoheng.sources.mapping.shipped import names, shipped
from jiaoheng.sources.mapping.spec import Feed, Rule, Scalar, Spec, listed
from jiaoheng.sources.text import shown, tidy

SHOWN_ROWS = 20
SCHOOL_NAMES = "school"
"""The lookup of a made mapping that finds schools by name."""


class View(msgspec.Struct, frozen=True):
    """One sheet to point at: its headers and first rows as text, cells of persons masked.

    ``header_row`` is the number that Excel shows of the row taken for the headers, 0 for a sheet without any.
    """

    file: str
    sheet: str
    header_row: int
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    personal: frozenset[str] = frozenset()


class Pointed(msgspec.Struct, frozen=True):
    """A header and the column of ours that it is.

    ``unit`` is that of the file's figures where it is not the column's. ``by_name``: the cells are names of
    schools, whose codes are to be looked up. ``codes`` translate cells into values of ours.
    """

    header: str
    column: str
    unit: str = ""
    by_name: bool = False
    codes: Mapping[str, Scalar] = {}


class Design(msgspec.Struct, frozen=True):
    """What somebody pointed at: a sheet's columns, and values that are the same for all of its rows.

    ``way`` says how rows of one key become one: not at all, added up, or counted, a row a person.
    """

    title: str
    table: str
    pointed: tuple[Pointed, ...]
    sheet: str = ""
    header_rows: int = 1
    values: Mapping[str, Scalar] = {}
    way: Literal["rows", "sum", "count"] = "rows"


class Preview(msgspec.Struct, frozen=True):
    """What a mapping makes of a file: our columns, the first rows, how many there are and wait, the problems."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    total: int
    waiting: int
    problems: tuple[Problem, ...]


def views(path: Path, *, header_row: int | None = None, header_rows: int = 1) -> tuple[View, ...]:
    """The visible sheets of a file with something in them. Raises ``SourceError`` where it cannot be read."""
    filled = (grid for grid in read_grids(path) if grid.visible and any(any(map(shown, row)) for row in grid.rows))
    return tuple(_view(grid, header_row, header_rows) for grid in filled)


def suggest_columns(headers: Sequence[str], table: str) -> tuple[Pointed, ...]:
    """Which of these headers is which column of a table, as far as its names tell; each at most once.

    Known are the names of our own tables and the spellings of the shipped mappings.
    """
    found: dict[str, Pointed] = {}
    for header in headers:
        if not header or len(header) > LONGEST_HEADER or is_personal_header(header, table):
            continue
        named = recognise(schema().tables[table], header)
        other = None if named else _spellings(table).get(tidy(header))
        made = Pointed(header, named.column.name, named.unit) if named else other
        if made and made.column not in found:
            found[made.column] = msgspec.structs.replace(made, header=header, unit=_unit(table, made), codes={})
    return tuple(found.values())


def write_mapping(design: Design) -> str:
    """The mapping file of a design, as text.

    Raises ``MappingError`` where the design says what cannot be, such as a column twice or a unit of none.
    """
    text = "\n".join((*_head(design), *_feed(design))) + "\n"
    loads(text, design.title)
    return text


def preview(path: Path, mapping: str, *, given: Given | None = None, known: OwnTables | None = None) -> Preview:
    """The first rows of a file, or a folder, as a mapping (its text) reads them; nothing is kept.

    Raises ``MappingError`` for a mapping with a slip, ``SourceError`` for files that cannot be read.
    """
    spec = loads(mapping, "mapping")
    batch = read_through(spec, Folder(path), given or {}, known or {})
    into = spec.feeds[0].into
    columns = tuple(column.name for column in schema().tables[into].columns if column.name in spec.feeds[0].columns)
    rows = batch.rows.get(into, ())
    first = tuple(tuple(row.values.get(name) for name in columns) for row in rows[:SHOWN_ROWS])
    return Preview(columns, first, len(rows), len(batch.rejected), batch.problems)


def _view(grid: Grid, header_row: int | None, header_rows: int) -> View:
    top = header_row - 1 if header_row else _likely_headers(grid)
    headers = tuple(header_texts(grid, top, header_rows))
    personal = frozenset(header for header in headers if is_personal_header(header))
    rows = []
    for cells in grid.rows[top + header_rows : top + header_rows + SHOWN_ROWS]:
        texts = [shown(cell) for cell in cells[: len(headers)]]
        pairs = zip(headers, texts + [""] * (len(headers) - len(texts)), strict=True)
        rows.append(tuple(mask(text) if header in personal else scrub(text) for header, text in pairs))
    return View(grid.file, grid.sheet, top + 1, headers, tuple(rows), personal)


def _likely_headers(grid: Grid) -> int:
    """The row with most different texts that are no figures, the uppermost of equals."""

    def texts(index: int) -> int:
        cells = {shown(cell) for cell in grid.rows[index] if isinstance(cell, str)}
        return len([text for text in cells if text and not any(sign.isdigit() for sign in text[:1])])

    rows = range(min(HEADER_SEARCH_ROWS, len(grid.rows)))
    return max(rows, key=lambda index: (texts(index), -index), default=0)


@cache
def _spellings(table: str) -> Mapping[str, Pointed]:
    """What other systems call the columns of a table, by tidied header."""
    found: dict[str, Pointed] = {}
    for spec in map(shipped, names()):
        for feed in (feed for feed in spec.feeds if feed.into == table):
            spelt = spec.sources[feed.source].names
            for column, rule in feed.columns.items():
                for header, by_name, codes in _origins(rule, feed, spec):
                    for spelling in (header, *listed(spelt[header])) if header in spelt else ():
                        found.setdefault(tidy(spelling), Pointed(spelling, column, by_name=by_name, codes=codes))
    return found


def _origins(rule: Rule, feed: Feed, spec: Spec) -> Iterator[tuple[str, bool, Mapping[str, Scalar]]]:
    """The headers from which a shipped mapping takes a value, whether they hold names of schools, their yes and no."""
    for each in chain(rule):
        if each.lookup and spec.lookups[each.lookup].table == "schools" and spec.lookups[each.lookup].key == "name":
            yield from ((header, True, {}) for header in listed(each.by))
        for header in listed(each.column):
            if header in feed.derive:
                yield from _origins(feed.derive[header], feed, spec)
            else:
                codes = spec.codes[each.codes] if isinstance(each.codes, str) and each.codes else each.codes or {}
                says = isinstance(codes, Mapping) and all(isinstance(value, bool) for value in codes.values())
                yield header, False, dict(codes) if says and isinstance(codes, Mapping) else {}


def _unit(table: str, pointed: Pointed) -> str:
    """The unit that a mapping gives; empty where it is none that the column takes, and then told when read."""
    column = schema().tables[table].column(pointed.column)
    return pointed.unit if column.unit and pointed.unit in schema().units[column.unit].accepts else ""


def _head(design: Design) -> Iterator[str]:
    yield "format = 1"
    yield f"title = {_text(design.title)}"
    yield ""
    yield "[sources.rows]"
    yield 'file = "*"'
    yield "recognise = true"
    if design.sheet:
        # Braces mean something in a pattern.
        yield f"sheet = {_text(design.sheet.replace('{', '*').replace('}', '*'))}"
    if design.header_rows > 1:
        yield f"header_rows = {design.header_rows}"
    if design.way == "count":
        yield "persons = true"
    if any(pointed.by_name for pointed in design.pointed):
        yield ""
        yield f"[lookups.{SCHOOL_NAMES}]"
        yield 'table = "schools"'
        yield 'key = "name"'
        yield 'value = "school_id"'


def _feed(design: Design) -> Iterator[str]:
    yield ""
    yield "[[feeds]]"
    yield f"into = {_text(design.table)}"
    yield 'from = "rows"'
    yield "[feeds.columns]"
    table = schema().tables[design.table]
    done = {pointed.column for pointed in design.pointed}
    for pointed in design.pointed:
        yield f"{pointed.column} = {_rule(_translated(pointed, design))}"
    for name, value in design.values.items():
        yield f"{name} = {{ value = {_value(value)} }}"
    if "year" not in {*done, *design.values} and any(column.name == "year" for column in table.columns):
        yield 'year = { given = "year" }'
    counted = any(column.name == "pupils" for column in table.columns)
    if design.way == "count" and counted and "pupils" not in {*done, *design.values}:
        yield "pupils = { value = true }"
        done.add("pupils")
    if ways := [(name, way) for name in sorted(done) if (way := _way(design, table.column(name), name))]:
        yield "[feeds.combine]"
        yield from (f"columns.{name} = {_text(way)}" for name, way in ways)


def _translated(pointed: Pointed, design: Design) -> Pointed:
    """What is counted by yes and no, with the words that other systems have for them, such as 住校 and 走读."""
    known = _spellings(design.table).get(tidy(pointed.header))
    if pointed.codes or design.way != "count" or known is None or known.column != pointed.column:
        return pointed
    return msgspec.structs.replace(pointed, codes=known.codes)


def _way(design: Design, column: Column, name: str) -> str:
    """How a column of several rows becomes one value; empty where they must agree."""
    if name in schema().tables[design.table].key or column.type not in ("integer", "number") or not column.unit:
        return ""
    if design.way == "count":
        return "distinct" if column.unit == "class" else "count"
    return "sum" if design.way == "sum" else ""


def _rule(pointed: Pointed) -> str:
    if pointed.by_name:
        parts = [f'lookup = "{SCHOOL_NAMES}"', f"by = {_text(pointed.header)}"]
    else:
        parts = [f"column = {_text(pointed.header)}"]
    if pointed.unit:
        parts.append(f"unit = {_text(pointed.unit)}")
    if pointed.codes:
        codes = ", ".join(f"{_text(foreign)} = {_value(ours)}" for foreign, ours in pointed.codes.items())
        parts.append(f"codes = {{ {codes} }}")
    return f"{{ {', '.join(parts)} }}"


def _value(value: Scalar) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """A text as TOML writes it: as JSON does, with the one sign more that it does not allow."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
