"""A move that the facts do not allow is refused: which one, what is wrong and what to do, in both languages."""

from __future__ import annotations

import math
from typing import Any

import pytest
from counties import CENTRAL, JUNIOR, NINE_YEAR, POINT, Rows, clean_rows

from jiaoheng.county import County, Move, MoveError, apply, build

NEXT = 2026
GOOD = Move("buy_equipment", NEXT, CENTRAL, 100.0)


def refused(move: Move, county: County | None = None) -> MoveError:
    with pytest.raises(MoveError) as caught:
        apply(county or build(clean_rows()), (GOOD, move))
    error = caught.value
    assert error.number == 2
    assert error.say("zh").startswith("第 2 条措施（")
    assert error.say("en").startswith("Move 2 (")
    assert "{" not in error.say("zh") + error.say("en")
    return error


def changed(table: str, change: dict[str, Any], **wanted: object) -> County:
    rows: Rows = clean_rows()
    found = [row for row in rows[table] if all(row.get(name) == value for name, value in wanted.items())]
    assert found
    for row in found:
        row |= change
    return build(rows)


@pytest.mark.parametrize(
    ("move", "code", "words"),
    [
        (Move("build_moat", NEXT, CENTRAL, 1.0), "kind", "build_rooms"),
        (Move("build_rooms", 2025, CENTRAL, 1.0), "year", "2026"),
        (Move("build_rooms", NEXT, "999", 1.0), "school", "999"),
        (Move("build_rooms", NEXT, CENTRAL, -1.0), "amount", "-1"),
        (Move("build_rooms", NEXT, CENTRAL, math.nan), "amount", "nan"),
        (Move("build_rooms", NEXT, CENTRAL, math.inf), "amount", "inf"),
        (Move("hire", NEXT, CENTRAL, 1e9, "primary"), "amount", "100,000"),
        (Move("build_rooms", 9999, CENTRAL, 1.0), "late", "2100"),
        (Move("hire", NEXT, CENTRAL, 1.5), "whole", "1.5"),
        (Move("fit_multimedia", NEXT, CENTRAL, 0.5), "whole", "0.5"),
        (Move("hire", NEXT, CENTRAL, 1, "upper"), "stage", "upper"),
        (Move("hire", NEXT, CENTRAL, 1, "junior"), "no_stage", "青石镇中心小学"),
        (Move("hire", NEXT, NINE_YEAR, 1), "which_stage", "望河乡学校"),
        (Move("build_rooms", NEXT, NINE_YEAR, 1.0, "junior"), "whole_school", ""),
        (Move("transfer", NEXT, CENTRAL, 1, "primary"), "target", ""),
        (Move("transfer", NEXT, CENTRAL, 1, "primary", to_school=CENTRAL), "target", ""),
        (Move("hire", NEXT, CENTRAL, 1, "primary", to_school=POINT), "target", ""),
        (Move("transfer", NEXT, CENTRAL, 1, "primary", to_school=JUNIOR), "no_stage", "青石镇初级中学"),
        (Move("transfer", NEXT, CENTRAL, 31, "primary", to_school=POINT), "below_zero", "-1"),
        (Move("transfer", NEXT, CENTRAL, 7, "primary", to_school=POINT, holds=("backbone",)), "below_zero", "骨干"),
        (Move("transfer", NEXT, CENTRAL, 1, "primary", to_school=POINT, holds=("charm",)), "holds", "charm"),
        (Move("raise_degree", NEXT, CENTRAL, 1, "primary"), "above_whole", "31"),
        (Move("appoint_backbone", NEXT, CENTRAL, 25, "primary"), "above_whole", "31"),
        (Move("add_class", NEXT, CENTRAL, 1), "only_grade", ""),
        (Move("add_class", NEXT, CENTRAL, 1, grade=8), "grade", "8"),
        (Move("hire", NEXT, CENTRAL, 1, "primary", grade=1), "only_grade", ""),
        (Move("hire", NEXT, CENTRAL, 1, "primary", teachers=("T00001",)), "not_named", ""),
        (Move("raise_degree", NEXT, CENTRAL, 1, "primary", teachers=("T00001",)), "elsewhere", "柳树教学点"),
        (Move("raise_degree", NEXT, POINT, 1, "primary", teachers=("T00001",)), "already", "T00001"),
        (Move("appoint_backbone", NEXT, POINT, 1, "primary", teachers=("T7",)), "unlisted", "T7"),
        (Move("appoint_backbone", NEXT, POINT, 2, "primary", teachers=("T00001",)), "names_count", "2"),
        (Move("appoint_backbone", NEXT, POINT, 2, "primary", teachers=("T00001",) * 2), "twice", "T00001"),
        (Move("retrain_pe_arts", NEXT, POINT, 2, "primary"), "too_few", "1 人"),
        (Move("transfer", NEXT, POINT, 1, "primary", to_school=CENTRAL, teachers=("T00001",)), "differs", "T00001"),
        (Move("transfer", NEXT, POINT, 3, "primary", to_school=CENTRAL, holds=("above_required_degree",)),
         "too_few", "只有 1 人"),
    ],
)  # fmt: skip
def test_it_is_refused(move: Move, code: str, words: str) -> None:
    error = refused(move)
    assert error.code == code
    assert words in error.say("zh")


