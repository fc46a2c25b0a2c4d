"""A question of catchments solved: within the seats where that can be, else with the fewest seats added."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.problem import Told, ZoneSolution
from jiaoheng.plans.zones.question import Question
from jiaoheng.plans.zones.settling import settled
from jiaoheng.plans.zones.shortage import least_shortage
from jiaoheng.plans.zones.solve import solve

Asking = Callable[..., Question]
"""Asks the question: with ``limit`` (the longest way) or without, with ``detour`` (the longest detour) or without."""

_SETTLING = 0.15
"""The part of the time that is kept for what the exact solver has no answer to, or to prove that seats are lacking."""
_NOISE = 1e-6


class Solved(msgspec.Struct, frozen=True):
    """What came out, of which question, what was taken for granted, and the seats that no plan can do without."""

    solution: ZoneSolution
    question: Question
    notes: tuple[tuple[str, str], ...]
    least: float = 0.0

    @property
    def proven(self) -> bool:
        """Whether it is proven that no fewer seats would do (less than half a seat from what was found)."""
        return float(self.solution.extra.sum()) <= self.least + 0.5


def solved(asking: Asking, seconds: float, told: Told) -> Solved:
    """The catchments of least way within the seats; where the seats are too few, with the fewest added.

    Saving a seat is no reason to send a child far: no place is sent more than ``ZonesRequest.detour`` beyond its
    nearest school (to its present one it may go on), and seats are added where that takes them. The longest way, then
    this rule too, give way where they leave no plan in one piece. Raises ``ZonesError`` where there is none at all, or
    none was found in time.
    """
    question = asking(detour=True)
    request, notes, spare = question.request, [], seconds * _SETTLING
    solution = solve(question.problem, seconds - spare, request.tolerance, told)
    if _none(solution) and request.most_minutes:
        question = asking(limit=False, detour=True)
        notes.append(("minutes_dropped", ""))
        solution = solve(question.problem, seconds - spare, request.tolerance, told)
    if _none(solution):
        question = asking(limit=False)
        notes.append(("detour_dropped", f"{request.detour:g}"))
        solution = solve(question.problem, seconds - spare, request.tolerance, told)
    if _none(solution):
        fixed = ", ".join(f"{place}={code}" for place, code in request.fixed.items())
        raise ZonesError("fixed", names=fixed)
    if solution.assignment is None:
        # The exact solver has nothing: in one piece all the same, and what it lacks is only the least that was found.
        solution = _settled(question, spare)
    if solution.assignment is None or not solution.extra.any():
        return Solved(solution, question, tuple(notes))
    found = Solved(solution, question, (), least_shortage(question.problem, solution.assignment, spare))
    if ("detour_dropped", f"{request.detour:g}") not in notes:
        notes.append(("detour", f"{request.detour:g}"))
    if not found.proven:
        notes.append(("lacking_unproven", f"{np.ceil(found.least - _NOISE):.0f}"))
    return msgspec.structs.replace(found, notes=tuple(notes))


def _none(solution: ZoneSolution) -> bool:
    """Whether it is proven that there is no plan, with however many seats."""
    return solution.assignment is None and solution.status == "infeasible"


def _settled(question: Question, seconds: float) -> ZoneSolution:
    """Catchments in one piece that the exact solver had no time for."""
    problem = question.problem
    found = settled(problem, seconds)
    if found is None:
        raise ZonesError("unfinished", seconds=f"{question.request.seconds:g}")
    load = np.stack([np.bincount(found, each, problem.sites) for each in problem.demand])
    extra = np.maximum(0.0, (load - problem.capacity).max(axis=0))
    value = float(problem.cost[np.arange(problem.units), found].sum())
    return ZoneSolution("unfinished", found, value, None, extra, seconds, "")
