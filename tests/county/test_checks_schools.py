from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from counties import CENTRAL, COUNTY, JUNIOR, NINE_YEAR, POINT, Rows, clean_rows, codes, drawn_rows, row_of, told
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county.checks.polygons import distance_km, is_inside, polygons
from jiaoheng.county.checks.schools import CATEGORIES, _loops


def _renamed(rows: Rows, old: str, new: str) -> Rows:
    """The rows with one code written otherwise wherever it stands."""
    for table in rows.values():
        for row in table:
            for name, value in row.items():
                if value == old:
                    row[name] = new
    return rows


# Codes.


@pytest.mark.parametrize(
    ("code", "told_as"),
    [
        ("2341000001", ["school_code_category"]),
        ("2137000001", ["school_code_province"]),
        ("3141000001", ["school_code_kind"]),
        ("3441000001", ["school_code_kind"]),
        ("2341", ["school_codes_own"]),
        ("2141000009", []),
    ],
)
def test_a_school_code_is_taken_apart(code: str, told_as: list[str]) -> None:
    assert codes(_renamed(clean_rows(), CENTRAL, code)) == told_as


def test_codes_of_the_countys_own_are_told_once_for_the_table() -> None:
    rows = clean_rows()
    for number, school in enumerate((CENTRAL, NINE_YEAR, JUNIOR, POINT)):
        _renamed(rows, school, f"S{number}")
    (problem,) = told(rows)
    assert (problem.code, problem.index) == ("school_codes_own", None)
    assert "有 4 所学校" in problem.what("zh")
    assert "S0、S1、S2" in problem.what("zh")


def test_codes_of_another_country_are_left_alone() -> None:
    rows = _renamed(_renamed(clean_rows(), COUNTY, "10005"), CENTRAL, "054622")
    assert codes(rows) == []


def test_complete_and_senior_schools_mistaken_for_junior_are_told() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=JUNIOR)["kind"] = "341"
    (problem,) = [problem for problem in told(rows) if problem.code == "school_code_kind"]
    assert "341 是完全中学" in problem.remedy("zh")


@pytest.mark.parametrize("kind", ["119", "219", "319", "329", "349", "368", "519"])
def test_attached_classes_bear_the_code_of_any_school(kind: str) -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=POINT)["kind"] = kind
    assert "school_code_kind" not in codes(rows)


@pytest.mark.parametrize(
    ("category", "kinds"),
    [("11", ["111"]), ("21", ["211", "218"]), ("31", ["311", "312"]), ("34", ["341", "342", "345"]), ("51", ["514"])],
)
def test_each_category_has_its_kinds(category: str, kinds: list[str]) -> None:
    rows = clean_rows()
    rows["schools"].append({"school_id": f"{category}41000099", "name": "学校", "kind": "211"})
    for kind in ("111", "211", "218", "311", "312", "341", "342", "345", "361", "514"):
        rows["schools"][-1]["kind"] = kind
        assert ("school_code_kind" in codes(rows)) == (kind not in kinds), kind


def test_the_categories_are_those_of_the_coding_rule() -> None:
    numbers = (11, 21, 22, *range(31, 38), 41, 42, 51, 91, 92, 93)
    assert sorted(CATEGORIES) == [str(number) for number in numbers]


# Campuses, teaching points, chains of parents.


def test_a_teaching_point_without_a_school_is_told() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=POINT)["parent_id"] = None
    assert codes(rows) == ["teaching_point_without_parent"]


def test_a_campus_without_a_main_school_is_an_error() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=JUNIOR)["counted"] = False
    (problem,) = told(rows)
    assert (problem.code, problem.severity) == ("campus_without_parent", "error")
    row_of(rows, "schools", school_id=JUNIOR)["parent_id"] = NINE_YEAR
    assert codes(rows) == []


def test_a_campus_of_a_campus_is_an_error() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=JUNIOR).update(counted=False, parent_id=POINT)
    row_of(rows, "schools", school_id=POINT)["counted"] = False
    (problem,) = told(rows)
    assert (problem.code, problem.index) == ("campus_of_campus", 2)
    assert "青石镇柳树教学点" in problem.what("zh")


def test_a_school_that_is_its_own_parent_is_an_error() -> None:
    rows = clean_rows()
    row_of(rows, "schools", school_id=CENTRAL)["parent_id"] = CENTRAL
    (problem,) = told(rows)
    assert (problem.code, problem.index) == ("parent_loop", 0)
    assert f"{CENTRAL} → {CENTRAL}" in problem.what("zh")


