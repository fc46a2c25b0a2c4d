"""Boundaries through a mapping."""

from pathlib import Path

import pytest
from sources.mapping_folder import mapped, places


def square(west: float, south: float) -> str:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south]]
    return f'{{"type": "Polygon", "coordinates": [{ring}]}}'


def feature(properties: str, geometry: str) -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


def collection(*features: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'


BOUNDARIES = """
[[boundaries]]
file = "towns.geojson"
level = "town"
place_id = "id"
name = "n"
"""


class TestBoundaries:
    TOWNS = "code,name\n1,甲\n2,乙\n"

    def test_several_files_become_one_collection_with_our_properties(self, tmp_path: Path) -> None:
        mapping = places(BOUNDARIES, BOUNDARIES.replace("towns.", "more."))
        batch = mapped(
            tmp_path,
            mapping,
            {
                "towns.csv": self.TOWNS,
                "towns.geojson": collection(feature('{"id": 1, "n": "甲", "x": 9}', square(113, 34))),
                "more.geojson": collection(feature('{"id": "2", "n": "乙"}', square(114, 34))),
            },
        )
        assert batch.boundaries is not None
        assert [f["properties"] for f in batch.boundaries["features"]] == [
            {"place_id": "1", "name": "甲", "level": "town"},
            {"place_id": "2", "name": "乙", "level": "town"},
        ]
        assert batch.problems == ()

    @pytest.mark.parametrize(
        ("drawn", "code"),
        [
            ("not json", "mapping_boundary_file"),
            ("[" * 100_000, "mapping_boundary_file"),
            (
                collection(feature('{"id": 1, "n": "甲"}', square(113, 34).replace("114", "NaN"))),
                "mapping_boundary_shape",
            ),
            ('{"type": "Feature"}', "mapping_boundary_file"),
            (collection(feature('{"id": 1}', square(113, 34))), "mapping_boundary_property"),
            (collection(feature('{"id": 1, "n": "甲"}', square(500000, 34))), "mapping_boundary_shape"),
            (
                collection(feature('{"id": 1, "n": "甲"}', '{"type": "Point", "coordinates": [1, 2]}')),
                "mapping_boundary_shape",
            ),
            (collection('"x"'), "mapping_boundary_shape"),
        ],
    )
    def test_a_bad_boundary_is_told_and_left_out(self, tmp_path: Path, drawn: str, code: str) -> None:
        batch = mapped(tmp_path, places(BOUNDARIES), {"towns.csv": self.TOWNS, "towns.geojson": drawn})
        assert [(p.code, p.origin.file) for p in batch.problems] == [(code, "towns.geojson")]
        assert batch.boundaries is None
        assert batch.problems[0].what("zh")

    def test_a_place_drawn_twice_or_unknown_is_told(self, tmp_path: Path) -> None:
        one = feature('{"id": 1, "n": "甲"}', square(113, 34))
        other = feature('{"id": 3, "n": "丙"}', square(113, 34))
        batch = mapped(
            tmp_path,
            places(BOUNDARIES),
            {"towns.csv": self.TOWNS, "towns.geojson": collection(one, one, other)},
        )
        assert [(p.code, p.value) for p in batch.problems] == [
            ("mapping_boundary_twice", "1"),
            ("mapping_boundary_place", "3"),
        ]
        assert batch.boundaries is not None
        assert len(batch.boundaries["features"]) == 2
