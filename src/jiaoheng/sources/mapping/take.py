"""One feed: foreign rows taken, filtered, made long, and turned into values of our columns."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from jiaoheng.county import Origin
from jiaoheng.county.personal import is_personal_header
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Table, schema
from jiaoheng.language import Text
from jiaoheng.sources.mapping.conditions import holds
from jiaoheng.sources.mapping.expand import expand, wide_columns
from jiaoheng.sources.mapping.foreign import Line, Sheet, Taken
from jiaoheng.sources.mapping.needs import imported
from jiaoheng.sources.mapping.spec import Feed
from jiaoheng.sources.mapping.translate import Translator, Value

SHOWN_ROWS = 12
# File, sheet, header and value of cells declared to mean missing, with the reason given; and their rows.
MissingNotes = dict[tuple[str, str, str, str, str | Text], list[int | None]]


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
    notes: MissingNotes = {}
    for sheet in sheets:
        if personal := _personal(feed, sheet, translator):
            problems += personal
            used.update(line.origin for line in sheet.lines)
            continue
        columns = wide_columns(feed.unpivot, sheet.headers) if feed.unpivot else ()
        for line in sheet.lines:
            if line.fault:
                taken.append(Taken(line, {}, (line.problem(line.fault, feed.into, ""),)))
                used.add(line.origin)
            elif holds(feed.where, line):
                used.add(line.origin)
                expanded = expand(feed, line, columns)
                problems += expanded.problems
                taken += (_row(feed, table, each, translator, notes) for each in expanded.lines)
        if sheet.lines and not any(line.origin in used for line in sheet.lines):
            problems.append(Problem(code="mapping_nothing", table=feed.into, origin=sheet.origin))
    return Harvest(tuple(taken), frozenset(used), (*problems, *_declared_missing(feed, notes)))


def _personal(feed: Feed, sheet: Sheet, translator: Translator) -> list[Problem]:
    """Columns with personal data that the mapping asks for: nothing of the sheet is read then."""
    asked = [sheet.headers[key] for key in imported(feed, translator.spec, sheet.headers)]
    return [
        Problem(
            code="mapping_personal",
            table=feed.into,
            column=header,
            origin=sheet.origin,
            details={"header": header},
        )
        for header in asked
        if is_personal_header(header, feed.into)
    ]


def _row(feed: Feed, table: Table, line: Line, translator: Translator, notes: MissingNotes) -> Taken:
    problems: list[Problem] = []
    for name, rule in feed.derive.items():
        derived = translator.text(rule, line)
        if derived.problem:
            problems.append(derived.problem)
        header = line.header(translator.about(rule, line))
        cell = "" if derived.value is None else derived.value
        line = line.plus({name: cell}, {name: header} if header else {})
        _note(notes, derived, line, header, rule.because)
    if problems:
        return Taken(line, {}, tuple(problems))
    values: dict[str, object | None] = {}
    for name, rule in feed.columns.items():
        column = table.column(name)
        found = translator.value(rule, column, line)
        values[name] = found.value
        if found.problem:
            problems.append(found.problem)
        elif found.value is None and column.required and (not feed.join or name in table.key):
            problems.append(line.problem("required_cell", feed.into, translator.about(rule, line) or name))
        if found.missing:
            _note(notes, found, line, line.header(translator.about(rule, line)), rule.because)
    return Taken(line, values, tuple(problems))


def _note(notes: MissingNotes, value: Value, line: Line, header: str, because: str | Text | None) -> None:
    """Keep that a cell was taken as missing, for one warning about all of them."""
    if value.missing and because is not None:
        key = (line.origin.file, line.origin.sheet, header, value.missing, because)
        notes.setdefault(key, []).append(line.origin.row)


def _declared_missing(feed: Feed, notes: MissingNotes) -> list[Problem]:
    """One warning for all cells that the mapping declares to mean missing, with the reason that it gives."""
    return [
        Problem(
            code="mapping_missing",
            table=feed.into,
            column=header,
            value=value,
            origin=Origin(file, sheet, rows[0]),
            details={
                "header": header,
                "count": str(len(rows)),
                "rows": row_numbers(rows),
                **_reason(because),
            },
        )
        for (file, sheet, header, value, because), rows in notes.items()
    ]


def _reason(because: str | Text) -> dict[str, str]:
    text = Text(because, because) if isinstance(because, str) else because
    return {"because_zh": text.zh, "because_en": text.en}


def row_numbers(rows: Iterable[int | None]) -> str:
    """Row numbers in a row, cut where they are too many to read."""
    numbers = [str(row) for row in dict.fromkeys(rows)]
    return ", ".join([*numbers[:SHOWN_ROWS], *(["…"] if len(numbers) > SHOWN_ROWS else [])])
