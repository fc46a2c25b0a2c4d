"""The pupils of the forecast by the places where they live: what layout and catchments have to seat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.ahead import Ahead
from jiaoheng.forecast.answer import AgeForecast, PlaceChildren
from jiaoheng.forecast.children import Born
from jiaoheng.forecast.facts import AGES, GRADES, STAGES, Facts
from jiaoheng.forecast.pools import areas
from jiaoheng.forecast.request import ForecastRequest

Array = NDArray[np.float64]
_FIRST_AGE = {"kindergarten": 3, "primary": 6}


def stage_ages(facts: Facts, stage: str) -> range:
    """The ages of a stage's children, a year for each grade: 3 to 5, 6 to 11, 12 to 14, 15 to 17."""
    if stage == "kindergarten":
        return range(3, 6)
    grades = [GRADES[each] for each in facts.stage_grades(stage)]
    return range(grades[0] + 5, grades[-1] + 6)


def settled(facts: Facts, ahead: Ahead, born: Born, request: ForecastRequest) -> tuple[PlaceChildren, ...]:
    """Children, entrants and pupils to be seated of every place, stage and year.

    The pupils of the public schools of an area (a town, with those that have no such school and are nearest to it) are
    divided among its places as their children are, so that places add up to schools; where no children are told,
    as their population is; else evenly. Schools whose area has no place share theirs among all.
    """
    found = []
    for stage in STAGES:
        if stage not in ahead.bases:
            continue
        groups, of_school = _groups(facts, stage)
        grades = facts.stage_grades(stage)
        entry = GRADES.index(-2) if stage == "kindergarten" else grades[0]
        public = np.array([own.public for own in facts.schools])
        whole = np.where(public[:, None], np.nan_to_num(ahead.of_stage(facts, stage)), 0.0)
        first = np.where(public[:, None], np.nan_to_num(ahead.pupils[:, :, entry]), 0.0)
        ages = stage_ages(facts, stage)
        for column, year in ahead.columns(stage):
            children = _living(facts, born, year, ages, stage, request)
            entering = _living(facts, born, year, ages[:1], stage, request)
            seated = _raked(facts, whole[:, column], groups, of_school, children)
            entrants = _raked(facts, first[:, column], groups, of_school, entering)
            for home, own in enumerate(facts.homes):
                told = None if children is None else float(children[home])
                found.append(PlaceChildren(own.place_id, stage, year, told, float(entrants[home]), float(seated[home])))
    return tuple(found)


def ages_told(facts: Facts, born: Born, base: int) -> tuple[AgeForecast, ...]:
    """Children by age from the base year on, of each town and the county; nothing where none are told."""
    years, children = born.years, born.children
    found = []
    towns = np.array([home.town for home in facts.homes], dtype=object)
    for index, year in enumerate(years):
        if year < base and year != years[-1]:
            continue
        for age in AGES:
            own = children[:, index, age]
            if np.isnan(own).all():
                continue
            for town in sorted(set(towns) - {""}):
                found.append(AgeForecast("town", town, year, age, float(np.nansum(own[towns == town]))))
            found.append(AgeForecast("county", "", year, age, float(np.nansum(own))))
    return tuple(found)


def _groups(facts: Facts, stage: str) -> tuple[list[str], list[str]]:
    """The area of each home and of each school. A home with a catchment belongs to the area of its school."""
    area = areas(facts, stage)
    of_school = [area.get(own.town, "") for own in facts.schools]
    zones = facts.zones.get(stage, {})
    public = {index for index, own in enumerate(facts.schools) if own.public}
    of_home = []
    for index, home in enumerate(facts.homes):
        zoned = [school for school in zones.get(index, ()) if school in public]
        of_home.append(of_school[zoned[0]] if zoned else area.get(home.town, ""))
    return of_home, of_school


def _living(facts: Facts, born: Born, year: int, ages: range, stage: str, request: ForecastRequest) -> Array | None:
    """Children of these ages in each home in a year, those of planned homes with them; None where none are told."""
    years, children = born.years, born.children
    if year not in years:
        return None
    own = children[:, years.index(year), ages[0] : ages[-1] + 1]
    if np.isnan(own).any(axis=0).any():
        return None
    found = own.sum(axis=1)
    where = {home.place_id: index for index, home in enumerate(facts.homes)}
    count = len(stage_ages(facts, stage))
    for homes in request.housing:
        if year >= homes.year and homes.place_id in where:
            more = homes.homes * homes.yields.get(stage, 0.0) * len(ages) / count
            found[where[homes.place_id]] += more
            if homes.from_place in where:
                origin = where[homes.from_place]
                found[origin] = max(0.0, found[origin] - more)
    return np.asarray(found)


def _raked(facts: Facts, pupils: Array, groups: list[str], of_school: list[str], children: Array | None) -> Array:
    """Pupils of schools divided among homes, area by area; every pupil ends in some home."""
    found = np.zeros(len(facts.homes))
    if not len(found):
        return found
    home_groups = np.array(groups, dtype=object)
    school_groups = np.array(of_school, dtype=object)
    for area in sorted(set(of_school)):
        own = home_groups == area
        count = pupils[school_groups == area].sum()
        if not own.any() or not area:
            own = np.ones(len(found), dtype=bool)
        found += count * _weights(facts, own, children)
    return found


def _weights(facts: Facts, own: NDArray[np.bool_], children: Array | None) -> Array:
    people = np.array([home.population or 0.0 for home in facts.homes])
    for weights in (children, people):
        if weights is not None and weights[own].sum() > 0:
            return np.asarray(np.where(own, weights, 0.0) / weights[own].sum())
    return np.asarray(own / own.sum(), dtype=np.float64)
