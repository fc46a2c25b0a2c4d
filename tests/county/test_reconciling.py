"""The same fact from several sources: the higher one holds, what others say is told, and all of it is remembered."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from counties import CENTRAL, COUNTY, JUNIOR, POINT, clean_county
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.county import (
    Batch,
    Brought,
    County,
    Difference,
    Origin,
    Precedence,
    Problem,
    Rejected,
    Row,
    across,
    bring,
    build,
    snapshots,
    standing,
)
from jiaoheng.county.difference_words import line, sentence
from jiaoheng.county.precedence import PrecedenceError, load, sources

SCHOOLS = {
    "county": [{"county_code": COUNTY, "name": "望岚县"}],
    "schools": [
        {"school_id": CENTRAL, "name": "青石镇中心小学", "kind": "211"},
        {"school_id": POINT, "name": "下溪教学点", "kind": "218"},
    ],
}
BASE = build(SCHOOLS)
REVERSED = Precedence(tuple(reversed(sources())), {"staff": tuple(reversed(sources()))})


def from_(source: str, table: str, *rows: dict[str, Any], told: tuple[str, ...] | None = None) -> Batch:
    """A batch of a source's rows about the central school in 2025."""
    key = {"school_id": CENTRAL, "year": 2025}
    columns = frozenset((*key, *told)) if told else None
    made = tuple(
        Row({**key, **row}, Origin(f"{source}.xlsx", "表", 2 + at, source), None, columns)
        for at, row in enumerate(rows)
    )
    return Batch({table: made})


def cells(county: County, table: str = "facilities") -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in county[table].to_pylist()]


def told(differences: tuple[Difference, ...]) -> list[tuple[str, Any, list[Any]]]:
    """Column, what is used, what others say; every sentence written out on the way."""
    for each in differences:
        for language in ("zh", "en"):
            text = sentence(each, BASE.school_names(), language)
            assert "{" not in text
            assert "None" not in text
    return [(each.column, each.used.value, [other.value for other in each.others]) for each in differences]


def test_the_higher_source_holds_column_by_column_and_blanks_say_nothing() -> None:
    form = from_("form", "facilities", {"equipment_value": 1_650_000.0, "books": None})
    assets = from_("assets", "facilities", {"equipment_value": 1_650_000, "books": 21_000, "computers": 118})
    export = from_("export", "facilities", {"equipment_value": 1_640_000.0, "computers": 120})
    found = bring(BASE, [assets, export, form])
    row = {"equipment_value": 1_650_000.0, "books": 21_000, "computers": 120}
    assert cells(found.admission.county) == [{"school_id": CENTRAL, "year": 2025, **row}]
    assert told(found.differences) == [
        ("equipment_value", 1_650_000.0, [1_640_000.0]),
        ("computers", 120, [118]),
    ]


def test_a_difference_says_where_each_side_stands_and_by_how_much() -> None:
    form = from_("form", "facilities", {"computers": 100})
    found = bring(BASE, [from_("assets", "facilities", {"computers": 103}), form], dates={"form.xlsx": "2025-10-08"})
    (difference,) = found.differences
    shown = line(difference, BASE.school_names(), "zh")
    assert shown.figure == "青石镇中心小学 · 2025 · 教学用计算机（台）"
    assert (shown.used, shown.used_at) == ("学校统计报表 100", "form.xlsx · 表 · 第 2 行，2025-10-08")
    assert (shown.others, shown.others_at) == (("资产台账 103",), ("assets.xlsx · 表 · 第 2 行",))
    assert (shown.by, shown.why) == ("+3（+3%）", "按来源的先后顺序")


def test_two_rows_of_one_source_stay_for_the_checks() -> None:
    twice = from_("form", "facilities", {"computers": 100}, {"computers": 101})
    found = bring(BASE, [twice])
    assert cells(found.admission.county) == []
    assert {problem.code for problem in found.admission.problems} >= {"duplicate_key"}


