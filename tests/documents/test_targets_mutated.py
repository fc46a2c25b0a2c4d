"""Mutations of a text change its targets only as they should: width, blanks, breaks, numerals, units, order."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets

MEASURES = (
    "(一)扩大学位供给。新建公办幼儿园12所、小学3所，改扩建初中2所，新增学位4500个以上。每个乡镇至少办好1所公办中心幼儿园。",
    "(二)建强教师队伍。招聘中小学教师260名、幼儿园教师40名。教师5年内参加培训不少于360学时，校长每学期听评课不少于20节。",
    "(三)提高教育质量。九年义务教育巩固率保持在99%以上，残疾儿童少年入学率不低于97%。学生近视率控制在45%以内。",
    "(四)保障学生健康。小学、初中和高中学生每天睡眠时间分别不少于10小时、9小时和8小时。校内、校外体育活动时间各不少于1小时。",
    "(五)均衡配置资源。起始年级班额小学不超过45人，初中不超过50人。培育3至5个优质教育集团。全面消除大班额。",
    "(六)推进信息化。学校网络带宽达到1000兆以上，多媒体教室覆盖率100%。每百名学生配备计算机达到15台。",
    "(七)落实资助政策。家庭经济困难学生资助全覆盖。小学生均公用经费由650元提高到720元。",
    "(八)深化共同体建设。组建8个教育共同体，骨干教师每年交流轮岗30人左右，开展送教活动4次以上。",
)
PLAN = "望岚县教育提升三年行动方案\n一、重点任务\n" + "\n".join(MEASURES)

Record = tuple[str, str, float, float | None, str, str | None, float | None]


def read(text: str) -> tuple[Target, ...]:
    whole = repaired(text)
    found = targets(whole, outline(whole))
    for target in found:
        assert text[target.start : target.end] == target.quote
    return found


def record(target: Target) -> Record:
    subject = re.sub(r"\s", "", unicodedata.normalize("NFKC", target.subject))
    return (
        subject,
        target.comparator,
        target.value,
        target.value_max,
        unicodedata.normalize("NFKC", target.unit),
        target.due,
        target.baseline,
    )


def records(text: str) -> list[Record]:
    return [record(target) for target in read(text)]


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def narrow(text: str) -> str:
    return text.translate({ord(old): new for old, new in zip("，；：（）", ",;:()", strict=True)})


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def test_the_plan_promises_what_it_says() -> None:
    assert [(target.value, target.unit) for target in read(PLAN)] == [
        (12, "所"), (3, "所"), (2, "所"), (4500, "个"), (1, "所"),
        (260, "名"), (40, "名"), (360, "学时"), (20, "节"),
        (99, "%"), (97, "%"), (45, "%"),
        (10, "小时"), (9, "小时"), (8, "小时"), (1, "小时"), (1, "小时"),
        (45, "人"), (50, "人"), (3, "个"), (100, "%"),
        (1000, "兆"), (100, "%"), (15, "台"),
        (100, "%"), (720, "元"),
        (8, "个"), (30, "人"), (4, "次"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", [wide, narrow], ids=["full width", "half width"])
def test_the_width_of_characters_changes_nothing(form: object) -> None:
    assert callable(form)
    assert records(form(PLAN)) == records(PLAN)


@given(st.integers(0, 2**32), st.floats(0.02, 0.4))
def test_stray_blanks_change_nothing(seed: int, share: float) -> None:
    draw = random.Random(seed)
    blanks = (" ", "\u3000", "\u00a0", "\t")
    spread = ""
    for sign in PLAN:
        spread += sign
        # Within a figure a blank may part two figures; that is the damage of another test.
        if sign not in "\n" and not sign.isascii() and draw.random() < share:
            spread += draw.choice(blanks[:3])
    assert records(spread) == records(PLAN)


@pytest.mark.parametrize("width", [23, 31, 38, 45])
def test_lines_broken_at_a_width_change_nothing(width: int) -> None:
    lines = [line[at : at + width] for line in PLAN.split("\n") for at in range(0, len(line), width)]
    assert records("\n".join(lines)) == records(PLAN)


def test_numerals_written_in_chinese_are_the_same_numbers() -> None:
    written = re.sub(r"(?<![\d.])(\d{1,2})(?=[所名个人节次台]|小时)", lambda match: chinese(int(match[1])), PLAN)
    assert written != PLAN
    assert records(written) == records(PLAN)


def test_percentages_written_in_chinese_are_the_same_shares() -> None:
    written = re.sub(r"(?<!\d)(\d{2})%", lambda match: f"百分之{chinese(int(match[1]))}", PLAN).replace(
        "100%", "百分之百"
    )
    assert records(written) == records(PLAN)


def test_another_counting_word_changes_the_unit_only() -> None:
    changed = records(PLAN.replace("所", "个"))
    assert changed == [(*each[:4], each[4].replace("所", "个"), *each[5:]) for each in records(PLAN)]


@given(st.permutations(MEASURES))
def test_measures_in_another_order_give_the_same_targets(measures: list[str]) -> None:
    text = "望岚县教育提升三年行动方案\n一、重点任务\n" + "\n".join(
        f"({chinese(number)}){measure.split(')', 1)[1]}" for number, measure in enumerate(measures, 1)
    )
    assert sorted(records(text), key=str) == sorted(records(PLAN), key=str)


def test_a_year_that_opens_a_list_reaches_its_items_only() -> None:
    items = "新建小学3所。\n——改扩建初中2所。\n"
    text = f"一、工作目标\n到2027年,实现以下目标:\n——{items}二、重点任务\n新建幼儿园5所。\n"
    assert [(target.value, target.due) for target in read(text)] == [(3, "2027"), (2, "2027"), (5, None)]


@pytest.mark.parametrize("stop", ["。", ";", ","])
def test_another_stop_between_promises_changes_nothing(stop: str) -> None:
    text = f"一、重点任务\n新建公办幼儿园12所{stop}招聘教师260名{stop}小学辍学率控制在0.1%以内。"
    assert [record(target)[:3] for target in read(text)] == [
        ("新建公办幼儿园", "=", 12),
        ("招聘教师", "=", 260),
        ("小学辍学率", "<=", 0.1),
    ]


@given(st.text(alphabet="新建3所、,。%达到12.5万个至(2025年)分别各“”率\n", max_size=120))
def test_any_text_gives_quotes_that_stand_in_it(text: str) -> None:
    for target in read(text):
        assert target.end > target.start
        assert target.value >= 0
        assert target.value_max is None or target.value_max > target.value
