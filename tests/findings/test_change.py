"""Two assessments compared: what is solved is met now, what is unknown is not, and either side mirrors the other."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from six_schools import YEAR, rows

from jiaoheng.county import County, Gap, build
from jiaoheng.findings import Assessment, Changes, assess, change_sentences, changes
from jiaoheng.findings.change import SchoolChange
from jiaoheng.measures.options import Options
from jiaoheng.standards import load

STANDARD = load("cn-2017")
Rows = dict[str, list[dict[str, Any]]]


def county(**cells: object) -> County:
    """The six schools; ``A_teaching_area=1`` sets a cell of A's facilities."""
    facts = rows()
    for name, value in cells.items():
        school, _, column = name.partition("_")
        (row,) = [row for row in facts["facilities"] if row["school_id"] == school]
        row[column] = value
    return build(facts)


def between(before: County, after: County) -> Changes:
    return changes(assess(before, STANDARD), assess(after, STANDARD))


def said(found: Changes, after: County, language: Any = "zh") -> list[str]:
    sentences = list(change_sentences(found, STANDARD, after, language))
    assert not [sentence for sentence in sentences if "{" in sentence]
    return sentences


POOR = {"C_teaching_area": 600.0}


def test_an_assessment_is_the_same_as_itself_in_any_order() -> None:
    facts = rows()
    for of in facts.values():
        random.Random(5).shuffle(of)
    found = between(county(), build(facts))
    assert found.is_empty
    assert said(found, county()) == ["测算结果没有任何变化"]
    assert said(found, county(), "en") == ["The assessment has not changed"]


def test_what_fails_now_is_new_and_what_is_met_now_is_solved() -> None:
    good, poor = county(), county(**POOR)
    worse, better = between(good, poor), between(poor, good)
    ours = [finding for finding in worse.new if (finding.school_id, finding.item) == ("C", "1.4")]
    assert len(ours) == 1
    assert ours[0] in better.solved
    assert worse.solved == better.new == better.lapsed == ()
    sentences = said(worse, poor)
    assert any("新出现的问题" in sentence and "丙初级中学" in sentence for sentence in sentences)
    assert any(sentence.startswith("已解决的问题") for sentence in said(better, good))


def test_a_school_that_comes_to_fail_is_named_with_its_stage() -> None:
    poor = county(**POOR)
    found = between(county(), poor)
    (school,) = found.schools
    assert (school.school_id, school.stage, school.now) == ("C", "junior", "fails")
    assert "初中变为未达标 1 所：丙初级中学" in said(found, poor)
    assert "Junior secondary, schools that fail now: 1 (丙初级中学)" in said(found, poor, "en")


def test_a_coefficient_that_crosses_its_limit_is_told_before_those_that_move() -> None:
    poor = county(C_sports_ground_area=1.0, C_indoor_sports_area=0.0)
    found = between(county(), poor)
    crossed = [change for change in found.coefficients if change.crossed]
    assert found.coefficients[: len(crossed)] == tuple(crossed)
    ((then, now),) = [
        (change.then, change.now) for change in crossed if (change.check, change.stage) == ("1.5", "junior")
    ]
    assert then is not None
    assert now is not None
    assert (then.status, now.status) == ("meets", "fails")
    assert any(f"→ {now.coefficient:.3f}，现已超过限值 0.45" in sentence for sentence in said(found, poor))
    back = between(poor, county())
    assert any(f"→ {then.coefficient:.3f}，现在限值 0.45 以内" in sentence for sentence in said(back, county()))


def test_a_finding_whose_figure_is_unknown_now_is_not_told_as_solved() -> None:
    poor, unknown = county(**POOR), county(C_teaching_area=None)
    found = between(poor, unknown)
    assert [(finding.school_id, finding.item) for finding in found.lapsed if finding.kind == "indicator"] == [
        ("C", "1.4")
    ]
    assert found.solved == ()
    assert any("不能再核对的问题" in sentence for sentence in said(found, unknown))
    assert any("因缺数据不能计算" in sentence for sentence in said(found, unknown))
    known = between(unknown, poor)
    assert [finding.kind for finding in known.solved] == ["unknown"]


def test_a_school_that_is_there_no_more_has_solved_nothing() -> None:
    facts = rows()
    (row,) = [row for row in facts["facilities"] if row["school_id"] == "C"]
    row["teaching_area"] = 600.0
    without = {table: [row for row in of if row.get("school_id") != "C"] for table, of in facts.items()}
    found = between(build(facts), build(without))
    assert SchoolChange("C", "丙初级中学", "junior", "fails", None) in found.schools
    assert ("C", "1.4") in {(finding.school_id, finding.item) for finding in found.lapsed}
    assert "初中不再列入 1 所：丙初级中学" in said(found, build(without))
    fresh = between(build(without), build(facts))
    assert "初中新列入、未达标 1 所：丙初级中学" in said(fresh, build(facts))


