"""A plan of catchments held against what was asked, without the solver that made it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import stranded
from jiaoheng.plans.zones.question import Question

_NOISE = 1e-6


def wrongs(question: Question, assignment: Sequence[int], extra: NDArray[np.float64]) -> tuple[str, ...]:
    """What is wrong with an assignment of units to sites, in words for the programmer; empty where nothing is."""
    found = []
    sites, units = len(question.sites), len(question.units)
    covered = sorted(place for unit in question.units for place in unit)
    if len(assignment) != units or covered != list(range(len(question.ground.map.places))):
        found.append("a place is in no unit, or in several")
    if any(not 0 <= site < sites for site in assignment):
        found.append("a unit is without a school")
        return tuple(found)
    if question.request.contiguous:
        lost = stranded(assignment, question.homes, question.near)
        if lost:
            found.append(f"{len(lost)} units are cut off from their school")
    for year, demand in zip(question.ground.years, question.ground.demand, strict=True):
        if year < question.request.first:
            continue
        load = [0.0] * sites
        for unit, site in zip(question.units, assignment, strict=True):
            load[site] += sum(float(demand[place]) for place in unit)
        for number, pupils in enumerate(load):
            if pupils > question.capacity[number] + extra[number] + _NOISE * max(1.0, pupils):
                found.append(f"site {number} has {pupils:.2f} pupils in {year}")
    for place, school in question.request.fixed.items():
        at = question.ground.map.index[place]
        own = next(unit for unit, members in enumerate(question.units) if at in members)
        if question.ground.school_index[school] not in question.sites[assignment[own]].schools:
            found.append(f"{place} does not go to {school}")
    return tuple(found)
