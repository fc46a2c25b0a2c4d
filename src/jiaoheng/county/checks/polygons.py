"""Points and polygons on the globe, as far as a county's size needs them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

KM_PER_DEGREE = 111.195

Point = tuple[float, float]


class Polygon(msgspec.Struct, frozen=True):
    """One polygon: its rings (outer and holes) of longitude and latitude, and the box around it."""

    rings: tuple[tuple[Point, ...], ...]
    box: tuple[float, float, float, float]


def polygons(geojson: Mapping[str, Any] | None) -> tuple[Polygon, ...]:
    """The polygons of a GeoJSON object; what is no polygon with numbers in it is left out."""
    found = []
    for rings in _ring_lists(geojson):
        try:
            read = tuple(tuple((float(point[0]), float(point[1])) for point in ring) for ring in rings)
        except (TypeError, ValueError, IndexError, KeyError):
            continue
        points = [point for ring in read for point in ring]
        if points and all(map(math.isfinite, (number for point in points for number in point))):
            lons, lats = zip(*points, strict=True)
            found.append(Polygon(read, (min(lons), min(lats), max(lons), max(lats))))
    return tuple(found)


def is_inside(shapes: Iterable[Polygon], lon: float, lat: float, tolerance_km: float = 0) -> bool:
    """Whether a point lies in one of the polygons, or within the tolerance of one's edge."""
    reach_lat = tolerance_km / KM_PER_DEGREE
    reach_lon = reach_lat / max(math.cos(math.radians(lat)), 0.01)
    for shape in shapes:
        west, south, east, north = shape.box
        if west - reach_lon <= lon <= east + reach_lon and south - reach_lat <= lat <= north + reach_lat:
            if _contains(shape, lon, lat):
                return True
            if tolerance_km and _edge_distance_km(shape, lon, lat) <= tolerance_km:
                return True
    return False


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance of two points given as longitude and latitude."""
    (lon1, lat1), (lon2, lat2) = one, other
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * math.degrees(math.asin(min(1.0, math.sqrt(h)))) * KM_PER_DEGREE


def _contains(shape: Polygon, lon: float, lat: float) -> bool:
    """Ray casting: an odd number of edges to the east means inside; holes count as edges like any other."""
    inside = False
    for (x1, y1), (x2, y2) in _edges(shape):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _edge_distance_km(shape: Polygon, lon: float, lat: float) -> float:
    """Distance to the nearest edge on the plane that touches the globe at the point."""
    shrink = math.cos(math.radians(lat))
    nearest = math.inf
    for (x1, y1), (x2, y2) in _edges(shape):
        ax, ay, bx, by = (x1 - lon) * shrink, y1 - lat, (x2 - lon) * shrink, y2 - lat
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        along = min(1.0, max(0.0, -(ax * dx + ay * dy) / length)) if length else 0.0
        nearest = min(nearest, math.hypot(ax + along * dx, ay + along * dy))
    return nearest * KM_PER_DEGREE


def _edges(shape: Polygon) -> Iterator[tuple[Point, Point]]:
    for ring in shape.rings:
        yield from zip(ring, (*ring[1:], ring[0]), strict=True)


def _ring_lists(geojson: object) -> Iterator[Any]:
    """The lists of rings of all polygons in a feature collection, feature or geometry."""
    if not isinstance(geojson, Mapping):
        return
    kind = geojson.get("type")
    if kind == "FeatureCollection" or kind == "GeometryCollection":
        for part in _listed(geojson.get("features" if kind == "FeatureCollection" else "geometries")):
            yield from _ring_lists(part)
    elif kind == "Feature":
        yield from _ring_lists(geojson.get("geometry"))
    elif kind == "Polygon":
        yield _listed(geojson.get("coordinates"))
    elif kind == "MultiPolygon":
        yield from _listed(geojson.get("coordinates"))


def _listed(given: object) -> Sequence[Any]:
    """A list as it is; nothing where somebody's program wrote anything else."""
    return given if isinstance(given, list | tuple) else ()