def test_every_school_of_a_loop_is_told_and_none_that_only_leads_to_it() -> None:
    rows = clean_rows()
    for school, parent in ((CENTRAL, NINE_YEAR), (NINE_YEAR, JUNIOR), (JUNIOR, CENTRAL)):
        row_of(rows, "schools", school_id=school)["parent_id"] = parent
    problems = told(rows)
    assert [(problem.code, problem.index) for problem in problems] == [("parent_loop", index) for index in (0, 1, 2)]
    assert len({problem.what("zh") for problem in problems}) == 1


def test_a_loop_of_places_is_an_error() -> None:
    rows = clean_rows()
    row_of(rows, "places", place_id=COUNTY)["parent_id"] = "410999101"
    assert codes(rows) == ["parent_loop", "parent_loop"]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.none() | st.sampled_from("abcdefghz")))
def test_loops_are_found_exactly(parents: dict[str, str | None]) -> None:
    def returns(start: str) -> bool:
        at = parents.get(start)
        for _ in parents:
            if at == start:
                return True
            at = parents.get(at) if at is not None else None
        return at == start

    loops = list(_loops(parents))
    assert sorted(itertools.chain(*loops)) == sorted(filter(returns, parents))


# Where they lie.


def _square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _boundaries(*rings: list[list[float]], place: str = COUNTY) -> dict[str, Any]:
    feature = {
        "type": "Feature",
        "properties": {"place_id": place},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }
    return {"type": "FeatureCollection", "features": [feature]}


AROUND = _boundaries(_square(113.2, 34.3, 113.6, 34.7))


def test_schools_inside_the_boundaries_are_not_told() -> None:
    assert codes(clean_rows(), boundaries=AROUND) == []


def test_a_school_outside_the_boundaries_is_told_and_one_on_the_edge_is_not() -> None:
    rows = clean_rows()
    school = row_of(rows, "schools", school_id=JUNIOR)
    school["lon"] = 113.615  # 1.4 km east of the edge
    assert codes(rows, boundaries=AROUND) == []
    school["lon"] = 113.63  # 2.8 km
    (problem,) = told(rows, boundaries=AROUND)
    assert (problem.code, problem.index) == ("coordinates_outside", 2)
    assert "青石镇初级中学" in problem.what("zh")


def test_a_school_in_a_hole_of_the_boundaries_is_outside() -> None:
    rows = clean_rows()
    hole = _boundaries(_square(113.2, 34.3, 113.6, 34.7), _square(113.5, 34.6, 113.58, 34.68))
    row_of(rows, "schools", school_id=JUNIOR).update(lon=113.54, lat=34.64)
    assert codes(rows, boundaries=hole) == ["coordinates_outside"]


def test_boundaries_of_another_county_are_told_once() -> None:
    elsewhere = _boundaries(_square(100, 20, 101, 21))
    assert codes(clean_rows(), boundaries=elsewhere) == ["boundaries_differ"]


def test_boundaries_without_a_polygon_are_told() -> None:
    assert codes(clean_rows(), boundaries={"type": "FeatureCollection", "features": []}) == ["boundaries_unreadable"]


def test_boundaries_of_places_that_are_not_in_the_table_are_told() -> None:
    (problem,) = told(clean_rows(), boundaries=_boundaries(_square(113.2, 34.3, 113.6, 34.7), place="999"))
    assert problem.code == "boundaries_unknown_places"
    assert "999" in problem.what("en")


@pytest.mark.parametrize(
    ("table", "columns"),
    [("schools", ("lon", "lat")), ("places", ("lon", "lat")), ("teachers", ("home_lon", "home_lat"))],
)
def test_longitude_and_latitude_in_each_others_column_are_one_error(table: str, columns: tuple[str, str]) -> None:
    rows = clean_rows()
    row = rows[table][0]
    row[columns[0]], row[columns[1]] = row[columns[1]], row[columns[0]]
    (problem,) = told(rows)
    assert (problem.code, problem.table, problem.index) == ("coordinates_turned", table, 0)


