"""Where a map's dots cover one another, and where there is room to show that part again, larger."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from jiaoheng.reports.land import Box, Plane, Shape, land_share, meet

Placed = tuple[float, float, float]
"""A dot in pixels: x, y, radius."""
_FEWEST_PAIRS = 6
_WINDOW = 0.17
_INSET = 0.36
_MOST_LAND = 0.12
_NARROW = 460.0
MARGIN = 8.0
BELOW = 28.0


def crowded(dots: Sequence[Placed], size: float) -> list[int]:
    """The dots that cover one another in the most crowded part of a map of this size, by number; none where few do.

    A part is a square of a sixth of the map; two dots cover one another when their middles are nearer than four
    fifths of their radii together.
    """
    reach = size * _WINDOW / 2
    pairs = [(one, other) for one, other in combinations(range(len(dots)), 2) if _cover(dots[one], dots[other])]
    best: list[tuple[int, int]] = []
    for x, y, _ in dots:
        near = {index for index, dot in enumerate(dots) if max(abs(dot[0] - x), abs(dot[1] - y)) <= reach}
        best = max(best, [pair for pair in pairs if near.issuperset(pair)], key=len)
    return sorted({index for pair in best for index in pair}) if len(best) >= _FEWEST_PAIRS else []


def square_around(dots: Sequence[Placed], among: Sequence[Placed]) -> Box:
    """The square in pixels around dots, grown until its edge cuts none of those they are among."""
    within = list(dots)
    while True:
        square = _square(within)
        cut = [dot for dot in among if dot not in within and meet(square, _around(dot))]
        if not cut:
            return square
        within += cut


def _square(dots: Sequence[Placed]) -> Box:
    lefts, tops, rights, bottoms = zip(*map(_around, dots), strict=True)
    left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    half = max(right - left, bottom - top) / 2 + 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - half, y - half, x + half, y + half


def _around(dot: Placed) -> Box:
    x, y, radius = dot
    return x - radius, y - radius, x + radius, y + radius


def inset_box(dots: Sequence[Placed], land: Sequence[Shape], ground: Plane, room: Box) -> Box | None:
    """The corner of the room where a magnified part covers no dot and little land; None where there is none."""
    side = min(room[2] - room[0], room[3] - room[1]) * _INSET
    around = [_around(dot) for dot in dots]
    found = []
    for left in (room[0], room[2] - side):
        for top in (room[1], room[3] - side):
            box = left, top, left + side, top + side
            if not any(meet(box, dot) for dot in around):
                found.append((land_share(land, ground, box), box))
    share, box = min(found, default=(1.0, room))
    return box if share <= _MOST_LAND else None


def beside(room: Box) -> Box:
    """A place for it to the right of the room; below a room as narrow as a telephone."""
    if room[2] - room[0] < _NARROW:
        side, top = 0.75 * (room[2] - room[0]), room[3] + BELOW
        return room[0], top, room[0] + side, top + side
    side = min(room[2] - room[0], room[3] - room[1]) * _INSET * 1.25
    left = room[2] + MARGIN
    return left, room[1], left + side, room[1] + side


def _cover(one: Placed, other: Placed) -> bool:
    return math.hypot(one[0] - other[0], one[1] - other[1]) < 0.8 * (one[2] + other[2])
