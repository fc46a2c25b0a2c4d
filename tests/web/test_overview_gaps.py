"""What is not known is shown as not known, with the reason, and never as nought."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook
from reading import Page

from jiaoheng.county import County, snapshots
from jiaoheng.findings import Assessment, assess, words
from jiaoheng.ledger import facts, store
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.facts import keep_assessment, take_in
from jiaoheng.ledger.models import Snapshot
from jiaoheng.standards import load

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
SCHOOL = "青石镇中心小学"


def without(county: County, table: str, column: str, schools: set[str]) -> County:
    """The county with a column of some schools left blank."""
    rows: list[dict[str, Any]] = county[table].to_pylist()
    for row in rows:
        if row["school_id"] in schools:
            row[column] = None
    changed = pa.Table.from_pylist(rows, schema=county[table].schema)
    return msgspec.structs.replace(county, tables={**county.tables, table: changed})


def accepted(county: County) -> Assessment:
    """The assessment of a county that was made the present facts."""
    bureau = Snapshot.objects.order_by("pk").first()
    assert bureau is not None
    folder = snapshots.write(county, store.snapshots(county.code), source="test")
    snapshot = take_in(SYSTEM, bureau.county, folder)
    found = assess(facts.tables(snapshot), load(facts.NATIONAL))
    keep_assessment(SYSTEM, snapshot, found)
    return found


@pytest.fixture
def gaps(db: None) -> Assessment:
    """The demo county where one school does not know its multimedia rooms."""
    county = facts.tables(Snapshot.objects.get())
    code = next(code for code, name in county.school_names().items() if name == SCHOOL)
    return accepted(without(county, "facilities", "multimedia_rooms", {code}))


def test_a_coefficient_that_lacks_a_school_is_unknown_and_says_so(as_user: As, gaps: Assessment) -> None:
    even = next(even for even in gaps.balance if (even.check, even.stage) == ("1.7", "primary"))
    assert even.coefficient is None
    page = Page(as_user("juzhang").get("/").content.decode())
    row = next(row for row in page.tables["逐项指标"] if row[0].startswith("1.7"))
    own = [value.status for value in gaps.values if (value.check, value.stage) == ("1.7", "primary")]
    assert row[-5:] == ["—", f"{own.count('meets')} / {even.schools}", "—", "0.50", "1 所学校缺数据"]
    assert "1 项因缺数据不能计算" in page.text


def test_taken_apart_it_names_the_school_and_what_is_missing(as_user: As, gaps: Assessment) -> None:
    page = Page(as_user("juzhang").get("/figures/1.7/primary/").content.decode())
    lacking = page.tables["小学多媒体教室（百名学生）"][1:]
    assert [row[0] for row in lacking] == [SCHOOL]
    assert lacking[0][2] == "—"
    assert "缺：网络多媒体教室" in lacking[0][5]
    assert "差异系数 —，限值 0.50" in page.text


def test_the_matrix_says_why_and_puts_the_unknown_last_both_ways(as_user: As, gaps: Assessment) -> None:
    client = as_user("juzhang")
    for sort in ("1.7", "-1.7"):
        rows = Page(client.get(f"/matrix/?sort={sort}").content.decode()).tables["学校 × 指标"][1:]
        assert rows[-1][0] == SCHOOL
        assert rows[-1][-1] == "— 未知 缺：网络多媒体教室"
    unknown = client.get("/matrix/?verdict=unknown").content.decode()
    own = next(school for school in gaps.schools if school.name == SCHOOL)
    assert (SCHOOL in Page(unknown).text) == (own.verdict == "unknown")


def test_the_workbook_says_why_in_the_cell(as_user: As, gaps: Assessment) -> None:
    data = as_user("juzhang").get(f"/matrix/excel/?name={SCHOOL}").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[2][11] == "缺：网络多媒体教室"


def test_the_map_shows_it_hollow_and_counts_it(as_user: As, gaps: Assessment) -> None:
    page = as_user("juzhang").get("/map/?show=1.7.primary").content.decode()
    assert "未知 1" in Page(page).text
    assert 'class="is-unknown"' in page


def test_schools_without_a_place_are_named_below_the_map(as_user: As) -> None:
    county = facts.tables(Snapshot.objects.get())
    nowhere = {code for code, name in county.school_names().items() if name == SCHOOL}
    for column in ("lon", "lat", "place_id"):
        county = without(county, "schools", column, nowhere)
    accepted(county)
    text = Page(as_user("juzhang").get("/map/").content.decode()).text
    assert f"1 所学校没有经纬度，未画在图上：{SCHOOL}" in text


def test_a_county_without_any_place_gets_no_map_but_the_remedy(as_user: As) -> None:
    county = facts.tables(Snapshot.objects.get())
    everywhere = set(county.school_names())
    for column in ("lon", "lat", "place_id"):
        county = without(county, "schools", column, everywhere)
    bare = {name: table for name, table in county.tables.items() if name != "places"}
    county = msgspec.structs.replace(county, boundaries=None, tables={**bare, "places": county["places"].slice(0, 0)})
    accepted(county)
    answer = as_user("juzhang").get("/")
    assert "画不出图" in answer.content.decode()
    assert "请在“学校”表中填写经度和纬度" in answer.content.decode()


def test_class_sizes_known_by_grade_only_are_a_range_with_the_remedy(as_user: As) -> None:
    county = facts.tables(Snapshot.objects.get())
    code = next(code for code, name in county.school_names().items() if name == SCHOOL)
    kept = [row for row in county["classes"].to_pylist() if row["school_id"] != code]
    classes = pa.Table.from_pylist(kept, schema=county["classes"].schema)
    found = accepted(msgspec.structs.replace(county, tables={**county.tables, "classes": classes}))
    value = next(value for value in found.values if (value.check, value.school_id) == ("2.5", code))
    assert value.value is None
    rows = Page(as_user("juzhang").get(f"/matrix/?area=government&name={SCHOOL}").content.decode()).tables
    text = " ".join(rows["学校 × 指标"][1])
    assert f"{words.number(value.low)}–{words.number(value.high)}" in text
    if value.status == "unknown":
        assert "只有年级合计，请填“班级”表" in text
