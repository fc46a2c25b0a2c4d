"""Names on a map, none over another: each where it hides least, the important ones first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from jiaoheng.county.checks.polygons import Point
from jiaoheng.reports.land import Box, meet
from jiaoheng.sources.workbook_guide import display_width

SIZE = 11.0
_TRIED = tuple(
    (dx, dy)
    for reach in (0, 1, 2, 3)
    for dx in range(-reach, reach + 1)
    for dy in range(-reach, reach + 1)
    if max(abs(dx), abs(dy)) == reach
)
_STEP = (18.0, 9.0)


class Label(msgspec.Struct, frozen=True):
    """A name and where the middle of its base line stands."""

    name: str
    x: float
    y: float


def place(
    names: Iterable[tuple[str, Point]], dots: Sequence[tuple[float, float, float]], taken: Sequence[Box], room: Box
) -> list[Label]:
    """Labels for names at points, the first with the first choice.

    ``dots`` (x, y, radius) are covered as little as can be, ``taken`` boxes and other labels never; ``room`` is not
    left. A name that finds no place is left out.
    """
    labels, full = [], list(taken)
    for name, (x, y) in names:
        half = display_width(name) * SIZE / 4 + 1
        found = None
        for dx, dy in _TRIED:
            middle = x + dx * _STEP[0], y + dy * _STEP[1]
            box = middle[0] - half, middle[1] - SIZE / 2 - 1, middle[0] + half, middle[1] + SIZE / 2 + 1
            if not _inside(box, room) or any(meet(box, other) for other in full):
                continue
            cost = 3 * sum(_touch(box, dot) for dot in dots) + max(abs(dx), abs(dy)) + 0.1 * (abs(dx) + abs(dy))
            if found is None or cost < found[0]:
                found = cost, middle, box
        if found:
            _, middle, box = found
            labels.append(Label(name, middle[0], middle[1] + SIZE * 0.36))
            full.append(box)
    return labels


def _inside(box: Box, room: Box) -> bool:
    return room[0] <= box[0] and room[1] <= box[1] and box[2] <= room[2] and box[3] <= room[3]


def _touch(box: Box, dot: tuple[float, float, float]) -> bool:
    x, y, radius = dot
    return box[0] - radius < x < box[2] + radius and box[1] - radius < y < box[3] + radius
