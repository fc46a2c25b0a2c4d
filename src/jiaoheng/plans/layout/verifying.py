"""Whether a layout keeps what was asked, looked at anew and knowing nothing of how it was found."""

from __future__ import annotations

from collections.abc import Iterator

from jiaoheng.plans.layout.result import Result

_ROUNDING = 1e-6


def faults(result: Result, first: int) -> Iterator[str]:
    """What a layout breaks, one line each. Seats are held from school year ``first`` on, in every variant."""
    yield from _schools(result)
    for year in result.asked.land.years:
        yield from _children(result, year)
        if year >= first:
            yield from _seats(result, year)


def _schools(result: Result) -> Iterator[str]:
    asked = result.asked
    request = asked.rules.request
    for spot, way in result.ends.ways.items():
        own = asked.land.spots[spot]
        small = request.consent_not_needed and own.pupils < request.fewest
        if own.code in request.kept or not (own.code in request.consented or small):
            yield f"{own.code} {way} without consent"
        if spot not in result.leads:
            yield f"{own.code} {way} leads nowhere"
        if not own.single:
            yield f"{own.code} teaches other stages too"
        year = result.staged.changes[spot]
        if request.phases and year not in request.phases:
            yield f"{own.code} changes in {year}, outside the phases"


def _children(result: Result, year: int) -> Iterator[str]:
    """Every place goes to a school that is open, teaches it, and is near enough or has boarding."""
    asked = result.asked
    land, request = asked.land, asked.rules.request
    assignment = result.spots_in(year)
    for number, unit in enumerate(asked.units):
        spot = int(assignment[number])
        if spot < 0 or not result.open_in(spot, year):
            yield f"{unit.name} has no open school in {year}"
            continue
        if unit.stays is not None:
            if spot != unit.stays:
                yield f"{unit.name} leaves its school without a known way"
            continue
        way = result.ends.ways.get(spot) if year >= result.staged.changes.get(spot, year + 1) else None
        serves = ("low",) if way == "point" else land.spots[spot].serves
        bands = land.bands if unit.band == "all" else (unit.band,)
        today = [land.present[band][unit.place] for band in bands]
        for band, before in zip(bands, today, strict=True):
            if band not in serves:
                yield f"{unit.name} {band}: {land.spots[spot].code} does not teach it in {year}"
            if spot == before:
                continue
            minutes, was = land.minutes[unit.place, spot], land.minutes[unit.place, before]
            limit = max(request.minutes[band], was) if was == was else request.minutes[band]
            if not minutes <= limit + _ROUNDING:
                lowest = {"low": 1, "high": {"primary": 4, "junior": 7, "senior": 10}.get(land.stage, 0)}[band]
                if lowest < request.boards_from or lowest < 4:
                    yield f"{unit.name} {band}: {minutes:.1f} minutes to {land.spots[spot].code} in {year}"


def _seats(result: Result, year: int) -> Iterator[str]:
    asked = result.asked
    at = result.staged.years.index(year)
    for variant in asked.land.variants:
        loads = [0.0] * len(asked.land.spots)
        for number, children in enumerate(asked.demand(variant, year)):
            loads[int(result.staged.assignment[at][number])] += float(children)
        for spot, load in enumerate(loads):
            seats = result.staged.seats[at][spot]
            if load > seats + _ROUNDING * max(1.0, seats):
                yield f"{asked.land.spots[spot].code}: {load:.1f} children, {seats:.0f} seats in {year}, {variant}"
