"""The catalogue of forms, loaded once and proved whole: a slip in ``catalogue.toml`` is told with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from jiaoheng import typed
from jiaoheng.language import Text
from jiaoheng.sources.forms.labels import spellings
from jiaoheng.sources.text import tidy

CATALOGUE_FILE = Path(__file__).with_name("catalogue.toml")
BANDS = "band"
"""The group of rows that are bands of class sizes: read as bounds, not by words."""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure of a form, or a group of them: the words of its row and its column.

    ``each_row`` or ``each_column`` name a group: of each of its words that stands in the sheet the cell is read.
    ``prefix`` are words above those of a column group, ``row_prefix`` in front of those of a row group. ``total`` is
    the cell that the group adds up to, row and column, one of them empty for the same as the group's. In a list,
    ``row`` is the label in front of the value, or above it; ``alone`` is what the label may also be in the form of a
    school that has only this stage; ``otherwise`` are the words of its row in forms from before 2021.
    Without a ``needed`` fact no row can be used; without an ``optional`` one nothing is said.
    One that is ``never_blank`` is not there where its cell is blank.
    """

    fact: str
    row: str = ""
    column: str = ""
    stage: str = ""
    unit: str = ""
    each_row: str = ""
    each_column: str = ""
    prefix: str = ""
    row_prefix: str = ""
    total: tuple[str, str] = ("", "")
    otherwise: str = ""
    needed: bool = False
    optional: bool = False
    never_blank: bool = False
    alone: str = ""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form: the numbers it has had, its titles, whose figures it holds and which.

    ``layout`` is ``table`` for rows and columns, ``list`` for a label and its value; of a list ``column`` are the
    headers of the values where there are several columns. ``blocks`` are the rows under which those of a stage stand.
    """

    label: Text
    numbers: tuple[str, ...]
    titles: tuple[str, ...]
    layout: Literal["table", "list"] = "table"
    stage: str = ""
    unit: str = ""
    column: str = ""
    blocks: Mapping[str, str] = {}
    like: str = ""
    facts: tuple[Fact, ...] = ()
    name: str = ""


class Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of the county's export: about the school, its section, and the whole school's facilities."""

    schools: tuple[Fact, ...]
    section: tuple[Fact, ...]
    school: tuple[Fact, ...]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All forms by name, the groups of words that they share, and the columns of the county's export."""

    groups: Mapping[str, Mapping[str, str]]
    sheets: Mapping[str, Form]
    export: Export


@cache
def catalogue() -> Catalogue:
    """The forms. Raises ``msgspec.ValidationError`` for a key that there is not, ``KeyError`` for an unknown group."""
    found = typed.convert(tomllib.loads(CATALOGUE_FILE.read_text("utf-8")), Catalogue)
    sheets = {name: _whole(name, form, found.sheets) for name, form in found.sheets.items()}
    for form in sheets.values():
        for fact in form.facts:
            for group in (fact.each_row, fact.each_column):
                if group and group != BANDS:
                    found.groups[group]
    return Catalogue(found.groups, sheets, found.export)


def _whole(name: str, form: Form, sheets: Mapping[str, Form]) -> Form:
    facts = sheets[form.like].facts if form.like else form.facts
    return msgspec.structs.replace(form, name=name, facts=facts)


@cache
def by_number() -> Mapping[str, Form]:
    """Forms by their number as it is compared: 教基3112, 基础基312."""
    return {tidy(number): form for form in catalogue().sheets.values() for number in form.numbers}


@cache
def by_title() -> Mapping[str, Form]:
    """Forms by their titles as they are compared."""
    return {plain_title(title): form for form in catalogue().sheets.values() for title in form.titles}


def plain_title(text: str) -> str:
    """A title without the words that one year's has and another's has not."""
    return re.sub(r"[、,]|情况|表$", "", tidy(text).replace("(续)", "续"))


@cache
def words(group: str, prefix: str = "") -> Mapping[str, str]:
    """The member of a group that each text names, with the prefix in front of it."""
    before = f"{prefix}/" if prefix else ""
    return {text: member for member, spec in catalogue().groups[group].items() for text in spellings(before + spec)}
