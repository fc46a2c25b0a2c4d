"""The figures of one form: each read wherever its words lead, groups held against their totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column, schema
from jiaoheng.language import Text
from jiaoheng.sources.forms.catalogue import Fact, Form
from jiaoheng.sources.forms.catalogue import words as group_words
from jiaoheng.sources.forms.cells import Reading, differing, origin, read_cell, unit_for
from jiaoheng.sources.forms.labels import Band, spellings
from jiaoheng.sources.forms.locate import (
    Found,
    block_rows,
    columns_named,
    listed,
    row_members,
    row_words,
    rows_named,
)
from jiaoheng.sources.forms.sheet import FormSheet

Member = str | Band
OLD = "基础基"
_ALIKE = 0.7
_GRADES = {"primary": frozenset("12345"), "junior": frozenset("123"), "senior": frozenset("123")}
"""Columns that every form has of a stage's grades; some years' have a fourth or sixth as well."""
OTHER = "other column "
"""The beginning of the name of a member that the catalogue does not name."""
_NO_MEMBERS = frozenset({"女", "少数民族", "在编人员", "合计", "计", "总计", "小计", "专任教师"})
_COUNTED = ("degrees", "titles", "subjects", "all_teachers")
OPEN = frozenset({"subjects"})
"""Groups of which a form may have members that the catalogue does not name: they may add up to less."""
_TABLES = ("enrolment", "facilities", "staff")


class Figure(msgspec.Struct, frozen=True):
    """A figure that a form tells: what it is, of which stage, which member of its group, and its reading."""

    fact: str
    stage: str
    member: Member
    reading: Reading


Figures = Mapping[tuple[str, str, Member], Reading]
"""Readings by fact, stage and member."""


class FormRead(msgspec.Struct, frozen=True):
    """What one form tells: its figures, and the facts whose words are not there."""

    form: Form
    sheet: FormSheet
    figures: tuple[Figure, ...]
    missing: tuple[Fact, ...] = ()


def column_of(fact: str) -> Column:
    """The column of our tables whose kind of value a fact is."""
    if fact in _COUNTED:
        return schema().tables["staff"].column("teachers")
    if fact == "class_sizes":
        return schema().tables["class_sizes"].column("classes")
    for name in _TABLES:
        found = next((column for column in schema().tables[name].columns if column.name == fact), None)
        if found:
            return found
    return schema().tables["places"].column("name")


def read_form(sheet: FormSheet, form: Form, stages: tuple[str, ...], source: str) -> FormRead:
    """Every figure of a form. ``stages`` are those that the school teaches, none where that is not known yet."""
    figures: list[Figure] = []
    missing: list[Fact] = []
    blocks = block_rows(sheet, form)
    for fact in form.facts:
        found = list(_of_fact(sheet, form, fact, blocks, stages, source))
        figures += found
        told = {figure.stage for figure in figures if figure.fact == fact.fact}
        wanted = fact.stage or form.stage
        absent = not found and not (wanted in told if wanted else told)
        unsaid = not fact.optional or _is_garbled(sheet, form, fact)
        blank = fact.never_blank and all(figure.reading.value is None for figure in found)
        if blank or (absent and unsaid):
            missing.append(fact)
    return FormRead(form, sheet, tuple(figures), tuple(missing))


def _is_garbled(sheet: FormSheet, form: Form, fact: Fact) -> bool:
    """Whether a row may be a fact's though its label is not: a letter is wrong, or the label is not there at all."""
    if any(sheet.has_figures(row) and not sheet.labels(row, sheet.width) for row in sheet.body_rows()):
        return True
    known = row_words(form)
    labels = {text for row in sheet.body_rows() for _, text in sheet.labels(row, sheet.width)} - known
    wanted = spellings(fact.row) | (spellings(fact.otherwise) if fact.otherwise else frozenset())
    return any(get_close_matches(word, labels, n=1, cutoff=_ALIKE) for word in wanted)


