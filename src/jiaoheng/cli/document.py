"""A plan document read: what it promises, by when, and who is to do it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from jiaoheng.cli.plans import show_promises, write_draft
from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, console, plain, say, table, to_json
from jiaoheng.county import County
from jiaoheng.documents.assistant import AssistantError, Assisted, assist, configured
from jiaoheng.documents.files import picture_pages, plain_file
from jiaoheng.documents.linking import Match, link
from jiaoheng.documents.reading import read as read_text
from jiaoheng.documents.records import Group, Reading, Record, Target
from jiaoheng.documents.standard import draft
from jiaoheng.findings import Assessment, assess
from jiaoheng.language import Language, bracketed, preferred
from jiaoheng.sources import open_source
from jiaoheng.sources.text import tidy
from jiaoheng.standards import Standard, parse
from jiaoheng.standards.indicators import catalogue
from jiaoheng.web.calling import CommandFailed

_COMPARATORS = {
    ">=": "plan_at_least",
    ">": "plan_more",
    "<=": "plan_at_most",
    "<": "plan_less",
    "=": "plan_exactly",
    "~": "plan_about",
    "+=": "plan_up",
    "-=": "plan_down",
}


def _help(key: str) -> str:
    return say(key, preferred())


commands = typer.Typer()


@commands.command("read", help=_help("help_read"))
def read(
    document: Annotated[Path, typer.Argument(metavar="DOCUMENT", help=_help("arg_document"))],
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
    text: Annotated[Path | None, typer.Option("--text", metavar="FILE", help=_help("opt_text"))] = None,
    standard: Annotated[
        Path | None, typer.Option("--standard", metavar="FILE.toml", help=_help("opt_read_standard"))
    ] = None,
    county: Annotated[Path | None, typer.Option("--county", metavar="COUNTY", help=_help("opt_read_county"))] = None,
    assistant: Annotated[bool, typer.Option("--assistant", help=_help("opt_assistant"))] = False,
    everything: Annotated[bool, typer.Option("--all", help=_help("opt_all"))] = False,
) -> None:
    """Read a plan document."""
    language = preferred()
    settings = configured() if assistant else None
    if assistant and settings is None:
        raise AssistantError("not_configured")
    with console(stderr=True).status(say("reading", language, path=plain(str(document)))):
        reading = read_text(plain_file(document))
        facts = open_source(county).county if county else None
    helped = None
    if settings is not None:
        with console(stderr=True).status(say("reading_assistant", language, host=plain(settings.host))):
            helped = assist(reading, settings)
            reading = helped.reading
    if standard is not None and standard.exists():
        raise CommandFailed(say("overwrite", language, path=standard))
    if text is not None:
        # The text's own line ends: places are counted in it.
        text.write_bytes(reading.text.encode())
    links = [link(target) for target in reading.targets]
    stands = _stands(reading, facts) if facts is not None else None
    if not to_json(json, _as_json(reading, links, helped, stands)):
        _show(console(), reading, links, facts, language, everything=everything)
        if helped is not None:
            _show_assistant(console(), helped, language)
        if stands is not None:
            show_promises(console(), *stands, language)
            console().print(Prose(say("plan_unconfirmed", language)))
    if standard is not None:
        write_draft(console(stderr=json == "-"), reading, standard, language)
    raise typer.Exit(0 if reading.targets or reading.tasks else 1)


def _stands(reading: Reading, county: County) -> tuple[Assessment, Standard] | None:
    """How the promises that are measured stand in a county; None where none is measured."""
    made = draft(reading, "plan")
    if not made.items:
        return None
    rule = parse(made.text, "plan.toml")
    return assess(county, rule), rule


def _as_json(
    reading: Reading, links: Sequence[Match], helped: Assisted | None, stands: tuple[Assessment, Standard] | None
) -> dict[str, Any]:
    """The records as the guide of plan documents names them, targets with the indicator that they promise."""
    told: dict[str, Any] = msgspec.to_builtins(reading)
    del told["text"]
    for target, match in zip(told["targets"], links, strict=True):
        target["indicator"] = match.indicator
        target["indicator_score"] = match.score
        target["runners_up"] = [candidate.indicator for candidate in match.runners_up]
    if stands is not None:
        told["progress"] = msgspec.to_builtins(stands[0].progress)
    if helped is not None:
        counts = msgspec.to_builtins(helped)
        told["assistant"] = {name: value for name, value in counts.items() if name != "reading"}
    return told


def _show(
    screen: Console,
    reading: Reading,
    links: Sequence[Match],
    county: County | None,
    language: Language,
    *,
    everything: bool,
) -> None:
    _show_record(screen, reading.document, language)
    if pages := picture_pages(reading.text):
        screen.print(Prose(say("plan_pictures", language, pages=_listed(map(str, pages), language)), "yellow"))
    if not reading.targets and not reading.tasks:
        screen.print(Prose(say("plan_nothing", language)))
    if reading.targets:
        _show_targets(screen, reading, links, language, everything=everything)
    if reading.tasks:
        _show_tasks(screen, reading, language, everything=everything)
    if reading.groups:
        _show_groups(screen, reading.groups, county, language, everything=everything)


def _show_record(screen: Console, record: Record, language: Language) -> None:
    """What the document is; what it does not say is not shown."""
    parts = [record.issuer, record.number, record.issued]
    if record.period:
        parts.append(say("plan_period", language, first=record.period[0], last=record.period[1]))
    screen.print(Prose(record.title or say("plan_untitled", language), "bold"))
    if any(parts):
        screen.print(Prose(" · ".join(filter(None, parts))))


def _show_targets(
    screen: Console, reading: Reading, links: Sequence[Match], language: Language, *, everything: bool
) -> None:
    targets, text = reading.targets, reading.text
    names = [say(f"plan_{name}", language) for name in ("due", "subject", "value", "baseline", "indicator", "line")]
    screen.print()
    listing = table(say("plan_targets", language, count=len(targets)), *names)
    shown = len(targets) if everything else FIRST
    for target, match in list(zip(targets, links, strict=True))[:shown]:
        listing.add_row(
            plain(target.due or "—"),
            Prose(target.subject),
            Prose(_promised(target, language)),
            _baseline(target, language),
            Prose(_indicator(match, language)),
            str(_line(text, target.start)),
        )
    screen.print(listing)
    _show_more(screen, len(targets) - shown, language)


def _line(text: str, place: int) -> int:
    """The line of the plain text, counted from 1, in which a record begins."""
    return text.count("\n", 0, place) + 1


def _promised(target: Target, language: Language) -> str:
    """Comparator, value and unit in plain words, with what is special about them."""
    value = _number(target.value)
    if target.value_max is not None:
        value = f"{value}–{_number(target.value_max)}"
    between = "" if language == "zh" or target.unit in ("%", "") else " "
    said = say(_COMPARATORS[target.comparator], language, value=f"{value}{between}{target.unit}")
    notes = [target.binding or "", say("plan_by_model", language) if target.origin == "model" else ""]
    return said + "".join(bracketed(note, language) for note in notes)


def _baseline(target: Target, language: Language) -> str:
    if target.baseline is None:
        return "—" if target.baseline_year is None else say("plan_than", language, year=target.baseline_year)
    year = bracketed(str(target.baseline_year), language) if target.baseline_year is not None else ""
    return plain(f"{_number(target.baseline)}{year}")


def _indicator(match: Match, language: Language) -> str:
    if match.indicator is None:
        return "—"
    return catalogue().indicator(match.indicator).label.say(language)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"


def _show_tasks(screen: Console, reading: Reading, language: Language, *, everything: bool) -> None:
    tasks, text = reading.tasks, reading.text
    names = [say(f"plan_{name}", language) for name in ("due", "task", "lead", "support", "line")]
    screen.print()
    listing = table(say("plan_tasks", language, count=len(tasks)), *names)
    shown = len(tasks) if everything else FIRST
    for task in tasks[:shown]:
        by_model = bracketed(say("plan_by_model", language), language) if task.origin == "model" else ""
        listing.add_row(
            plain(task.due or "—"),
            Prose(task.title + by_model),
            Prose(_listed(task.lead, language) or "—"),
            Prose(_listed(task.support, language) or "—"),
            str(_line(text, task.start)),
        )
    screen.print(listing)
    _show_more(screen, len(tasks) - shown, language)


def _show_groups(
    screen: Console, groups: Sequence[Group], county: County | None, language: Language, *, everything: bool
) -> None:
    """Groups of schools; beside a county's facts, which of their members it does not know."""
    columns = ["group", "core", "members", *(["unknown"] if county else [])]
    screen.print()
    listing = table(
        say("plan_groups", language, count=len(groups)), *(say(f"plan_{name}", language) for name in columns)
    )
    known = {tidy(name) for name in county["schools"]["name"].to_pylist() if name} if county else set()
    shown = len(groups) if everything else FIRST
    for group in groups[:shown]:
        members = (*group.core, *group.members)
        unknown = [member.name for member in members if tidy(member.name) not in known]
        listing.add_row(
            Prose(group.name + bracketed(group.stage or "", language)),
            Prose(_listed((member.name for member in group.core), language)),
            Prose(_listed((member.name for member in group.members), language) or "—"),
            *([Prose(_listed(unknown, language) or "—")] if county else []),
        )
    screen.print(listing)
    _show_more(screen, len(groups) - shown, language)


def _listed(names: Any, language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _show_more(screen: Console, count: int, language: Language) -> None:
    if count > 0:
        screen.print(say("list_more", language, count=count))


def _show_assistant(screen: Console, helped: Assisted, language: Language) -> None:
    """What the model added, what of it was refused, and whether it was asked about the whole document."""
    added = helped.added_targets + helped.added_tasks
    dropped = sum(helped.dropped.values())
    screen.print()
    screen.print(Prose(say("plan_assistant", language, added=added, agreed=helped.agreed, dropped=dropped)))
    if helped.faults:
        told = say("plan_faults", language, asked=helped.asked, pieces=helped.pieces, why=helped.fault(language))
        screen.print(Prose(told, "yellow"))
