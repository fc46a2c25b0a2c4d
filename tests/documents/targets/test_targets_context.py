"""What surrounds a sentence: parts about today, years that govern, headings, the plan's own first year."""

from __future__ import annotations

import pytest

from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets


def read(text: str) -> tuple[Target, ...]:
    whole = repaired(text)
    return targets(whole, outline(whole))


def dues(text: str) -> list[tuple[float, str | None]]:
    return [(target.value, target.due) for target in read(text)]


@pytest.mark.parametrize("heading", ["发展基础", "主要成效", "工作基础", "面临形势", "重要意义"])
def test_what_was_achieved_is_no_promise(heading: str) -> None:
    text = f"一、{heading}\n新建幼儿园12所,毛入园率达到92%。\n二、重点任务\n新建幼儿园5所。\n"
    assert dues(text) == [(5, None)]


def test_a_year_before_the_plan_began_tells_of_the_past() -> None:
    text = "望岚县教育规划(2023—2025年)\n一、主要任务\n2020年,新建幼儿园3所。\n2024年,新建幼儿园2所。\n"
    assert dues(text) == [(2, "2024")]


def test_the_year_that_opens_a_paragraph_governs_its_later_sentences() -> None:
    text = "一、主要目标\n到2025年,体系基本建立。新建幼儿园5所。\n改扩建小学2所。\n"
    assert dues(text) == [(5, "2025"), (2, None)]


def test_a_year_in_the_middle_of_a_paragraph_governs_its_own_sentence_only() -> None:
    text = "一、主要任务\n新建幼儿园5所。到2025年,新建小学2所。改扩建初中1所。\n"
    assert dues(text) == [(5, None), (2, "2025"), (1, None)]


def test_each_figure_has_the_nearest_year_before_it() -> None:
    text = "一、主要任务\n2024年建成小学2所,2025年建成初中1所,并招聘教师30名。\n"
    assert dues(text) == [(2, "2024"), (1, "2025"), (30, "2025")]


def test_a_starting_value_goes_with_its_figure() -> None:
    [target] = read("一、主要任务\n骨干教师由2022年的312人增加到2025年的600人。\n")
    assert (target.baseline, target.baseline_year, target.value, target.due) == (312, 2022, 600, "2025")


def test_a_target_knows_the_headings_above_it() -> None:
    [target] = read("一、重点任务\n(一)扩大学位供给\n新建幼儿园5所。\n")
    assert target.path == ("一、重点任务", "(一)扩大学位供给")


def test_a_heading_may_promise_too() -> None:
    [target] = read("一、重点任务\n1.新建公办幼儿园10所。逐年推进,按期完成。\n")
    assert (target.subject, target.value) == ("新建公办幼儿园", 10)


def test_the_subject_keeps_the_spelling_of_the_text() -> None:
    [target] = read("一、重点任务\n学前教行毛入园率达到９５％。\n")
    assert target.subject == "学前教行毛入园率"


def test_a_misread_percent_sign_ends_its_sentence() -> None:
    text = "一、重点任务\n2022年底,明厨亮灶覆盖率达到100机做好美育工作,帮助学生掌握1至2项技能。\n"
    assert dues(text) == [(100, "2022"), (1, None)]
