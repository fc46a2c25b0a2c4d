"""Numbers as documents write and damage them."""

from __future__ import annotations

import pytest

from jiaoheng.documents.targets.numbers import numbers, spoken


@pytest.mark.parametrize(
    ("text", "value", "maximum"),
    [
        ("新建1,200个", 1200, None),
        ("2.34万个", 23400, None),
        ("1.2亿元", 120_000_000, None),
        ("3000多万元", 30_000_000, None),
        ("三十五所", 35, None),
        ("一万二千人", 12000, None),
        ("四点五亿元", 450_000_000, None),
        ("百分之九十五点五", 95.5, None),
        ("百分之百", 100, None),
        ("1至2所", 1, 2),
        ("3—5个", 3, 5),
        ("两到三所", 2, 3),
        ("三至五年", 3, 5),
        ("90%至95%", 90, 95),
        ("2-3万元", 20000, 30000),
        ("20至5 0万元", 200_000, 500_000),
        ("1个或2个", 1, 2),
        ("1个半小时", 1.5, None),
        ("半小时", 0.5, None),
        ("05%", 0.5, None),
        ("l00%", 100, None),
        ("1OO%", 100, None),
        ("3 200个", 3200, None),
    ],
)
def test_a_number_is_read_for_what_it_means(text: str, value: float, maximum: float | None) -> None:
    found = next(numbers(text))
    assert (found.value, found.maximum) == (value, maximum)


def test_a_ratio_keeps_both_sides() -> None:
    found = next(numbers("师生比1∶12.5"))
    assert (found.kind, found.value, found.maximum) == ("ratio", 1, 12.5)


@pytest.mark.parametrize(("text", "count"), [("万名教师进万家", 0), ("45、50", 2), ("5到3所", 2), ("", 0)])
def test_what_is_a_number_of_its_own(text: str, count: int) -> None:
    assert len(list(numbers(text))) == count


@pytest.mark.parametrize(("written", "value"), [("二〇二五", 2025), ("一百零八", 108), ("两千三百", 2300), ("十", 10)])
def test_chinese_numerals_by_digits_and_by_powers(written: str, value: float) -> None:
    assert spoken(written) == value


def test_digits_without_end_are_read_in_linear_time() -> None:
    assert len(list(numbers("9" * 200_000))) == 1
