"""The question of sites as plain numbers: which to open, and which unit goes to which."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import ZoneProblem, ZoneSolution


class SitingProblem(msgspec.Struct, frozen=True):
    """Sites may be opened at a cost; units go wholly to open ones.

    ``zones`` is the question of areas were all sites open; a site without anybody need not be open, and with contiguity
    an open site serves the units that it stands in. ``fixed`` (sites,) is the cost of opening each, ``must`` those that
    are open in any case, ``at_most_one`` sets of sites of which one at most may be open (ways to run one school),
    ``exactly`` how many must be open (p-median), None for any number.
    """

    zones: ZoneProblem
    fixed: NDArray[np.float64]
    must: NDArray[np.bool_]
    at_most_one: tuple[tuple[int, ...], ...] = ()
    exactly: int | None = None


class SitingSolution(msgspec.Struct, frozen=True):
    """``zones`` with value and bound of both costs together, and the open sites, by their places in the list."""

    zones: ZoneSolution
    open: tuple[int, ...]
