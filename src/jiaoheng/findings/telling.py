"""One figure taken apart, in words: what the command line and the pages both show of an ``Explanation``."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.county import schema
from jiaoheng.county.precedence import OWN
from jiaoheng.findings.explain import Explanation
from jiaoheng.findings.inputs import Input, input_label
from jiaoheng.findings.plan_words import pace_label, state_label, target_label
from jiaoheng.findings.words import check_label, number, say, share, stage_label, status_label
from jiaoheng.language import Language, bracketed
from jiaoheng.standards import Standard


class Source(msgspec.Struct, frozen=True):
    """The rows of one table and school that went into an input: each by the rest of its key, with its amount."""

    table: str
    subject: str
    cells: tuple[tuple[str, str], ...]


class Told(msgspec.Struct, frozen=True):
    """One input in words: its label, its amount, where that comes from, and what else is to be said of it."""

    label: str
    amount: str
    taken_off: bool
    sources: tuple[Source, ...]
    note: str


class Account(msgspec.Struct, frozen=True):
    """A figure in words, from its inputs to the article; what does not apply is empty."""

    head: str
    inputs: tuple[Told, ...]
    formula: str
    result: str
    threshold: str
    status: str
    article: str
    note: str = ""


def account(
    found: Explanation, standard: Standard, language: Language, names: Mapping[str, str] | None = None
) -> Account:
    """Everything that is to be said of one figure; rows of a school by its name where ``names`` has its code."""
    return Account(
        head=_head(found, standard, language),
        inputs=tuple(_told(entry, found, language, names or {}) for entry in found.inputs),
        formula=_formula(found, language),
        result=_result(found, standard, language),
        threshold=_threshold(found, standard, language),
        status=_status(found, language),
        article=f"{found.document} {found.article}"
        + say("explain_confidence", language, confidence=found.confidence, sources=", ".join(found.sources)),
        note=found.note.say(language) if found.note else "",
    )


def _head(found: Explanation, standard: Standard, language: Language) -> str:
    stage = bracketed(stage_label(found.stage, language).lower(), language) if found.stage else ""
    item = f"{found.item} {check_label(standard, found.check, language)}"
    return say("explain_head", language, school=found.school, stage=stage, item=item)


def _told(entry: Input, found: Explanation, language: Language, names: Mapping[str, str]) -> Told:
    exact = found.formula == "largest_class" and found.value is not None
    notes = []
    if entry.teachers_counted is not None:
        notes.append(say("explain_roster", language, count=entry.teachers_counted))
    elif not entry.rows:
        notes.append(say("explain_none", language))
    if entry.share is not None:
        notes.append(say("explain_share", language, share=f"{entry.share:.4f}"))
    if told_by := _told_by(entry, language):
        notes.append(say("explain_told_by", language, sources=told_by))
    return Told(
        # Where the size of the largest class is known, and not only bounded, it is told as what it is.
        label=input_label("largest_class" if exact else entry.name, language),
        amount=number(entry.amount),
        taken_off=entry.taken_off,
        sources=_sources(entry, language, names),
        note="; ".join(notes),
    )


def _told_by(entry: Input, language: Language) -> str:
    """Who told an input's rows: 学校统计报表 教基5176，2025-10-08; empty where only our own tables did."""
    held = {
        (row.claims[0].origin.source, row.claims[0].origin.sheet, row.claims[0].date)
        for row in entry.rows
        if row.claims
    }
    comma, stop = ("，", "；") if language == "zh" else (", ", "; ")
    named = (
        comma.join(filter(None, (f"{schema().label('source', source or OWN, language)} {sheet}".strip(), date)))
        for source, sheet, date in sorted(held)
    )
    return stop.join(named)


def _sources(entry: Input, language: Language, names: Mapping[str, str]) -> tuple[Source, ...]:
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in entry.rows:
        first, *rest = [_key(name, value, language) for name, value in row.key.items() if name != "year"]
        table = schema().tables[row.table].label.say(language)
        groups.setdefault((table, names.get(first, first)), []).append((" ".join(rest), number(row.amount)))
    return tuple(Source(table, subject, tuple(cells)) for (table, subject), cells in groups.items())


def _key(name: str, value: object, language: Language) -> str:
    if name == "class_no":
        return say("explain_class", language, number=value)
    codes = {"grade": "grade", "stage": "stage", "item": "finance_item"}.get(name)
    return schema().label(codes, value, language) if codes else str(value)


def _formula(found: Explanation, language: Language) -> str:
    """The formula with its inputs by name, those taken off after a minus."""
    how = found.how.say(language)
    for mark, named in (
        ("{inputs}", [entry for entry in found.inputs if entry.named]),
        ("{per}", [entry for entry in found.inputs if entry.per]),
    ):
        terms = [(" − " if entry.taken_off else " + ") + input_label(entry.name, language) for entry in named]
        total = "".join(terms).removeprefix(" + ")
        how = how.replace(mark, f"({total})" if len(named) > 1 else total)
    return how


def _result(found: Explanation, standard: Standard, language: Language) -> str:
    unit = standard.item(found.item).unit
    shown = number(found.value, 4)
    if found.value is not None:
        shown = f"{shown} {unit.after(shown, language) if unit else ''}"
    if found.value is None and found.low is not None and found.high is not None:
        shown = f"{number(found.low)}–{number(found.high)}"
    if found.numerator is not None and found.denominator not in (None, 1.0):
        scale = f" × {found.scale:g}" if found.scale != 1 else ""
        return f"{number(found.numerator)} ÷ {number(found.denominator)}{scale} = {shown}"
    return shown


def _threshold(found: Explanation, standard: Standard, language: Language) -> str:
    if found.threshold is None or not found.sense:
        return ""
    if found.progress:
        item = standard.item(found.item)
        target = target_label(found.progress, item, language)
        return f"{target}{'；' if language == 'zh' else '; '}{pace_label(found.progress, item, language)}"
    limit = say(f"sense_{found.sense}", language, limit=number(found.threshold))
    if found.floor is not None:
        limit += say("floor_line", language, share=share(found.floor), floor=number(found.threshold * found.floor, 3))
    if found.exception:
        limit += " " + say("explain_exception", language, label=found.exception.say(language))
    return limit


def _status(found: Explanation, language: Language) -> str:
    status = status_label(found.status, found.floor, language)
    if found.progress:
        status = state_label(found.progress, language)
    if found.missing:
        status += " · " + say("explain_missing", language, missing=input_label(found.missing, language))
    return status
