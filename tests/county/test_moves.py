"""A move adds to the figures that the assessment sees exactly what its kind says, and to no others."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from moving import COUNTIES, STANDARD, Numerators, added, numerators, rows, with_roster, without_roster

from jiaoheng.county import KINDS, County, Move, apply, build, carried
from jiaoheng.county.checks.registry import faults
from jiaoheng.county.moves.checking import HELD
from jiaoheng.county.teaching import counts_in
from jiaoheng.findings import assess
from jiaoheng.measures.engine import answers, open_county
from jiaoheng.measures.roster import staff_counts

YEAR, NEXT = 2025, 2026
ADDING = [kind for kind in KINDS if KINDS[kind].table not in ("schools", "zones")]
AMOUNTS = {"build_rooms": 240.5, "build_ground": 100.0, "build_hall": 300.0, "buy_equipment": 12345.0}


@cache
def base(name: str) -> Numerators:
    return numerators(carried(COUNTIES[name](), NEXT), NEXT)


def school_of(kind: str, nth: int) -> str:
    return sites(kind)[nth]


def changes(before: Numerators, after: Numerators) -> dict[tuple[str, str, str], float | None]:
    assert before.keys() == after.keys()
    found = {}
    for place, was in before.items():
        now = after[place]
        if now != was:
            found[place] = None if now is None or was is None else now - was
    return found


def assert_changes(name: str, county: County, wanted: dict[tuple[str, str, str], float], year: int = NEXT) -> None:
    found = changes(base(name), numerators(county, year))
    assert found.keys() == wanted.keys()
    for place, amount in wanted.items():
        change = found[place]
        assert change is not None, place
        assert math.isclose(change, amount, rel_tol=1e-9, abs_tol=1e-6), place


def sites(kind: str, figure: str = "", waiting: int = 2) -> list[str]:
    """Schools of a kind, only those where so many teachers do not count in a figure if one is given."""
    found = [str(row["school_id"]) for row in rows(with_roster(), "schools", kind=kind, counted=True)]
    return [school for school in found if not figure or _open_to(school, figure) >= waiting]


def _open_to(school: str, figure: str) -> int:
    return sum(counts_in(row)[figure] is False for row in _here(school))


@pytest.mark.parametrize("name", COUNTIES)
def test_each_kind_adds_what_it_says_to_the_figures_of_its_section_and_nothing_else(name: str) -> None:
    free = iter(sites("211")[2:])
    moves = [Move("raise_degree", NEXT, sites("311", "above_required_degree")[0], 2, "junior")]
    for kind in ADDING:
        if kind not in ("transfer", "add_class", "raise_degree"):
            stage = "primary" if KINDS[kind].persons else ""
            moves.append(Move(kind, NEXT, next(free), AMOUNTS.get(kind, 2.0), stage))
    wanted = {}
    for move in moves:
        for (each, school, stage), change in added(move, move.school_id, move.amount).items():
            wanted[each, school, stage or "primary"] = change
    assert {each for each, _, _ in wanted} == {"1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.9", "2.12"}
    assert_changes(name, apply(COUNTIES[name](), moves), wanted)


@pytest.mark.parametrize("name", COUNTIES)
def test_a_transfer_takes_from_one_school_what_it_gives_to_the_other(name: str) -> None:
    used: set[str] = set()
    moves, wanted = [], {}
    for holds in ((), ("above_required_degree",), ("above_required_degree", "backbone")):
        alike = [school for school in sites("311") if sum(_counted(row) == {*holds} for row in _here(school)) > 1]
        source, target = [school for school in alike if school not in used][:2]
        used |= {source, target}
        moves.append(Move("transfer", NEXT, source, 2, "junior", to_school=target, holds=holds))
        wanted |= added(moves[-1], target, 2.0) | added(moves[-1], source, -2.0)
    assert_changes(name, apply(COUNTIES[name](), moves), wanted)


def _here(school: str) -> list[dict[str, object]]:
    own = rows(with_roster(), "teachers", school_id=school, year=YEAR)
    return [row for row in own if row["stage"] in ("primary", "junior")]


def _counted(row: dict[str, object]) -> set[str]:
    return {name for name in ("above_required_degree", "backbone", "pe_arts") if counts_in(row)[name]}


def test_facilities_of_a_whole_school_are_shared_by_its_stages() -> None:
    school = school_of("312", 0)
    after = apply(with_roster(), (Move("build_ground", NEXT, school, 1000.0),))
    found = changes(base("roster"), numerators(after, NEXT))
    assert {stage for _, _, stage in found} == {"primary", "junior"}
    assert math.isclose(sum(change or 0.0 for change in found.values()), 1000.0, abs_tol=1e-6)


def test_a_campus_builds_on_its_own_row_and_its_school_gains() -> None:
    campus = next(row for row in rows(with_roster(), "schools", counted=False) if row["parent_id"])
    move = Move("buy_equipment", NEXT, campus["school_id"], 50000.0)
    after = apply(with_roster(), (move,))
    assert_changes("roster", after, {("1.6", campus["parent_id"], "primary"): 50000.0})
    own = [rows(each, "facilities", school_id=campus["school_id"], year=NEXT)[0]["equipment_value"]
           for each in (carried(with_roster(), NEXT), after)]  # fmt: skip
    assert own[1] - own[0] == 50000.0


def test_an_added_class_divides_the_grade_evenly_anew() -> None:
    school = school_of("211", 0)
    was = rows(with_roster(), "enrolment", school_id=school, year=YEAR, grade=3)[0]
    after = apply(with_roster(), (Move("add_class", NEXT, school, 2, grade=3),))
    now = rows(after, "enrolment", school_id=school, year=NEXT, grade=3)[0]
    sizes = [row["pupils"] for row in rows(after, "classes", school_id=school, year=NEXT, grade=3)]
    assert now == was | {"year": NEXT, "classes": was["classes"] + 2}
    assert (len(sizes), sum(sizes)) == (now["classes"], was["pupils"])
    assert max(sizes) - min(sizes) <= 1
    assert len({row["class_no"] for row in rows(after, "classes", school_id=school, year=NEXT, grade=3)}) == len(sizes)


def test_a_move_holds_from_its_year_on_and_not_before() -> None:
    school = school_of("211", 3)
    moves = (Move("hire", 2027, school, 2, "primary"), Move("hire", 2028, school, 1, "primary"))
    after = apply(with_roster(), moves, until=2029)
    teachers = [rows(after, "staff", school_id=school, year=year)[0]["teachers"] for year in range(2025, 2030)]
    assert [count - teachers[0] for count in teachers] == [0, 0, 2, 3, 3]
    for name, table in with_roster().tables.items():
        if "year" in table.column_names:
            kept = [row for row in after[name].to_pylist() if row["year"] <= YEAR]
            assert kept == table.to_pylist(), name


def test_who_is_hired_has_the_same_number_every_year_and_no_one_elses() -> None:
    school = school_of("211", 3)
    taken = rows(with_roster(), "teachers", school_id=school, year=YEAR)[0] | {"teacher_id": "拟聘2026-007"}
    county = _with_teacher(with_roster(), taken)
    after = apply(
        county, (Move("hire", NEXT, school, 2, "primary"), Move("hire_pe_arts", NEXT, school, 1, "primary")), until=2028
    )
    new = {year: {row["teacher_id"] for row in rows(after, "teachers", year=year)
                  if row["teacher_id"].startswith("拟聘")} for year in (2026, 2027, 2028)}  # fmt: skip
    assert new[2026] == new[2027] == new[2028] == {f"拟聘2026-{number:03}" for number in (7, 8, 9, 10)}
    joined = rows(after, "teachers", teacher_id="拟聘2026-010", year=2027)[0]
    assert (joined["school_since"], joined["post"], joined["certificate"]) == (NEXT, "teacher", True)


def _with_teacher(county: County, row: dict[str, object]) -> County:
    teachers = build({"teachers": [*county["teachers"].to_pylist(), row]})["teachers"]
    return County(dict(county.tables) | {"teachers": teachers}, county.boundaries)


def test_named_teachers_move_and_nobody_else_does() -> None:
    source, target = school_of("211", 3), school_of("211", 5)
    chosen = [row for row in _here(source) if _counted(row) == {"above_required_degree"}][2:4]
    names = tuple(str(row["teacher_id"]) for row in chosen)
    move = Move("transfer", NEXT, source, 2, "primary", to_school=target, teachers=names,
                holds=("above_required_degree",))  # fmt: skip
    after = apply(with_roster(), (move,), until=2027)
    for year in (2026, 2027):
        now = {row["teacher_id"]: row for row in rows(after, "teachers", year=year)}
        assert {name for name, row in now.items() if row["school_id"] == target and row["school_since"] == NEXT} == {
            *names
        }
        moved = {row["teacher_id"]: row | {"year": year} for row in chosen}
        for name in names:
            assert now[name] == moved[name] | {"school_id": target, "school_since": NEXT}


@pytest.mark.parametrize(("kind", "figure"), [("raise_degree", "above_required_degree"), ("retrain_pe_arts", "pe_arts"),
                                              ("appoint_backbone", "backbone")])  # fmt: skip
def test_a_named_teacher_comes_to_count_and_one_who_does_is_left_to_others(kind: str, figure: str) -> None:
    school = sites("311", figure)[0]
    waiting = sorted(str(row["teacher_id"]) for row in _here(school) if not counts_in(row)[figure])
    # Unnamed moves take others than those whom another move names, in whatever order they stand.
    moves = (Move(kind, NEXT, school, 1), Move(kind, NEXT, school, 1, "junior", teachers=(waiting[0],)))
    after = apply(with_roster(), moves)
    now = {row["teacher_id"] for row in rows(after, "teachers", year=NEXT, school_id=school) if counts_in(row)[figure]}
    before = {row["teacher_id"] for row in _here(school) if counts_in(row)[figure]}
    assert waiting[0] in now - before
    assert len(now - before) == 2


@pytest.mark.parametrize("to_roster", [True, False])
def test_between_a_roster_and_counts_a_transfer_counts_on_both_sides(to_roster: bool) -> None:
    source, target = school_of("211", 3), school_of("211", 5)
    untold = source if to_roster else target
    county = with_roster()
    kept = [row for row in county["teachers"].to_pylist() if row["school_id"] != untold]
    mixed = County(dict(county.tables) | {"teachers": build({"teachers": kept})["teachers"]}, county.boundaries)
    move = Move("transfer", NEXT, source, 1, "primary", to_school=target, holds=("above_required_degree",))
    found = changes(numerators(carried(mixed, NEXT), NEXT), numerators(apply(mixed, (move,)), NEXT))
    assert found == added(move, target, 1.0) | added(move, source, -1.0)


def test_an_unknown_figure_stays_unknown() -> None:
    school = school_of("211", 3)
    county = without_roster()
    staff = [row | ({"above_required_degree": None} if row["school_id"] == school else {})
             for row in county["staff"].to_pylist()]  # fmt: skip
    built = [row for row in county["facilities"].to_pylist() if row["school_id"] != school]
    tables = build({"staff": staff, "facilities": built})
    bare = County(dict(county.tables) | {name: tables[name] for name in ("staff", "facilities")})
    after = apply(bare, (Move("raise_degree", NEXT, school, 1, "primary"), Move("build_rooms", NEXT, school, 500.0)))
    found = numerators(after, NEXT)
    assert found["1.1", school, "primary"] is None
    assert found["1.4", school, "primary"] is None


@pytest.mark.parametrize("name", ["roster", "counts"])
def test_a_plan_of_all_kinds_raises_no_new_error_of_the_checks(name: str) -> None:
    schools = [school_of("211", nth) for nth in range(2, 10)]
    moves = [
        Move(kind, year, school, AMOUNTS.get(kind, 1.0), "primary" if KINDS[kind].persons else "",
             grade=4 if kind == "add_class" else None,
             to_school=schools[place - 1] if kind == "transfer" else "",
             holds=("above_required_degree",) if kind == "transfer" else ())
        for place, school in enumerate(schools)
        for kind in ADDING
        for year in (NEXT, NEXT + 1)
        if kind != "raise_degree" or _open_to(school, "above_required_degree") > 1
    ]  # fmt: skip
    after = apply(COUNTIES[name](), moves, until=2028)
    assert faults(after) == ()


def test_the_roster_is_read_as_the_assessment_counts_it() -> None:
    county = with_roster()
    found = answers(open_county(county), staff_counts(YEAR, HELD))
    people: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows(county, "teachers", year=YEAR):
        people[row["school_id"], row["stage"]].append(counts_in(row))
    listed = [section for section in found if people[section["school_id"], section["stage"]]]
    assert len(listed) > 100
    for section in listed:
        for name in HELD:
            flags = [counted[name] for counted in people[section["school_id"], section["stage"]]]
            assert section[name] == (None if None in flags else sum(map(bool, flags))), (section, name)


def test_the_assessment_of_a_changed_county_names_no_snapshot() -> None:
    after = apply(with_roster(), (Move("buy_equipment", NEXT, school_of("211", 3), 10.0),))
    assert assess(after, STANDARD).snapshot == ""
