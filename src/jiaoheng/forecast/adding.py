"""What the user adds to the projection: migration, planned homes, and schools that close."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.ahead import Ahead
from jiaoheng.forecast.facts import GRADES, STAGES, Facts
from jiaoheng.forecast.pools import areas
from jiaoheng.forecast.request import ForecastRequest

Array = NDArray[np.float64]

_FIRST = {"kindergarten": -2, "primary": 1}


def migration(facts: Facts, ahead: Ahead, request: ForecastRequest) -> Ahead:
    """So many more children in each class that enters kindergarten or primary after the facts, as it goes up."""
    if not request.migration:
        return ahead
    pupils = ahead.pupils.copy()
    for position, grade in enumerate(GRADES):
        entry = "kindergarten" if grade < 1 else "primary"
        base = ahead.bases.get(entry, max(ahead.bases.values()))
        passed = max(0, grade - _FIRST[entry])
        for column, year in enumerate(ahead.years):
            if year - passed > base:
                pupils[:, column, position] *= 1 + request.migration
    return msgspec.structs.replace(ahead, pupils=pupils)


def housing(facts: Facts, ahead: Ahead, request: ForecastRequest) -> Ahead:
    """The pupils of planned homes, in the schools of their place; taken from those of the place they come from."""
    pupils = ahead.pupils.copy()
    for homes in request.housing:
        for stage, yields in homes.yields.items():
            if stage not in ahead.bases:
                continue
            grades = [each for each in facts.stage_grades(stage) if GRADES[each] != -3]
            each = homes.homes * yields / len(grades)
            for column, year in ahead.columns(stage):
                for grade in grades if year >= homes.year else ():
                    _move(facts, pupils[:, column, grade], stage, (homes.place_id, homes.from_place), each)
    return msgspec.structs.replace(ahead, pupils=pupils)


def _move(facts: Facts, pupils: Array, stage: str, places: tuple[str, str], count: float) -> None:
    """Add pupils to the schools of a place, and take as many from those of the other, if there is one (in place)."""
    to, origin = places
    shares = _shares(facts, pupils, stage, to)
    if shares is None:
        return
    if origin:
        leaving = _shares(facts, pupils, stage, origin)
        if leaving is not None:
            pupils -= np.minimum(count * leaving, np.nan_to_num(pupils))
    pupils += np.where(shares > 0, count * shares, 0.0)


def _shares(facts: Facts, pupils: Array, stage: str, place: str) -> Array | None:
    """How the pupils of a place are divided among the schools that have the grade; None where no school has it."""
    offered = np.isfinite(pupils)
    chosen = np.zeros(len(facts.schools), dtype=bool)
    index = next((each for each, home in enumerate(facts.homes) if home.place_id == place), None)
    if index is not None:
        chosen[list(facts.zones.get(stage, {}).get(index, ()))] = True
    if not (chosen & offered).any():
        town = facts.homes[index].town if index is not None else place
        area = areas(facts, stage)
        chosen = np.array([area.get(own.town, "") == area.get(town, "") and own.public for own in facts.schools])
    if not (chosen & offered).any():
        chosen = np.ones(len(facts.schools), dtype=bool)
    weights = np.where(chosen & offered, np.nan_to_num(pupils), 0.0)
    if weights.sum() <= 0:
        weights = (chosen & offered).astype(np.float64)
    return np.asarray(weights / weights.sum()) if weights.sum() > 0 else None


def closing(facts: Facts, ahead: Ahead, request: ForecastRequest) -> Ahead:
    """The pupils of a school that has closed go to the open ones of its area that have the grade, by their pupils."""
    pupils = ahead.pupils.copy()
    closed = [index for index, own in enumerate(facts.schools) if own.last is not None and own.last < ahead.years[-1]]
    for stage in STAGES if closed else ():
        area = areas(facts, stage)
        of_school = np.array([area.get(own.town, "") for own in facts.schools], dtype=object)
        for column, year in ahead.columns(stage):
            shut = [index for index in closed if not facts.schools[index].open_in(year)]
            for grade in facts.stage_grades(stage):
                _spread(pupils[:, column, grade], shut, of_school)
    return msgspec.structs.replace(ahead, pupils=pupils)


def _spread(pupils: Array, shut: list[int], area: NDArray[np.object_]) -> None:
    """Give the pupils of shut schools to the others of their area, else of the county (in place)."""
    moved = pupils[shut].copy()
    pupils[shut] = np.nan
    for index, count in zip(shut, moved, strict=True):
        if not count > 0:
            continue
        near = (area == area[index]) & np.isfinite(pupils)
        near = near if near.any() else np.isfinite(pupils)
        weights = np.where(near, np.nan_to_num(pupils), 0.0)
        weights = weights if weights.sum() > 0 else near.astype(np.float64)
        if weights.sum() > 0:
            pupils += np.where(near, count * weights / weights.sum(), 0.0)
        else:
            pupils[index] = count
