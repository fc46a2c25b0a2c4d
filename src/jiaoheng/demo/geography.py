"""Towns, villages and their boundaries.

Town centres lie on a jittered lattice, eighteen inside and the rest outside as ghosts. A town's land is its
Voronoi cell; each border between two cells is roughened once and used by both, so the towns tile the county
without gaps or overlaps and the county's outline is the border between towns and ghosts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from jiaoheng.demo import names
from jiaoheng.demo.draws import Draws

COUNTY_CODE = "410999"
TOWNS = 18
VILLAGES = 260
_SEAT_VILLAGES = 24

Point = tuple[float, float]

_SPACING = 9.6  # km between town centres
_REACH = 6  # rows and columns of the lattice on either side of the middle
_CENTRE = (113.42, 34.51)
_KM_PER_DEGREE = (91.74, 111.2)  # of longitude and latitude at this latitude
_ROUGHNESS = (0.11, 0.10, 0.08, 0.06)  # how far the middle of a border moves, as a share of its length


class Place(msgspec.Struct, frozen=True):
    """A village or community. ``town`` counts from 0, the seat; ``x`` and ``y`` are km from the middle.

    ``remoteness`` runs from 0 in the county seat to 1 in the farthest hills; a ``hub`` is a town's centre.
    """

    id: str
    name: str
    town: int
    x: float
    y: float
    lon: float
    lat: float
    remoteness: float
    urban: bool = False
    hub: bool = False


class Town(msgspec.Struct, frozen=True):
    """A town with its centre and the ring of its boundary (lon, lat; closed, anticlockwise)."""

    id: str
    name: str
    x: float
    y: float
    lon: float
    lat: float
    remoteness: float
    ring: tuple[Point, ...]

    @property
    def market(self) -> bool:
        """Whether it is a town (镇) rather than a township (乡)."""
        return self.name.endswith("镇")


class Geography(msgspec.Struct, frozen=True):
    """The county's towns, the seat first, its villages by town, and its outline."""

    towns: tuple[Town, ...]
    places: tuple[Place, ...]
    outline: tuple[Point, ...]


def draw(seed: int) -> Geography:
    """The county's geography."""
    sites = _sites(Draws(seed, "sites"))
    rings, outline = _rings(seed, sites)
    towns = _towns(sites, rings)
    return Geography(towns, _places(Draws(seed, "villages"), towns), outline)


def boundaries(geography: Geography) -> dict[str, Any]:
    """The county and its towns as a GeoJSON FeatureCollection whose features carry ``place_id``."""
    shapes = [(COUNTY_CODE, names.COUNTY, "county", geography.outline)]
    shapes += [(town.id, town.name, "town", town.ring) for town in geography.towns]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"place_id": place_id, "name": name, "level": level},
                "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
            }
            for place_id, name, level, ring in shapes
        ],
    }


def degrees(x: float, y: float) -> Point:
    """Longitude and latitude of a point given in km from the middle of the county."""
    return round(_CENTRE[0] + x / _KM_PER_DEGREE[0], 5), round(_CENTRE[1] + y / _KM_PER_DEGREE[1], 5)


