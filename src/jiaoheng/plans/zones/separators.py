"""Sets of units that part a unit from its site, and the inequalities they give.

A unit can belong to a site only if every set of units that parts it from the site's homes has one that belongs there
too: x[unit, site] ≤ Σ x[k, site] over the set. Over all such sets these say exactly that areas hang together. (Carvajal
et al. 2013; Validi, Buchanan, Lykhovyd 2022.)
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import Neighbours, components

LITTLE = 1e-6


class Cut(msgspec.Struct, frozen=True):
    """x[unit, site] ≤ Σ x[k, site] for k in ``parting``; with none of these the unit cannot belong to the site."""

    unit: int
    site: int
    parting: tuple[int, ...]


class Reach:
    """Where each site's area could lie: the units it may have, and those of them that are its homes."""

    def __init__(self, allowed: NDArray[np.bool_], homes: Sequence[Sequence[int]], near: Neighbours) -> None:
        self.near = near
        self.may: list[set[int]] = [set(np.flatnonzero(each).tolist()) for each in allowed.T]
        self.homes = [[home for home in own if home in self.may[site]] for site, own in enumerate(homes)]

    def hanging(self, site: int, members: set[int]) -> set[int]:
        """Those of the members that hang together with a home of the site that is a member."""
        return spread(self.near, (home for home in self.homes[site] if home in members), members)

    def prune(self) -> NDArray[np.bool_]:
        """Take out units that no path of units a site may have joins to it; what each site may have then."""
        allowed = np.zeros((len(self.near), len(self.may)), dtype=bool)
        for site, may in enumerate(self.may):
            self.may[site] = self.hanging(site, may)
            self.homes[site] = [home for home in self.homes[site] if home in self.may[site]]
            allowed[list(self.may[site]), site] = True
        return allowed


def spread(near: Neighbours, starts: Iterable[int], among: set[int]) -> set[int]:
    """All units that hang together with the starts by units of ``among``."""
    found = set(starts)
    border = list(found)
    while border:
        more = near[border.pop()] & among
        more = more - found
        found |= more
        border += more
    return found


def _beside(near: Neighbours, inside: set[int], may: set[int]) -> set[int]:
    found: set[int] = set()
    for unit in inside:
        found |= near[unit]
    return (found & may) - inside


def of_plan(assignment: Sequence[int], reach: Reach) -> list[Cut]:
    """Inequalities that a plan breaks: of each stranded piece, the sets nearest to it and nearest to the site."""
    areas: dict[int, set[int]] = {}
    for unit, site in enumerate(assignment):
        areas.setdefault(int(site), set()).add(unit)
    cuts = []
    for site, members in areas.items():
        may = reach.may[site]
        joined = reach.hanging(site, members)
        homes = set(reach.homes[site]) - joined
        at_site = _beside(reach.near, joined, may) | homes
        for piece in components(members - joined, reach.near):
            cuts += _of_piece(piece, site, at_site, reach)
    return cuts


def _of_piece(piece: frozenset[int], site: int, at_site: set[int], reach: Reach) -> list[Cut]:
    may, near = reach.may[site], reach.near
    # Nearest to the site: of the units beside its part, those that the piece comes to without another of them.
    around = spread(near, piece, may - at_site)
    far = _beside(near, around, may) & at_site
    # Nearest to the piece: of the units beside it, those that the site comes to without another of them.
    beside = _beside(near, set(piece), may) | (set(piece) & set(reach.homes[site]))
    starts = [home for home in reach.homes[site] if home not in beside]
    side = spread(near, starts, may - beside)
    close = (_beside(near, side, may) & beside) | {home for home in reach.homes[site] if home in beside}
    sets = {tuple(sorted(far)), tuple(sorted(close))}
    return [Cut(unit, site, parting) for parting in sorted(sets) for unit in sorted(piece)]


def neighbour_cuts(
    allowed: NDArray[np.bool_], reach: Reach, sites: Sequence[int], order: NDArray[np.float64] | None = None
) -> list[Cut]:
    """Of each allowed pair, that a unit beside must belong to the site too; where one surely does, nothing.

    With ``order`` (units, sites) it must be one nearer by that order: then areas surely hang together, but some
    contiguous plans are left out.
    """
    forced = allowed.sum(axis=1) == 1
    cuts = []
    for site in sites:
        homes, may = set(reach.homes[site]), allowed[:, site]
        for unit in np.flatnonzero(may).tolist():
            parting = sorted(other for other in reach.near[unit] if may[other])
            if order is not None:
                parting = [other for other in parting if order[other, site] < order[unit, site]]
            if unit not in homes and not any(forced[other] for other in parting):
                cuts.append(Cut(unit, site, tuple(parting)))
    return cuts


def of_point(values: NDArray[np.float64], reach: Reach, least: float = 0.02) -> list[Cut]:
    """Inequalities that a fractional point (units, sites) breaks by at least ``least``."""
    cuts: list[Cut] = []
    for site in range(values.shape[1]):
        cuts += _of_site(values[:, site], site, reach, least)
    return cuts


def _of_site(weights: NDArray[np.float64], site: int, reach: Reach, least: float) -> list[Cut]:
    near, may = reach.near, reach.may[site]
    full = {int(unit) for unit in np.flatnonzero(weights > 1 - LITTLE)} & may
    core = reach.hanging(site, full)
    part = {int(unit) for unit in np.flatnonzero(weights > LITTLE)} & may
    cuts = []
    done: set[int] = set()
    homes = set(reach.homes[site])
    for unit in sorted(part - core, key=lambda one: (-weights[one], one)):
        if unit in done or unit in homes or near[unit] & core:
            continue
        flow = _Flow(unit, core, homes - core, weights, near, may, part)
        if flow.most(float(weights[unit]) - least) >= weights[unit] - least:
            continue
        for parting, behind in (flow.at_site(), flow.at_unit()):
            total = sum(weights[k] for k in parting)
            for other in sorted(behind & part):
                if weights[other] > total + least:
                    cuts.append(Cut(other, site, parting))
                    done.add(other)
    return cuts


