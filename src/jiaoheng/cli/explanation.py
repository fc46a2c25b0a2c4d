"""One figure, or one coefficient, taken apart on a terminal."""

from __future__ import annotations

from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import COLOURS, FIRST, say, table
from jiaoheng.county import County
from jiaoheng.findings import Assessment, Coefficient, Explanation, words
from jiaoheng.findings.telling import Source, Told, account
from jiaoheng.language import Language
from jiaoheng.standards import Standard

ROWS = 60
"""Rows of one input that an explanation names unless all are asked for."""


def show_explanation(
    screen: Console, found: Explanation, standard: Standard, language: Language, *, everything: bool
) -> None:
    """One figure taken apart."""
    told = account(found, standard, language)
    screen.print(Prose(told.head, "bold"))
    listing = table("", *(say(f"explain_{name}", language) for name in ("input", "amount", "rows")), right=(1,))
    for entry in told.inputs:
        sign = "− " if entry.taken_off else ""
        listing.add_row(Prose(sign + entry.label), entry.amount, Prose(_rows(entry, language, everything)))
    screen.print(listing)
    _line(screen, "explain_formula", told.formula, language)
    if told.note:
        _line(screen, "explain_note", told.note, language)
    _line(screen, "explain_result", told.result, language)
    if told.threshold:
        _line(screen, "explain_threshold", told.threshold, language)
    _line(screen, "explain_status", told.status, language, COLOURS.get(found.status, ""))
    _line(screen, "explain_article", told.article, language)


def _line(screen: Console, key: str, text: str, language: Language, style: str = "") -> None:
    colon = "：" if language == "zh" else ": "
    screen.print(Prose(f"{say(key, language)}{colon}{text}", style))


def _rows(entry: Told, language: Language, everything: bool) -> str:
    """The rows of an input: those of one school and table together, each by the rest of its key."""
    total = sum(len(source.cells) for source in entry.sources)
    left = total if everything else min(total, ROWS)
    hidden, parts = total - left, []
    for source in entry.sources:
        if cells := source.cells[:left]:
            parts.append(_source(source, cells, language))
        left -= len(cells)
    text = ("；" if language == "zh" else "; ").join(parts)
    if hidden:
        text += "\n" + say("list_more", language, count=hidden)
    return " → ".join(filter(None, (text, entry.note)))


def _source(source: Source, cells: tuple[tuple[str, str], ...], language: Language) -> str:
    head = f"{source.table} {source.subject}"
    if language == "zh":
        return f"{head}:" + "、".join(f"{key} {amount}".strip() for key, amount in cells)
    joined = ", ".join(f"{key}: {amount}" if key else amount for key, amount in cells)
    return f"{head}, {joined}" if cells[0][0] else f"{head}: {joined}"


def show_parts(
    screen: Console,
    even: Coefficient,
    assessment: Assessment,
    standard: Standard,
    county: County,
    language: Language,
    *,
    everything: bool,
) -> None:
    """One coefficient taken apart: what each school adds to it, the largest part first."""
    item = standard.item(even.item)
    stage = words.stage_label(even.stage, language)
    name = f"{even.item} {words.check_label(standard, even.check, language)}"
    screen.print(Prose(say("parts_head", language, county=assessment.county, stage=stage, item=name), "bold"))
    names = dict(zip(*(county["schools"][column].to_pylist() for column in ("school_id", "name")), strict=True))
    own = [value for value in assessment.values if (value.check, value.stage) == (even.check, even.stage)]
    if even.coefficient is None:
        lacking = [names[value.school_id] for value in own if value.value is None]
        told = say(
            "parts_unknown",
            language,
            schools=even.schools,
            missing=even.schools - even.known,
            names=("、" if language == "zh" else ", ").join(lacking),
        )
        _line(screen, "explain_result", told, language)
    else:
        _parts(screen, even, names, {value.school_id: value.pupils for value in own}, language, everything)
        shown = words.number(even.mean, 4)
        unit = item.unit.after(shown, language) if item.unit else ""
        _line(screen, "column_mean", f"{shown} {unit}".strip(), language)
        _line(screen, "explain_formula", say("parts_formula", language), language)
        _line(screen, "explain_result", words.fixed(even.coefficient, 4), language)
    if even.at_most is not None:
        limit = words.say("sense_at_most", language, limit=words.fixed(even.at_most, 2))
        _line(screen, "explain_threshold", limit, language)
    status = words.say(f"status_{even.status}", language)
    _line(screen, "explain_status", status, language, COLOURS.get(even.status, ""))
    _line(
        screen,
        "explain_article",
        f"{standard.document} {standard.balance.article if standard.balance else ''}".strip(),
        language,
    )


def _parts(
    screen: Console,
    even: Coefficient,
    names: dict[str, str],
    pupils: dict[str, float | None],
    language: Language,
    everything: bool,
) -> None:
    columns = [say(f"column_{column}", language) for column in ("school", "pupils", "value", "part")]
    listing = table(say("table_parts", language), *columns, right=(1, 2, 3))
    parts = sorted(even.contributions, key=lambda own: (-own.part, own.school_id))
    for own in parts if everything else parts[:FIRST]:
        figures = (words.number(pupils.get(own.school_id)), words.fixed(own.value, 2), f"{100 * own.part:.1f}%")
        listing.add_row(Prose(names[own.school_id]), *figures)
    screen.print(listing)
    if not everything and len(parts) > FIRST:
        screen.print(say("list_more", language, count=len(parts) - FIRST))