def test_a_finding_that_stands_with_other_figures_has_moved() -> None:
    found = between(county(**POOR), county(C_teaching_area=700.0))
    moved = [move for move in found.moved if (move.now.school_id, move.now.item) == ("C", "1.4")]
    assert [(move.then.short or 0) - (move.now.short or 0) for move in moved] == pytest.approx([100])
    assert found.schools == ()


def test_a_figure_that_decides_nothing_is_still_told() -> None:
    after = county(C_music_rooms=50)
    found = between(county(C_music_rooms=40), after)
    assert (found.schools, found.coefficients, found.solved, found.new, found.moved) == ((), (), (), (), ())
    assert found.figures == 1
    assert said(found, after)[1:] == ["共有 1 个指标值有变化"]


def test_a_coefficient_that_moves_a_little_is_seen_to_move() -> None:
    base = county()
    (row,) = [row for row in rows()["facilities"] if row["school_id"] == "C"]
    after = county(C_teaching_area=row["teaching_area"] + 0.01)
    found = between(base, after)
    (sentence,) = [sentence for sentence in said(found, after) if "差异系数" in sentence]
    old, _, new = sentence.partition("差异系数 ")[2].partition("(")[0].partition(" → ")
    assert old != new


def test_waiting_rows_make_the_verdict_unknown_and_that_is_told() -> None:
    base = county()
    waits = msgspec.structs.replace(base, gaps=(Gap("enrolment", "A", YEAR),))
    found = between(base, waits)
    assert found.solved == ()
    assert {change.now.status for change in found.coefficients if change.now} == {"unknown"}
    for language in ("zh", "en"):
        said(found, waits, language)


def test_years_are_told_where_they_differ() -> None:
    facts: Rows = rows()
    for table in ("enrolment", "facilities", "staff"):
        facts[table] += [{**row, "year": YEAR + 1} for row in facts[table]]
    facts["facilities"][-1]["teaching_area"] += 5.0
    two = build(facts)
    found = changes(assess(two, STANDARD, year=YEAR), assess(two, STANDARD, year=YEAR + 1))
    assert found.years == (YEAR, YEAR + 1)
    assert said(found, two)[0] == f"由 {YEAR} 学年到 {YEAR + 1} 学年"


def test_assessments_by_other_rules_are_not_compared() -> None:
    base = county()
    ours = assess(base, STANDARD)
    with pytest.raises(ValueError, match="one standard"):
        changes(ours, msgspec.structs.replace(ours, standard="other"))
    with pytest.raises(ValueError, match="one standard"):
        changes(ours, assess(base, STANDARD, options=Options(private="excluded")))


CELLS = st.dictionaries(
    st.sampled_from(
        [
            f"{school}_{column}"
            for school in "ABCDEF"
            for column in ("teaching_area", "equipment_value", "multimedia_rooms")
        ]
    ),
    st.sampled_from([None, 1, 10, 100000]),
    max_size=4,
)


def _assessed(cells: dict[str, Any]) -> Assessment:
    whole = {name: value if name.endswith("rooms") or value is None else float(value) for name, value in cells.items()}
    return assess(county(**whole), STANDARD)


@given(CELLS, CELLS)
@settings(max_examples=12)
def test_seen_from_the_other_side_it_is_the_mirror(one: dict[str, Any], other: dict[str, Any]) -> None:
    before, after = _assessed(one), _assessed(other)
    there, back = changes(before, after), changes(after, before)
    assert {(each.school_id, each.stage, each.then, each.now) for each in there.schools} == {
        (each.school_id, each.stage, each.now, each.then) for each in back.schools
    }
    assert {(each.check, each.stage) for each in there.coefficients} == {
        (each.check, each.stage) for each in back.coefficients
    }
    assert set(there.new) == {*back.solved, *back.lapsed}
    assert set(back.new) == {*there.solved, *there.lapsed}
    assert {(each.then, each.now) for each in there.moved} == {(each.now, each.then) for each in back.moved}
    assert there.figures == back.figures
    assert there.is_empty == back.is_empty
    for finding in there.solved:
        assert finding not in after.findings
        same = [
            value
            for value in after.values
            if (value.check, value.stage, value.school_id) == (finding.check, finding.stage, finding.school_id)
        ]
        assert finding.kind in ("unknown", "coefficient") or {value.status for value in same} <= {"meets", "measured"}
    for language in ("zh", "en"):
        said(there, county(), language)
