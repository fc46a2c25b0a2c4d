"""What must hold of any moves on any county, tried on drawn ones."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

from counties import COUNTY, drawn_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from moving import rows, same_tables

from jiaoheng.county import KINDS, County, Move, MoveError, apply, build
from jiaoheng.county.checks.registry import faults
from jiaoheng.county.moves.checking import HELD

LATEST, LAST = 2025, 2028
SCHOOLS = [f"21410{number:05}" for number in range(6)]
COUNTED = ("teachers", "employees", *HELD)
MANY = settings(max_examples=60, deadline=None)


@cache
def county(seed: int) -> County:
    """Six primary schools: four with a roster, two of them told by counts alone, one figure of one unknown."""
    told = drawn_rows(len(SCHOOLS), (2024, LATEST), seed, roster=96)
    draw = random.Random(seed)
    for row in told["teachers"]:
        row |= {
            "degree": draw.choice(["associate", "bachelor", "secondary"]),
            "backbone": draw.choice(["none", "none", "county"]),
            "subjects": draw.choice(["chinese", "math", "pe", "music;chinese"]),
            "title": draw.choice(["middle", "none"]),
            "training_hours": draw.choice([100.0, 380.0]),
        }
    told["teachers"] = [row for row in told["teachers"] if row["school_id"] in SCHOOLS[:4]]
    for row in told["staff"]:
        count = row["teachers"]
        row |= {name: draw.randint(count // 2, count) for name in HELD} | {"employees": count + 2, "posts": count + 2}
    if seed % 2:
        told["county"] = [{"county_code": COUNTY, "name": "望岚县", "staff_from": "counts"}]
    told["staff"][-1]["backbone"] = None
    return build(told)


@st.composite
def moves(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> Move:
    """A move that may be one too many, but is of its form."""
    kind = draw(st.sampled_from([kind for kind in kinds if kind not in ("open", "zone")]))
    school = draw(st.sampled_from(SCHOOLS))
    whole = KINDS[kind].table == "schools"
    counted = KINDS[kind].counted
    return Move(
        kind,
        draw(st.integers(LATEST + 1, LAST)),
        school,
        float(draw(st.integers(0, 2))) if counted else draw(st.floats(0, 1000, allow_nan=False)),
        "" if whole else draw(st.sampled_from(["", "primary"])),
        to_school=draw(st.sampled_from([other for other in SCHOOLS if other != school])) if KINDS[kind].leads else "",
        grade=draw(st.integers(1, 5)) if KINDS[kind].graded else None,
        holds=tuple(draw(st.sets(st.sampled_from(HELD[:3])))) if kind == "transfer" else (),
    )


SEEDS = st.integers(1, 4)


def outcome(told: County, plan: list[Move]) -> County | str:
    try:
        return apply(told, plan)
    except MoveError as error:
        return error.code


@MANY
@given(SEEDS, st.lists(moves(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_moves_makes_no_difference(seed: int, plan: list[Move], shuffle: random.Random) -> None:
    one = outcome(county(seed), plan)
    shuffle.shuffle(plan)
    other = outcome(county(seed), plan)
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
    else:
        assert same_tables(one, other)


@MANY
@given(SEEDS, st.lists(moves(), max_size=8))
def test_the_checks_find_no_error_and_the_county_given_is_unchanged(seed: int, plan: list[Move]) -> None:
    told = county(seed)
    before = {name: table.to_pylist() for name, table in told.tables.items()}
    after = outcome(told, plan)
    assert {name: table.to_pylist() for name, table in told.tables.items()} == before
    if isinstance(after, County):
        assert faults(after) == ()
        for name, found in before.items():
            if name in ("schools", "zones") and after[name].to_pylist() != found:
                # What has no year is told as after the last move.
                assert any(KINDS[move.kind].table == "schools" or move.kind == "add_beds" for move in plan)
                continue
            assert [row for row in after[name].to_pylist() if row.get("year", 0) <= LATEST] == found


@MANY
@given(SEEDS, st.lists(moves(("transfer",)), max_size=6))
def test_transfers_leave_the_county_as_many_as_it_had(seed: int, plan: list[Move]) -> None:
    told = county(seed)
    after = outcome(told, [*plan, Move("buy_equipment", LAST, SCHOOLS[0], 0.0)])
    if isinstance(after, str):
        return
    for year in range(LATEST + 1, LAST + 1):
        for name in COUNTED:
            figures = [
                [row[name] for row in rows(each, "staff", year=of)] for each, of in ((told, LATEST), (after, year))
            ]
            if all(None not in found for found in figures):
                assert sum(figures[0]) == sum(figures[1]), (name, year)
        # People who come from schools told by counts are new to the roster, who go there leave it.
        crossing = Counter(
            (move.school_id in SCHOOLS[4:]) - (move.to_school in SCHOOLS[4:])
            for move in plan
            for _ in range(int(move.amount) if move.year <= year else 0)
        )
        if told.staff_from == "roster":
            change = len(rows(after, "teachers", year=year)) - len(rows(told, "teachers", year=LATEST))
            assert change == crossing[1] - crossing[-1]
        assert len({row["teacher_id"] for row in rows(after, "teachers", year=year)}) == len(
            rows(after, "teachers", year=year)
        )


@given(SEEDS)
def test_no_moves_and_no_later_year_change_nothing(seed: int) -> None:
    told = county(seed)
    assert same_tables(apply(told, (), until=LATEST), told)
    assert same_tables(apply(told, ()), told)


@MANY
@given(SEEDS, st.lists(moves(), max_size=5), st.lists(moves(), max_size=3))
def test_moves_of_later_years_change_nothing_before_them(seed: int, plan: list[Move], later: list[Move]) -> None:
    early = [move for move in plan if move.year == LATEST + 1]
    late = [move for move in later if move.year > LATEST + 1]
    one, other = outcome(county(seed), early), outcome(county(seed), [*early, *late])
    if isinstance(one, County) and isinstance(other, County) and early:
        for name in ("facilities", "staff", "teachers", "enrolment", "classes"):
            found = (sorted(map(repr, rows(each, name, year=LATEST + 1))) for each in (one, other))
            assert next(found) == next(found)


@MANY
@given(SEEDS, st.lists(moves(("merge", "to_point", "to_branch", "transfer")), max_size=4))
def test_mergers_lose_neither_pupils_nor_teachers(seed: int, plan: list[Move]) -> None:
    told = county(seed)
    after = outcome(told, [*plan, Move("add_seats", LAST, SCHOOLS[0], 0.0)])
    if isinstance(after, str):
        return
    for table, name in (
        ("enrolment", "pupils"),
        ("enrolment", "classes"),
        ("staff", "teachers"),
        ("staff", "employees"),
    ):
        had = sum(row[name] for row in rows(told, table, year=LATEST))
        for year in range(LATEST + 1, LAST + 1):
            assert sum(row[name] for row in rows(after, table, year=year)) == had, (name, year)
    closed = {move.school_id for move in plan if move.kind == "merge"}
    assert not {row["school_id"] for row in rows(after, "enrolment", year=LAST)} & closed