def _of_fact(
    sheet: FormSheet, form: Form, fact: Fact, blocks: Mapping[int, str], stages: tuple[str, ...], source: str
) -> Iterator[Figure]:
    column = column_of(fact.fact)
    unit = fact.unit or form.unit
    if form.layout == "list":
        texts = spellings(fact.row)
        if fact.alone and [stage for stage in stages if stage in ("primary", "junior", "senior")] == [fact.stage]:
            texts |= spellings(fact.alone)
        yield from _single(fact, fact.stage, _read(sheet, listed(sheet, form, texts), column, unit, source))
        return
    only = form.stage or (stages[0] if len(stages) == 1 else "")
    for stage in dict.fromkeys(blocks.values()) if blocks else (fact.stage or only,):
        if fact.stage and blocks and stage != fact.stage:
            continue
        rows = frozenset(row for row in sheet.body_rows() if not blocks or blocks.get(row) == stage)
        of = _Stage(sheet, stage, rows, spellings(form.blocks[stage]) if blocks else frozenset())
        if fact.each_row or fact.each_column:
            yield from _group(of, form, fact, source)
        else:
            places = of.cells(spellings(fact.row), spellings(fact.column))
            yield from _single(fact, stage, _read(sheet, places, column, unit, source))


def _single(fact: Fact, stage: str, readings: list[Reading]) -> Iterator[Figure]:
    if reading := _agreed(readings, fact_label(fact.fact)):
        yield Figure(fact.fact, stage, "", reading)


class _Stage(msgspec.Struct, frozen=True):
    """The rows of a sheet that are a stage's, and the words of the row that gives it as a whole, if it has one."""

    sheet: FormSheet
    name: str
    rows: frozenset[int]
    block: frozenset[str] = frozenset()

    def cells(self, rows: frozenset[str], columns: frozenset[str]) -> list[Found]:
        """The cells under one of these columns in one of these rows."""
        return [each for at in columns_named(self.sheet, columns) for each in self.named(rows, at)]

    def named(self, rows: frozenset[str], column: int) -> list[Found]:
        """The cells of a column in rows of these names."""
        return [each for each in rows_named(self.sheet, rows, column) if each.place[0] in self.rows]

    def total_words(self, texts: frozenset[str]) -> frozenset[str]:
        """The words of a total: those of the stage itself where that row has figures, else of a total under it."""
        named = self.named(self.block, self.sheet.width) if self.block else []
        return self.block if any(self.sheet.has_figures(each.place[0]) for each in named) else texts


def _group(stage: _Stage, form: Form, fact: Fact, source: str) -> Iterator[Figure]:
    """The members of a group, none of them left open where the total proves them to be nothing."""
    found, totals = _in_columns(stage, fact) if fact.each_column else _in_rows(stage, fact)
    column, unit = column_of(fact.fact), fact.unit or form.unit
    parts: dict[Member, Reading] = {}
    for member, places in found.items():
        if reading := _agreed(_read(stage.sheet, places, column, unit, source), fact_label(fact.fact)):
            parts[member] = reading
    total = _agreed(_read(stage.sheet, totals, column, unit, source), fact_label(fact.fact))
    yield from group_figures(fact, stage.name, parts, total, source)


def group_figures(
    fact: Fact, stage: str, parts: dict[Member, Reading], total: Reading | None, source: str
) -> Iterator[Figure]:
    """A group's members and its total as figures, held against each other."""
    for member, reading in _against_total(fact, stage, parts, total, source).items():
        yield Figure(fact.fact, stage, member, reading)
    if total and parts:
        yield Figure(fact.fact, stage, "total", total)


def _in_columns(stage: _Stage, fact: Fact) -> tuple[dict[Member, list[Found]], list[Found]]:
    """Where the members of a group of columns stand in the fact's row, and their total."""
    texts = stage.total_words(_row_texts(stage.sheet, fact))
    found: dict[Member, list[Found]] = {}
    for text, member in group_words(fact.each_column, fact.prefix).items():
        for at in columns_named(stage.sheet, frozenset({text})):
            found.setdefault(member, []).extend(stage.named(texts, at))
    totals = stage.cells(texts, spellings(fact.total[1]))
    if fact.fact in OPEN and totals:
        found |= _others(stage, fact, texts, totals[0].place[1])
    return found, totals


