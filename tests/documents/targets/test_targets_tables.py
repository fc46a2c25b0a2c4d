"""Tables of indicators and of jobs, whichever way they came into the text."""

from __future__ import annotations

import pytest

from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets

Row = tuple[str, str, float, str, str | None, float | None, str | None]


def read(table: str, title: str = "望岚县教育规划(2021—2025年)") -> tuple[Target, ...]:
    text = f"{title}\n一、主要目标\n{table}\n二、重点任务\n加强领导。\n"
    whole = repaired(text)
    found = targets(whole, outline(whole))
    for target in found:
        assert text[target.start : target.end] == target.quote
    return found


def rows(found: tuple[Target, ...]) -> list[Row]:
    return [
        (each.subject, each.comparator, each.value, each.unit, each.due, each.baseline, each.binding) for each in found
    ]


INDICATORS: list[Row] = [
    ("学前三年毛入园率", "=", 95, "%", "2025", 92.1, "预期性"),
    ("高中阶段毛入学率", ">", 93, "%", "2025", 91, "预期性"),
    ("在园幼儿数", ">=", 23000, "人", "2025", 21000, "预期性"),
]
CELLS = [
    ["序号", "指标", "单位", "2020年", "2025年", "属性"],
    ["1", "学前三年毛入园率", "%", "92.1", "95", "预期性"],
    ["2", "义务教育巩固率", "%", "99.2", "保持高水平", "约束性"],
    ["3", "高中阶段毛入学率", "%", "91", ">93", "预期性"],
    ["4", "在园幼儿数", "万人", "2.1", "2.3以上", "预期性"],
]


@pytest.mark.parametrize(
    "join",
    [
        lambda cells: "\n".join("\n".join(row) for row in cells),
        lambda cells: "\n".join(" | ".join(row) for row in cells),
        lambda cells: "\n".join("| " + " | ".join(row) + " |" for row in cells),
        lambda cells: "\n".join("\t".join(row) for row in cells),
        lambda cells: "\n".join("  ".join(row) for row in cells),
        lambda cells: "\n".join(" ".join(row) for row in cells),
    ],
    ids=["a cell a line", "bars", "bars around", "tabs", "wide blanks", "blanks"],
)
def test_an_indicator_table_gives_a_target_a_row(join: object) -> None:
    assert callable(join)
    assert rows(read(join(CELLS))) == INDICATORS


def test_the_unit_may_stand_behind_the_name_and_the_serial_be_missing() -> None:
    table = (
        "指标名称\n2020年\n2025年\n指标属性\n学前教育\n毛入园率(%)\n92.1\n95以上\n预期性\n"
        "学位数（万个）\n1.1\n1.3\n约束性"
    )
    assert rows(read(table)) == [
        ("毛入园率", ">=", 95, "%", "2025", 92.1, "预期性"),
        ("学位数", "=", 13000, "个", "2025", 11000, "约束性"),
    ]


def test_each_target_year_gives_a_target_from_one_base_year() -> None:
    table = "| 指标 | 2020年 | 2023年 | 2025年 |\n|---|---|---|---|\n| 大班额比例（%） | 5 | ≤3 | 0 |"
    assert rows(read(table)) == [
        ("大班额比例", "<=", 3, "%", "2023", 5, None),
        ("大班额比例", "=", 0, "%", "2025", 5, None),
    ]


def test_a_table_of_jobs_gives_each_quantity_with_its_column() -> None:
    table = "学校 | 建设内容 | 新增学位（个） | 投资（万元） | 完成时间\n城东小学 | 新建 | 1620 | 8600 | 2024年8月"
    assert rows(read(table)) == [
        ("城东小学学位", "+=", 1620, "个", "2024-08-31", None, None),
        ("城东小学投资", "=", 86_000_000, "元", "2024-08-31", None, None),
    ]


def test_a_table_by_year_takes_the_base_row_as_its_starting_value() -> None:
    table = "年度 | 小学大班额数（个） | 小学大班额占比（%）\n2020年（实际） | 81 | 7.9\n2022年 | 46 | 4.5"
    assert rows(read(table)) == [
        ("小学大班额数", "=", 46, "个", "2022", 81, None),
        ("小学大班额占比", "=", 4.5, "%", "2022", 7.9, None),
    ]


