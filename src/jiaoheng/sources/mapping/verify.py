"""What a mapping file says against what there is: our tables, columns, codes and units, and its own names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from jiaoheng.county.schema import Column, Table, schema
from jiaoheng.sources.mapping.combine import counted
from jiaoheng.sources.mapping.needs import chain
from jiaoheng.sources.mapping.patterns import holes, only_values
from jiaoheng.sources.mapping.spec import (
    COUNTING,
    Combine,
    Feed,
    Rule,
    Scalar,
    Source,
    Spec,
    Total,
    Unpivot,
    listed,
    several,
)
from jiaoheng.sources.text import tidy
from jiaoheng.toml_lines import TomlPath

_NUMBERS = ("integer", "number", "year")


class Slip(msgspec.Struct, frozen=True):
    """Something wrong in a mapping file: where, and which text of ``slips.toml`` says it."""

    path: TomlPath
    code: str
    values: Mapping[str, Any] = {}


def verify(spec: Spec) -> list[Slip]:
    """Everything in a mapping that names what does not exist or cannot mean anything."""
    slips = [*_sources(spec), *_lookups(spec)]
    for name, codes in spec.codes.items():
        slips += _different(codes, ("codes", name))
    if not spec.feeds and not spec.boundaries:
        slips.append(Slip((), "no_feeds"))
    filled: set[str] = set()
    for index, feed in enumerate(spec.feeds):
        slips += _feed(feed, spec, ("feeds", index), filled)
        filled.add(feed.into)
    levels = [str(code.value) for code in schema().codes["level"]]
    for index, boundary in enumerate(spec.boundaries):
        slips += _pattern(boundary.file, ("boundaries", index, "file"))
        if boundary.level not in levels:
            slips.append(_no_code(("boundaries", index, "level"), boundary.level, levels))
    return slips


def _sources(spec: Spec) -> Iterator[Slip]:
    used = {feed.source for feed in spec.feeds} | {lookup.source for lookup in spec.lookups.values()}
    for name, source in spec.sources.items():
        path: TomlPath = ("sources", name)
        yield from _pattern(source.file, (*path, "file"))
        yield from _pattern(source.sheet, (*path, "sheet"))
        if (source.header_row is not None and source.header_row < 1) or source.header_rows < 1:
            yield Slip((*path, "header_row"), "header_row")
        if name not in used and not source.refuse:
            yield Slip(path, "unused_source", {"name": name})
        yield from _spellings(source, path)
        if source.same_person and not source.persons:
            yield Slip((*path, "same_person"), "same_person")


def _spellings(source: Source, path: TomlPath) -> Iterator[Slip]:
    """Spellings under two names: nobody could tell which column is meant."""
    seen: dict[str, str] = {}
    for name in source.names:
        for spelling in source.spellings(name):
            other = seen.setdefault(tidy(spelling), name)
            if other != name:
                yield Slip((*path, "names", name), "spelling_twice", {"value": spelling, "other": other})


def _lookups(spec: Spec) -> Iterator[Slip]:
    for name, lookup in spec.lookups.items():
        path: TomlPath = ("lookups", name)
        if bool(lookup.source) == bool(lookup.table):
            yield Slip(path, "lookup_where")
        elif lookup.source:
            yield from _known(lookup.source, spec.sources, (*path, "from"), "no_source")
            if lookup.source in spec.sources and spec.sources[lookup.source].persons:
                yield Slip((*path, "from"), "lookup_persons")
        else:
            yield from _known(lookup.table, schema().tables, (*path, "table"), "no_table")
            columns = schema().tables[lookup.table].columns if lookup.table in schema().tables else ()
            for column in (*listed(lookup.key), *listed(lookup.value)) if columns else ():
                yield from _known(column, [each.name for each in columns], path, "no_column")
        if lookup.separator and len(listed(lookup.key)) > 1:
            yield Slip((*path, "separator"), "separator")
        yield from _characters(lookup.characters, ("lookups", name, "characters"))


def _feed(feed: Feed, spec: Spec, path: TomlPath, filled: set[str]) -> Iterator[Slip]:
    yield from _known(feed.source, spec.sources, (*path, "from"), "no_source")
    table = schema().tables.get(feed.into)
    if table is None:
        yield from _known(feed.into, schema().tables, (*path, "into"), "no_table")
        return
    names = [column.name for column in table.columns]
    for name, rule in feed.columns.items():
        at = (*path, "columns", name)
        if name not in names:
            yield from _known(name, names, at, "no_column")
            continue
        yield from _rule(rule, counted(table.column(name), feed.way(name)), spec, at)
        if any(each.cohorts for each in chain(rule)) and (name == "year" or "year" not in feed.columns):
            yield Slip(at, "cohorts_year")
    for name, rule in feed.derive.items():
        yield from _rule(rule, None, spec, (*path, "derive", name))
    wanted = table.key if feed.join else [column.name for column in table.columns if column.required]
    for name in wanted:
        if name not in feed.columns and table.column(name).required:
            yield Slip((*path, "columns"), "column_absent", {"column": name, "table": table.name})
    made = set()
    if feed.unpivot:
        made |= {tidy(name) for name in (feed.unpivot.value, *_holes(feed.unpivot.headers))}
    for header in feed.where:
        if tidy(header) in made:
            yield Slip((*path, "where", header), "where_made", {"name": header})
    if feed.join and feed.into not in filled:
        yield Slip((*path, "join"), "nothing_to_join", {"table": feed.into})
    if feed.unpivot:
        yield from _unpivot(feed.unpivot, feed, (*path, "unpivot"))
    if feed.combine:
        yield from _combine(feed.combine, feed, table, (*path, "combine"))
    for index, total in enumerate(feed.totals):
        yield from _total(total, feed, (*path, "totals", index))


def _rule(rule: Rule, column: Column | None, spec: Spec, path: TomlPath) -> Iterator[Slip]:
    """One value's rule; ``column`` is None for a derived value, which is text and fits anywhere."""
    if rule.or_ is not None:
        yield from _rule(rule.or_, column, spec, (*path, "or"))
    origins = [bool(rule.column), rule.value is not None, bool(rule.template), bool(rule.lookup), bool(rule.given)]
    if sum(origins) > 1 or (not any(origins) and not rule.cases):
        yield Slip(path, "one_origin")
    for index, case in enumerate(rule.cases):
        if (case.value is None) != case.missing:
            yield Slip((*path, "cases", index), "case_value")
    if rule.template:
        yield from _pattern(rule.template, (*path, "template"))
    if rule.lookup:
        yield from _known(rule.lookup, spec.lookups, (*path, "lookup"), "no_lookup")
        key = listed(spec.lookups[rule.lookup].key) if rule.lookup in spec.lookups else ()
        if rule.by and key and len(listed(rule.by)) != len(key):
            yield Slip((*path, "by"), "lookup_by", {"key": ", ".join(key)})
    elif rule.by:
        yield Slip((*path, "by"), "by_without_lookup")
    if several(rule.missing) and rule.because is None:
        yield Slip((*path, "missing"), "because")
    yield from _characters(rule.characters, (*path, "characters"))
    if isinstance(rule.codes, str) and rule.codes:
        yield from _known(rule.codes, spec.codes, (*path, "codes"), "no_codes")
    elif not isinstance(rule.codes, str):
        yield from _different(rule.codes, (*path, "codes"))
    if column is None:
        if rule.unit or rule.factor is not None or rule.add is not None or rule.cohorts:
            yield Slip(path, "derived_number")
        return
    for form, first in rule.cohorts.items():
        if len(_holes(form)) != 1:
            yield Slip((*path, "cohorts", form), "cohorts")
        yield from _fits(column, first, (*path, "cohorts", form))
    yield from _numbers(rule, column, path)
    codes = spec.codes.get(rule.codes, {}) if isinstance(rule.codes, str) else rule.codes
    at: TomlPath = ("codes", rule.codes) if isinstance(rule.codes, str) else (*path, "codes")
    for foreign, ours in codes.items():
        yield from _fits(column, ours, (*at, foreign))
    for where, fixed in (("value", rule.value), ("blank", rule.blank), ("otherwise", rule.otherwise)):
        if fixed is not None:
            yield from _fits(column, fixed, (*path, where))
    for index, case in enumerate(rule.cases):
        if case.value is not None:
            yield from _fits(column, case.value, (*path, "cases", index))


