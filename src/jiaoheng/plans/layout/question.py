"""The layout of a stage as plain numbers: parts of places as units, ways to run each school as sites."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.costs import CostTable, Lever, defaults
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.layout.terrain import PART, Spot, Terrain, running

CHANGE_KM = 0.2
"""What a child that changes school counts, in kilometres of way, so that nobody is moved for a few metres."""
_NOISE = 1e-6


class Unit(msgspec.Struct, frozen=True):
    """Children of a place who go to one school: ``share`` of its children in ``band`` (``all``: both bands).

    ``stays`` is the spot of those whose place has no coordinates.
    """

    place: int
    band: str
    share: float
    name: str = ""
    stays: int | None = None


class Way(msgspec.Struct, frozen=True):
    """A way to run a school: ``keep``, ``campus``, ``point`` or ``open``, and yuan a year of running it so."""

    name: str
    yearly: float
    serves: tuple[str, ...]


class Rules(msgspec.Struct, frozen=True):
    """What the user allows: spots that may close, those that are never touched, and prices."""

    closable: frozenset[int]
    most_added: Mapping[int, int]
    costs: CostTable
    request: LayoutRequest

    def lever(self, kind: str) -> Lever | None:
        """The lever of a kind: the county's own, the program's where its table does not name it, None if not used."""
        own = [lever for lever in self.costs.levers if lever.kind == kind]
        found = own[0] if own else defaults().lever(kind)
        return found if found and found.enabled else None

    def built(self, kind: str, seats: float) -> float:
        """Yuan of so many seats (or beds) of a kind."""
        lever = self.lever(kind)
        return seats * lever.cost if lever else 0.0

    @property
    def years(self) -> float:
        """Over how many years buildings are counted."""
        return running(self.costs).years


class Question(msgspec.Struct, frozen=True):
    """Units with the arrays that cost and check a layout.

    ``most_minutes`` (units,) is the longest way of a day; ``boards`` (units,) whether they may board beyond it.
    ``weight`` (units,) are children in the last year of the first variant. ``allowed`` (units, spots).
    """

    land: Terrain
    rules: Rules
    units: tuple[Unit, ...]
    most_minutes: NDArray[np.float64]
    boards: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def demand(self, variant: str, year: int) -> NDArray[np.float64]:
        """Children of each unit."""
        return demand_of(self.land, self.units, variant, year)

    def way(self, unit: int, spot: int) -> tuple[float, float]:
        """Kilometres and minutes; nothing where children stay without a known way."""
        own = self.units[unit]
        if own.stays is not None:
            return (0.0, 0.0) if own.stays == spot else (math.inf, math.inf)
        return float(self.land.km[own.place, spot]), float(self.land.minutes[own.place, spot])

    def present(self, unit: int) -> int:
        """The spot that a unit goes to today."""
        own = self.units[unit]
        if own.stays is not None:
            return own.stays
        band = self.land.bands[-1] if own.band == "all" else own.band
        return int(self.land.present[band][own.place])

    def boarding(self, unit: int, spot: int) -> bool:
        """Whether children go so far that they board."""
        return bool(self.way(unit, spot)[1] > self.most_minutes[unit] + _NOISE)

    def serving(self, spot: int) -> NDArray[np.float64]:
        """Yuan a year of each unit's way to a spot, ``inf`` where it may not go there."""
        price = self.rules.request.kilometre
        found = np.full(len(self.units), np.inf)
        for unit in range(len(self.units)):
            km, minutes = self.way(unit, spot)
            if math.isnan(km) or math.isinf(km):
                continue
            change = 0.0 if self.present(unit) == spot else CHANGE_KM
            if minutes <= self.most_minutes[unit] + _NOISE:
                found[unit] = self.weight[unit] * price * (km + change)
            elif self.boards[unit] and self._beds(spot):
                bed = self.rules.built("add_beds", 1.0) / self.rules.years + running(self.rules.costs).boarder
                # Being away from home is never counted as better than the way: boarding must be needed, not cheap.
                found[unit] = self.weight[unit] * (price * (km + change) + bed)
        return found

    def _beds(self, spot: int) -> bool:
        own = self.land.spots[spot]
        return bool(own.beds) or self.rules.lever("add_beds") is not None