def test_rows_of_places_take_the_measure_from_the_title() -> None:
    table = "各县（市、区）公办园在园幼儿占比年度目标（%）\n县（市、区）\t2020年\t2023年\n沁东区\t49.8\t53"
    assert rows(read(table)) == [("沁东区公办园在园幼儿占比", "=", 53, "%", "2023", 49.8, None)]


@pytest.mark.parametrize(
    "table",
    [
        "序号 | 学校 | 校长 | 电话\n1 | 城东小学 | 王某 | 6001234",
        "姓名 | 职务\n张某 | 局长",
        "现有学校（所） | 学生（人）\n12 | 8600",
    ],
)
def test_other_tables_promise_nothing(table: str) -> None:
    assert read(table) == ()


SEVERAL = """
指标
2020年
2025年
属性
1.专任教师本科及以上学历比例(%)
其中:小学
初中
{values}
预期性
2.义务教育巩固率(%)
99.1
99.5
约束性
"""
KEPT: Row = ("义务教育巩固率", "=", 99.5, "%", "2025", 99.1, "约束性")


def test_lines_of_a_cell_come_column_by_column() -> None:
    assert rows(read(SEVERAL.format(values="61.2\n83.5\n75\n92以上"))) == [
        ("小学专任教师本科及以上学历比例", "=", 75, "%", "2025", 61.2, "预期性"),
        ("初中专任教师本科及以上学历比例", ">=", 92, "%", "2025", 83.5, "预期性"),
        KEPT,
    ]


def test_a_measure_and_its_part_may_share_their_cells() -> None:
    table = "指标\n2020年\n2025年\n属性\n1.在园幼儿占比(%)\n其中:公办园\n85\n41\n93\n55\n预期性"
    assert rows(read(table)) == [
        ("在园幼儿占比", "=", 93, "%", "2025", 85, "预期性"),
        ("公办园在园幼儿占比", "=", 55, "%", "2025", 41, "预期性"),
    ]


@pytest.mark.parametrize("values", ["61.2\n83.5", "61.2\n83.5\n75", "61.2 83.5\n75 92", "61.2\n83.5\n75\n92\n95"])
def test_values_that_cannot_be_matched_for_certain_give_no_target(values: str) -> None:
    assert rows(read(SEVERAL.format(values=values))) == [KEPT]


def test_rows_of_parts_say_of_what() -> None:
    table = (
        "指标 | 2020年 | 2025年\n学历达标比例(%) | 61 | 75\n其中:小学 | 50 | 70\n初中 | 80 | 90\n巩固率(%) | 99 | 99.5"
    )
    assert [row[:3] for row in rows(read(table))] == [
        ("学历达标比例", "=", 75),
        ("小学学历达标比例", "=", 70),
        ("初中学历达标比例", "=", 90),
        ("巩固率", "=", 99.5),
    ]


JOBS = [
    ["序号", "重点任务", "工作目标", "牵头单位", "配合单位", "完成时限"],
    ["1", "校舍建设", "新建教学楼2栋、新增学位540个", "县教育局", "县住建局", "2026年8月前"],
    ["2", "教师培训", "每年培训骨干教师200名", "县教育局", "—", "长期坚持"],
    ["3", "普惠扩容", "普惠率达到92%;到2024年新建公办园1所", "县教育局", "无", "2025—2027年"],
]


@pytest.mark.parametrize("bar", [" | ", "\t"], ids=["bars", "tabs"])
def test_the_deadline_of_a_row_governs_what_its_cells_promise(bar: str) -> None:
    found = read("\n".join(bar.join(row) for row in JOBS))
    assert [(each.subject, each.comparator, each.value, each.due) for each in found] == [
        ("新建教学楼", "=", 2, "2026-08-31"),
        ("学位", "+=", 540, "2026-08-31"),
        ("每年培训骨干教师", "=", 200, None),
        ("普惠率", ">=", 92, "2027"),
        ("新建公办园", "=", 1, "2024"),
    ]
    assert found[0].path[-1] == "校舍建设"
