"""Facts carried forward: the same county in later years, closed schools left out, projected pupils put in."""

from __future__ import annotations

from collections import Counter

import msgspec
import pyarrow as pa
import pytest
from counties import CENTRAL, JUNIOR, NINE_YEAR, POINT, Rows, clean_county, clean_rows
from moving import STANDARD, rows, with_roster

from jiaoheng.county import Closing, County, Gap, build, carried, closing
from jiaoheng.county.moves.carrying import CARRIED
from jiaoheng.findings import assess

LATEST = 2025


def test_the_assessment_of_a_carried_year_says_what_that_of_the_latest_does() -> None:
    now, later = (assess(carried(with_roster(), 2027), STANDARD, year=year) for year in (LATEST, 2027))
    assert now.values == later.values
    assert now.schools == later.schools
    assert now.balance == later.balance
    assert now.areas == later.areas


def test_every_table_of_the_latest_year_is_there_in_each_later_one() -> None:
    county = carried(clean_county(), 2027)
    assert county.years == (2023, 2024, 2025, 2026, 2027)
    for name in CARRIED:
        latest = rows(county, name, year=LATEST)
        assert latest, name
        for year in (2026, 2027):
            assert rows(county, name, year=year) == [row | {"year": year} for row in latest]
    assert rows(county, "scores", year=2026) == rows(county, "surveys", year=2026) == []


def test_without_a_later_year_the_county_is_the_same() -> None:
    county = msgspec.structs.replace(clean_county(), snapshot="20260101T000000Z-abc")
    assert carried(county, LATEST) is county
    assert carried(county, 2026).snapshot == ""


def closed(school: str, last: int) -> County:
    told = clean_rows()
    for row in told["schools"]:
        if row["school_id"] == school:
            row["open_to"] = last
    return build(told)


def test_a_school_that_closes_has_no_rows_afterwards_and_its_pupils_are_told() -> None:
    county = closed(POINT, 2026)
    later = carried(county, 2027)
    for name in ("enrolment", "facilities", "staff", "teachers"):
        assert rows(later, name, school_id=POINT, year=2026), name
        assert not rows(later, name, school_id=POINT, year=2027), name
        assert rows(later, name, year=2027) or name == "teachers", name
    assert closing(county, 2027) == (Closing(POINT, 2026, 36),)
    assert closing(county, 2026) == ()


def test_what_is_told_of_a_later_year_stands() -> None:
    told: Rows = clean_rows()
    told["staff"].append({"school_id": CENTRAL, "year": 2026, "stage": "primary", "teachers": 33})
    told["finance"].append({"subject_id": CENTRAL, "year": 2026, "item": "operating_funds", "amount": 1.0})
    later = carried(build(told), 2027)
    assert [row["teachers"] for row in rows(later, "staff", school_id=CENTRAL, year=2026)] == [33]
    assert [row["teachers"] for row in rows(later, "staff", school_id=CENTRAL, year=2027)] == [30]
    money = {row["item"]: row["amount"] for row in rows(later, "finance", year=2026)}
    assert money == {"operating_funds": 1.0, "quota_primary": 720.0}


def test_what_waits_of_the_latest_year_waits_of_the_later_ones() -> None:
    gaps = (Gap("staff", CENTRAL, 2025, (CENTRAL, "2025", "primary")), Gap("staff", CENTRAL, 2024), Gap("facilities"))
    later = carried(msgspec.structs.replace(clean_county(), gaps=gaps), 2026)
    assert set(later.gaps) == {*gaps, Gap("staff", CENTRAL, 2026, (CENTRAL, "2026", "primary"))}


def projected(county: County, *told: tuple[str, int, int, int | None, int | None]) -> County:
    table = pa.Table.from_pylist(
        [dict(zip(("school_id", "year", "grade", "pupils", "classes"), row, strict=True)) for row in told]
    )
    return carried(county, 2027, table)


def test_projected_pupils_stand_in_the_place_of_a_stage_and_of_no_other() -> None:
    county = projected(clean_county(), *((NINE_YEAR, 2026, grade, 50, 1) for grade in (7, 8, 9)))
    own = {row["grade"]: row["pupils"] for row in rows(county, "enrolment", school_id=NINE_YEAR, year=2026)}
    assert own == dict.fromkeys(range(1, 7), 42) | dict.fromkeys((7, 8, 9), 50)
    assert {row["pupils"] for row in rows(county, "enrolment", school_id=JUNIOR, year=2026)} == {150}
    assert rows(county, "enrolment", year=2027) == [
        row | {"year": 2027} for row in rows(county, "enrolment", year=2025)
    ]


def test_projected_pupils_are_divided_evenly_among_the_classes_that_were_all_listed() -> None:
    county = projected(clean_county(), *((JUNIOR, 2026, grade, 161 if grade == 7 else 150, None if grade == 7 else 4)
                                         for grade in (7, 8, 9)))  # fmt: skip
    sizes = {grade: sorted(row["pupils"] for row in rows(county, "classes", school_id=JUNIOR, year=2026, grade=grade))
             for grade in (7, 8, 9)}  # fmt: skip
    assert sizes == {7: [40, 40, 40, 41], 8: [37, 37, 38, 38], 9: [37, 37, 38, 38]}
    assert rows(county, "class_sizes", school_id=JUNIOR, year=2026) == []
    assert rows(county, "class_sizes", school_id=CENTRAL, year=2026) != []
    assert rows(county, "class_sizes", school_id=JUNIOR, year=2027) != []


def test_classes_that_were_not_all_listed_are_told_no_longer() -> None:
    told = clean_rows()
    told["classes"] = [row for row in told["classes"] if (row["school_id"], row["class_no"]) != (JUNIOR, "2")]
    county = projected(build(told), *((JUNIOR, 2026, grade, 120, 3) for grade in (7, 8, 9)))
    assert rows(county, "classes", school_id=JUNIOR, year=2026) == []
    assert Counter(row["school_id"] for row in rows(county, "classes", year=2027)) == Counter(
        row["school_id"] for row in rows(county, "classes", year=2025)
    )


def test_projected_rows_of_other_years_are_left_aside() -> None:
    county = projected(clean_county(), (JUNIOR, 2025, 7, 1, 1), (JUNIOR, 2031, 7, 1, 1))
    assert county.years == (2023, 2024, 2025, 2026, 2027)
    assert rows(county, "enrolment", school_id=JUNIOR, year=2025, grade=7)[0]["pupils"] == 150


@pytest.mark.parametrize("year", [2024, 2025])
def test_years_before_stay_as_they_are(year: int) -> None:
    before, after = clean_county(), carried(clean_county(), 2028)
    for name in CARRIED:
        assert rows(before, name, year=year) == rows(after, name, year=year)