@pytest.mark.parametrize("boundaries", [None, _boundaries(_square(75.0, 39.0, 76.5, 40.5))])
def test_coordinates_that_fit_the_globe_either_way_are_told_by_the_county(boundaries: Any) -> None:
    rows = drawn_rows(12)
    for row in rows["schools"]:
        row["lon"], row["lat"] = row["lon"] - 37.5, row["lat"] + 5.5
    school = rows["schools"][4]
    school["lon"], school["lat"] = school["lat"], school["lon"]
    found = [problem for problem in told(rows, boundaries=boundaries) if problem.code != "boundaries_unknown_places"]
    assert [(problem.code, problem.index) for problem in found] == [("coordinates_look_turned", 4)]


def test_without_boundaries_a_school_far_from_all_others_is_told() -> None:
    rows = clean_rows()
    school = row_of(rows, "schools", school_id=JUNIOR)
    school["lon"] = 113.9
    assert codes(rows) == []
    for wrong in ({"lon": 131.419}, {"lon": 0.0, "lat": 0.0}, {"lat": 3.4508}):
        school.update({"lon": 113.419, "lat": 34.508} | wrong)
        (problem,) = told(rows)
        assert (problem.code, problem.index) == ("coordinates_far", 2)
        assert "公里" in problem.what("zh")


def test_the_far_corner_of_a_vast_county_is_not_told() -> None:
    rows = drawn_rows(30)
    for number, row in enumerate(rows["schools"]):
        row["lon"], row["lat"] = 88 + (number % 6) * 0.9, 38 + (number // 6) * 0.7
    assert codes(rows) == []


@pytest.mark.parametrize(("missing", "column"), [("lon", "lon"), ("lat", "lat")])
def test_half_a_pair_of_coordinates_is_told(missing: str, column: str) -> None:
    rows = clean_rows()
    rows["schools"][1][missing] = None
    (problem,) = told(rows)
    assert (problem.code, problem.column, problem.index) == ("coordinate_half", column, 1)


# The geometry below them.

COORDINATE = st.floats(-1, 1).map(lambda value: round(value, 3))


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_inside_a_square_is_inside(lon: float, lat: float) -> None:
    shapes = polygons({"type": "Polygon", "coordinates": [_square(-1, -1, 1, 1)]})
    if max(abs(lon), abs(lat)) < 0.999:
        assert is_inside(shapes, lon, lat)
    if max(abs(lon), abs(lat)) > 1.001:
        assert not is_inside(shapes, lon, lat)
        assert is_inside(shapes, lon, lat, tolerance_km=160)


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=8), COORDINATE, COORDINATE)
def test_where_a_ring_begins_and_which_way_it_runs_does_not_matter(
    ring: list[tuple[float, float]], lon: float, lat: float
) -> None:
    aside = math.sqrt(2) * 1e-4, math.sqrt(3) * 1e-4  # on no line between drawn corners
    answers = {
        is_inside(polygons({"type": "Polygon", "coordinates": [turned]}), lon + aside[0], lat + aside[1])
        for turned in (ring, ring[::-1], ring[1:] + ring[:1])
    }
    assert len(answers) == 1


def test_distances_are_those_of_the_globe() -> None:
    assert distance_km((116.397, 39.908), (121.473, 31.230)) == pytest.approx(1067, rel=0.005)
    assert distance_km((0, 0), (180, 0)) == pytest.approx(20015, rel=0.001)
    assert distance_km((113, 34), (113, 34)) == 0


def test_the_tolerance_is_measured_in_kilometres_east_as_north() -> None:
    shapes = polygons({"type": "Polygon", "coordinates": [_square(113, 60, 114, 61)]})
    for lon, lat, km in ((114.036, 60.5, 1.97), (113.5, 61.018, 2.0)):
        assert not is_inside(shapes, lon, lat, tolerance_km=km - 0.1)
        assert is_inside(shapes, lon, lat, tolerance_km=km + 0.1)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": ["Polygon"], "coordinates": []},
        {"type": "MultiPolygon", "coordinates": 5},
        {"type": "Polygon", "coordinates": {"a": 1}},
        {"type": "Polygon", "coordinates": [[["a", {}], [float("nan"), 2], [1, 2]]]},
        {"type": "GeometryCollection", "geometries": 5},
    ],
)
def test_boundaries_that_are_nonsense_are_told(geometry: dict[str, object]) -> None:
    feature = {"type": "Feature", "properties": {"place_id": "410998"}, "geometry": geometry}
    found = codes(clean_rows(), boundaries={"type": "FeatureCollection", "features": [feature]})
    assert "boundaries_unreadable" in found
