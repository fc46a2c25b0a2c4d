"""The order in which a site's area can grow outwards: a rule under which areas are in one piece from the start."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Set

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import Neighbours


def outwards(
    length: NDArray[np.float64], homes: Iterable[int], units: Set[int], near: Neighbours
) -> dict[int, frozenset[int]]:
    """For each unit of ``units`` but the homes, its neighbours that come before it from the homes outwards.

    ``length`` (units,) says what is far. Each unit has one at least, so areas in which every unit has one of these with
    it are in one piece; not every area in one piece is of this kind.
    """
    queue = [(0.0, home) for home in homes if home in units]
    heapq.heapify(queue)
    place: dict[int, int] = {}
    before: dict[int, frozenset[int]] = {}
    while queue:
        far, unit = heapq.heappop(queue)
        if unit in place:
            continue
        place[unit] = len(place)
        if far > 0 or unit not in homes:
            before[unit] = frozenset(other for other in near[unit] if other in place)
        for other in near[unit]:
            if other in units and other not in place:
                heapq.heappush(queue, (max(float(length[other]), 0.0), other))
    return before
