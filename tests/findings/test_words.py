"""The sentences of a verdict: read aloud, nothing empty, nothing that only a program would say."""

import pytest
from six_schools import county as six_schools
from six_schools import rows

from jiaoheng.county import build
from jiaoheng.findings import assess, words
from jiaoheng.standards import load

STANDARD = load("cn-2017")


@pytest.fixture(scope="module")
def told():
    county = six_schools()
    return list(words.sentences(assess(county, STANDARD), STANDARD, county, "zh"))


def test_the_verdict_comes_first_and_no_empty_count_is_read_aloud(told):
    assert told[0].startswith("六校县目前未达到")
    assert all(f"{empty} " not in line for line in told for empty in (":0", ",0", "达到 0", "数据 0"))


def test_schools_that_fail_are_named(told):
    assert "1 所未达标（乙教学点）" in told[1]


def test_a_coefficient_over_its_limit_names_the_schools_that_widen_it():
    facts = rows()
    next(row for row in facts["facilities"] if row["school_id"] == "B")["equipment_value"] = 3_000_000.0
    county = build(facts)
    assessment = assess(county, STANDARD)
    over = [even for even in assessment.balance if even.status == "fails"]
    assert [(even.check, even.stage) for even in over] == [("1.6", "primary")]
    lines = list(words.sentences(assessment, STANDARD, county, "zh"))
    for even in over:
        most = max(even.contributions, key=lambda own: own.part)
        names = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "name")), strict=True))
        assert any("影响最大的是" + names[most.school_id] in line for line in lines)


def test_money_that_is_short_is_told_in_yuan():
    facts = rows()
    for item, amount in (("training_budget", 4_000.0), ("operating_budget", 100_000.0)):
        facts.setdefault("finance", []).append({"subject_id": "C", "year": 2025, "item": item, "amount": amount})
    county = build(facts)
    lines = [
        words.finding_line(finding, STANDARD, county, "zh")
        for finding in assess(county, STANDARD).findings
        if finding.item == "3.4" and finding.school_id == "C"
    ]
    assert lines == ["丙初级中学“教师培训经费”4%，标准 5，缺 1,000 元"]


def test_a_label_with_brackets_is_not_put_in_brackets():
    assert words.check_label(STANDARD, "2.3.music", "zh") == "音乐、美术专用教室：音乐教室（≥96㎡）"
    assert words.check_label(STANDARD, "4.1.survey", "zh") == "社会认可度（问卷调查）"
