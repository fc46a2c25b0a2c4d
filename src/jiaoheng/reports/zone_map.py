"""Catchments as a map: each place in the colour of its school, neighbours never in the same, schools as dots.

The places are the county's polygons, or cells drawn around points where it has none. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jiaoheng.language import Language
from jiaoheng.plans.ground import Neighbourhood
from jiaoheng.reports.palette import FONTS, INK
from jiaoheng.reports.svg import Attribute, address, class_name, element, length, text, titled
from jiaoheng.reports.words import say

COLOURS = ("#c7dcf0", "#f5dca8", "#cfe6c8", "#e6cfe4", "#f2c5b9", "#c5e6e6", "#e3dfa0", "#d7d7dd")
"""Fills of catchments, pale enough for dark words upon them."""
_NOBODY = "#ffffff"
_SEEN = 0.5
_MARGIN = 8.0
_FOOT = 24.0
_TALLEST = 1.1
_FEW = 22
_HALO: dict[str, Attribute] = {
    "stroke": "#ffffff", "stroke_width": 2.6, "stroke_linejoin": "round", "paint_order": "stroke"
}  # fmt: skip

Zones = Mapping[str, tuple[str, ...]]
"""The school or schools of each place."""
State = Literal["open", "full", "closing", "new"]


class Site(msgspec.Struct, frozen=True):
    """A school on the map. ``state``: ``full`` has more pupils than seats, ``closing`` ends, ``new`` opens."""

    school_id: str
    name: str
    lon: float
    lat: float
    state: State = "open"
    title: str = ""


Spot = tuple[Site, float, float]
Box = tuple[float, float, float, float]


class Drawn(msgspec.Struct, frozen=True):
    """A drawn map; ``svg`` is empty where no place is on it. ``colours`` are the numbers of the fills by school."""

    svg: str
    colours: Mapping[tuple[str, ...], int]


def coloured(ground: Neighbourhood, maps: Iterable[Zones]) -> dict[tuple[str, ...], int]:
    """A colour for each school or group, such that on none of the maps neighbours have the same.

    Where that takes more colours than there are, the last ones repeat. Most bounded first (DSATUR), so that the same
    maps always have the same colours.
    """
    near: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    pairs = ground.pairs()
    for zones in maps:
        for own in zones.values():
            near.setdefault(own, set())
        for one, other in pairs:
            first, second = zones.get(one), zones.get(other)
            if first and second and first != second:
                near[first].add(second)
                near[second].add(first)
    found: dict[tuple[str, ...], int] = {}
    while len(found) < len(near):
        taken = {own: {found[other] for other in near[own] if other in found} for own in near if own not in found}
        own = min(taken, key=lambda each: (-len(taken[each]), -len(near[each]), each))
        free = [colour for colour in range(len(COLOURS)) if colour not in taken[own]]
        # Evenly used colours look calmer than mostly the first.
        uses = [sum(colour == used for used in found.values()) for colour in range(len(COLOURS))]
        found[own] = min(free, key=lambda colour: (uses[colour], colour)) if free else len(found) % len(COLOURS)
    return found


def catchments(
    ground: Neighbourhood,
    zones: Zones,
    sites: Sequence[Site],
    colours: Mapping[tuple[str, ...], int],
    *,
    label: str,
    title: Callable[[str], str],
    link: Callable[[str], str] | None = None,
    changed: Iterable[str] = (),
    chosen: str = "",
    within: frozenset[str] = frozenset(),
    language: Language = "zh",
    width: int = 560,
) -> Drawn:
    """Draw the places by their schools.

    ``title`` says a place, ``link`` is where its page is; ``changed`` are hatched, ``chosen`` has a strong edge;
    ``within`` are the places to look at, those around them cut off (empty: all). ``width`` is in pixels, the height
    follows from the land. Shapes carry ``data-place`` and ``data-school`` for whoever drags them.
    """
    shown = {code: area for code, area in ground.shapes.areas.items() if not area.is_empty}
    window = [area for code, area in shown.items() if not within or code in within]
    if not window:
        return Drawn("", colours)
    plane = _Plane.over(window, width)
    moved = set(changed)
    parts, hatched = [], []
    simple = dict(zip(shown, _simplified(list(shown.values()), _SEEN / plane.scale), strict=True))
    for code, area in simple.items():
        path = plane.path(area)
        if not path:
            continue
        own = zones.get(code, ())
        fill = COLOURS[colours[own]] if own in colours else _NOBODY
        names = class_name("zone" + (" is-chosen" if code == chosen else ""))
        shape = element(
            "path", titled(title(code)), d=path, class_=names, fill=fill, data_place=code, data_school=" ".join(own)
        )
        parts.append(shape if link is None else element("a", shape, href=address(link(code))))
        if code in moved:
            hatched.append(element("path", d=path, fill="url(#hatch)", stroke="none"))
    edges = _edges(simple, zones, plane)
    spots = [(site, *plane.at(*ground.shapes.plane.point((site.lon, site.lat)))) for site in sites]
    labels, taken = _names(spots, plane, _FEW if not within else len(spots))
    if within:
        labels += _place_names(ground, [code for code in simple if code in within], plane, taken)
    names = element("g", *labels, class_="map-names", pointer_events="none", **_HALO)
    dots = [_dot(site, x, y) for site, x, y in spots]
    layers = [
        element("defs", _HATCH) if hatched else "",
        element("g", *parts, class_="zones", stroke="#ffffff", stroke_width=0.5, stroke_linejoin="round"),
        element("g", *hatched, class_="zones-changed", pointer_events="none"),
        element("path", d=edges, class_="zone-edges", fill="none", stroke=INK, stroke_width=1.1, pointer_events="none"),
        _outline(simple.get(chosen), plane),
        element("g", *dots, class_="zone-schools"),
        names,
        plane.bar(language),
    ]
    told = say("zones_told", language, label=label, places=len(window), schools=len(sites))
    svg = element(
        "svg",
        *layers,
        xmlns="http://www.w3.org/2000/svg",
        class_="map zones-map",
        width=float(width),
        height=plane.height,
        viewbox=f"0 0 {width} {length(plane.height)}",
        role="group" if link else "img",
        aria_label=told,
    )
    return Drawn(svg, colours)


_HATCH = element(
    "pattern",
    element("path", d="M0 6L6 0M-1 1L1 -1M5 7L7 5", stroke=INK, stroke_width=0.9, stroke_opacity=0.55),
    id="hatch",
    width=6.0,
    height=6.0,
    patternunits="userSpaceOnUse",
).replace("patternunits", "patternUnits")


class _Plane(msgspec.Struct, frozen=True):
    """Kilometres to pixels."""

    west: float
    north: float
    scale: float
    width: float
    height: float
    left: float

    @classmethod
    def over(cls, areas: Sequence[BaseGeometry], width: int) -> _Plane:
        """The largest plane of these areas that is as wide as told, and not too tall."""
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.array(areas, dtype=object)))
        inner = width - 2 * _MARGIN
        scale = min(inner / max(east - west, 0.1), inner * _TALLEST / max(north - south, 0.1))
        left = _MARGIN + (inner - (east - west) * scale) / 2
        return cls(west, north, scale, float(width), (north - south) * scale + _MARGIN + _FOOT, left)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point (kilometres) lies on the map."""
        return self.left + (x - self.west) * self.scale, _MARGIN + (self.north - y) * self.scale

    def is_on(self, x: float, y: float) -> bool:
        """Whether pixels lie on the drawing."""
        return 0 <= x <= self.width and 0 <= y <= self.height - _FOOT / 2

    def path(self, area: BaseGeometry) -> str:
        """An area's rings; empty where all of it lies outside."""
        west, south, east, north = area.bounds
        (left, top), (right, bottom) = self.at(west, north), self.at(east, south)
        if right < 0 or left > self.width or bottom < 0 or top > self.height:
            return ""
        rings = []
        for part in getattr(area, "geoms", [area]):
            if part.geom_type == "Polygon":
                rings += [self.line(ring.coords) + "z" for ring in (part.exterior, *part.interiors)]
        return "".join(rings)

    def line(self, points: Iterable[Sequence[float]]) -> str:
        """A path through points."""
        placed = [self.at(point[0], point[1]) for point in points]
        return "M" + "L".join(f"{length(x)} {length(y)}" for x, y in placed)

    def bar(self, language: Language) -> str:
        """A round number of kilometres."""
        km = next((km for km in (50, 20, 10, 5, 2, 1, 0.5) if km * self.scale <= self.width / 4), 0.2)
        base = self.height - 8
        line = element("path", d=f"M{_MARGIN} {base - 5:.1f}v5h{km * self.scale:.1f}v-5", fill="none", stroke=INK)
        words = _word(say("map_scale", language, km=f"{km:g}"), _MARGIN + km * self.scale + 5, base, 10.0, "start")
        return element("g", line, words, class_="map-scale")