def test_the_last_teacher_of_a_roster_does_not_leave() -> None:
    county = changed("teachers", {"school_id": JUNIOR, "stage": "junior"}, teacher_id="T00002")
    held = ("above_required_degree", "pe_arts")
    error = refused(Move("transfer", NEXT, POINT, 1, "primary", to_school=CENTRAL, holds=held), county)
    assert error.code == "nobody_left"


def test_facilities_by_stage_ask_for_the_stage() -> None:
    rows = clean_rows()
    own = [row for row in rows["facilities"] if row["school_id"] == NINE_YEAR]
    rows["facilities"] = [row for row in rows["facilities"] if row["school_id"] != NINE_YEAR]
    rows["facilities"] += [row | {"stage": stage} for row in own for stage in ("primary", "junior")]
    county = build(rows)
    assert refused(Move("build_rooms", NEXT, NINE_YEAR, 1.0), county).code == "by_stage"
    after = apply(county, (Move("build_rooms", NEXT, NINE_YEAR, 10.0, "junior"),))
    areas = {(row["year"], row["stage"]): row["teaching_area"] for row in after["facilities"].to_pylist()
             if row["school_id"] == NINE_YEAR}  # fmt: skip
    assert areas[NEXT, "junior"] == areas[2025, "junior"] + 10.0
    assert areas[NEXT, "primary"] == areas[2025, "primary"]


def test_a_stage_may_be_named_where_the_school_has_no_other() -> None:
    after = apply(build(clean_rows()), (Move("build_rooms", NEXT, CENTRAL, 10.0, "primary"),))
    areas = {row["year"]: row["teaching_area"] for row in after["facilities"].to_pylist()
             if row["school_id"] == CENTRAL}  # fmt: skip
    assert areas[NEXT] == areas[2025] + 10.0


def test_nothing_is_done_at_a_school_that_has_closed_but_its_teachers_may_leave_it() -> None:
    county = changed("schools", {"open_to": 2025}, school_id=POINT)
    assert refused(Move("hire", NEXT, POINT, 1, "primary"), county).code == "closed"
    assert refused(Move("transfer", NEXT, CENTRAL, 1, "primary", to_school=POINT), county).code == "closed"
    held = ("above_required_degree",)
    leaving = Move("transfer", NEXT, POINT, 1, "primary", to_school=CENTRAL, holds=held)
    after = apply(county, (leaving,), until=2027)
    staff = {(row["school_id"], row["year"]): row for row in after["staff"].to_pylist() if row["stage"] == "primary"}
    for year in (2026, 2027):
        assert staff[CENTRAL, year]["teachers"] == staff[CENTRAL, 2025]["teachers"] + 1
        assert (POINT, year) not in staff


def test_without_enrolment_no_year_can_be_told() -> None:
    with pytest.raises(MoveError, match="no enrolment") as caught:
        apply(build({"county": [{"county_code": "410999", "name": "望岚县"}]}), ())
    assert caught.value.say("zh") == "没有在校生数据，无法推算以后学年"


def test_facts_are_not_carried_without_end() -> None:
    with pytest.raises(MoveError, match="2100 at most, not to 9999"):
        apply(build(clean_rows()), (), until=9999)


def test_the_move_that_took_too_many_is_the_one_told_of() -> None:
    fine = Move("transfer", NEXT, CENTRAL, 1, "primary", to_school=NINE_YEAR, holds=("above_required_degree",))
    last = Move("raise_degree", 2027, CENTRAL, 1, "primary")
    with pytest.raises(MoveError) as caught:
        apply(build(clean_rows()), (last, fine))
    assert (caught.value.number, caught.value.code) == (1, "above_whole")
    assert "2027" in caught.value.say("en")
