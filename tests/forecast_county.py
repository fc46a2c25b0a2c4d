"""A small county for forecasts: two towns, four villages, three primary schools and a junior school for all."""

from __future__ import annotations

from typing import Any

from jiaoheng.county import County, build

YEARS = range(2020, 2026)
VILLAGES = {"10001": ("101", 40), "10002": ("101", 30), "20001": ("201", 20), "20002": ("201", 10)}
"""Villages with their towns, and how many are born in each of the year 2013."""
PRIMARY = {"P1": "10001", "P2": "10002", "P3": "20001"}
SHARES = {"P1": ("101", 0.6), "P2": ("101", 0.4), "P3": ("201", 1.0)}


def born(village: str, year: int) -> int:
    """Births of a village in a calendar year: two in a hundred fewer each year."""
    return round(VILLAGES[village][1] * 10 * 0.98 ** (year - 2013))


def entered(school: str, year: int) -> int:
    """Pupils who enter a primary school: those born six years before in its town, by its share."""
    town, share = SHARES[school]
    return round(share * sum(born(village, year - 6) for village, (own, _) in VILLAGES.items() if own == town))


def rows(*, children: bool = True, coordinates: bool = True, classes: bool = True) -> dict[str, list[dict[str, Any]]]:
    """The tables of the county; pupils of a grade follow from those who entered, nobody is lost on the way."""
    places = [{"place_id": "1", "name": "县", "level": "county"}]
    places += [{"place_id": town, "name": f"{town}镇", "level": "town", "parent_id": "1"} for town in ("101", "201")]
    for at, (village, (town, _)) in enumerate(VILLAGES.items()):
        point = {"lon": 113.0 + at / 10, "lat": 34.0} if coordinates else {}
        places.append({"place_id": village, "name": f"{village}村", "level": "village", "parent_id": town, **point})
    schools = [
        {"school_id": school, "name": f"{school}小学", "kind": "211", "place_id": village}
        for school, village in PRIMARY.items()
    ]
    schools.append({"school_id": "J1", "name": "J1初中", "kind": "311", "place_id": "10001"})
    enrolment = []
    for year in YEARS:
        for school in PRIMARY:
            for grade in range(1, 7):
                pupils = entered(school, year - grade + 1)
                enrolment.append(_row(school, year, grade, pupils, classes))
        for grade in range(7, 10):
            enrolment.append(
                _row("J1", year, grade, sum(entered(school, year - grade + 1) for school in PRIMARY), classes)
            )
    ages = [
        {"place_id": village, "year": year, "age": age, "persons": born(village, year - age)}
        for village in VILLAGES
        for year in YEARS
        for age in range(18)
        if children
    ]
    return {
        "county": [{"county_code": "1", "name": "试县"}],
        "places": places,
        "schools": schools,
        "enrolment": enrolment,
        "children": ages,
    }


def _row(school: str, year: int, grade: int, pupils: int, classes: bool) -> dict[str, Any]:
    told = {"classes": -(-pupils // 45)} if classes else {}
    return {"school_id": school, "year": year, "grade": grade, "pupils": pupils, **told}


def county(**options: bool) -> County:
    """The county as a value."""
    return build(rows(**options))
