"""The unit or school that a document means by the name it writes."""

from __future__ import annotations

import pytest

from jiaoheng.documents.matching import Known, certain, is_every_school, schools, units
from jiaoheng.documents.naming import mentioned

KNOWN = (
    Known(1, "望岚县教育局", "bureau"),
    Known(2, "基础教育股", "section"),
    Known(3, "人事股", "section"),
    Known(4, "计划财务股", "section"),
    Known(5, "教育督导室", "section"),
    Known(7, "望岚县实验小学", "school"),
    Known(8, "城关镇第一小学", "school"),
    Known(9, "城关镇第二小学", "school"),
    Known(10, "望岚县第一初级中学", "school"),
    Known(11, "青石镇中心小学", "school"),
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("望岚县教育局", 1),
        ("县教育局", 1),
        ("县教体局", 1),
        ("县教育和体育局", 1),
        ("教育局", 1),
        ("基教股", 2),
        ("县教育局基教股", 2),
        ("人事科", 3),
        ("计财股", 4),
        ("督导室", 5),
        ("县实验小学", 7),
        ("城关镇一小", 8),
        ("县一中", 10),
        ("青石镇中心校", 11),
    ],
)
def test_a_shortened_name_is_found(written: str, key: int) -> None:
    assert certain(units(written, KNOWN, "望岚县")) == key


@pytest.mark.parametrize(
    "written", ["市教育局", "省教育厅", "县财政局", "县发展和改革局", "各乡镇人民政府", "县委编办", "各学校", "职成股"]
)
def test_other_authorities_are_nobody_of_ours(written: str) -> None:
    assert certain(units(written, KNOWN, "望岚县")) is None


def test_a_number_tells_schools_apart() -> None:
    assert certain(schools("城关镇第三小学", KNOWN[5:], "望岚县")) is None
    assert certain(schools("城关镇第二小学", KNOWN[5:], "望岚县")) == 9


@pytest.mark.parametrize("written", ["各学校", "全县中小学校", "各级各类学校", "各幼儿园", "各中小学"])
def test_all_schools_at_once_are_known_as_such(written: str) -> None:
    assert is_every_school(written)
    assert not is_every_school("实验学校")


def test_a_name_within_a_longer_one_is_not_mentioned() -> None:
    names = ("青石镇中心小学", "青石镇中心小学教学点", "小学")
    assert mentioned("改造青石镇中心小学教学点", names) == {"青石镇中心小学教学点"}
    assert mentioned("青石镇中心小学和青石镇中心小学教学点", names) == set(names[:2])
