"""The assessment on a terminal: the verdict in sentences, then the tables behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from jiaoheng.cli.plans import show_promises
from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import COLOURS, FIRST, coloured, console, problem_counts, say, show_next, table, word
from jiaoheng.county import Admission, County, errors
from jiaoheng.findings import Assessment, Coefficient, words
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
    screen.print(Prose(words.title(assessment, standard, language), "bold"))
    for line in words.sentences(assessment, standard, county, language):
        screen.print(Prose(line))
    screen.print(Prose(say("options_line", language, options=_options(assessment.options, language))))
    if everything:
        _items(screen, assessment, standard, language)
    if assessment.progress:
        show_promises(screen, assessment, standard, language)
    screen.print()
    _balance(screen, assessment, standard, language)
    if everything:
        _inequality(screen, assessment, standard, language)
    _schools(screen, assessment, language, everything=everything)
    _findings(screen, assessment, standard, county, language, everything=everything)


def show_verdict(
    admission: Admission,
    result: Assessment,
    rule: Standard,
    path: Path,
    language: Language,
    *,
    everything: bool,
    named: str = "",
) -> None:
    """The verdict and what to type next; errors in the facts come before it, for they bear on it.

    ``named`` is how the standard was named, to name it again.
    """
    screen = console()
    if errors(admission.problems):
        screen.print(problem_counts(admission.problems, language, path=path))
        screen.print()
    show_assessment(screen, result, rule, admission.county, language, everything=everything)
    steps = []
    if example := next((finding for finding in result.findings if finding.school_id), None):
        school = admission.county.school_names()[example.school_id]
        steps.append((f"explain {word(path)} {word(school)} {example.item}", "next_explain"))
    if behind := next((found for found in result.progress if found.state != "met"), None):
        county = word(admission.county.name)
        steps.append((f"explain {word(path)} {county} {behind.item} --standard {word(named)}", "next_explain"))
    if not everything:
        steps.append((f"assess {word(path)} --all", "next_assess"))
    if admission.problems:
        steps.append((f"check {word(path)}", "next_check"))
    show_next(screen, [*steps, ("template county.xlsx", "next_template")], language)


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
            # Of a part of the schools there is no county figure.
            words.number(None if even.coefficient is None else even.mean),
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
    # The promises of a plan stand in a table of their own.
    chosen = [each for each in assessment.findings if (everything or each.blocking) and each.progress is None]
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
    colon, comma = ("：", "；") if language == "zh" else (": ", "; ")
    return comma.join(f"{LABELS[name].say(language)}{colon}{LABELS[value].say(language)}" for name, value in pairs)
