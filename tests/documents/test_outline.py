"""Headings by the conventions of official documents, the parts they open, and what is no heading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.documents.outline import Outline, outline
from jiaoheng.documents.repairing import repaired


def _outline(text: str) -> Outline:
    return outline(repaired(text))


def _headings(text: str) -> list[tuple[int, str]]:
    structure = _outline(text)
    return [(len(structure.path(index)), structure.heading(index)) for index in range(len(structure.sections))]


PLAN = """一、主要目标
到2025年,建成教育强县。
二、重点任务
(一)优化布局,推动发展。
1.加强建设。新建公办园3所。
(1)加快选址。年内完成。
2.补齐短板。改造学校5所。
(二)强化队伍。
3.深化改革。完善制度。
三、保障措施
(一)加强领导。成立专班。
"""
HEADINGS = [
    (1, "一、主要目标"),
    (1, "二、重点任务"),
    (2, "(一)优化布局,推动发展"),
    (3, "1.加强建设"),
    (4, "(1)加快选址"),
    (3, "2.补齐短板"),
    (2, "(二)强化队伍"),
    (3, "3.深化改革"),
    (1, "三、保障措施"),
    (2, "(一)加强领导"),
]


def test_numbers_give_the_levels() -> None:
    assert _headings(PLAN) == HEADINGS


def test_chapters_and_sections_stand_above_numbers() -> None:
    text = (
        "第一章　总则\n第一节　目标\n一、普及\n全面普及教育。\n第二节　任务\n——扩大资源。新建学校。\n"
        "——提高质量。加强教研。"
    )
    assert _headings(text) == [
        (1, "第一章　总则"),
        (2, "第一节　目标"),
        (3, "一、普及"),
        (2, "第二节　任务"),
        (3, "——扩大资源"),
        (3, "——提高质量"),
    ]


def test_document_in_one_line_is_cut_at_its_headings() -> None:
    flat = [
        heading for heading in _headings("为办好教育,制定本方案。" + PLAN.replace("\n", "")) if "(1)" not in heading[1]
    ]
    assert flat == [heading for heading in HEADINGS if "(1)" not in heading[1]]


def test_lost_and_jumping_numbers_keep_their_place() -> None:
    text = (
        "二、措施()实施立德计划1 .落实任务。建立制度。牵头单位:县教育局2 .促进健康。开展活动。"
        "(二)实施普及计划1.增加供给。新建园所。3 .深化改革。推进教研。"
    )
    assert _headings(text) == [
        (1, "二、措施"),
        (2, "()实施立德计划"),
        (3, "1.落实任务"),
        (3, "2.促进健康"),
        (2, "(二)实施普及计划"),
        (3, "1.增加供给"),
        (3, "3.深化改革"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "新增学位1.5万个,比例达到3.2%。",
        "一、二年级不布置书面作业。",
        "按照《意见》第(一)项要求办理。",
        "执行市发(2020)9号文件。",
        "2023年投入1.2亿元,2024年投入2.3亿元。",
        "分别为1、2、3个。",
        "一是加强领导。二是落实责任。",
    ],
)
def test_numbers_within_sentences_are_no_headings(sentence: str) -> None:
    assert _headings("一、工作目标\n全县统筹推进。" + sentence + "\n" + sentence)[1:] == []


def test_table_of_contents_is_left_out() -> None:
    text = (
        "目　录\n一、发展基础\n(一)成效\n二、主要任务\n\n一、发展基础\n(一)成效\n新增学位200个。\n"
        "二、主要任务\n全面推进。"
    )
    assert _headings(text) == [(1, "一、发展基础"), (2, "(一)成效"), (1, "二、主要任务")]
    leaders = "一、发展基础......1\n二、主要任务……3\n一、发展基础\n稳步发展。\n二、主要任务\n全面推进。"
    assert _headings(leaders) == [(1, "一、发展基础"), (1, "二、主要任务")]


def test_cells_of_a_flattened_table_are_no_headings() -> None:
    cells = "指标\n2020年\n2025年\n属性\n一、发展水平\n1.毛入园率(%)\n99\n99以上\n约束性\n2.巩固率(%)\n98\n99\n约束性\n"
    text = "一、主要目标\n全面提高。\n" + cells + "二、主要任务\n全面推进。"
    structure = _outline(text)
    assert _headings(text) == [(1, "一、主要目标"), (1, "二、主要任务")]
    assert {structure.text(block) for block in structure.blocks if block.kind == "cell"} == set(cells.split())


def test_box_ends_where_the_measure_goes_on() -> None:
    text = (
        "　　一、主要任务\n　　1.发展学前教育\n　　扩大资源。\n重点工程一 普惠工程\n1.新建园所。\n2.培训教师。\n"
        "　　加强保教。提高质量。\n　　2.发展义务教育\n　　均衡发展。"
    )
    structure = _outline(text)
    paths = {structure.text(block)[:4]: structure.path(block.section)[-1] for block in structure.blocks}
    assert paths["2.培训"] == "2.培训教师"
    assert paths["加强保教"] == "1.发展学前教育"
    assert structure.above(4)[-1] == "重点工程一 普惠工程"
    assert _headings(text)[-1] == (2, "2.发展义务教育")


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("发展基础", "today"),
        ("“十三五”时期发展成效", "today"),
        ("机遇和挑战", "today"),
        ("现状与问题", "today"),
        ("重要意义", "today"),
        ("主要目标", "aims"),
        ("指导思想", "aims"),
        ("总体要求", "aims"),
        ("目标任务", "measures"),
        ("重点任务", "measures"),
        ("工作措施", "measures"),
        ("夯实发展基础工程", "measures"),
        ("保障措施", "safeguards"),
        ("落实保障", "safeguards"),
        ("组织实施", "safeguards"),
        ("实施步骤", "phases"),
        ("进度安排", "phases"),
    ],
)
def test_heading_tells_the_part(heading: str, part: str) -> None:
    assert _outline(f"一、{heading}\n全面推进。").sections[0].part == part


def test_items_of_aims_stay_aims_whatever_their_words() -> None:
    structure = _outline(
        "一、主要目标\n——保障能力更强。投入增长。\n——重点工程见效。全面推进。\n二、重点任务\n(一)加强保障。落实经费。"
    )
    assert [section.part for section in structure.sections] == ["aims", "aims", "aims", "measures", "measures"]


def test_paragraphs_know_their_path_and_what_opens_their_list() -> None:
    structure = _outline(
        "一、主要目标\n到2025年,实现以下目标:\n——普及更高。入园率达95%。\n二、重点任务\n1.建设。新建3所。"
    )
    words = [structure.repaired.text[paragraph.start : paragraph.end] for paragraph in structure.paragraphs]
    item = structure.paragraphs[words.index("——普及更高。入园率达95%。")]
    assert item.opener is not None
    assert words[item.opener] == "到2025年,实现以下目标:"
    measure = structure.paragraphs[-1]
    assert structure.repaired.text[measure.body : measure.end] == "建设。新建3所。"
    assert measure.path == ("二、重点任务",)


SIGNS = st.text(alphabet="一二三、(1)2.。;:章第节目录附件——专栏新建园所\n|%牵头单位县局", max_size=150)


@given(SIGNS)
def test_blocks_cover_every_character_once_and_in_order(text: str) -> None:
    structure = _outline(text)
    place = 0
    for block in structure.blocks:
        assert block.start >= place
        assert structure.repaired.text[place : block.start].strip() == ""
        assert structure.block_at(block.start) == block
        place = block.end
    assert structure.repaired.text[place:].strip() == ""


@given(SIGNS)
def test_sections_nest(text: str) -> None:
    structure = _outline(text)
    for index, section in enumerate(structure.sections):
        assert section.start < section.title_start + 1 <= section.end + 1
        assert section.title_start <= section.title_end <= section.body
        if section.parent is not None:
            parent = structure.sections[section.parent]
            assert parent.start < section.start
            assert section.end <= max(parent.end, section.end)
            assert index in parent.children


def test_stop_that_was_swallowed_with_a_percent_sign_ends_the_sentence() -> None:
    structure = _outline("一、措施\n覆盖率达到75乐到2022年底,达到100%的学校占90%以上。")
    found = [structure.repaired.text[start:end] for start, end in structure.sentences(structure.blocks[-1])]
    assert found == ["覆盖率达到75%", "到2022年底,达到100%的学校占90%以上。"]
