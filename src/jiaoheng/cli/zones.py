"""Catchments on the command line: who goes where and why, how full the schools are, and files to hand on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, console, plain, problem_counts, say, table, to_json
from jiaoheng.county import errors
from jiaoheng.findings.words import number
from jiaoheng.language import Language, preferred
from jiaoheng.plans import words
from jiaoheng.plans.path import Disagreement
from jiaoheng.plans.plan import PlacesAnswer, Plan, Progress
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones.planning import plan_zones
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.plans.zones.telling import why_label, zones_sentences
from jiaoheng.reports import catchments, notice
from jiaoheng.sources import open_source
from jiaoheng.web.calling import CommandFailed

commands = typer.Typer()


def _help(key: str) -> str:
    return say(key, preferred())


@commands.command("zones", help=_help("help_zones"))
def zones(
    county: Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))],
    stage: Annotated[str, typer.Option("--stage", help=_help("opt_zones_stage"))],
    first: Annotated[int, typer.Option("--first", metavar="YEAR", help=_help("opt_zones_first"))],
    until: Annotated[int, typer.Option("--until", metavar="YEAR", help=_help("opt_zones_until"))],
    group: Annotated[list[str] | None, typer.Option("--group", metavar="A,B", help=_help("opt_zones_group"))] = None,
    spread: Annotated[str, typer.Option("--spread", metavar="A,B", help=_help("opt_zones_spread"))] = "",
    areas: Annotated[int | None, typer.Option("--areas", metavar="N", help=_help("opt_zones_areas"))] = None,
    fix: Annotated[list[str] | None, typer.Option("--fix", metavar="PLACE=SCHOOL", help=_help("opt_zones_fix"))] = None,
    keep: Annotated[float, typer.Option("--keep", metavar="KM", help=_help("opt_zones_keep"))] = 0.2,
    detour: Annotated[float, typer.Option("--detour", metavar="KM", help=_help("opt_zones_detour"))] = 3.0,
    feeder: Annotated[bool, typer.Option("--feeder", help=_help("opt_zones_feeder"))] = False,
    migrants: Annotated[float, typer.Option("--migrants", metavar="SHARE", help=_help("opt_zones_migrants"))] = 0.0,
    minutes: Annotated[float | None, typer.Option("--minutes", help=_help("opt_zones_minutes"))] = None,
    variant: Annotated[str, typer.Option("--variant", help=_help("opt_zones_variant"))] = "central",
    standard: Annotated[str, typer.Option("--standard", help=_help("opt_standard"))] = "cn-2017",
    seconds: Annotated[float, typer.Option("--seconds", help=_help("opt_seconds"))] = 60.0,
    tolerance: Annotated[float, typer.Option("--tolerance", help=_help("opt_tolerance"))] = 0.001,
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
    geojson: Annotated[Path | None, typer.Option("--geojson", metavar="FILE", help=_help("opt_zones_geojson"))] = None,
    excel: Annotated[Path | None, typer.Option("--excel", metavar="FILE.xlsx", help=_help("opt_excel"))] = None,
    word: Annotated[Path | None, typer.Option("--notice", metavar="FILE.docx", help=_help("opt_zones_notice"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_help("opt_all"))] = False,
) -> None:
    """Plan catchments."""
    language = preferred()
    request = ZonesRequest(
        stage=stage,
        first=first,
        until=until,
        standard=standard,
        variant=variant,
        groups=tuple(_listed(each) for each in group or ()),
        spread=_listed(spread),
        areas=areas,
        fixed=_fixed(fix or (), language),
        keep=keep,
        detour=detour,
        feeder=feeder,
        migrants=migrants,
        most_minutes={} if minutes is None else {stage: minutes},
        seconds=seconds,
        tolerance=tolerance,
    )
    if not county.exists():
        raise CommandFailed(say("no_path", language, path=county))
    with console(stderr=True).status(say("reading", language, path=plain(str(county)))):
        admission = open_source(county)
    facts = admission.county
    with _progress(language) as told:
        try:
            found = plan_zones(facts, request, told)
        except Disagreement as error:
            raise CommandFailed(say("path_disagrees", language, reason=error)) from None
    voice = Voice.of(found.standard, facts, language)
    if geojson is not None:
        geojson.write_bytes(catchments.geojson(found, facts))
    if excel is not None:
        excel.write_bytes(catchments.workbook(found, voice))
    if word is not None:
        word.write_bytes(notice.document(found, facts, language))
    if not to_json(json, msgspec.to_builtins(found) | {"sentences": list(zones_sentences(found, voice))}):
        screen = console()
        if errors(admission.problems):
            screen.print(problem_counts(admission.problems, language, path=county))
        _show(screen, found, voice, everything=everything)
        for target in filter(None, (geojson, excel, word)):
            screen.print(say("zones_written", language, path=plain(str(target))))
    lacking = bool(found.places and found.places.lacking)
    raise typer.Exit(1 if lacking or errors(admission.problems) else 0)


def _show(screen: Console, found: Plan, voice: Voice, *, everything: bool) -> None:
    for line in zones_sentences(found, voice):
        screen.print(Prose(line))
    if found.places is None:
        return
    screen.print()
    screen.print(_schools(found.places, voice, everything=everything))
    shown, rest = _places(found.places, voice, everything=everything)
    screen.print(shown)
    if rest:
        screen.print(say("list_more", voice.language, count=rest))


def _schools(places: PlacesAnswer, voice: Voice, *, everything: bool) -> Any:
    names = ("school", "places", "children", "seats", "full")
    heads = [say(f"zones_column_{name}", voice.language) for name in names]
    listing = table(say("zones_table_schools", voice.language), *heads, right=(1, 2, 3, 4))
    first = min(each.year for each in places.served)
    rows = [each for each in places.served if each.year == first]
    seats = [each for each in places.seating if each.year == first and (each.zoned or each.pupils)]
    seats.sort(key=lambda each: -((each.zoned or 0.0) / each.seats if each.seats else 0.0))
    for seat in seats if everything else seats[:FIRST]:
        mine = [each for each in rows if seat.school_id in each.schools]
        zoned = seat.zoned or 0.0
        listing.add_row(
            plain(voice.school(seat.school_id)),
            str(len(mine)),
            number(zoned, 0),
            "—" if seat.seats is None else number(seat.seats, 0),
            f"{100 * zoned / seat.seats:.0f} %" if seat.seats else "—",
        )
    return listing


def _places(places: PlacesAnswer, voice: Voice, *, everything: bool) -> tuple[Any, int]:
    """The places that change or do not go to the nearest school; all where everything is asked for."""
    names = ("place", "children", "school", "km", "before", "why")
    heads = [say(f"zones_column_{name}", voice.language) for name in names]
    listing = table(say("zones_table_places", voice.language), *heads, right=(1, 3))
    first = min(each.year for each in places.served)
    rows = [each for each in places.served if each.year == first]
    told = rows if everything else [each for each in rows if each.nearest or not set(each.schools) & set(each.before)]
    told = sorted(told, key=lambda each: (-each.children, each.place_id))
    join = "、" if voice.language == "zh" else ", "
    for each in told if everything else told[:FIRST]:
        listing.add_row(
            plain(voice.place(each.place_id)),
            number(each.children, 0),
            plain(join.join(voice.school(code) for code in each.schools)),
            "—" if each.km is None else f"{each.km:.1f}",
            plain(join.join(voice.school(code) for code in each.before)),
            plain(why_label(each, voice)),
        )
    return listing, 0 if everything else max(0, len(told) - FIRST)


@contextmanager
def _progress(language: Language) -> Iterator[Progress]:
    with console(stderr=True).status(say("working", language)) as status:

        def told(part: float, known: Mapping[str, Any]) -> None:
            phase = f"phase_{known.get('phase', '')}"
            shown = words.say(phase, language) if words.there(phase) else say("working", language)
            status.update(say("path_progress", language, phase=shown, known=f"{100 * part:.0f} %"))

        yield told


def _listed(given: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[,，;；、\s]+", given)))


def _fixed(given: list[str] | tuple[str, ...], language: Language) -> dict[str, str]:
    found = {}
    for part in given:
        place, sign, school = part.partition("=")
        if not sign or not place or not school:
            raise CommandFailed(say("zones_bad_fix", language, given=part))
        found[place.strip()] = school.strip()
    return found
