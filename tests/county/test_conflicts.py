"""Several schools' returns laid over a county together: whose rows they are, and where two say different things."""

from __future__ import annotations

from typing import Any

from six_schools import rows

from jiaoheng.county import Batch, County, Origin, Row, admit, build, conflicts, merged, merged_returns, schema

BASE = build(rows())
POINT = {"school_id": "Z", "name": "山口教学点", "kind": "218", "setting": "220", "counted": True}


def batch(table: str, *some: dict[str, Any]) -> Batch:
    columns = {column.name for column in schema().tables[table].columns}
    told = (dict.fromkeys(columns) | one for one in some)
    return Batch({table: tuple(Row(one, Origin("表.csv", table, 2 + at)) for at, one in enumerate(told))})


def pupils(school: str, grade: int, count: int) -> dict[str, Any]:
    return {"school_id": school, "year": 2025, "grade": grade, "pupils": count, "classes": 2}


def facilities(stage: str | None) -> Batch:
    return batch("facilities", {"school_id": "D", "year": 2025, "stage": stage, "teaching_area": 100.0})


def same(one: County, other: County) -> bool:
    return all(
        sorted(map(repr, one[name].to_pylist())) == sorted(map(repr, other[name].to_pylist()))
        for name in schema().tables
    )


def test_returns_without_conflict_give_the_same_in_any_order_and_one_by_one() -> None:
    first = ("A", [batch("enrolment", pupils("A", 1, 71)), batch("enrolment", pupils("A", 1, 72), pupils("A2", 1, 21))])
    second = ("C", [batch("enrolment", pupils("C", 7, 201))])
    assert conflicts(BASE, [first, second]) == ()
    together = admit(merged_returns(BASE, [first, second])).county
    assert same(together, admit(merged_returns(BASE, [second, first])).county)
    alone = admit(merged(BASE, first[1], only="A")).county
    assert same(together, admit(merged(alone, second[1], only="C")).county)
    assert not same(together, BASE)


def test_a_row_that_two_tell_differently_is_a_conflict_with_its_column_and_alike_is_none() -> None:
    mine = ("A", [batch("schools", POINT | {"parent_id": "A"})])
    theirs = ("C", [batch("schools", POINT | {"parent_id": "C"})])
    (found,) = conflicts(BASE, [mine, theirs])
    assert (found.table, found.key, found.column, found.first, found.second) == ("schools", ("Z",), "parent_id", 0, 1)
    campus = batch("enrolment", pupils("A2", 1, 21))
    assert conflicts(BASE, [("A", [campus]), ("A2", [campus])]) == ()
    other = batch("enrolment", pupils("A2", 1, 22))
    assert [each.column for each in conflicts(BASE, [("A", [campus]), ("A2", [other])])] == ["pupils"]


def test_the_last_word_of_a_return_counts() -> None:
    first = ("A", [batch("enrolment", pupils("A2", 1, 25)), batch("enrolment", pupils("A2", 1, 21))])
    assert conflicts(BASE, [first, ("A2", [batch("enrolment", pupils("A2", 1, 21))])]) == ()


def test_facilities_as_a_whole_and_by_stages_are_a_conflict() -> None:
    found = conflicts(BASE, [("D", [facilities(None)]), ("D", [facilities("primary")])])
    assert [(each.table, each.column) for each in found] == [("facilities", "stage")]


def test_rows_that_are_not_the_schools_to_send_are_refused_and_blame_nobody_else() -> None:
    foreign = ("A", [batch("enrolment", pupils("C", 7, 999))])
    own = ("C", [batch("enrolment", pupils("C", 7, 201))])
    assert conflicts(BASE, [foreign, own]) == ()
    for returns in ([foreign, own], [own, foreign]):
        admission = admit(merged_returns(BASE, returns))
        assert [row.refused for row in admission.rejected] == [True]
        told = admission.county["enrolment"].to_pylist()
        assert [row["pupils"] for row in told if (row["school_id"], row["grade"]) == ("C", 7)] == [201]
