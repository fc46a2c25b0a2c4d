"""A forecast as a workbook: the county, its towns, schools, places and seats, the back-test and the odd years."""

from __future__ import annotations

from collections.abc import Iterable

from jiaoheng.county import County
from jiaoheng.forecast.answer import Forecast, Spread
from jiaoheng.forecast.facts import STAGES
from jiaoheng.forecast.seats import totals
from jiaoheng.forecast.words import Voice, sentences, why_line
from jiaoheng.language import Language
from jiaoheng.reports.tables import Cell, Column, Kind, Sheet, write_sheets
from jiaoheng.reports.words import say

_ENDS = ("low80", "high80", "low95", "high95")
_KINDS: dict[str, Kind] = {
    "code": "text",
    "county": "text",
    "error": "number",
    "grade": "text",
    "level": "text",
    "method": "text",
    "place": "text",
    "school": "text",
    "source": "text",
    "stage": "text",
    "town": "text",
    "used": "text",
    "why": "text",
    "covered": "percent",
    "class_mean": "number",
    "score": "number",
}


def write_forecast(county: County, forecast: Forecast, language: Language) -> bytes:
    """The workbook: sheets county, towns, schools, places, seats, tests and oddities.

    Pupils are exact figures shown in whole numbers; what is not known is blank. The sentences stand below the first.
    """
    voice = Voice.of(county, language)
    sheets = (
        _sheet("county", ("stage", "year", "pupils", *_ENDS), _county(forecast, voice), voice),
        _sheet(
            "towns",
            ("town", "code", "stage", "year", "pupils", *_ENDS, "entrants", "seats", "short", "spare", "unknown"),
            _towns(county, forecast, voice),
            voice,
        ),
        _sheet("schools", ("school", "code", "stage", "year", "pupils", *_ENDS), _schools(forecast, voice), voice),
        _sheet(
            "places",
            ("place", "code", "stage", "year", "children", "entrants", "seated"),
            _places(forecast, voice),
            voice,
        ),
        _sheet(
            "seats",
            ("school", "code", "stage", "year", "pupils", "seats", "source", "short", "spare", "class_mean"),
            _seats(forecast, voice),
            voice,
        ),
        _sheet(
            "tests",
            ("level", "stage", "horizon", "method", "error", "cases", "covered", "used"),
            _tests(forecast, voice),
            voice,
        ),
        _sheet(
            "oddities",
            ("school", "code", "stage", "year", "grade", "reported", "expected", "score", "why"),
            _oddities(forecast, voice),
            voice,
        ),
    )
    first = sheets[0]
    told = Sheet(first.title, first.columns, first.rows, tuple(sentences(county, forecast, language)), first.name)
    return write_sheets((told, *sheets[1:]), language)


def _sheet(name: str, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], voice: Voice) -> Sheet:
    heads = tuple(
        Column(say(f"forecast_{each}", voice.language), "text" if each == "year" else _KINDS.get(each, "integer"))
        for each in columns
    )
    return Sheet(
        say(f"forecast_title_{name}", voice.language),
        heads,
        tuple(rows),
        (),
        say(f"forecast_sheet_{name}", voice.language),
    )


def _ends(spread: Spread) -> tuple[Cell, ...]:
    return spread.low, spread.high, spread.low95, spread.high95


def _county(forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    """The told years first, without intervals, then those that are forecast."""
    for stage in STAGES:
        for told in forecast.history:
            if told.level == "county" and told.stage == stage:
                yield voice.stage(stage), str(told.year), told.pupils, None, None, None, None
        for each in forecast.stages:
            if each.level == "county" and each.stage == stage:
                yield voice.stage(stage), str(each.year), each.pupils.value, *_ends(each.pupils)


def _towns(county: County, forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    seats = {(each.subject, each.stage, each.year): each for each in totals(county, forecast) if each.level == "town"}
    entrants = {
        (each.subject, each.stage, each.year): each.pupils.value for each in forecast.entrants if each.level == "town"
    }
    for each in forecast.stages:
        if each.level == "town":
            key = each.subject, each.stage, each.year
            total = seats.get(key)
            known = total is not None and total.seats > 0
            yield (
                voice.place(each.subject),
                each.subject,
                voice.stage(each.stage),
                str(each.year),
                each.pupils.value,
                *_ends(each.pupils),
                entrants.get(key),
                total.seats if total and known else None,
                total.short if total and known else None,
                total.spare if total and known else None,
                total.unknown if total else None,
            )


def _schools(forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    for each in forecast.stages:
        if each.level == "school":
            name, stage = voice.school(each.subject), voice.stage(each.stage)
            yield name, each.subject, stage, str(each.year), each.pupils.value, *_ends(each.pupils)


def _places(forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    for each in forecast.places:
        yield (
            voice.place(each.place_id),
            each.place_id,
            voice.stage(each.stage),
            str(each.year),
            each.children,
            each.entrants,
            each.seated,
        )


def _seats(forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    for each in forecast.seats:
        yield (
            voice.school(each.school_id),
            each.school_id,
            voice.stage(each.stage),
            str(each.year),
            each.pupils,
            each.seats,
            voice.say(f"source_{each.source}"),
            each.short,
            each.spare,
            each.class_mean,
        )


def _tests(forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    for each in forecast.tests:
        yield (
            voice.say(f"level_{each.level}"),
            voice.stage(each.stage),
            each.horizon,
            voice.method(each.method),
            each.error,
            each.cases,
            each.covered80,
            each.used,
        )


def _oddities(forecast: Forecast, voice: Voice) -> Iterable[tuple[Cell, ...]]:
    for each in forecast.oddities:
        yield (
            voice.school(each.school_id),
            each.school_id,
            voice.stage(each.stage) if each.stage else "",
            str(each.year),
            "" if each.grade is None else voice.grade(each.grade),
            each.reported,
            each.expected,
            each.score,
            why_line(each, voice),
        )
