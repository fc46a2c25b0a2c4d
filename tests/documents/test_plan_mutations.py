"""One plan in many guises: wrapped, spaced, widened, renumbered, reordered. What is read changes only as it should."""

from __future__ import annotations

import random
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.documents.reading import read
from jiaoheng.documents.records import Task
from jiaoheng.documents.repairing import repaired

PLAN = """望岚县教育提质三年行动方案
(2024—2026年)
为全面贯彻党的教育方针,推动县域教育高质量发展,办好人民满意的教育,根据省市有关文件精神,结合我县实际,制定本行动方案。
一、主要目标
到2026年,城乡教育差距明显缩小,优质均衡的基本公共教育服务体系基本形成,群众满意度持续提高。
二、重点任务
(一)优化资源配置,推动均衡发展
1.扩大学前教育资源。科学测算学位需求,实施公办幼儿园建设计划,新建公办幼儿园3所,改扩建2所,新增学位1200个,逐步提高公办园占比。
牵头单位:县教育局;配合单位:县发展改革局、县财政局、县自然资源局,各乡镇人民政府
2.改善义务教育学校条件。对照办学标准逐校补齐短板,每所学校配齐音乐、美术专用教室,到2025年标准化学校比例达到95%以上,消除大班额。
牵头单位:县教育局;配合单位:县财政局、县住房城乡建设局
(二)加强教师队伍,提升专业能力
3.深化教师交流轮岗。落实县管校聘,每学年交流教师比例不低于符合条件教师总数的10%,其中骨干教师不低于交流总数的20%,引导优秀教师到乡村任教。
牵头单位:县教育局;配合单位:县委编办、县人力资源社会保障局
4.完善教师培训体系。建立分层分类培训制度,五年一周期培训不少于360学时,加强乡村教师素质培养,提高教研员指导水平,健全激励机制。
牵头单位:县教育局;配合单位:县教师发展中心
三、保障措施
(一)加强组织领导。成立由县长任组长的领导小组,统筹推进各项工作,定期研究解决重大问题,确保各项任务落到实处、取得实效。
(二)强化经费保障。落实两个只增不减要求,优化支出结构,新增教育经费向农村学校和薄弱学校倾斜,加强资金使用绩效管理和监督检查。
"""


def _sense(task: Task) -> tuple[object, ...]:
    """A task by what it says: without places, blanks and breaks, widths aside."""

    def plain(words: str) -> str:
        return re.sub(r"\s", "", repaired(words).text)

    return (
        tuple(plain(heading) for heading in task.path),
        plain(task.title),
        tuple(plain(unit) for unit in task.lead),
        tuple(plain(unit) for unit in task.support),
        task.due,
    )


BASE = [_sense(task) for task in read(PLAN).tasks]


def _read(text: str) -> list[tuple[object, ...]]:
    return [_sense(task) for task in read(text).tasks]


def test_plan_gives_its_six_tasks() -> None:
    assert [sense[1] for sense in BASE] == [
        "扩大学前教育资源",
        "改善义务教育学校条件",
        "深化教师交流轮岗",
        "完善教师培训体系",
        "加强组织领导",
        "强化经费保障",
    ]
    assert BASE[0][3] == ("县发展改革局", "县财政局", "县自然资源局", "各乡镇人民政府")


def _wrapped(width: int) -> str:
    lines = []
    for paragraph in PLAN.split("\n"):
        lines += [paragraph[place : place + width] for place in range(0, len(paragraph), width)] or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("width", [26, 30, 34, 41])
def test_lines_wrapped_at_a_width(width: int) -> None:
    assert _read(_wrapped(width)) == BASE


@pytest.mark.parametrize("width", [26, 34])
def test_lines_wrapped_with_an_empty_line_after_each(width: int) -> None:
    assert _read(_wrapped(width).replace("\n", "\n\n")) == BASE


@given(st.integers(0, 10_000))
def test_stray_blanks_between_chinese_characters(seed: int) -> None:
    draw = random.Random(seed)
    spaced = re.sub(
        r"(?<=[\u4e00-\u9fff,。、])(?=[\u4e00-\u9fff])",
        lambda _: draw.choice(" \u3000\u200b") if draw.random() < 0.05 else "",
        PLAN,
    )
    assert _read(spaced) == BASE