def test_sheets_of_one_source_that_each_tell_their_own_columns_make_one_row() -> None:
    pupils = from_("form", "enrolment", {"grade": 1, "pupils": 80}, told=("grade", "pupils"))
    classes = from_("form", "enrolment", {"grade": 1, "classes": 2}, told=("grade", "classes"))
    both = Batch({"enrolment": (*pupils.rows["enrolment"], *classes.rows["enrolment"])})
    expected = [{"school_id": CENTRAL, "year": 2025, "grade": 1, "classes": 2, "pupils": 80}]
    assert cells(bring(BASE, [both]).admission.county, "enrolment") == expected
    assert cells(bring(BASE, [classes, pupils]).admission.county, "enrolment") == expected


def test_a_later_file_of_a_lower_source_does_not_override(tmp_path: Path) -> None:
    first = bring(BASE, [from_("form", "facilities", {"computers": 100, "books": 9})]).admission.county
    kept = snapshots.read(snapshots.write(first, tmp_path))
    assert kept.provenance == first.provenance
    found = bring(kept, [from_("export", "facilities", {"computers": 90, "beds": 4})])
    assert cells(found.admission.county)[0] == {
        "school_id": CENTRAL, "year": 2025, "computers": 100, "books": 9, "beds": 4
    }  # fmt: skip
    assert told(found.differences) == [("computers", 100, [90])]
    assert told(standing(found.admission.county)) == [("computers", 100, [90])]


def test_a_corrected_file_of_the_same_source_replaces_what_it_said() -> None:
    first = bring(BASE, [from_("form", "facilities", {"computers": 100, "books": 9})]).admission.county
    second = bring(first, [from_("export", "facilities", {"computers": 90, "books": 8})]).admission.county
    found = bring(second, [from_("form", "facilities", {"computers": 90})])
    assert cells(found.admission.county)[0] == {"school_id": CENTRAL, "year": 2025, "computers": 90, "books": 8}
    assert found.differences == ()


def test_of_two_files_of_one_source_the_later_holds_and_that_is_told() -> None:
    files = [from_("export", "facilities", {"computers": count}) for count in (90, 95)]
    found = bring(BASE, files)
    assert told(found.differences) == [("computers", 95, [90])]
    assert found.differences[0].why == "later"


def test_facts_of_our_own_tables_alone_leave_no_trace_in_a_snapshot(tmp_path: Path) -> None:
    county = bring(None, [Batch({name: tuple(map(Row, rows)) for name, rows in SCHOOLS.items()})]).admission.county
    assert not county.provenance
    written = snapshots.write(county, tmp_path)
    assert not (written / "provenance.parquet").exists()
    assert snapshots.write(build(SCHOOLS), tmp_path).name == written.name


def test_who_told_what_is_part_of_the_snapshot_and_sealed(tmp_path: Path) -> None:
    written = {
        snapshots.write(bring(BASE, [from_(source, "facilities", {"books": 9})]).admission.county, tmp_path).name
        for source in ("form", "export")
    }
    assert len(written) == 2
    (tmp_path / written.pop() / "provenance.parquet").write_bytes(b"")
    (tmp_path / written.pop() / "provenance.parquet").unlink()
    for folder in tmp_path.iterdir():
        if folder.is_dir():
            with pytest.raises(snapshots.SnapshotError, match=r"provenance\.parquet"):
                snapshots.read(folder)


def test_a_row_that_waits_hides_nothing_of_another_source_whatever_the_order() -> None:
    origin = Origin("export.xlsx", "表", 2, "export")
    problem = Problem(code="cell_not_integer", table="facilities", column="books", value="?", origin=origin)
    waits = Rejected("facilities", {"图书": "?"}, {"school_id": CENTRAL, "year": 2025}, origin, (problem,))
    batches = [Batch({}, (waits,), (problem,)), from_("form", "facilities", {"books": 9})]
    for order in permutations(batches):
        admission = bring(BASE, order).admission
        assert cells(admission.county)[0]["books"] == 9
        assert admission.rejected == (waits,)
        assert problem in admission.problems
    later = bring(bring(BASE, batches[1:]).admission.county, batches[:1]).admission
    assert (cells(later.county)[0]["books"], later.rejected) == (9, (waits,))
    assert later.county.gaps


def test_official_statistics_hold_over_our_own_tables_whichever_came_first() -> None:
    own, form = from_("workbook", "facilities", {"books": 9}), from_("form", "facilities", {"books": 8})
    for batches in permutations([own, form]):
        first = bring(BASE, batches[:1]).admission.county
        for found in (bring(first, batches[1:]), bring(BASE, batches)):
            assert cells(found.admission.county)[0]["books"] == 8
            assert told(found.differences) == told(standing(found.admission.county)) == [("books", 8, [9])]


