"""The assessment and the explanation on a terminal."""

from __future__ import annotations

from rich.console import Console

from jiaoheng.cli.screen import FIRST, coloured, plain, say, table
from jiaoheng.county import County, schema
from jiaoheng.findings import Assessment, Explanation, words
from jiaoheng.findings.explain import Input, input_label
from jiaoheng.language import Language
from jiaoheng.measures.options import LABELS, Options
from jiaoheng.standards import Standard


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
    screen.print(f"[bold]{plain(words.title(assessment, standard, language))}[/]")
    for line in words.sentences(assessment, standard, county, language):
        screen.print(plain(line))
    screen.print()
    if everything:
        _items(screen, assessment, standard, language)
    _balance(screen, assessment, standard, language)
    _schools(screen, assessment, language, everything=everything)
    _findings(screen, assessment, standard, county, language, everything=everything)
    screen.print(say("options_line", language, options=_options(assessment.options, language)))


def _items(screen: Console, assessment: Assessment, standard: Standard, language: Language) -> None:
    names = [say(f"column_{name}", language) for name in ("number", "item", "verdict", "basis")]
    listing = table(say("table_items", language), *names)
    for item in assessment.items:
        listing.add_row(
            item.item,
            standard.item(item.item).label.say(language),
            coloured(words.say(f"status_{item.status}", language), item.status),
            words.say(f"basis_{item.basis}", language),
        )
    screen.print(listing)


def _balance(screen: Console, assessment: Assessment, standard: Standard, language: Language) -> None:
    names = [
        say(f"column_{name}", language)
        for name in ("item", "stage", "mean", "coefficient", "limit", "verdict", "gini", "theil", "range")
    ]
    listing = table(say("table_balance", language), *names, right=(2, 3, 4, 6, 7, 8))
    for even in assessment.balance:
        theil = f"{even.theil.total:.3f} ({even.theil.between:.3f})" if even.theil else "—"
        listing.add_row(
            f"{even.item} {words.check_label(standard, even.check, language)}",
            words.stage_label(even.stage, language),
            words.number(even.mean),
            words.fixed(even.coefficient, 3),
            words.fixed(even.at_most, 2),
            coloured(words.say(f"status_{even.status}", language), even.status),
            words.fixed(even.gini, 3),
            theil,
            words.number(even.range_ratio),
        )
    screen.print(listing)
    known = {stage: value for stage, value in assessment.combined.items() if value is not None}
    if known:
        values = ", ".join(f"{words.stage_label(stage, language)} {value:.3f}" for stage, value in known.items())
        screen.print(say("combined_line", language, values=values))


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
        listing.add_row(plain(school.name), stage, words.number(school.pupils), *counts, verdict)
    screen.print(listing)
    if not everything and len(failing) > FIRST:
        screen.print(say("problems_more", language, count=len(failing) - FIRST))


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
        listing.add_row(str(place), finding.item, coloured(plain(line), status))
    screen.print(listing)
    if len(chosen) > FIRST and not everything:
        screen.print(say("problems_more", language, count=len(chosen) - FIRST))


def _options(options: Options, language: Language) -> str:
    pairs = [(name, getattr(options, name)) for name in options.__struct_fields__]
    colon, comma = (":", ";") if language == "zh" else (": ", "; ")
    return comma.join(f"{LABELS[name].say(language)}{colon}{LABELS[value].say(language)}" for name, value in pairs)


def show_explanation(screen: Console, found: Explanation, standard: Standard, language: Language) -> None:
    """One figure taken apart."""
    stage = words.stage_label(found.stage, language) if found.stage else ""
    bracketed = (f"({stage})" if language == "zh" else f" ({stage.lower()})") if stage else ""
    label = words.check_label(standard, found.check, language)
    head = say("explain_head", language, school=found.school, stage=bracketed, item=f"{found.check} {label}")
    screen.print(f"[bold]{plain(head)}[/]")
    listing = table("", *(say(f"explain_{name}", language) for name in ("input", "amount", "rows")), right=(1,))
    for entry in found.inputs:
        sign = "− " if entry.taken_off else ""
        label = input_label("largest_class" if _exact(found) else entry.name, language)
        listing.add_row(sign + label, words.number(entry.amount), _rows(entry, language))
    screen.print(listing)
    unit = standard.item(found.item).unit
    shown = "—" if found.value is None else f"{words.number(found.value, 4)} {unit.say(language) if unit else ''}"
    if found.value is None and found.low is not None and found.high is not None:
        shown = f"{words.number(found.low)}–{words.number(found.high)}"
    screen.print(f"{say('explain_formula', language)}: {_formula(found, language)}")
    if found.numerator is not None and found.denominator not in (None, 1.0):
        scale = f" × {found.scale:g}" if found.scale != 1 else ""
        sums = f"{words.number(found.numerator)} ÷ {words.number(found.denominator)}{scale}"
        shown = f"{sums} = {shown}"
    screen.print(f"{say('explain_result', language)}: {shown}")
    if found.threshold is not None and found.sense:
        limit = say(f"sense_{found.sense}", language, limit=words.number(found.threshold))
        if found.floor is not None:
            limit += say("floor_line", language, floor=words.number(found.threshold * found.floor, 3))
        if found.exception:
            limit += " " + say("explain_exception", language, label=found.exception.say(language))
        screen.print(f"{say('explain_threshold', language)}: {limit}")
    status = coloured(words.say(f"status_{found.status}", language), found.status)
    if found.missing:
        status += " · " + say("explain_missing", language, missing=input_label(found.missing, language))
    screen.print(f"{say('explain_status', language)}: {status}")
    source = say("explain_confidence", language, confidence=found.confidence, sources=", ".join(found.sources))
    screen.print(f"{say('explain_article', language)}: {found.document} {found.article}{source}")


def _exact(found: Explanation) -> bool:
    """Whether the size of the largest class is known, and not only bounded."""
    return found.formula == "largest_class" and found.value is not None


def _formula(found: Explanation, language: Language) -> str:
    """The formula with its inputs by name, those taken off after a minus."""
    named = [entry for entry in found.inputs if entry.named]
    terms = [(" − " if entry.taken_off else " + ") + input_label(entry.name, language) for entry in named]
    total = "".join(terms).removeprefix(" + ")
    return found.how.say(language).replace("{inputs}", f"({total})" if len(named) > 1 else total)


def _rows(entry: Input, language: Language) -> str:
    if entry.teachers_counted is not None:
        return say("explain_roster", language, count=entry.teachers_counted)
    if not entry.rows:
        return say("explain_none", language)
    labels = schema().tables
    parts = []
    for row in entry.rows[:FIRST]:
        key = " ".join(
            schema().label("grade", value, language) if name == "grade" else str(value)
            for name, value in row.key.items()
            if name != "year"
        )
        parts.append(f"{labels[row.table].label.say(language)} {key}: {words.number(row.amount)}")
    text = "; ".join(parts)
    if len(entry.rows) > FIRST:
        text += " " + say("problems_more", language, count=len(entry.rows) - FIRST)
    if entry.share is not None:
        text += " → " + say("explain_share", language, share=f"{entry.share:.4f}")
    return plain(text)
