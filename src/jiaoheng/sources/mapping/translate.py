"""One value of ours from one foreign row: fetched, translated, converted, checked; never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column, schema
from jiaoheng.language import Text
from jiaoheng.sources.cells import NULL_MARKS, parse
from jiaoheng.sources.grids import Broken
from jiaoheng.sources.headers import accepted
from jiaoheng.sources.mapping.conditions import holds, same
from jiaoheng.sources.mapping.foreign import Line, Merged
from jiaoheng.sources.mapping.lookups import Index, lookup_keys
from jiaoheng.sources.mapping.needs import behind, by, chosen, present
from jiaoheng.sources.mapping.patterns import fill, holes, is_like, match
from jiaoheng.sources.mapping.spec import Rule, Scalar, Spec, listed, several
from jiaoheng.sources.text import as_text, shown, tidy

_CODE_AND_LABEL = re.compile(r"([0-9A-Za-z]{1,4})\s*[-—–_:：.、]\s*(\D.*)", re.DOTALL)
CODES_TOLD = 20
_LISTED = re.compile("[、,;/|+]")
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)


class Value(msgspec.Struct, frozen=True):
    """A value, None where missing, or a problem; a warning where the mapping takes a cell for missing."""

    value: object | None
    problem: Problem | None = None
    warning: Problem | None = None


class Translator(msgspec.Struct, frozen=True):
    """A mapping with its lookups filled, for rows on their way into one table."""

    spec: Spec
    lookups: Mapping[str, Index]
    table: str
    given: Mapping[str, str | int] = {}

    def value(self, rule: Rule, column: Column, line: Line, year: object = None) -> Value:
        """The value of a column of ours; ``year`` is the school year of the row."""
        rule = chosen(rule, self.spec, line.has)
        raw = self.text(rule, line, column, year)
        if raw.problem or raw.value is None:
            return raw
        factor = self._factor(rule, column, line)
        if factor is None:
            return Value(None, self._strange_unit(rule, column, line))
        cell: object = raw.value
        if isinstance(cell, Merged) and column.type in ("integer", "number"):
            return Value(None, line.problem("cell_merged", self.table, self.about(rule, line), cell))
        if rule.add is not None:
            bare = msgspec.structs.replace(column, type="number", unit="", minimum=None, maximum=None)
            figure = parse(bare, cell, factor=factor)
            cell, factor = _moved(figure.value, rule.add), 1.0
            parsed = figure if figure.problem else parse(column, cell)
        else:
            parsed = parse(column, cell, factor=factor)
        if not parsed.problem:
            return Value(parsed.value, None, raw.warning)
        name = self.about(rule, line) or column.name
        return Value(None, line.problem(parsed.problem, self.table, name, raw.value, **parsed.details))

    def _factor(self, rule: Rule, column: Column, line: Line) -> float | None:
        """What to multiply a figure by; None where the header gives a unit that the column does not take."""
        header = line.units.get(tidy(present(rule, line))) if rule.column else None
        if header and column.type in ("integer", "number"):
            return accepted(column).get(header)
        return schema().units[column.unit].accepts[rule.unit] if rule.unit else rule.factor or 1.0

    def _strange_unit(self, rule: Rule, column: Column, line: Line) -> Problem:
        name = present(rule, line)
        units = "、".join(schema().units[column.unit].accepts) if column.unit else "–"
        header = line.header(name)
        details = {"unit": line.units[tidy(name)], "units": units}
        return Problem(
            code="header_unit", table=self.table, column=header, value=header, origin=line.origin, details=details
        )

    def text(self, rule: Rule, line: Line, column: Column | None = None, year: object = None) -> Value:
        """The value before it becomes a column's type: the cell itself, or what the mapping makes of it."""
        rule = chosen(rule, self.spec, line.has)
        for case in rule.cases:
            if holds(case.where, line):
                return Value(case.value)
        found = self._fetched(rule, line)
        if found.value is None and not found.problem and rule.blank is not None and self._stands(rule, line):
            return Value(rule.blank)
        if found.problem or found.value is None or isinstance(found.value, Broken):
            return found
        cell = found.value
        if any(same(value, cell) for value in several(rule.missing)):
            return Value(None, None, self._declared_missing(rule, line, cell))
        if rule.like and not any(is_like(form, shown(cell)) for form in listed(rule.like)):
            if shown(cell).lower() in NULL_MARKS:
                return Value(None)
            name, forms = self.about(rule, line), "、".join(listed(rule.like))
            return Value(None, line.problem("mapping_like", self.table, name, cell, forms=forms))
        if rule.characters:
            text = shown(cell)
            first, last = rule.characters
            if len(text) < last:
                details = {"first": str(first), "last": str(last)}
                name = self.about(rule, line)
                return Value(None, line.problem("mapping_characters", self.table, name, cell, **details))
            cell = text[first - 1 : last]
        if rule.cohorts and (grade := _grade(rule.cohorts, cell, year)) is not None:
            return Value(grade)
        if not rule.codes:
            return Value(cell)
        return (
            self._several(rule, line, cell, column)
            if column and column.type == "codes"
            else self._coded(rule, line, cell)
        )

    def _several(self, rule: Rule, line: Line, cell: object, column: Column) -> Value:
        """Codes of a cell that lists several, each translated or as it is."""
        parts = [part for part in map(str.strip, _LISTED.split(shown(cell))) if part]
        known = {tidy(foreign): value for foreign, value in self._codes(rule).items()}
        made = "、".join(str(known.get(tidy(part), part)) for part in parts)
        if rule.unlisted == "missing" and parse(column, made).problem:
            name = self.about(rule, line)
            return Value(None, None, line.problem("mapping_unlisted", self.table, name, cell))
        return Value(made)

    def _codes(self, rule: Rule) -> Mapping[str, Scalar]:
        return self.spec.codes[rule.codes] if isinstance(rule.codes, str) else rule.codes

    def _stands(self, rule: Rule, line: Line) -> bool:
        """Whether the file has the column, so that its blank cell says something."""
        return not rule.column or line.has(present(rule, line))

    def _declared_missing(self, rule: Rule, line: Line, cell: object) -> Problem:
        because = Text(rule.because, rule.because) if isinstance(rule.because, str) else rule.because
        details = words.both(because=because) if because else {}
        return line.problem("mapping_missing", self.table, self.about(rule, line), cell, **details)

    def about(self, rule: Rule, line: Line) -> str:
        """The header that a rule's value comes from, for messages; empty for a constant."""
        return behind(rule, self.spec, line)

    def _fetched(self, rule: Rule, line: Line) -> Value:
        if rule.column:
            cell = line.cell(present(rule, line))
            return Value(cell if shown(cell) else None)
        if rule.value is not None:
            return Value(rule.value)
        if rule.given:
            return Value(self.given.get(rule.given))
        if rule.template:
            parts = {name: as_text(line.cell(name)).strip() for name in holes(rule.template)}
            return Value(fill(rule.template, parts) if all(parts.values()) else None)
        if rule.lookup:
            return self._looked_up(rule, line)
        problem = line.problem("mapping_no_case", self.table, next(iter(rule.cases[0].where), ""))
        return Value(None, problem)

    def _looked_up(self, rule: Rule, line: Line) -> Value:
        names = by(rule, self.spec)
        lookup = self.spec.lookups[rule.lookup]
        keys = lookup_keys(lookup, line, names)
        if not all(map(all, keys)):
            return Value(None)
        index = self.lookups[rule.lookup]
        values = tuple(dict.fromkeys(value for key in keys for value in index.get(key, ())))
        if len(values) == 1 and all(key in index for key in keys):
            return Value(values[0])
        cell = " / ".join(line.said(name, line.cell(name)) for name in names)
        file = self.spec.sources[lookup.source].file if lookup.source else schema().tables[lookup.table].label.zh
        details = {
            "lookup": rule.lookup,
            "file": file,
            "values": "、".join(values),
        }
        code = "mapping_lookup_several" if len(values) > 1 else "mapping_lookup_missing"
        return Value(None, line.problem(code, self.table, names[0], cell, **details))

    def _coded(self, rule: Rule, line: Line, cell: object) -> Value:
        codes = self._codes(rule)
        text = shown(cell)
        known: dict[str, Scalar] = {tidy(foreign): value for foreign, value in codes.items()}
        for name in (tidy(text), *_labelled(text)):
            if name in known:
                return Value(known[name])
        if text.lower() in NULL_MARKS:
            return Value(None)
        if rule.otherwise is not None:
            return Value(rule.otherwise)
        name = self.about(rule, line)
        if rule.unlisted == "missing":
            return Value(None, None, line.problem("mapping_unlisted", self.table, name, cell))
        return Value(None, line.problem("mapping_code", self.table, name, cell, known=_known(codes)))


