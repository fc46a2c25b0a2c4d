"""Catchments to hand on: the map in one piece each, the workbook, the public notice."""

from __future__ import annotations

import io
import json

import docx
import msgspec
import pytest
from openpyxl import load_workbook
from shapely.geometry import shape
from zones_county import small_county

from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones.planning import plan_zones
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.reports import catchments, notice


@pytest.fixture(scope="module")
def small():
    return small_county(without={"v11"})


@pytest.fixture(scope="module")
def plan(small):
    return plan_zones(small, ZonesRequest(stage="primary", first=2026, until=2027, seconds=8.0))


@pytest.fixture(scope="module")
def features(plan, small):
    made = json.loads(catchments.geojson(plan, small))
    assert made["type"] == "FeatureCollection"
    return made["features"]


def of(features, layer):
    return [each for each in features if each["properties"]["layer"] == layer]


def test_each_catchment_is_one_valid_shape_without_lines_inside(features):
    shapes = [shape(each["geometry"]) for each in of(features, "catchment")]
    assert len(shapes) == 4
    assert all(each.is_valid and each.geom_type == "Polygon" and not each.interiors for each in shapes)


def test_catchments_cover_their_places_and_do_not_overlap(features):
    places = {each["properties"]["place_id"]: shape(each["geometry"]) for each in of(features, "place")}
    areas = [(each["properties"], shape(each["geometry"])) for each in of(features, "catchment")]
    assert sorted(place for about, _ in areas for place in about["places"]) == sorted(places)
    for about, area in areas:
        inside = sum(places[place].area for place in about["places"])
        assert area.area == pytest.approx(inside, rel=0.02)
        assert all(area.intersection(other).area < 1e-3 * area.area for one, other in areas if one is not about)


def test_the_map_has_degrees_and_every_places_reason(features):
    for each in of(features, "place"):
        lon, lat = shape(each["geometry"]).centroid.coords[0]
        assert lon == pytest.approx(113, abs=0.2)
        assert lat == pytest.approx(34, abs=0.2)
        assert each["properties"]["why"]
        assert each["properties"]["school_ids"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_has_a_row_a_place_that_adds_up_to_the_schools(plan, small, language):
    book = load_workbook(io.BytesIO(catchments.workbook(plan, Voice.of(plan.standard, small, language))))
    assert len(book.worksheets) == 4
    heads = [cell.value for cell in book.worksheets[0][2]]
    rows = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
    told = [row for row in rows if row[1] and str(row[1]).startswith("v")]
    assert len(told) == 15
    children = heads.index("适龄学生" if language == "zh" else "Children")
    zoned = sum(each.zoned or 0.0 for each in plan.places.seating if each.year == 2026)
    # The place without coordinates is in no row, but its children are at a school.
    assert sum(row[children] for row in told) == pytest.approx(zoned * 15 / 16)
    assert not any(row[1] == "v11" for row in told)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_notice_names_every_place_once_and_marks_what_the_bureau_fills_in(plan, small, language):
    document = docx.Document(io.BytesIO(notice.document(plan, small, language)))
    table = document.tables[0]
    ranges = [row.cells[2].text for row in table.rows[1:]]
    assert len(ranges) == 4
    said = "、".join(ranges)
    assert [round(column.width.cm, 1) for column in table.columns] == [1.3, 5.2, 9.1]
    assert all(said.count(each.place_id) == 1 for each in plan.places.served if each.year == 2026)
    marked = [run for own in document.paragraphs for run in own.runs if "【" in run.text]
    assert marked
    assert all(run.font.color.rgb is not None for run in marked)


def test_a_plan_without_catchments_has_no_notice(plan, small):
    with pytest.raises(ValueError, match="catchments"):
        notice.document(msgspec.structs.replace(plan, places=None), small, "zh")
