"""A layout as moves on the county's tables, each with its year, its cost and its reason."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from jiaoheng.county import County
from jiaoheng.county.moves import Move, Reason
from jiaoheng.plans.distances import Distances
from jiaoheng.plans.ground import zones_of
from jiaoheng.plans.layout.result import Result
from jiaoheng.plans.layout.terrain import LOW_GRADES, running
from jiaoheng.plans.plan import PlacesAnswer

_KINDS = {"closed": "merge", "point": "to_point", "campus": "to_branch"}


def moves(result: Result, county: County, answer: PlacesAnswer) -> tuple[Move, ...]:
    """All moves, by year."""
    found = [
        *_built(result),
        *_changed(result, county, answer),
        *_beds(result, answer),
        *_zones(result, county, answer),
    ]
    order = {
        kind: place for place, kind in enumerate(("open", "add_seats", "add_beds", "to_branch", "to_point", "merge"))
    }
    return tuple(sorted(found, key=lambda move: (move.year, order.get(move.kind, 9), move.school_id, move.place_id)))


def _begun(result: Result, kind: str, year: int) -> int:
    lever = result.asked.rules.lever(kind)
    return max(result.asked.land.base_year, year - (lever.lead if lever else 1))


def _built(result: Result) -> Iterator[Move]:
    """New schools and seats."""
    asked = result.asked
    area = asked.rules.costs.seat_area.get(asked.land.stage)
    for spot, added in result.ends.added.items():
        own, year = asked.land.spots[spot], result.staged.built[spot]
        kind = "add_seats" if own.site is None else "open"
        site = None if own.site is None else asked.rules.request.sites[own.site]
        stated = site.cost if site is not None else None
        yield Move(
            kind,
            year,
            own.code,
            added,
            begun=_begun(result, kind, year),
            cost=asked.rules.built(kind, added) if stated is None else stated,
            reasons=(Reason("", asked.land.stage, "layout_seats", _short(result, spot)),),
            site=site,
            area=None if area is None else area * added,
        )


def _short(result: Result, spot: int) -> float:
    """Seats that a school would lack at most in the years of the plan, were none added, in any variant."""
    asked = result.asked
    bare = 0.0 if asked.land.spots[spot].site is not None else asked.land.spots[spot].seats
    most = 0.0
    for at, year in enumerate(asked.land.years):
        if year < result.staged.built[spot]:
            continue
        here = result.staged.assignment[at] == spot
        most = max(most, *(float(asked.demand(each, year)[here].sum()) - bare for each in asked.land.variants))
    return math.ceil(most - 1e-6)


def _changed(result: Result, county: County, answer: PlacesAnswer) -> Iterator[Move]:
    """Schools that close, become teaching points or campuses."""
    asked = result.asked
    distances = Distances(county)
    pupils = {dossier.school_id: dossier.pupils for dossier in answer.dossiers}
    yearly = running(asked.rules.costs)
    for spot, way in result.ends.ways.items():
        own, kind, year = asked.land.spots[spot], _KINDS[way], result.staged.changes[spot]
        into = asked.land.spots[result.leads[spot]]
        lever = asked.rules.lever(kind)
        left = {"closed": 0.0, "point": yearly.point, "campus": yearly.campus}[way]
        before = yearly.point if own.serves != tuple(asked.land.bands) else yearly.school
        amount = pupils.get(own.code, own.pupils)
        yield Move(
            kind,
            year,
            own.code,
            amount,
            begun=_begun(result, kind, year),
            cost=(lever.cost if lever else 0.0) * amount,
            to_school=into.code,
            grade=max(LOW_GRADES) if way == "point" else None,
            km=distances.between(own.code, into.code),
            reasons=(Reason("", asked.land.stage, f"layout_{way}", before - left),),
        )


def _beds(result: Result, answer: PlacesAnswer) -> Iterator[Move]:
    """Boarding places, where more board than there are beds."""
    asked = result.asked
    lever = asked.rules.lever("add_beds")
    spots = asked.land.index
    needed: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for seating in answer.seating:
        if seating.boarders > 0:
            needed[seating.school_id][seating.year] = seating.boarders
    for code, by_year in needed.items():
        there = asked.land.spots[spots[code]].beds or 0.0
        lacking = max(by_year.values()) - there
        if lever is None or lacking <= 1e-6:
            continue
        beds = math.ceil(lacking / lever.lot - 1e-9) * lever.lot
        year = min(by_year)
        reason = Reason("", asked.land.stage, "layout_beds", math.ceil(lacking - 1e-6))
        yield Move("add_beds", year, code, beds, begun=_begun(result, "add_beds", year), cost=beds * lever.cost,
                   reasons=(reason,))  # fmt: skip


def _zones(result: Result, county: County, answer: PlacesAnswer) -> Iterator[Move]:
    """Catchments that change, where the county has drawn any, at the year from which they stay as they then are."""
    told = zones_of(county, result.asked.land.stage)
    merges = {
        result.asked.land.spots[spot].code: (
            result.asked.land.spots[result.leads[spot]].code,
            result.staged.changes[spot],
        )
        for spot, way in result.ends.ways.items()
        if way == "closed"
    }
    last = result.asked.land.years[-1]
    for place in [each for each in answer.served if each.year == last]:
        zoned = told.get(place.place_id, ())
        if not zoned or set(place.schools) == set(place.before):
            continue
        since = _since(place.place_id, place.schools, answer, last)
        left = [code for code in zoned if code in place.before and code not in place.schools]
        new = [code for code in place.schools if code not in zoned]
        # What a merger leads on by itself needs no order of its own.
        for code in list(left):
            if code in merges and merges[code][0] in new and merges[code][1] <= since:
                left.remove(code)
                new.remove(merges[code][0])
        for number, code in enumerate(new):
            yield Move("zone", since, code, place.children, result.asked.land.stage, place_id=place.place_id,
                       begun=since - 1, from_school=left[number] if number < len(left) else "",
                       reasons=(Reason("", place.stage, "layout_zone"),))  # fmt: skip


def _since(place: str, schools: Sequence[str], answer: PlacesAnswer, last: int) -> int:
    years = sorted((each for each in answer.served if each.place_id == place), key=lambda each: -each.year)
    since = last
    for each in years:
        if set(each.schools) != set(schools):
            break
        since = each.year
    return since


def in_force(plan: Iterable[Move], year: int) -> tuple[Move, ...]:
    """The moves of a year and before."""
    return tuple(move for move in plan if move.year <= year)
