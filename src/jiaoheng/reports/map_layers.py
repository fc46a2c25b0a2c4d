"""What lies on a map, from the ground up: land, schools, names, the magnified part, the scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from jiaoheng.county.checks.polygons import Point
from jiaoheng.findings.assessment import Status
from jiaoheng.language import Language
from jiaoheng.reports import labels
from jiaoheng.reports.crowding import Placed
from jiaoheng.reports.land import Box, Plane, Shape, outline
from jiaoheng.reports.palette import FAINT, FILL, FONTS, GROUND, INK, LINE, STROKE
from jiaoheng.reports.svg import Attribute, address, class_name, element, text, titled
from jiaoheng.reports.words import STATUSES, say

Link = Callable[[str], str]
_OUTLINES = {"village": (FAINT, 0.5), "town": (LINE, 0.8), "county": (INK, 1.3)}
_SMALL = 2.0
_HALO: dict[str, Attribute] = {
    "stroke": "#ffffff",
    "stroke_width": 3.0,
    "stroke_linejoin": "round",
    "paint_order": "stroke",
}


class Mark(msgspec.Struct, frozen=True):
    """A school on a map: what is said of it, how it stands, and its pupils, which give its size."""

    title: str
    status: Status
    pupils: float | None = None


class Dot(msgspec.Struct, frozen=True):
    """A school's mark where it lies, and the radius of its dot in pixels."""

    school_id: str
    lon: float
    lat: float
    radius: float
    mark: Mark


def spots(dots: Iterable[Dot], ground: Plane) -> list[Placed]:
    """Where the dots are on the plane."""
    return [(*ground.at(dot.lon, dot.lat), dot.radius) for dot in dots]


def land_layer(land: Sequence[Shape], ground: Plane, fills: Mapping[str, str], window: Box | None = None) -> str:
    """Outlines, villages under towns under the county; filled only where a class says so."""
    order = {"village": 0, "town": 1, "county": 2}
    drawn = []
    for shape in sorted(land, key=lambda shape: order.get(shape.level, 1)):
        path = outline(shape, ground, window)
        if not path:
            continue
        level = shape.level if shape.level in _OUTLINES else "town"
        stroke, thick = _OUTLINES[level]
        fill = fills.get(shape.place_id)
        names = class_name(f"map-{level}" + (f" {fill}" if fill else ""))
        title = [titled(shape.name)] if fill else []
        plain = GROUND if fill else "none"
        drawn.append(element("path", *title, d=path, class_=names, fill=plain, stroke=stroke, stroke_width=thick))
    return element("g", *drawn, class_="map-land", stroke_linejoin="round", fill_rule="evenodd")


def school_layer(dots: Sequence[Dot], ground: Plane, link: Link | None) -> str:
    """Dots with their titles, behind each the link; large ones below small ones, good ones below bad ones."""
    order = sorted(dots, key=lambda dot: (-dot.radius, STATUSES.index(dot.mark.status), dot.school_id))
    drawn = []
    for dot in order:
        x, y = ground.at(dot.lon, dot.lat)
        inner = titled(dot.mark.title), element("circle", cx=x, cy=y, r=dot.radius)
        look = _look(dot.mark.status)
        if link is None:
            drawn.append(element("g", *inner, **look))
        else:
            drawn.append(element("a", *inner, href=address(link(dot.school_id)), **look))
    return element("g", *drawn, class_="map-schools", fill_opacity=0.9)


def small_layer(dots: Sequence[Dot], ground: Plane) -> str:
    """The dots that the magnified part shows, as points without title or link: each school is met once."""
    drawn = []
    for status in STATUSES:
        own = [ground.at(dot.lon, dot.lat) for dot in dots if dot.mark.status == status]
        circles = [element("circle", cx=x, cy=y, r=_SMALL) for x, y in own]
        drawn += [element("g", *circles, **_look(status))] if circles else []
    return element("g", *drawn, class_="map-points", aria_hidden="true")


def name_layer(towns: Iterable[tuple[str, Point]], placed: Sequence[Placed], taken: Sequence[Box], room: Box) -> str:
    """Names of towns where they hide least."""
    written = [
        element("text", text(label.name), x=label.x, y=label.y) for label in labels.place(towns, placed, taken, room)
    ]
    return element(
        "g",
        *written,
        class_="map-names",
        text_anchor="middle",
        font_size=labels.SIZE,
        font_family=FONTS,
        fill=INK,
        pointer_events="none",
        **_HALO,
    )


def inset_layer(content: Sequence[str], window: Box, box: Box, times: float, language: Language) -> str:
    """The magnified part in its box, a frame around what it magnifies, and a line between the two."""
    side = box[2] - box[0]
    size = {"width": side, "height": side}
    title = element(
        "text",
        text(say("map_inset", language, times=f"{times:.1f}".removesuffix(".0"))),
        x=6.0,
        y=14.0,
        font_size=labels.SIZE,
        font_family=FONTS,
        fill=INK,
        **_HALO,
    )
    ground = element("rect", **size, fill="#ffffff")
    edge = element("rect", **size, fill="none", stroke=INK, stroke_width=1.6)
    framed = {"x": window[0], "y": window[1], "width": window[2] - window[0], "height": window[3] - window[1]}
    frame = element("rect", **framed, fill="none", stroke=INK, stroke_width=1.0)
    start, end = _nearest(window, box)
    lead = element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=INK, stroke_width=0.8)
    viewbox = f"0 0 {side:.1f} {side:.1f}"
    inner = element("svg", ground, *content, title, edge, x=box[0], y=box[1], viewbox=viewbox, **size)
    return element("g", frame, lead, inner, class_="map-inset")


def scale_bar(ground: Plane, left: float, base: float, language: Language) -> str:
    """A round number of kilometres, at most a quarter of the map long, on the base line."""
    most = ground.size[0] / 4 / ground.pixels_per_km
    km = next((km for km in (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2) if km <= most), 0.1)
    long = km * ground.pixels_per_km
    path = f"M{left:.1f} {base - 5:.1f}v5h{long:.1f}v-5"
    line = element("path", d=path, fill="none", stroke=INK, stroke_width=1.0)
    words = element(
        "text",
        text(say("map_scale", language, km=f"{km:g}")),
        x=left + long + 5,
        y=base,
        font_size=10.0,
        font_family=FONTS,
        fill=INK,
    )
    return element("g", line, words, class_="map-scale")


def _look(status: Status) -> dict[str, Attribute]:
    thick = 1.4 if status in ("floor", "unknown") else 0.8
    return {"class_": f"is-{status}", "fill": FILL[status], "stroke": STROKE[status], "stroke_width": thick}


def _nearest(one: Box, other: Box) -> tuple[Point, Point]:
    """The corners of two boxes that lie nearest to each other."""
    corners = [[(box[across], box[down]) for across in (0, 2) for down in (1, 3)] for box in (one, other)]
    pairs = [(start, end) for start in corners[0] for end in corners[1]]
    return min(pairs, key=lambda pair: (pair[0][0] - pair[1][0]) ** 2 + (pair[0][1] - pair[1][1]) ** 2)
