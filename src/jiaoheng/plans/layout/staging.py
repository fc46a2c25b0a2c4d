"""When what is done: each school closes in the first year from which its children always fit elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.question import Question

_ROUNDING = 1e-6


class Staged(msgspec.Struct, frozen=True):
    """A layout year by year. ``years`` of the plan; ``assignment`` (years, units) spots; ``changes``: by spot the year
    from which it is run in its last way; ``built``: by spot the year from which added seats are there.

    ``seats`` (years, spots); ``over`` is, by year, children above the seats in the worst variant.
    """

    years: tuple[int, ...]
    assignment: NDArray[np.int64]
    changes: Mapping[int, int]
    built: Mapping[int, int]
    seats: NDArray[np.float64]
    over: NDArray[np.float64]


class Ends(msgspec.Struct, frozen=True):
    """What stands at both ends: spots of units while every school is there (``stays``) and in the last layout.

    ``ways`` are the last ways of spots that change (``closed``, ``point``, ``campus``); ``added`` seats by spot;
    ``ready`` by spot the first year in which they can be there.
    """

    stays: NDArray[np.int64]
    last: NDArray[np.int64]
    ways: Mapping[int, str]
    added: Mapping[int, float]
    ready: Mapping[int, int]


def staged(asked: Question, ends: Ends, phases: Collection[int], first: int) -> Staged:
    """Changes in the first phase (from ``first`` on) that all later years can hold, in the last phase at the latest."""
    land = asked.land
    years = land.years
    may = [year for year in years if year >= first and (not phases or year in phases)] or [years[-1]]
    final = may[-1]
    changes: dict[int, int] = {}
    order = sorted(ends.ways, key=lambda spot: (land.spots[spot].pupils, land.spots[spot].code))
    for year in may:
        for spot in order:
            if spot not in changes and (year == final or _fits(asked, ends, {**changes, spot: year}, year, final)):
                changes[spot] = year
    assignment = np.array([_of_year(asked, ends, changes, year, final) for year in years])
    built = _needed(asked, ends, assignment)
    seats = np.array([_seats(asked, ends, built, year) for year in years])
    over = np.array([_over(asked, assignment[at], seats[at], year).sum() for at, year in enumerate(years)])
    return Staged(years, assignment, changes, built, seats, over)


def _of_year(asked: Question, ends: Ends, changes: Mapping[int, int], year: int, final: int) -> NDArray[np.int64]:
    """Where units go in a year: all as in the end from ``final`` on, before only those whose school has changed."""
    if year >= final:
        return ends.last
    gone = np.array([year >= changes.get(int(spot), year + 1) for spot in ends.stays], dtype=bool)
    # A site that is not open yet takes nobody.
    ready = np.array([year >= ends.ready.get(int(spot), year) for spot in ends.last], dtype=bool)
    present = np.array([asked.present(unit) for unit in range(len(asked.units))])
    opened = np.array([year >= ends.ready.get(int(spot), year) or asked.land.spots[int(spot)].site is None
                       for spot in ends.stays], dtype=bool)  # fmt: skip
    before = np.where(opened, ends.stays, present)
    return np.where(gone & ready, ends.last, before)


def _fits(asked: Question, ends: Ends, changes: Mapping[int, int], year: int, final: int) -> bool:
    """Whether nobody lacks a seat for these changes, in the year and all later ones, who had one without them."""
    without = {spot: since for spot, since in changes.items() if since < year}
    for at in [each for each in asked.land.years if year <= each < final]:
        seats = _seats(asked, ends, ends.ready, at)
        after = _over(asked, _of_year(asked, ends, changes, at, final), seats, at)
        before = _over(asked, _of_year(asked, ends, without, at, final), seats, at)
        if (after > before + _ROUNDING).any():
            return False
        moved = _of_year(asked, ends, changes, at, final)
        if any(at < ends.ready.get(int(spot), at) for spot in moved if asked.land.spots[int(spot)].site is not None):
            return False
        gone = [spot for spot, since in changes.items() if since <= at and ends.ways[spot] == "closed"]
        if np.isin(moved, gone).any():
            return False
    return True


def _seats(asked: Question, ends: Ends, built: Mapping[int, int], year: int) -> NDArray[np.float64]:
    found = []
    for number, spot in enumerate(asked.land.spots):
        there = year >= built.get(number, year + 1)
        own = 0.0 if spot.site is not None else spot.seats
        found.append(own + (ends.added.get(number, 0.0) if there else 0.0))
    return np.array(found)


def _over(asked: Question, assignment: NDArray[np.int64], seats: NDArray[np.float64], year: int) -> NDArray[np.float64]:
    """Children above the seats of each spot, in the variant that has most."""
    loads = [np.bincount(assignment, asked.demand(variant, year), len(seats)) for variant in asked.land.variants]
    lacking = np.max(loads, axis=0) - seats
    return np.where(lacking > _ROUNDING * np.maximum(1.0, seats), lacking, 0.0)


def _needed(asked: Question, ends: Ends, assignment: NDArray[np.int64]) -> dict[int, int]:
    """The first year in which added seats are used: built for it, and never before they can be there."""
    found = {}
    for spot in ends.added:
        own = asked.land.spots[spot]
        bare = np.array([0.0 if n != spot or own.site is not None else own.seats for n in range(len(asked.land.spots))])
        years = [
            year
            for at, year in enumerate(asked.land.years)
            if _over(asked, assignment[at], np.where(np.arange(len(bare)) == spot, bare, np.inf), year)[spot] > 0
        ]
        wanted = [year for year in years if year >= ends.ready[spot]]
        found[spot] = wanted[0] if wanted else ends.ready[spot]
    return found


def ways_of(chosen: Mapping[int, str], closable: Collection[int]) -> dict[int, str]:
    """The last way of each spot that may change and does."""
    found = {spot: chosen.get(spot, "closed") for spot in sorted(closable)}
    return {spot: way for spot, way in found.items() if way != "keep"}