def _known(codes: Mapping[str, Scalar]) -> str:
    """What a translation knows, one spelling of each value, the first of them where there are many."""
    spelt: dict[Scalar, str] = {}
    for foreign, ours in codes.items():
        spelt.setdefault(ours, foreign)
    first = list(spelt.values())
    more = "……" if len(first) > CODES_TOLD else ""
    return "、".join(first[:CODES_TOLD]) + more


def _labelled(text: str) -> tuple[str, ...]:
    """The label, and the code, of a text that gives both: 2-住校."""
    found = _CODE_AND_LABEL.fullmatch(text)
    return (tidy(found[2]), tidy(found[1])) if found else ()


def _grade(cohorts: Mapping[str, int], cell: object, year: object) -> int | None:
    """The grade in a school year of those who entered in another, as the mapping says for texts of this form."""
    for form, first in cohorts.items():
        held = match(form, shown(cell))
        entry = next(iter(held.values()), "") if held else ""
        if _YEAR.fullmatch(entry) and isinstance(year, int):
            return first + year - int(entry)
    return None


def _moved(figure: object | None, by_how_much: float) -> object | None:
    """A figure with the mapping's offset, such as 1911 for years counted from 1912."""
    if not isinstance(figure, float):
        return None
    moved = figure + by_how_much
    return int(moved) if moved.is_integer() else moved
