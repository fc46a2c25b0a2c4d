"""Where children live: the finest places of which children are told, and how many there are of each age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County

Array = NDArray[np.float64]


class Home(msgspec.Struct, frozen=True):
    """A place where children live: a village, or a town where children are told by town only."""

    place_id: str
    town: str
    population: float | None
    point: tuple[float, float] | None = None


class Homes(msgspec.Struct, frozen=True):
    """``children``: home × year × age; ``level`` village, town or county, as children are told, empty where not.

    ``without`` counts homes of which no children are told beside others of which they are: they count as having none.
    """

    homes: tuple[Home, ...]
    years: tuple[int, ...]
    children: Array
    level: str = ""
    without: int = 0


def homes(county: County, towns: Mapping[str, str]) -> Homes:
    """The places of a county and their children; each child counts once, at the finest place that tells of it."""
    rows = {row["place_id"]: row for row in county["places"].to_pylist()}
    told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in county["children"].to_pylist():
        if row["persons"] is not None and row["place_id"] in rows:
            told[row["place_id"]].append(row)
    if not told:
        return Homes(tuple(_home(rows[place], towns) for place in _finest(rows, towns)), (), np.zeros((0, 0, 18)))
    chosen, level = _chosen(rows, towns, set(told))
    years = tuple(sorted({row["year"] for place in chosen for row in told.get(place, ())}))
    children = np.full((len(chosen), len(years), 18), np.nan)
    for index, place in enumerate(chosen):
        for row in told.get(place, ()):
            children[index, years.index(row["year"]), row["age"]] = row["persons"]
    without = sum(place not in told for place in chosen)
    # A village that is not named where others are has no children, in the years that tell of any.
    somewhere = np.isfinite(children).any(axis=0)
    children = np.where(np.isnan(children) & somewhere, 0.0, children)
    return Homes(tuple(_home(rows[place], towns) for place in chosen), years, children, level, without)


def _finest(rows: Mapping[str, Mapping[str, Any]], towns: Mapping[str, str]) -> list[str]:
    """All villages, towns without a village, and the county where there is neither."""
    villages = [place for place, row in rows.items() if row["level"] == "village"]
    with_villages = {towns.get(place, "") for place in villages}
    bare = [place for place, row in rows.items() if row["level"] == "town" and place not in with_villages]
    return sorted(villages + bare) or sorted(rows)


def _chosen(rows: Mapping[str, Mapping[str, Any]], towns: Mapping[str, str], told: set[str]) -> tuple[list[str], str]:
    """Villages where they tell of their children, else their town; the county where nothing finer does."""
    finest = _finest(rows, towns)
    by_village = {towns.get(place, "") for place in told if rows[place]["level"] == "village"}
    chosen = [place for place in finest if rows[place]["level"] == "village" and towns.get(place, "") in by_village]
    chosen += [place for place, row in rows.items() if row["level"] == "town" and place not in by_village]
    if by_village:
        return sorted(chosen), "village"
    if any(rows[place]["level"] == "town" for place in told):
        return sorted(chosen), "town"
    return sorted(place for place in told), "county"


def _home(row: Mapping[str, Any], towns: Mapping[str, str]) -> Home:
    point = (row["lon"], row["lat"]) if row["lon"] is not None and row["lat"] is not None else None
    return Home(row["place_id"], towns.get(row["place_id"], ""), row["population"], point)
