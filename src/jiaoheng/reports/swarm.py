"""Dots along a line without covering one another: each at its own value, pushed up or down as far as it must."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

_RADII = (2.5, 2.1, 1.7)


class Spot(msgspec.Struct, frozen=True):
    """A dot's place and size in pixels."""

    x: float
    y: float
    radius: float


def swarm(along: Sequence[float], height: float) -> list[Spot]:
    """A spot for each place along the line, in the order given, within the height.

    The largest dots that fit are taken. Where even the smallest do not, those left over cover others, spread evenly
    over the height. The same places give the same spots, in whatever order they come.
    """
    for radius in _RADII:
        spots = _placed(along, height, radius, crowded=False)
        if spots is not None:
            return spots
    return _placed(along, height, _RADII[-1], crowded=True) or []


def _placed(along: Sequence[float], height: float, radius: float, crowded: bool) -> list[Spot] | None:
    """Spots of one size; None where some find no room, unless it is crowded."""
    rows = _rows(height, radius)
    done: list[Spot] = []
    found: dict[int, Spot] = {}
    for index in sorted(range(len(along)), key=lambda index: (along[index], index)):
        x = along[index]
        near = [spot for spot in done if x - spot.x < 2 * radius]
        y = next((row for row in rows if all(_apart(x, row, spot, radius) for spot in near)), None)
        if y is None:
            if not crowded:
                return None
            y = rows[len(near) % len(rows)]
        found[index] = Spot(x, y, radius)
        done = [*near, found[index]]
    return [found[index] for index in range(len(along))]


def _rows(height: float, radius: float) -> list[float]:
    """Heights to try: the middle, then a little down, a little up, and so on to the edges."""
    step = radius / 2
    most = math.floor((height / 2 - radius - 0.5) / step)
    return [height / 2 + way * step * row for row in range(most + 1) for way in ((1, -1) if row else (1,))]


def _apart(x: float, y: float, spot: Spot, radius: float) -> bool:
    return math.hypot(x - spot.x, y - spot.y) >= 2 * radius + 0.2