@given(st.integers(0, 10_000))
def test_widths_of_marks_and_figures_swapped(seed: int) -> None:
    draw = random.Random(seed)
    pairs = dict(zip(",;:()%.0123456789", "，；：（）％．０１２３４５６７８９", strict=True))
    mixed = "".join(pairs[sign] if sign in pairs and draw.random() < 0.5 else sign for sign in PLAN)
    assert _read(mixed) == BASE


def test_no_line_breaks_at_all() -> None:
    assert _read(PLAN.replace("\n", "")) == BASE


def test_windows_and_old_line_ends() -> None:
    assert _read(PLAN.replace("\n", "\r\n")) == BASE
    assert _read(PLAN.replace("\n", "\u2028")) == BASE


@pytest.mark.parametrize("style", ["{0}. ", "{0}．", "{0}、", "{0} ."])
def test_other_ways_to_write_the_number(style: str) -> None:
    renumbered = re.sub(r"^(\d)\.", lambda found: style.format(found[1]), PLAN, flags=re.MULTILINE)
    assert [sense[1:] for sense in _read(renumbered)] == [sense[1:] for sense in BASE]


def test_numbering_begun_anew_under_each_heading() -> None:
    renumbered = PLAN.replace("3.深化", "1.深化").replace("4.完善", "2.完善")
    assert _read(renumbered) == BASE
    assert _read(renumbered.replace("\n", "")) == BASE


def test_lost_number_of_a_group() -> None:
    assert [sense[1:] for sense in _read(PLAN.replace("(一)优化", "()优化"))] == [sense[1:] for sense in BASE]


@given(st.permutations(range(4)))
def test_measures_in_another_order(order: list[int]) -> None:
    measures = re.findall(r"^\d\..*\n牵头.*\n", PLAN, flags=re.MULTILINE)
    bodies = [measure[2:] for measure in measures]
    text = PLAN
    for place, measure in enumerate(measures):
        text = text.replace(measure, f"@{place}@")
    for place, chosen in enumerate(order):
        text = text.replace(f"@{place}@", f"{place + 1}.{bodies[chosen]}")
    assert sorted(sense[1:] for sense in _read(text)) == sorted(sense[1:] for sense in BASE)


def test_unit_changed_changes_that_unit_alone() -> None:
    changed = _read(PLAN.replace("县委编办", "县审计局"))
    assert changed[2][3] == ("县审计局", "县人力资源社会保障局")
    assert changed[:2] + changed[3:] == BASE[:2] + BASE[3:]


def test_record_of_the_document_is_the_same_in_all_guises() -> None:
    base = read(PLAN).document
    assert base.title == "望岚县教育提质三年行动方案(2024—2026年)"
    for text in (
        _wrapped(30),
        PLAN.replace("\n", "\r\n"),
        PLAN.replace("\n", "\n\n"),
        PLAN.replace("动方", "动\u3000方"),
    ):
        assert read(text).document == base


@given(
    st.text(
        alphabet="一二三、(1)2.。;:章第节年月日附件——专栏核心成员校小学\n|%牵头单位县教育局关于印发《》的通知方案20",
        max_size=200,
    )
)
def test_places_lie_in_the_text_whatever_it_says(text: str) -> None:
    reading = read(text)
    for record in (*reading.tasks, *reading.groups):
        assert 0 <= record.start < record.end <= len(text)
    assert msgspec.json.decode(msgspec.json.encode(reading), type=type(reading)) == reading


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    [
        *[
            "(",
            "()",
            "1",
            "1.",
            "一、",
            "(一)加强管理",
            "|",
            "——",
            "《",
            "牵头单位:",
            "县教育局牵头,",
            "核心校:甲小学;",
            "紫金小学、",
            "关于印发《",
            "教行",
        ],
        *("\n", "甲\n", "a|b\n", " ", "\t", "甲\t1\t2\n", "1 0", "专栏1\n", "附件1\n", "实施方案\n", "望岚县教育局\n"),
        *("序号|任务|牵头单位\n", "序号|核心校|成员校\n"),
    ],
)
def test_hostile_text_is_read_in_linear_time(part: str) -> None:
    """A part a hundred thousand characters long would take hours if any step went over the text for each of them."""
    read(part * (100_000 // len(part)))
