"""What a sheet's name and a column's header mean: names, labels and aliases, as people vary them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import msgspec

from jiaoheng.county.schema import Column, Table, schema
from jiaoheng.sources.text import narrow, tidy

_DASHES = re.compile("[\u2010-\u2015\u2212~]")
_MARKS = "*★☆※▲●#"
_PREFIX = re.compile(r"(?:其中[:,]?|[(]?\d{1,2}[)](?!\d)|\d{1,2}[.、](?!\d))")
_BRACKET = re.compile(r"(.+)[(\[【〔〈<]([^()\[\]【】〔〕〈〉<>]*)[)\]】〕〉>]")
_NUMBERED = re.compile(r"(?:附?表|sheet|table)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})?[.、_:\-)]*")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/_](?:19|20)?\d\d)?(?:学年度?|年度?)?")
_PLAIN_NOTES = frozenset({"", "必填", "选填", "必填项", "选填项", "required", "optional"})
# Units that say nothing new of a figure whose column has no unit of its own.
_PLAIN_UNITS = frozenset({"度", "°", "wgs84", "年", "分", "%", "百分数", "degrees", "year", "points", "percent"})


LONGEST_HEADER = 300
"""What is longer is no header, and taking it apart at every letter would take hours."""


class Named(msgspec.Struct, frozen=True):
    """The column that a header names, and the unit it gives, empty where it gives none."""

    column: Column
    unit: str = ""


def folded_name(text: str) -> str:
    """A name for comparing: NFKC, lower case, one kind of dash, no blanks, line breaks or outer marks."""
    return _DASHES.sub("-", tidy(narrow(text))).strip(_MARKS)


def sheet_table(name: str) -> Table | None:
    """The table that a sheet or file of this name holds: ``表3 学校``, ``2.schools``, ``在校生2025``."""
    text = folded_name(name)
    for plain in (text, _YEAR.sub("", text)):
        bare = plain.lstrip("-_.(").rstrip("-_.").removesuffix("()")
        for tried in (bare, _NUMBERED.sub("", bare, count=1)):
            bracket = _BRACKET.fullmatch(tried)
            for candidate in (tried, tried.removesuffix("表"), bracket.group(1) if bracket else ""):
                if candidate in _table_names():
                    return _table_names()[candidate]
    return None


def recognise(table: Table, header: str) -> Named | None:
    """The column of a table that a header names, with or without a unit: ``教学仪器设备值(万元)*``."""
    if len(header) > LONGEST_HEADER:
        return None
    text = folded_name(header)
    for plain in (text, _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else ""):
        if named := _recognise(_column_names(table.name), plain):
            return named
    return None


def factor(named: Named) -> float | None:
    """What to multiply a figure by to have it in the column's unit; None where the given unit is unknown."""
    column, unit = named.column, folded_name(named.unit)
    if unit in _PLAIN_NOTES or column.type not in ("integer", "number"):
        return 1.0
    if column.unit:
        return accepted(column).get(unit)
    return 1.0 if unit in _PLAIN_UNITS else None


@cache
def accepted(column: Column) -> Mapping[str, float]:
    """The units that a column's figures may come in, folded for comparing, and their factors."""
    if not column.unit:
        return {}
    return {folded_name(unit): value for unit, value in schema().units[column.unit].accepts.items()}


@cache
def known_units() -> frozenset[str]:
    """Every unit of the schema, folded for comparing."""
    return frozenset(folded_name(unit) for units in schema().units.values() for unit in units.accepts)


def _recognise(columns: Mapping[str, Column], text: str) -> Named | None:
    if text in columns:
        return Named(columns[text])
    bracket = _BRACKET.fullmatch(text)
    if bracket and bracket.group(1).strip(_MARKS) in columns:
        return Named(columns[bracket.group(1).strip(_MARKS)], bracket.group(2))
    for at in range(1, len(text)):
        column = columns.get(text[:at].rstrip("/:_-,;|"))
        if column and text[at:] in accepted(column):
            return Named(column, text[at:])
    return None


@cache
def _table_names() -> Mapping[str, Table]:
    return {
        folded_name(name): table
        for table in schema().tables.values()
        for name in (table.name, table.label.zh, table.label.en, *table.aliases)
    }


@cache
def _column_names(table: str) -> Mapping[str, Column]:
    return {
        folded_name(name): column
        for column in schema().tables[table].columns
        for name in (column.name, column.label.zh, column.label.en, *column.aliases)
    }
