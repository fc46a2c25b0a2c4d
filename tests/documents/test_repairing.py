"""Repaired text: what is dropped, what is put right, and that every character leads back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.documents.repairing import repaired

SIGNS = st.text(
    alphabet="新建32公办幼儿园所%，。；：（）().、一二 \u3000\u200b\t\n\rAbff白治区教行局20年月日|——", max_size=120
)


@given(SIGNS)
def test_each_repaired_character_leads_to_its_own_place_in_the_original(text: str) -> None:
    mended = repaired(text)
    assert mended.original == text
    assert len(mended.text) == len(mended.origins)
    assert all(0 <= origin < len(text) for origin in mended.origins)
    assert all(one < two for one, two in zip(mended.origins, mended.origins[1:], strict=False))


@given(SIGNS)
def test_spans_quote_the_original(text: str) -> None:
    mended = repaired(text)
    for index in range(len(mended.text)):
        start, end = mended.span(index, min(index + 5, len(mended.text)))
        assert mended.quote(index, min(index + 5, len(mended.text))) == text[start:end]
        assert mended.at(start) == index


@given(st.text(alphabet="新建公办幼儿园教育质量。、“”", max_size=60))
def test_whole_text_of_one_line_stays_as_it_is(text: str) -> None:
    assert repaired(text).text == text


@given(SIGNS)
def test_repairing_twice_changes_nothing_more_of_a_line(text: str) -> None:
    line = repaired(text.replace("\n", "").replace("\r", "").replace("\t", "")).text
    assert repaired(line).text == line


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("新 建\u3000公办\u200b园", "新建公办园"),
        ("增加32 00个学位", "增加3200个学位"),
        ("2024年1 0月底前", "2024年10月底前"),
        ("到20 25年", "到2025年"),
        ("望教〔20 24〕5 6 号", "望教〔2024〕56号"),
        ("不少于3 0%", "不少于30%"),
        ("实行定额管理,单项经费在 1 0万元以内的,由校长审签", "实行定额管理,单项经费在10万元以内的,由校长审签"),
        ("增加1 200个学位", "增加1200个学位"),
        ("１．加强（一）；９５％", "1.加强(一);95%"),
        ("省级Wi Fi覆盖", "省级Wi Fi覆盖"),
        ("县教行局、县白然资源局", "县教育局、县自然资源局"),
        ("实施学前教仔普及普惠计划", "实施学前教育普及普惠计划"),
        ("广西壮族白治区", "广西壮族自治区"),
        ("受教ff权利", "受教育权利"),
        ("全Fl制在校生", "全日制在校生"),
        ("覆盖率至少达到75乐到", "覆盖率至少达到75%到"),
    ],
)
def test_damage_is_put_right(damaged: str, whole: str) -> None:
    assert repaired(damaged).text == whole


@pytest.mark.parametrize(
    "row",
    ["学前教育毛入园率 85 90", "85 90", "小学 120 130 人", "新建2 3所", "3 年 5 所 12 人".replace(" ", "")],
)
def test_two_figures_are_never_made_one(row: str) -> None:
    kept = repaired(row).text
    for joined in ("8590", "120130", "23所"):
        assert joined not in kept


@pytest.mark.parametrize(
    "words", ["支教行动", "规范办学行为", "宗教行政", "信访教仪", "清白治学", "5台机器", "配备15机位"]
)
def test_sound_words_are_left_alone(words: str) -> None:
    assert repaired(words).text == words


def test_names_keep_their_damage_but_not_their_blanks() -> None:
    mended = repaired("保障受教ff 权利")
    place = mended.text.index("受")
    assert mended.words(place, place + 5) == "受教ff权利"


def test_break_in_the_middle_of_a_sentence_goes() -> None:
    assert (
        repaired("各地要加强领导。到2025年,新建公办\n幼儿园3所。").text
        == "各地要加强领导。到2025年,新建公办幼儿园3所。"
    )
    assert repaired("各县(市、\n区)教育局").text == "各县(市、区)教育局"
    assert repaired("1.配备率2028年达到90%、2\n030年达到100%。").text == "1.配备率2028年达到90%、2030年达到100%。"
    assert repaired("牵头单位:\n县教育局").text == "牵头单位:县教育局"


@pytest.mark.parametrize(
    "text",
    [
        "一、主要目标\n到2025年,建成强县。",
        "(一)优化布局,推动发展\n各地要编制规划,适当倾斜。",
        "加强领导。\n二、重点任务",
        "毛入园率\n85\n90",
        "1.加强建设。落实责任\n2.优化布局。编制规划",
        "牵头单位:县教育局\n配合单位:县财政局",
        "紫金教共体 | 紫金小学 |\n城东小学 | 小学",
        "望岚县人民政府\n2024年5月6日",
    ],
)
def test_break_between_lines_of_their_own_stays(text: str) -> None:
    assert repaired(text).text.count("\n") == text.count("\n")


def test_lines_broken_at_one_width_are_one_paragraph_again() -> None:
    paragraph = "坚持以人民为中心的发展思想,办好每一所学校,教好每一个学生,让孩子在家门口就能上好学。" * 6
    width = 30
    broken = "\n".join(paragraph[place : place + width] for place in range(0, len(paragraph), width))
    whole = repaired(broken).text
    assert whole.count("\n") <= 1
    assert whole.replace("\n", "") == paragraph


def test_page_number_within_a_sentence_goes() -> None:
    paragraph = "坚持以人民为中心发展思想办好每一所学校教好每一个学生让孩子在家门口就能上好学校" * 12
    lines = [paragraph[place : place + 30] for place in range(0, 450, 30)]
    broken = "\n".join([*lines[:8], "— 3 —", *lines[8:]])
    assert repaired(broken).text == paragraph[:450]


def test_tabs_and_wide_gaps_part_the_cells_of_a_table() -> None:
    assert repaired("沁东区\t49.8\t53\t57").text == "沁东区|49.8|53|57"
    assert repaired("毛入园率(%)   93.6   98   预期性").text == "毛入园率(%)|93.6|98|预期性"
    assert repaired("1.\t加强建设").text == "1.加强建设"
