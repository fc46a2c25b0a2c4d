"""What was decided: the layout of the last year, how it came about year by year, and who goes where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.question import Question
from jiaoheng.plans.layout.staging import Ends, Staged
from jiaoheng.plans.layout.terrain import Spot, Terrain


class Result(msgspec.Struct, frozen=True):
    """``asked`` with the units of the plan; ``ends`` and ``staged`` as there; ``leads``: by spot that changes, the spot
    that takes its children in or that it becomes a part of.
    """

    asked: Question
    ends: Ends
    staged: Staged
    leads: Mapping[int, int]

    def spots_in(self, year: int) -> NDArray[np.int64]:
        """The spot of each unit in a year."""
        found: NDArray[np.int64] = self.staged.assignment[self.staged.years.index(year)]
        return found

    def of_place(self, year: int) -> Iterator[tuple[int, str, list[int]]]:
        """Each place (by its number) and name, with its units."""
        units: dict[str, list[int]] = {}
        for number, unit in enumerate(self.asked.units):
            units.setdefault(unit.name, []).append(number)
        for name, own in units.items():
            yield self.asked.units[own[0]].place, name, own

    def open_in(self, spot: int, year: int) -> bool:
        """Whether a spot teaches in a year."""
        own = self.asked.land.spots[spot]
        if own.site is not None:
            return spot in self.staged.built and year >= self.staged.built[spot]
        return not (self.ends.ways.get(spot) == "closed" and year >= self.staged.changes[spot])


def leads(asked: Question, ends: Ends) -> dict[int, int]:
    """Where each school that changes leads: where most of its children go, else the nearest that can take it in."""
    land = asked.land
    found = {}
    for spot, way in ends.ways.items():
        taking = [
            number
            for number in range(len(land.spots))
            if number != spot and _takes(number, way, land.spots[spot], ends, land)
        ]
        if not taking:
            continue
        going = np.zeros(len(land.spots))
        for unit in range(len(asked.units)):
            if asked.present(unit) == spot and ends.last[unit] != spot:
                going[ends.last[unit]] += asked.weight[unit]
        most = max(taking, key=lambda number: (going[number], -_between(asked, spot, number), -number))
        found[spot] = (
            most if going[most] > 0 else min(taking, key=lambda number: (_between(asked, spot, number), number))
        )
    return found


def _takes(number: int, way: str, leaving: Spot, ends: Ends, land: Terrain) -> bool:
    """Whether a school can take another in: the whole of it, or as its main school."""
    own = land.spots[number]
    if own.site is not None and number not in ends.added:
        return False
    alone = number not in ends.ways and not own.part and own.serves == tuple(land.bands)
    if way == "closed" and not leaving.parts:
        return alone or ends.ways.get(number, "keep") in ("keep", "campus")
    return alone


def _between(asked: Question, spot: int, other: int) -> float:
    """Kilometres between two schools, by the ways of the places nearest to the first."""
    land = asked.land
    here = land.km[:, spot]
    if np.isnan(here).all():
        return 1e9
    at = int(np.nanargmin(here))
    way = land.km[at, other]
    return 1e9 if np.isnan(way) else float(way)