# A stage as a whole and by its grades.


def grades(source: str, *pupils: int) -> Batch:
    return from_(source, "enrolment", *({"grade": at + 1, "pupils": count} for at, count in enumerate(pupils)))


def whole(source: str, pupils: int, **also: Any) -> Batch:
    return from_(source, "enrolment", {"grade": 200, "pupils": pupils, **also})


def test_a_stage_that_adds_up_is_told_by_its_grades() -> None:
    for batches in permutations([whole("form", 170), grades("register", 90, 80)]):
        found = bring(BASE, batches)
        assert [row["grade"] for row in cells(found.admission.county, "enrolment")] == [1, 2]
        assert found.differences == ()


def test_a_stage_that_does_not_add_up_is_told_as_the_higher_source_does() -> None:
    for batches in permutations([whole("form", 172), grades("register", 90, 80)]):
        found = bring(BASE, batches)
        assert cells(found.admission.county, "enrolment") == [
            {"school_id": CENTRAL, "year": 2025, "grade": 200, "pupils": 172}
        ]
        assert told(found.differences) == [("pupils", 172, [170])]
        assert line(found.differences[0], {}, "zh").others == ("学籍名单（各年级合计） 170",)
        turned = bring(BASE, batches, REVERSED)
        assert [row["grade"] for row in cells(turned.admission.county, "enrolment")] == [1, 2]
        assert told(turned.differences) == [("pupils", 170, [172])]


def test_what_only_the_coarser_way_tells_is_not_lost_unseen() -> None:
    found = bring(BASE, [whole("form", 170, boarders=30), grades("register", 90, 80)])
    assert [row["grade"] for row in cells(found.admission.county, "enrolment")] == [1, 2]
    assert told(found.differences) == [("boarders", None, [30])]


def test_classes_of_several_grades_are_no_stage_without_pupils() -> None:
    mixed = from_(
        "form", "enrolment", *({"grade": at, "pupils": 9} for at in (1, 2)), {"grade": 200, "pupils": 0, "classes": 1}
    )
    for batches in permutations([mixed, whole("export", 18, classes=1)]):
        found = bring(BASE, batches)
        assert found.differences == ()
        pupils = {row["grade"]: row["pupils"] for row in cells(found.admission.county, "enrolment")}
        assert pupils == {1: 9, 2: 9, 200: 0}
        other = bring(found.admission.county, [whole("export", 19, classes=1)])
        assert told(other.differences) == told(standing(other.admission.county)) == [("pupils", 18, [19])]
        turned = bring(other.admission.county, (), REVERSED, everything=True).admission.county
        assert cells(turned, "enrolment") == [
            {"school_id": CENTRAL, "year": 2025, "grade": 200, "classes": 1, "pupils": 19}
        ]


def test_mixed_classes_hold_again_where_a_file_of_grades_takes_the_stage_away() -> None:
    mixed = from_("form", "enrolment", {"grade": 200, "pupils": 0, "classes": 1})
    batches = [mixed, whole("assets", 10), grades("export", 9)]
    for order in permutations(batches):
        county = BASE
        for batch in order:
            county = bring(county, [batch]).admission.county
        pupils = {row["grade"]: row["pupils"] for row in cells(county, "enrolment")}
        assert pupils == {1: 9, 200: 0}
        assert state(county) == state(bring(BASE, batches).admission.county)


def test_mixed_ages_of_a_kindergarten_stand_beside_its_grades() -> None:
    base = build({**SCHOOLS, "schools": [{**SCHOOLS["schools"][0], "kind": "111"}]})
    mixed = from_("form", "enrolment", {"grade": 100, "pupils": 12, "classes": 1})
    aged = from_("export", "enrolment", {"grade": -1, "pupils": 20, "classes": 1}, {"grade": 0, "pupils": 12})
    expected = {-1: 20, 0: 12, 100: 12}
    for batches in permutations([mixed, aged]):
        first = bring(base, batches[:1]).admission.county
        for found in (bring(base, batches), bring(base, batches, REVERSED), bring(first, batches[1:])):
            assert {row["grade"]: row["pupils"] for row in cells(found.admission.county, "enrolment")} == expected
            assert found.differences == ()
            assert "stage_twice" not in {problem.code for problem in found.admission.problems}


