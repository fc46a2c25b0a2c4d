"""A comparison in words: what changed, the most important first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from jiaoheng.county import words
from jiaoheng.county.comparison import Change, Comparison, SchoolMove, TableChange
from jiaoheng.county.figures import Figure
from jiaoheng.county.rows import Key
from jiaoheng.county.schema import SEVERAL, Column, schema
from jiaoheng.language import Language, catalogue

TEXTS = Path(__file__).with_name("comparison.toml")
NAMED = 6
"""Up to this many schools are all named in a sentence."""
UNKNOWN = "—"
_COMMA = {"zh": "、", "en": "; "}
_CLAUSE = {"zh": "，", "en": ", "}


def say(key: str, language: Language, **values: object) -> str:
    """A text of a comparison."""
    return catalogue(TEXTS)[key].say(language, **values)


def comparison_sentences(comparison: Comparison, language: Language) -> Iterator[str]:
    """What changed, in sentences without full stop: schools, totals, rows that wait, tables, the map."""
    if comparison.is_empty:
        yield say("nothing", language)
        return
    for move in dict.fromkeys(each.move for each in comparison.moves):
        names = [_moved(each, comparison, language) for each in comparison.moves if each.move == move]
        yield say(move, language, count=len(names), names=_listed(names, language))
    old_years, new_years = map(set, comparison.years)
    if added := new_years - old_years:
        yield say("years_added", language, years=words.years(added))
    if removed := old_years - new_years:
        yield say("years_removed", language, years=words.years(removed))
    for figure in comparison.figures:
        if figure.is_changed:
            yield _figure(figure, language)
    if comparison.gaps:
        old, new = comparison.waiting
        yield say("waiting" if old != new else "waiting_others", language, old=old, new=new)
    for change in comparison.tables:
        yield _table(change, comparison, language)
    if comparison.boundaries:
        yield say("boundaries", language)


def change_line(change: Change, comparison: Comparison, language: Language) -> str:
    """One changed cell: 青石镇中心小学 · 2025 · 三年级:在校生数 — → 312."""
    column = schema().tables[change.table].column(change.column)
    return say(
        "change",
        language,
        row=key_line(change.table, change.key, comparison, language),
        column=column.label.say(language),
        old=cell_text(column, change.old, language),
        new=cell_text(column, change.new, language),
    )


def key_line(table: str, key: Key, comparison: Comparison, language: Language) -> str:
    """A row's key as one reads it, schools by their names."""
    columns = schema().tables[table]
    parts = []
    for name, part in zip(columns.key, key, strict=True):
        if part is not None:
            is_school = name in ("school_id", "subject_id")
            text = cell_text(columns.column(name), part, language)
            parts.append(comparison.names.get(text, text) if is_school else text)
    return " · ".join(parts)


def cell_text(column: Column, value: object, language: Language) -> str:
    """A value as a person reads it, to its last digit: codes by their labels, a dash where nothing is known."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if column.type == "code":
        return schema().label(column.codes, value, language)
    if column.type == "codes":
        return _COMMA[language].join(schema().label(column.codes, one, language) for one in str(value).split(SEVERAL))
    if column.type in ("integer", "number") and column.unit and isinstance(value, int | float):
        return exact(value)
    return exact(value, "") if isinstance(value, float) else str(value)


def exact(value: float | None, thousands: str = ",") -> str:
    """A figure with all its digits, thousands apart; a dash where it is not known."""
    if value is None:
        return UNKNOWN
    digits = f"{Decimal(repr(value)):{thousands}f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _moved(move: SchoolMove, comparison: Comparison, language: Language) -> str:
    names = comparison.names
    school = names.get(move.school, move.school)
    if move.move == "closed":
        return say("name_closed", language, school=school, new=move.new)
    if move.move == "joined":
        return say("name_joined", language, school=school, new=names.get(move.new, move.new))
    if move.move == "parted":
        return say("name_parted", language, school=school, old=names.get(move.old, move.old))
    return say("name_renamed", language, old=move.old, new=move.new) if move.move == "renamed" else school


def _listed(names: list[str], language: Language) -> str:
    shown = _COMMA[language].join(names[:NAMED])
    return shown if len(names) <= NAMED else say("more", language, names=shown)


def figure_label(figure: Figure, language: Language) -> str:
    """What a figure counts: 小学在校生数."""
    table = schema().tables[figure.table]
    name = (table if figure.table == "teachers" else table.column(figure.column)).label.say(language)
    if figure.stage:
        stage = schema().label("stage", figure.stage, language)
        name = say("figure_stage", language, stage=stage, name=name)
    return name


def _figure(figure: Figure, language: Language) -> str:
    name = figure_label(figure, language)
    unit = "person" if figure.table == "teachers" else schema().tables[figure.table].column(figure.column).unit
    old, new = figure.old, figure.new
    missing = say("not_in", language, old=old.missing, new=new.missing) if old.missing or new.missing else ""
    return say(
        "figure" if figure.old_year == figure.new_year else "figure_years",
        language,
        name=name,
        old_year=figure.old_year,
        year=figure.new_year,
        old=exact(old.value),
        new=exact(new.value),
        unit=f" {schema().units[unit].label.after(exact(new.value), language)}" if unit and unit != "person" else "",
        difference=_difference(old.value, new.value, language),
        missing=missing,
    )


def _difference(old: float | None, new: float | None, language: Language) -> str:
    if old is None or new is None or old == new:
        return ""
    by = Decimal(repr(new)) - Decimal(repr(old))
    shown = f"{abs(by):,f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return say("more_by" if by > 0 else "less_by", language, by=shown)


def _table(change: TableChange, comparison: Comparison, language: Language) -> str:
    counts = {
        "rows_added": len(change.added),
        "rows_removed": len(change.removed),
        "cells_changed": len(change.changed),
        # Of the table of schools itself the rows are the schools; a county's own figures are no school's.
        "schools_concerned": len(change.schools & comparison.names.keys()) if change.table != "schools" else 0,
    }
    parts = [say(key, language, count=count) for key, count in counts.items() if count]
    label = schema().tables[change.table].label.say(language)
    return say("table", language, table=label, parts=_CLAUSE[language].join(parts))
