"""Which places children are counted in, each once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import Point
from jiaoheng.plans.distances import point_of


class Unit(msgspec.Struct, frozen=True):
    """A place that goes to a school as a whole. ``above`` are the places it lies in, the nearest first."""

    place_id: str
    name: str
    point: Point | None
    above: tuple[str, ...]


def units(county: County) -> tuple[Unit, ...]:
    """The lowest places, in the order of their codes: villages, or a town that has none.

    Where children are told of a town and of none of its villages, the town is the unit and its villages are none.
    """
    rows = {row["place_id"]: row for row in county["places"].to_pylist()}
    above = {place: _above(place, rows) for place in rows}
    told = {place for place in county["children"]["place_id"].to_pylist() if place in rows}
    told_below = {upper for place in told for upper in above[place]}
    instead = {place for place in told - told_below if rows[place]["level"] != "county" or len(rows) == 1}
    parents = {upper for place in rows for upper in above[place]}
    lowest = {place for place in rows if place not in parents and not instead & set(above[place])}
    chosen = {place for place in lowest if rows[place]["level"] != "county" or len(rows) == 1}
    chosen |= {place for place in instead if not instead & set(above[place])}
    return tuple(
        Unit(place, rows[place]["name"] or place, point_of(rows[place], "lon", "lat"), above[place])
        for place in sorted(chosen)
    )


def _above(place: str, rows: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The places above a place; a ring of parents ends where it would begin again."""
    found: list[str] = []
    upper = rows[place]["parent_id"]
    while upper in rows and upper not in found and upper != place:
        found.append(upper)
        upper = rows[upper]["parent_id"]
    return tuple(found)
