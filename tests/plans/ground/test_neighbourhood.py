"""Who is next to whom."""

from __future__ import annotations

from typing import Any

import pytest

from jiaoheng.county import County, build
from jiaoheng.plans.graph import components
from jiaoheng.plans.ground import neighbourhood


def square(place: str, west: float, south: float, side: float = 0.01) -> dict[str, Any]:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    ring = [[west + side * x, south + side * y] for x, y in corners]
    return {
        "type": "Feature",
        "properties": {"place_id": place},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def county(features: list[dict[str, Any]], points: dict[str, tuple[float, float] | None]) -> County:
    rows: list[dict[str, Any]] = [{"place_id": "1", "name": "county", "level": "county"}]
    for place, point in points.items():
        lon, lat = point or (None, None)
        rows.append({"place_id": place, "name": place, "level": "village", "parent_id": "1", "lon": lon, "lat": lat})
    return build({"places": rows}, boundaries={"type": "FeatureCollection", "features": features} if features else None)


def test_places_are_neighbours_by_a_border_and_not_by_a_corner() -> None:
    squares = [square("a", 0, 0), square("b", 0.01, 0), square("c", 0, 0.01), square("d", 0.01, 0.01)]
    found = neighbourhood(county(squares, dict.fromkeys("abcd")))
    assert found.boundaries == "given"
    assert set(found.pairs()) == {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}


@pytest.mark.parametrize("shift", [-0.0001, 0.0001])
def test_small_gaps_and_overlaps_of_digitising_are_no_distance(shift: float) -> None:
    found = neighbourhood(county([square("a", 0, 0), square("b", 0.01 + shift, 0)], dict.fromkeys("ab")))
    assert found.pairs() == (("a", "b"),)
    assert not found.islands


def test_an_island_is_joined_to_the_nearest_place_and_told() -> None:
    squares = [square("a", 0, 0), square("b", 0.01, 0), square("island", 0.05, 0)]
    found = neighbourhood(county(squares, dict.fromkeys(["a", "b", "island"])))
    assert found.islands == ("island",)
    assert found.links == (("b", "island"),)


def test_parts_of_a_map_are_joined_by_the_shortest_link() -> None:
    squares = [square("a", 0, 0), square("b", 0.01, 0), square("c", 0.04, 0), square("d", 0.05, 0)]
    found = neighbourhood(county(squares, dict.fromkeys("abcd")))
    assert found.links == (("b", "c"),)
    assert not found.islands
    assert len(components(range(4), found.near)) == 1


def test_cells_are_drawn_around_points_where_there_are_no_boundaries() -> None:
    points = {f"{x}{y}": (0.01 * x, 0.01 * y) for x in range(3) for y in range(3)}
    found = neighbourhood(county([], dict(points)))
    assert found.boundaries == "drawn"
    middle = found.index["11"]
    assert {found.places[each].place_id for each in found.near[middle]} >= {"01", "21", "10", "12"}


def test_places_on_one_point_are_neighbours_of_each_other_and_of_all_around() -> None:
    found = neighbourhood(county([], {"a": (0.0, 0.0), "b": (0.0, 0.0), "c": (0.02, 0.0), "d": (-0.02, 0.0)}))
    assert found.one_spot == (("a", "b"),)
    near = [{found.places[other].place_id for other in found.near[found.index[place]]} for place in "ab"]
    assert near[0] - {"b"} == near[1] - {"a"} == {"c", "d"}


def test_places_without_coordinates_are_told() -> None:
    found = neighbourhood(county([], {"a": (0.0, 0.0), "b": None}))
    assert [unit.place_id for unit in found.unplaced] == ["b"]
    assert [unit.place_id for unit in found.places] == ["a"]
