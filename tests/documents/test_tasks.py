"""Tasks: the lowest titled level with a text of its own, its units and its deadline."""

from __future__ import annotations

import pytest

from jiaoheng.documents.reading import read
from jiaoheng.documents.records import Task


def _tasks(text: str) -> tuple[Task, ...]:
    return read(text).tasks


def _only(text: str) -> Task:
    (task,) = _tasks("二、重点任务\n" + text)
    return task


def test_lowest_level_with_a_text_is_the_task() -> None:
    text = (
        "二、任务\n(一)优化布局。\n统筹推进。\n1.加强建设。新建3所。\n2.补齐短板。改造5所。\n(二)强化队伍。充实编制。"
    )
    assert [(task.path, task.title) for task in _tasks(text)] == [
        (("二、任务", "(一)优化布局"), "加强建设"),
        (("二、任务", "(一)优化布局"), "补齐短板"),
        (("二、任务",), "强化队伍"),
    ]


def test_span_runs_from_the_number_to_the_line_of_units() -> None:
    text = "二、任务\n1.加强建设。新建3所。\n牵头单位:县教育局\n配合单位:县财政局\n\n2.补齐短板。改造5所。\n"
    first, second = _tasks(text)
    assert text[first.start : first.end] == "1.加强建设。新建3所。\n牵头单位:县教育局\n配合单位:县财政局"
    assert text[second.start : second.end] == "2.补齐短板。改造5所。"


def test_aims_and_todays_state_are_no_tasks() -> None:
    text = (
        "一、发展基础\n(一)成效。新增学位。\n二、总体要求\n(一)指导思想。坚持。\n(二)主要目标。"
        "到2025年建成。\n三、任务\n(一)建设。新建。"
    )
    assert [task.title for task in _tasks(text)] == ["建设"]
    assert _tasks("一、目标任务\n到2025年建成强县。") == ()


def test_table_and_signature_below_the_last_task_are_not_its_text() -> None:
    text = "二、任务\n1.建设。新建3所。\n望岚县教育局\n2024年5月6日\n附件1\n学校 | 数量 | 年度\n甲 | 3 | 2024"
    (task,) = _tasks(text)
    assert text[task.start : task.end] == "1.建设。新建3所。"


def test_list_items_within_a_task_do_not_make_tasks() -> None:
    text = "二、任务\n1.完善制度。健全机制:\n(1)完善章程;\n(2)建立台账。\n2.加强培训。开展轮训。"
    assert [task.title for task in _tasks(text)] == ["完善制度", "加强培训"]


def test_items_of_a_box_are_tasks_beside_their_measure() -> None:
    text = (
        "一、任务\n(一)发展学前教育。扩大资源。\n专栏1 普惠工程\n1.新建公办园9所,新增学位2700个。\n"
        "2.提高配备。达到标准。\n(二)提高质量。加强教研。"
    )
    assert [task.title for task in _tasks(text)] == ["发展学前教育", "新建公办园9所", "提高配备", "提高质量"]
    assert _tasks(text)[1].path == ("一、任务", "(一)发展学前教育", "专栏1 普惠工程")


@pytest.mark.parametrize(
    ("body", "lead", "support"),
    [
        (
            "建设。新建。牵头单位:县教育局;配合单位:县财政局、县人社局,各乡镇人民政府",
            "县教育局",
            "县财政局 县人社局 各乡镇人民政府",
        ),
        ("建设。新建。(责任单位:县教育局、各县(市、区)政府)", "县教育局 各县(市、区)政府", ""),
        ("建设。新建。\n责任部门:县教育局\n协同单位:团县委", "县教育局", "团县委"),
        ("建设。新建。(牵头单位:县教育局;参与单位:县财政局等部门)", "县教育局", "县财政局"),
        ("建设。新建。(县教育局牵头,县财政局、县人社局配合)", "县教育局", "县财政局 县人社局"),
        ("建设。新建。(由县委编办、县教育局牵头,县财政局配合)", "县委编办 县教育局", "县财政局"),
        ("建设。新建。(县教育局、县财政局按职责分工负责)", "县教育局 县财政局", ""),
        ("建设。新建。县教育局牵头,县财政局、县人社局配合。", "县教育局", "县财政局 县人社局"),
        ("建设。新建。〔牵头单位：县教行局〕", "县教行局", ""),
        ("建设。新建。牵头:县教育局 配合:县财政局", "县教育局", "县财政局"),
        ("建设。新建。责任单位:县教育局(牵头)、县财政局", "县教育局", "县财政局"),
        ("建设。新建。(责任单位:县教育局牵头,县财政局、县人社局配合)", "县教育局", "县财政局 县人社局"),
        ("建设。新建。责任单位:县教育局 县财政局 各乡镇", "县教育局 县财政局 各乡镇", ""),
        ("建设。新建。【责任单位:县教育局、县委 编办】", "县教育局 县委编办", ""),
        ("建设。新建。责任单位:县教育局;责任人:张三;完成时限:2024年", "县教育局", ""),
        ("建设。由县教育局负责,各部门要配合。", "", ""),
        ("建设。明确牵头部门、责任单位,定期督导。", "", ""),
    ],
)
def test_units_and_their_roles(body: str, lead: str, support: str) -> None:
    task = _only("1." + body)
    assert (task.lead, task.support) == (tuple(lead.split()), tuple(support.split()))


