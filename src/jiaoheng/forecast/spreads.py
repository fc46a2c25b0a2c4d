"""How sure a forecast is: intervals by school, town and county, and the high and low variants that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.ahead import Ahead
from jiaoheng.forecast.answer import EntrantForecast, Spread, StageForecast
from jiaoheng.forecast.chain import Choice, Part
from jiaoheng.forecast.facts import STAGES, Facts
from jiaoheng.forecast.projected import Band
from jiaoheng.forecast.request import Variant

Array = NDArray[np.float64]
Made = TypeVar("Made", StageForecast, EntrantForecast)

ENDS = ("low", "high", "low95", "high95")
WIDEST = 50.0
"""An end of an interval further off than this many times the figure is one of a figure near nothing."""

Ends = Mapping[str, Array]
"""Each end of an interval as a share of its figure, by year ahead."""


class Sureness(msgspec.Struct, frozen=True):
    """The ends of the intervals as shares of their figures: of each school (position), town and the county."""

    schools: Mapping[int, Ends]
    towns: Mapping[str, Ends]
    county: Ends


def sureness(part: Part, block: str, choice: Choice) -> Sureness:
    """What the projection of a part says of the totals of a block of grades, as wide as the back-test asks for."""
    levels = part.projected.blocks[block]
    width = {level: choice.width.get((level, part.stage), 1.0) for level in ("school", "town", "county")}
    return Sureness(
        {unit: ends(levels.units, row, width["school"]) for row, unit in enumerate(part.units)},
        {town: ends(levels.groups, row, width["town"]) for row, town in enumerate(part.projected.group_names)},
        ends(levels.total, 0, width["county"]),
    )


def ends(band: Band, row: int, width: float) -> Ends:
    """The ends of a row's intervals as shares of its figure, their distance (as a ratio) ``width`` times as wide."""
    value = band.value[row]
    some = np.nan_to_num(value) > 1e-9
    below = np.where(some, value, 1.0)
    shares = {end: np.where(some, np.nan_to_num(getattr(band, end)[row]) / below, 1.0) for end in ENDS}
    return {end: np.clip(np.maximum(share, 1 / WIDEST) ** width, 0.0, WIDEST) for end, share in shares.items()}


def spread(value: float, ends: Ends | None, step: int) -> Spread:
    """A figure with its intervals; of one that nothing is projected of, only the figure."""
    if ends is None:
        return Spread(value, value, value, value, value)
    at = {end: float(ends[end][min(step, len(ends[end]) - 1)]) for end in ENDS}
    return Spread(
        value,
        low=value * min(1.0, at["low"]),
        high=value * max(1.0, at["high"]),
        low95=value * min(1.0, at["low95"], at["low"]),
        high95=value * max(1.0, at["high95"], at["high"]),
    )


def stage_forecasts(facts: Facts, parts: tuple[Part, ...], ahead: Ahead, choice: Choice) -> tuple[StageForecast, ...]:
    """Pupils of each stage, of every school, town and the county; values add up from schools to towns to the county."""
    found: list[StageForecast] = []
    for stage in STAGES:
        part = _main(parts, stage)
        if part is not None:
            sure = sureness(part, stage, choice)
            found += _levels(facts, ahead, stage, ahead.of_stage(facts, stage), sure, StageForecast)
    return tuple(found)


def entrant_forecasts(facts: Facts, parts: tuple[Part, ...], ahead: Ahead, choice: Choice) -> tuple[EntrantForecast, ...]:
    """Pupils of the first grade of each stage, as ``stage_forecasts`` tells all of it."""
    found: list[EntrantForecast] = []
    for stage in STAGES:
        part = _main(parts, stage)
        if part is not None:
            sure = sureness(part, "entry", choice)
            own = ahead.pupils[:, :, part.grades[0]]
            found += _levels(facts, ahead, stage, own, sure, EntrantForecast)
    return tuple(found)


def _main(parts: tuple[Part, ...], stage: str) -> Part | None:
    return next((part for part in parts if part.name == stage), None)


def _levels(
    facts: Facts, ahead: Ahead, stage: str, own: Array, sure: Sureness, made: Callable[..., Made]
) -> list[Made]:
    """Records of a stage from the figures of schools and years."""
    found = []
    for step, (column, year) in enumerate(ahead.columns(stage)):
        towns: defaultdict[str, float] = defaultdict(float)
        for school, facts_of in enumerate(facts.schools):
            value = own[school, column]
            if np.isnan(value):
                continue
            towns[facts_of.town] += value
            found.append(
                made("school", facts_of.school_id, stage, year, spread(float(value), sure.schools.get(school), step))
            )
        for town, value in sorted(towns.items()):
            found.append(made("town", town, stage, year, spread(value, sure.towns.get(town), step)))
        found.append(made("county", "", stage, year, spread(sum(towns.values()), sure.county, step)))
    return found


def to_variant(ahead: Ahead, spreads: tuple[StageForecast, ...], variant: Variant, facts: Facts) -> Ahead:
    """Each stage and year brought to the end of the county's 80 % interval, all schools and grades in proportion."""
    if variant == "central":
        return ahead
    pupils = ahead.pupils.copy()
    for each in spreads:
        if each.level == "county" and each.pupils.value > 0:
            end = each.pupils.high if variant == "high" else each.pupils.low
            pupils[:, ahead.years.index(each.year), list(facts.stage_grades(each.stage))] *= end / each.pupils.value
    return msgspec.structs.replace(ahead, pupils=pupils)


def widened(
    varied: tuple[Made, ...], central: tuple[Made, ...]
) -> tuple[Made, ...]:
    """The variant's figures within the intervals of the central forecast, which are no surer for a chosen variant."""
    bands = {(each.level, each.subject, each.stage, each.year): each.pupils for each in central}
    found = []
    for each in varied:
        band = bands.get((each.level, each.subject, each.stage, each.year), each.pupils)
        value = each.pupils.value
        found.append(
            msgspec.structs.replace(
                each,
                pupils=Spread(
                    value,
                    min(value, band.low),
                    max(value, band.high),
                    min(value, band.low95),
                    max(value, band.high95),
                ),
            )
        )
    return tuple(found)
