"""What a plan costs, and what is wrong with one; nothing here knows how plans are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import stranded
from jiaoheng.plans.layout.problem import SitingProblem

ROUNDING = 1e-9
"""How far, in relation to a capacity, a sum of demands may be above it: only what floating point makes of a sum."""


def worth(problem: SitingProblem, assignment: NDArray[np.int64], opened: Iterable[int]) -> float:
    """The cost of opening and of serving together."""
    serving = problem.zones.cost[np.arange(len(assignment)), assignment].sum()
    return float(serving + problem.fixed[list(opened)].sum())


def needed(problem: SitingProblem, assignment: NDArray[np.int64]) -> NDArray[np.float64]:
    """The capacity (sites,) that each site lacks in the worst case; nothing where only rounding is above it."""
    zones = problem.zones
    loads = np.array([np.bincount(assignment, case, zones.sites) for case in zones.demand])
    lacking = loads.max(axis=0, initial=0.0) - zones.capacity
    return np.where(lacking > ROUNDING * np.maximum(np.abs(zones.capacity), 1.0), lacking, 0.0)


def faults(problem: SitingProblem, assignment: NDArray[np.int64], opened: Sequence[int]) -> list[str]:
    """What a plan breaks, the capacities left out; empty for a plan that keeps everything else."""
    zones, found = problem.zones, []
    chosen = set(opened)
    if len(assignment) != zones.units or (assignment < 0).any() or (assignment >= zones.sites).any():
        return ["a unit without a site"]
    if not set(assignment.tolist()) <= chosen:
        found.append("a unit at a site that is not open")
    if not np.isfinite(zones.cost[np.arange(zones.units), assignment]).all():
        found.append("a unit at a site that may not serve it")
    if not set(np.flatnonzero(problem.must).tolist()) <= chosen:
        found.append("a site closed that must be open")
    if any(len(chosen & set(group)) > 1 for group in problem.at_most_one):
        found.append("two sites open of which one may be")
    if problem.exactly is not None and len(chosen) != problem.exactly:
        found.append("another number of sites open than asked for")
    if zones.near is not None:
        if stranded(assignment.tolist(), zones.homes, zones.near):
            found.append("an area in pieces")
        if any(assignment[home] != site for site in chosen for home in zones.homes[site]):
            found.append("an open site that does not serve where it stands")
    return found


def valid(problem: SitingProblem, assignment: NDArray[np.int64], opened: Sequence[int]) -> bool:
    """Whether a plan keeps everything, capacities too."""
    return not faults(problem, assignment, opened) and not needed(problem, assignment).any()