def _simplified(areas: Sequence[BaseGeometry], tolerance: float) -> Sequence[BaseGeometry]:
    """Areas with no more corners than the eye sees; borders that two have in common stay in common."""
    found: Sequence[BaseGeometry] = list(shapely.coverage_simplify(np.array(areas, dtype=object), tolerance))
    return found


def _edges(areas: Mapping[str, BaseGeometry], zones: Zones, plane: _Plane) -> str:
    """The borders of the catchments as one path."""
    members: dict[tuple[str, ...], list[BaseGeometry]] = {}
    for code, area in areas.items():
        members.setdefault(zones.get(code, ()), []).append(area)
    # A hair's breadth wider, so that a seam between two polygons of one school is no border.
    wide = 0.3 / plane.scale
    merged = [
        shapely.union_all([shapely.buffer(area, wide, join_style="mitre") for area in own]) for own in members.values()
    ]
    return "".join(plane.path(area) for area in merged)


def _outline(area: BaseGeometry | None, plane: _Plane) -> str:
    if area is None:
        return ""
    return element("path", d=plane.path(area), fill="none", stroke=INK, stroke_width=2.6, pointer_events="none")


def _dot(site: Site, x: float, y: float) -> str:
    """A school: a dot, red where it is too full, hollow where it closes, a square where it is new."""
    fill = {"open": INK, "full": "#b3261e", "closing": "#ffffff", "new": "#1d4f80"}[site.state]
    edge = "#b3261e" if site.state == "closing" else "#ffffff"
    told = titled(site.title or site.name)
    if site.state == "new":
        mark = element("rect", told, x=x - 4.5, y=y - 4.5, width=9.0, height=9.0)
    else:
        mark = element("circle", told, cx=x, cy=y, r=4.2)
    look = class_name(f"zone-school is-{site.state}")
    return element("g", mark, class_=look, fill=fill, stroke=edge, stroke_width=1.4, data_school=site.school_id)


