"""The forecast on the command line: children, pupils and seats of the coming years, and how sure they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, console, plain, problem_counts, say, table, to_json
from jiaoheng.county import County, errors
from jiaoheng.forecast import Forecast, ForecastRequest, forecast, words
from jiaoheng.forecast.answer import Seats
from jiaoheng.forecast.facts import STAGES
from jiaoheng.forecast.inputs import InputError, read_births, read_housing
from jiaoheng.forecast.making import Progress
from jiaoheng.forecast.request import VARIANTS
from jiaoheng.forecast.rows import enrolment
from jiaoheng.forecast.seats import totals
from jiaoheng.forecast.words import Voice, whole
from jiaoheng.language import Language, preferred
from jiaoheng.reports.forecast_book import write_forecast
from jiaoheng.sources import open_source
from jiaoheng.web.calling import CommandFailed

commands = typer.Typer()
_Read = TypeVar("_Read")


def _help(key: str) -> str:
    return say(key, preferred())


@commands.command("forecast", help=_help("help_forecast"))
def forecast_command(
    county: Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))],
    years: Annotated[int, typer.Option("--years", help=_help("opt_years"))] = 10,
    sizes: Annotated[str, typer.Option("--class-size", metavar="STAGE=PUPILS,…", help=_help("opt_class_size"))] = "",
    births: Annotated[Path | None, typer.Option("--births", metavar="FILE.csv", help=_help("opt_births"))] = None,
    housing: Annotated[Path | None, typer.Option("--housing", metavar="FILE.csv", help=_help("opt_housing"))] = None,
    migration: Annotated[float, typer.Option("--migration", help=_help("opt_migration"))] = 0.0,
    variant: Annotated[str, typer.Option("--variant", help=_help("opt_variant"))] = "central",
    json: Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help=_help("opt_book"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_help("opt_all"))] = False,
) -> None:
    """Forecast children, pupils and seats."""
    language = preferred()
    if variant not in VARIANTS:
        raise CommandFailed(say("bad_variant", language, given=plain(variant), known=", ".join(VARIANTS)))
    request = ForecastRequest(years=years, class_sizes=_sizes(sizes, language), migration=migration)
    for given in filter(None, (county, births, housing)):
        if not given.exists():
            raise CommandFailed(say("no_path", language, path=given))
    if out is not None and out.exists():
        raise CommandFailed(say("overwrite", language, path=out))
    with console(stderr=True).status(say("reading", language, path=plain(str(county)))):
        admission = open_source(county)
    facts = admission.county
    if births is not None:
        told = _read(births, lambda data, name: read_births(data, name), language)
        request = msgspec.structs.replace(request, births=told)
    if housing is not None:
        homes = _read(housing, lambda data, name: read_housing(data, name, facts), language)
        request = msgspec.structs.replace(request, housing=homes)
    with _progress(language) as telling:
        found = forecast(facts, request, variant, telling)
    screen = console()
    if out is not None:
        out.write_bytes(write_forecast(facts, found, language))
    if not (json and to_json(json, as_json(facts, found, language))):
        if errors(admission.problems):
            screen.print(problem_counts(admission.problems, language, path=county))
        _show(screen, facts, found, language, everything=everything)
        if out is not None:
            screen.print(say("written", language, path=plain(str(out))))
    raise typer.Exit(1 if errors(admission.problems) else 0)


def as_json(county: County, found: Forecast, language: Language) -> dict[str, Any]:
    """The forecast with ``enrolment`` (rows of the table) and ``places`` (seats and children by place) first."""
    built = msgspec.to_builtins(found, str_keys=True)
    return {
        "enrolment": enrolment(county, found).to_pylist(),
        **built,
        "seat_totals": msgspec.to_builtins(totals(county, found)),
        "sentences": list(words.sentences(county, found, language)),
    }


def _show(screen: Console, county: County, found: Forecast, language: Language, *, everything: bool) -> None:
    voice = Voice.of(county, language)
    for line in words.sentences(county, found, language):
        screen.print(Prose(line))
    screen.print()
    screen.print(_stages(found, voice))
    screen.print()
    screen.print(_towns(county, found, voice))
    lacking = sorted(_worst(found), key=lambda each: (-(each.short or 0.0), each.school_id, each.stage))
    if lacking:
        screen.print()
        screen.print(_schools(lacking if everything else lacking[:FIRST], voice))
        if not everything and len(lacking) > FIRST:
            screen.print(say("list_more", language, count=len(lacking) - FIRST))


def _stages(found: Forecast, voice: Voice) -> Any:
    """Pupils of the county by year and stage, each with its interval."""
    stages = [stage for stage in STAGES if stage in found.bases]
    heads = [say("column_year", voice.language)]
    for stage in stages:
        heads += [voice.stage(stage), say("interval80", voice.language)]
    listing = table(say("table_forecast", voice.language), *heads, right=tuple(range(1, len(heads))))
    ahead = {(each.stage, each.year): each.pupils for each in found.stages if each.level == "county"}
    before = {(each.stage, each.year): each.pupils for each in found.history if each.level == "county"}
    for year in range(found.base_year, found.until + 1):
        row = [str(year)]
        for stage in stages:
            spread, told = ahead.get((stage, year)), before.get((stage, year))
            if spread is not None:
                row += [whole(spread.value), f"{whole(spread.low)}–{whole(spread.high)}"]
            else:
                row += ["—" if told is None else whole(told), ""]
        listing.add_row(*row)
    return listing


def _towns(county: County, found: Forecast, voice: Voice) -> Any:
    """Towns with the pupils of each stage today and at the end, and the seats they lack at the worst."""
    stages = [stage for stage in STAGES if stage in found.bases]
    heads = [say("column_town", voice.language)]
    heads += [
        say("column_change", voice.language, stage=voice.stage(stage), base=found.bases[stage], until=found.until)
        for stage in stages
    ]
    listing = table(say("table_towns", voice.language), *heads, right=tuple(range(1, len(heads))))
    before = {(each.subject, each.stage, each.year): each.pupils for each in found.history if each.level == "town"}
    after = {(each.subject, each.stage): each.pupils.value for each in found.stages if each.level == "town"}
    worst: dict[tuple[str, str], float] = {}
    for each in totals(county, found):
        if each.level == "town" and each.seats:
            worst[each.subject, each.stage] = min(worst.get((each.subject, each.stage), 0.0), each.net)
    for town in sorted({subject for subject, _ in after} | {subject for subject, _, _ in before}):
        row = [plain(voice.place(town))]
        for stage in stages:
            today, end = before.get((town, stage, found.bases[stage])), after.get((town, stage))
            if today is None and end is None:
                row.append("—")
                continue
            net = worst.get((town, stage), 0.0)
            lacking = say("lacking", voice.language, short=whole(-net)) if net <= -0.5 else ""
            row.append(f"{whole(today or 0.0)} → {whole(end or 0.0)}{lacking}")
        listing.add_row(*row)
    return listing


def _worst(found: Forecast) -> Iterator[Seats]:
    """Each school's stage in the year in which it lacks most seats, of those that lack any."""
    worst: dict[tuple[str, str], Seats] = {}
    for each in found.seats:
        key = each.school_id, each.stage
        if (each.short or 0.0) >= 0.5 and (key not in worst or (worst[key].short or 0.0) < (each.short or 0.0)):
            worst[key] = each
    return iter(worst.values())


