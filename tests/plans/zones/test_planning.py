"""Catchments of a county: complete, in one piece, within the seats, each explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from jiaoheng.county import County
from jiaoheng.plans.plan import PlacesAnswer, Plan
from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.planning import plan_zones
from jiaoheng.plans.zones.remeasuring import remeasured
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.sources import open_source


def asked(**more: Any) -> ZonesRequest:
    return ZonesRequest(**({"stage": "primary", "first": 2026, "until": 2027, "seconds": 8.0} | more))


def answer(plan: Plan) -> PlacesAnswer:
    assert plan.places is not None
    return plan.places


def pieces(plan: Plan) -> int:
    """How many places cannot be reached on foot from their school within its catchment."""
    places = answer(plan)
    first = min(each.year for each in places.served)
    area_of = {school: area for area in places.areas for school in area}
    own = {each.place_id: area_of[each.schools[0]] for each in places.served if each.year == first}
    homes = dict(places.homes)
    beside: dict[str, set[str]] = {place: set() for place in own}
    for one, other in places.next_to:
        beside[one].add(other)
        beside[other].add(one)
    lost = 0
    for area in set(own.values()):
        members = {place for place, mine in own.items() if mine == area}
        reached = {place for school in area for place in homes[school]} & members
        border = list(reached)
        while border:
            for other in beside[border.pop()] & members - reached:
                reached.add(other)
                border.append(other)
        lost += len(members - reached)
    return lost


def within(plan: Plan) -> bool:
    places = answer(plan)
    more = dict(places.lacking)
    area_of = {school: area for area in places.areas for school in area}
    load: dict[tuple[Any, int], float] = {}
    for each in places.seating:
        if each.zoned is not None:
            key = (area_of[each.school_id], each.year)
            load[key] = load.get(key, 0.0) + each.zoned - (each.seats or 0.0) - more.get(each.school_id, 0.0)
    return max(load.values()) <= 1e-6


@pytest.fixture(scope="module")
def county(small: Any) -> County:
    made: County = small()
    return made


@pytest.fixture(scope="module")
def plan(county: County) -> Plan:
    return plan_zones(county, asked())


def test_every_place_has_a_school_in_one_piece_within_the_seats(county: County, plan: Plan) -> None:
    first = [each.place_id for each in answer(plan).served if each.year == 2026]
    assert sorted(first) == sorted(row["place_id"] for row in county["places"].to_pylist() if row["level"] == "village")
    assert pieces(plan) == 0
    assert within(plan)
    assert all(each.why for each in answer(plan).served)


def test_places_that_change_get_a_move_and_others_none(county: County, plan: Plan) -> None:
    told = {row["place_id"]: row["school_id"] for row in county["zones"].to_pylist()}
    then = {each.place_id: each.schools[0] for each in answer(plan).served if each.year == 2026}
    assert {move.place_id for move in plan.moves} == {place for place in told if told[place] != then[place]}
    assert all(move.kind == "zone" and move.from_school == told[move.place_id] for move in plan.moves)


def test_the_order_of_places_makes_no_difference(county: County, plan: Plan) -> None:
    tables = dict(county.tables) | {"places": county["places"].take(list(range(county["places"].num_rows))[::-1])}
    turned = plan_zones(msgspec.structs.replace(county, tables=tables), asked())
    assert turned.certificate.objective == pytest.approx(plan.certificate.objective, rel=2e-3)


def test_with_too_few_seats_the_plan_tells_how_many_to_add_and_where(small: Any) -> None:
    plan = plan_zones(small(seats=150), asked())
    places = answer(plan)
    assert plan.certificate.status in ("infeasible", "unfinished")
    assert places.lacking
    assert plan.certificate.bound is None or plan.certificate.bound <= plan.certificate.objective  # type: ignore[operator]
    assert pieces(plan) == 0
    assert within(plan)


def test_a_fixed_place_goes_where_it_was_set(county: County) -> None:
    plan = plan_zones(county, asked(fixed={"v11": "S2"}))
    assert {each.schools for each in answer(plan).served if each.place_id == "v11"} == {("S2",)}


def test_schools_that_admit_together_have_one_catchment(county: County) -> None:
    plan = plan_zones(county, asked(groups=(("S1", "S2"),)))
    assert answer(plan).groups == (("S1", "S2"),)
    assert {each.schools for each in answer(plan).served} == {("S1", "S2"), ("S3",), ("S4",)}
    assert pieces(plan) == 0


def test_a_place_without_coordinates_keeps_its_school_and_is_told(small: Any) -> None:
    plan = plan_zones(small(without={"v00"}), asked())
    assert answer(plan).unplaced == ("v00",)
    assert "v00" not in {each.place_id for each in answer(plan).served}


def test_a_place_without_children_is_on_the_map_too(small: Any) -> None:
    plan = plan_zones(small(childless={"v22"}), asked())
    assert any(each.place_id == "v22" and each.children == 0 for each in answer(plan).served)


def test_a_place_moved_by_hand_shows_what_it_breaks(county: County, plan: Plan) -> None:
    same = remeasured(plan, county, {})
    assert answer(same).warnings == ()
    assert answer(same).after[0].mean_km == pytest.approx(answer(plan).after[0].mean_km)
    home = next(each for each in answer(plan).served if each.place_id == "v00")
    far = {"S1": "S4", "S2": "S3", "S3": "S2", "S4": "S1"}[home.schools[0]]
    moved = remeasured(plan, county, {"v00": far})
    assert ("apart", "v00") in answer(moved).warnings
    assert moved.certificate.objective > plan.certificate.objective  # type: ignore[operator]
    assert moved.certificate.bound == plan.certificate.bound


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"stage": "senior"}, "stage"), ({"first": 2020}, "first"), ({"until": 2025}, "until"),
        ({"fixed": {"v11": "S9"}}, "school"), ({"fixed": {"x": "S1"}}, "place"), ({"keep": -1.0}, "range"),
        ({"groups": (("S1", "S2"), ("S2", "S3"))}, "twice"), ({"feeder": True}, "feeder"),
        ({"areas": 2}, "areas_spread"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_its_reason(county: County, more: dict[str, Any], code: str) -> None:
    with pytest.raises(ZonesError) as refused:
        plan_zones(county, asked(**more))
    assert refused.value.code == code
    assert refused.value.say("zh") != refused.value.say("en")


@pytest.mark.slow
def test_the_real_villages_of_a_county_are_drawn_end_to_end(shared: Path) -> None:
    facts = shared / "data" / "miaoli"
    if not (facts / "boundaries.geojson").exists():
        pytest.skip("needs the county as a snapshot")
    county = open_source(facts).county
    plan = plan_zones(county, asked(until=2030, seconds=30.0))
    assert len({each.place_id for each in answer(plan).served}) == 275
    assert pieces(plan) == 0
    assert within(plan)
