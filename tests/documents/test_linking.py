"""Targets find the figure that they promise, and only where it is that figure."""

from __future__ import annotations

import json

import pytest

from jiaoheng.documents.linking import CERTAIN, link
from jiaoheng.documents.records import Target


def _linked(subject, comparator=">=", unit="%", value=90.0, path=()):
    return link(Target("", 0, 0, subject, comparator, value, unit, path=path))


SHARES = {
    "学前三年毛入园率": "preschool_enrolment",
    "3—5岁幼儿毛入园率": "preschool_enrolment",
    "普惠性学前教育资源覆盖率": "preschool_inclusive",
    "普惠性幼儿园在园幼儿占比": "preschool_inclusive",
    "公办园在园幼儿占比": "preschool_public",
    "公办幼儿园在园幼儿数占全部在园幼儿数的比例": "preschool_public",
    "义务教育巩固率": "retention_nine_years",
    "初中三年巩固率": "retention_junior",
    "高中阶段毛入学率": "senior_enrolment",
    "适龄残疾儿童少年入学率": "disabled_enrolment",
    "小学专任教师中本科及以上学历教师占比": "teachers_bachelor.primary",
    "义务教育专任教师本科以上学历占比": "teachers_bachelor.compulsory",
    "幼儿园专任教师专科及以上学历比例": "teachers_associate.kindergarten",
    "普通高中教师研究生学历占比": "teachers_master.senior",
    "中小学高级职称教师占比": "teachers_senior_title.schools",
    "小学中高级职称教师比例": "teachers_middle_title.primary",
    "县级以上骨干教师占专任教师比例": "teachers_backbone_share",
    "幼儿园教师持证上岗率": "teachers_certified.kindergarten",
    "教师五年360学时培训完成率": "teachers_trained",
    "每年交流轮岗教师占符合条件教师的比例": "teacher_exchange.compulsory",
    "骨干教师占交流轮岗教师的比例": "backbone_exchange.compulsory",
    "集团化办学覆盖率": "group_coverage.compulsory",
    "学生体质健康优良率": "fitness_good",
    "学生体质健康测试合格率": "fitness_passed",
    "课后服务学校覆盖率": "after_school_schools.compulsory",
    "有需求的学生课后服务参与率": "after_school_pupils.compulsory",
    "随迁子女在公办学校就读比例": "migrant_in_public",
    "优质普通高中招生名额分配到初中的比例": "allotted_places",
    "双师型教师占专业课教师比例": "dual_teachers",
    "小学就近入学比例": "nearby_admission.primary",
    "义务教育优质均衡达标学校比例": "schools_meeting.compulsory",
    "人民群众对教育满意度": "satisfaction",
}
OTHERS = {
    ("小学班额", "<=", "人"): "class_size.primary",
    ("每百名小学生拥有县级以上骨干教师数", ">=", "人"): "backbone_per_hundred.primary",
    ("每百名初中生拥有体育、艺术专任教师数", ">=", "人"): "pe_arts_per_hundred.junior",
    ("教师5年培训", ">=", "学时"): "training_hours",
    ("学生总体近视率每年下降", ">=", "百分点"): "myopia",
    ("初中每班学生人数", "<=", "人"): "class_size.junior",
    ("大班额比例", "<=", "%"): "large_class_share.schools",
    ("小学大班额班级数", "<=", "个"): "large_classes.primary",
    ("超大班额", "=", "个"): "very_large_classes.schools",
    ("新建公办幼儿园", "=", "所"): "opened_public_schools.kindergarten",
    ("新建公办园", "=", "所"): "opened_public_schools.kindergarten",
    ("新建初中", "=", "所"): "opened_schools.junior",
    ("新建九年一贯制学校", "=", "所"): "opened_schools.nine_year",
    ("新建中小学幼儿园", "=", "所"): "opened_schools.basic",
    ("新增义务教育学位", ">=", "个"): "places.compulsory",
    ("新增公办学前教育学位", "+=", "个"): "public_places.kindergarten",
    ("组建城乡教育共同体", "=", "个"): "groups",
    ("小学校际差异系数", "<=", ""): "coefficients_within.primary",
    ("小学生均教学及辅助用房面积", ">=", "平方米"): "area_per_pupil.primary",
    ("初中生均公用经费基准定额", ">=", "元"): "funds_per_pupil_compulsory.junior",
    ("学前教育生均公用经费财政拨款标准", ">=", "元"): "funds_per_pupil.kindergarten",
    ("幼儿园师幼比", ">=", ""): "pupils_per_teacher.kindergarten",
    ("小学生师比", "<=", ""): "pupils_per_teacher.primary",
    ("教师每五年累计培训时间", ">=", "学时"): "training_hours",
    ("小学生每天睡眠时间", ">=", "小时"): "sleep_hours.primary",
    ("学生每天在校体育锻炼时间", ">=", "分钟"): "sports_in_school",
    ("儿童青少年近视率", "-=", "个百分点"): "myopia",
}
"""Other figures, by subject, comparator and unit."""
NOTHING = [
    ("高等教育毛入学率", ">=", "%"),
    ("残疾儿童学前教育入园率", ">=", "%"),
    ("乡村小学教师本科以上学历比例", ">=", "%"),
    ("农村学校教共体覆盖率", "=", "%"),
    ("培养县级骨干教师", ">=", "名"),
    ("市级骨干教师", ">=", "名"),
    ("新建、改扩建中小学", "=", "所"),
    ("改扩建学校", "=", "所"),
    ("新建教师周转房", "=", "套"),
    ("新建寄宿制学校", "=", "所"),
    ("新增普惠性学前学位", "+=", "个"),
    ("小学一年级班额", "<=", "人"),
    ("小学平均班额", "<=", "人"),
    ("义务教育学校标准化率", "=", "%"),
    ("睡眠达标率", ">=", "%"),
    ("高校毕业生就业率", ">=", "%"),
    ("教师每年培训", ">=", "学时"),
    ("劳动年龄人口平均受教育年限", ">=", "年"),
    ("示范性教育集团", ">=", "个"),
    ("省级示范幼儿园", ">=", "所"),
    ("校园网覆盖率", "=", "%"),
]


