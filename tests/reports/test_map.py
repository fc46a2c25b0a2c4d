"""The county as a map: every school is on it or told, each is met once, whatever is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from reports.strict import SVG, every, parsed, titles

from jiaoheng.county import County, build
from jiaoheng.findings import Assessment
from jiaoheng.reports.figures import verdict_marks
from jiaoheng.reports.land import bounds, main_body, plane, simplified
from jiaoheng.reports.map import LeftOut, Mark, county_map


def _changed(county: County, change: Callable[[int, dict[str, Any]], None]) -> County:
    """The county with its schools' rows changed."""
    rows = county["schools"].to_pylist()
    for number, row in enumerate(rows):
        change(number, row)
    table = pa.Table.from_pylist(rows, schema=county["schools"].schema)
    return msgspec.structs.replace(county, tables={**county.tables, "schools": table})


@pytest.mark.parametrize("width", [360, 640])
def test_each_school_is_behind_one_link(county: County, assessment: Assessment, width: int) -> None:
    marks = verdict_marks(assessment)
    drawn = county_map(county, marks, label="结论", link=lambda code: f"/schools/{code}/", width=width)
    root = parsed(drawn.svg)
    links = [node.get("href") for node in every(root, "a")]
    assert sorted(links) == sorted(f"/schools/{code}/" for code in marks)
    assert drawn.left_out == drawn.at_place == ()
    assert {next(titles(node)) for node in every(root, "a")} == {mark.title for mark in marks.values()}
    assert len(drawn.svg) < 60_000


def test_every_dot_lies_on_the_drawing(county: County, assessment: Assessment) -> None:
    root = parsed(county_map(county, verdict_marks(assessment), label="结论").svg)
    width, height = (float(number) for number in root.get("viewBox", "").split()[2:])
    inset = next(node for node in root.iter(SVG + "svg") if node is not root)
    side = float(inset.get("width", ""))
    inner = set(inset.iter())
    for dot in every(root, "circle"):
        room = (side, side) if dot in inner else (width, height)
        assert 0 < float(dot.get("cx", "")) < room[0]
        assert 0 < float(dot.get("cy", "")) < room[1]


def test_the_crowded_seat_is_shown_larger_and_its_dots_come_apart(county: County, assessment: Assessment) -> None:
    root = parsed(county_map(county, verdict_marks(assessment), label="结论", link=lambda code: f"/{code}").svg)
    (inset,) = [node for node in root.iter(SVG + "svg") if node is not root]
    assert len(every(inset, "a")) > 8
    points = next(node for node in root.iter() if node.get("class") == "map-points")
    assert len(every(points, "circle")) == len(every(inset, "a"))
    assert points.get("aria-hidden") == "true"
    assert not every(points, "title")


def test_towns_are_named_and_no_name_covers_another(county: County) -> None:
    root = parsed(county_map(county, {}, label="乡镇").svg)
    names = next(node for node in root.iter() if node.get("class") == "map-names")
    boxes = []
    for label in every(names, "text"):
        half = 11 * len(label.text or "") / 2
        x, y = float(label.get("x", "")), float(label.get("y", ""))
        boxes.append((x - half, y - 9, x + half, y + 2))
    assert len(boxes) == 18
    for number, one in enumerate(boxes):
        assert not any(
            one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3] for two in boxes[:number]
        )


def test_a_school_without_coordinates_stands_at_its_village_and_is_told(county: County, assessment: Assessment) -> None:
    marks = verdict_marks(assessment)
    first = min(marks)

    def unplace(_: int, row: dict[str, Any]) -> None:
        if row["school_id"] == first:
            row["lon"] = None

    changed = _changed(county, unplace)
    drawn = county_map(changed, marks, label="结论")
    assert (drawn.left_out, drawn.at_place) == ((), (first,))
    (note,) = drawn.notes(changed, "zh")
    assert note == f"1 所学校没有经纬度，画在所在村（社区）的位置：{county.school_names()[first]}"


