"""Confirmed targets as a standard's file, which the same engine loads and assesses."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from six_schools import county

from jiaoheng.documents.records import Reading, Record, Target
from jiaoheng.documents.standard import Confirmed, draft, standard
from jiaoheng.findings import assess, explain
from jiaoheng.standards import load, parse
from jiaoheng.standards.indicators import MEASURES, catalogue

PLAN = Record("某县教育规划（2021—2025年）", "某县人民政府", "某政发〔2021〕5号", "2021-06-30", (2021, 2025))


def _target(subject, comparator, value, unit, **more):
    return Target(f"{subject}{value}{unit}", 100, 120, subject, comparator, value, unit, **more)


def _check(target, indicator, document=PLAN):
    """The one check that a target becomes."""
    made = standard(document, [Confirmed(target, indicator)], "plan")
    assert made.left_out == ()
    return parse(made.text, "plan.toml").items[0].checks[0]


def _left_out(target, indicator, document=PLAN):
    made = standard(document, [Confirmed(target, indicator)], "plan")
    assert made.items == 0
    return made.left_out[0].why.zh


def _limit(check):
    return check.limits[0].sense, check.limits[0].value


def test_a_share_keeps_its_comparator_its_due_year_and_the_documents_baseline():
    target = _target("学前教育毛入园率", ">=", 92.5, "%", due="2025", baseline=88.4, baseline_year=2020)
    check = _check(target, "preschool_enrolment")
    assert _limit(check) == ("at_least", 92.5)
    assert (check.pace.due, check.pace.baseline, check.pace.baseline_year) == (2025, 88.4, 2020)
    assert (check.formula, check.per) == ("county_percent", ("children_3_5",))


@pytest.mark.parametrize(
    ("comparator", "indicator", "sense"),
    [
        (">", "senior_enrolment", "above"),
        ("<", "large_class_share.schools", "below"),
        ("<=", "large_class_share.schools", "at_most"),
        ("=", "senior_enrolment", "at_least"),
        ("=", "large_class_share.schools", "at_most"),
        ("~", "senior_enrolment", "at_least"),
    ],
)
def test_every_comparator_has_its_limit(comparator, indicator, sense):
    check = _check(_target("比例", comparator, 5.0, "%"), indicator)
    assert _limit(check)[0] == sense
    assert check.pace.about == (comparator == "~")


def test_of_a_range_the_end_that_binds_is_taken():
    assert _limit(_check(_target("组建教共体", "=", 3.0, "个", value_max=5.0), "groups")) == ("at_least", 3)
    share = _target("大班额比例", "<=", 2.0, "%", value_max=3.0)
    assert _limit(_check(share, "large_class_share.schools")) == ("at_most", 3)


def test_without_a_baseline_the_plans_first_year_is_to_be_measured():
    check = _check(_target("公办园在园幼儿占比", ">=", 55.0, "%"), "preschool_public")
    assert (check.pace.due, check.pace.baseline, check.pace.baseline_year) == (2025, None, 2021)


def test_what_is_due_in_the_first_year_has_no_line():
    check = _check(_target("公办园在园幼儿占比", ">=", 55.0, "%", due="2021"), "preschool_public")
    assert (check.pace.due, check.pace.baseline_year) == (2021, None)


def test_a_date_counts_as_its_year():
    assert _check(_target("社会满意度", ">=", 90.0, "%", due="2024-10-31"), "satisfaction").pace.due == 2024


def test_added_places_are_a_change_from_the_year_before_the_plan():
    target = _target("新增公办义务教育学位", ">=", 17_600.0, "个", baseline=15_000.0, baseline_year=2020)
    check = _check(target, "public_places.compulsory")
    assert check.limits == ()
    assert (check.pace.change, check.pace.baseline_year, check.pace.baseline) == (17_600, 2020, None)
    level = _check(_target("义务教育学位", ">=", 60_000.0, "个"), "places.compulsory")
    assert (_limit(level), level.pace.change) == (("at_least", 60_000), None)


def test_a_share_that_falls_every_year_is_a_yearly_change():
    check = _check(_target("近视率每年", "-=", 0.5, "个百分点"), "myopia")
    assert (check.formula, check.inputs, check.limits) == ("reported", ("myopia",), ())
    assert (check.pace.change, check.pace.yearly, check.pace.due) == (-0.5, True, 2025)


def test_new_schools_are_counted_from_the_plans_first_year():
    check = _check(_target("新建公办幼儿园", "=", 3.0, "所"), "opened_public_schools.kindergarten")
    assert check.inputs == ("kindergarten_public_schools_opened_2021",)
    assert (_limit(check), check.pace.baseline, check.pace.baseline_year) == (("at_least", 3), 0, 2020)


def test_a_norm_without_a_date_holds_always():
    check = _check(_target("小学班额", "<=", 45.0, "人"), "class_size.primary")
    assert (check.inputs, _limit(check), check.pace) == (("primary_classes_from_46",), ("at_most", 0), None)
    check = _check(_target("小学班额", "<", 45.0, "人", due="2024"), "class_size.primary")
    assert (check.inputs, check.pace.due) == (("primary_classes_from_45",), 2024)
    hours = _check(_target("教师每五年累计培训", ">=", 360.0, "学时"), "training_hours")
    assert (hours.inputs, _limit(hours)) == (("all_listed_trained_below_360",), ("at_most", 0))


def test_all_that_is_cleared_leaves_none():
    check = _check(_target("消除大班额", "=", 100.0, "%", due="2023"), "large_classes.schools")
    assert (_limit(check), check.inputs) == (("at_most", 0), ("schools_classes_from_56",))


def test_teachers_to_pupils_is_pupils_to_teachers_turned_round():
    indicator = "pupils_per_teacher.kindergarten"
    assert _limit(_check(_target("幼儿园师幼比", ">=", 15.0, ""), indicator)) == ("at_most", 15)
    assert _limit(_check(_target("幼儿园师幼比", ">", 15.0, ""), indicator)) == ("below", 15)
    assert _limit(_check(_target("幼儿园生师比", "<=", 15.0, ""), indicator)) == ("at_most", 15)
    assert _limit(_check(_target("幼儿园生师比", "<=", 1 / 15, ""), indicator)) == ("at_most", pytest.approx(15))
    assert _limit(_check(_target("幼儿园师幼比", "=", 15.0, ""), indicator)) == ("at_most", 15)


def test_units_are_converted():
    assert _limit(_check(_target("每天校内体育活动", ">=", 90.0, "分钟"), "sports_in_school")) == ("at_least", 1.5)


def test_what_cannot_be_measured_is_handed_back_with_the_reason_and_stands_in_the_file():
    timeless = Record("某县规划")
    assert "起始年" in _left_out(_target("新建小学", "=", 2.0, "所"), "opened_schools.primary", timeless)
    assert "单位" in _left_out(_target("毛入园率", ">=", 2.0, "所"), "preschool_enrolment")
    assert "比较" in _left_out(_target("小学班额", ">=", 45.0, "人"), "class_size.primary")
    assert "不超过" in _left_out(_target("寄宿生比例", "=", 45.0, "%"), "boarding_share.compulsory")
    made = standard(PLAN, [Confirmed(_target("毛入园率", ">=", 2.0, "所"), "preschool_enrolment")], "plan")
    assert "# 第 101 字 “毛入园率2.0所”" in made.text
    with pytest.raises(KeyError):
        standard(PLAN, [Confirmed(_target("毛入园率", ">=", 2.0, "%"), "nothing")], "plan")


def test_what_a_person_corrected_holds_and_the_quotation_stays_the_documents():
    read = _target("毛入园率", ">=", 29.0, "%")
    corrected = msgspec.structs.replace(read, value=92.0, due="2024", quote="x", start=0, end=1)
    made = standard(PLAN, [Confirmed(read, "preschool_enrolment", corrected)], "plan")
    item = parse(made.text, "plan.toml").items[0]
    assert (_limit(item.checks[0]), item.checks[0].pace.due) == (("at_least", 92), 2024)
    assert "“毛入园率29.0%”（第 101—120 字）" in item.article


def test_what_is_promised_twice_is_measured_once_with_the_baseline():
    bare = _target("毛入园率", ">=", 92.0, "%", due="2025")
    told = msgspec.structs.replace(bare, start=300, end=320, baseline=88.0, baseline_year=2020)
    other = msgspec.structs.replace(bare, start=400, end=420, value=93.0)
    confirmed = [Confirmed(target, "preschool_enrolment") for target in (bare, told, other)]
    made = standard(PLAN, confirmed, "plan")
    plan = parse(made.text, "plan.toml")
    assert [_limit(item.checks[0])[1] for item in plan.items] == [92, 93]
    assert plan.items[0].checks[0].pace.baseline == 88
    assert [left.target.start for left in made.left_out] == [100]
    assert "相同" in made.left_out[0].why.zh


def _reading():
    targets = (
        _target("教师五年360学时培训完成率", "=", 100.0, "%", path=("二、任务", "（三）教师队伍")),
        _target("小学班额", "<=", 45.0, "人"),
        _target("创建市级示范园", "=", 2.0, "所"),
    )
    return Reading(PLAN, targets, (), (), "")


def test_a_reading_becomes_a_draft_that_is_assessed_and_explained(tmp_path):
    made = draft(_reading(), "my-plan")
    assert (made.items, [left.target.subject for left in made.left_out]) == (2, ["创建市级示范园"])
    path = tmp_path / "my-plan.toml"
    path.write_text(made.text, encoding="utf-8")
    plan = load(str(path))
    assert (plan.id, plan.document) == ("my-plan", "某县教育规划（2021—2025年） 某政发〔2021〕5号")
    assert plan.in_force_from.isoformat() == "2021-06-30"
    assert [item.confidence for item in plan.items] == ["B", "B"]
    assert "（三）教师队伍" in plan.items[0].article
    result = assess(county(), plan)
    assert [(found.item, found.state) for found in result.progress] == [("1", "unknown"), ("2", "met")]
    for item in plan.items:
        assert explain(county(), plan, "六校县", item.id)


@given(
    subject=st.text(min_size=1).filter(str.strip),
    quote=st.text(min_size=1),
    title=st.text(),
    heading=st.text(),
)
def test_whatever_the_document_says_the_file_can_be_read_again(subject, quote, title, heading):
    target = Target(quote, 3, 9, subject, ">=", 90.0, "%", path=(heading,))
    document = Record(title or None, period=(2021, 2025))
    confirmed = [Confirmed(target, "preschool_enrolment"), Confirmed(target, "boarding_schools.compulsory")]
    made = standard(document, confirmed, "plan")
    assert len(parse(made.text, "plan.toml").items) == 1
    assert len(made.left_out) == 1


def test_every_indicator_can_be_written_as_an_item():
    units = {"percent": "%", "class_size": "人", "training_hours": "学时", "coefficient": "", "ratio": "人"}
    for indicator in catalogue().indicators:
        sign = "<=" if indicator.better == "less" and indicator.measure != "training_hours" else ">="
        unit = units.get(indicator.measure) or next(iter(MEASURES[indicator.measure].accepts))
        made = standard(PLAN, [Confirmed(_target("目标", sign, 45.0, unit), indicator.id)], "plan")
        assert made.left_out == (), indicator.id
        assert parse(made.text, "plan.toml").items[0].checks[0].formula == indicator.formula


def test_a_decline_of_at_least_so_much_is_a_change_and_no_level():
    check = _check(_target("学生总体近视率每年下降", ">=", 0.9, "百分点"), "myopia")
    assert (check.limits, check.pace.change, check.pace.yearly) == ((), -0.9, True)
