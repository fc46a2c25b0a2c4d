"""Classes added: what is listed is divided anew, and of bands of size only the sure part stays."""

from __future__ import annotations

import pytest
from counties import CENTRAL, JUNIOR, Rows, clean_rows
from moving import STANDARD, rows

from jiaoheng.county import Move, apply, build
from jiaoheng.findings import assess
from jiaoheng.findings.assessment import Value

NEXT = 2026
TWO_MORE = Move("add_class", NEXT, JUNIOR, 2, grade=7)


def size(told: Rows, *moves: Move) -> Value:
    county = apply(build(told), moves, until=NEXT)
    return next(
        value
        for value in assess(county, STANDARD, year=NEXT).values
        if (value.check, value.school_id) == ("2.5", JUNIOR)
    )


def crowded() -> Rows:
    """Grade seven sits in three classes of 50 to 52, the others in four of 37 and 38, as both tables tell."""
    told = clean_rows()
    for row in told["enrolment"]:
        if (row["school_id"], row["grade"]) == (JUNIOR, 7):
            row |= {"pupils": 154, "classes": 3}
    told["classes"] = [row for row in told["classes"] if (row["school_id"], row["grade"]) != (JUNIOR, 7)]
    told["classes"] += [
        {"school_id": JUNIOR, "year": 2025, "grade": 7, "class_no": f"{number}", "pupils": 50 + number}
        for number in (1, 2)
    ] + [{"school_id": JUNIOR, "year": 2025, "grade": 7, "class_no": "3", "pupils": 51}]
    told["class_sizes"] = [row for row in told["class_sizes"] if row["school_id"] != JUNIOR]
    told["class_sizes"] += [
        {"school_id": JUNIOR, "year": 2025, "stage": "junior", "smallest": least, "largest": most, "classes": classes}
        for least, most, classes in ((36, 40, 8), (51, 55, 3))
    ]
    return told


def test_the_largest_class_is_then_the_largest_of_those_divided_anew() -> None:
    assert size(crowded()).value == 52
    assert size(crowded(), TWO_MORE).value == 38
    assert size(crowded(), Move("add_class", NEXT, JUNIOR, 1, grade=7)).value == 39


def test_a_grade_without_a_list_has_one_then() -> None:
    told = crowded()
    told["classes"] = [row for row in told["classes"] if row["school_id"] != JUNIOR]
    county = apply(build(told), (TWO_MORE,))
    own = rows(county, "classes", school_id=JUNIOR, year=NEXT)
    assert [(row["grade"], row["class_no"], row["pupils"]) for row in own] == [
        (7, "1", 31), (7, "2", 31), (7, "3", 31), (7, "4", 31), (7, "5", 30)
    ]  # fmt: skip
    # No class is larger than the largest was; that is all the bands can still say of the other grades.
    assert rows(county, "class_sizes", school_id=JUNIOR, year=NEXT) == [
        {"school_id": JUNIOR, "year": NEXT, "stage": "junior", "smallest": 0, "largest": 55, "classes": 13}
    ]
    found = size(told, TWO_MORE)
    assert (found.value, found.low, found.high) == (None, 38, 55)


@pytest.mark.parametrize("column", ["classes", "pupils"])
def test_a_grade_of_which_a_number_is_not_known_stays_unknown(column: str) -> None:
    told = crowded()
    for row in told["enrolment"]:
        if (row["school_id"], row["grade"]) == (JUNIOR, 7):
            row[column] = None
    told["classes"] = [row for row in told["classes"] if row["school_id"] != JUNIOR]
    county = apply(build(told), (TWO_MORE,))
    now = rows(county, "enrolment", school_id=JUNIOR, year=NEXT, grade=7)[0]
    assert (now["classes"], now["pupils"]) == ((None, 154) if column == "classes" else (5, None))
    assert rows(county, "classes", school_id=JUNIOR, year=NEXT) == []


def test_pupils_that_only_the_list_tells_are_those_of_the_list() -> None:
    told = crowded()
    for row in told["enrolment"]:
        if (row["school_id"], row["grade"]) == (JUNIOR, 7):
            row["pupils"] = None
    county = apply(build(told), (TWO_MORE,))
    assert sum(row["pupils"] for row in rows(county, "classes", school_id=JUNIOR, year=NEXT, grade=7)) == 154


def test_other_grades_and_schools_keep_their_classes() -> None:
    county = apply(build(crowded()), (TWO_MORE,))
    for wanted in ({"school_id": JUNIOR, "grade": 8}, {"school_id": CENTRAL}):
        before = rows(county, "classes", year=2025, **wanted)
        assert rows(county, "classes", year=NEXT, **wanted) == [row | {"year": NEXT} for row in before]
    assert rows(county, "class_sizes", school_id=CENTRAL, year=NEXT) != []


def test_no_class_added_changes_nothing() -> None:
    county = apply(build(crowded()), (Move("add_class", NEXT, JUNIOR, 0, grade=7),))
    for name in ("classes", "class_sizes"):
        before = rows(county, name, school_id=JUNIOR, year=2025)
        assert rows(county, name, school_id=JUNIOR, year=NEXT) == [row | {"year": NEXT} for row in before]
