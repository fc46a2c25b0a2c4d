"""The land under a map: a plane for a county's degrees, and outlines with no more corners than the eye sees."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import KM_PER_DEGREE, Point, Polygon, is_inside, polygons
from jiaoheng.reports.svg import length

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; or left, top, right, bottom in pixels."""
_SEEN = 0.6
_SMALLEST = 1.5
_LEAST_SPAN = 0.02


class Shape(msgspec.Struct, frozen=True):
    """The outline of a place; ``level`` is county, town or village, empty where nothing says it."""

    place_id: str
    name: str
    level: str
    parts: tuple[Polygon, ...]


class Plane(msgspec.Struct, frozen=True):
    """Degrees to pixels, equirectangular: ``across`` and ``down`` are pixels a degree, true to scale at ``box``."""

    box: Box
    across: float
    down: float
    left: float = 0.0
    top: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box in pixels."""
        west, south, east, north = self.box
        return (east - west) * self.across, (north - south) * self.down

    @property
    def pixels_per_km(self) -> float:
        """How long a kilometre is."""
        return self.down / KM_PER_DEGREE

    def at(self, lon: float, lat: float) -> Point:
        """Where a point of the globe lies on the map."""
        return self.left + (lon - self.box[0]) * self.across, self.top + (self.box[3] - lat) * self.down

    def degrees(self, x: float, y: float) -> Point:
        """The longitude and latitude of a point of the map."""
        return self.box[0] + (x - self.left) / self.across, self.box[3] - (y - self.top) / self.down


def plane(box: Box, width: float, height: float, left: float = 0.0, top: float = 0.0) -> Plane:
    """The largest plane of the box within this width and height, west and north at ``left`` and ``top``."""
    west, south, east, north = box
    shrink = math.cos(math.radians((south + north) / 2))
    down = min(width / ((east - west) * shrink), height / (north - south))
    return Plane(box, down * shrink, down, left, top)


def shapes(county: County) -> tuple[Shape, ...]:
    """The county's outlines; features that are no areas or name no place are left out."""
    known = {row["place_id"]: row for row in county["places"].select(["place_id", "name", "level"]).to_pylist()}
    found = []
    features = (county.boundaries or {}).get("features")
    for feature in features if isinstance(features, list) else ():
        told = feature.get("properties") if isinstance(feature, Mapping) else None
        place: dict[str, Any] = dict(told) if isinstance(told, Mapping) else {}
        parts = polygons(feature)
        if parts and (place_id := str(place.get("place_id") or "")):
            place |= known.get(place_id, {})
            name, level = str(place.get("name") or place_id), str(place.get("level") or "")
            found.append(Shape(place_id, name, level, parts))
    return tuple(found)


def bounds(boxes: Iterable[Box]) -> Box:
    """The box around boxes, a little of land at least where they are a point. ``ValueError`` for none."""
    west, south, east, north = zip(*boxes, strict=True)
    whole = min(west), min(south), max(east), max(north)
    wide, high = (max(0.0, _LEAST_SPAN - span) / 2 for span in (whole[2] - whole[0], whole[3] - whole[1]))
    return whole[0] - wide, whole[1] - high, whole[2] + wide, whole[3] + high


def widened(box: Box, share: float) -> Box:
    """The box with this share of its size added on every side."""
    wide, high = (box[2] - box[0]) * share, (box[3] - box[1]) * share
    return box[0] - wide, box[1] - high, box[2] + wide, box[3] + high


def within(box: Box, lon: float, lat: float) -> bool:
    """Whether a point lies in a box of degrees."""
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes, of degrees or of pixels, have ground in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def main_body(points: Sequence[Point]) -> list[Point]:
    """The points that belong together: those far from the middle, as wrong coordinates are, left out."""
    lons, lats = (sorted(numbers) for numbers in zip(*points, strict=True))
    middle = lons[len(lons) // 2], lats[len(lats) // 2]
    away = sorted(math.dist(middle, point) for point in points)
    reach = max(8 * away[len(away) // 2], 0.2)
    return [point for point in points if math.dist(middle, point) <= reach]


def outline(shape: Shape, ground: Plane, window: Box | None = None) -> str:
    """The path of a shape on the plane; empty where it is too small to be seen or outside the window (degrees)."""
    drawn = []
    for part in shape.parts:
        if window is not None and not meet(part.box, window):
            continue
        for ring in part.rings:
            points = [ground.at(lon, lat) for lon, lat in ring]
            if _extent(points) >= _SMALLEST:
                drawn.append(_path(simplified(_thinned(points), _SEEN)))
    return "".join(drawn)


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """The corners of a line (Douglas and Peucker) that keep it within the tolerance, ends included.

    A ring, whose ends are one point, is cut at the point farthest from it.
    """
    if len(points) < 4:
        return list(points)
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = [_distance(points[index], points[first], points[last]) for index in range(first + 1, last)]
        farthest = max(away)
        if farthest > tolerance:
            middle = first + 1 + away.index(farthest)
            kept.add(middle)
            waiting += [(first, middle), (middle, last)]
    return [points[index] for index in sorted(kept)]


def _thinned(points: Sequence[Point]) -> list[Point]:
    """A line without the corners that stand on the one before, so that the rest is quick."""
    kept = [points[0]]
    for point in points[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) > _SEEN / 2:
            kept.append(point)
    return [*kept, points[-1]]


def land_share(land: Sequence[Shape], ground: Plane, box: Box, steps: int = 6) -> float:
    """The part of a box (pixels) that lies over land, from 0 to 1."""
    parts = [part for shape in land for part in shape.parts]
    hits = 0
    for down in range(steps):
        for across in range(steps):
            x = box[0] + (box[2] - box[0]) * (across + 0.5) / steps
            y = box[1] + (box[3] - box[1]) * (down + 0.5) / steps
            hits += is_inside(parts, *ground.degrees(x, y))
    return hits / steps**2


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a stretch of line, or to its start where it has no length."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    whole = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / whole if whole else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _extent(points: Sequence[Point]) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _path(points: Sequence[Point]) -> str:
    """A closed path in steps from corner to corner, which is shorter; steps are of rounded places, so none drifts."""
    x, y = (round(number, 1) for number in points[0])
    parts = [f"M{length(x)} {length(y)}l"]
    for point in points[1:]:
        right, below = (round(number, 1) for number in point)
        parts.append(f"{length(round(right - x, 1))} {length(round(below - y, 1))} ")
        x, y = right, below
    return "".join(parts).rstrip() + "z"
