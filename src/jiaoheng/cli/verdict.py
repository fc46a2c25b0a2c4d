"""The assessment and the explanation on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import COLOURS, FIRST, coloured, say, table
from jiaoheng.county import County, schema
from jiaoheng.findings import Assessment, Coefficient, Explanation, words
from jiaoheng.findings.explain import Input, input_label
from jiaoheng.language import Language
from jiaoheng.measures.options import LABELS, Options
from jiaoheng.standards import Standard

ROWS = 60
"""Rows of one input that an explanation names unless all are asked for."""


def show_assessment(
    screen: Console,
    assessment: Assessment,
    standard: Standard,
    county: County,
    language: Language,
    *,
    everything: bool,
) -> None:
    """Verdict first, in sentences; then the tables behind it."""
    screen.print(Prose(words.title(assessment, standard, language), "bold"))
    for line in words.sentences(assessment, standard, county, language):
        screen.print(Prose(line))
    screen.print(Prose(say("options_line", language, options=_options(assessment.options, language))))
    if everything:
        _items(screen, assessment, standard, language)
    screen.print()
    _balance(screen, assessment, standard, language)
    if everything:
        _inequality(screen, assessment, standard, language)
    _schools(screen, assessment, language, everything=everything)
    _findings(screen, assessment, standard, county, language, everything=everything)


def _items(screen: Console, assessment: Assessment, standard: Standard, language: Language) -> None:
    names = [say(f"column_{name}", language) for name in ("number", "item", "verdict", "basis")]
    listing = table(say("table_items", language), *names)
    for item in assessment.items:
        listing.add_row(
            item.item,
            Prose(standard.item(item.item).label.say(language)),
            coloured(words.say(f"status_{item.status}", language), item.status),
            words.say(f"basis_{item.basis}", language),
        )
    screen.print()
    screen.print(listing)


def _balance(screen: Console, assessment: Assessment, standard: Standard, language: Language) -> None:
    if not assessment.balance:
        return
    names = [say(f"column_{name}", language) for name in ("item", "stage", "mean", "coefficient", "limit", "verdict")]
    listing = table(say("table_balance", language), *names, right=(2, 3, 4))
    for even, label in _labelled(assessment, standard, language):
        listing.add_row(
            label,
            words.stage_label(even.stage, language),
            words.number(even.mean),
            words.fixed(even.coefficient, 3),
            words.fixed(even.at_most, 2),
            coloured(words.say(f"status_{even.status}", language), even.status),
        )
    screen.print(listing)
    known = {stage: value for stage, value in assessment.combined.items() if value is not None}
    if known:
        values = "、".join(f"{words.stage_label(stage, language)} {value:.3f}" for stage, value in known.items())
        if language == "en":
            values = values.replace("、", ", ")
        screen.print(Prose(say("combined_line", language, values=values)))


def _inequality(screen: Console, assessment: Assessment, standard: Standard, language: Language) -> None:
    names = [say(f"column_{name}", language) for name in ("item", "stage", "gini", "theil", "between", "range")]
    listing = table(say("table_inequality", language), *names, right=(2, 3, 4, 5))
    for even, label in _labelled(assessment, standard, language):
        listing.add_row(
            label,
            words.stage_label(even.stage, language),
            words.fixed(even.gini, 3),
            words.fixed(even.theil.total if even.theil else None, 3),
            words.fixed(even.theil.between if even.theil else None, 3),
            words.fixed(even.range_ratio, 2),
        )
    screen.print()
    screen.print(listing)


def _labelled(assessment: Assessment, standard: Standard, language: Language) -> Iterator[tuple[Coefficient, Prose]]:
    """Coefficients, each item named in its first row only."""
    last = ""
    for even in assessment.balance:
        label = "" if even.check == last else f"{even.item} {words.check_label(standard, even.check, language)}"
        last = even.check
        yield even, Prose(label)


def _schools(screen: Console, assessment: Assessment, language: Language, *, everything: bool) -> None:
    failing = [school for school in assessment.schools if school.verdict != "meets"]
    if not failing:
        return
    failing.sort(key=lambda school: (school.verdict != "fails", -(school.pupils or 0), school.school_id))
    names = [
        say(f"column_{name}", language)
        for name in ("school", "stage", "pupils", "meets", "floor", "fails", "unknown", "verdict")
    ]
    listing = table(say("table_schools", language), *names, right=(2, 3, 4, 5, 6))
    for school in failing if everything else failing[:FIRST]:
        counts = (str(count or "") for count in (school.meets, school.floor, school.fails, school.unknown))
        verdict = coloured(words.say(f"status_{school.verdict}", language), school.verdict)
        stage = words.stage_label(school.stage, language)
        listing.add_row(Prose(school.name), stage, words.number(school.pupils), *counts, verdict)
    screen.print()
    screen.print(listing)
    if not everything and len(failing) > FIRST:
        screen.print(say("list_more", language, count=len(failing) - FIRST))


def _findings(
    screen: Console,
    assessment: Assessment,
    standard: Standard,
    county: County,
    language: Language,
    *,
    everything: bool,
) -> None:
    chosen = [finding for finding in assessment.findings if everything or finding.blocking]
    if not chosen:
        return
    listing = table(say("table_findings", language), "", say("column_item", language), say("column_finding", language))
    for place, finding in enumerate(chosen if everything else chosen[:FIRST], start=1):
        line = words.finding_line(finding, standard, county, language)
        status = "unknown" if finding.kind == "unknown" else "fails" if finding.blocking else "floor"
        listing.add_row(str(place), finding.item, Prose(line, COLOURS[status]))
    screen.print()
    screen.print(listing)
    if len(chosen) > FIRST and not everything:
        screen.print(say("list_more", language, count=len(chosen) - FIRST))


def _options(options: Options, language: Language) -> str:
    pairs = [(name, getattr(options, name)) for name in options.__struct_fields__]
    colon, comma = (":", ";") if language == "zh" else (": ", "; ")
    return comma.join(f"{LABELS[name].say(language)}{colon}{LABELS[value].say(language)}" for name, value in pairs)


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
        groups.setdefault(head, []).append(" ".join([*rest, words.number(row.amount)]))
    colon, comma = (":", "、") if language == "zh" else (": ", ", ")
    parts = [f"{head}{colon}{comma.join(amounts)}" for head, amounts in groups.items()]
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
    pupils = {
        value.school_id: value.pupils
        for value in assessment.values
        if (value.check, value.stage) == (even.check, even.stage)
    }
    columns = [say(f"column_{column}", language) for column in ("school", "pupils", "value", "part")]
    listing = table(say("table_parts", language), *columns, right=(1, 2, 3))
    parts = sorted(even.contributions, key=lambda own: (-own.part, own.school_id))
    for own in parts if everything else parts[:FIRST]:
        count = words.number(pupils.get(own.school_id))
        listing.add_row(
            Prose(names[own.school_id]), count, words.number(own.value, 2), f"{words.fixed(100 * own.part, 1)}%"
        )
    if parts:
        screen.print(listing)
    if not everything and len(parts) > FIRST:
        screen.print(say("list_more", language, count=len(parts) - FIRST))
    unit = item.unit.say(language) if item.unit else ""
    _line(screen, "column_mean", f"{words.number(even.mean, 4)} {unit}".strip(), language)
    _line(screen, "explain_formula", say("parts_formula", language), language)
    if even.coefficient is None:
        unknown = say("parts_unknown", language, schools=even.schools, known=even.known)
        _line(screen, "explain_result", unknown, language)
    else:
        _line(screen, "explain_result", words.fixed(even.coefficient, 4), language)
    if even.at_most is not None:
        limit = say("sense_at_most", language, limit=words.fixed(even.at_most, 2))
        _line(screen, "explain_threshold", limit, language)
    status = words.say(f"status_{even.status}", language)
    _line(screen, "explain_status", status, language, COLOURS.get(even.status, ""))
    _line(screen, "explain_article", f"{standard.document} {standard.balance.article}", language)