def test_facilities_of_the_school_and_by_stages_are_one_or_the_other() -> None:
    stages = from_("assets", "facilities", {"stage": "primary", "books": 5}, {"stage": "junior", "books": 6})
    for batches in permutations([stages, from_("form", "facilities", {"books": 12})]):
        found = bring(BASE, batches)
        assert [row["books"] for row in cells(found.admission.county)] == [12]
        assert told(found.differences) == [("books", 12, [11])]


# Two tables.


def staff(**precedence: Any) -> Brought:
    teachers = tuple(
        Row(
            {"teacher_id": f"T{at}", "year": 2025, "school_id": CENTRAL, "stage": "primary"},
            Origin("名册.xlsx", "教师", 2 + at, "roster"),
        )
        for at in range(3)
    )
    counts = from_("form", "staff", {"stage": "primary", "teachers": 4, "posts": 5})
    return bring(BASE, [counts, Batch({"teachers": teachers})], Precedence(**precedence))


def test_the_roster_is_held_against_the_counts_and_the_bureaus_rule_decides() -> None:
    roster, counts = staff().admission.county, staff(exceptions={"staff": ("form", "roster")}).admission.county
    assert (roster.staff_from, counts.staff_from) == ("roster", "counts")
    assert told(across(roster)) == [("teachers", 3, [4])]
    assert told(across(counts)) == [("teachers", 4, [3])]


def test_classes_listed_are_held_against_classes_counted() -> None:
    listed = from_("register", "classes", *({"grade": 1, "class_no": str(number), "pupils": 40} for number in (1, 2)))
    bands = from_("export", "class_sizes", {"stage": "primary", "smallest": 36, "largest": 40, "classes": 3})
    counted = from_("form", "enrolment", {"grade": 1, "classes": 2, "pupils": 81})
    county = bring(BASE, [listed, bands, counted]).admission.county
    assert told(across(county)) == [("classes", 2, [3]), ("pupils", 81, [80])]


# The order itself.


def test_exceptions_hold_for_their_table_or_column_alone() -> None:
    precedence = Precedence(("export",), {"facilities": ("assets", "form"), "facilities.books": ("form",)})
    assert precedence.sources("facilities")[:3] == ("assets", "form", "export")
    assert precedence.sources("facilities", "books")[:2] == ("form", "export")
    assert precedence.sources("enrolment")[0] == "export"
    assert set(precedence.sources("staff")) == set(sources())
    assert precedence.sources("staff")[0] == "roster"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('order = ["forms"]', "forms"),
        ('order = ["form", "form"]', "form"),
        ('[exceptions]\nbuildings = ["form"]', "buildings"),
        ('[exceptions]\n"facilities.gold" = ["form"]', "facilities.gold"),
        ("order = 3", "order"),
        ("order = [", "TOML"),
    ],
)
def test_an_order_of_what_there_is_not_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "order.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PrecedenceError, match=named) as refused:
        load(path)
    assert named in refused.value.say("zh")


# In general.

BLANK = st.none() | st.integers(0, 3)
SAYS = st.fixed_dictionaries({"books": BLANK, "beds": BLANK})
GRADES = st.dictionaries(st.sampled_from([1, 2, 200]), st.fixed_dictionaries({"pupils": st.integers(0, 3)}))
SOURCES = st.sampled_from(["workbook", "form", "export", "assets"])


@st.composite
def deliveries(draw: st.DrawFn) -> list[Batch]:
    """What some sources say of a school's facilities and of its grades, a batch each; none tells a stage twice."""
    made = []
    for source in draw(st.lists(SOURCES, unique=True, min_size=1, max_size=4)):
        rows: dict[str, tuple[Row, ...]] = {}
        if draw(st.booleans()):
            rows |= from_(source, "facilities", draw(SAYS)).rows
        told_grades = draw(GRADES)
        if 200 in told_grades:
            told_grades = {200: told_grades[200]}
        rows |= from_(source, "enrolment", *({"grade": grade, **said} for grade, said in told_grades.items())).rows
        made.append(Batch({name: some for name, some in rows.items() if some}))
    return made