def _numbers(rule: Rule, column: Column, path: TomlPath) -> Iterator[Slip]:
    if (rule.unit or rule.factor is not None or rule.add is not None) and column.type not in _NUMBERS:
        yield Slip(path, "not_a_number", {"column": column.name})
    if rule.unit and rule.factor is not None:
        yield Slip((*path, "factor"), "unit_and_factor")
    if rule.unit:
        accepts = schema().units[column.unit].accepts if column.unit else {}
        yield from _known(rule.unit, accepts, (*path, "unit"), "no_unit")


def _fits(column: Column, value: Scalar, path: TomlPath) -> Iterator[Slip]:
    """Whether a value written in the mapping can stand in a column of ours."""
    if column.type in ("code", "codes"):
        allowed = [code.value for code in schema().codes[column.codes]]
        if value not in allowed or isinstance(value, bool):
            yield _no_code(path, value, map(str, allowed))
        return
    kinds: dict[str, tuple[type, ...]] = {
        "id": (str,),
        "text": (str,),
        "integer": (int,),
        "year": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    good = isinstance(value, kinds[column.type]) and (column.type == "boolean" or not isinstance(value, bool))
    low, high = column.minimum, column.maximum
    if good and column.type in _NUMBERS and isinstance(value, (int, float)):
        good = (low is None or value >= low) and (high is None or value <= high)
    if not good:
        yield Slip(path, "wrong_value", {"value": value, "column": column.name, "type": column.type})


def _no_code(path: TomlPath, value: object, allowed: Iterable[str]) -> Slip:
    return Slip(path, "no_code", {"value": value, "allowed": ", ".join(allowed)})


def _unpivot(unpivot: Unpivot, feed: Feed, path: TomlPath) -> Iterator[Slip]:
    yield from _pattern(unpivot.headers, (*path, "headers"))
    names = _holes(unpivot.headers)
    if not names:
        yield Slip((*path, "headers"), "no_hole")
    for name, allowed in unpivot.only.items():
        yield from _known(name, names, (*path, "only", name), "no_such_hole")
        yield from _tried(only_values, allowed, Slip((*path, "only", name), "range", {"value": allowed}))
    for name in (unpivot.value, *names):
        if name in feed.derive or (name == unpivot.value and name in names):
            yield Slip(path, "name_twice", {"name": name})


def _combine(combine: Combine, feed: Feed, table: Table, path: TomlPath) -> Iterator[Slip]:
    for name, way in combine.columns.items():
        at = (*path, "columns", name)
        if name not in feed.columns or name in table.key:
            yield Slip(at, "combine_column", {"column": name})
        elif not isinstance(way, str):
            for sets, value in way.items():
                yield from _fits(table.column(name), value, (*at, sets))
        elif way not in ("agree", "first", "sum", *COUNTING):
            yield Slip(at, "combine_way", {"way": way})
    ways = {
        name: combine.way(name)
        for name in feed.columns
        if name not in table.key and name in {c.name for c in table.columns}
    }
    if "first" in ways.values() and combine.order is None:
        yield Slip(path, "first_needs_order")
    for name, chosen in ways.items():
        if chosen in ("sum", *COUNTING) and table.column(name).type not in ("integer", "number"):
            yield Slip(path, "not_a_number", {"column": name})


def _total(total: Total, feed: Feed, path: TomlPath) -> Iterator[Slip]:
    for pattern in (total.column, *listed(total.parts)):
        yield from _pattern(pattern, path)
    if not total.parts and feed.unpivot is None:
        yield Slip(path, "total_parts")
    if total.zero_fills and total.parts:
        yield Slip(path, "zero_fills")
    known = _holes(feed.unpivot.headers) if feed.unpivot and not total.parts else ()
    for name in _holes(total.column):
        yield from _known(name, known, (*path, "column"), "no_such_hole")


def _characters(characters: tuple[int, int] | None, path: TomlPath) -> Iterator[Slip]:
    if characters and not 1 <= characters[0] <= characters[1]:
        yield Slip(path, "characters")


def _different(codes: Mapping[str, Scalar], path: TomlPath) -> Iterator[Slip]:
    """Foreign values that read the same, as width, case and blanks do not matter."""
    seen: dict[str, str] = {}
    for foreign in codes:
        if seen.setdefault(tidy(foreign), foreign) != foreign:
            yield Slip((*path, foreign), "code_twice", {"value": foreign, "other": seen[tidy(foreign)]})


def _pattern(pattern: str, path: TomlPath) -> Iterator[Slip]:
    yield from _tried(holes, pattern, Slip(path, "pattern", {"value": pattern}))


def _holes(pattern: str) -> tuple[str, ...]:
    try:
        return holes(pattern)
    except ValueError:
        return ()


def _tried(attempt: Callable[[Any], object], value: object, slip: Slip) -> Iterator[Slip]:
    try:
        attempt(value)
    except ValueError:
        yield slip


def _known(name: str, names: Iterable[str], path: TomlPath, code: str) -> Iterator[Slip]:
    if name not in names:
        yield Slip(path, code, {"name": name, "known": ", ".join(names) or "–"})