def test_schools_that_have_no_place_at_all_are_told_and_the_rest_is_drawn(
    county: County, assessment: Assessment
) -> None:
    marks = verdict_marks(assessment)
    lost, swapped = sorted(marks)[:2]

    def spoil(_: int, row: dict[str, Any]) -> None:
        if row["school_id"] == lost:
            row["lat"] = row["place_id"] = None
        if row["school_id"] == swapped:
            row["lon"], row["lat"] = row["lat"], row["lon"]

    changed = _changed(county, spoil)
    drawn = county_map(changed, marks, label="结论", link=lambda code: code)
    assert set(drawn.left_out) == {LeftOut(lost, "no_place"), LeftOut(swapped, "outside")}
    assert len(every(parsed(drawn.svg), "a")) == len(marks) - 2
    assert len(drawn.notes(changed, "en")) == 2


@pytest.mark.parametrize("swapped", [False, True])
def test_without_boundaries_the_schools_make_the_map(county: County, assessment: Assessment, swapped: bool) -> None:
    marks = verdict_marks(assessment)

    def swap(number: int, row: dict[str, Any]) -> None:
        if swapped and number == 0:
            row["lon"], row["lat"] = row["lat"], row["lon"]

    bare = msgspec.structs.replace(_changed(county, swap), boundaries=None)
    drawn = county_map(bare, marks, label="结论", link=lambda code: code)
    root = parsed(drawn.svg)
    assert [left.why for left in drawn.left_out] == ["outside"] * swapped
    xs = [float(node.get("cx", "")) for node in every(root, "circle", "map-schools")]
    assert max(xs) - min(xs) > 400  # one wrong point does not push the others into a corner


def test_nothing_to_draw_is_no_drawing() -> None:
    empty = build({"schools": [{"school_id": "1", "name": "甲", "kind": "211"}]})
    drawn = county_map(empty, {"1": Mark("甲", "meets")}, label="x")
    assert (drawn.svg, drawn.left_out) == ("", (LeftOut("1", "no_place"),))


def test_one_school_alone_is_drawn() -> None:
    alone = build({"schools": [{"school_id": "1", "name": "甲", "kind": "211", "lon": 113.4, "lat": 34.4}]})
    root = parsed(county_map(alone, {"1": Mark("<甲>", "fails", 100)}, label="x").svg)
    assert list(titles(root)) == ["<甲>"]
    assert len(every(root, "circle", "is-fails")) == 1


def test_boundaries_that_are_no_areas_are_passed_over(county: County) -> None:
    odd = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": None, "geometry": None},
            {
                "type": "Feature",
                "properties": {"place_id": "1"},
                "geometry": {"type": "Polygon", "coordinates": [[["a"]]]},
            },
            "nonsense",
        ],
    }
    drawn = county_map(msgspec.structs.replace(county, boundaries=odd), {}, label="x")
    assert drawn.svg == ""


def test_places_may_be_filled_by_class_only(county: County) -> None:
    town = county["places"].to_pylist()[1]["place_id"]
    root = parsed(county_map(county, {}, label="x", fills={town: "level-3"}).svg)
    assert len([node for node in root.iter() if "level-3" in node.get("class", "").split()]) == 1
    with pytest.raises(ValueError, match="class name"):
        county_map(county, {}, label="x", fills={town: '"><script>'})


def test_a_kilometre_is_as_long_across_as_down() -> None:
    ground = plane((113.0, 34.0, 114.0, 35.0), 600, 600)
    x0, y0 = ground.at(113.5, 34.5)
    x1, _ = ground.at(113.5 + 0.1 / 0.8241, 34.5)  # cos 34.5° = 0.8241
    _, y1 = ground.at(113.5, 34.4)
    assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-3)
    assert ground.degrees(x0, y0) == pytest.approx((113.5, 34.5))


def test_simplifying_keeps_corners_and_drops_what_no_eye_sees() -> None:
    ring = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0), (5.0, 10.1), (0.0, 10.0), (0.0, 0.0)]
    assert simplified(ring, 0.5) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]


def test_a_point_far_from_all_others_does_not_belong() -> None:
    points = [(113.0 + 0.01 * number, 34.0) for number in range(20)]
    assert main_body([*points, (34.0, 113.0)]) == points
    assert bounds([(1.0, 1.0, 1.0, 1.0)])[0] < 1.0
