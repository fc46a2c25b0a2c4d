"""Who is next to whom: places that share a border, and links where the map has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jiaoheng.county import County
from jiaoheng.county.checks.polygons import Point
from jiaoheng.plans.graph import Neighbours, components, neighbours
from jiaoheng.plans.ground.shapes import Shapes, shapes
from jiaoheng.plans.ground.units import Unit, units

GAP = 0.02
"""Kilometres that two borders may lie apart, or overlap, and still be one."""
BORDER = 0.06
"""Kilometres of common border that make neighbours: corners that touch do not."""


class Neighbourhood(msgspec.Struct, frozen=True):
    """The places with a spot on the map, and which of them lie next to each other.

    ``near`` goes by places in ``places``. ``boundaries``: ``given`` by polygons, ``drawn`` as cells around points,
    ``partly`` drawn. ``islands`` share a border with nobody and were joined to the nearest place; ``links`` are all
    joins that were made so, so that the whole map hangs together. ``one_spot`` are sets of places with the same
    coordinates. ``unplaced`` have neither coordinates nor a polygon.
    """

    places: tuple[Unit, ...]
    near: Neighbours
    shapes: Shapes
    boundaries: str
    islands: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    one_spot: tuple[tuple[str, ...], ...]
    unplaced: tuple[Unit, ...]

    @property
    def index(self) -> Mapping[str, int]:
        """Where each place stands in the list."""
        return {unit.place_id: number for number, unit in enumerate(self.places)}

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every two neighbours once, by their codes."""
        return tuple(
            (self.places[one].place_id, self.places[other].place_id)
            for one, others in enumerate(self.near)
            for other in sorted(others)
            if one < other
        )


def neighbourhood(county: County) -> Neighbourhood:
    """The places of a county and their neighbours.

    Two places are neighbours where their borders run together, within ``GAP`` of each other, for ``BORDER`` at least
    (rook: not by a corner). What then lies apart is joined to the rest by its shortest link, the smallest part first.
    """
    every = units(county)
    ground = shapes(county, every)
    placed = tuple(unit for unit in every if unit.place_id in ground.areas)
    areas = [ground.areas[unit.place_id] for unit in placed]
    spots = _one_spot([ground.points[unit.place_id] for unit in placed])
    pairs = _bordering(areas)
    pairs += _sharing(spots, neighbours(len(placed), pairs))
    alone = [number for number, near in enumerate(neighbours(len(placed), pairs)) if not near]
    links = _links(areas, neighbours(len(placed), pairs))
    names = [unit.place_id for unit in placed]
    drawn = len(ground.drawn & set(names))
    return Neighbourhood(
        places=placed,
        near=neighbours(len(placed), [*pairs, *links]),
        shapes=ground,
        boundaries="given" if not drawn else "drawn" if drawn == len(placed) else "partly",
        islands=tuple(names[number] for number in alone) if len(placed) > 1 else (),
        links=tuple((names[one], names[other]) for one, other in links),
        one_spot=tuple(tuple(names[number] for number in spot) for spot in spots),
        unplaced=tuple(unit for unit in every if unit.place_id not in ground.areas),
    )


def _bordering(areas: Sequence[BaseGeometry]) -> list[tuple[int, int]]:
    """Pairs of areas whose borders run together for long enough."""
    if len(areas) < 2:
        return []
    plain = shapely.simplify(np.array(areas, dtype=object), GAP / 8)
    tree = shapely.STRtree(plain)
    ones, others = tree.query(plain, predicate="dwithin", distance=GAP)
    kept = ones < others
    ones, others = ones[kept], others[kept]
    edges = shapely.boundary(plain)
    reach = shapely.buffer(plain, GAP, quad_segs=2)
    # Prepared, a reach is looked at once for all that lie next to it.
    shapely.prepare(reach)
    there = shapely.length(shapely.intersection(edges[ones], reach[others]))
    back = shapely.length(shapely.intersection(edges[others], reach[ones]))
    wide = np.maximum(there, back) >= BORDER
    return sorted(zip(ones[wide].tolist(), others[wide].tolist(), strict=True))


def _one_spot(points: Sequence[Point]) -> list[tuple[int, ...]]:
    spots: dict[tuple[float, float], list[int]] = {}
    for number, (lon, lat) in enumerate(points):
        spots.setdefault((round(lon, 6), round(lat, 6)), []).append(number)
    return [tuple(members) for members in spots.values() if len(members) > 1]


def _sharing(spots: Iterable[Sequence[int]], near: Neighbours) -> list[tuple[int, int]]:
    """Places on one spot are neighbours of each other and of each other's neighbours: no cell tells them apart."""
    found = []
    for members in spots:
        around = set(members).union(*(near[member] for member in members))
        found += [(one, other) for one in members for other in sorted(around) if one != other]
    return found


def _links(areas: Sequence[BaseGeometry], near: Neighbours) -> list[tuple[int, int]]:
    """The shortest links that join all pieces of the map, the smallest piece to what is nearest to it first."""
    pieces = [set(piece) for piece in components(range(len(areas)), near)]
    links = []
    while len(pieces) > 1:
        pieces.sort(key=lambda piece: (len(piece), min(piece)))
        piece = pieces.pop(0)
        rest = [number for other in pieces for number in sorted(other)]
        tree = shapely.STRtree([areas[number] for number in rest])
        own = sorted(piece)
        (ones, others), away = tree.query_nearest(
            np.array([areas[number] for number in own], dtype=object), return_distance=True
        )
        best = min(range(len(away)), key=lambda at: (away[at], own[ones[at]], rest[others[at]]))
        one, other = own[ones[best]], rest[others[best]]
        links.append((one, other))
        home = next(each for each in pieces if other in each)
        home |= piece
    return sorted((min(link), max(link)) for link in links)
