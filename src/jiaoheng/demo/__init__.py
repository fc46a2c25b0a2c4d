"""望岚县: a fictional county to try Jiaoheng with. Nothing in it is a real place, school or person.

``county(seed)`` draws it; the same seed gives the same county on every machine. Its code, 410999, belongs to
no real county, and school codes start their serial at 990001. Sizes, class sizes and pupils a teacher follow
published distributions of counties of its size: 320 000 people, 50 000 pupils, 110 schools, 3 200 teachers.
Wherever it is stored, ``source`` says that it is synthetic.

Its troubles are planted, and believable:

- the county seat is crowded: 实验小学 has over 2 000 pupils; it, 第二小学 and 第一初级中学 have classes of
  56 to 70 and too little room; three more schools have classes a little too large or stand at the floor for
  sports grounds;
- the villages empty: teaching points of 8 to 45 pupils, three of them closed since 2019;
- PE, music and art teachers are short: three rural schools are below the floor, seven at it;
- one coefficient of variation is over its limit: sports grounds of primary schools;
- the crowded schools and a few others lack a music or art room, or theirs is too small;
- two private schools lack grounds or equipment, two central primaries a few backbone teachers;
- six teachers lack training hours, two schools budget under 5 % for training, two figures are not reported;
- checking warns of one cohort: a kindergarten opened in 2020 that filled its upper classes from elsewhere.

A module a part: ``geography``, ``schools`` and ``founding``, ``choices`` (who goes where), ``pupils``,
``enrolment``, ``facilities``, ``posts``, ``teachers``, ``rotation``, ``staff``, ``money``, ``organisation``,
``reported``.
"""

from __future__ import annotations

from typing import Any

from jiaoheng.county import County, build
from jiaoheng.demo import (
    enrolment,
    facilities,
    founding,
    geography,
    money,
    organisation,
    posts,
    pupils,
    reported,
    rotation,
    schools,
    staff,
    teachers,
)
from jiaoheng.demo.choices import Choices
from jiaoheng.demo.draws import Draws
from jiaoheng.demo.names import COUNTY

__all__ = ["SEED", "county", "source"]

SEED = 2025


def source(seed: int = SEED) -> str:
    """What a snapshot's manifest says of where this county came from."""
    return f"synthetic: {COUNTY}, seed {seed}"


def county(seed: int = SEED) -> County:
    """The fictional county with its boundaries; ``travel``, ``scores`` and ``surveys`` stay empty."""
    land = geography.draw(seed)
    network = founding.found(seed, land)
    choices = Choices(land, network)
    flow = pupils.flow(seed, land, network, choices)
    teaching = enrolment.organise(seed, network, flow)
    plan = posts.plan(seed, land, network, flow, teaching)
    roster = rotation.two_years(seed, network, teachers.roster(seed, land, network, plan))
    rows: dict[str, list[Any]] = {
        "county": [{"county_code": geography.COUNTY_CODE, "name": COUNTY, "province_code": "41"}],
        "places": _places(seed, land, flow),
        "children": _children(land, flow),
        "schools": [_school(land, school) for school in network],
        "enrolment": list(teaching.enrolment),
        "classes": list(teaching.classes),
        "facilities": facilities.equip(seed, network, flow, teaching),
        "staff": staff.counts(seed, network, flow, teaching, plan, roster),
        "teachers": [row for year in sorted(roster) for row in roster[year]],
        "zones": organisation.catchments(land, network, choices),
        "groups": organisation.groups(land, network),
        "finance": money.accounts(seed, network, flow),
        "reported": reported.figures(rotation.shares(roster)),
    }
    return build(rows, boundaries=geography.boundaries(land))


def _places(seed: int, land: geography.Geography, flow: pupils.Flow) -> list[dict[str, Any]]:
    """County, towns and villages; the farther out, the fewer children a hundred people have."""
    draws = Draws(seed, "population")
    young = [
        sum(flow.children.get((index, schools.LAST_YEAR, age), 0) for age in pupils.AGES)
        for index in range(len(land.places))
    ]
    people = [
        int(children * draws.between(4.0, 4.5) * (1 + 0.65 * place.remoteness)) + draws.whole(10, 60)
        for children, place in zip(young, land.places, strict=True)
    ]
    lon, lat = land.towns[0].lon, land.towns[0].lat
    rows: list[dict[str, Any]] = [_place(geography.COUNTY_CODE, COUNTY, "county", None, lon, lat, sum(people))]
    for index, town in enumerate(land.towns):
        own = [count for count, place in zip(people, land.places, strict=True) if place.town == index]
        rows.append(_place(town.id, town.name, "town", geography.COUNTY_CODE, town.lon, town.lat, sum(own)))
    for count, place in zip(people, land.places, strict=True):
        rows.append(_place(place.id, place.name, "village", land.towns[place.town].id, place.lon, place.lat, count))
    return rows


def _place(
    place_id: str, name: str, level: str, parent: str | None, lon: float, lat: float, population: int
) -> dict[str, Any]:
    return {
        "place_id": place_id,
        "name": name,
        "level": level,
        "parent_id": parent,
        "lon": lon,
        "lat": lat,
        "population": population,
    }


def _children(land: geography.Geography, flow: pupils.Flow) -> list[dict[str, Any]]:
    return [
        {"place_id": place.id, "year": year, "age": age, "persons": flow.children.get((index, year, age), 0)}
        for index, place in enumerate(land.places)
        for year in pupils.YEARS
        for age in pupils.AGES
    ]


def _school(land: geography.Geography, school: schools.School) -> dict[str, Any]:
    return {
        "school_id": school.id,
        "name": school.name,
        "kind": school.kind,
        "parent_id": school.parent_id,
        "counted": school.counted,
        "place_id": land.places[school.place].id,
        "lon": school.lon,
        "lat": school.lat,
        "setting": school.setting,
        "ownership": school.ownership,
        "built_year": school.built_year,
        "boarding": school.boarding,
        "open_from": school.open_from,
        "open_to": school.open_to,
    }