def _schools(lacking: list[Seats], voice: Voice) -> Any:
    names = ("school", "year", "forecast_pupils", "seats", "short", "class_mean")
    heads = [say(f"column_{name}", voice.language) for name in names]
    listing = table(say("table_lacking", voice.language), *heads, right=(1, 2, 3, 4, 5))
    for each in lacking:
        listing.add_row(
            plain(f"{voice.school(each.school_id)} {voice.stage(each.stage)}"),
            str(each.year),
            whole(each.pupils),
            whole(each.seats or 0.0),
            whole(each.short or 0.0),
            "—" if each.class_mean is None else f"{each.class_mean:.1f}",
        )
    return listing


@contextmanager
def _progress(language: Language) -> Iterator[Progress]:
    """A line that says how far the forecast is."""
    with console(stderr=True).status(say("forecasting", language)) as status:

        def told(part: float, known: Mapping[str, Any]) -> None:
            status.update(say("forecasting", language) + f" {100 * part:.0f}%")

        yield told


def _sizes(given: str, language: Language) -> dict[str, float]:
    """Class sizes by stage, from ``primary=45,junior=50`` or with the Chinese names of stages."""
    names = {stage: stage for stage in STAGES} | {
        "幼儿园": "kindergarten",
        "小学": "primary",
        "初中": "junior",
        "高中": "senior",
    }
    found: dict[str, float] = {}
    for part in filter(None, re.split(r"[,，、;；\s]+", given)):
        stage, sign, size = part.partition("=")
        if not sign or stage not in names or not re.fullmatch(r"\d+(\.\d+)?", size):
            raise CommandFailed(say("bad_class_size", language, given=plain(part)))
        found[names[stage]] = float(size)
    return found


def _read(path: Path, read: Callable[[bytes, str], _Read], language: Language) -> _Read:
    try:
        return read(path.read_bytes(), path.name)
    except InputError as error:
        raise CommandFailed(plain(error.say(language))) from None