class _Flow:
    """Most that can flow from the core and the homes to a unit through units with their values as capacity."""

    def __init__(
        self,
        unit: int,
        core: set[int],
        homes: set[int],
        weights: NDArray[np.float64],
        near: Neighbours,
        may: set[int],
        part: set[int],
    ) -> None:
        self.unit, self.core, self.homes = unit, core, homes
        self.near, self.may, self.part = near, may, part
        self.left = {one: float(weights[one]) for one in part}
        self.along: dict[tuple[int, int], float] = {}
        self.through: dict[int, float] = dict.fromkeys(part, 0.0)

    def most(self, enough: float) -> float:
        """The flow, or more than ``enough`` where it comes to that."""
        total = 0.0
        while total < enough:
            path = self._path()
            if path is None:
                break
            total += self._push(path)
        return total

    def _starts(self) -> list[int]:
        beside = _beside(self.near, self.core, self.part) if self.core else set()
        return sorted((beside | (self.homes & self.part)) - self.core)

    # A unit is two nodes: (unit, 0) where flow enters and (unit, 1) where it leaves, with its value between.
    def _next(self, node: tuple[int, int]) -> list[tuple[int, int]]:
        unit, side = node
        found = []
        if side == 0:
            if self.left[unit] > LITTLE:
                found.append((unit, 1))
            # Back along flow that came in from a neighbour.
            found += [
                (other, 1)
                for other in sorted(self.near[unit] & self.part)
                if self.along.get((other, unit), 0.0) > LITTLE
            ]
        else:
            if self.through[unit] > LITTLE:
                found.append((unit, 0))
            found += [(other, 0) for other in sorted((self.near[unit] & self.part) - self.core)]
        return found

    def _path(self) -> list[tuple[int, int]] | None:
        starts = [(one, 0) for one in self._starts()]
        came: dict[tuple[int, int], tuple[int, int] | None] = dict.fromkeys(starts)
        queue = deque(starts)
        while queue:
            node = queue.popleft()
            if node == (self.unit, 0):
                path = [node]
                while (before := came[path[-1]]) is not None:
                    path.append(before)
                return path[::-1]
            for after in self._next(node):
                if after not in came:
                    came[after] = node
                    queue.append(after)
        return None

    def _push(self, path: list[tuple[int, int]]) -> float:
        room = float("inf")
        steps = list(itertools.pairwise(path))
        for (one, side), (other, other_side) in steps:
            if one == other:
                room = min(room, self.left[one] if side == 0 else self.through[one])
            elif side == 0 and other_side == 1:
                room = min(room, self.along[other, one])
        room = min(room, 1.0)
        for (one, side), (other, _) in steps:
            if one == other:
                self.left[one] += -room if side == 0 else room
                self.through[one] += room if side == 0 else -room
            elif side == 1:
                self.along[one, other] = self.along.get((one, other), 0.0) + room
            else:
                self.along[other, one] -= room
        return room

    def at_site(self) -> tuple[tuple[int, ...], set[int]]:
        """The smallest cut nearest to the site, and the units behind it."""
        starts = [(one, 0) for one in self._starts()]
        seen = set(starts)
        border = list(starts)
        while border:
            for after in self._next(border.pop()):
                if after not in seen:
                    seen.add(after)
                    border.append(after)
        inside = {one for one, side in seen if side == 1} | self.core
        cut = (_beside(self.near, inside, self.may) | self.homes) - inside
        behind = spread(self.near, (self.unit,), self.may - cut)
        return self._least(cut, behind)

    def at_unit(self) -> tuple[tuple[int, ...], set[int]]:
        """The smallest cut nearest to the unit, and the units behind it."""
        # Backwards from the unit: (k, 1) comes to (n, 0) always; (k, 0) to (k, 1) while room is left, and so on.
        seen = {(self.unit, 0)}
        border = [(self.unit, 0)]
        while border:
            unit, side = border.pop()
            before: list[tuple[int, int]] = []
            if side == 0:
                before += [(other, 1) for other in sorted((self.near[unit] & self.part) - self.core)]
                if self.through[unit] > LITTLE:
                    before.append((unit, 1))
            else:
                if self.left[unit] > LITTLE:
                    before.append((unit, 0))
                before += [
                    (other, 0)
                    for other in sorted(self.near[unit] & self.part)
                    if self.along.get((unit, other), 0.0) > LITTLE
                ]
            for node in before:
                if node not in seen:
                    seen.add(node)
                    border.append(node)
        inside = {one for one, side in seen if side == 0}
        cut = _beside(self.near, inside, self.may) | (inside & self.homes)
        behind = inside - cut
        return self._least(cut, behind) if self.unit in behind else self.at_site()

    def _least(self, cut: set[int], behind: set[int]) -> tuple[tuple[int, ...], set[int]]:
        # Only what both sides come to without another unit of the cut is needed.
        homes = self.homes | (self.core & self.homes)
        side = spread(self.near, (self.core | homes) - cut, self.may - cut)
        kept = (_beside(self.near, side, self.may) | (homes & cut)) & cut
        around = spread(self.near, (self.unit,), self.may - kept)
        kept &= _beside(self.near, around, self.may)
        around = spread(self.near, (self.unit,), self.may - kept)
        return tuple(sorted(kept)), around