def state(county: County) -> dict[str, Any]:
    return {name: sorted(map(repr, county[name].to_pylist())) for name in ("facilities", "enrolment")} | {
        "claims": sorted(
            repr(_nameless(place, claim)) for place, of in county.provenance.claims.items() for claim in of
        )
    }


def _nameless(place: Any, claim: Any) -> Any:
    """A claim without the file of our own tables, which is not kept where they speak alone."""
    origin = claim.origin if claim.origin.source != "workbook" else None
    return place, origin, sorted(claim.columns), sorted(claim.other.items()), claim.absent


@given(deliveries(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_files_does_not_matter(batches: list[Batch], draw: Any) -> None:
    shuffled = draw.sample(batches, len(batches))
    one, other = bring(BASE, batches), bring(BASE, shuffled)
    assert state(one.admission.county) == state(other.admission.county)
    assert one.differences == other.differences


@given(deliveries())
@settings(max_examples=60, deadline=None)
def test_every_told_value_is_used_or_told_as_a_difference_and_nothing_else_becomes_known(batches: list[Batch]) -> None:
    found = bring(BASE, batches)
    said = {
        (name, row.values.get("grade", ""), column, value)
        for batch in batches
        for name, rows in batch.rows.items()
        for row in rows
        for column, value in row.values.items()
        if value is not None and column not in ("school_id", "year", "grade", "stage")
    }
    known = {
        (name, row.get("grade", ""), column, value)
        for name in ("facilities", "enrolment")
        for row in cells(found.admission.county, name)
        for column, value in row.items()
        if column not in ("school_id", "year", "grade", "stage")
    }
    assert known <= said
    pupils = [row["pupils"] for row in cells(found.admission.county, "enrolment")]
    for table, grade, column, value in said - known:
        of = [each for each in found.differences if (each.table, each.column) == (table, column)]
        others = [other for each in of for other in each.others]
        in_a_sum = any(other.how == "grades" for other in others) or (grade == 200 and sum(pupils) == value)
        assert in_a_sum or value in [other.value for other in others], (table, grade, column, value, of)


@given(deliveries())
@settings(max_examples=60, deadline=None)
def test_one_after_another_is_the_same_as_all_at_once(batches: list[Batch]) -> None:
    county = BASE
    for batch in batches:
        county = bring(county, [batch]).admission.county
    once = bring(BASE, batches)
    assert state(county) == state(once.admission.county)
    kept = [each for each in once.differences if each.why != "later"]
    assert told(standing(county)) == told(tuple(kept))


@given(deliveries())
@settings(max_examples=60, deadline=None)
def test_another_order_afterwards_is_as_if_it_had_been_there_from_the_start(batches: list[Batch]) -> None:
    before = bring(BASE, batches).admission.county
    again = bring(before, (), REVERSED, everything=True).admission.county
    assert state(again) == state(bring(BASE, batches, REVERSED).admission.county)
    back = bring(again, (), everything=True).admission.county
    assert state(back) == state(before)


@given(SAYS, SAYS)
@settings(max_examples=50, deadline=None)
def test_the_order_reversed_gives_the_other_value(one: dict[str, Any], other: dict[str, Any]) -> None:
    batches = [from_("form", "facilities", one), from_("export", "facilities", other)]
    found, turned = bring(BASE, batches).differences, bring(BASE, batches, REVERSED).differences
    assert [(each.used, each.others) for each in found] == [(each.others[0], (each.used,)) for each in turned]


def test_a_school_of_its_own_return_reconciles_only_its_own_rows() -> None:
    base = bring(clean_county(), [from_("form", "facilities", {"beds": 3})]).admission.county
    own = from_("export", "facilities", {"beds": 4})
    foreign = msgspec.structs.replace(own.rows["facilities"][0], values={"school_id": JUNIOR, "year": 2025, "beds": 9})
    found = bring(base, [Batch({"facilities": (*own.rows["facilities"], foreign)})], only=CENTRAL)
    assert told(found.differences)[-1] == ("beds", 3, [4, 0])
    assert [problem.code for problem in found.admission.problems if problem.code == "another_school"]
    beds = {
        row["school_id"]: row["beds"] for row in found.admission.county["facilities"].to_pylist() if row["year"] == 2025
    }
    assert beds[POINT] == 0
