"""One feed: foreign rows taken, filtered, made long, and turned into values of our columns."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from jiaoheng.county import Origin
from jiaoheng.county.checks.privacy import personal_column
from jiaoheng.county.personal import is_personal_header
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Table, schema
from jiaoheng.sources.mapping.conditions import holds
from jiaoheng.sources.mapping.expand import expand, wide_columns
from jiaoheng.sources.mapping.foreign import Line, Sheet, Taken
from jiaoheng.sources.mapping.needs import imported
from jiaoheng.sources.mapping.spec import Feed
from jiaoheng.sources.mapping.translate import Translator
from jiaoheng.sources.text import is_total, shown


class Harvest(msgspec.Struct, frozen=True):
    """What a feed gave: rows good and bad, the foreign rows it used, and warnings."""

    taken: tuple[Taken, ...]
    used: frozenset[Origin]
    problems: tuple[Problem, ...]


def take(feed: Feed, sheets: Iterable[Sheet], translator: Translator) -> Harvest:
    """Carry out one feed on the sheets of its source."""
    table = schema().tables[feed.into]
    taken: list[Taken] = []
    problems: list[Problem] = []
    used: set[Origin] = set()
    for sheet in sheets:
        if personal := _personal(feed, sheet, translator):
            problems += personal
            used.update(line.origin for line in sheet.lines)
            continue
        columns = wide_columns(feed.unpivot, sheet.headers) if feed.unpivot else ()
        for line in sheet.lines:
            if line.fault:
                fault = msgspec.structs.replace(line.fault, table=feed.into)
                taken.append(Taken(line, {}, (fault,)))
                used.add(line.origin)
            elif holds(feed.where, line):
                used.add(line.origin)
                expanded = expand(feed, line, columns)
                problems += expanded.problems
                rows = [_row(feed, table, each, translator) for each in expanded.lines]
                if total := _total(table, rows):
                    problems.append(Problem(code="row_total", table=feed.into, value=total, origin=line.origin))
                else:
                    taken += rows
        if sheet.lines and not any(line.origin in used for line in sheet.lines):
            problems.append(Problem(code="mapping_nothing", table=feed.into, origin=sheet.origin))
    problems += (warning for row in taken for warning in row.warnings)
    return Harvest(tuple(taken), frozenset(used), tuple(problems))


def _total(table: Table, rows: list[Taken]) -> str:
    """The word that makes a row one of totals, which would count everything twice; empty where none does."""
    texts = (row.values.get(name) for row in rows for name in (*table.key, "name"))
    return next((text for text in texts if isinstance(text, str) and is_total(shown(text))), "")


def _personal(feed: Feed, sheet: Sheet, translator: Translator) -> list[Problem]:
    """Columns with personal data that the mapping asks for: nothing of the sheet is read then."""
    asked = [sheet.headers[key] for key in imported(feed, translator.spec, sheet.headers)]
    return [
        personal_column(header, feed.into, sheet.origin) for header in asked if is_personal_header(header, feed.into)
    ]


def _row(feed: Feed, table: Table, line: Line, translator: Translator) -> Taken:
    """One row of ours: derived cells first, then each column."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for name, rule in feed.derive.items():
        found = translator.text(rule, line)
        problems += [found.problem] if found.problem else []
        warnings += [found.warning] if found.warning else []
        behind = translator.about(rule, line)
        cell = "" if found.value is None else found.value
        line = line.plus({name: cell}, {name: line.header(behind)} if behind else {})
    values: dict[str, object | None] = {}
    for name, rule in () if problems else feed.columns.items():
        column = table.column(name)
        found = translator.value(rule, column, line)
        values[name] = found.value
        warnings += [found.warning] if found.warning else []
        if found.problem:
            problems.append(found.problem)
        elif found.value is None and column.required and (not feed.join or name in table.key):
            problems.append(line.problem("required_cell", feed.into, translator.about(rule, line) or name))
    return Taken(line, values, tuple(problems), tuple(warnings))
