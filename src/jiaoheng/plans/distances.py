"""How far it is between schools, and from where teachers live."""

from __future__ import annotations

from collections.abc import Mapping

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import Point, distance_km


class Distances:
    """Kilometres within a county: by its table ``travel`` where that tells, else the great circle times its detour."""

    def __init__(self, county: County) -> None:
        rows = county["schools"].to_pylist()
        places = _points(county["places"].to_pylist(), "place_id")
        self._place = {row["school_id"]: row["place_id"] for row in rows}
        self._point = _points(rows, "school_id")
        for school, place in self._place.items():
            if school not in self._point and place in places:
                self._point[school] = places[place]
        self._travel = {
            (row["place_id"], row["school_id"]): row["km"]
            for row in county["travel"].to_pylist()
            if row["km"] is not None
        }
        stated = county["county"]["detour_factor"].to_pylist()
        self._detour = stated[0] if stated and stated[0] else 1.3

    def between(self, school: str, other: str) -> float | None:
        """Between two schools, the same both ways; None where neither a way nor both their coordinates are known."""
        if school == other:
            return 0.0
        ways = ((self._place.get(school), other), (self._place.get(other), school))
        told = [self._travel[way] for way in ways if way in self._travel]
        if told:
            return float(min(told))
        return self.from_point(self._point.get(school), other)

    def from_point(self, point: Point | None, school: str) -> float | None:
        """From a point (longitude, latitude) to a school."""
        there = self._point.get(school)
        return None if point is None or there is None else self._detour * distance_km(point, there)


def _points(rows: list[dict[str, object]], key: str) -> dict[object, Point]:
    return {row[key]: point for row in rows if (point := point_of(row, "lon", "lat"))}


def point_of(row: Mapping[str, object], lon: str, lat: str) -> Point | None:
    """The point of a row, None where either coordinate is missing."""
    x, y = row[lon], row[lat]
    return (x, y) if isinstance(x, float) and isinstance(y, float) else None