def _names(spots: Sequence[Spot], plane: _Plane, most: int) -> tuple[list[str], list[Box]]:
    """Names of schools where they cover no other name and no other school's dot, in the order given."""
    dots = [(x - 5, y - 5, x + 5, y + 5) for _site, x, y in spots]
    taken = list(dots)
    written: list[str] = []
    for (site, x, y), own in zip(spots, dots, strict=True):
        for down in (y - 7, y + 15):
            box = _box(site.name, x, down)
            fits = box[0] > 0 and box[2] < plane.width and box[1] > 0 and plane.is_on(x, y)
            if fits and len(written) < most and not any(_meet(box, other) for other in taken if other != own):
                written.append(_word(site.name, x, down, 10.0, "middle"))
                taken.append(box)
                break
    return written, taken


def _place_names(ground: Neighbourhood, codes: Sequence[str], plane: _Plane, taken: list[Box]) -> list[str]:
    """Names of places, softer, where there is room beside the names of schools."""
    written = []
    named = {unit.place_id: unit.name for unit in ground.places}
    for code in codes:
        x, y = plane.at(*ground.shapes.plane.point(ground.shapes.points[code]))
        for down in (y + 4, y + 16, y - 8):
            box = _box(named[code], x, down)
            if not any(_meet(box, other) for other in taken):
                written.append(_word(named[code], x, down, 10.0, "middle", "#5a6472"))
                taken.append(box)
                break
    return written


def _box(name: str, x: float, base: float) -> Box:
    wide = sum(10.0 if ord(letter) > 0x2E7F else 5.6 for letter in name)
    return x - wide / 2 - 4, base - 12, x + wide / 2 + 4, base + 4


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _word(words: str, x: float, y: float, size: float, anchor: str, colour: str = INK) -> str:
    return element("text", text(words), x=x, y=y, font_size=size, font_family=FONTS, fill=colour, text_anchor=anchor)
