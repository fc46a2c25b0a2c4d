"""Schools that open, merge, become teaching points or campuses, and catchments that change."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest
from counties import CENTRAL, JUNIOR, NINE_YEAR, POINT, Rows, clean_rows
from moving import rows, with_roster, without_roster

from jiaoheng.county import County, Move, MoveError, apply, build
from jiaoheng.county.checks.registry import faults
from jiaoheng.county.moves import Site

NEXT, LATER = 2026, 2028
VILLAGE = "410999101001"
SITE = Site("2141009999", "新区小学", "211", VILLAGE, 113.4, 34.5, "121", 900)
SECOND = "2141000009"


def two_schools() -> Rows:
    """The clean county with a second primary school told by counts, which can be merged."""
    found = clean_rows()
    central = next(row for row in found["schools"] if row["school_id"] == CENTRAL)
    found["schools"].append(central | {"school_id": SECOND, "name": "河口小学"})
    for table in ("enrolment", "facilities", "staff"):
        found[table] += [row | {"school_id": SECOND} for row in found[table] if row["school_id"] == CENTRAL]
    return found


def total(county: County, table: str, column: str, year: int, **wanted: object) -> float:
    return sum(row[column] or 0 for row in rows(county, table, year=year, **wanted))


def refused(*moves: Move, county: County | None = None) -> MoveError:
    with pytest.raises(MoveError) as caught:
        apply(county or build(two_schools()), moves)
    assert "{" not in caught.value.say("zh") + caught.value.say("en")
    return caught.value


def test_a_merger_takes_pupils_staff_equipment_and_funds_along_but_neither_land_nor_buildings() -> None:
    told = build(two_schools())
    after = apply(told, (Move("merge", NEXT, SECOND, 500, to_school=CENTRAL),), until=LATER)
    for year in (NEXT, LATER):
        for table in ("enrolment", "facilities", "staff"):
            assert rows(after, table, school_id=SECOND, year=year) == []
        assert total(after, "enrolment", "pupils", year) == total(told, "enrolment", "pupils", 2025)
        assert total(after, "enrolment", "classes", year) == total(told, "enrolment", "classes", 2025)
        assert total(after, "staff", "teachers", year) == total(told, "staff", "teachers", 2025)
        for column, doubled in (("equipment_value", 2), ("books", 2), ("teaching_area", 1), ("sports_ground_area", 1)):
            (was,) = rows(told, "facilities", school_id=CENTRAL, year=2025)
            (now,) = rows(after, "facilities", school_id=CENTRAL, year=year)
            assert now[column] == (None if was[column] is None else doubled * was[column]), column
    (row,) = [row for row in after["schools"].to_pylist() if row["school_id"] == SECOND]
    assert row["open_to"] == 2025
    assert faults(after) == ()


@pytest.mark.parametrize("county", [with_roster(), without_roster()], ids=["roster", "counts"])
def test_a_merger_in_the_demo_county_loses_nobody(county: County) -> None:
    public = [row for row in county["schools"].to_pylist() if row["kind"] == "211" and row["ownership"] == "public"]
    parents = set(county["schools"]["parent_id"].to_pylist())
    source, target = [row["school_id"] for row in public if row["school_id"] not in parents and row["counted"]][3:5]
    after = apply(county, (Move("merge", NEXT, source, 1, to_school=target),))
    assert total(after, "enrolment", "pupils", NEXT) == total(county, "enrolment", "pupils", 2025)
    assert total(after, "staff", "teachers", NEXT) == total(county, "staff", "teachers", 2025)
    assert len(rows(after, "teachers", year=NEXT)) == len(rows(county, "teachers", year=2025))
    assert rows(after, "teachers", year=NEXT, school_id=source) == []
    moved = [row for row in county["teachers"].to_pylist() if row["school_id"] == source and row["year"] == 2025]
    now = {row["teacher_id"]: row["school_id"] for row in rows(after, "teachers", year=NEXT)}
    assert {now[row["teacher_id"]] for row in moved} <= {target}
    assert {"zones": source} not in [{"zones": row["school_id"]} for row in after["zones"].to_pylist()]


def test_those_whom_counts_tell_are_in_the_roster_of_the_school_that_has_one() -> None:
    county = with_roster()
    codes = [row["school_id"] for row in county["schools"].to_pylist() if row["kind"] == "211" and row["counted"]]
    source, target = codes[4:6]
    kept = [row["school_id"] != source for row in county["teachers"].to_pylist()]
    told = msgspec.structs.replace(county, tables=dict(county.tables) | {"teachers": county["teachers"].filter(kept)})
    after = apply(told, (Move("merge", NEXT, source, 1, to_school=target),))
    people = Counter(row["school_id"] for row in rows(after, "teachers", year=NEXT, stage="primary"))
    (counts,) = rows(after, "staff", year=NEXT, school_id=target, stage="primary")
    assert people[target] == counts["teachers"]
    assert any(row["teacher_id"].startswith("拟并") for row in rows(after, "teachers", year=NEXT, school_id=target))


def test_projected_pupils_who_are_there_already_are_not_moved_again() -> None:
    told = build(two_schools())
    routed = [
        {"school_id": CENTRAL, "year": NEXT, "grade": grade, "pupils": 100, "classes": 3} for grade in range(1, 7)
    ]
    enrolment = build({"enrolment": routed})["enrolment"]
    move = Move("merge", NEXT, SECOND, 1, to_school=CENTRAL)
    after = apply(told, (move,), enrolment=enrolment)
    assert [row["pupils"] for row in rows(after, "enrolment", school_id=CENTRAL, year=NEXT)] == [100] * 6
    both = [*routed, *(row | {"school_id": SECOND, "pupils": 10} for row in routed)]
    after = apply(told, (move,), enrolment=build({"enrolment": both})["enrolment"])
    assert [row["pupils"] for row in rows(after, "enrolment", school_id=CENTRAL, year=NEXT)] == [110] * 6


def test_a_teaching_point_keeps_its_lower_grades() -> None:
    told = build(two_schools())
    after = apply(told, (Move("to_point", NEXT, SECOND, 1, to_school=CENTRAL, grade=3),))
    assert {row["grade"] for row in rows(after, "enrolment", school_id=SECOND, year=NEXT)} == {1, 2, 3}
    assert total(after, "enrolment", "pupils", NEXT) == total(told, "enrolment", "pupils", 2025)
    (row,) = [row for row in after["schools"].to_pylist() if row["school_id"] == SECOND]
    assert (row["kind"], row["parent_id"], row["open_to"]) == ("218", CENTRAL, None)


def test_a_campus_counts_with_its_main_school() -> None:
    after = apply(build(two_schools()), (Move("to_branch", NEXT, SECOND, 1, to_school=CENTRAL),))
    (row,) = [row for row in after["schools"].to_pylist() if row["school_id"] == SECOND]
    assert (row["counted"], row["parent_id"]) == (False, CENTRAL)
    assert faults(after) == ()


def test_a_new_school_has_its_seats_and_nobody_until_someone_comes() -> None:
    moves = (
        Move("open", NEXT, SITE.school_id, 540, site=SITE, area=2430.0),
        Move("hire", LATER, SITE.school_id, 20, "primary"),
        Move("add_seats", LATER, SITE.school_id, 45, area=200.0),
    )
    after = apply(build(two_schools()), moves, until=LATER)
    (first,) = rows(after, "facilities", school_id=SITE.school_id, year=NEXT)
    (last,) = rows(after, "facilities", school_id=SITE.school_id, year=LATER)
    assert (first["places"], first["teaching_area"], first["equipment_value"]) == (540, 2430.0, None)
    assert (last["places"], last["teaching_area"]) == (585, 2630.0)
    assert [rows(after, "staff", school_id=SITE.school_id, year=year)[0]["teachers"] for year in (NEXT, LATER)] == [
        0,
        20,
    ]
    (row,) = [row for row in after["schools"].to_pylist() if row["school_id"] == SITE.school_id]
    assert (row["open_from"], row["place_id"], row["ownership"]) == (NEXT, VILLAGE, "public")


def test_a_catchment_goes_from_one_school_to_another_and_beds_make_a_boarding_school() -> None:
    moves = (
        Move("zone", NEXT, SECOND, 3, "primary", place_id=VILLAGE, from_school=CENTRAL),
        Move("add_beds", NEXT, CENTRAL, 16),
    )
    after = apply(build(two_schools()), moves)
    assert [row["school_id"] for row in after["zones"].to_pylist()] == [SECOND]
    (row,) = [row for row in after["schools"].to_pylist() if row["school_id"] == CENTRAL]
    assert row["boarding"] is True


def test_what_a_merged_school_had_given_to_its_places_leads_to_the_other() -> None:
    told = two_schools()
    told["zones"] += [{"place_id": "410999102001", "stage": "primary", "school_id": SECOND}]
    told["schools"][-1]["name"] = "河口小学"
    after = apply(build(told), (Move("merge", NEXT, SECOND, 1, to_school=CENTRAL),))
    assert {row["school_id"] for row in after["zones"].to_pylist()} == {CENTRAL}


MERGE = Move("merge", NEXT, SECOND, 1, to_school=CENTRAL)


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        ((Move("merge", NEXT, SECOND, 1),), "target"),
        ((Move("merge", NEXT, SECOND, 1, to_school=SECOND),), "target"),
        ((Move("merge", NEXT, SECOND, 1, to_school="77"),), "school"),
        ((Move("merge", NEXT, SECOND, 1, "primary", to_school=CENTRAL),), "whole_merge"),
        ((Move("merge", NEXT, SECOND, 1, to_school=JUNIOR),), "not_taught"),
        ((Move("merge", NEXT, NINE_YEAR, 1, to_school=CENTRAL),), "not_taught"),
        ((MERGE, Move("merge", NEXT, CENTRAL, 1, to_school=SECOND)), "merged"),
        ((MERGE, Move("merge", LATER, SECOND, 1, to_school=CENTRAL)), "merged"),
        ((MERGE, Move("to_branch", NEXT, SECOND, 1, to_school=CENTRAL)), "reshaped"),
        ((MERGE, Move("hire", LATER, SECOND, 1, "primary")), "merged"),
        ((MERGE, Move("transfer", LATER, SECOND, 1, "primary", to_school=NINE_YEAR)), "merged"),
        ((Move("to_point", NEXT, SECOND, 1, to_school=CENTRAL),), "only_grade"),
        ((Move("to_point", NEXT, SECOND, 1, to_school=CENTRAL, grade=6),), "highest_grade"),
        ((Move("to_point", NEXT, NINE_YEAR, 1, to_school=CENTRAL, grade=3),), "only_primary"),
        ((Move("to_branch", NEXT, SECOND, 1, to_school=POINT),), "part_of"),
        ((Move("to_branch", NEXT, CENTRAL, 1, to_school=SECOND),), "has_parts"),
        ((Move("open", NEXT, SITE.school_id, 1),), "no_site"),
        ((Move("open", NEXT, CENTRAL, 1, site=msgspec.structs.replace(SITE, school_id=CENTRAL)),), "exists"),
        ((Move("open", NEXT, "9", 1, site=msgspec.structs.replace(SITE, school_id="9", kind="999")),), "site_kind"),
        ((Move("open", NEXT, "9", 1, site=msgspec.structs.replace(SITE, school_id="9", place_id="0")),), "site_place"),
        ((Move("open", LATER, SITE.school_id, 1, site=SITE), Move("add_seats", NEXT, SITE.school_id, 1)), "not_open"),
        ((Move("add_seats", NEXT, CENTRAL, 45, area=-1.0),), "area"),
        ((Move("hire", NEXT, CENTRAL, 1, "primary", area=1.0),), "area"),
        ((Move("zone", NEXT, SECOND, 1, "primary", place_id="0"),), "zone_place"),
        ((Move("zone", NEXT, SECOND, 1, "junior", place_id=VILLAGE),), "zone_stage"),
        ((Move("zone", NEXT, SECOND, 1, "primary", place_id=VILLAGE, from_school=POINT),), "zone_from"),
        ((Move("zone", NEXT, CENTRAL, 1, "primary", place_id=VILLAGE),), "zone_twice"),
    ],
)
def test_it_is_refused(moves: tuple[Move, ...], code: str) -> None:
    assert refused(*moves).code == code


def test_nothing_merges_into_a_school_that_will_close() -> None:
    told: dict[str, Any] = two_schools()
    next(row for row in told["schools"] if row["school_id"] == SECOND)["open_to"] = 2027
    error = refused(Move("merge", NEXT, POINT, 1, to_school=SECOND), county=build(told))
    assert error.code == "closes"


def test_pupils_not_told_by_grade_cannot_be_parted() -> None:
    told = two_schools()
    told["enrolment"] = [row for row in told["enrolment"] if row["school_id"] != SECOND] + [
        {"school_id": SECOND, "year": 2025, "grade": 200, "pupils": 60, "classes": 3}
    ]
    assert refused(Move("to_point", NEXT, SECOND, 1, to_school=CENTRAL, grade=3), county=build(told)).code == "pooled"


def test_mergers_one_after_the_other_lead_to_the_last_school() -> None:
    told = build(two_schools())
    moves = (Move("merge", NEXT, POINT, 1, to_school=SECOND), Move("merge", LATER, SECOND, 1, to_school=CENTRAL))
    after = apply(told, moves)
    pupils = {year: {row["school_id"] for row in rows(after, "enrolment", year=year)} for year in (NEXT, LATER)}
    assert pupils == {NEXT: {CENTRAL, SECOND, NINE_YEAR, JUNIOR}, LATER: {CENTRAL, NINE_YEAR, JUNIOR}}
    assert total(after, "enrolment", "pupils", LATER) == total(told, "enrolment", "pupils", 2025)
