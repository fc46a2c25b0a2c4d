"""Why each place goes where it goes; and the small improvements that leave no place without a reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import components
from jiaoheng.plans.zones.question import Question, owners

_NOISE = 1e-9


def improved(question: Question, assignment: Sequence[int], extra: NDArray[np.float64]) -> list[int]:
    """The assignment after each single unit that can go to a cheaper site without breaking anything has gone there."""
    found = list(assignment)
    cost = question.problem.cost
    changed = True
    while changed:
        changed = False
        for unit, site in enumerate(found):
            for other in np.argsort(cost[unit], kind="stable").tolist():
                if not cost[unit, other] < cost[unit, site] * (1 - _NOISE):
                    break
                if not hindrances(question, found, extra, unit, other):
                    found[unit] = other
                    changed = True
                    break
    return found


def hindrances(
    question: Question, assignment: Sequence[int], extra: NDArray[np.float64], unit: int, site: int
) -> tuple[str, ...]:
    """What keeps a unit from another site: ``full`` and ``in_one_piece``."""
    found = []
    demand = question.problem.demand
    members = [number for number, at in enumerate(assignment) if at == site]
    load = demand[:, [*members, unit]].sum(axis=1).max()
    if load > question.capacity[site] + extra[site] + _NOISE:
        found.append("full")
    if question.request.contiguous:
        left = [number for number, at in enumerate(assignment) if at == assignment[unit] and number != unit]
        if _apart(question, left, assignment[unit]) or _apart(question, [*members, unit], site):
            found.append("in_one_piece")
    return tuple(found)


def _apart(question: Question, members: Sequence[int], site: int) -> bool:
    own = set(question.homes[site])
    return any(not piece & own for piece in components(members, question.near))


def why(
    question: Question, assignment: Sequence[int], extra: NDArray[np.float64], unit: int, place: int, spread: set[str]
) -> tuple[tuple[str, ...], int | None]:
    """The codes of what decided on a place, and the nearest site where it goes to another."""
    site = assignment[unit]
    ways = np.where(np.isnan(question.km[place]), np.inf, question.km[place])
    closest = int(np.argmin(ways))
    unit_id = question.ground.map.places[place].place_id
    codes = ["fixed"] if unit_id in question.request.fixed else []
    if ways[site] <= ways[closest] + _NOISE:
        return (*codes, "nearest"), None
    if codes:
        return tuple(codes), closest
    if owners(question.ground, question.sites).get(place) == site:
        return ("stands_here",), closest
    found = list(hindrances(question, assignment, extra, unit, closest))
    if len(question.units[unit]) > 1:
        found = ["feeder", *found]
    if question.ground.present_by[place] == "zones" and not question.changes[place, site] and question.request.keep:
        found.append("kept")
    own = {question.ground.schools[school].school_id for school in question.sites[site].mains}
    if own & spread:
        found.append("spread")
    if not np.isfinite(question.problem.cost[unit, closest]) and not found:
        found.append("in_one_piece")
    # Nothing alone keeps it away: the nearest school has no room once all who are nearer to it have come.
    return tuple(found or ["full"]), closest
