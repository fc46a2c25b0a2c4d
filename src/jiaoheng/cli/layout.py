"""The layout of schools on the command line: changes, what is proven, ways before and after, the dossier of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from jiaoheng.cli.path import progress_line, table_of_costs
from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, console, plain, problem_counts, say, table, to_json
from jiaoheng.county import errors
from jiaoheng.county.moves import Move
from jiaoheng.forecast import ForecastError
from jiaoheng.language import Language, preferred
from jiaoheng.plans import words
from jiaoheng.plans.layout import LayoutError, LayoutRequest, plan_layout
from jiaoheng.plans.layout.history import Hindsight, hindsight
from jiaoheng.plans.layout.site_file import SitesError, read
from jiaoheng.plans.path import Disagreement
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.telling import plan_sentences
from jiaoheng.plans.words import Voice
from jiaoheng.sources import open_source
from jiaoheng.web.calling import CommandFailed

commands = typer.Typer()


def _help(key: str) -> str:
    return say(key, preferred())


@commands.command("layout", help=_help("help_layout"))
def layout(
    county: Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))],
    until: Annotated[int, typer.Option("--until", metavar="YEAR", help=_help("opt_layout_until"))],
    stage: Annotated[str, typer.Option("--stage", help=_help("opt_stage"))] = "primary",
    consent: Annotated[str, typer.Option("--consent", metavar="SCHOOL,…", help=_help("opt_consent"))] = "",
    fewest: Annotated[int, typer.Option("--fewest", metavar="PUPILS", help=_help("opt_fewest"))] = 0,
    consent_not_needed: Annotated[
        bool, typer.Option("--consent-not-needed", help=_help("opt_consent_not_needed"))
    ] = False,
    keep: Annotated[str, typer.Option("--keep", metavar="SCHOOL,…", help=_help("opt_keep_schools"))] = "",
    sites: Annotated[Path | None, typer.Option("--sites", metavar="FILE.csv", help=_help("opt_sites"))] = None,
    expand: Annotated[str, typer.Option("--expand", metavar="SCHOOL=SEATS,…", help=_help("opt_expand"))] = "",
    expand_all: Annotated[int, typer.Option("--expand-all", metavar="SEATS", help=_help("opt_expand_all"))] = 0,
    minutes: Annotated[str, typer.Option("--minutes", metavar="low=30,high=45", help=_help("opt_minutes"))] = "",
    speed: Annotated[float, typer.Option("--speed", metavar="KMH", help=_help("opt_speed"))] = 20.0,
    variants: Annotated[str, typer.Option("--variants", help=_help("opt_variants"))] = "central,high,low",
    phases: Annotated[str, typer.Option("--phases", metavar="YEAR,…", help=_help("opt_phases"))] = "",
    costs: Annotated[Path | None, typer.Option("--costs", metavar="FILE.toml", help=_help("opt_costs"))] = None,
    kilometre: Annotated[float, typer.Option("--kilometre", metavar="YUAN", help=_help("opt_kilometre"))] = 600.0,
    standard: Annotated[str, typer.Option("--standard", help=_help("opt_standard"))] = "cn-2017",
    seconds: Annotated[float, typer.Option("--seconds", help=_help("opt_seconds"))] = 120.0,
    tolerance: Annotated[float, typer.Option("--tolerance", help=_help("opt_tolerance"))] = 0.005,
    as_of: Annotated[int, typer.Option("--as-of", metavar="YEAR", help=_help("opt_as_of"))] = 0,
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=_help("opt_all"))] = False,
) -> None:
    """Plan the layout of the schools of a stage."""
    language = preferred()
    for given in filter(None, (county, costs, sites)):
        if not given.exists():
            raise CommandFailed(say("no_path", language, path=given))
    request = LayoutRequest(
        stage=stage,
        until=until,
        standard=standard,
        variants=tuple(_listed(variants)),
        minutes={"low": 30.0, "high": 45.0} | _figures("--minutes", minutes, language),
        speed=speed,
        consented=tuple(_listed(consent)),
        consent_not_needed=consent_not_needed,
        fewest=fewest,
        kept=tuple(_listed(keep)),
        expand={school: _whole("--expand", seats, language) for school, seats in _pairs("--expand", expand, language)},
        expand_all=expand_all,
        phases=tuple(_whole("--phases", year, language) for year in _listed(phases)),
        kilometre=kilometre,
        tolerance=tolerance,
        seconds=seconds,
    )
    with console(stderr=True).status(say("reading", language, path=plain(str(county)))):
        admission = open_source(county)
    facts = admission.county
    try:
        candidates = read(sites) if sites is not None else ()
        request = msgspec.structs.replace(request, sites=candidates, costs=table_of_costs(costs, facts))
        with progress_line(language) as told:
            then = hindsight(facts, request, as_of, told) if as_of else None
            found = then.plan if then else plan_layout(facts, request, told)
    except (LayoutError, SitesError, ForecastError) as error:
        raise CommandFailed(error.say(language)) from None
    except Disagreement as error:
        raise CommandFailed(say("path_disagrees", language, reason=error)) from None
    voice = Voice.of(found.standard, facts, language, found.moves)
    answer = msgspec.to_builtins(found, str_keys=True) | {"sentences": list(plan_sentences(found, voice))}
    if then is not None:
        answer |= {"closed_since": msgspec.to_builtins(then.closed), "still_open": list(then.proposed)}
    if not to_json(json, answer):
        screen = console()
        if errors(admission.problems):
            screen.print(problem_counts(admission.problems, language, path=county))
        _show(screen, found, voice, everything=everything)
        if then is not None:
            _show_since(screen, then, voice)
    fits = found.certificate.status in ("optimal", "feasible")
    raise typer.Exit(0 if fits and not errors(admission.problems) else 1)


def _show(screen: Console, found: Plan, voice: Voice, *, everything: bool) -> None:
    for line in plan_sentences(found, voice):
        screen.print(Prose(line))
    if found.moves:
        screen.print()
        screen.print(_moves(found.moves if everything else found.moves[:FIRST], voice))
    if not everything and len(found.moves) > FIRST:
        screen.print(say("list_more", voice.language, count=len(found.moves) - FIRST))


def _show_since(screen: Console, then: Hindsight, voice: Voice) -> None:
    """The schools that really closed since, and how they stand in the plan of then."""
    screen.print()
    given = {"year": then.year, "of": then.of, "proposed": len(then.proposed)}
    screen.print(
        Prose(say("as_of_lead" if then.closed else "as_of_none", voice.language, count=len(then.closed), **given))
    )
    for fate in then.closed:
        key = "as_of_proposed" if fate.proposed else "as_of_not"
        told = {
            "school": voice.school(fate.school_id),
            "pupils": round(fate.pupils),
            "rank": fate.rank,
            "last": fate.last,
        }
        screen.print(Prose(say(key, voice.language, **told)))


def _moves(shown: tuple[Move, ...], voice: Voice) -> Any:
    heads = [say(f"column_{name}", voice.language) for name in ("school", "move", "when", "cost", "why")]
    listing = table(say("table_moves", voice.language), *heads, right=(3,))
    for move in shown:
        listing.add_row(
            plain(voice.school(move.school_id) + voice.stage(move.stage, move.school_id)),
            plain(words.move_what(move, voice)),
            f"{move.begun} → {move.year}" if move.begun is not None else str(move.year),
            words.money(move.cost, voice.language),
            plain(words.reasons_line(move, voice)),
        )
    return listing


def _listed(given: str) -> list[str]:
    return [part for part in re.split(r"[,，、;；\s]+", given) if part]


def _pairs(option: str, given: str, language: Language) -> list[tuple[str, str]]:
    found = []
    for part in _listed(given):
        name, sign, value = part.partition("=")
        if not sign or not name or not value:
            raise CommandFailed(say("bad_pairs", language, option=option, given=part))
        found.append((name, value))
    return found


def _figures(option: str, given: str, language: Language) -> dict[str, float]:
    found = {}
    for name, value in _pairs(option, given, language):
        try:
            found[name] = float(value)
        except ValueError:
            raise CommandFailed(say("bad_pairs", language, option=option, given=f"{name}={value}")) from None
    return found


def _whole(option: str, given: str, language: Language) -> int:
    if not (given.isascii() and given.isdigit()):
        raise CommandFailed(say("bad_whole", language, option=option, given=given))
    return int(given)
