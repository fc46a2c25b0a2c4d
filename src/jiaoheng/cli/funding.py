"""Public funds on the command line: who gets how much, how it came about, what fell, and the rules to edit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, coloured, console, plain, problem_counts, say, table, to_json
from jiaoheng.county import County, errors
from jiaoheng.language import Language, preferred
from jiaoheng.plans.funding import Allocation, Rules, allocate, defaults, judged, load, never_less
from jiaoheng.plans.funding.amounts import fen_of
from jiaoheng.plans.funding.checks import Judged, Kept
from jiaoheng.plans.funding.rule_words import choices
from jiaoheng.plans.funding.rules import FILE
from jiaoheng.plans.funding.words import (
    how,
    judged_line,
    kept_line,
    missing_line,
    outcome,
    quota_lines,
    sentences,
    told,
    yuan,
)
from jiaoheng.reports.funding_book import write_allocation
from jiaoheng.sources import open_source
from jiaoheng.standards import load as load_standard
from jiaoheng.web.calling import CommandFailed

commands = typer.Typer()
STANDARD = "cn-2017"
_STATUS = {"kept": "meets", "broken": "fails", "unknown": "unknown"}


def _help(key: str) -> str:
    return say(key, preferred())


@commands.command("funding", help=_help("help_funding"))
def funding(
    county: Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))],
    rules: Annotated[Path | None, typer.Option("--rules", metavar="FILE.toml", help=_help("opt_rules"))] = None,
    total: Annotated[str, typer.Option("--total", metavar="YUAN", help=_help("opt_total"))] = "",
    scale: Annotated[bool, typer.Option("--scale", help=_help("opt_scale"))] = False,
    year: Annotated[int | None, typer.Option("--year", help=_help("opt_year"))] = None,
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
    excel: Annotated[Path | None, typer.Option("--excel", metavar="FILE.xlsx", help=_help("opt_excel"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_help("opt_all"))] = False,
) -> None:
    """Allocate public funds by the rules."""
    language = preferred()
    given = fen_of(total) if total else None
    if scale and given is None:
        raise CommandFailed(say("scale_needs_total", language))
    for path in filter(None, (county, rules)):
        if not path.exists():
            raise CommandFailed(say("no_path", language, path=path))
    if excel is not None and excel.exists():
        raise CommandFailed(say("overwrite", language, path=excel))
    held = load(rules) if rules else defaults()
    with console(stderr=True).status(say("reading", language, path=plain(str(county)))):
        admission = open_source(county)
    facts = admission.county
    with console(stderr=True).status(say("working", language)):
        allocation = allocate(facts, held, year, given, scale=scale)
        kept = never_less(facts, allocation, held)
        items = judged(facts, allocation, held, load_standard(STANDARD))
    names = facts.school_names()
    if excel is not None:
        excel.write_bytes(write_allocation(allocation, held, kept, items, names, language))
    if not to_json(json, _as_json(allocation, kept, items, names, language)):
        screen = console()
        if errors(admission.problems):
            screen.print(problem_counts(admission.problems, language, path=county))
        _show(screen, facts, allocation, held, language, everything=everything)
        _show_checks(screen, kept, items, names, language, everything=everything)
        if excel is not None:
            screen.print(say("written", language, path=plain(str(excel))))
    raise typer.Exit(1 if allocation.status in ("short", "unknown") or errors(admission.problems) else 0)


@commands.command("funding-rules", help=_help("help_funding_rules"))
def funding_rules() -> None:
    """Print the rules that come with the program, to be edited."""
    typer.echo(FILE.read_text(encoding="utf-8"), nl=False)


def _as_json(
    allocation: Allocation,
    kept: tuple[Kept, ...],
    items: tuple[Judged, ...],
    names: Mapping[str, str],
    language: Language,
) -> dict[str, object]:
    """All amounts in fen, as the unit says."""
    built = msgspec.to_builtins(allocation)
    built["sentences"] = list(sentences(allocation, language))
    checks = [
        msgspec.to_builtins(each) | {"text": kept_line(each, names, language), "said": outcome(each, language)}
        for each in kept
    ]
    return {"unit": "fen", "allocation": built, "checks": checks, "items": msgspec.to_builtins(items)}


def _show(
    screen: Console, county: County, allocation: Allocation, rules: Rules, language: Language, *, everything: bool
) -> None:
    title = told("book_title", language, county=allocation.county, year=allocation.year)
    screen.print(Prose(title, "bold"))
    for line in sentences(allocation, language):
        screen.print(Prose(line))
    screen.print(Prose(say("funding_rules_line", language, rules=allocation.rules.say(language))))
    for line in quota_lines(allocation, language):
        screen.print(Prose(f"  {line}"))
    screen.print(Prose(say("options_line", language, options=choices(rules, language))))
    names = county.school_names()
    for each in allocation.missing if everything else allocation.missing[:FIRST]:
        screen.print(Prose(f"  {missing_line(each, names, language)}", "yellow"))
    if not everything and len(allocation.missing) > FIRST:
        screen.print(say("list_more", language, count=len(allocation.missing) - FIRST))
    # What no school has is no column: a terminal is narrow.
    sums = [
        name
        for name in ("base", "small", "boarding", "special", "tilt", "cut")
        if any(getattr(part, name) != 0 for grant in allocation.grants for part in grant.parts)
    ]
    heads = ("school", "pupils", *sums, "total")
    titles = (told(f"column_{name}", language).split("（")[0].split(" (")[0] for name in heads)
    listing = table(say("table_funding", language), *titles, right=tuple(range(1, len(heads))))
    shown = allocation.grants if everything else allocation.grants[:FIRST]
    for grant in shown:
        pupils = told("unknown", language) if grant.pupils is None else f"{grant.pupils:,}"
        listing.add_row(Prose(grant.name), pupils, *(_sum(grant.parts, name, language) for name in heads[2:]))
    screen.print()
    screen.print(listing)
    if len(shown) < len(allocation.grants):
        screen.print(say("list_more", language, count=len(allocation.grants) - len(shown)))
    if everything:
        for grant in allocation.grants:
            for part in grant.parts:
                screen.print(Prose(f"{grant.name} {how(part, grant, allocation, language)}"))


def _sum(parts: tuple[object, ...], name: str, language: Language) -> str:
    amounts = [getattr(part, name) for part in parts]
    return yuan(None if any(amount is None for amount in amounts) else sum(amounts), language)


def _show_checks(
    screen: Console,
    kept: tuple[Kept, ...],
    items: tuple[Judged, ...],
    names: Mapping[str, str],
    language: Language,
    *,
    everything: bool,
) -> None:
    """What the assessment says, and what fell; schools that got no less are listed only where all is asked for."""
    screen.print()
    for item in items:
        screen.print(Prose(judged_line(item, names, language)))
    listing = table(
        say("table_never_less", language), *(told(f"column_{name}", language) for name in ("check", "outcome"))
    )
    listed = [each for each in kept if everything or each.kind != "school" or each.outcome not in ("kept", "unknown")]
    for each in listed:
        said = coloured(outcome(each, language), _STATUS.get(each.outcome, "floor"))
        listing.add_row(Prose(kept_line(each, names, language)), said)
    screen.print(listing)
    if len(listed) < len(kept):
        screen.print(say("list_more", language, count=len(kept) - len(listed)))
