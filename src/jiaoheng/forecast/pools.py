"""From whom each school's entrants come: children of its catchment or town, pupils who leave the stage below."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.county.checks.polygons import distance_km
from jiaoheng.forecast.facts import Facts

Array = NDArray[np.float64]
Point = tuple[float, float]

BESIDE = 30.0
"""So many children of the town are counted beside those of a catchment, and of the county beside those of a town: the
few children of a place change by chance."""
ENTERED = 3
"""School years by whose entrants schools are weighed."""


def areas(facts: Facts, stage: str) -> dict[str, str]:
    """Where the pupils of each town go to school: its own town, or where it has no such school the nearest that has.

    Empty (the county as a whole) where no school is in a known town, or several towns have one and nothing tells which
    is nearest.
    """
    grades = list(facts.stage_grades(stage))
    offered = np.nansum(facts.pupils[:, -3:][:, :, grades], axis=(1, 2)) > 0
    with_school = {
        school.town for school, there in zip(facts.schools, offered, strict=True) if there and school.public
    } - {""}
    middle = _middles(facts)
    found = {}
    for town in {home.town for home in facts.homes} | {school.town for school in facts.schools}:
        if town in with_school:
            found[town] = town
        else:
            near = [(distance_km(middle[town], middle[other]), other) for other in with_school & set(middle)]
            alone = next(iter(with_school)) if len(with_school) == 1 else ""
            found[town] = min(near)[1] if town in middle and near else alone
    return found


def _middles(facts: Facts) -> dict[str, Point]:
    """The middle of the places and schools of each town that have coordinates."""
    points: dict[str, list[Point]] = {}
    located = [(home.town, home.point) for home in facts.homes]
    located += [(school.town, school.point) for school in facts.schools]
    for town, point in located:
        if town and point:
            points.setdefault(town, []).append(point)
    return {
        town: (math.fsum(x for x, _ in own) / len(own), math.fsum(y for _, y in own) / len(own))
        for town, own in points.items()
    }


def of_children(facts: Facts, stage: str, units: Sequence[int], entry: int, children: Array, base: int) -> Array:
    """Children of the entry age (home × year) whom each school (``units``, positions) may get: unit × year.

    A school with a catchment: its places', with some of its town's beside them. Else its area's (its town and the towns
    that have no school of the stage and are nearest to it), with some of the county's. A school in no known town, or in
    a town without children: the county's. What is not told is NaN.

    All together change as the county's children do since the year at position ``base``, each school by its pupils of
    the grade at position ``entry``.
    """
    area = areas(facts, stage)
    of_home = np.array([area.get(home.town, "") for home in facts.homes], dtype=object)
    whole = children.sum(axis=0)
    found = np.empty((len(units), children.shape[1]))
    catchments = _catchments(facts, stage)
    for row, unit in enumerate(units):
        school = facts.schools[unit]
        town = children[of_home == area.get(school.town, "")].sum(axis=0) if school.town else whole
        town = _beside(town, whole) if np.nansum(town) > 0 else whole
        own = catchments.get(unit)
        found[row] = _beside(children[list(own)].sum(axis=0), town) if own else town
    entered = np.nansum(facts.pupils[list(units), -ENTERED:, entry], axis=1)
    return _controlled(found, whole, entered, base)


def _controlled(pools: Array, whole: Array, entered: Array, base: int) -> Array:
    """The pools scaled year by year, so that who enters from them changes as the county's children do."""
    then = pools[:, base]
    usable = np.nan_to_num(then) > 0
    if not usable.any() or not np.nan_to_num(whole[base]) > 0 or not entered[usable].sum() > 0:
        return pools
    weights = np.where(usable, entered, 0.0) / np.where(usable, then, 1.0)
    come = weights @ np.nan_to_num(pools)
    wanted = entered[usable].sum() * whole / whole[base]
    factor = np.divide(wanted, come, out=np.ones_like(come), where=(come > 0) & np.isfinite(wanted))
    return np.asarray(pools * factor)


def _beside(own: Array, wider: Array) -> Array:
    """Children of a place over the years, with some of a wider one that change as all of these do."""
    usual = np.nanmean(wider) if np.isfinite(wider).any() else 0.0
    return np.asarray(own + BESIDE * wider / usual if usual > 0 else own)


def of_leavers(facts: Facts, stage: str, units: Sequence[int], leaving: Array, *, whole: bool = False) -> Array:
    """Pupils who leave the stage below (school × year) and may go to each school: unit × year.

    By the catchments of both stages where there are, else the leavers of the school's area; with ``whole``, and where
    the area has none, those of the county.
    """
    county = leaving.sum(axis=0)
    area = areas(facts, stage)
    of_school = np.array([area.get(school.town, "") for school in facts.schools], dtype=object)
    feeding = {} if whole else _feeding(facts, stage)
    found = np.empty((len(units), leaving.shape[1]))
    for row, unit in enumerate(units):
        school = facts.schools[unit]
        pool = county
        if unit in feeding:
            pool = (feeding[unit][:, None] * leaving).sum(axis=0)
        elif school.town and not whole:
            pool = leaving[of_school == area.get(school.town, "")].sum(axis=0)
        found[row] = pool if np.nansum(pool) > 0 or not np.isfinite(pool).any() else county
    return found


def _catchments(facts: Facts, stage: str) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for home, schools in facts.zones.get(stage, {}).items():
        for school in schools:
            found.setdefault(school, []).append(home)
    return {school: tuple(sorted(own)) for school, own in found.items()}


def _feeding(facts: Facts, stage: str) -> dict[int, Array]:
    """By school of the stage, the share of each school below whose catchment is in its own, by children."""
    if stage != "junior":
        return {}
    below = _catchments(facts, "primary")
    weight = np.nansum(facts.children[:, -1:], axis=(1, 2)) if facts.child_years else np.ones(len(facts.homes))
    found = {}
    for school, own in _catchments(facts, stage).items():
        shares = np.zeros(len(facts.schools))
        for feeder, homes in below.items():
            all_of = weight[list(homes)].sum()
            both = weight[sorted(set(homes) & set(own))].sum()
            shares[feeder] = both / all_of if all_of > 0 else 0.0
        if shares.any():
            found[school] = shares
    return found
