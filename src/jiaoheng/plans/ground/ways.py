"""How far it is from places to schools: told by the table of travel, else the great circle times its detour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import KM_PER_DEGREE, Point

SPEED = 20.0
"""Kilometres an hour of a child's way, on foot, by bus and on the back of a moped together, where nothing tells it."""


class Ways(msgspec.Struct, frozen=True):
    """Arrays (places, schools): kilometres, minutes, NaN where not known, and whether the table of travel told both."""

    km: NDArray[np.float64]
    minutes: NDArray[np.float64]
    travelled: NDArray[np.bool_]


def ways(
    county: County,
    places: Mapping[str, Point | None],
    schools: Mapping[str, Point | None],
    speed: float = SPEED,
) -> Ways:
    """The way from each place to each school, in the order given.

    Kilometres that the table of travel lacks are the great circle times the county's detour factor, minutes those
    kilometres at ``speed`` km an hour. Neither is known where a point is missing. A place is one point: the ways
    within it are not known, so a school in the place's own middle is at 0 km.
    """
    rows, columns = {place: at for at, place in enumerate(places)}, {school: at for at, school in enumerate(schools)}
    km = _detour(county) * _circle(list(places.values()), list(schools.values()))
    minutes = np.full(km.shape, np.nan)
    told_km, told_minutes = np.zeros(km.shape, dtype=bool), np.zeros(km.shape, dtype=bool)
    for row in county["travel"].to_pylist():
        where = rows.get(row["place_id"]), columns.get(row["school_id"])
        if where[0] is None or where[1] is None:
            continue
        if row["km"] is not None:
            km[where], told_km[where] = row["km"], True
        if row["minutes"] is not None:
            minutes[where], told_minutes[where] = row["minutes"], True
    minutes = np.where(told_minutes, minutes, km / speed * 60)
    return Ways(km, minutes, told_km)


def _detour(county: County) -> float:
    stated = county["county"]["detour_factor"].to_pylist()
    return float(stated[0]) if stated and stated[0] else 1.3


def _circle(places: Sequence[Point | None], schools: Sequence[Point | None]) -> NDArray[np.float64]:
    """Great-circle kilometres between all of two lists of longitudes and latitudes (places, schools)."""
    here, there = (
        np.radians(np.array([point or (np.nan, np.nan) for point in points], dtype=float).reshape(-1, 2))
        for points in (places, schools)
    )
    lon1, lat1 = here[:, :1], here[:, 1:]
    lon2, lat2 = there[:, 0], there[:, 1]
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * np.degrees(np.arcsin(np.minimum(1.0, np.sqrt(h)))) * KM_PER_DEGREE)
