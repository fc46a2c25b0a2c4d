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

TOWN_WEIGHT = 20.0
"""So many children of the town are counted beside those of a catchment, whose few children change by chance."""


def areas(facts: Facts, stage: str) -> dict[str, str]:
    """Where the pupils of each town go to school: its own town, or where it has no such school the nearest that has.

    Empty (the county as a whole) where no school is in a known town or nothing tells which is nearest.
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
            found[town] = min(near)[1] if town in middle and near else ""
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


def of_children(facts: Facts, stage: str, units: Sequence[int], children: Array) -> Array:
    """Children of the entry age (home × year) whom each school (``units``, positions) may get: unit × year.

    A school with a catchment: its places', with a little of its town's beside them. Else its area's: its town and the
    towns that have no school of the stage and are nearest to it. A school in no known town, or in a town without
    children: the county's. What is not told is NaN.
    """
    area = areas(facts, stage)
    of_home = np.array([area.get(home.town, "") for home in facts.homes], dtype=object)
    whole = children.sum(axis=0)
    found = np.empty((len(units), children.shape[1]))
    catchments = _catchments(facts, stage)
    for row, unit in enumerate(units):
        school = facts.schools[unit]
        town = children[of_home == area.get(school.town, "")].sum(axis=0) if school.town else whole
        town = town if np.nansum(town) > 0 else whole
        own = catchments.get(unit)
        if own:
            usual = np.nanmean(town) if np.isfinite(town).any() else 0.0
            beside = TOWN_WEIGHT * town / usual if usual > 0 else 0.0
            found[row] = children[list(own)].sum(axis=0) + beside
        else:
            found[row] = town
    return found


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
