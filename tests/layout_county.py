"""Small counties for layouts: villages on a line, schools in some of them."""

from __future__ import annotations

from typing import Any

from jiaoheng.county import County, build

CODE = "410999"
YEARS = (2023, 2024, 2025)
KM_PER_DEGREE = 92.2
"""Of longitude at the latitude of these counties."""


def village(number: int) -> str:
    """The code of a village."""
    return f"{CODE}101{number:03}"


def school(number: int) -> str:
    """The code of the school in a village."""
    return f"21419{number:05}"


def county(
    children: list[int],
    schools: dict[int, int],
    *,
    apart: float = 2.0,
    points: dict[int, int] | None = None,
    pupils: dict[int, int] | None = None,
    zones: bool = False,
) -> County:
    """Villages in a row, ``apart`` kilometres by road, with so many primary children each, the same every year.

    ``schools``: seats by the village they stand in; ``points``: teaching points (grades 1 to 3) and their main schools.
    ``pupils``: of each school, where they are not the children of the nearest villages.
    """
    points = points or {}
    per_age = {number: max(0, count) / 6 for number, count in enumerate(children)}
    nearest = {
        number: min(schools, key=lambda at: (abs(at - number), at)) for number in range(len(children)) if schools
    }
    told = {at: sum(children[number] for number, to in nearest.items() if to == at) for at in schools}
    told |= pupils or {}
    rows: dict[str, list[dict[str, Any]]] = {
        "county": [{"county_code": CODE, "name": "望岚县", "primary_grades": 6, "detour_factor": 1.0}],
        "places": [
            {"place_id": CODE, "name": "望岚县", "level": "county"},
            {"place_id": f"{CODE}101", "name": "青石镇", "level": "town", "parent_id": CODE, "lon": 113.0, "lat": 34.0},
            *(
                {"place_id": village(number), "name": f"{number}号村", "level": "village", "parent_id": f"{CODE}101",
                 "lon": 113 + number * apart / KM_PER_DEGREE, "lat": 34.0}
                for number in range(len(children))
            ),
        ],
        "children": [
            {"place_id": village(number), "year": year, "age": age, "persons": _whole(count, age)}
            for number, count in per_age.items()
            for year in YEARS
            for age in range(18)
        ],
        "schools": [
            {"school_id": school(at), "name": f"{at}号小学", "kind": "218" if at in points else "211",
             "parent_id": school(points[at]) if at in points else None, "place_id": village(at),
             "lon": 113 + at * apart / KM_PER_DEGREE, "lat": 34.0, "setting": "220"}
            for at in schools
        ],
        "enrolment": [
            {"school_id": school(at), "year": year, "grade": grade, "classes": 1,
             "pupils": _whole(told[at] / (3 if at in points else 6), grade)}
            for at in schools
            for year in YEARS
            for grade in range(1, 4 if at in points else 7)
        ],
        "facilities": [
            {"school_id": school(at), "year": year, "places": seats, "beds": 0, "teaching_area": 2000.0,
             "equipment_value": 500000.0, "sports_ground_area": 3000.0, "indoor_sports_area": 0.0,
             "multimedia_rooms": 10}
            for at, seats in schools.items()
            for year in YEARS
        ],
        "zones": [
            {"place_id": village(number), "stage": "primary", "school_id": school(to)}
            for number, to in nearest.items()
            if zones
        ],
    }  # fmt: skip
    return build(rows)


def _whole(count: float, turn: int) -> int:
    """Whole persons that add up to the count over the ages."""
    return int(count) + (turn % 6 < round((count - int(count)) * 6))
