"""One figure, or one coefficient, taken apart on a terminal."""

from __future__ import annotations

from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import COLOURS, FIRST, say, table
from jiaoheng.county import County, schema
from jiaoheng.findings import Assessment, Coefficient, Explanation, words
from jiaoheng.findings.explain import Input, input_label
from jiaoheng.language import Language
from jiaoheng.standards import Standard

ROWS = 60
"""Rows of one input that an explanation names unless all are asked for."""


def show_explanation(
    screen: Console, found: Explanation, standard: Standard, language: Language, *, everything: bool
) -> None:
    """One figure taken apart."""
    stage = words.stage_label(found.stage, language) if found.stage else ""
    bracketed = (f"({stage})" if language == "zh" else f" ({stage.lower()})") if stage else ""
    label = words.check_label(standard, found.check, language)
    head = say("explain_head", language, school=found.school, stage=bracketed, item=f"{found.check} {label}")
    screen.print(Prose(head, "bold"))
    listing = table("", *(say(f"explain_{name}", language) for name in ("input", "amount", "rows")), right=(1,))
    for entry in found.inputs:
        sign = "− " if entry.taken_off else ""
        label = input_label("largest_class" if _exact(found) else entry.name, language)
        listing.add_row(Prose(sign + label), words.number(entry.amount), Prose(_rows(entry, language, everything)))
    screen.print(listing)
    unit = standard.item(found.item).unit
    shown = "—" if found.value is None else f"{words.number(found.value, 4)} {unit.say(language) if unit else ''}"
    if found.value is None and found.low is not None and found.high is not None:
        shown = f"{words.number(found.low)}–{words.number(found.high)}"
    _line(screen, "explain_formula", _formula(found, language), language)
    if found.numerator is not None and found.denominator not in (None, 1.0):
        scale = f" × {found.scale:g}" if found.scale != 1 else ""
        sums = f"{words.number(found.numerator)} ÷ {words.number(found.denominator)}{scale}"
        shown = f"{sums} = {shown}"
    _line(screen, "explain_result", shown, language)
    if found.threshold is not None and found.sense:
        limit = say(f"sense_{found.sense}", language, limit=words.number(found.threshold))
        if found.floor is not None:
            limit += say("floor_line", language, floor=words.number(found.threshold * found.floor, 3))
        if found.exception:
            limit += " " + say("explain_exception", language, label=found.exception.say(language))
        _line(screen, "explain_threshold", limit, language)
    status = words.say(f"status_{found.status}", language)
    if found.missing:
        status += " · " + say("explain_missing", language, missing=input_label(found.missing, language))
    _line(screen, "explain_status", status, language, COLOURS.get(found.status, ""))
    source = say("explain_confidence", language, confidence=found.confidence, sources=", ".join(found.sources))
    _line(screen, "explain_article", f"{found.document} {found.article}{source}", language)


def _line(screen: Console, key: str, text: str, language: Language, style: str = "") -> None:
    colon = ":" if language == "zh" else ": "
    screen.print(Prose(f"{say(key, language)}{colon}{text}", style))


def _exact(found: Explanation) -> bool:
    """Whether the size of the largest class is known, and not only bounded."""
    return found.formula == "largest_class" and found.value is not None


def _formula(found: Explanation, language: Language) -> str:
    """The formula with its inputs by name, those taken off after a minus."""
    named = [entry for entry in found.inputs if entry.named]
    terms = [(" − " if entry.taken_off else " + ") + input_label(entry.name, language) for entry in named]
    total = "".join(terms).removeprefix(" + ")
    return found.how.say(language).replace("{inputs}", f"({total})" if len(named) > 1 else total)


def _rows(entry: Input, language: Language, everything: bool) -> str:
    """The rows of an input: those of one school and table together, each by the rest of its key."""
    if entry.teachers_counted is not None:
        return say("explain_roster", language, count=entry.teachers_counted)
    if not entry.rows:
        return say("explain_none", language)
    shown = entry.rows if everything else entry.rows[:ROWS]
    groups: dict[str, list[str]] = {}
    for row in shown:
        first, *rest = [_key(name, value, language) for name, value in row.key.items() if name != "year"]
        head = f"{schema().tables[row.table].label.say(language)} {first}"
        within = " ".join(rest)
        if language == "zh":
            head, amount = f"{head}:", f"{within} {words.number(row.amount)}".strip()
        else:
            head, amount = (f"{head}, ", f"{within}: ") if within else (f"{head}: ", "")
            amount += words.number(row.amount)
        groups.setdefault(head, []).append(amount)
    comma = "、" if language == "zh" else ", "
    parts = [f"{head}{comma.join(amounts)}" for head, amounts in groups.items()]
    text = (";" if language == "zh" else "; ").join(parts)
    if len(entry.rows) > len(shown):
        text += "\n" + say("list_more", language, count=len(entry.rows) - len(shown))
    if entry.share is not None:
        text += " → " + say("explain_share", language, share=f"{entry.share:.4f}")
    return text


def _key(name: str, value: object, language: Language) -> str:
    if name == "class_no":
        return say("explain_class", language, number=value)
    codes = {"grade": "grade", "stage": "stage", "item": "finance_item"}.get(name)
    return schema().label(codes, value, language) if codes else str(value)


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
        unit = item.unit.say(language) if item.unit else ""
        _line(screen, "column_mean", f"{words.number(even.mean, 4)} {unit}".strip(), language)
        _line(screen, "explain_formula", say("parts_formula", language), language)
        _line(screen, "explain_result", words.fixed(even.coefficient, 4), language)
    if even.at_most is not None:
        limit = say("sense_at_most", language, limit=words.fixed(even.at_most, 2))
        _line(screen, "explain_threshold", limit, language)
    status = words.say(f"status_{even.status}", language)
    _line(screen, "explain_status", status, language, COLOURS.get(even.status, ""))
    _line(screen, "explain_article", f"{standard.document} {standard.balance.article}", language)


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
