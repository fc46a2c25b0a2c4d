"""Kindergarten seats on the command line: by town and year, what to add, which private ones to turn."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import console, plain, problem_counts, say, table, to_json
from jiaoheng.county import errors
from jiaoheng.findings.words import number
from jiaoheng.language import preferred
from jiaoheng.plans.kindergartens import telling
from jiaoheng.plans.kindergartens.planning import (
    KindergartenError,
    KindergartenPlan,
    KindergartenRequest,
    plan_kindergartens,
)
from jiaoheng.plans.kindergartens.telling import Voice
from jiaoheng.sources import open_source
from jiaoheng.web.calling import CommandFailed

commands = typer.Typer()


def _help(key: str) -> str:
    return say(key, preferred())


@commands.command("places", help=_help("help_places"))
def places(
    county: Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))],
    until: Annotated[int, typer.Option("--until", metavar="YEAR", help=_help("opt_places_until"))],
    public: Annotated[float, typer.Option("--public", metavar="SHARE", help=_help("opt_places_public"))] = 0.5,
    inclusive: Annotated[
        float, typer.Option("--inclusive", metavar="SHARE", help=_help("opt_places_inclusive"))
    ] = 0.85,
    affordable: Annotated[
        str, typer.Option("--inclusive-schools", metavar="A,B|FILE.csv", help=_help("opt_places_schools"))
    ] = "",
    rate: Annotated[float | None, typer.Option("--rate", metavar="SHARE", help=_help("opt_places_rate"))] = None,
    variant: Annotated[str, typer.Option("--variant", help=_help("opt_zones_variant"))] = "central",
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
) -> None:
    """Plan kindergarten seats."""
    language = preferred()
    if not county.exists():
        raise CommandFailed(say("no_path", language, path=county))
    request = KindergartenRequest(
        until=until, public=public, inclusive=inclusive, rate=rate, variant=variant, affordable=_schools(affordable)
    )
    with console(stderr=True).status(say("reading", language, path=plain(str(county)))):
        admission = open_source(county)
    found = plan_kindergartens(admission.county, request)
    voice = Voice.of(admission.county, language)
    told = list(telling.sentences(found, voice))
    if not to_json(json, msgspec.to_builtins(found) | {"sentences": told}):
        screen = console()
        if errors(admission.problems):
            screen.print(problem_counts(admission.problems, language, path=county))
        for line in told:
            screen.print(Prose(line))
        screen.print()
        screen.print(_towns(found, voice))
    raise typer.Exit(0 if found.done and not errors(admission.problems) else 1)


def _towns(found: KindergartenPlan, voice: Voice) -> Any:
    """Every town in the first year, with the fewest and the most public seats to add of the cases."""
    first = min(each.year for each in found.towns)
    names = ("town", "children", "pupils", "public", "affordable", "private", "add")
    heads = [telling.say(f"column_{name}", voice.language) for name in names]
    title = telling.say("table", voice.language, year=first)
    listing = table(title, *heads, right=tuple(range(1, len(heads))))
    for each in found.towns:
        if each.year != first:
            continue
        more = sorted({dict(case.added.seats).get(each.place_id, 0) for case in found.cases})
        listing.add_row(
            plain(voice.name(each.place_id)),
            number(each.children, 0),
            number(each.pupils, 0),
            number(each.public, 0),
            "—" if each.affordable is None else number(each.affordable, 0),
            number(each.private, 0),
            "–".join(number(count) for count in more) if any(more) else "",
        )
    return listing


def _schools(given: str) -> tuple[str, ...] | None:
    """Codes with commas, or those of a CSV's column ``school_id``; None where nothing is given."""
    if not given:
        return None
    path = Path(given)
    if path.suffix.lower() != ".csv":
        return tuple(dict.fromkeys(filter(None, re.split(r"[,，;；、\s]+", given))))
    if not path.exists():
        raise CommandFailed(say("no_path", preferred(), path=path))
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or "school_id" not in rows[0]:
        raise KindergartenError("file", path=str(path))
    return tuple(dict.fromkeys(code for row in rows if (code := (row["school_id"] or "").strip())))
