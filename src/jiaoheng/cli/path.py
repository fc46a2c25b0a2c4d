"""The path on the command line: moves, what is proven of them, and how the county stands year by year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import msgspec
import typer
from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, console, plain, problem_counts, say, table, to_json
from jiaoheng.county import County, errors
from jiaoheng.county.moves import Move
from jiaoheng.language import Language, preferred
from jiaoheng.plans import costs as cost_tables
from jiaoheng.plans import words
from jiaoheng.plans.money import yuan_of
from jiaoheng.plans.path import CurvePoint, Disagreement, PathRequest, budget_curve, plan_path
from jiaoheng.plans.plan import Plan, Progress
from jiaoheng.plans.telling import plan_sentences
from jiaoheng.plans.words import Voice
from jiaoheng.sources import open_source
from jiaoheng.web.calling import CommandFailed

commands = typer.Typer()


def _help(key: str) -> str:
    return say(key, preferred())


@commands.command("path", help=_help("help_path"))
def path(
    county: Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))],
    until: Annotated[int, typer.Option("--until", metavar="YEAR", help=_help("opt_until"))],
    budget: Annotated[str, typer.Option("--budget", metavar="YUAN", help=_help("opt_budget"))] = "",
    budgets: Annotated[str, typer.Option("--budgets", metavar="YEAR=YUAN,…", help=_help("opt_budgets"))] = "",
    costs: Annotated[Path | None, typer.Option("--costs", metavar="FILE.toml", help=_help("opt_costs"))] = None,
    first: Annotated[str, typer.Option("--first", help=_help("opt_first"))] = "need",
    classes: Annotated[bool, typer.Option("--classes", help=_help("opt_classes"))] = False,
    forecast: Annotated[bool, typer.Option("--forecast", help=_help("opt_forecast"))] = False,
    standard: Annotated[str, typer.Option("--standard", help=_help("opt_standard"))] = "cn-2017",
    seconds: Annotated[float, typer.Option("--seconds", help=_help("opt_seconds"))] = 120.0,
    tolerance: Annotated[float, typer.Option("--tolerance", help=_help("opt_tolerance"))] = 0.001,
    curve: Annotated[bool, typer.Option("--curve", help=_help("opt_curve"))] = False,
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=_help("opt_all"))] = False,
) -> None:
    """Plan the cheapest path."""
    language = preferred()
    request = PathRequest(
        until=until,
        standard=standard,
        budget=float(yuan_of(budget)) if budget else None,
        budgets=_by_year(budgets, language),
        first=_first(first, language),
        classes=classes,
        forecast=forecast,
        seconds=_positive("--seconds", seconds, language),
        tolerance=_positive("--tolerance", tolerance, language),
    )
    for given in filter(None, (county, costs)):
        if not given.exists():
            raise CommandFailed(say("no_path", language, path=given))
    with console(stderr=True).status(say("reading", language, path=plain(str(county)))):
        admission = open_source(county)
    facts = admission.county
    request = msgspec.structs.replace(request, costs=table_of_costs(costs, facts))
    screen = console()
    if curve:
        with progress_line(language) as told:
            points = budget_curve(facts, request, told)
        if not to_json(json, {"curve": msgspec.to_builtins(points)}):
            _show_curve(screen, points, language)
        raise typer.Exit(1 if errors(admission.problems) else 0)
    with progress_line(language) as told:
        try:
            found = plan_path(facts, request, told)
        except Disagreement as error:
            raise CommandFailed(say("path_disagrees", language, reason=error)) from None
    voice = Voice.of(found.standard, facts, language)
    if not to_json(json, msgspec.to_builtins(found) | {"sentences": list(plan_sentences(found, voice))}):
        if errors(admission.problems):
            screen.print(problem_counts(admission.problems, language, path=county))
        _show(screen, found, voice, everything=everything)
    raise typer.Exit(0 if found.after[-1].verdict == "meets" and not errors(admission.problems) else 1)


@commands.command("costs", help=_help("help_costs"))
def costs_table() -> None:
    """Print the table that comes with the program, to be edited."""
    typer.echo(cost_tables.written(cost_tables.defaults()), nl=False)


def _show(screen: Console, found: Plan, voice: Voice, *, everything: bool) -> None:
    for line in plan_sentences(found, voice):
        screen.print(Prose(line))
    if found.moves:
        screen.print()
        screen.print(_moves(found.moves if everything else found.moves[:FIRST], voice))
    if not everything and len(found.moves) > FIRST:
        screen.print(say("list_more", voice.language, count=len(found.moves) - FIRST))


def _moves(shown: tuple[Move, ...], voice: Voice) -> Any:
    heads = [say(f"column_{name}", voice.language) for name in ("school", "move", "when", "cost", "why")]
    listing = table(say("table_moves", voice.language), *heads, right=(3,))
    for move in shown:
        when = f"{move.begun} → {move.year}" if move.begun is not None else str(move.year)
        listing.add_row(
            plain(voice.school(move.school_id) + voice.stage(move.stage, move.school_id)),
            plain(words.move_what(move, voice)),
            when,
            words.money(move.cost, voice.language),
            plain(words.reasons_line(move, voice)),
        )
    return listing


def _show_curve(screen: Console, points: tuple[CurvePoint, ...], language: Language) -> None:
    heads = [say(f"column_{name}", language) for name in ("budget", "spent", "passing", "benefit", "most")]
    listing = table(say("table_curve", language), *heads, right=(0, 1, 2, 3, 4))
    for point in points:
        share = point.passing_pupils / point.pupils if point.pupils else 0.0
        listing.add_row(
            words.money(point.budget, language),
            words.money(point.cost, language),
            f"{point.passing}/{point.sections}",
            f"{point.passing_pupils:,.0f} ({100 * share:.1f} %)",
            f"{point.bound:,.0f}",
        )
    screen.print(listing)


@contextmanager
def progress_line(language: Language) -> Iterator[Progress]:
    """A line that says what the planner is doing, and what is known so far."""
    with console(stderr=True).status(say("working", language)) as status:

        def told(part: float, known: Mapping[str, Any]) -> None:
            phase = f"phase_{known.get('phase', '')}"
            shown = words.say(phase, language) if words.there(phase) else say("working", language)
            status.update(say("path_progress", language, phase=shown, known=_known(known, language)))

        yield told


def _known(known: Mapping[str, Any], language: Language) -> str:
    bound, best = known.get("bound"), known.get("objective")
    if not bound or known.get("phase") == "passing":
        return ""
    if best is None:
        return say("known_bound", language, bound=words.money(bound, language))
    return say("known_both", language, best=words.money(best, language), bound=words.money(bound, language))


def table_of_costs(given: Path | None, county: County) -> cost_tables.CostTable:
    """The county's table from its file, or the program's own."""
    if given is None:
        return cost_tables.defaults()
    try:
        text = given.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CommandFailed(say("costs_not_text", preferred(), path=given)) from None
    return cost_tables.parse(text, given.name, county.school_names())


def _by_year(given: str, language: Language) -> dict[int, float]:
    found: dict[int, float] = {}
    for part in filter(None, re.split(r"[,，;；\s]+", given)):
        year, sign, amount = part.partition("=")
        if not sign or not year.isascii() or not year.isdigit():
            raise CommandFailed(say("bad_budgets", language, given=part))
        found[int(year)] = float(yuan_of(amount))
    return found


def _first(given: str, language: Language) -> Literal["need", "rural"]:
    if given not in ("need", "rural"):
        raise CommandFailed(say("bad_first", language))
    return cast(Literal["need", "rural"], given)


def _positive(option: str, given: float, language: Language) -> float:
    if not given > 0:
        raise CommandFailed(say("bad_range", language, option=option))
    return given