def demand_of(land: Terrain, units: Sequence[Unit], variant: str, year: int) -> NDArray[np.float64]:
    """Children of each unit in a variant and year."""
    by_place, low = land.demand[variant, year], land.low[variant, year]
    part = {"all": 1.0, "low": low if len(land.bands) > 1 else 1.0, "high": 1.0 - low if len(land.bands) > 1 else 1.0}
    found = []
    for unit in units:
        if unit.stays is not None:
            found.append(land.waits[unit.name][1].get((variant, year), 0.0))
        else:
            found.append(float(by_place[unit.place]) * unit.share * part[unit.band])
    return np.array(found)


def units_of(land: Terrain, banded: Collection[int]) -> tuple[Unit, ...]:
    """Every place with children as one unit or, where it is large, in parts; by band where ``banded``."""
    most = np.max(list(land.demand.values()), axis=0)
    found = []
    for place, name in enumerate(land.places):
        parts = max(1, math.ceil(most[place] / PART - 1e-9))
        bands = land.bands if place in banded or len(land.bands) == 1 else ("all",)
        found += [Unit(place, band, 1 / parts, name) for _ in range(parts) for band in bands]
    found += [Unit(-1, "all", 1.0, name, stays) for name, (stays, _) in land.waits.items()]
    return tuple(found)


def question(land: Terrain, rules: Rules) -> Question:
    """The places in parts, limits of their ways and weights."""
    units = units_of(land, banded(land, rules))
    request = rules.request
    last = land.years[-1]
    weight = demand_of(land, units, land.variants[0], last)
    limits, boards = [], []
    for unit in units:
        if unit.stays is not None:
            limits.append(math.inf)
            boards.append(False)
            continue
        bands = land.bands if unit.band == "all" else (unit.band,)
        most = min(request.minutes[band] for band in bands)
        today = max(float(np.nan_to_num(land.minutes[unit.place, land.present[band][unit.place]])) for band in bands)
        limits.append(max(most, today))
        boards.append(unit.band == "high" and _may_board(land, request))
    return Question(land, rules, units, np.array(limits), np.array(boards, dtype=bool), weight)


def _may_board(land: Terrain, request: LayoutRequest) -> bool:
    first = {"primary": 4, "junior": 7, "senior": 10}.get(land.stage)
    return first is not None and first >= request.boards_from


def ways_to_run(spot: int, own: Spot, land: Terrain, rules: Rules) -> tuple[Way, ...]:
    """The ways in which a school may be run; that of one that may not close is its own alone."""
    yearly = running(rules.costs)
    if own.site is not None:
        if rules.lever("open") is None:
            return ()
        stated = rules.request.sites[own.site].cost
        cost = rules.built("open", own.seats) if stated is None else stated
        return (Way("open", yearly.school + cost / rules.years, own.serves),)
    full = yearly.point if own.serves != tuple(land.bands) else yearly.campus if own.part else yearly.school
    found = [Way("keep", full, own.serves)]
    if spot in rules.closable and not own.part and not own.parts:
        if rules.lever("to_branch"):
            found.append(Way("campus", yearly.campus, own.serves))
        if rules.lever("to_point") and land.stage == "primary" and own.kind == "211":
            found.append(Way("point", yearly.point, ("low",)))
    return tuple(found)


def banded(land: Terrain, rules: Rules) -> frozenset[int]:
    """The places within reach of a school that teaches only the lower grades, as it is or may become."""
    if len(land.bands) == 1:
        return frozenset()
    partly = [
        number
        for number, spot in enumerate(land.spots)
        if any(way.serves == ("low",) for way in ways_to_run(number, spot, land, rules))
    ]
    limit = np.full(len(land.places), rules.request.minutes["low"])
    own = land.minutes[np.arange(len(land.places)), land.present["low"]]
    limit = np.maximum(limit, np.nan_to_num(own))
    reach = land.minutes[:, partly] <= limit[:, None] + _NOISE
    return frozenset(np.flatnonzero(reach.any(axis=1)).tolist()) if partly else frozenset()