def test_units_named_for_a_group_hold_for_the_tasks_that_name_none() -> None:
    text = "二、任务\n(一)布局(牵头单位:县教育局)\n1.建设。新建。\n2.改造。改建。(牵头单位:县住建局)"
    assert [task.lead for task in _tasks(text)] == [("县教育局",), ("县住建局",)]


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("建设。新建3所。完成时限:2024年10月底前。", "2024-10-31"),
        ("制定方案(2024年9月底前)。印发方案。", "2024-09-30"),
        ("建设。2024年建成一所,2025年再建一所。", None),
        ("落实2023年预算。拨付到位。", None),
    ],
)
def test_deadline_of_the_whole_task(body: str, due: str | None) -> None:
    assert _only("1." + body).due == due


@pytest.mark.parametrize(
    ("phase", "due"),
    [
        ("(一)准备阶段(2024年3月至5月)。制定方案。", "2024-05-31"),
        ("(一)实施阶段(2024年9月—2026年2月)。推进。", "2026-02-28"),
        ("(一)总结阶段(2026年12月20日前)。总结。", "2026-12-20"),
        ("(一)巩固阶段(2027年)。巩固。", "2027"),
        ("(一)巩固阶段。长期坚持。", None),
    ],
)
def test_phase_is_due_in_its_closing_month(phase: str, due: str | None) -> None:
    (task,) = _tasks("三、实施步骤\n" + phase)
    assert task.due == due
    assert "202" not in task.title


def test_nothing_is_read_from_nothing() -> None:
    reading = read("")
    assert (reading.tasks, reading.groups, reading.targets, reading.document.title) == ((), (), (), None)


def test_rows_of_a_table_that_shares_out_tasks() -> None:
    text = (
        "附件 重点任务分工表\n序号 | 重点任务 | 牵头单位 | 配合单位 | 完成时限\n"
        "1 | 新建城东小学。新增学位500个。 | 县教育局 | 县财政局、县住建局 | 2024年10月底前\n"
        "2 | 改造乡村学校 | 县教育局、各乡镇人民政府 |  | 2025年\n"
    )
    first, second = _tasks(text)
    assert (first.title, first.lead, first.support, first.due) == (
        "新建城东小学",
        ("县教育局",),
        ("县财政局", "县住建局"),
        "2024-10-31",
    )
    assert (second.title, second.lead, second.support, second.due) == (
        "改造乡村学校",
        ("县教育局", "各乡镇人民政府"),
        (),
        "2025",
    )


def test_rows_that_repeat_the_text_give_no_second_task() -> None:
    text = "二、任务\n1.改造乡村学校。改造5所。\n附件\n序号 | 任务 | 责任单位\n1 | 改造乡村学校 | 县教育局\n"
    assert [task.title for task in _tasks(text)] == ["改造乡村学校"]


def test_items_of_a_box_do_not_take_the_units_of_their_measure() -> None:
    text = "一、任务\n(一)发展。扩大。\n牵头单位:县教育局\n专栏1 工程\n1.新建公办园9所,新增学位。\n2.提高配备。达标。"
    assert [task.lead for task in _tasks(text)] == [("县教育局",), (), ()]


def test_sentence_without_a_stop_is_a_task_of_its_own() -> None:
    text = "二、重点任务\n1.新建幼儿园3所,新增学位500个\n2.改造学校5所,消除大班额\n"
    assert [task.title for task in _tasks(text)] == ["新建幼儿园3所,新增学位500个", "改造学校5所,消除大班额"]


def test_long_heading_alone_in_its_line_is_kept_whole() -> None:
    heading = "坚持立德树人根本任务,促进学生德智体美劳全面发展,推动各级各类教育协调发展、特色发展和高质量发展"
    (task,) = _tasks(f"二、重点任务\n(一){heading}\n1.加强德育。落实课程。")
    assert task.path[-1] == f"(一){heading}"


def test_rows_with_an_aim_and_a_deadline_are_tasks_though_the_text_names_them() -> None:
    text = (
        "二、任务\n1.名师领航计划。实施名师领航计划。\n附件\n望岚县重点任务清单\n"
        "序号 | 任务 | 目标 | 牵头单位 | 配合单位 | 完成时限\n"
        "1 | 名师领航计划 | 培养名师60人 | 县教育局 | — | 2024—2026年\n"
    )
    _, row = _tasks(text)
    assert (row.path, row.title, row.lead, row.support, row.due) == (
        ("望岚县重点任务清单",),
        "名师领航计划",
        ("县教育局",),
        (),
        "2026",
    )


def test_from_a_date_onwards_is_no_deadline() -> None:
    (task,) = _tasks("五、实施步骤\n(一)巩固提升(2025年7月以后)。总结经验。")
    assert task.due is None


def test_background_is_no_task() -> None:
    assert _tasks("一、改革背景\n近年来,补充教师380人。\n") == ()
