"""The relaxation with fractional units: its bound, its separators, and the pairs that no better plan can have."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import highspy
import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.program import INFINITY, Programme
from jiaoheng.plans.zones.separators import Cut, Reach, of_point


class Relaxed(msgspec.Struct, frozen=True):
    """``bound`` of the relaxation (inf where it has no point), its point, the reduced costs (inf where not allowed).

    ``dearest`` is the most that one more seat anywhere would save.
    """

    bound: float
    point: NDArray[np.float64]
    reduced: NDArray[np.float64]
    cuts: tuple[Cut, ...]
    dearest: float


def relax(
    problem: ZoneProblem,
    allowed: NDArray[np.bool_],
    reach: Reach | None,
    cuts: tuple[Cut, ...],
    left: Callable[[], float],
    price: float | None = None,
) -> Relaxed:
    """Solve the relaxation, adding separators while they are broken."""
    programme = Programme(problem, allowed, cuts, price=price)
    highs, count = programme.highs, programme.count
    highs.setOptionValue("solve_relaxation", True)
    # Units are shared out wholly, so x ≤ 1 says nothing; without it every reduced cost is at least zero.
    highs.changeColsBounds(count, np.arange(count, dtype=np.int32), np.zeros(count), np.full(count, INFINITY))
    known = dict.fromkeys(cuts)
    while True:
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            nothing = np.zeros(allowed.shape)
            return Relaxed(INFINITY, nothing, nothing, tuple(known), 0.0)
        solution = highs.getSolution()
        point = programme.table(np.array(solution.col_value))
        new = [] if reach is None else [cut for cut in dict.fromkeys(of_point(point, reach)) if cut not in known]
        if not new or left() <= 0:
            break
        known.update(dict.fromkeys(new))
        programme.add(new)
    reduced = programme.table(np.maximum(0.0, np.array(solution.col_dual)[:count]), INFINITY)
    seats = np.array(solution.row_dual)[problem.units : programme.base]
    dearest = float(np.abs(seats).max(initial=0.0))
    used = _binding(programme, tuple(known))
    return Relaxed(float(highs.getInfo().objective_function_value), point, reduced, used, dearest)


def _binding(programme: Programme, known: tuple[Cut, ...]) -> tuple[Cut, ...]:
    """The separators that hold with equality at the last solve; the others cost time in later ones."""
    speaking = [cut for cut in known if programme.column[cut.unit, cut.site] >= 0]
    slack = np.array(programme.highs.getSolution().row_value)[programme.base :]
    return tuple(cut for cut, value in zip(speaking, slack, strict=False) if value > -1e-6)


def costs_through(reduced: NDArray[np.float64], reach: Reach | None) -> NDArray[np.float64]:
    """Of each pair (units, sites), what a plan that has it costs at least above the relaxation's bound.

    A unit belongs to a site only with all units of a path to it, so that the reduced costs along the cheapest add up.
    """
    if reach is None:
        return reduced
    through = np.full(reduced.shape, INFINITY)
    for site in range(reduced.shape[1]):
        through[:, site] = _cheapest(reduced[:, site].tolist(), reach.homes[site], reach.may[site], reach)
    return through


def _cheapest(weights: list[float], homes: list[int], may: set[int], reach: Reach) -> list[float]:
    least = [INFINITY] * len(weights)
    queue = []
    for home in homes:
        least[home] = weights[home]
        queue.append((weights[home], home))
    heapq.heapify(queue)
    while queue:
        total, unit = heapq.heappop(queue)
        if total > least[unit]:
            continue
        for other in reach.near[unit] & may:
            further = total + weights[other]
            if further < least[other]:
                least[other] = further
                heapq.heappush(queue, (further, other))
    return least


def within(cuts: tuple[Cut, ...], allowed: NDArray[np.bool_]) -> tuple[Cut, ...]:
    """The separators as they read when only these pairs are allowed."""
    kept = (
        Cut(cut.unit, cut.site, tuple(unit for unit in cut.parting if allowed[unit, cut.site]))
        for cut in cuts
        if allowed[cut.unit, cut.site]
    )
    return tuple(dict.fromkeys(kept))
