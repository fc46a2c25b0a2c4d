"""Children of the county's places: counted once, and about as many at six as enter grade one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from jiaoheng.county import words
from jiaoheng.county.checks.facts import enrolment, rows
from jiaoheng.county.checks.registry import advice
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem

ENTRY_AGE = 6
WILDLY = 2.0
ENOUGH = 50


@advice
def counted_twice(county: County) -> Iterator[Problem]:
    """Children told for a place and for places in it are counted twice by whoever adds them up."""
    parents = _parents(county)
    told: defaultdict[int, set[str]] = defaultdict(set)
    first: dict[tuple[str, int], int] = {}
    for index, place, year in rows(county, "children", "place_id", "year"):
        if place is not None and year is not None:
            told[year].add(place)
            first.setdefault((place, year), index)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for year, places in told.items():
        for outer in {outer for place in places for outer in _outer(place, parents) if outer in places}:
            found[outer].append(year)
    for place, years in sorted(found.items()):
        yield Problem(
            code="children_twice",
            table="children",
            column="place_id",
            value=place,
            index=min(first[place, year] for year in years),
            details={"years": words.years(years)},
        )


@advice
def entrants(county: County) -> Iterator[Problem]:
    """Children of six against pupils of grade one: not half, not double."""
    parents = _parents(county)
    children: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for _, place, year, age, persons in rows(county, "children", "place_id", "year", "age", "persons"):
        if age == ENTRY_AGE and None not in (place, year, persons):
            children[year][place] = persons
    pupils: defaultdict[int, int] = defaultdict(int)
    for row in enrolment(county):
        if row.grade == 1:
            pupils[row.year] += row.pupils or 0
    # Years with blanks or with rows that wait are not whole.
    partial = {gap.year for gap in county.gaps if gap.table in ("children", "enrolment", "places", "schools")}
    partial |= {row.year for row in enrolment(county) if row.grade == 1 and row.pupils is None}
    for year, places in sorted(children.items()):
        if year in partial or None in partial:
            continue
        # Of a place and the places in it only the outermost counts.
        six = sum(
            count for place, count in places.items() if not any(outer in places for outer in _outer(place, parents))
        )
        entered = pupils.get(year, 0)
        if min(six, entered) * WILDLY < max(six, entered) and max(six, entered) >= ENOUGH and entered:
            details = {"year": str(year), "children": str(six), "pupils": str(entered)}
            yield Problem(code="entrants_differ", table="children", column="persons", details=details)


def _parents(county: County) -> dict[str, str | None]:
    return {place: parent for _, place, parent in rows(county, "places", "place_id", "parent_id")}


def _outer(place: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """The places around a place, outwards; a chain that loops ends where it began."""
    seen = {place}
    at = parents.get(place)
    while at is not None and at not in seen:
        yield at
        seen.add(at)
        at = parents.get(at)
