"""Do the towns tile the county, and do villages and schools lie where they say?"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from jiaoheng.county import County
from jiaoheng.demo import geography

Facts = dict[str, list[dict[str, Any]]]
Point = tuple[float, float]


def rings(county: County) -> dict[str, list[Point]]:
    assert county.boundaries is not None
    return {
        feature["properties"]["place_id"]: [tuple(point) for point in feature["geometry"]["coordinates"][0]]
        for feature in county.boundaries["features"]
    }


def doubled_area(ring: list[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def within(point: Point, ring: list[Point]) -> bool:
    """Ray casting, written anew."""
    lon, lat = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 <= lat < y2) or (y2 <= lat < y1):
            crossings += lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1
    return crossings % 2 == 1


def crosses(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def assert_tiles(towns: list[list[Point]], outline: list[Point]) -> None:
    """Every piece of border is walked once each way: by two towns, or a town and the world outside."""
    walked = Counter(edge for ring in towns for edge in pairwise(ring))
    walked.update((end, start) for start, end in pairwise(outline))
    assert set(walked.values()) == {1}
    assert all((end, start) in walked for start, end in walked)
    assert all(doubled_area(ring) > 0 for ring in towns)


def test_every_town_and_the_county_has_a_closed_boundary_named_like_it(wanglan: County, facts: Facts) -> None:
    found = rings(wanglan)
    assert set(found) == {row["place_id"] for row in facts["places"] if row["level"] != "village"}
    assert all(ring[0] == ring[-1] and len(ring) > 40 for ring in found.values())


def test_towns_tile_the_county_without_gaps_or_overlaps(wanglan: County) -> None:
    found = rings(wanglan)
    outline = found.pop("410999")
    assert_tiles(list(found.values()), outline)
    assert doubled_area(outline) == pytest.approx(sum(map(doubled_area, found.values())), rel=1e-9)


def test_no_boundary_crosses_itself(wanglan: County) -> None:
    for ring in rings(wanglan).values():
        edges = list(pairwise(ring))
        boxes = [(min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])) for a, b in edges]
        for one, (a, b) in enumerate(edges):
            for other in range(one + 1, len(edges)):
                p, q = boxes[one], boxes[other]
                if p[0] <= q[1] and q[0] <= p[1] and p[2] <= q[3] and q[2] <= p[3]:
                    assert not crosses(a, b, *edges[other])


def test_the_county_is_of_the_size_of_a_county(wanglan: County) -> None:
    square_km = doubled_area(rings(wanglan)["410999"]) / 2 * 91.74 * 111.2
    assert 1_000 < square_km < 2_500


def test_villages_and_schools_lie_in_their_town(wanglan: County, facts: Facts) -> None:
    found = rings(wanglan)
    towns = {row["place_id"]: row["parent_id"] for row in facts["places"] if row["level"] == "village"}
    for row in facts["places"]:
        if row["level"] == "village":
            assert within((row["lon"], row["lat"]), found[row["parent_id"]])
    for row in facts["schools"]:
        assert within((row["lon"], row["lat"]), found[towns[row["place_id"]]])
    for row in facts["teachers"]:
        assert within((row["home_lon"], row["home_lat"]), found["410999"])


def test_no_two_villages_or_schools_stand_on_one_spot(facts: Facts) -> None:
    spots = [(row["lon"], row["lat"]) for row in facts["places"] if row["level"] == "village"]
    assert len(set(spots)) == len(spots)
    sites = [(row["lon"], row["lat"]) for row in facts["schools"]]
    assert len(set(sites)) == len(sites)


@pytest.mark.parametrize("seed", range(20))
def test_other_seeds_tile_too(seed: int) -> None:
    land = geography.draw(seed)
    assert_tiles([list(town.ring) for town in land.towns], list(land.outline))
    assert all(geography.inside((place.lon, place.lat), land.towns[place.town].ring) for place in land.places)
