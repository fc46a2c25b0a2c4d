"""One feed: foreign rows taken, filtered, made long, and turned into values of our columns."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

import msgspec

from jiaoheng.county import Origin, words
from jiaoheng.county.checks.privacy import KINDS, personal_column
from jiaoheng.county.personal import is_personal_header, personal_kind
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column, Table, schema
from jiaoheng.sources.mapping.combine import counted
from jiaoheng.sources.mapping.conditions import holds
from jiaoheng.sources.mapping.expand import expand, wide_columns
from jiaoheng.sources.mapping.foreign import Line, Sheet, Taken
from jiaoheng.sources.mapping.needs import NUMBER, chosen, imported, of_feed, uses
from jiaoheng.sources.mapping.spec import COUNTING, Feed, Spec, Where, listed
from jiaoheng.sources.mapping.translate import Translator, Value
from jiaoheng.sources.text import is_total, shown, tidy


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
    every = tuple(sheets)
    before = accumulate((len(sheet.lines) for sheet in every), initial=0)
    for sheet, passed in zip(every, before, strict=False):
        if any(map(sheet.has, listed(feed.unless))):
            continue
        if lacking := _lacking(feed, sheet, translator.spec):
            problems.append(lacking)
            continue
        if refused := [*_personal(feed, sheet, translator), *_not_given(feed, sheet, translator)]:
            problems += refused
            used.update(line.origin for line in sheet.lines)
            continue
        columns = wide_columns(feed.unpivot, sheet.headers) if feed.unpivot else ()
        where, afterwards = split(feed)
        alike: dict[object, Taken] = {}
        plain = _is_plain(feed, translator.spec)
        for number, line in enumerate(sheet.lines, passed + 1):
            if line.fault:
                fault = msgspec.structs.replace(line.fault, table=feed.into)
                taken.append(Taken(line, {}, (fault,)))
                used.add(line.origin)
            elif same := alike.get(_cells(line)) if plain else None:
                used.add(line.origin)
                taken.append(Taken(line, same.values))
            elif holds(where, line):
                used.add(line.origin)
                expanded = expand(feed, line.plus({NUMBER: str(number)}), columns)
                problems += expanded.problems
                made = [_row(feed, table, each, translator, afterwards) for each in expanded.lines]
                rows = [row for row in made if row]
                if total := _total(table, rows):
                    problems.append(Problem(code="row_total", table=feed.into, value=total, origin=line.origin))
                else:
                    taken += rows
                    alike |= {_cells(line): row for row in rows if plain and not row.problems and not row.warnings}
        if sheet.lines and not feed.optional and not any(line.origin in used for line in sheet.lines):
            problems.append(Problem(code="mapping_nothing", table=feed.into, origin=sheet.origin))
    problems += (warning for row in taken for warning in row.warnings)
    return Harvest(tuple(taken), frozenset(used), tuple(problems))


def _cells(line: Line) -> tuple[object, ...]:
    """All cells of a row, to know one that is like it: of thousands of persons most are like another."""
    return (id(line.doubt), *((type(cell), cell) for cell in line.cells.values()))


def _is_plain(feed: Feed, spec: Spec) -> bool:
    """Whether rows with the same cells are counted alike."""
    rules = (*feed.derive.values(), *feed.columns.values())
    numbered = any(NUMBER in uses(rule, spec) for rule in rules)
    return feed.counts and feed.unpivot is None and not feed.totals and not numbered


def split(feed: Feed) -> tuple[Where, Where]:
    """The conditions of a feed on the columns of the file, and those on what it derives."""
    made = set(map(tidy, feed.derive))
    file = {header: condition for header, condition in feed.where.items() if tidy(header) not in made}
    return file, {header: condition for header, condition in feed.where.items() if header not in file}


def _lacking(feed: Feed, sheet: Sheet, spec: Spec) -> Problem | None:
    """A warning where the sheet has not the columns of a feed that may be passed over."""
    if not feed.optional:
        return None
    needs = [need for need in of_feed(feed, spec) if not need.optional and not sheet.about.intersection(need.keys())]
    missing = [need.names[0] for need in needs if not need.met(sheet.headers)]
    if not missing:
        return None
    details = {"header": "、".join(missing), **words.both(table=words.table(feed.into))}
    return Problem(code="mapping_feed_skipped", table=feed.into, origin=sheet.origin, details=details)


def _not_given(feed: Feed, sheet: Sheet, translator: Translator) -> list[Problem]:
    """What the file does not say and whoever imports it has not said either."""
    spec = translator.spec
    rules = (chosen(rule, spec, sheet.has) for rule in feed.columns.values())
    wanted = dict.fromkeys(rule.given for rule in rules if rule.given and rule.given not in translator.given)
    return [Problem(code="mapping_given", table=feed.into, column=name, origin=sheet.origin) for name in wanted]


def _unless_personal(found: Value, column: Column, line: Line, table: str, header: str) -> Value:
    """A value out of a person's row, or the problem that it is the person's number or address.

    Codes of a county's own may run to eleven digits, as mobile numbers do.
    """
    kind = personal_kind(found.value) if isinstance(found.value, str) else None
    if kind is None or (kind == "phone" and column.refers):
        return found
    details = words.both(kind=KINDS[kind])
    return Value(None, line.problem("personal_value", table, header, found.value, **details))


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


def _row(feed: Feed, table: Table, line: Line, translator: Translator, where: Where) -> Taken | None:
    """One row of ours: derived cells first, then each column; None where these cells are not what is wanted."""
    problems: list[Problem] = [line.doubt] if line.doubt else []
    warnings: list[Problem] = []
    failed: set[str] = set()
    for name, rule in feed.derive.items():
        found = translator.text(rule, line)
        failed |= {tidy(name)} if found.problem else set()
        problems += [found.problem] if found.problem else []
        warnings += [found.warning] if found.warning else []
        behind = translator.about(rule, line)
        cell = "" if found.value is None else found.value
        line = line.plus({name: cell}, {name: line.header(behind)} if behind else {})
    values: dict[str, object | None] = {}
    if not failed and where and not holds(where, line):
        return None
    # The year comes first: years of entry are told from it.
    columns = sorted(feed.columns.items(), key=lambda item: item[0] != "year")
    for name, rule in columns:
        if failed and (name not in table.key or failed & uses(rule, translator.spec)):
            continue
        column = counted(table.column(name), feed.way(name))
        found = translator.value(rule, column, line, values.get("year"))
        if line.person and column.type in ("id", "text") and feed.way(name) not in COUNTING:
            found = _unless_personal(found, column, line, feed.into, translator.about(rule, line) or name)
        values[name] = found.value
        warnings += [found.warning] if found.warning else []
        if found.problem:
            problems.append(found.problem)
        elif found.value is None and column.required and (not feed.join or name in table.key):
            problems.append(line.problem("required_cell", feed.into, translator.about(rule, line) or name))
    return Taken(line, values, tuple(problems), tuple(warnings))
