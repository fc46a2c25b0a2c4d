"""Two states of a county compared: exact, whatever the order of rows, and the same seen from either side."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from counties import CENTRAL, COUNTY, JUNIOR, NINE_YEAR, POINT, Rows, clean_county, clean_rows, row_of
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.county import Comparison, County, Gap, build, compare, comparison_sentences, schema
from jiaoheng.county.comparison import Change, SchoolMove, TableChange
from jiaoheng.county.comparison_words import change_line, exact, key_line
from jiaoheng.county.figures import Figure, Total


def against(change: Any, **also: Any) -> Comparison:
    """The clean county against itself after a change of its rows."""
    rows = clean_rows()
    change(rows)
    return compare(clean_county(), build(rows, **also))


def said(comparison: Comparison, language: Any = "zh") -> list[str]:
    sentences = list(comparison_sentences(comparison, language))
    assert not [sentence for sentence in sentences if "{" in sentence]
    return sentences


def put(table: str, column: str, value: object, **wanted: object) -> Any:
    return lambda rows: row_of(rows, table, **wanted).__setitem__(column, value)


def figure(comparison: Comparison, column: str, stage: str = "", year: int = 2025) -> Figure:
    (found,) = [
        each for each in comparison.figures if (each.column, each.stage, each.new_year) == (column, stage, year)
    ]
    return found


def test_a_county_is_the_same_as_itself_in_any_order() -> None:
    rows = clean_rows()
    for of in rows.values():
        random.Random(3).shuffle(of)
    comparison = compare(clean_county(), build(rows))
    assert comparison.is_empty
    assert (comparison.tables, comparison.moves) == ((), ())
    assert not [each for each in comparison.figures if each.is_changed]
    assert said(comparison) == ["没有任何变化"]
    assert said(comparison, "en") == ["Nothing has changed"]


def test_one_cell_is_told_with_its_row_and_both_values() -> None:
    comparison = against(put("facilities", "books", 312, school_id=CENTRAL, year=2025))
    (table,) = comparison.tables
    assert table == TableChange(
        "facilities",
        changed=(Change("facilities", (CENTRAL, 2025, None), "books", 15480, 312, CENTRAL),),
        schools=frozenset({CENTRAL}),
    )
    assert change_line(table.changed[0], comparison, "zh") == "青石镇中心小学 · 2025：图书 15,480 → 312"
    assert said(comparison) == [
        "2025 学年图书 43,020 → 27,852 册（少 15,168）",
        "“办学条件”表改动 1 处，涉及 1 所学校",
    ]


def test_an_unknown_figure_is_no_nought() -> None:
    comparison = against(put("facilities", "books", None, school_id=CENTRAL, year=2025))
    (change,) = comparison.tables[0].changed
    assert change_line(change, comparison, "zh").endswith("图书 15,480 → —")
    assert (figure(comparison, "books").old, figure(comparison, "books").new) == (Total(43020, 0), Total(27540, 1))
    assert said(comparison)[0] == (
        "2025 学年图书 43,020 → 27,540 册（少 15,480）；不全：原有 0 行、现有 1 行缺数或待改，未计入"
    )
    back = against(put("facilities", "beds", 0, school_id=CENTRAL, year=2025))
    assert back.is_empty


def test_nought_and_unknown_differ() -> None:
    rows = clean_rows()
    row_of(rows, "facilities", school_id=CENTRAL, year=2025)["beds"] = None
    (table,) = compare(build(rows), clean_county()).tables
    assert [(change.old, change.new) for change in table.changed] == [(None, 0)]


def test_pupils_and_classes_are_told_by_stage() -> None:
    comparison = against(put("enrolment", "pupils", 29, school_id=NINE_YEAR, year=2025, grade=1))
    assert said(comparison)[0] == "2025 学年小学在校生数 804 → 791（少 13）"
    assert said(comparison, "en")[0] == "Pupils (primary), 2025: 804 → 791 (down 13)"
    assert not figure(comparison, "pupils", "junior").is_changed
    more = against(put("staff", "teachers", 37, school_id=JUNIOR, year=2025, stage="junior"))
    assert said(more)[0] == "2025 学年初中专任教师 50 → 51（多 1）"


def test_a_change_of_an_earlier_year_is_told_by_its_table_alone() -> None:
    assert said(against(put("enrolment", "pupils", 40, school_id=NINE_YEAR, year=2023, grade=1))) == [
        "“在校生”表改动 1 处，涉及 1 所学校"
    ]


def test_a_new_year_is_held_against_the_latest_before() -> None:
    def next_year(rows: Rows) -> None:
        rows["enrolment"] += [
            {**row, "year": 2026, "pupils": row["pupils"] - 1} for row in rows["enrolment"] if row["year"] == 2025
        ]

    comparison = against(next_year)
    assert said(comparison)[:2] == ["新增 2026 学年的在校生数据", "小学在校生数 2025 学年 804 → 2026 学年 789（少 15）"]
    assert figure(comparison, "pupils", "primary", 2026).old == Total(804)
    assert figure(comparison, "teaching_area", "", 2026).new == Total(None)
    gone = against(lambda rows: rows.update(enrolment=[row for row in rows["enrolment"] if row["year"] != 2023]))
    assert said(gone) == ["不再有 2023 学年的在校生数据", "“在校生”表减少 21 行，涉及 4 所学校"]


def test_what_happened_to_schools_is_told_first() -> None:
    def change(rows: Rows) -> None:
        rows["schools"].append({**rows["schools"][0], "school_id": "2141000009", "name": "城关镇新建小学"})
        row_of(rows, "schools", school_id=NINE_YEAR)["name"] = "望河学校"
        row_of(rows, "schools", school_id=JUNIOR).update(open_to=2025, parent_id=NINE_YEAR)
        row_of(rows, "schools", school_id=POINT)["parent_id"] = None

    comparison = against(change)
    assert comparison.moves == (
        SchoolMove("opened", "2141000009"),
        SchoolMove("closed", JUNIOR, "", "2025"),
        SchoolMove("joined", JUNIOR, "", NINE_YEAR),
        SchoolMove("parted", POINT, CENTRAL),
        SchoolMove("renamed", NINE_YEAR, "望河乡学校", "望河学校"),
    )
    assert said(comparison) == [
        "新增学校 1 所：城关镇新建小学",
        "停办学校 1 所：青石镇初级中学（2025 学年为最后一年）",
        "并入或改属其他学校 1 所：青石镇初级中学 归 望河学校",
        "不再附属其他学校 1 所：青石镇柳树教学点，原属 青石镇中心小学",
        "更名学校 1 所：望河乡学校 → 望河学校",
        "“学校”表新增 1 行，改动 4 处",
    ]
    back = compare(build(_changed(change)), clean_county())
    assert {move.move for move in back.moves} == {"gone", "reopened", "parted", "joined", "renamed"}
    assert "学校名单中减少 1 所：城关镇新建小学" in said(back)
    assert "Schools no longer listed: 1 (城关镇新建小学)" in said(back, "en")


def test_many_schools_are_not_all_named() -> None:
    def add(rows: Rows) -> None:
        rows["schools"] += [
            {**rows["schools"][0], "school_id": f"S{each}", "name": f"第{each}小学"} for each in range(8)
        ]

    assert said(against(add))[0] == "新增学校 8 所：" + "、".join(f"第{each}小学" for each in range(6)) + "等"


def test_without_counts_the_roster_is_counted() -> None:
    rows = clean_rows()
    rows["staff"] = []
    fewer = {**rows, "teachers": rows["teachers"][:1]}
    assert "2025 学年小学教师名册 2 → 1（少 1）" in said(compare(build(rows), build(fewer)))


def test_rows_that_wait_are_told_and_mark_the_totals() -> None:
    gap = Gap("enrolment", CENTRAL, 2025, (CENTRAL, "2025", "3"))
    comparison = against(lambda rows: rows["enrolment"].remove(_grade(rows)), gaps=[gap])
    assert said(comparison) == [
        "2025 学年小学在校生数 804 → 718（少 86）；不全：原有 0 行、现有 1 行缺数或待改，未计入",
        "2025 学年初中在校生数 630 → 630；不全：原有 0 行、现有 1 行缺数或待改，未计入",
        "2025 学年小学班数 21 → 19 个（少 2）；不全：原有 0 行、现有 1 行缺数或待改，未计入",
        "2025 学年初中班数 18 → 18 个；不全：原有 0 行、现有 1 行缺数或待改，未计入",
        "等待改正的数据 0 行 → 1 行",
        "“在校生”表减少 1 行，涉及 1 所学校",
    ]
    other = msgspec.structs.replace(clean_county(), gaps=(Gap("staff", JUNIOR, 2025),))
    waits = msgspec.structs.replace(clean_county(), gaps=(Gap("staff", CENTRAL, 2025),))
    assert said(compare(other, waits)) == ["等待改正的数据仍是 1 行，但换了别的行"]


def test_the_map_is_compared_too() -> None:
    other = msgspec.structs.replace(clean_county(), boundaries={"type": "FeatureCollection", "features": []})
    assert said(compare(clean_county(), other)) == ["地图边界有改动"]


def test_the_county_s_own_figures_are_no_school_s() -> None:
    comparison = against(put("finance", "amount", 730.5, subject_id=COUNTY, year=2025))
    assert said(comparison) == ["“经费”表改动 1 处"]
    (change,) = comparison.tables[0].changed
    assert change_line(change, comparison, "zh") == f"{COUNTY} · 2025 · 小学生均公用经费标准：金额 720 → 730.5"


def test_codes_and_yes_and_no_are_told_in_words() -> None:
    comparison = against(put("schools", "boarding", True, school_id=CENTRAL))
    assert change_line(comparison.tables[0].changed[0], comparison, "en").endswith("Boarding school no → yes")
    comparison = against(put("teachers", "subjects", "math;pe", teacher_id="T00002"))
    assert change_line(comparison.tables[0].changed[0], comparison, "zh") == "T00002 · 2025：任教学科 数学 → 数学、体育"


def test_rows_of_one_key_are_compared_as_rows() -> None:
    rows = clean_rows()
    rows["staff"].append({**rows["staff"][0], "teachers": 1})
    twice = build(rows)
    (table,) = compare(clean_county(), twice).tables
    assert (len(table.added), len(table.removed), len(table.changed)) == (1, 0, 0)
    rows["staff"].reverse()
    assert compare(twice, build(rows)).is_empty


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (0, "0"), (21034, "21,034"), (0.1, "0.1"), (1e22, "10,000,000,000,000,000,000,000"), (100.0, "100"),
     (1234.5, "1,234.5"), (1e-7, "0.0000001"), (-3.0, "-3")],
)  # fmt: skip
def test_figures_are_told_to_their_last_digit(value: float | None, text: str) -> None:
    assert exact(value) == text


def _grade(rows: Rows) -> dict[str, Any]:
    return row_of(rows, "enrolment", school_id=CENTRAL, year=2025, grade=3)


def _changed(change: Any) -> Rows:
    rows = clean_rows()
    change(rows)
    return rows


EDITS = st.lists(
    st.tuples(
        st.sampled_from(sorted(clean_rows())), st.integers(0, 99), st.integers(0, 9), st.sampled_from("dnc")
    ),
    max_size=10,
)  # fmt: skip


def _edited(edits: list[tuple[str, int, int, str]]) -> County:
    """The clean county after rows were deleted and cells blanked or changed."""
    rows = clean_rows()
    for table, row, column, how in edits:
        if not rows[table]:
            continue
        at = row % len(rows[table])
        if how == "d":
            del rows[table][at]
            continue
        columns = [each for each in schema().tables[table].columns if each.name not in schema().tables[table].key]
        if columns:
            name = columns[column % len(columns)]
            old = rows[table][at].get(name.name)
            is_count = isinstance(old, int) and not isinstance(old, bool) and not name.codes
            rows[table][at] = {**rows[table][at], name.name: None if how == "n" else old + 1 if is_count else old}
    random.Random(len(edits)).shuffle(rows["enrolment"])
    return build(rows)


@given(EDITS, EDITS)
@settings(max_examples=25)
def test_seen_from_the_other_side_it_is_the_mirror(
    one: list[tuple[str, int, int, str]], other: list[tuple[str, int, int, str]]
) -> None:
    before, after = _edited(one), _edited(other)
    there, back = compare(before, after), compare(after, before)
    assert there.tables == tuple(
        TableChange(
            table.table,
            table.removed,
            table.added,
            tuple(msgspec.structs.replace(change, old=change.new, new=change.old, school=_school(there, change))
                  for change in table.changed),
            table.schools,
        )
        for table in back.tables
    )  # fmt: skip
    assert {(each.column, each.stage, each.old_year, each.new_year, each.old, each.new) for each in there.figures} == {
        (each.column, each.stage, each.new_year, each.old_year, each.new, each.old) for each in back.figures
    }
    same = (before[name].sort_by(_order(name)).equals(after[name].sort_by(_order(name))) for name in schema().tables)
    assert there.is_empty == back.is_empty == all(same)
    for language in ("zh", "en"):
        said(there, language)


def _school(comparison: Comparison, change: Change) -> str:
    """A teacher who changed schools is told under the later one, which differs from side to side."""
    return next(each.school for table in comparison.tables for each in table.changed
                if (each.table, each.key, each.column) == (change.table, change.key, change.column))  # fmt: skip


def _order(table: str) -> list[tuple[str, str]]:
    return [(column.name, "ascending") for column in schema().tables[table].columns]


@given(EDITS)
@settings(max_examples=25)
def test_carrying_out_what_is_told_gives_the_other_county(edits: list[tuple[str, int, int, str]]) -> None:
    before, after = clean_county(), _edited(edits)
    for table in compare(before, after).tables:
        keys = schema().tables[table.table].key
        rows = {tuple(row[name] for name in keys): row for row in before[table.table].to_pylist()}
        for key in table.removed:
            del rows[key]
        for change in table.changed:
            assert rows[change.key][change.column] == change.old
            rows[change.key] = {**rows[change.key], change.column: change.new}
        assert table.added == ()
        wanted = {tuple(row[name] for name in keys): row for row in after[table.table].to_pylist()}
        assert rows == wanted
        assert all(key_line(table.table, key, compare(before, after), "zh") for key in table.removed[:2])
