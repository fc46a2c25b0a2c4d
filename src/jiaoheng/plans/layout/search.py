"""Plans made better part by part: the sites around one place and all they serve are planned anew, exactly."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.check import faults, needed, worth
from jiaoheng.plans.layout.growth import grow, mend
from jiaoheng.plans.layout.model import Pairs, pairs
from jiaoheng.plans.layout.order import outwards
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.relaxation import LITTLE, Relaxation
from jiaoheng.plans.zones.separators import Cut, of_plan

WAIT = 0.05
"""Seconds between looks for a first plan of the other thread."""
ROUNDS = 12
"""After so many separations a part is left for another."""
MOST = 800
"""So many pairs of a part at most, those with the least reduced cost, are planned exactly."""


class Layout(msgspec.Struct, frozen=True):
    """A plan that keeps everything but perhaps the capacities: ``lacking`` pupils are beyond them."""

    assignment: NDArray[np.int64]
    opened: tuple[int, ...]
    cost: float
    lacking: float

    def order(self, price: float) -> tuple[bool, float]:
        """The less the better: first whether it is within capacity, then cost, each pupil beyond it at a price."""
        return self.lacking > 0, self.cost + price * self.lacking


def layout(problem: SitingProblem, assignment: NDArray[np.int64], opened: Sequence[int]) -> Layout | None:
    """A plan as a layout; None where it breaks more than capacities."""
    if faults(problem, assignment, opened):
        return None
    lacking = float(needed(problem, assignment).sum())
    return Layout(assignment, tuple(opened), worth(problem, assignment, opened), lacking)


class Best:
    """The best layout so far and the best bound, heard and told by several threads; and the separators found."""

    def __init__(self, told: Callable[[float | None, float | None], None], price: float) -> None:
        self.price = price
        self.lock = threading.Lock()
        self.layout: Layout | None = None
        self.bound = -np.inf
        self.cuts: dict[Cut, None] = {}
        self._told = told

    def offer(self, found: Layout | None) -> bool:
        """Take a layout if it is better; whether it was."""
        with self.lock:
            if found is None or (self.layout is not None and found.order(self.price) >= self.layout.order(self.price)):
                return False
            self.layout = found
        self.tell()
        return True

    def learn(self, cuts: Iterable[Cut]) -> None:
        """Keep separators for others."""
        with self.lock:
            self.cuts.update(dict.fromkeys(cuts))

    def prove(self, bound: float) -> None:
        """Take a bound if it is better."""
        with self.lock:
            if not bound > self.bound:
                return
            self.bound = bound
        self.tell()

    def tell(self) -> None:
        """Say where we are."""
        found = self.layout
        value = None if found is None or found.lacking else found.cost
        self._told(value, self.bound if np.isfinite(self.bound) else None)

    def below(self) -> float:
        """What a plan must cost less than to be better; inf while there is none within capacity."""
        return np.inf if self.layout is None or self.layout.lacking else self.layout.cost

    def done(self, tolerance: float) -> bool:
        """Whether the bound says that the layout is good enough."""
        return self.below() - self.bound <= max(tolerance, 1e-9) * abs(self.below()) if self.below() < np.inf else False


def closeness(problem: SitingProblem, found: Pairs) -> NDArray[np.float64]:
    """How far (sites, sites) each site is from each: what its own nearest units would cost there, per pupil."""
    zones = problem.zones
    weight = np.maximum(zones.demand.max(axis=0), 1e-9)
    length = np.where(found.number >= 0, zones.cost / weight[:, None], np.inf)
    finite = length[np.isfinite(length)]
    length = np.minimum(length, 10 * finite.max(initial=1.0))
    size = max(3, zones.units // max(zones.sites, 1))
    far = np.empty((zones.sites, zones.sites))
    for site in range(zones.sites):
        own = np.argsort(length[:, site], kind="stable")[:size]
        far[site] = length[own].mean(axis=0)
        far[site, site] = -1.0
    return far


class Search:
    """Improves the best layout by parts, wider parts when the narrow ones give nothing."""

    def __init__(self, problem: SitingProblem, found: Pairs, best: Best, left: Callable[[], float]) -> None:
        self.problem, self.pairs, self.best, self.left = problem, found, best, left
        self.among = found.number >= 0
        self.far = closeness(problem, found)
        self.draw = random.Random(1)
        self.tried: set[tuple[object, ...]] = set()

    def run(self, stop: Callable[[], bool], others: Callable[[], tuple[int, ...] | None]) -> None:
        """Search until told to stop, or until parts are the whole question; ``others`` gives open sets to try."""
        self.whole(stop)
        size = 3
        while not stop():
            if self.best.layout is None:
                time.sleep(WAIT)
                continue
            gained = self._sweep(size, False, True, stop)
            if not gained:
                gained = self._sweep(size // 2 + 1, True, True, stop)
            if size > 5 and not gained:
                gained = self._sweep(size - 2, False, False, stop)
            other = others()
            if other is not None and not stop():
                self.try_set(other, stop)
            if size // 2 > self.problem.zones.sites:
                return
            size += 0 if gained else 1

    def whole(self, stop: Callable[[], bool]) -> None:
        """Plan all units anew among the sites that are open."""
        current = self.best.layout
        if current is None or stop():
            return
        among = self.among.copy()
        among[:, [site for site in range(self.problem.zones.sites) if site not in current.opened]] = False
        self.plan(current, among, frozenset(), max(5.0, self.left() / 6), 0.003, strict=True, rounds=1, rule=True)

    def try_set(self, opened: tuple[int, ...], stop: Callable[[], bool]) -> None:
        """The best plan with these sites open."""
        key = ("set", *opened)
        first = grow(self.problem, self.pairs, opened)
        if key in self.tried or first is None:
            return
        self.tried.add(key)
        start = layout(self.problem, first, opened)
        if start is not None:
            among = self.among.copy()
            among[:, [site for site in range(self.problem.zones.sites) if site not in opened]] = False
            self.plan(start, among, frozenset(), max(5.0, self.left() / 8), 0.001, strict=True, rounds=1, rule=True)

    def _sweep(self, size: int, opening: bool, rule: bool, stop: Callable[[], bool]) -> bool:
        gained = False
        sites = list(range(self.problem.zones.sites))
        self.draw.shuffle(sites)
        current = self.best.layout
        if current is not None and current.lacking:
            lacking = needed(self.problem, current.assignment)
            sites = [site for site in sites if lacking[site]]
        for site in sites:
            if stop():
                return True
            gained |= self.part(site, size, opening, rule)
        return gained

    def part(self, site: int, size: int, opening: bool, rule: bool) -> bool:
        """Plan anew what the open sites around one serve, perhaps with others open; whether that was better."""
        current = self.best.layout
        assert current is not None
        order = np.argsort(self.far[site], kind="stable").tolist()
        chosen = [other for other in order if other in current.opened][:size]
        units = np.isin(current.assignment, chosen)
        free = order[: order.index(chosen[-1]) + 1] if opening else []
        key = (opening, rule, frozenset(chosen), frozenset(free), current.assignment[units].tobytes())
        if key in self.tried:
            return False
        self.tried.add(key)
        among = np.zeros_like(self.among)
        among[~units, current.assignment[~units]] = True
        sites = sorted({*chosen, *free})
        among[np.ix_(units, sites)] = self.among[np.ix_(units, sites)]
        return self.plan(current, among, frozenset(free), 8.0, 1e-4, rounds=1 if rule else ROUNDS, rule=rule)

    def plan(
        self,
        current: Layout,
        among: NDArray[np.bool_],
        free: frozenset[int],
        seconds: float,
        gap: float,
        *,
        strict: bool = False,
        rounds: int = ROUNDS,
        rule: bool = False,
    ) -> bool:
        """A plan with these pairs, better than ``current``, in which only ``free`` sites may open or close.

        ``strict``: within capacity, even if the current one is not.
        """
        price = self.best.price if current.lacking and not strict else None
        found = pairs(self.problem, lacking=True, among=among)
        fixed = {site: site in current.opened for site in range(self.problem.zones.sites) if site not in free}
        relaxed = Relaxation(self.problem, found, self.pairs.reach, lacking=price, fixed=fixed)
        with self.best.lock:
            pool = list(self.best.cuts)
        relaxed.add(pool)
        if rule:
            relaxed.add(self._outwards(found))
        start, gained = relaxed.model.point(current.assignment, current.opened), False
        if (current.lacking and strict) or rule:
            start = None
        for _ in range(rounds):
            known = len(relaxed.cuts)
            relaxed.tighten(lambda: min(seconds, self.left()))
            self.best.learn(relaxed.cuts[known:])
            top = self.best.layout
            below = top.cost if top is not None and not top.lacking else np.inf
            below -= 1e-7 * abs(below) if np.isfinite(below) else 0.0
            if relaxed.value >= below or self.left() <= 0:
                break
            if price is not None or strict:
                self._rounded(relaxed)
            fixed_pairs = self._dear(
                relaxed, found, below - relaxed.value, current, 10 * MOST if strict else (3 * MOST if free else MOST)
            )
            limit = min(seconds, self.left())
            answer = relaxed.openings(seconds=limit, gap=gap, below=below, start=start, units=True, fixed=fixed_pairs)
            start = None
            if answer.point is None or answer.value >= below:
                break
            assignment, opened = relaxed.model.assignment(answer.point), relaxed.model.opened(answer.point)
            new = [] if self.pairs.reach is None else of_plan(assignment.tolist(), self.pairs.reach)
            if new:
                mended = mend(self.problem, self.pairs, assignment, opened)
                gained |= mended is not None and self.best.offer(layout(self.problem, mended, opened))
            else:
                gained |= self.best.offer(layout(self.problem, assignment, opened))
            if not new:
                break
            self.best.learn(new)
            relaxed.add(new)
        return gained

    def _outwards(self, found: Pairs) -> list[Cut]:
        zones = self.problem.zones
        if self.pairs.reach is None or found.reach is None or zones.near is None:
            return []
        weight = np.maximum(zones.demand.max(axis=0), 1e-9)
        cuts = []
        for site, may in enumerate(found.reach.may):
            steps = outwards(zones.cost[:, site] / weight, zones.homes[site], may, zones.near)
            cuts += [Cut(unit, site, tuple(before)) for unit, before in steps.items()]
        return cuts

    def _rounded(self, relaxed: Relaxation) -> None:
        """Offer the plan that gives every unit to the site with most of it, where the sites are decided."""
        opened = relaxed.model.opened(relaxed.point)
        shares = np.zeros(self.among.shape)
        shares[relaxed.pairs.unit, relaxed.pairs.site] = relaxed.point[: len(relaxed.pairs)]
        assignment = mend(self.problem, self.pairs, shares.argmax(axis=1), opened)
        if assignment is not None:
            self.best.offer(layout(self.problem, assignment, opened))

    def _dear(self, relaxed: Relaxation, found: Pairs, room: float, current: Layout, most: int) -> NDArray[np.int64]:
        reduced = relaxed.reduced[: len(found)]
        own = current.assignment[found.unit] == found.site
        limit = min(room, float(np.partition(reduced, most)[most])) if len(reduced) > most else room
        return np.flatnonzero((reduced > limit) & ~own & (relaxed.point[: len(found)] < 0.5))


def price_of(problem: SitingProblem, among: NDArray[np.bool_]) -> float:
    """What a pupil beyond the capacity counts while there is no plan within it: more than any way to make room."""
    zones = problem.zones
    weight = np.maximum(zones.demand.max(axis=0), 1e-9)
    length = (zones.cost / weight[:, None])[among & (weight[:, None] > LITTLE)]
    opening = problem.fixed[np.isfinite(problem.fixed)] / np.maximum(np.median(zones.capacity), 1.0)
    return float(3 * np.quantile(length, 0.95) + np.abs(opening).max(initial=0.0)) if length.size else 1.0
