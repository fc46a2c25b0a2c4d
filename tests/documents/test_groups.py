"""Groups of schools in tables and sentences, with the teaching points that belong to a school."""

from __future__ import annotations

import pytest

from jiaoheng.documents.reading import read
from jiaoheng.documents.records import Group

Told = list[tuple[str, list[str], list[str], str | None]]


def _told(groups: tuple[Group, ...]) -> Told:
    return [
        (group.name, [school.name for school in group.core], [school.name for school in group.members], group.stage)
        for group in groups
    ]


TABLE = (
    "附件 教共体一览表\n序号 | 教共体名称 | 核心校 | 成员校 | 学段\n"
    "1 | 紫金教共体 | 紫金小学 | 城东小学(含李村教学点、王村教学点)、城西小学 | 小学\n"
    "2 | 望岚教共体 | 县第一中学(初中部) | 二中、三中 | 初中\n"
)
SCHOOLS: Told = [
    ("紫金教共体", ["紫金小学"], ["城东小学", "城西小学"], "小学"),
    ("望岚教共体", ["县第一中学(初中部)"], ["二中", "三中"], "初中"),
]


def test_table_with_bars() -> None:
    groups = read(TABLE).groups
    assert _told(groups) == SCHOOLS
    assert groups[0].members[0].points == ("李村教学点", "王村教学点")
    assert groups[1].core[0].points == ()


def test_place_runs_from_the_name_to_the_last_member() -> None:
    group = read(TABLE).groups[0]
    assert TABLE[group.start : group.end] == "紫金教共体 | 紫金小学 | 城东小学(含李村教学点、王村教学点)、城西小学"


def test_cells_broken_over_lines_and_lists_parted_by_blanks() -> None:
    text = (
        TABLE.replace("、城西小学 |", " 城西小学 |\n")
        .replace("紫金小学 | ", "紫金小学 |\n")
        .replace("二中、", "二中、\n")
    )
    assert _told(read(text).groups) == SCHOOLS


def test_one_cell_a_line() -> None:
    text = TABLE.replace(" | ", "\n")
    assert _told(read(text).groups) == SCHOOLS


def test_merged_cell_goes_on_with_the_group_above() -> None:
    text = TABLE + " |  |  | 四中 |\n"
    assert _told(read(text).groups)[1][2] == ["二中", "三中", "四中"]


@pytest.mark.parametrize(
    "head",
    [
        "集团名称 | 龙头校 | 成员校",
        "学区名称 | 牵头校 | 成员学校",
        "教育集团 | 总校 | 分校(成员校)",
        "名称 | 核心园 | 成员园",
        "名称 | 优质校 | 结对校",
    ],
)
def test_heads_of_other_words(head: str) -> None:
    groups = read(f"{head}\n实验集团 | 实验小学 | 东街小学、西街小学\n").groups
    assert _told(groups) == [("实验集团", ["实验小学"], ["东街小学", "西街小学"], None)]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("组建紫金教育集团,由紫金小学牵头,成员校为城东小学、城西小学。", "紫金教育集团"),
        ("以紫金小学为核心校,城东小学、城西小学为成员校,实行一体管理。", "紫金小学"),
        ("紫金联盟(总校:紫金小学;分校:城东小学、城西小学)。", "紫金联盟"),
        ("由紫金小学牵头,联合城东小学、城西小学,开展教研。", "紫金小学"),
    ],
)
def test_sentences_that_name_a_group(sentence: str, name: str) -> None:
    assert _told(read(sentence).groups) == [(name, ["紫金小学"], ["城东小学", "城西小学"], None)]


@pytest.mark.parametrize(
    "sentence",
    [
        "每个教共体由1所优质学校作为核心校,其他若干所学校作为成员校。",
        "核心校牵头建立同学段学科教研组。",
        "按照“1个核心校+若干成员校”模式组建。",
        "由县教育局牵头,联合县财政局,开展督导。",
    ],
)
def test_sentences_that_name_none(sentence: str) -> None:
    assert read(sentence).groups == ()


def test_table_of_other_things_gives_no_group() -> None:
    assert read("学校 | 新增学位 | 年度\n城东小学 | 500 | 2024\n").groups == ()
