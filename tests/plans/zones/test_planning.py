"""Catchments of a county: complete, in one piece, within the seats, each explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from jiaoheng import demo
from jiaoheng.county import County, admit, snapshots
from jiaoheng.plans.plan import PlacesAnswer, Plan
from jiaoheng.plans.telling import plan_sentences
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.planning import plan_zones
from jiaoheng.plans.zones.remeasuring import remeasured
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.plans.zones.telling import zones_sentences
from jiaoheng.sources import read_mapped


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


def test_with_fewer_seats_than_children_exactly_what_lacks_is_added(small: Any) -> None:
    # Each of the four quarters has 4 villages of 8 children an age in 6 grades: 192, for 150 seats.
    plan = plan_zones(small(seats=150), asked())
    places = answer(plan)
    demand = max(sum(each.children for each in places.served if each.year == year) for year in (2026, 2027))
    assert plan.certificate.status == "infeasible"
    assert demand - 600 - 1e-6 <= sum(amount for _, amount in places.lacking) < demand - 600 + 4
    assert ("detour", "3") in places.notes


def test_no_place_is_sent_far_to_save_a_seat(small: Any) -> None:
    # West: 8 villages of 64 children and 400 seats. East, far away: 4 such villages, 4 empty ones and 400 seats.
    east = {f"v{x}{y}": (113.4 + 0.011 * x, 34.0 + 0.009 * y) for x in (2, 3) for y in range(4)}
    county = small(seats=200, moved=east, childless={"v20", "v21", "v22", "v23"})
    near, wide = plan_zones(county, asked()), plan_zones(county, asked(detour=100.0))
    assert sum(amount for _, amount in answer(near).lacking) == pytest.approx(112, abs=3)
    assert sum(amount for _, amount in answer(wide).lacking) < 50
    assert answer(near).after[0].worst_km < 5 < answer(wide).after[0].worst_km
    assert pieces(wide) == 0


def test_parts_of_a_map_are_joined_by_links_and_islands_are_told(small: Any) -> None:
    plan = plan_zones(small(moved={"v33": (113.4, 34.3)}), asked())
    assert len({each.place_id for each in answer(plan).served}) == 16
    assert pieces(plan) == 0
    assert within(plan)


def test_without_children_by_place_it_is_refused_before_anything_is_forecast(small: Any) -> None:
    told: list[Any] = []
    with pytest.raises(ZonesError) as refused:
        plan_zones(small(children=False), asked(), lambda *each: told.append(each))
    assert refused.value.code == "no_children"
    assert told == []


def test_a_plan_of_catchments_tells_its_own_sentences(county: County, plan: Plan) -> None:
    voice = Voice.of(plan.standard, county, "zh")
    assert list(plan_sentences(plan, voice)) == list(zones_sentences(plan, voice))


def test_kept_seats_leave_fewer_for_the_catchments(county: County, plan: Plan) -> None:
    kept = plan_zones(county, asked(migrants=0.4))
    assert not answer(plan).lacking or within(plan)
    load = {}
    for each in answer(kept).seating:
        if each.zoned is not None:
            load[each.school_id] = max(load.get(each.school_id, 0.0), each.zoned)
    more = dict(answer(kept).lacking)
    assert all(amount <= 0.6 * 400 + more.get(code, 0.0) + 1e-6 for code, amount in load.items())


def test_too_short_a_longest_way_still_leaves_the_nearest_school(county: County) -> None:
    plan = plan_zones(county, asked(most_minutes={"primary": 1.0}))
    assert pieces(plan) == 0
    assert all(not each.nearest or "in_one_piece" in each.why or "full" in each.why or "stands_here" in each.why
               for each in answer(plan).served)  # fmt: skip


def test_a_high_forecast_brings_more_children_to_the_catchments(county: County, plan: Plan) -> None:
    high = plan_zones(county, asked(variant="high"))
    total = [sum(each.children for each in answer(own).served if each.year == 2027) for own in (plan, high)]
    assert total[1] > total[0]


def test_sought_after_schools_are_spread_over_areas(county: County) -> None:
    plan = plan_zones(county, asked(spread=("S1", "S4"), areas=2))
    groups = answer(plan).groups
    assert len(groups) == 2
    assert all(len({"S1", "S4"} & set(group)) == 1 for group in groups)
    assert pieces(plan) == 0
    assert within(plan)


@pytest.mark.slow
def test_the_real_villages_of_a_county_are_drawn_end_to_end(shared: Path, tmp_path: Path) -> None:
    mapping = Path(__file__).resolve().parents[3] / "examples" / "open-data" / "mapping.toml"
    made = admit(read_mapped(shared / "data" / "miaoli", mapping)).county
    county = snapshots.read(snapshots.write(made, tmp_path))
    plan = plan_zones(county, asked(until=2030, seconds=30.0))
    assert len({each.place_id for each in answer(plan).served}) == 275
    assert plan.certificate.status == "optimal"
    assert answer(plan).boundaries == "given"
    assert pieces(plan) == 0
    assert within(plan)


@pytest.mark.slow
def test_the_crowded_seat_of_the_demo_county_gets_the_fewest_seats_and_nobody_goes_far() -> None:
    plan = plan_zones(demo.county(), asked(until=2028, seconds=60.0))
    assert plan.certificate.status == "infeasible"
    assert answer(plan).lacking
    assert answer(plan).after[0].mean_km < answer(plan).before[0].mean_km
    assert answer(plan).after[0].worst_km <= answer(plan).before[0].worst_km
    assert pieces(plan) == 0
    assert within(plan)
