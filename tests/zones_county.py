"""A county of sixteen villages on a grid and four schools, small enough to see through."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from jiaoheng.county import County, build

_SCHOOLS = {"S1": "v00", "S2": "v03", "S3": "v30", "S4": "v33"}


def small_county(
    seats: int = 400, without: Set[str] = frozenset(), childless: Set[str] = frozenset(),
    moved: Mapping[str, tuple[float, float]] = {}, children: bool = True,
) -> County:  # fmt: skip
    """Villages v00 to v33, a kilometre apart; catchments today are its four columns, not its four quarters.

    ``seats`` are those of each school; places ``without`` have no coordinates, those in ``moved`` others.
    """
    villages = {f"v{x}{y}": (113.0 + 0.011 * x, 34.0 + 0.009 * y) for x in range(4) for y in range(4)}
    villages |= moved
    places: list[dict[str, Any]] = [{"place_id": "410999", "name": "County", "level": "county"}]
    for place, (lon, lat) in villages.items():
        row = {"place_id": place, "name": place, "level": "village", "parent_id": "410999", "lon": lon, "lat": lat}
        places.append(row | ({"lon": None, "lat": None} if place in without else {}))
    schools = [
        {"school_id": code, "name": code, "kind": "211", "place_id": "410999" if home in without else home,
         "lon": villages[home][0], "lat": villages[home][1], "setting": "220"}
        for code, home in _SCHOOLS.items()
    ]  # fmt: skip
    years = range(2019, 2026)
    return build(
        {
            "county": [{"county_code": "410999", "name": "County"}],
            "places": places,
            "schools": schools,
            "children": [
                {"place_id": place, "year": year, "age": age, "persons": 0 if place in childless else 8}
                for place in villages for year in years for age in range(18) if children
            ],
            "enrolment": [
                {"school_id": code, "year": year, "grade": grade, "classes": 1, "pupils": 32}
                for code in _SCHOOLS for year in years for grade in range(1, 7)
            ],
            "facilities": [
                {"school_id": code, "year": 2025, "stage": None, "places": seats} for code in _SCHOOLS
            ],
            "zones": [
                {"place_id": place, "stage": "primary", "school_id": list(_SCHOOLS)[int(place[1])]}
                for place in villages
            ],
        }
    )  # fmt: skip
