"""Laying batches over a county: of each row the latest word holds, and nothing unknown becomes known by accident."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from books import csv_file
from counties import CENTRAL, COUNTY, JUNIOR, NINE_YEAR, POINT, Rows, batch, clean_county, clean_rows, row_of
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.county import (
    EARLIER,
    Admission,
    Batch,
    County,
    Gap,
    Origin,
    Problem,
    Rejected,
    Row,
    admit,
    build,
    merged,
    schema,
)
from jiaoheng.sources import read, write_workbook

BASE, ROWS = clean_county(), clean_rows()
PUPILS = ["学校标识码", "学年", "年级", "班数", "在校生数"]


def one(table: str, *rows: dict[str, Any], file: str = "later.xlsx") -> Batch:
    """A batch of some rows of one table, the first in row 2 of its file."""
    return Batch({table: tuple(Row(values, Origin(file, table, 2 + at)) for at, values in enumerate(rows))})


def waiting(table: str, column: str, *, at: int = 2, file: str = "later.xlsx", **values: Any) -> Batch:
    """A batch of one row whose cell in ``column`` could not be read."""
    origin = Origin(file, table, at)
    problem = Problem(code="cell_not_integer", table=table, column=column, value="?!", origin=origin)
    rejected = Rejected(table, {column: "?!"}, {**values, column: None}, origin, (problem,))
    return Batch({}, (rejected,), (problem,))


def grade(number: int, **changes: Any) -> dict[str, Any]:
    return {**row_of(clean_rows(), "enrolment", school_id=CENTRAL, year=2025, grade=number), **changes}


def test_mixed_ages_of_a_kindergarten_replace_no_grade_and_no_grade_them() -> None:
    mixed = one("enrolment", {**grade(1), "grade": 100, "pupils": 12, "classes": 1}, file="a.xlsx")
    aged = one("enrolment", *({**grade(1), "grade": age, "pupils": 20} for age in (-1, 0)), file="b.xlsx")
    for batches in ((mixed, aged), (aged, mixed)):
        numbers = {row.values["grade"] for row in merged(None, batches).rows["enrolment"]}
        assert numbers == {-1, 0, 100}


def facts(county: County) -> dict[str, set[tuple[object, ...]]]:
    return {name: {tuple(row.values()) for row in county[name].to_pylist()} for name in schema().tables}


def pupils(admission: Admission, number: int, school: str = CENTRAL) -> list[int | None]:
    return [
        row["pupils"]
        for row in admission.county["enrolment"].to_pylist()
        if (row["school_id"], row["year"], row["grade"]) == (school, 2025, number)
    ]


def without(table: str, **wanted: object) -> County:
    """The clean county without these rows, as after they were rejected."""
    rows = clean_rows()
    rows[table] = [row for row in rows[table] if any(row.get(name) != value for name, value in wanted.items())]
    return build(rows)


# What is replaced, and what stays.


def test_a_county_with_nothing_laid_over_it_stays_as_it_is() -> None:
    base = msgspec.structs.replace(BASE, gaps=(Gap("staff", JUNIOR, 2023),), boundaries={"type": "x"})
    batch_ = merged(base, [])
    admission = admit(batch_)
    assert facts(admission.county) == facts(base)
    assert (admission.county.gaps, admission.county.boundaries) == (base.gaps, base.boundaries)
    assert {row.origin for rows in batch_.rows.values() for row in rows} == {EARLIER}


def test_a_later_row_replaces_the_one_of_its_key_and_no_other() -> None:
    admission = admit(merged(BASE, [one("enrolment", grade(3, boarders=0, pupils=84))]))
    changed = facts(admission.county)["enrolment"] ^ facts(BASE)["enrolment"]
    assert len(changed) == 2
    assert pupils(admission, 3) == [84]
    assert admission.rejected == ()


def test_of_several_batches_the_last_has_the_last_word() -> None:
    batches = [one("enrolment", grade(3, pupils=count), file=f"{count}.xlsx") for count in (81, 82, 83)]
    together = merged(BASE, batches)
    assert pupils(admit(together), 3) == [83]
    assert pupils(admit(merged(None, [batch(clean_rows()), *batches[::-1]])), 3) == [81]


def test_a_row_replaces_the_whole_row_so_that_what_its_file_lacks_is_unknown() -> None:
    few = {name: grade(3)[name] for name in ("school_id", "year", "grade", "classes", "pupils")}
    admission = admit(merged(BASE, [one("enrolment", few)]))
    (row,) = [row for row in admission.county["enrolment"].to_pylist()
              if (row["school_id"], row["year"], row["grade"]) == (CENTRAL, 2025, 3)]  # fmt: skip
    assert (row["pupils"], row["boarders"]) == (86, None)


def test_a_new_row_joins_the_others() -> None:
    new = {"subject_id": CENTRAL, "year": 2025, "item": "training_budget", "amount": 9.0}
    admission = admit(merged(BASE, [one("finance", new)]))
    assert admission.county["finance"].num_rows == BASE["finance"].num_rows + 1


def test_rows_of_one_key_in_one_batch_are_still_found_out() -> None:
    admission = admit(merged(BASE, [one("enrolment", grade(3, pupils=84), grade(3, pupils=85))]))
    assert {problem.code for problem in admission.problems if problem.severity == "error"} == {"duplicate_key"}
    assert len(admission.rejected) == 2
    assert pupils(admission, 3) == []
    assert admission.county.gaps == (Gap("enrolment", CENTRAL, 2025, (CENTRAL, "2025", "3"), rows=2),)


def test_facilities_told_by_stages_replace_those_of_the_whole_school_and_back() -> None:
    whole = row_of(clean_rows(), "facilities", school_id=NINE_YEAR, year=2025)
    stages = one("facilities", {**whole, "stage": "primary"}, {**whole, "stage": "junior"})
    admission = admit(merged(BASE, [stages]))
    assert admission.rejected == ()
    of_2025 = [row["stage"] for row in admission.county["facilities"].to_pylist()
               if (row["school_id"], row["year"]) == (NINE_YEAR, 2025)]  # fmt: skip
    assert sorted(map(str, of_2025)) == ["junior", "primary"]
    back = admit(merged(admission.county, [one("facilities", whole)]))
    assert facts(back.county) == facts(BASE)


def test_boundaries_that_come_later_hold() -> None:
    first, last = {"type": "a"}, {"type": "b"}
    base = msgspec.structs.replace(BASE, boundaries=first)
    assert merged(base, [Batch({}, boundaries=last), Batch({})]).boundaries == last
    assert merged(base, [Batch({})]).boundaries == first


# Rows that wait.


def test_a_row_that_cannot_be_read_is_not_stood_in_for_by_the_earlier_one() -> None:
    admission = admit(merged(BASE, [waiting("enrolment", "pupils", school_id=CENTRAL, year=2025, grade=3)]))
    assert pupils(admission, 3) == []
    assert admission.county.gaps == (Gap("enrolment", CENTRAL, 2025, (CENTRAL, "2025", "3")),)
    assert len(admission.rejected) == 1


def test_a_row_that_fails_the_checks_is_not_stood_in_for_either() -> None:
    row = row_of(clean_rows(), "staff", school_id=CENTRAL, year=2025)
    admission = admit(merged(BASE, [one("staff", {**row, "certified": 99})]))
    assert [rejected.values["certified"] for rejected in admission.rejected] == [99]
    assert admission.county.gaps == (Gap("staff", CENTRAL, 2025, (CENTRAL, "2025", "primary")),)


def test_a_waiting_row_is_settled_by_a_later_row_of_its_key_good_or_not() -> None:
    bad = waiting("enrolment", "pupils", school_id=CENTRAL, year=2025, grade=3)
    good = admit(merged(BASE, [bad, one("enrolment", grade(3, boarders=1), file="b.xlsx")]))
    assert (good.rejected, good.problems, good.county.gaps) == ((), (), ())
    assert pupils(good, 3) == [86]
    again = waiting("enrolment", "classes", school_id=CENTRAL, year=2025, grade=3, file="b.xlsx")
    still = admit(merged(BASE, [bad, again]))
    assert [row.origin.file for row in still.rejected] == ["b.xlsx"]
    assert [problem.origin.file for problem in still.problems] == ["b.xlsx"]


def test_a_good_row_that_is_replaced_takes_its_warnings_with_it() -> None:
    first = one("enrolment", grade(3, pupils=84), grade(4), file="a.xlsx")
    seen = [Problem(code="row_total", table="enrolment", origin=Origin("a.xlsx", "enrolment", row)) for row in (2, 3)]
    about = Problem(code="columns_unknown", table="enrolment", value="备注", origin=Origin("a.xlsx", "enrolment", 1))
    first = msgspec.structs.replace(first, problems=(*seen, about))
    left = merged(BASE, [first, one("enrolment", grade(3))]).problems
    assert left == (seen[1], about)


def test_a_gap_of_the_base_closes_with_its_own_row_and_with_no_other() -> None:
    base = without("enrolment", school_id=CENTRAL, year=2025, grade=3)
    gap = Gap("enrolment", CENTRAL, 2025, (CENTRAL, "2025", "3"))
    base = msgspec.structs.replace(base, gaps=(gap,))
    others = [grade(number) for number in (1, 2, 4, 5, 6)]
    assert admit(merged(base, [one("enrolment", *others)])).county.gaps == (gap,)
    closed = admit(merged(base, [one("enrolment", grade(3))]))
    assert closed.county.gaps == ()
    assert facts(closed.county) == facts(BASE)


def test_a_gap_without_a_key_closes_only_when_all_of_its_year_is_told_anew() -> None:
    base = without("enrolment", school_id=CENTRAL, year=2025, grade=3)
    gap = Gap("enrolment", CENTRAL, 2025)
    base = msgspec.structs.replace(base, gaps=(gap,))
    some, rest = [grade(number) for number in (1, 2, 3)], [grade(number) for number in (4, 5, 6)]
    assert admit(merged(base, [one("enrolment", *some)])).county.gaps == (gap,)
    assert admit(merged(base, [one("enrolment", *some, *rest)])).county.gaps == ()
    assert admit(merged(base, [one("enrolment", {**grade(3), "year": 2024})])).county.gaps == (gap,)


def test_as_many_rows_as_wait_must_come_where_nothing_else_was_known() -> None:
    rows = clean_rows()
    rows["enrolment"] = [row for row in rows["enrolment"] if (row["school_id"], row["year"]) != (POINT, 2025)]
    gap = Gap("enrolment", POINT, 2025, rows=3)
    base = build(rows, gaps=[gap])
    point = [row_of(clean_rows(), "enrolment", school_id=POINT, year=2025, grade=number) for number in (1, 2, 3)]
    assert admit(merged(base, [one("enrolment", point[0])])).county.gaps == (gap,)
    assert admit(merged(base, [one("enrolment", *point)])).county.gaps == ()


def test_a_gap_of_the_whole_table_outlives_the_return_of_one_school() -> None:
    base = build(clean_rows(), gaps=[Gap("enrolment")])
    rows = [grade(number) for number in range(1, 7)]
    assert admit(merged(base, [one("enrolment", *rows)])).county.gaps == base.gaps
    assert admit(merged(base, [batch({"enrolment": clean_rows()["enrolment"]})])).county.gaps == ()


def test_where_the_year_of_a_school_is_unknown_anyway_a_row_without_grade_takes_nothing_out() -> None:
    bad = waiting("enrolment", "grade", school_id=CENTRAL, year=2025, pupils=80)
    admission = admit(merged(BASE, [bad]))
    assert facts(admission.county) == facts(BASE)
    assert admission.county.gaps == (Gap("enrolment", CENTRAL, 2025),)


def test_amounts_and_classes_that_an_unreadable_row_may_mean_give_way() -> None:
    bad = waiting("finance", "item", subject_id=CENTRAL, year=2025, amount=1.0)
    finance = admit(merged(BASE, [bad])).county["finance"].to_pylist()
    assert [row["subject_id"] for row in finance] == [COUNTY]
    nobody = waiting("finance", "item", year=2025, amount=1.0)
    assert admit(merged(BASE, [nobody])).county["finance"].num_rows == 2
    bad = waiting("classes", "grade", school_id=CENTRAL, year=2025, class_no="1")
    classes = admit(merged(BASE, [bad])).county["classes"].to_pylist()
    assert {row["class_no"] for row in classes if row["school_id"] == CENTRAL} == {"2"}
    assert {row["class_no"] for row in classes if row["school_id"] == JUNIOR} == {"1", "2", "3", "4"}


def test_a_blank_stage_is_no_unreadable_one() -> None:
    bad = waiting("facilities", "books", school_id=CENTRAL, year=2025)
    assert admit(merged(BASE, [bad])).county.gaps == (Gap("facilities", CENTRAL, 2025, (CENTRAL, "2025", "")),)
    unread = waiting("facilities", "stage", school_id=CENTRAL, year=2025)
    assert admit(merged(BASE, [unread])).county.gaps == (Gap("facilities", CENTRAL, 2025),)


def test_the_same_line_sent_again_and_still_unreadable_waits_once() -> None:
    bad = waiting("enrolment", "grade", school_id=CENTRAL, year=2025)
    assert len(merged(BASE, [bad, bad, bad]).rejected) == 1
    other = waiting("enrolment", "grade", school_id=CENTRAL, year=2025, at=9)
    admission = admit(merged(BASE, [bad, other]))
    assert len(admission.rejected) == 2
    assert admission.county.gaps == (Gap("enrolment", CENTRAL, 2025, rows=2),)


def test_a_row_without_its_key_waits_and_takes_nothing_with_it() -> None:
    nobody = {**grade(3), "school_id": None}
    admission = admit(merged(BASE, [one("enrolment", nobody)]))
    assert facts(admission.county) == facts(BASE)
    assert [problem.code for problem in admission.problems] == ["required_cell"]
    assert admission.county.gaps == (Gap("enrolment", "", 2025),)


def test_a_row_of_a_school_that_waits_is_told_as_that() -> None:
    bad = waiting("schools", "kind", school_id=JUNIOR)
    admission = admit(merged(BASE, [bad]))
    leaning = [problem for problem in admission.problems if problem.code == "reference_waits"]
    assert leaning
    assert {problem.origin for problem in leaning} == {EARLIER}
    assert leaning[0].where("zh").startswith("已有数据 · ")
    assert leaning[0].where("en").startswith("earlier data · ")


# A school's own return.


def test_a_school_sends_its_own_rows_and_those_of_its_points() -> None:
    point = row_of(clean_rows(), "enrolment", school_id=POINT, year=2025, grade=1)
    sent = one("enrolment", grade(3, pupils=84), {**point, "pupils": 11})
    admission = admit(merged(BASE, [sent], only=CENTRAL))
    assert admission.rejected == ()
    assert (pupils(admission, 3), pupils(admission, 1, POINT)) == ([84], [11])
    upward = admit(merged(BASE, [sent], only=POINT))
    assert [row.problems[0].value for row in upward.rejected] == [CENTRAL]
    assert (pupils(upward, 3), pupils(upward, 1, POINT)) == ([86], [11])


def test_rows_about_others_are_refused_and_change_nothing() -> None:
    rows = clean_rows()
    stranger = row_of(rows, "enrolment", school_id=JUNIOR, year=2025, grade=7)
    sent = batch(
        {
            "enrolment": [{**stranger, "pupils": 1}],
            "county": [{**rows["county"][0], "name": "某县"}],
            "places": rows["places"][:1],
            "children": [{**rows["children"][0], "persons": 1}],
            "finance": [{"subject_id": COUNTY, "year": 2025, "item": "quota_primary", "amount": 1.0}],
        },
        boundaries={"type": "FeatureCollection", "features": []},
    )
    admission = admit(merged(BASE, [sent], only=CENTRAL))
    assert facts(admission.county) == facts(BASE)
    assert admission.county.gaps == ()
    assert admission.county.boundaries is None
    assert {row.table for row in admission.rejected} == set(sent.rows)
    assert {problem.code for problem in admission.problems} == {"another_school"}
    assert len(admission.problems) == 6
    assert {row.problems[0].value for row in admission.rejected} >= {JUNIOR, COUNTY}


def test_a_row_about_others_that_could_not_be_read_leaves_no_gap_with_them() -> None:
    bad = waiting("enrolment", "pupils", school_id=JUNIOR, year=2025, grade=7)
    admission = admit(merged(BASE, [bad], only=CENTRAL))
    assert facts(admission.county) == facts(BASE)
    assert admission.county.gaps == ()
    assert [problem.code for problem in admission.rejected[0].problems] == ["another_school", "cell_not_integer"]


@pytest.mark.parametrize(
    "bad",
    [
        one("enrolment", {**grade(3), "school_id": None}),
        waiting("enrolment", "school_id", year=2025, grade=3, pupils=80),
    ],
)
def test_what_a_return_does_not_say_is_missing_at_the_school_that_sent_it(bad: Batch) -> None:
    admission = admit(merged(BASE, [bad], only=CENTRAL))
    assert [(gap.subject, gap.year) for gap in admission.county.gaps] == [(CENTRAL, 2025)]
    assert pupils(admission, 7, JUNIOR) == [150]


def test_a_school_cannot_take_a_teacher_off_another_one() -> None:
    teacher = row_of(clean_rows(), "teachers", teacher_id="T00001")
    for sent in (
        one("teachers", {**teacher, "school_id": JUNIOR}),
        waiting("teachers", "birth_year", teacher_id="T00001", year=2025, school_id=JUNIOR),
    ):
        admission = admit(merged(BASE, [sent], only=JUNIOR))
        assert facts(admission.county) == facts(BASE)
        assert [row.problems[0].value for row in admission.rejected] == [POINT]
    new = one("teachers", {**teacher, "teacher_id": "T00009", "school_id": JUNIOR, "stage": "junior"})
    assert admit(merged(BASE, [new], only=JUNIOR)).county["teachers"].num_rows == 3


def test_a_school_may_add_a_point_but_claim_none_that_is_there() -> None:
    point = row_of(clean_rows(), "schools", school_id=POINT)
    new = {**point, "school_id": "2141000009", "name": "青石镇东坡教学点", "parent_id": JUNIOR}
    sent = one("schools", new, {**point, "parent_id": JUNIOR})
    admission = admit(merged(BASE, [sent], only=JUNIOR))
    assert [row.values["school_id"] for row in admission.rejected] == [POINT]
    assert "2141000009" in admission.county.school_names()


# What holds whatever comes.


def test_a_county_laid_over_itself_is_the_same(tmp_path: Path) -> None:
    base = BASE
    write_workbook(base, tmp_path / "county.xlsx", "zh")
    exported = read(tmp_path / "county.xlsx")
    for batches in ([exported], [exported, exported]):
        admission = admit(merged(base, batches))
        assert facts(admission.county) == facts(base)
        assert (admission.rejected, admission.problems) == ((), ())


CHANGES = st.lists(
    st.tuples(st.sampled_from(["enrolment", "staff", "finance", "classes"]), st.integers(0, 200), st.booleans()),
    max_size=8,
)


def _drawn(changes: list[tuple[str, int, bool]]) -> Batch:
    """Rows of the clean county, some of them unreadable in their figure or their key, each of these once."""
    figures = {"enrolment": "pupils", "staff": "teachers", "finance": "amount", "classes": "pupils"}
    rows: Rows = {}
    rejected: list[Rejected] = []
    for table, number, good in {(table, number % len(ROWS[table]), good): None for table, number, good in changes}:
        values = ROWS[table][number]
        if good:
            rows.setdefault(table, []).append({**values, figures[table]: 1})
        else:
            column = figures[table] if number % 3 else schema().tables[table].key[-1]
            kept = {name: value for name, value in values.items() if name != column}
            rejected += waiting(table, column, at=number, **kept).rejected
    problems = tuple(problem for row in rejected for problem in row.problems)
    return batch(rows, rejected=tuple(rejected), problems=problems)


def _said(result: Batch) -> tuple[object, ...]:
    rows = {name: sorted(map(repr, (row.values for row in some))) for name, some in result.rows.items()}
    return rows, sorted(map(repr, result.rejected)), sorted(map(repr, result.gaps)), sorted(map(repr, result.problems))


@given(CHANGES)
@settings(max_examples=12)
def test_laying_the_same_batch_twice_changes_nothing_more(changes: list[tuple[str, int, bool]]) -> None:
    drawn = _drawn(changes)
    once = merged(BASE, [drawn])
    assert _said(merged(BASE, [drawn, drawn])) == _said(once)


@given(CHANGES)
@settings(max_examples=12)
def test_after_the_whole_county_is_sent_again_nothing_of_what_came_before_is_left(
    changes: list[tuple[str, int, bool]],
) -> None:
    everything = admit(merged(BASE, [_drawn(changes), batch(clean_rows())]))
    assert facts(everything.county) == facts(BASE)
    accepted = admit(merged(BASE, [_drawn(changes)])).county
    later = admit(merged(accepted, [batch(clean_rows())]))
    assert facts(later.county) == facts(BASE)
    assert later.county.gaps == everything.county.gaps == ()


@given(CHANGES)
@settings(max_examples=12)
def test_every_row_of_the_base_is_there_replaced_or_waited_for(changes: list[tuple[str, int, bool]]) -> None:
    admission = admit(merged(BASE, [_drawn(changes)]))
    gaps = {(gap.table, gap.subject) for gap in admission.county.gaps}
    for name, table in schema().tables.items():
        there = {tuple(row[key] for key in table.key) for row in admission.county[name].to_pylist()}
        for row in BASE[name].to_pylist():
            subject = row.get("school_id") or row.get("subject_id")
            assert tuple(row[key] for key in table.key) in there or (name, subject) in gaps


def test_a_return_of_one_school_is_merged_through_a_csv(tmp_path: Path) -> None:
    csv_file(tmp_path / "在校生.csv", [PUPILS, [CENTRAL, 2025, 3, 2, 84], [CENTRAL, 2025, 4, 2, "x"]])
    sent = read(tmp_path)
    admission = admit(merged(BASE, [sent], only=CENTRAL))
    assert (pupils(admission, 3), pupils(admission, 4)) == ([84], [])


def test_a_row_that_tells_some_columns_leaves_the_others_as_they_were() -> None:
    base = BASE
    row = next(row for row in base["facilities"].to_pylist() if row["year"] == 2025)
    key = {name: row[name] for name in ("school_id", "year", "stage")}
    told = frozenset({*key, "equipment_value", "books"})
    new = Row({**key, "equipment_value": 1.0, "books": None}, Origin("a.xlsx", "教基5176", 9, "form"), told=told)
    (found,) = [
        each for each in merged(base, [Batch({"facilities": (new,)})]).rows["facilities"] if each.origin == new.origin
    ]
    assert found.values == {**row, "equipment_value": 1.0, "books": None}


def test_a_stage_told_as_a_whole_replaces_its_grades_and_the_other_way_round() -> None:
    base = BASE
    school = CENTRAL
    whole = {"school_id": school, "year": 2025, "grade": 200, "pupils": 99, "classes": None}
    rows = merged(base, [Batch({"enrolment": (Row(whole),)})]).rows["enrolment"]
    assert [row.values["grade"] for row in rows if _of(row, school) and row.values["grade"] not in (7, 8, 9)] == [200]
    grade = whole | {"grade": 1, "pupils": 20, "classes": 1}
    twice = merged(base, [Batch({"enrolment": (Row(whole),)}), Batch({"enrolment": (Row(grade),)})])
    assert [row.values["grade"] for row in twice.rows["enrolment"] if _of(row, school)] == [1]


def test_classes_of_several_grades_go_when_the_grades_are_told_with_their_classes() -> None:
    base = BASE
    school = CENTRAL
    mixed = {"school_id": school, "year": 2025, "grade": 200, "pupils": 0, "classes": 2}
    grade = mixed | {"grade": 1, "pupils": 20, "classes": 1}
    beside = merged(base, [Batch({"enrolment": (Row(mixed),)})]).rows["enrolment"]
    assert {200, 1} <= {row.values["grade"] for row in beside if _of(row, school)}
    after = merged(base, [Batch({"enrolment": (Row(mixed),)}), Batch({"enrolment": (Row(grade),)})])
    assert 200 not in {row.values["grade"] for row in after.rows["enrolment"] if _of(row, school)}


def _of(row: Row, school: str) -> bool:
    return (row.values["school_id"], row.values["year"]) == (school, 2025)
