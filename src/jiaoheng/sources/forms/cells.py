"""One figure of a form: its cell with the unit that holds for it, read as a value or refused with the reason."""

from __future__ import annotations

import msgspec

from jiaoheng.county import words
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.schema import Column, schema
from jiaoheng.language import Text
from jiaoheng.sources.cells import parse
from jiaoheng.sources.forms.labels import units
from jiaoheng.sources.forms.sheet import NOTHING, FormSheet
from jiaoheng.sources.layout import column_letter
from jiaoheng.sources.overlooked import Place
from jiaoheng.sources.tables import SHOWN
from jiaoheng.sources.text import as_text, tidy

FORM = "form"


class Reading(msgspec.Struct, frozen=True):
    """A cell of a form: its value, None where nothing stands there, or the problem of it."""

    sheet: FormSheet
    place: Place
    value: object | None = None
    problem: Problem | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the cell says that there is no figure, and is not simply blank."""
        return self.value is None and self.sheet.cell(*self.place) != ""

    @property
    def at(self) -> str:
        """The cell as Excel names it."""
        row, column = self.place
        return f"{column_letter(column)}{row + 1}"

    @property
    def named(self) -> str:
        """Sheet and cell, for telling where a figure stands."""
        return f"{self.sheet.grid.sheet}!{self.at}"


class Unit(msgspec.Struct, frozen=True):
    """The factor into the column's unit; None where a unit is given that it does not know, and where that stands."""

    factor: float | None
    text: str = ""
    place: Place | None = None


def read_cell(sheet: FormSheet, place: Place, column: Column, unit: Unit, source: str = FORM) -> Reading:
    """A cell as a value of a column of our tables."""
    raw = sheet.cell(*place)
    if sheet.is_torn(place):
        problem = Problem(code="cell_merged", column=sheet.heading(place[1]), origin=origin(sheet, place[0], source))
        return Reading(sheet, place, problem=problem)
    if isinstance(raw, str) and tidy(raw) in NOTHING:
        return Reading(sheet, place)
    if unit.factor is None:
        return Reading(sheet, place, problem=_unknown_unit(sheet, place, column, unit, source))
    parsed = parse(column, raw, factor=unit.factor)
    if not parsed.problem:
        return Reading(sheet, place, parsed.value)
    return Reading(
        sheet,
        place,
        problem=Problem(
            code=parsed.problem,
            table="",
            column=sheet.heading(place[1]),
            value=as_text(raw)[:SHOWN],
            origin=origin(sheet, place[0], source),
            details=parsed.details,
        ),
    )


def unit_for(sheet: FormSheet, place: Place, label: int, column: Column, default: str) -> Unit:
    """The unit of a cell whose label stands in column ``label``: its row's, its column's, the sheet's, the form's.

    Units that stand for the same row in two ways must agree. Money has no unit that goes without saying: forms come
    in yuan and in ten thousands of them.
    """
    if not column.unit:
        return Unit(1.0)
    accepts = {tidy(unit): factor for unit, factor in schema().units[column.unit].accepts.items()}
    given = [(text, at) for text, at in _given(sheet, place, label) if text]
    factors = {accepts.get(text) for text, _ in given}
    if len(factors) == 1 and None not in factors:
        return Unit(factors.pop())
    if given:
        wrong = next(((text, at) for text, at in given if text not in accepts), given[0])
        return Unit(None, wrong[0], wrong[1])
    stated = sheet.stated_units
    known = {accepts[text] for text, _ in stated if text in accepts}
    if len(known) == 1:
        return Unit(known.pop())
    strange = [(text, at) for text, at in stated if text not in units()]
    if known or (strange and column.type == "number"):
        text, at = (strange or list(stated))[0]
        return Unit(None, text, at)
    if not default and column.type == "number":
        return Unit(None)
    return Unit(accepts[tidy(default)] if default else 1.0)


def _given(sheet: FormSheet, place: Place, label: int) -> list[tuple[str, Place | None]]:
    """The units that a cell's row and column give, each with its place."""
    row, column = place
    found: list[tuple[str, Place | None]] = []
    for left in range(column - 1, label - 1, -1):
        raw = as_text(sheet.cell(row, left))
        if left in sheet.unit_columns and tidy(raw) not in NOTHING:
            found.append((tidy(raw), (row, left)))
        elif unit := sheet.text(row, left).unit:
            found.append((unit, (row, left)))
    above = sheet.columns[column].unit if column in sheet.columns else ""
    if above and not found:
        found.append((above, sheet.unit_place(column)))
    return found


def differing(readings: list[Reading], table: str, label: Text, source: str = FORM) -> Problem:
    """The problem of a figure that two cells give differently: both are shown."""
    first = readings[0]
    shown = "、".join(f"{each.named} = {as_text(each.sheet.cell(*each.place))}" for each in readings[:4])
    return Problem(
        code="form_cells_differ",
        table=table,
        column=first.sheet.heading(first.place[1]),
        value=as_text(first.sheet.cell(*first.place))[:SHOWN],
        origin=origin(first.sheet, first.place[0], source),
        details={"cells": shown} | words.both(figure=label),
    )


def _unknown_unit(sheet: FormSheet, place: Place, column: Column, unit: Unit, source: str) -> Problem:
    row, at = unit.place or place
    accepted = "、".join(schema().units[column.unit].accepts)
    return Problem(
        code="form_unit" if unit.text else "form_unit_unstated",
        table="",
        column=sheet.heading(at),
        value=as_text(sheet.cell(row, at))[:SHOWN],
        origin=origin(sheet, row, source),
        details={"unit": unit.text, "units": accepted, "cell": f"{column_letter(place[1])}{place[0] + 1}"}
        | words.both(figure=column.label),
    )


def origin(sheet: FormSheet, row: int | None, source: str = FORM) -> Origin:
    """A row of a form as a place in the user's file."""
    return Origin(sheet.grid.file, sheet.grid.sheet, None if row is None else row + 1, source)
