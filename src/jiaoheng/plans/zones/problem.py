"""The question of catchments as plain numbers: every unit wholly to one site, in one piece, within capacity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import Neighbours

Status = Literal["optimal", "feasible", "infeasible", "unfinished"]


class ZoneProblem(msgspec.Struct, frozen=True):
    """``units`` units and ``sites`` sites.

    ``demand`` is (cases, units): pupils of each unit in each case (a forecast year, or a variant); the capacity
    (sites,) holds in every case. ``cost`` is (units, sites): of giving the whole unit to the site, ``inf`` where it may
    not be. ``homes`` are the units that a site stands in (of a group of schools there are several): each piece of its
    area must hold one of them; with ``near`` None areas may be in pieces.
    """

    demand: NDArray[np.float64]
    cost: NDArray[np.float64]
    capacity: NDArray[np.float64]
    homes: tuple[tuple[int, ...], ...]
    near: Neighbours | None

    @property
    def units(self) -> int:
        """How many units there are."""
        return int(self.cost.shape[0])

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return int(self.cost.shape[1])


class ZoneSolution(msgspec.Struct, frozen=True):
    """What was found. ``assignment`` is the site of each unit, None where there is no plan.

    ``value`` is its cost, ``bound`` what no plan can be below. ``extra`` (sites,) is the capacity that is lacking: all
    zero in a plan; where it is proven that no plan exists, the smallest sum with which there is one, which
    ``assignment`` then uses.
    """

    status: Status
    assignment: NDArray[np.int64] | None
    value: float | None
    bound: float | None
    extra: NDArray[np.float64]
    seconds: float
    solver: str

    @property
    def gap(self) -> float | None:
        """(value - bound) / value; None where either is missing."""
        if self.value is None or self.bound is None:
            return None
        return max(0.0, self.value - self.bound) / abs(self.value) if self.value else 0.0


Told = Callable[[float, Mapping[str, Any]], None]
"""Progress: the part done (0 to 1) and what is known: ``phase``, ``objective``, ``bound``."""