def kilometres(one: Place | Town, other: Place | Town) -> float:
    """Straight distance between two places."""
    return math.sqrt((one.x - other.x) * (one.x - other.x) + (one.y - other.y) * (one.y - other.y))


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a point lies within a closed ring."""
    x, y = point
    within = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            within = not within
    return within


def _sites(draws: Draws) -> list[Point]:
    """Town centres (the seat first, then outwards), followed by ghosts."""
    points = []
    for row in range(-_REACH, _REACH + 1):
        for column in range(-_REACH, _REACH + 1):
            x = _SPACING * (column + (0.5 if row % 2 else 0.0) + draws.between(-0.24, 0.24))
            y = _SPACING * (0.87 * row + draws.between(-0.24, 0.24))
            skew = 0.8 * x * x + 1.15 * y * y + 0.35 * x * y
            points.append((skew * draws.between(0.88, 1.12), (x, y)))
    points.sort()
    seat = min(
        (point for _, point in points[:TOWNS]),
        key=lambda p: (p[0] - 3) * (p[0] - 3) + (p[1] + 4) * (p[1] + 4),
    )
    towns = sorted((point for _, point in points[:TOWNS]), key=lambda point: _hardship(point, seat))
    return towns + [point for _, point in points[TOWNS:]]


def _hardship(point: Point, seat: Point) -> float:
    """Distance from the seat in km, lengthened towards the hills in the north-west."""
    east, north = point[0] - seat[0], point[1] - seat[1]
    return math.sqrt(east * east + north * north) * (1.15 if north > east else 0.95)


def _rings(seed: int, sites: list[Point]) -> tuple[list[tuple[Point, ...]], tuple[Point, ...]]:
    """The boundary of each town and of the county."""
    corners: dict[tuple[int, ...], Point] = {}
    borders: dict[tuple[int, int], list[Point]] = {}
    outer: dict[tuple[int, ...], tuple[tuple[int, ...], list[Point]]] = {}
    rings = []
    for town in range(TOWNS):
        cell = _cell(town, sites)
        keys = []
        for position, (corner, neighbour) in enumerate(cell):
            key = tuple(sorted((town, cell[position - 1][1], neighbour)))
            corners.setdefault(key, corner)
            keys.append(key)
        ring: list[Point] = []
        for position, (_, neighbour) in enumerate(cell):
            start, end = keys[position], keys[(position + 1) % len(keys)]
            pair = (min(town, neighbour), max(town, neighbour))
            if pair not in borders:
                low, high = sorted((start, end))
                borders[pair] = _rough(Draws(seed, f"border {pair}"), corners[low], corners[high])
            path = borders[pair] if start < end else borders[pair][::-1]
            ring += path[:-1]
            if neighbour >= TOWNS:
                outer[start] = (end, path[:-1])
        rings.append((*ring, ring[0]))
    return rings, _chained(outer)


def _cell(own: int, sites: list[Point]) -> list[tuple[Point, int]]:
    """The Voronoi cell of a site, anticlockwise: corners, each with the site beyond the edge after it."""
    x0, y0 = sites[own]
    far = _SPACING * 4
    cell = [
        ((x0 - far, y0 - far), -1),
        ((x0 + far, y0 - far), -2),
        ((x0 + far, y0 + far), -3),
        ((x0 - far, y0 + far), -4),
    ]
    for other, (x1, y1) in enumerate(sites):
        if other != own:
            cell = _clipped(cell, other, (x1 - x0, y1 - y0), ((x1 * x1 - x0 * x0) + (y1 * y1 - y0 * y0)) / 2)
    return cell


def _clipped(cell: list[tuple[Point, int]], other: int, normal: Point, offset: float) -> list[tuple[Point, int]]:
    """The part of a convex cell on the near side of a line, whose edge is labelled ``other``."""
    sides = [corner[0] * normal[0] + corner[1] * normal[1] - offset for corner, _ in cell]
    if max(sides) <= 0:
        return cell
    kept = []
    for position, (corner, label) in enumerate(cell):
        following = (position + 1) % len(cell)
        here, there = sides[position], sides[following]
        if here <= 0:
            kept.append((corner, label))
        if (here <= 0) != (there <= 0):
            share = here / (here - there)
            end = cell[following][0]
            cut = (corner[0] + share * (end[0] - corner[0]), corner[1] + share * (end[1] - corner[1]))
            kept.append((cut, other if here <= 0 else label))
    return kept


def _rough(draws: Draws, start: Point, end: Point) -> list[Point]:
    """A border from start to end in degrees, its middles moved aside again and again."""
    path = [start, end]
    for share in _ROUGHNESS:
        finer = [path[0]]
        for (x1, y1), (x2, y2) in pairwise(path):
            aside = draws.between(-share, share)
            finer += [((x1 + x2) / 2 - aside * (y2 - y1), (y1 + y2) / 2 + aside * (x2 - x1)), (x2, y2)]
        path = finer
    return [degrees(x, y) for x, y in path]


def _chained(outer: dict[tuple[int, ...], tuple[tuple[int, ...], list[Point]]]) -> tuple[Point, ...]:
    """The outline from its pieces, each known by the corner where it starts.

    Raises ``ValueError`` where the towns do not form one piece of land without holes.
    """
    first = next(iter(outer))
    corner, outline, used = first, [], 0
    while True:
        following, path = outer[corner]
        outline += path
        used += 1
        if following == first:
            break
        corner = following
    if used != len(outer):
        raise ValueError("this seed gives a county of several pieces: take another seed")
    return (*outline, outline[0])


def _towns(sites: list[Point], rings: list[tuple[Point, ...]]) -> tuple[Town, ...]:
    farthest = max(_hardship(site, sites[0]) for site in sites[:TOWNS])
    towns = []
    codes = {"镇": 100, "乡": 200}
    for position, name in enumerate((names.SEAT_TOWN, *names.TOWNS)):
        x, y = sites[position]
        code = codes[name[-1]]
        codes[name[-1]] += 1
        remoteness = 0.1 + 0.9 * _hardship(sites[position], sites[0]) / farthest if position else 0.0
        towns.append(Town(f"{COUNTY_CODE}{code}", name, x, y, *degrees(x, y), remoteness, rings[position]))
    return tuple(towns)


def _places(draws: Draws, towns: tuple[Town, ...]) -> tuple[Place, ...]:
    """Communities and villages, town by town: 24 round the seat, the rest shared out over the other towns."""
    shares = [draws.between(0.8, 1.5) * (1.25 - 0.5 * town.remoteness) for town in towns[1:]]
    counts = [_SEAT_VILLAGES, *draws.split(VILLAGES - _SEAT_VILLAGES, shares)]
    called = iter(names.villages(draws, VILLAGES))
    places: list[Place] = []
    for index, (town, count) in enumerate(zip(towns, counts, strict=True)):
        own: list[Place] = []
        settled = 0  # villages proper, whose codes count from 200
        for position in range(count):
            urban, hub = index == 0 and position < len(names.COMMUNITIES), position == 0
            community = urban or (hub and town.market)
            name = names.COMMUNITIES[position] if urban else town.name[:-1] if hub else next(called)
            number = position + 1 if community else 200 + settled
            settled += not community
            x, y = (town.x, town.y) if hub else _spot(draws, town, own, urban)
            own.append(
                Place(
                    id=f"{town.id}{number:03d}",
                    name=f"{name}{'社区' if community else '村'}",
                    town=index,
                    x=x,
                    y=y,
                    lon=degrees(x, y)[0],
                    lat=degrees(x, y)[1],
                    remoteness=_remoteness(town, x, y, urban),
                    urban=urban,
                    hub=hub,
                )
            )
        places += own
    return tuple(places)


def _remoteness(town: Town, x: float, y: float, urban: bool) -> float:
    if urban:
        return 0.0
    away = math.sqrt((x - town.x) * (x - town.x) + (y - town.y) * (y - town.y))
    return round(min(1.0, 0.9 * town.remoteness + 0.03 + 0.025 * away), 3)


def _spot(draws: Draws, town: Town, others: list[Place], urban: bool) -> Point:
    """A free spot inside the town, as far from the others as a few dozen tries allow."""
    reach, apart = (1.9, 0.55) if urban else (_SPACING * 0.85, 1.6)
    best, room = (town.x, town.y), -1.0
    for _ in range(60):
        x, y = town.x + draws.between(-reach, reach), town.y + draws.between(-reach, reach)
        if not inside(degrees(x, y), town.ring):
            continue
        nearest = min(math.sqrt((x - p.x) * (x - p.x) + (y - p.y) * (y - p.y)) for p in others)
        if nearest >= apart:
            return x, y
        if nearest > room:
            best, room = (x, y), nearest
    return best
