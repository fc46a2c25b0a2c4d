"""The ground under places: their polygons on a plane in kilometres, cells drawn around points where there are none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import KM_PER_DEGREE, Point, polygons
from jiaoheng.plans.ground.units import Unit

_APART = 0.02
"""Kilometres by which places on one point are set apart, so that each gets a cell of its own."""


class Plane(msgspec.Struct, frozen=True):
    """Degrees to kilometres around a middle: true to scale as far as a county reaches."""

    lon: float
    lat: float

    def to_km(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) longitudes and latitudes as kilometres east and north of the middle."""
        return (degrees - (self.lon, self.lat)) * (KM_PER_DEGREE * math.cos(math.radians(self.lat)), KM_PER_DEGREE)

    def to_degrees(self, km: NDArray[np.float64]) -> NDArray[np.float64]:
        """The way back."""
        return km / (KM_PER_DEGREE * math.cos(math.radians(self.lat)), KM_PER_DEGREE) + (self.lon, self.lat)

    def point(self, point: Point) -> Point:
        """One point in kilometres."""
        x, y = self.to_km(np.array([point]))[0]
        return float(x), float(y)


class Shapes(msgspec.Struct, frozen=True):
    """The geometry (kilometres on ``plane``) of each place that has any, and where its children are taken to live.

    ``points`` are longitude and latitude: the place's own, else a point inside its polygon. ``drawn`` are the places
    whose geometry is a cell around their point and no polygon that was given.
    """

    plane: Plane
    areas: Mapping[str, BaseGeometry]
    points: Mapping[str, Point]
    drawn: frozenset[str]


def shapes(county: County, units: Sequence[Unit]) -> Shapes:
    """Polygons of the county's boundaries by ``place_id``; for the other places, cells around their points.

    A cell (Voronoi) is cut by the polygon of the place above it that has one, less what lower places already fill, so
    that a village's cell stays in its town.
    """
    given = _given(county)
    plane = _plane(given, units)
    whole = {place: _on(plane, shape) for place, shape in given.items()}
    areas = {unit.place_id: whole[unit.place_id] for unit in units if unit.place_id in whole}
    points = {unit.place_id: unit.point or _inside(plane, areas[unit.place_id])
              for unit in units if unit.point or unit.place_id in areas}  # fmt: skip
    lacking = [unit for unit in units if unit.place_id in points and unit.place_id not in areas]
    by_frame: dict[str, list[Unit]] = {}
    for unit in lacking:
        by_frame.setdefault(next((each for each in unit.above if each in whole), ""), []).append(unit)
    filled = shapely.union_all(list(areas.values())) if areas and lacking else None
    for frame, members in by_frame.items():
        ground = whole.get(frame)
        if ground is not None and filled is not None:
            ground = ground.difference(filled)
        areas |= _cells({unit.place_id: plane.point(points[unit.place_id]) for unit in members}, ground)
    return Shapes(plane, areas, points, frozenset(unit.place_id for unit in lacking))


def _given(county: County) -> dict[str, BaseGeometry]:
    """The county's polygons by place in degrees; several features of a place are one area."""
    found: dict[str, list[BaseGeometry]] = {}
    features = (county.boundaries or {}).get("features")
    for feature in features if isinstance(features, list) else ():
        told = feature.get("properties") if isinstance(feature, Mapping) else None
        place = str(told.get("place_id") or "") if isinstance(told, Mapping) else ""
        if place and (shape := _shape(feature)) is not None:
            found.setdefault(place, []).append(shape)
    return {place: parts[0] if len(parts) == 1 else shapely.union_all(parts) for place, parts in found.items()}


def _shape(feature: Mapping[str, Any]) -> BaseGeometry | None:
    """A feature's polygons as one valid area; None where there is none."""
    rings = [
        shapely.Polygon(part.rings[0], [ring for ring in part.rings[1:] if len(ring) >= 4])
        for part in polygons(feature)
        if len(part.rings[0]) >= 4
    ]
    if not rings:
        return None
    whole: BaseGeometry = rings[0] if len(rings) == 1 else shapely.MultiPolygon(rings)
    if not whole.is_valid:
        whole = _areal(shapely.make_valid(whole))
    return None if whole.is_empty else whole


def _areal(shape: BaseGeometry) -> BaseGeometry:
    """The part of a geometry that has an area: mending leaves lines and points too."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts)


def _plane(given: Mapping[str, BaseGeometry], units: Iterable[Unit]) -> Plane:
    corners = [shape.bounds for shape in given.values()]
    corners += [(*unit.point, *unit.point) for unit in units if unit.point]
    if not corners:
        return Plane(0.0, 0.0)
    west, south, east, north = (np.array(each) for each in zip(*corners, strict=True))
    return Plane(float(west.min() + east.max()) / 2, float(south.min() + north.max()) / 2)


def _on(plane: Plane, shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, plane.to_km)


def _inside(plane: Plane, area: BaseGeometry) -> Point:
    """A point of an area that stands for it: the middle of its mass where that lies inside."""
    middle = area.centroid
    chosen = middle if area.contains(middle) else area.representative_point()
    lon, lat = plane.to_degrees(np.array([[chosen.x, chosen.y]]))[0]
    return float(lon), float(lat)


def _cells(points: Mapping[str, Point], ground: BaseGeometry | None) -> dict[str, BaseGeometry]:
    """The part of the ground that is nearest to each point; without any ground, of a box around the points."""
    places = sorted(points)
    if not places:
        return {}
    at = np.array(_apart([points[place] for place in places]))
    if ground is None or ground.is_empty:
        (west, south), (east, north) = at.min(axis=0), at.max(axis=0)
        margin = max(1.0, 0.1 * max(east - west, north - south))
        ground = shapely.box(west - margin, south - margin, east + margin, north + margin)
    if len(places) == 1:
        return {places[0]: ground}
    extent = ground.union(shapely.MultiPoint(at)).envelope.buffer(1.0)
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(at), extend_to=extent)
    cells = [cell for cell in drawn.geoms if isinstance(cell, BaseGeometry)]
    tree = shapely.STRtree(cells)
    found = {}
    for place, point in zip(places, (shapely.Point(*each) for each in at), strict=True):
        cell = _areal(cells[int(tree.nearest(point))].intersection(ground))
        # A point that lies far outside its ground has no part of it; it keeps a spot of its own.
        found[place] = point.buffer(_APART) if cell.is_empty else cell
    return found


def _apart(points: Sequence[Point]) -> list[Point]:
    """The points, those on the same spot set on a small ring around it."""
    spots: dict[tuple[float, float], list[int]] = {}
    for number, (x, y) in enumerate(points):
        spots.setdefault((round(x, 4), round(y, 4)), []).append(number)
    found = list(points)
    for members in spots.values():
        for place, number in enumerate(members if len(members) > 1 else ()):
            turn = 2 * math.pi * place / len(members)
            x, y = points[number]
            found[number] = (x + _APART * math.cos(turn), y + _APART * math.sin(turn))
    return found
