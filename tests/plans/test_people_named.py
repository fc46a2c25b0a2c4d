"""From counts to names: the right people, the willing first, the fewest kilometres; and the county can carry it out."""

from __future__ import annotations

from typing import Any

import pytest
from counties import clean_rows
from moving import numerators, rows, with_roster, without_roster

from jiaoheng.county import County, Move, apply, build
from jiaoheng.county.teaching import counts_in
from jiaoheng.plans.costs import defaults
from jiaoheng.plans.people import named, pension_year

YEAR, NEXT = 2025, 2026
HOME, NEAR, FARTHER, OUT = "S0", "S1", "S2", "S3"
PLACES = {HOME: (113.40, 34.50), NEAR: (113.44, 34.50), FARTHER: (113.52, 34.50), OUT: (114.40, 34.50)}
PLAIN: dict[str, Any] = {
    "stage": "primary", "degree": "bachelor", "backbone": "none", "certificate": True, "title": "none",
    "training_hours": 380.0, "birth_year": 1990, "sex": "female", "post": "teacher", "school_since": 2010,
}  # fmt: skip
ABOVE = ("above_required_degree",)


def county(*people: dict[str, Any]) -> County:
    """Four primary schools in a row from west to east; the people are at the first unless they say otherwise."""
    told = clean_rows()
    return build(
        {
            "county": told["county"],
            "schools": [
                {"school_id": school, "name": school, "kind": "211", "lon": lon, "lat": lat}
                for school, (lon, lat) in PLACES.items()
            ],
            "enrolment": [
                {"school_id": school, "year": YEAR, "grade": 1, "pupils": 40, "classes": 1} for school in PLACES
            ],
            "teachers": [
                PLAIN | {"teacher_id": f"T{number}", "year": YEAR, "school_id": HOME, "subjects": "chinese"} | person
                for number, person in enumerate(people, 1)
            ],
        }
    )


def chosen(told: County, *moves: Move) -> list[tuple[str, ...]]:
    plan = named(told, YEAR, moves, defaults())
    # What is named can be carried out.
    apply(told, plan)
    return [move.teachers for move in plan]


def transfer(target: str = NEAR, amount: int = 1, holds: tuple[str, ...] = ABOVE, year: int = NEXT) -> Move:
    return Move("transfer", year, HOME, amount, "primary", to_school=target, holds=holds)


@pytest.mark.parametrize(
    "unwilling",
    [
        {"birth_year": 1972},
        {"birth_year": 1967, "sex": "male"},
        {"school_since": 2024},
        {"post": "head"},
        {"home_lon": 114.4, "home_lat": 34.5},
        {"subjects": "english"},
        {"home_lon": 113.40, "home_lat": 34.50, "_home": True},
    ],
)
def test_who_has_a_reason_to_stay_is_asked_last(unwilling: dict[str, Any]) -> None:
    # The last lives at the old school, the others at the new one; of the one who teaches English there is no other.
    nearer = {"home_lon": 113.44, "home_lat": 34.50} if unwilling.pop("_home", False) else {}
    told = county(unwilling, nearer, nearer)
    assert chosen(told, transfer(amount=2)) == [("T2", "T3")]
    # But is asked where there is nobody else.
    assert chosen(county(unwilling, {"school_id": NEAR}, {"backbone": "county"}), transfer()) == [("T1",)]


def test_who_teaches_what_the_other_school_lacks_goes_first() -> None:
    told = county({}, {"subjects": "math"}, {"subjects": "math"}, {}, {"school_id": NEAR})
    assert chosen(told, transfer()) == [("T2",)]


def test_all_who_leave_a_school_alike_are_sent_with_the_fewest_kilometres() -> None:
    told = county(
        {"home_lon": 113.43, "home_lat": 34.5}, {"home_lon": 113.45, "home_lat": 34.5}, {"degree": "secondary"}
    )
    # Each school would rather have the second, who lives nearer to both.
    assert chosen(told, transfer(FARTHER), transfer(NEAR)) == [("T2",), ("T1",)]


def test_only_those_who_count_in_exactly_what_is_said_go() -> None:
    told = county({"backbone": "city"}, {"subjects": "pe"}, {"degree": "secondary"}, {"backbone": None}, {}, {})
    assert chosen(told, transfer()) == [("T5",)]
    assert chosen(told, transfer(holds=())) == [("T3",)]
    assert chosen(told, transfer(holds=("backbone", "above_required_degree"))) == [("T1",)]


