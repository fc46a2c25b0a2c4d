"""From an assessment to marks: the same schools, figures and statuses."""

from __future__ import annotations

from collections import Counter

from reports.strict import parsed, titles

from jiaoheng.county import County
from jiaoheng.findings import Assessment
from jiaoheng.reports.figures import marks_of, strip_of, values_of, verdict_marks
from jiaoheng.standards import Standard


def test_the_strips_of_the_seven_indicators_show_every_school(
    assessment: Assessment, standard: Standard, county: County
) -> None:
    for check in (f"1.{number}" for number in range(1, 8)):
        for stage in ("primary", "junior"):
            own = values_of(assessment, check, stage)
            told = "\n".join(titles(parsed(strip_of(assessment, check, stage, standard, county)))).split("\n")
            assert len(own) > 20
            assert len(told) == len(own)


def test_a_strip_says_the_line_and_how_many_stand_where(
    assessment: Assessment, standard: Standard, county: County
) -> None:
    label = parsed(strip_of(assessment, "1.5", "primary", standard, county)).get("aria-label", "")
    counts = Counter(value.status for value in values_of(assessment, "1.5", "primary"))
    assert label.startswith("小学生均体育场馆：43 所学校，标准不低于 7.5 ㎡/人，")
    assert f"{counts['meets']} 所达标" in label
    assert f"{counts['fails']} 所未达标" in label


def test_marks_carry_each_schools_status_and_pupils(assessment: Assessment, standard: Standard, county: County) -> None:
    marks = marks_of(assessment, "1.5", "primary", standard, county)
    for value in values_of(assessment, "1.5", "primary"):
        mark = marks[value.school_id]
        assert (mark.status, mark.pupils) == (value.status, value.pupils)
        assert county.school_names()[value.school_id] in mark.title


def test_a_school_of_two_stages_stands_where_its_worse_one_does(assessment: Assessment) -> None:
    marks = verdict_marks(assessment)
    assert set(marks) == {school.school_id for school in assessment.schools}
    failing = {school.school_id for school in assessment.schools if school.verdict == "fails"}
    assert failing == {code for code, mark in marks.items() if mark.status == "fails"} != set()
    both = [code for code, count in Counter(s.school_id for s in assessment.schools).items() if count == 2]
    assert "小学" in marks[both[0]].title
    assert "初中" in marks[both[0]].title
