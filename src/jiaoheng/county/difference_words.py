"""Differences between sources in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from jiaoheng.county.comparison_words import cell_text, exact, say
from jiaoheng.county.differences import Difference, Side
from jiaoheng.county.schema import schema
from jiaoheng.language import Language

_COMMA = {"zh": "、", "en": ", "}


class Line(msgspec.Struct, frozen=True):
    """A difference as a row of a table: which figure, what is used, what others say, by how much, by which rule."""

    figure: str
    used: str
    used_at: str
    others: tuple[str, ...]
    others_at: tuple[str, ...]
    by: str
    why: str


def line(difference: Difference, names: Mapping[str, str], language: Language) -> Line:
    """A difference in words; ``names`` are of the schools by their codes."""
    return Line(
        figure_line(difference, names, language),
        side(difference.used, difference, language),
        place(difference.used, language),
        tuple(side(other, difference, language) for other in difference.others),
        tuple(place(other, language) for other in difference.others),
        by_text(difference, language),
        why(difference, language),
    )


def sentence(difference: Difference, names: Mapping[str, str], language: Language) -> str:
    """A difference as one sentence."""
    told = line(difference, names, language)
    others = _COMMA[language].join(told.others)
    by = say("difference_by", language, by=told.by, percent="") if told.by else ""
    used = say("difference_used", language, side=told.used)
    return say("difference_line", language, figure=told.figure, used=used, others=others, by=by, why=told.why)


def figure_line(difference: Difference, names: Mapping[str, str], language: Language) -> str:
    """Which figure it is: 青石镇中心小学 · 2025 · 三年级 · 在校生数."""
    table = schema().tables[difference.table]
    parts = []
    for name, part in zip(table.key, difference.key, strict=True):
        if part is not None and name != "smallest":
            text = cell_text(table.column(name), part, language)
            parts.append(names.get(text, text) if name in ("school_id", "subject_id") else text)
    column = table.column(difference.column)
    unit = schema().units[column.unit].label.say(language) if column.unit and column.unit != "person" else ""
    label = column.label.say(language)
    brackets = ("（{}）" if language == "zh" else " ({})").format(unit) if unit else ""
    return " · ".join([*parts, label + brackets])


def source_text(side_: Side, language: Language) -> str:
    """The source of a side, and how its figure was reckoned."""
    source = schema().label("source", side_.source, language)
    return say(f"difference_how_{side_.how}", language, source=source) if side_.how else source


def side(said: Side, difference: Difference, language: Language) -> str:
    """What a source says: 学校统计报表 398."""
    column = schema().tables[difference.table].column(difference.column)
    if said.value is None:
        return (
            say("difference_side_none", language, source=source_text(said, language))
            if said.how
            else say("difference_nobody", language)
        )
    value = cell_text(column, said.value, language)
    return say("difference_side", language, source=source_text(said, language), value=value)


def place(said: Side, language: Language) -> str:
    """Where a side stands: file, sheet and row, and the day on which the file came; empty where nothing is known."""
    row = say("difference_row", language, row=said.origin.row) if said.origin.row is not None else ""
    where = " · ".join(part for part in (said.file, said.origin.sheet, row) if part)
    return say("difference_at", language, where=where, date=said.date) if where and said.date else where or said.date


def by_text(difference: Difference, language: Language) -> str:
    """By how much the first other source is above (+) or below (−) what is used, also in per cent."""
    if difference.by is None:
        return ""
    by = Decimal(repr(difference.others[0].value)) - Decimal(repr(difference.used.value))
    shown = ("+" if by > 0 else "−") + exact(float(abs(by)))
    # A year has no part of it: only what is counted or measured has.
    part = difference.relative if schema().tables[difference.table].column(difference.column).unit else None
    return shown + (say("difference_percent", language, percent=f"{part * 100:+.3g}".replace("-", "−")) if part else "")


def why(difference: Difference, language: Language) -> str:
    """Which rule decided."""
    if difference.why == "order" and difference.rule:
        return say("difference_order_rule", language, rule=rule_label(difference.rule, language))
    return say(f"difference_{difference.why}", language)


def rule_label(rule: str, language: Language) -> str:
    """An exception by its labels: 办学条件 · 图书."""
    name, _, column = rule.partition(".")
    table = schema().tables[name]
    labels = [table.label.say(language), *([table.column(column).label.say(language)] if column else [])]
    return " · ".join(labels)