def _in_rows(stage: _Stage, fact: Fact) -> tuple[dict[Member, list[Found]], list[Found]]:
    """Where the members of a group of rows stand in the fact's column, and their total."""
    columns = spellings(fact.column)
    found: dict[Member, list[Found]] = {}
    for at in columns_named(stage.sheet, columns):
        for member, each in row_members(stage.sheet, fact, at):
            if each.place[0] in stage.rows:
                found.setdefault(member, []).append(each)
    return found, stage.cells(stage.total_words(spellings(fact.total[0])), columns)


def _others(stage: _Stage, fact: Fact, texts: frozenset[str], total: int) -> dict[Member, list[Found]]:
    """Columns behind the total that the catalogue does not name, should they be members of the group too."""
    sheet, known = stage.sheet, group_words(fact.each_column, fact.prefix)
    found: dict[Member, list[Found]] = {}
    for at, above in sheet.columns.items():
        if at > total and above.text and above.text not in known and above.text not in _NO_MEMBERS:
            cells = stage.named(texts, at)
            if cells and all(isinstance(sheet.cell(*each.place), int | float) for each in cells):
                found[f"{OTHER}{at}"] = cells
    return found


def _row_texts(sheet: FormSheet, fact: Fact) -> frozenset[str]:
    """The words of a fact's row; the second choice where a form from before 2021 does not have the first."""
    first = spellings(fact.row)
    is_old = any(OLD in text for text in (sheet.grid.sheet, *sheet.titles))
    if not fact.otherwise or not is_old or any(True for _ in rows_named(sheet, first, sheet.width)):
        return first
    return spellings(fact.otherwise)


def _read(sheet: FormSheet, places: list[Found], column: Column, unit: str, source: str) -> list[Reading]:
    cells = {each.place: each.label for each in places}
    return [
        read_cell(sheet, place, column, unit_for(sheet, place, label, column, unit), source)
        for place, label in cells.items()
    ]


def agreed(readings: list[Reading], table: str, label: Text) -> Reading | None:
    """One reading of several cells for the same figure; where they differ, a reading with the problem of that."""
    if not readings:
        return None
    for reading in readings:
        if reading.problem:
            return reading
    told = [reading for reading in readings if reading.value is not None]
    marked = [reading for reading in readings if reading.is_marked and told and reading.sheet is told[0].sheet]
    if len({_comparable(reading.value) for reading in told}) > 1 or marked:
        first = told[0]
        told = [*told, *marked]
        source = first.problem.origin.source if first.problem else "form"
        return msgspec.structs.replace(first, value=None, problem=differing(told, table, label, source))
    return told[0] if told else readings[0]


def _agreed(readings: list[Reading], label: Text) -> Reading | None:
    return agreed(readings, "", label)


def _comparable(value: object) -> object:
    return "".join(value.split()) if isinstance(value, str) else value


LABELS = {
    "degrees": Text(zh="专任教师学历", en="teachers by degree"),
    "titles": Text(zh="专任教师职称", en="teachers by title"),
    "subjects": Text(zh="专任教师授课课程", en="teachers by subject"),
    "class_sizes": Text(zh="班额", en="class sizes"),
    "place_code": Text(zh="驻地区划代码", en="place code"),
    "address": Text(zh="学校地址", en="address"),
    "all_teachers": Text(zh="专任教师", en="teachers"),
}


