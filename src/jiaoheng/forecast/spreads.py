"""How sure a forecast is: intervals by school, town and county, and the high and low variants."""

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
from jiaoheng.forecast.children import Born
from jiaoheng.forecast.facts import STAGES, Facts
from jiaoheng.forecast.projected import Band
from jiaoheng.forecast.request import Variant
from jiaoheng.forecast.settling import stage_ages

Array = NDArray[np.float64]
Made = TypeVar("Made", StageForecast, EntrantForecast)

ENDS = ("low", "high", "low95", "high95")
WIDEST = 50.0
"""An end of an interval further off than this many times the figure is one of a figure near nothing."""

_DEVIATIONS = {"low": -1.2816, "high": 1.2816, "low95": -1.96, "high95": 1.96}

Ends = Mapping[str, Array]
"""Each end of an interval as a share of its figure, by year ahead."""


class Surety(msgspec.Struct, frozen=True):
    """What intervals rest on: the back-test's choice, and how far births are told."""

    choice: Choice
    born: Born


class Sureness(msgspec.Struct, frozen=True):
    """The ends of the intervals as shares of their figures: of each school (position), town and the county."""

    schools: Mapping[int, Ends]
    towns: Mapping[str, Ends]
    county: Ends


def sureness(part: Part, block: str, surety: Surety, ages: range) -> Sureness:
    """What the projection of a part says of the totals of a block of grades, as wide as the back-test asks for.

    Children of these ages who are not born yet widen it by the doubt about births, alike at every level.
    """
    levels, choice = part.projected.blocks[block], surety.choice
    width = {level: choice.width.get((level, part.stage), 1.0) for level in ("school", "town", "county")}
    unborn = _unborn(part, surety.born, ages) if part.from_children else np.zeros(len(part.projected.years))

    def of(band: Band, row: int, level: str) -> Ends:
        return {end: _wider(share, unborn * _DEVIATIONS[end]) for end, share in ends(band, row, width[level]).items()}

    return Sureness(
        {unit: of(levels.units, row, "school") for row, unit in enumerate(part.units)},
        {town: of(levels.groups, row, "town") for row, town in enumerate(part.projected.group_names)},
        of(levels.total, 0, "county"),
    )


def _unborn(part: Part, born: Born, ages: range) -> Array:
    """By year ahead, the standard deviation (of the logarithm) that births after the told ones bring, all alike."""
    found = np.zeros(len(part.projected.years))
    for index, year in enumerate(part.projected.years):
        ahead = [year - age - born.told for age in ages if born.told is not None and year - age not in born.given]
        found[index] = sum(born.doubt * np.sqrt(years) for years in ahead if years > 0) / len(ages)
    return found


def _wider(share: Array, half: Array) -> Array:
    """The end of an interval (a share of the figure) further off by an independent half width of the logarithm."""
    own = np.log(np.maximum(share, 1 / WIDEST))
    # An end at the figure itself has no side of its own; it is given that of the half width.
    side = np.where(own == 0, np.sign(half), np.sign(own))
    return np.asarray(np.clip(np.exp(side * np.hypot(own, half)), 0.0, WIDEST))


def ends(band: Band, row: int, width: float) -> Ends:
    """The ends of a row's intervals as shares of its figure, their distance (as a ratio) ``width`` times as wide."""
    value = band.value[row]
    some = np.nan_to_num(value) > 1e-9
    below = np.where(some, value, 1.0)
    shares = {end: np.where(some, np.nan_to_num(getattr(band, end)[row]) / below, 1.0) for end in ENDS}
    return {end: np.clip(np.maximum(share, 1 / WIDEST) ** width, 0.0, WIDEST) for end, share in shares.items()}


def spread(value: float, ends: Ends | None, step: int) -> Spread:
    """A figure with its intervals; of one that nothing is projected of, only the figure."""
    value = float(value)
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


def stage_forecasts(facts: Facts, parts: tuple[Part, ...], ahead: Ahead, surety: Surety) -> tuple[StageForecast, ...]:
    """Pupils of each stage, of every school, town and the county; values add up from schools to towns to the county."""
    found: list[StageForecast] = []
    for stage in STAGES:
        part = _main(parts, stage)
        if part is not None:
            sure = sureness(part, stage, surety, stage_ages(facts, stage))
            found += _levels(facts, ahead, stage, ahead.of_stage(facts, stage), sure, StageForecast)
    return tuple(found)


def entrant_forecasts(
    facts: Facts, parts: tuple[Part, ...], ahead: Ahead, surety: Surety
) -> tuple[EntrantForecast, ...]:
    """Pupils of the first grade of each stage, as ``stage_forecasts`` tells all of it."""
    found: list[EntrantForecast] = []
    for stage in STAGES:
        part = _main(parts, stage)
        if part is not None:
            sure = sureness(part, "entry", surety, stage_ages(facts, stage)[:1])
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


def widened(varied: tuple[Made, ...], central: tuple[Made, ...]) -> tuple[Made, ...]:
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