def test_a_transfer_for_which_there_are_too_few_stays_a_count() -> None:
    told = county({}, {})
    assert named(told, YEAR, [transfer(amount=3)], defaults())[0].teachers == ()


def test_the_way_between_the_schools_is_told() -> None:
    found = named(county({}, {}), YEAR, [transfer(), transfer(OUT)], defaults())
    near, far = (move.km for move in found)
    assert near == pytest.approx(1.3 * 3.67, abs=0.05)
    assert far == pytest.approx(25 * (near or 0), rel=0.01)


def test_nobody_is_sent_twice_in_a_year() -> None:
    told = county({}, {}, {}, {"school_id": NEAR, "degree": "secondary"})
    onward = Move("transfer", NEXT, NEAR, 1, "primary", to_school=FARTHER, holds=ABOVE)
    first, second = chosen(told, transfer(), transfer(FARTHER, year=2027))
    assert set(first).isdisjoint(second)
    assert named(told, YEAR, [transfer(), onward], defaults())[1].teachers == ()


def test_degrees_go_to_the_young_titles_lead_and_plentiful_subjects_are_retrained() -> None:
    low = {"degree": "secondary"}
    told = county(low | {"birth_year": 1980}, low, low | {"title": "middle", "subjects": "math"})
    assert chosen(told, Move("raise_degree", NEXT, HOME, 2, "primary")) == [("T2", "T3")]
    assert chosen(told, Move("appoint_backbone", NEXT, HOME, 1, "primary")) == [("T3",)]
    assert chosen(told, Move("retrain_pe_arts", NEXT, HOME, 2, "primary")) == [("T1", "T2")]


def test_names_that_are_given_are_kept_and_not_given_again() -> None:
    given = Move("transfer", NEXT, HOME, 1, "primary", to_school=NEAR, teachers=("T1",), holds=ABOVE)
    assert chosen(county({}, {}, {}), transfer(), given) == [("T2",), ("T1",)]


def test_pensions_come_later_since_2025() -> None:
    assert pension_year(1964, "male") == 2024.0
    assert pension_year(1966, "male") == 2026.5
    assert pension_year(1971, "female") == 2026.5
    assert pension_year(1990, "female") == 2048.0
    assert pension_year(1990, None) == 2048.0


def test_without_a_roster_counts_stay_counts() -> None:
    school, other = (row["school_id"] for row in rows(without_roster(), "schools", kind="311", counted=True)[:2])
    moves = [Move("transfer", NEXT, school, 1, "junior", to_school=other, holds=ABOVE),
             Move("raise_degree", NEXT, school, 1, "junior"), Move("hire", NEXT, school, 1, "junior")]  # fmt: skip
    found = named(without_roster(), YEAR, moves, defaults())
    assert [move.teachers for move in found] == [(), (), ()]
    assert found[0].km is not None


def test_names_change_no_figure_of_the_demo_county() -> None:
    schools = [row["school_id"] for row in rows(with_roster(), "schools", kind="311", counted=True)[:8]]
    moves = []
    for place, school in enumerate(schools):
        moves += [
            Move("transfer", year, school, 1, "junior", to_school=schools[place - step], holds=ABOVE)
            for year, step in ((NEXT, 1), (NEXT, 2), (NEXT + 1, 3))
        ]
        moves.append(Move("appoint_backbone", NEXT, school, 1, "junior"))
        moves.append(Move("retrain_pe_arts", NEXT + 1, school, 1, "junior"))
    plan = named(with_roster(), YEAR, moves, defaults())
    assert all(len(move.teachers) == move.amount for move in plan)
    everyone = {row["teacher_id"]: row for row in rows(with_roster(), "teachers", year=YEAR)}
    moved = [teacher for move in plan if move.kind == "transfer" for teacher in move.teachers]
    assert len(moved) == len(set(moved)) == 24
    assert all(counts_in(everyone[teacher])["above_required_degree"] for teacher in moved)
    assert numerators(apply(with_roster(), plan), NEXT + 1) == numerators(apply(with_roster(), moves), NEXT + 1)