@pytest.mark.parametrize(("subject", "indicator"), SHARES.items())
def test_a_share_finds_its_indicator(subject, indicator):
    assert _linked(subject).indicator == indicator


@pytest.mark.parametrize(("asked", "indicator"), OTHERS.items())
def test_a_count_an_amount_and_a_change_find_theirs(asked, indicator):
    assert _linked(*asked).indicator == indicator


@pytest.mark.parametrize("asked", NOTHING)
def test_what_no_table_and_no_report_measures_stays_a_task(asked):
    match = _linked(*asked)
    assert match.indicator is None
    assert match.score < CERTAIN


def test_words_broken_by_a_scan_are_still_recognised():
    assert _linked("学前教行毛入园率").indicator == "preschool_enrolment"
    assert _linked("九 年义务教育巩固 率").indicator == "retention_nine_years"


def test_all_of_what_is_to_be_cleared_means_that_none_is_left():
    assert _linked("消除大班额", "=", "%", 100.0).indicator == "large_classes.schools"
    assert _linked("消除大班额", "=", "%", 60.0).indicator is None


def test_more_of_what_there_should_be_less_of_is_not_believed():
    assert _linked("儿童青少年总体近视率", "<=").indicator == "myopia"
    match = _linked("儿童青少年总体近视率", ">=")
    assert match.indicator is None
    assert match.runners_up[0].indicator == "myopia"


def test_the_heading_says_the_stage_where_the_subject_does_not():
    assert _linked("专任教师本科以上学历比例").indicator == "teachers_bachelor"
    bare = _linked("生均图书", ">=", "册")
    assert bare.indicator is None
    assert {each.indicator for each in bare.runners_up} >= {"books_per_pupil.primary", "books_per_pupil.junior"}
    assert (
        _linked("生均图书", ">=", "册", path=("三、重点任务", "（二）办好小学教育")).indicator
        == "books_per_pupil.primary"
    )


def test_the_unit_decides_between_a_number_and_a_share():
    assert _linked("县级及以上骨干教师", ">=", "人").indicator == "teachers_backbone"
    assert _linked("县级及以上骨干教师", ">=", "%").indicator is None


def test_runners_up_stand_in_order_and_without_the_link():
    match = _linked("新增学位", "+=", "个")
    assert match.indicator == "places"
    scores = [each.score for each in match.runners_up]
    assert scores == sorted(scores, reverse=True)
    assert "places" not in {each.indicator for each in match.runners_up}


# What the targets of real documents promise, by document and place in its list of labels; all others stay tasks.
LABELLED = {
    "000": {0: "groups", 14: "teacher_exchange.compulsory"},
    "001": {
        0: "opened_public_schools.kindergarten", 1: "opened_schools.compulsory", 2: "opened_schools.senior",
        4: "preschool_enrolment", 5: "retention_nine_years", 6: "senior_enrolment", 8: "sports_in_school",
        9: "sports_outside", 11: "myopia", 12: "open_kitchens", 13: "online_kitchens", 14: "online_kitchens",
        17: "large_classes.schools", 18: "funds_per_pupil.senior", 19: "opened_schools.senior",
    },
    "003": {
        1: "public_places.basic", 3: "preschool_enrolment", 4: "teachers_bachelor.primary",
        5: "teachers_bachelor.junior", 6: "teachers_master.senior", 7: "disabled_enrolment", 8: "senior_enrolment",
        9: "fitness_good", 10: "graduates_in_trade", 11: "public_places.basic", 12: "public_places.kindergarten",
        13: "preschool_enrolment", 14: "public_places.kindergarten", 15: "public_places.compulsory",
        21: "public_places.senior", 29: "sports_in_school", 30: "sports_outside", 32: "fitness_passed",
        33: "fitness_good", 40: "screen_share", 41: "homework_minutes.primary", 42: "homework_minutes.junior",
        43: "sleep_hours.primary", 44: "sleep_hours.junior", 45: "sleep_hours.senior",
        46: "after_school_schools.compulsory", 47: "after_school_pupils.compulsory",
        74: "teachers_associate.kindergarten", 75: "teachers_bachelor.primary", 76: "teachers_bachelor.junior",
        77: "teachers_master.upper", 78: "dual_teachers", 83: "inspectors_coverage",
    },
    "004": {0: "group_coverage.compulsory", 1: "groups", 2: "groups.primary"},
}  # fmt: skip


def test_targets_of_real_documents_are_linked_as_a_person_would(shared):
    wrong = []
    for path in sorted((shared / "documents" / "labels").glob("*.json")):
        wanted = LABELLED[path.name[:3]]
        for place, label in enumerate(json.loads(path.read_text(encoding="utf-8"))["targets"]):
            match = _linked(label["subject"], label["comparator"], label["unit"], label["value"])
            if match.indicator != wanted.get(place):
                wrong.append((path.name[:3], place, match.indicator, wanted.get(place)))
    assert wrong == []
