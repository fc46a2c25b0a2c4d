"""The layout of a stage as plain numbers: parts of places as units, ways to run each school as sites."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.costs import CostTable, Lever, defaults
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.layout.terrain import PART, Spot, Terrain, running
from jiaoheng.plans.zones.problem import ZoneProblem

CHANGE_KM = 0.2
"""What a child that changes school counts, in kilometres of way, so that nobody is moved for a few metres."""
_NOISE = 1e-6
MOST_OPTIONS = 600
"""Up to so many ways to run schools every lot of seats is a choice of its own; beyond, lots are taken together."""


class Unit(msgspec.Struct, frozen=True):
    """Children of a place who go to one school: ``share`` of its children in ``band`` (``all``: both bands).

    ``stays`` is the spot of those whose place has no coordinates.
    """

    place: int
    band: str
    share: float
    name: str = ""
    stays: int | None = None


class Option(msgspec.Struct, frozen=True):
    """A way to run a school: ``keep``, ``campus``, ``point`` or ``open``; ``added`` seats are built for it.

    ``yearly`` is yuan a year of running and of building spread over its years, without what is spent in any case.
    """

    spot: int
    way: str
    seats: float
    added: float
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
    """Units and options with the arrays that cost and check a layout.

    ``most_minutes`` (units,) is the longest way of a day; ``boards`` (units,) whether they may board beyond it.
    ``weight`` (units,) are children in the last year of the first variant. ``allowed`` (units, spots).
    """

    land: Terrain
    rules: Rules
    units: tuple[Unit, ...]
    options: tuple[Option, ...]
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

    def problem(self, cases: Sequence[tuple[str, int]]) -> SitingProblem:
        """The question for these variants and years."""
        cost = np.full((len(self.units), len(self.options)), np.inf)
        by_spot = {spot: self._serving(spot) for spot in {option.spot for option in self.options}}
        for column, option in enumerate(self.options):
            for unit, own in enumerate(self.units):
                wanted = self.land.bands if own.band == "all" else (own.band,)
                if all(band in option.serves for band in wanted):
                    cost[unit, column] = by_spot[option.spot][unit]
        groups: dict[int, list[int]] = {}
        for column, option in enumerate(self.options):
            groups.setdefault(option.spot, []).append(column)
        zones = ZoneProblem(
            demand=np.array([self.demand(variant, year) for variant, year in cases]),
            cost=cost,
            capacity=np.array([option.seats for option in self.options]),
            homes=tuple(() for _ in self.options),
            near=None,
        )
        return SitingProblem(
            zones=zones,
            fixed=np.array([option.yearly for option in self.options]),
            must=np.zeros(len(self.options), dtype=bool),
            at_most_one=tuple(tuple(group) for group in groups.values() if len(group) > 1),
        )

    def _serving(self, spot: int) -> NDArray[np.float64]:
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


def question(land: Terrain, rules: Rules, options: Sequence[Option], units: Sequence[Unit]) -> Question:
    """Limits of ways and weights of units, for these options."""
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
    return Question(land, rules, tuple(units), tuple(options), np.array(limits), np.array(boards, dtype=bool), weight)


def _may_board(land: Terrain, request: LayoutRequest) -> bool:
    first = {"primary": 4, "junior": 7, "senior": 10}.get(land.stage)
    return first is not None and first >= request.boards_from


def banded(land: Terrain, rules: Rules, options: Sequence[Option]) -> frozenset[int]:
    """The places within reach of a school that teaches only the lower grades, as it is or may become."""
    if len(land.bands) == 1:
        return frozenset()
    partly = sorted({option.spot for option in options if option.serves == ("low",)})
    limit = np.full(len(land.places), rules.request.minutes["low"])
    own = land.minutes[np.arange(len(land.places)), land.present["low"]]
    limit = np.maximum(limit, np.nan_to_num(own))
    reach = land.minutes[:, partly] <= limit[:, None] + _NOISE
    return frozenset(np.flatnonzero(reach.any(axis=1)).tolist()) if partly else frozenset()


def kept_options(land: Terrain, rules: Rules) -> tuple[Option, ...]:
    """Every school as it is, with the seats that may be added, and the sites: nothing closes."""
    found: list[Option] = []
    for number, spot in enumerate(land.spots):
        found += _opened(number, spot, rules, land) if spot.site is not None else _kept(number, spot, rules, land, 0.0)
    return tuple(found)


def layout_options(land: Terrain, rules: Rules, built: Mapping[int, float]) -> tuple[Option, ...]:
    """Every school in each way in which it may be run; ``built`` seats by spot are there in any case."""
    found: list[Option] = []
    yearly = running(rules.costs)
    for number, spot in enumerate(land.spots):
        sunk = built.get(number, 0.0)
        if spot.site is not None:
            found += (
                [Option(number, "open", spot.seats, spot.seats, 0.0, spot.serves)]
                if sunk
                else _opened(number, spot, rules, land)
            )
            continue
        if number not in rules.closable or sunk:
            found += _kept(number, spot, rules, land, sunk)
            continue
        full = yearly.point if spot.serves != tuple(land.bands) else yearly.campus if spot.part else yearly.school
        found += _kept(number, spot, rules, land, sunk, full)
        if spot.part or spot.parts:
            continue
        if rules.lever("to_branch"):
            found.append(Option(number, "campus", spot.seats, 0.0, yearly.campus, spot.serves))
        if rules.lever("to_point") and land.stage == "primary" and spot.kind == "211":
            found.append(Option(number, "point", spot.seats, 0.0, yearly.point, ("low",)))
    return tuple(found)


def _kept(number: int, spot: Spot, rules: Rules, land: Terrain, sunk: float, yearly: float = 0.0) -> list[Option]:
    lever = rules.lever("add_seats")
    steps = [sunk]
    most = rules.most_added.get(number, 0)
    if lever is not None and most > sunk:
        lots = math.floor(most / lever.lot + 1e-9)
        step = max(1, math.ceil(lots * len(rules.most_added) / MOST_OPTIONS))
        steps += [lot * lever.lot for lot in range(step, lots + 1, step) if lot * lever.lot > sunk]
    return [
        Option(number, "keep", spot.seats + added, added,
               yearly + rules.built("add_seats", added - sunk) / rules.years, spot.serves)
        for added in steps
    ]  # fmt: skip


def _opened(number: int, spot: Spot, rules: Rules, land: Terrain) -> list[Option]:
    if rules.lever("open") is None or spot.site is None:
        return []
    stated = rules.request.sites[spot.site].cost
    cost = rules.built("open", spot.seats) if stated is None else stated
    yearly = cost / rules.years + running(rules.costs).school
    return [Option(number, "open", spot.seats, spot.seats, yearly, spot.serves)]