def _against_total(
    fact: Fact, stage: str, parts: dict[Member, Reading], total: Reading | None, source: str
) -> dict[Member, Reading]:
    """The parts, those without a figure being none where the others make up the total; a problem where they cannot."""
    if total is None or any(part.problem for part in parts.values()):
        return parts
    bands = sorted(member for member in parts if isinstance(member, tuple))
    if bands and any(high is None or low != high + 1 for (_, high), (low, _) in pairwise(bands)):
        broken = _bands_broken(total, source)
        return {member: msgspec.structs.replace(part, value=None, problem=broken) for member, part in parts.items()}
    if total.problem:
        return {
            member: msgspec.structs.replace(part, value=None, problem=total.problem) for member, part in parts.items()
        }
    if not isinstance(total.value, int | float):
        if not any(part.value for part in parts.values()):
            return parts
        slipped = blank_total(total, fact_label(fact.fact), source)
        return {member: msgspec.structs.replace(part, value=None, problem=slipped) for member, part in parts.items()}
    adding = {member: parts[member] for member in adding_up(parts)}
    if fact.each_column == "grade" and (lacking := _GRADES.get(stage, frozenset()) - parts.keys()):
        absent = _column_absent(total, lacking, fact_label(fact.fact), source)
        return {member: msgspec.structs.replace(part, value=None, problem=absent) for member, part in parts.items()}
    known = sum(part.value for part in adding.values() if isinstance(part.value, int | float))
    blank = [member for member, part in adding.items() if part.value is None]
    if known == total.value:
        return {
            member: msgspec.structs.replace(part, value=0) if member in blank else part
            for member, part in parts.items()
        }
    if known < total.value and (blank or fact.fact in OPEN):
        return parts
    if fact.fact in OPEN:
        # Whether 艺术 adds up 音乐 and 美术 or stands beside them is settled where the subjects are used.
        return parts
    problem = sum_differs(total, list(parts.values()), known, fact_label(fact.fact), source)
    return {member: msgspec.structs.replace(part, value=None, problem=problem) for member, part in parts.items()}


def _bands_broken(total: Reading, source: str) -> Problem:
    """The problem of bands of class sizes that leave some out, or share some."""
    return Problem(
        code="form_bands",
        column=total.sheet.heading(total.place[1]),
        origin=origin(total.sheet, total.place[0], source),
    )


def _column_absent(total: Reading, lacking: frozenset[str], label: Text, source: str) -> Problem:
    """The problem of grades whose columns cannot be recognised."""
    grades = words.listed([words.coded("grade", int(each)) for each in sorted(lacking)])
    return Problem(
        code="form_grades_missing",
        column=total.sheet.heading(total.place[1]),
        origin=origin(total.sheet, total.place[0], source),
        details=words.both(figure=label, grades=grades),
    )


def blank_total(total: Reading, label: Text, source: str) -> Problem:
    """The problem of a total that is blank while its parts are not: the row may have slipped."""
    return Problem(
        code="form_total_blank",
        column=total.sheet.heading(total.place[1]),
        origin=origin(total.sheet, total.place[0], source),
        details={"cell": total.named} | words.both(figure=label),
    )


def adding_up(group: Iterable[Member]) -> list[Member]:
    """The members of a group that make up its total: 外语 and not 英语 with it; 英语 where 外语 has no column."""
    every = [member for member in group if member != "total"]
    heads = {member for member in every if isinstance(member, str) and ":" not in member}
    return [
        member for member in every if not (isinstance(member, str) and ":" in member and member.split(":")[0] in heads)
    ]


def sum_differs(total: Reading, parts: list[Reading], known: float, label: Text, source: str) -> Problem:
    """The problem of parts that do not add up to their total: all cells are named."""
    cells = f"{parts[0].at}…{parts[-1].at}" if parts else ""
    return Problem(
        code="form_sum",
        table="",
        column=total.sheet.heading(total.place[1]),
        value=str(total.value),
        origin=origin(total.sheet, total.place[0], source),
        details={"cell": total.named, "cells": cells, "sum": f"{known:g}"} | words.both(figure=label),
    )


def fact_label(fact: str) -> Text:
    """How a fact reads."""
    return LABELS.get(fact) or column_of(fact).label
