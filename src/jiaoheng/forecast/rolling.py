"""Forecasts from each year of a panel's past in turn, each with what was known then: the last one looks ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.bands import OF_THE_WHOLE, WIDTHS, Miss, banded
from jiaoheng.forecast.blending import Case, learned
from jiaoheng.forecast.cleaning import cleaned
from jiaoheng.forecast.panel import Floats, Panel, by_group, together, totals
from jiaoheng.forecast.projected import ALL, Band
from jiaoheng.forecast.references import naive
from jiaoheng.forecast.survival import survive

MOST = 3.0  # times as many children of age: more are of a base of very few
FIRST = 1  # the first year a forecast is made from (the second of the panel)
UNIT, GROUP, TOTAL = "unit", "group", "total"
Key = tuple[str, str]
"""Level and block."""


class Step(msgspec.Struct, frozen=True):
    """What is forecast from one year: arrays subjects × years ahead, by level or by level and block."""

    origin: int
    naive: Mapping[str, Floats]
    survived: Mapping[str, Floats]
    direct: Mapping[str, Floats]
    summed: Mapping[str, Floats]
    pupils: Floats
    values: Mapping[Key, Floats]
    bands: Mapping[Key, Band]
    replaced: NDArray[np.bool_]


class History(msgspec.Struct, frozen=True):
    """A panel at its levels: ``panels`` by level, ``actual`` totals by level and block (subjects × years)."""

    panels: Mapping[str, Panel]
    actual: Mapping[Key, Floats]
    places: Mapping[str, NDArray[np.int64]]
    blocks: Mapping[str, tuple[int, ...]]


def history(panel: Panel, blocks: Mapping[str, tuple[str, ...]]) -> History:
    """The panel with its groups and its total."""
    places = {TOTAL: np.zeros(len(panel.units), dtype=np.int64)}
    if panel.groups is not None:
        places[GROUP] = panel.group_of
    found = {name: tuple(panel.grades.index(grade) for grade in grades) for name, grades in blocks.items()}
    return History(panels=levels(panel), actual=_totals(panel, found), places=places, blocks=found)


def rolled(past: History, ahead: int, beyond: bool) -> tuple[Step, ...]:
    """Steps from every year on; with ``beyond`` the last one looks ``ahead`` years beyond the panel (and has bands)."""
    years = len(past.panels[UNIT].years)
    steps: list[Step] = []
    for origin in range(min(FIRST, years - 1), years):
        reach = ahead if beyond and origin == years - 1 else min(ahead, years - 1 - origin)
        if reach > 0:
            steps.append(_step(past, origin, reach, steps, with_bands=not beyond or origin == years - 1))
    return tuple(steps)


def _step(past: History, origin: int, ahead: int, earlier: Sequence[Step], with_bands: bool) -> Step:
    plain, survived, direct = {}, {}, {}
    shape: Floats = np.zeros(0)
    panels, replaced = known_panels(past, origin)
    seen = _seen(past, origin)
    for level, panel in panels.items():
        known = _collected(panel.pupils)
        places = past.places.get(GROUP) if level == UNIT else None
        ahead_by_grade = survive(known, ahead, places, growth(panel, origin, ahead))
        plain[level] = _sum(naive(known, ahead))
        survived[level] = _sum(ahead_by_grade)
        blend = learned(_cases(seen[level, ALL], earlier, level, origin), ahead)
        direct[level] = blend.of(plain[level], survived[level])
        if level == UNIT:
            shape = ahead_by_grade
    pupils, summed = _reconciled(past, seen, earlier, origin, shape, survived[UNIT], direct)
    values = _values(past, pupils)
    bands = {
        key: banded(value, _misses(seen[key], earlier, key, origin), OF_THE_WHOLE if key[0] == TOTAL else WIDTHS)
        for key, value in values.items()
        if with_bands
    }
    return Step(origin, plain, survived, direct, summed, pupils, values, bands, replaced)


def _seen(past: History, origin: int) -> dict[Key, Floats]:
    """The totals of each level and block up to ``origin``, as they were known then (subjects × years)."""
    units = past.panels[UNIT].until(past.panels[UNIT].years[origin])
    return _totals(units, past.blocks)


def _totals(units: Panel, blocks: Mapping[str, tuple[int, ...]]) -> dict[Key, Floats]:
    panels = levels(units)
    return {
        (level, name): totals(each.pupils[:, :, list(at)])
        for level, each in panels.items()
        for name, at in blocks.items()
    }


def levels(units: Panel) -> dict[str, Panel]:
    """The panel, that of its groups if it has any, and that of the whole."""
    groups = {} if units.groups is None else {GROUP: by_group(units)}
    return {UNIT: units, **groups, TOTAL: together(units)}


def known_panels(past: History, origin: int) -> tuple[dict[str, Panel], NDArray[np.bool_]]:
    """The levels as known at ``origin``, without mistakes, and which figures of that year were replaced."""
    units = past.panels[UNIT].until(past.panels[UNIT].years[origin])
    pupils, replaced = cleaned(units.pupils, past.places.get(GROUP))
    units = msgspec.structs.replace(units, pupils=pupils)
    return levels(units), replaced


def _sum(pupils: Floats) -> Floats:
    return np.where(np.isnan(pupils).all(axis=2), np.nan, np.nansum(pupils, axis=2))


def _collected(known: Floats) -> Floats:
    """The known years, with grades nobody told in the last one carried on from the year before."""
    told = ~np.isnan(known)
    lacking = np.count_nonzero(told[:, -1], axis=0) == 0
    if known.shape[1] < 2 or not lacking.any() or lacking.all():
        return known
    carried = survive(known[:, :-1], 1)[:, 0]
    result = known.copy()
    open_now = (np.count_nonzero(told[:, -1], axis=1) > 0) | (np.count_nonzero(told[:, -2][:, ~lacking], axis=1) == 0)
    result[:, -1] = np.where(lacking[None, :] & open_now[:, None], carried, known[:, -1])
    return result


def growth(panel: Panel, origin: int, ahead: int) -> Floats | None:
    """By how much the children of age are more than those of the last three years (units × years ahead)."""
    if panel.entering is None:
        return None
    rows = panel.entering
    if panel.rows_are == "groups" and panel.groups is not None:
        rows = rows[panel.group_of]
    elif rows.shape[0] == 1:
        rows = np.repeat(rows, len(panel.units), axis=0)
    place = {year: index for index, year in enumerate(panel.entering_years)}
    base = panel.years[origin]
    recent = [place[year] for year in range(base - 2, base + 1) if year in place]
    result = np.full((len(panel.units), ahead), np.nan)
    if not recent:
        return result
    usual = rows[:, recent].mean(axis=1)
    for year in range(ahead):
        at = place.get(base + 1 + year)
        if at is not None:
            result[:, year] = np.where(usual > 0, rows[:, at] / np.where(usual > 0, usual, 1.0), np.nan)
            result[rows[:, at] == 0, year] = 0.0
    capped: Floats = np.minimum(result, MOST)
    return capped


def _cases(actual: Floats, earlier: Sequence[Step], level: str, origin: int) -> list[Case]:
    return [
        Case(
            ago=origin - step.origin - horizon,
            horizon=horizon,
            naive=step.naive[level][:, horizon - 1],
            survived=step.survived[level][:, horizon - 1],
            actual=actual[:, step.origin + horizon],
        )
        for step in earlier
        for horizon in range(1, min(step.naive[level].shape[1], origin - step.origin) + 1)
    ]


def _misses(actual: Floats, earlier: Sequence[Step], key: Key, origin: int) -> list[Miss]:
    return [
        Miss(
            ago=origin - step.origin - horizon,
            horizon=horizon,
            value=step.values[key][:, horizon - 1],
            actual=actual[:, step.origin + horizon],
        )
        for step in earlier
        for horizon in range(1, min(step.values[key].shape[1], origin - step.origin) + 1)
    ]


def _reconciled(
    past: History,
    seen: Mapping[Key, Floats],
    earlier: Sequence[Step],
    origin: int,
    shape: Floats,
    survived: Floats,
    direct: Mapping[str, Floats],
) -> tuple[Floats, dict[str, Floats]]:
    """Pupils by unit, year and grade that add up, and what the lower levels summed to before each control."""
    units = direct[UNIT]
    summed: dict[str, Floats] = {}
    for level in (GROUP, TOTAL):
        if level not in past.places:
            continue
        place = past.places[level]
        whole = np.zeros_like(direct[level])
        np.add.at(whole, place, np.nan_to_num(units))
        summed[level] = whole
        share = _share(seen[level, ALL], earlier, level, origin)
        both = (whole > 0) & (direct[level] > 0)
        aim = np.exp(
            share * np.log(np.where(both, direct[level], 1.0)) + (1 - share) * np.log(np.where(both, whole, 1.0))
        )
        units = units * np.where(both, aim / np.where(both, whole, 1.0), 1.0)[place]
    factor = np.where(survived > 0, units / np.where(survived > 0, survived, 1.0), 1.0)
    return shape * factor[:, :, None], summed


def _share(actual: Floats, earlier: Sequence[Step], level: str, origin: int) -> float:
    """How far to believe a level's own forecast against the sum of the lower level's, by their past errors."""
    own, below, count = 0.0, 0.0, 0
    for step in earlier:
        for horizon in range(1, min(step.direct[level].shape[1], origin - step.origin) + 1):
            truth = actual[:, step.origin + horizon]
            one, two = step.direct[level][:, horizon - 1], step.summed[level][:, horizon - 1]
            known = (truth > 0) & (one > 0) & (two > 0)
            own += float(np.abs(np.log(one[known] / truth[known])).sum()) / horizon
            below += float(np.abs(np.log(two[known] / truth[known])).sum()) / horizon
            count += int(known.sum())
    believed = 0.03 * 10
    odds = ((below + believed) / (own + believed)) ** 4
    return odds / (1 + odds)


def _values(past: History, pupils: Floats) -> dict[Key, Floats]:
    values: dict[Key, Floats] = {}
    for name, at in past.blocks.items():
        units = _sum(pupils[:, :, list(at)])
        values[UNIT, name] = units
        for level, place in past.places.items():
            whole = np.zeros((len(past.panels[level].units), units.shape[1]))
            np.add.at(whole, place, np.nan_to_num(units))
            values[level, name] = whole
    return values
