"""``forecast(county, request)``: pupils by school and grade, children by place, seats, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.forecast import adding, settling
from jiaoheng.forecast.ahead import Ahead
from jiaoheng.forecast.answer import Forecast, GradeForecast
from jiaoheng.forecast.chain import Part, carry
from jiaoheng.forecast.children import carried_children, from_births
from jiaoheng.forecast.errors import ForecastError
from jiaoheng.forecast.facts import GRADES, STAGES, Facts, read
from jiaoheng.forecast.history import told
from jiaoheng.forecast.notes import notes
from jiaoheng.forecast.request import VARIANTS, ForecastRequest, Variant
from jiaoheng.forecast.seats import crossings, seats
from jiaoheng.forecast.spreads import Surety, entrant_forecasts, stage_forecasts, to_variant, widened
from jiaoheng.forecast.testing import odd, tested

Array = NDArray[np.float64]
Progress = Callable[[float, Mapping[str, Any]], None]
LONGEST = 30


def silent(part: float, known: Mapping[str, Any]) -> None:
    """Progress that nobody looks at."""


def forecast(
    county: County, request: ForecastRequest, variant: Variant = "central", progress: Progress = silent
) -> Forecast:
    """How many pupils each school will have, from the facts of a county.

    ``high`` and ``low`` bring each stage and year to the ends of the county's 80 % interval, all its schools and places
    in proportion. Raises ``ForecastError`` where it cannot be asked or nothing is there to learn from.
    """
    _refuse_nonsense(county, request, variant)
    progress(0.0, {"phase": "reading"})
    facts = from_births(read(county), request.births)
    bases = facts.bases()
    if not bases:
        raise ForecastError("no_facts")
    base = county.years[-1]
    until = base + request.years
    born = carried_children(facts, until, request.births)
    progress(0.1, {"phase": "testing"})
    choice, tests = tested(facts)
    progress(0.7, {"phase": "carrying"})
    parts = carry(facts, until, born, bases, choice)
    ahead = _ahead(facts, parts, bases, until, request)
    sure = Surety(choice, born)
    central, entering = stage_forecasts(facts, parts, ahead, sure), entrant_forecasts(facts, parts, ahead, sure)
    ahead = to_variant(ahead, central, variant, facts)
    progress(0.8, {"phase": "places"})
    stages = widened(stage_forecasts(facts, parts, ahead, sure), central)
    result = Forecast(
        county_code=county.code,
        county=county.name,
        snapshot=county.snapshot,
        base_year=base,
        until=until,
        variant=variant,
        request=request,
        grades=_grades(facts, ahead),
        stages=stages,
        places=settling.settled(facts, ahead, born, request),
        seats=seats(county, facts, ahead, request),
        crossings=crossings(facts, ahead, stages),
        oddities=odd(parts),
        tests=tests,
        entrants=widened(entrant_forecasts(facts, parts, ahead, sure), entering),
        ages=settling.ages_told(facts, born, base),
        history=told(facts, bases),
        bases=dict(bases),
        notes=notes(county, facts, ahead, born),
    )
    progress(1.0, {"phase": "done"})
    return result


def _refuse_nonsense(county: County, request: ForecastRequest, variant: str) -> None:
    places = set(county["places"]["place_id"].to_pylist())
    if not county.years:
        raise ForecastError("no_facts")
    if not 1 <= request.years <= LONGEST:
        raise ForecastError("years", years=request.years, most=LONGEST)
    if variant not in VARIANTS:
        raise ForecastError("variant", variant=variant, known=", ".join(VARIANTS))
    if not -0.5 <= request.migration <= 0.5:
        raise ForecastError("migration", migration=f"{request.migration:g}")
    for stage, size in request.class_sizes.items():
        if stage not in STAGES or not 1 <= size <= 200:
            raise ForecastError("class_size", stage=stage, size=f"{size:g}", known=", ".join(STAGES))
    for year, born in request.births.items():
        if not 0 <= born < 1e7:
            raise ForecastError("births", year=year, births=f"{born:g}")
    for homes in request.housing:
        for place in filter(None, (homes.place_id, homes.from_place)):
            if place not in places:
                raise ForecastError("place", place=place)
        if not 0 <= homes.homes < 1e7 or any(not 0 <= each <= 20 for each in homes.yields.values()):
            raise ForecastError("homes", place=homes.place_id, homes=f"{homes.homes:g}")
        for stage in homes.yields:
            if stage not in STAGES:
                raise ForecastError("stage", stage=stage, known=", ".join(STAGES))


def _ahead(
    facts: Facts, parts: tuple[Part, ...], bases: Mapping[str, int], until: int, request: ForecastRequest
) -> Ahead:
    years = tuple(range(min(bases.values()) + 1, until + 1))
    pupils = np.full((len(facts.schools), len(years), len(GRADES)), np.nan)
    for column, year in enumerate(years):
        if year in facts.years:
            pupils[:, column] = facts.pupils[:, facts.year_at(year)]
    for part in parts:
        first = years.index(part.base + 1)
        block = np.ix_(part.units, range(first, len(years)), part.grades)
        pupils[:, first:][:, :, list(part.grades)] = np.nan
        pupils[block] = part.pupils
    ahead = Ahead(years, pupils, bases)
    for change in (adding.migration, adding.housing, adding.closing):
        ahead = change(facts, ahead, request)
    return ahead


def _grades(facts: Facts, ahead: Ahead) -> tuple[GradeForecast, ...]:
    found = []
    for stage, base in ahead.bases.items():
        for school, own in enumerate(facts.schools):
            for column, year in enumerate(ahead.years):
                for grade in facts.stage_grades(stage) if year > base else ():
                    value = ahead.pupils[school, column, grade]
                    if not np.isnan(value):
                        found.append(GradeForecast(own.school_id, year, GRADES[grade], float(value)))
    return tuple(sorted(found, key=lambda each: (each.school_id, each.year, each.grade)))
