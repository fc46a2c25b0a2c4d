"""The county as a map: its towns outlined, its schools as dots, the crowded part once more and larger.

Nothing but the county's own boundaries and coordinates is drawn; there are no tiles to fetch. A map takes a tenth of a
second, half a second where there are hundreds of detailed outlines: worth keeping for as long as its snapshot is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import Point
from jiaoheng.language import Language
from jiaoheng.reports import crowding
from jiaoheng.reports.land import Box, Plane, Shape, bounds, main_body, plane, shapes, widened, within
from jiaoheng.reports.map_layers import (
    Dot,
    Link,
    Mark,
    inset_layer,
    land_layer,
    name_layer,
    scale_bar,
    school_layer,
    small_layer,
    spots,
)
from jiaoheng.reports.svg import element, length
from jiaoheng.reports.words import counted, say

__all__ = ["LeftOut", "Map", "Mark", "county_map"]

_MARGIN = 10.0
_FOOT = 24.0
_RADII = (3.2, 10.0)
_TALLEST = 1.15
_OUTSIDE = 0.05
_LEAST_TIMES = 1.5
_NAMED = 6


class LeftOut(msgspec.Struct, frozen=True):
    """A school that is not on the map: without coordinates, or with some that lie outside the county."""

    school_id: str
    why: Literal["no_place", "outside"]


class Map(msgspec.Struct, frozen=True):
    """A drawn map; ``svg`` is empty where nothing at all has a place.

    ``at_place`` are schools without coordinates of their own, drawn where their village is.
    """

    svg: str
    left_out: tuple[LeftOut, ...]
    at_place: tuple[str, ...]

    def notes(self, county: County, language: Language) -> tuple[str, ...]:
        """What must be said under the map: which schools are not on it, or not where they are."""
        told = {why: [left.school_id for left in self.left_out if left.why == why] for why in ("no_place", "outside")}
        told["at_place"] = list(self.at_place)
        names = county.school_names()
        return tuple(
            say(f"map_{key}", language, count=len(own), names=_first([names.get(one, one) for one in own], language))
            for key, own in told.items()
            if own
        )


def county_map(
    county: County,
    marks: Mapping[str, Mark],
    *,
    label: str,
    link: Link | None = None,
    fills: Mapping[str, str] | None = None,
    language: Language = "zh",
    width: int = 640,
) -> Map:
    """Draw the schools that have a mark, by school code.

    ``link`` gives the address behind a dot; ``fills`` class names for places by code, which a page's own styles
    colour (without, a pale one); ``label`` says what is shown. ``width`` is in pixels, the
    height follows from the land. Where the crowded part finds no room in a corner, the map grows to the right, or below
    where it is narrow: for a telephone ask for a width of 360, which keeps names readable.
    """
    land = shapes(county)
    dots, left_out, at_place = _located(county, marks, land, min(max(width / 640, 0.75), 1.0))
    if not land and not dots:
        return Map("", left_out, at_place)
    ground = _ground(land, dots, width)
    room = (_MARGIN, _MARGIN, width - _MARGIN, _MARGIN + ground.size[1])
    placed = spots(dots, ground)
    parts = [land_layer(land, ground, fills or {})]
    inset = _inset(dots, placed, land, ground, room)
    if inset is None:
        parts += [school_layer(dots, ground, link), name_layer(_towns(county, land, ground), placed, [], room)]
        right, bottom = room[2], room[3]
    else:
        inside = [dot for dot, spot in zip(dots, placed, strict=True) if _is_in(spot, inset.window)]
        others = [dot for dot, spot in zip(dots, placed, strict=True) if not _is_in(spot, inset.window)]
        content = [
            land_layer(land, inset.ground, fills or {}, inset.ground.box),
            school_layer(inside, inset.ground, link),
        ]
        parts += [
            small_layer(inside, ground),
            school_layer(others, ground, link),
            name_layer(_towns(county, land, ground), placed, [inset.box, inset.window], room),
            inset_layer(content, inset.window, inset.box, inset.times, language),
        ]
        right, bottom = max(room[2], inset.box[2]), max(room[3], inset.box[3] - _FOOT / 2)
    parts.append(scale_bar(ground, room[0], room[3] + _FOOT - 8, language))
    counts = counted((dot.mark.status for dot in dots), language) or "—"
    told = say("map_told", language, label=label, county=county.name, total=len(dots), counts=counts)
    return Map(_whole(parts, right + _MARGIN, bottom + _FOOT, told, link is not None), left_out, at_place)


class _Inset(msgspec.Struct, frozen=True):
    """The part to magnify, where on the map it is shown, and the plane within."""

    window: Box
    box: Box
    times: float
    ground: Plane


def _inset(
    dots: Sequence[Dot], placed: Sequence[tuple[float, float, float]], land: Sequence[Shape], ground: Plane, room: Box
) -> _Inset | None:
    near = crowding.crowded(placed, max(ground.size))
    if not near:
        return None
    window = crowding.square_around([placed[index] for index in near], placed)
    box = crowding.inset_box([*placed, _disc(window)], land, ground, room) or crowding.beside(room)
    times = (box[2] - box[0]) / (window[2] - window[0])
    if times < _LEAST_TIMES:
        return None
    west, north = ground.degrees(window[0], window[1])
    east, south = ground.degrees(window[2], window[3])
    return _Inset(window, box, times, Plane((west, south, east, north), ground.across * times, ground.down * times))


def _located(
    county: County, marks: Mapping[str, Mark], land: Sequence[Shape], scale: float
) -> tuple[list[Dot], tuple[LeftOut, ...], tuple[str, ...]]:
    """The marks as dots where their schools are, the schools that have no place, and those put at their village."""
    own = dict(_points(county, "schools", "school_id"))
    villages = dict(_points(county, "places", "place_id", "village"))
    home = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "place_id")), strict=True))
    found = {school: own.get(school) or villages.get(home.get(school) or "") for school in sorted(marks)}
    reach = _reach(land, [point for point in found.values() if point])
    most = max((mark.pupils or 0.0 for mark in marks.values()), default=0.0)
    dots: list[Dot] = []
    left_out: list[LeftOut] = []
    for school, point in found.items():
        if point is None or reach is None:
            left_out.append(LeftOut(school, "no_place"))
        elif not within(reach, *point):
            left_out.append(LeftOut(school, "outside"))
        else:
            mark = marks[school]
            radius = _RADII[1] * math.sqrt((mark.pupils or 0.0) / most) if most else _RADII[0]
            dots.append(Dot(school, *point, max(_RADII[0], radius) * scale, mark))
    return dots, tuple(left_out), tuple(dot.school_id for dot in dots if dot.school_id not in own)


def _reach(land: Sequence[Shape], points: Sequence[Point]) -> Box | None:
    """The box in which a school can lie: that of the land, or of the points that belong together."""
    if land:
        return widened(bounds([part.box for shape in land for part in shape.parts]), _OUTSIDE)
    return bounds([(*point, *point) for point in main_body(points)]) if points else None


def _ground(land: Sequence[Shape], dots: Sequence[Dot], width: int) -> Plane:
    """The plane of the whole map, in the middle of its width."""
    boxes = [part.box for shape in land for part in shape.parts]
    boxes += [(dot.lon, dot.lat, dot.lon, dot.lat) for dot in dots]
    inner = width - 2 * _MARGIN
    ground = plane(widened(bounds(boxes), 0.01 if land else 0.06), inner, inner * _TALLEST, _MARGIN, _MARGIN)
    return msgspec.structs.replace(ground, left=_MARGIN + (inner - ground.size[0]) / 2)


def _towns(county: County, land: Sequence[Shape], ground: Plane) -> list[tuple[str, Point]]:
    """Names of towns and where they stand, those with most people first."""
    points = dict(_points(county, "places", "place_id", "town"))
    for shape in land:
        if shape.level == "town" and shape.place_id not in points:
            west, south, east, north = max((part.box for part in shape.parts), key=_area)
            points[shape.place_id] = (west + east) / 2, (south + north) / 2
    places = county["places"].select(["place_id", "name", "population"]).to_pylist()
    known = {row["place_id"]: row for row in places}
    names = {shape.place_id: shape.name for shape in land} | {code: row["name"] for code, row in known.items()}
    order = sorted(points, key=lambda code: (-((known.get(code) or {}).get("population") or 0), code))
    reach = widened(ground.box, _OUTSIDE)
    return [(names[code] or code, ground.at(*points[code])) for code in order if within(reach, *points[code])]


def _points(county: County, table: str, key: str, level: str = "") -> Iterator[tuple[str, Point]]:
    """The rows of a table that have coordinates."""
    for row in county[table].to_pylist():
        if row["lon"] is not None and row["lat"] is not None and (not level or row["level"] == level):
            yield row[key], (row["lon"], row["lat"])


def _is_in(spot: tuple[float, float, float], box: Box) -> bool:
    return box[0] <= spot[0] <= box[2] and box[1] <= spot[1] <= box[3]


def _disc(box: Box) -> tuple[float, float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) / 2


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _first(names: Sequence[str], language: Language) -> str:
    listed = ("、", "; ")[language == "en"].join(names[:_NAMED])
    return listed if len(names) <= _NAMED else say("names_more", language, names=listed)


def _whole(parts: Sequence[str], width: float, height: float, told: str, linked: bool) -> str:
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="map",
        width=width,
        height=height,
        viewbox=f"0 0 {length(width)} {length(height)}",
        # Links within an image are not reached by a screen reader; within a group they are.
        role="group" if linked else "img",
        aria_label=told,
    )
