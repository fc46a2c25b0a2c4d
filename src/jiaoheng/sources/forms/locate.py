"""Where a form keeps a figure: rows and columns by their words, never by their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec

from jiaoheng.sources.forms.catalogue import BANDS, Fact, Form, catalogue, words
from jiaoheng.sources.forms.labels import Band, band, spellings
from jiaoheng.sources.forms.sheet import NOTHING, TOTALS, FormSheet
from jiaoheng.sources.overlooked import Place
from jiaoheng.sources.text import as_text, tidy

_MOSTLY = 0.6


class Found(msgspec.Struct, frozen=True):
    """A cell that the words of a figure lead to; ``label`` is the column in which its row's label stands."""

    place: Place
    label: int = 0


def row_words(form: Form) -> frozenset[str]:
    """Every text that may begin a row of this form."""
    return _row_words(form.name)


@cache
def _row_words(name: str) -> frozenset[str]:
    form = catalogue().sheets[name]
    found: set[str] = set()
    for spec in form.blocks.values():
        found |= spellings(spec)
    for fact in form.facts:
        found |= spellings(fact.row) if fact.row else set()
        found |= spellings(fact.total[0]) if fact.total[0] else set()
        found |= spellings(fact.alone) if fact.alone else set()
        if fact.each_row and fact.each_row != BANDS:
            found |= words(fact.each_row).keys()
    return frozenset(found | TOTALS if form.layout == "list" else found)


def begins_row(form: Form, text: str) -> bool:
    """Whether a label begins a row of this form."""
    return text in row_words(form) or band(text) is not None


def block_rows(sheet: FormSheet, form: Form) -> Mapping[int, str]:
    """The stage under which each row stands, where the form has its stages one below the other."""
    stages = {text: stage for stage, spec in form.blocks.items() for text in spellings(spec)}
    found: dict[int, str] = {}
    now = ""
    for row in sheet.body_rows():
        texts = [text for _, text in sheet.labels(row, sheet.width)]
        now = next((stages[text] for text in texts if text in stages), now)
        if now:
            found[row] = now
    return found


def rows_named(sheet: FormSheet, texts: frozenset[str], before: int) -> Iterator[Found]:
    """Rows one of whose labels in front of a column, or two labels together, is one of these texts."""
    for row in sheet.body_rows():
        for at, text in sheet.names(row, before):
            if text in texts:
                yield Found((row, before), at)
                break


def columns_named(sheet: FormSheet, texts: frozenset[str]) -> list[int]:
    """Columns under these words."""
    return [column for column, label in sheet.columns.items() if label.text in texts]


def row_members(sheet: FormSheet, fact: Fact, before: int) -> Iterator[tuple[str | Band, Found]]:
    """The rows of a group's members, each with the member."""
    prefixes = spellings(fact.row_prefix) if fact.row_prefix else frozenset({""})
    named = {} if fact.each_row == BANDS else words(fact.each_row)
    for row in sheet.body_rows():
        for at, text in sheet.names(row, before):
            bare = next((text.removeprefix(prefix) for prefix in prefixes if prefix and text.startswith(prefix)), text)
            member = band(bare) if fact.each_row == BANDS else named.get(bare)
            if member is not None:
                yield member, Found((row, before), at)
                break


def listed(sheet: FormSheet, form: Form, texts: frozenset[str]) -> list[Found]:
    """Values of a list: the cell behind the label, or under it where the labels are headers."""
    found = [
        Found((row, column), at)
        for row in sheet.body_rows()
        for at, text in sheet.names(row, sheet.width)
        if text in texts
        for column in _value_columns(sheet, form, row, at)
    ]
    if found:
        return found
    columns = columns_named(sheet, texts)
    return [Found((row, column), column) for column in columns for row in _value_rows(sheet, column)]


def _value_columns(sheet: FormSheet, form: Form, row: int, label: int) -> list[int]:
    """The columns in which the value of a label stands: under the headers of values, or the one most filled."""
    end = _next_label(sheet, form, row, label)
    between = [column for column in range(label + 1, end) if column not in sheet.code_columns | sheet.unit_columns]
    if form.column:
        for headed in _headed(sheet, form.column):
            if here := [column for column in between if column in headed]:
                return here
    if form.column and any(sheet.columns[column].text for column in between):
        # The values have headers, and none of them is the one that is wanted.
        return []
    known = [each for each in range(len(sheet.grid.rows)) if _is_known(sheet, form, each, label)]
    for column in between:
        filled = sum(tidy(as_text(sheet.cell(each, column))) not in NOTHING for each in known)
        if filled >= _MOSTLY * len(known):
            return [column]
    counts = [sum(sheet.cell(each, column) != "" for each in known) for column in between]
    most = max(counts, default=0)
    return [between[counts.index(most)]] if most else between[:1]


def _headed(sheet: FormSheet, spec: str) -> Iterator[list[int]]:
    """Columns under the words of values, a list for each level of exactness: 计 before the bare group."""
    *groups, last = spec.split("/")
    exact = "/".join([*groups, last.removesuffix("?")])
    for each in (exact, spec):
        if columns := columns_named(sheet, spellings(each)):
            yield columns


def _next_label(sheet: FormSheet, form: Form, row: int, label: int) -> int:
    """Where the next label of a row begins; a text that is a value is no label."""
    for column in range(label + 1, sheet.width):
        if sheet.text(row, column).text in row_words(form) - TOTALS:
            return column
    return sheet.width


def _is_known(sheet: FormSheet, form: Form, row: int, label: int) -> bool:
    return sheet.text(row, label).text in row_words(form)


def _value_rows(sheet: FormSheet, column: int) -> list[int]:
    """The rows below headers that are labels: the one of totals where there is one, else those with something."""
    rows = [row for row in sheet.body_rows() if any(text in TOTALS for _, text in sheet.labels(row, column))]
    if rows:
        return rows[:1]
    return [row for row in sheet.body_rows() if tidy(as_text(sheet.cell(row, column))) not in NOTHING]
