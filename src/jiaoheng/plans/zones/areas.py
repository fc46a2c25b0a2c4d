"""Areas of several schools (片区), drawn so that sought-after schools and seats are spread evenly over them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import Neighbours, components, neighbours
from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.question import Question
from jiaoheng.plans.zones.request import ZonesRequest

_UNEVEN = (0.1, 0.2, 0.35, 0.6)
"""By how much an area's seats may differ from the mean; the first with which areas are found."""
_ROUNDS = 60


def drawn_groups(question: Question, assignment: Sequence[int], request: ZonesRequest) -> tuple[tuple[str, ...], ...]:
    """The schools of each of ``request.areas`` areas, in one piece, from catchments of single schools.

    Drawn are the schools of the towns in which sought-after schools stand, on the catchments that ``assignment`` gives
    each alone. Areas have as many sought-after schools as each other, at most one apart, and seats as alike as can be;
    of those the ones whose schools are nearest together. Raises ``ZonesError`` where there is no such division.
    """
    count = request.areas or 0
    ground = question.ground
    codes = [school.school_id for school in ground.schools]
    spread = set(request.spread)
    towns = {_town(question, site) for site, each in enumerate(question.sites) if codes[each.mains[0]] in spread}
    used = set(assignment)
    members = [site for site in range(len(question.sites)) if site in used and _town(question, site) in towns]
    hot = np.array([codes[question.sites[site].mains[0]] in spread for site in members], dtype=float)
    if not 2 <= count <= len(members) or not hot.any():
        raise _impossible(count, members, spread)
    near = _next_to(question, assignment, members)
    seats = np.array([question.capacity[site] for site in members])
    at = np.array([_middle(question, site) for site in members])
    seeds = _seeds(at, hot, count)
    away = np.hypot(*(at[:, None, :] - at[seeds][None, :, :]).transpose(2, 0, 1))
    for uneven in _UNEVEN:
        found = _divided(away, hot, seats, near, seeds, uneven)
        if found is not None:
            return tuple(
                tuple(codes[question.sites[members[each]].mains[0]] for each in np.flatnonzero(found == area).tolist())
                for area in range(count)
            )
    raise _impossible(count, members, spread)


def _divided(
    away: NDArray[np.float64], hot: NDArray[np.float64], seats: NDArray[np.float64], near: Neighbours,
    seeds: Sequence[int], uneven: float,
) -> NDArray[np.int64] | None:  # fmt: skip
    """Each school to one area: whole-number programme, with a cut for each piece that hangs on no seed."""
    schools, areas = away.shape
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", 20.0)
    solver.setOptionValue("mip_rel_gap", 0.01)
    for school in range(schools):
        for area in range(areas):
            fixed = school in seeds
            low = 1.0 if fixed and seeds[area] == school else 0.0
            solver.addVar(low, 1.0 if not fixed or seeds[area] == school else 0.0)
    size = schools * areas
    solver.changeColsCost(size, np.arange(size, dtype=np.int32), (away * np.maximum(seats, 1.0)[:, None]).ravel())
    solver.changeColsIntegrality(size, np.arange(size, dtype=np.int32), np.full(size, highspy.HighsVarType.kInteger))
    mean = seats.sum() / areas
    for school in range(schools):
        columns = np.arange(school * areas, (school + 1) * areas, dtype=np.int32)
        solver.addRow(1.0, 1.0, areas, columns, np.ones(areas))
    for area in range(areas):
        columns = np.arange(area, size, areas, dtype=np.int32)
        solver.addRow(math.floor(hot.sum() / areas), math.ceil(hot.sum() / areas), schools, columns, hot)
        solver.addRow((1 - uneven) * mean, (1 + uneven) * mean, schools, columns, seats)
    for _ in range(_ROUNDS):
        solver.run()
        if solver.getModelStatus() not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            return None
        values = np.array(solver.getSolution().col_value)
        if values.size != size or not np.isclose(values.reshape(schools, areas).sum(axis=1), 1).all():
            return None
        chosen = values.reshape(schools, areas).argmax(axis=1)
        cuts = 0
        for area in range(areas):
            for piece in components(np.flatnonzero(chosen == area).tolist(), near):
                if seeds[area] in piece:
                    continue
                # Someone of the piece goes elsewhere, or a school around it comes too.
                around = sorted({other for each in piece for other in near[each]} - piece)
                own = [*(each * areas + area for each in sorted(piece)), *(each * areas + area for each in around)]
                signs = np.array([1.0] * len(piece) + [-1.0] * len(around))
                solver.addRow(-math.inf, len(piece) - 1, len(own), np.array(own, dtype=np.int32), signs)
                cuts += 1
        if not cuts:
            return np.asarray(chosen, dtype=np.int64)
    return None


def _seeds(at: NDArray[np.float64], hot: NDArray[np.float64], count: int) -> list[int]:
    """Schools far from each other, sought-after ones first, that areas are drawn around."""
    candidates = [int(each) for each in np.flatnonzero(hot)]
    chosen = [candidates[0]]
    while len(chosen) < count:
        left = [each for each in candidates if each not in chosen] or [
            each for each in range(len(at)) if each not in chosen
        ]
        away = [min(float(np.hypot(*(at[each] - at[other]))) for other in chosen) for each in left]
        chosen.append(left[int(np.argmax(away))])
    return sorted(chosen)


def _next_to(question: Question, assignment: Sequence[int], members: Sequence[int]) -> Neighbours:
    """Which of the schools have catchments that touch."""
    place = {site: number for number, site in enumerate(members)}
    pairs = {
        (place[assignment[one]], place[assignment[other]])
        for one, others in enumerate(question.near)
        for other in others
        if assignment[one] in place and assignment[other] in place
    }
    return neighbours(len(members), pairs)


def _middle(question: Question, site: int) -> tuple[float, float]:
    """Where a site's school stands, in kilometres."""
    school = question.ground.schools[question.sites[site].mains[0]]
    land = question.ground.map.shapes
    assert school.home is not None
    point = school.point or land.points[question.ground.map.places[school.home].place_id]
    return land.plane.point(point)


def _town(question: Question, site: int) -> str:
    home = question.ground.schools[question.sites[site].mains[0]].home
    assert home is not None
    unit = question.ground.map.places[home]
    return unit.above[0] if unit.above else unit.place_id


def _impossible(count: int, members: Sequence[int], spread: set[str]) -> ZonesError:
    return ZonesError("areas", areas=str(count), schools=str(len(members)), spread=str(len(spread)))
