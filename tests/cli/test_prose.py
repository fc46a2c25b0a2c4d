"""Chinese prose on a terminal: full lines, no comma at their head, words whole."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from jiaoheng.cli.prose import wrapped


def test_chinese_breaks_between_characters_and_latin_between_words():
    assert wrapped("只填数字，如 45，不带单位", 12) == ["只填数字，如", "45，不带单位"]
    assert wrapped("coefficients of variation", 14) == ["coefficients", "of variation"]


def test_marks_stay_with_the_character_they_lean_on():
    assert wrapped("小学、初中、高中", 4) == ["小", "学、", "初", "中、", "高中"]
    assert wrapped("甲乙（丙）丁", 6) == ["甲乙", "（丙）", "丁"]


def test_what_is_wider_than_the_line_is_cut():
    assert wrapped("0123456789", 4) == ["0123", "4567", "89"]


@given(st.text("甲乙丙，。（“ab1 %", max_size=40), st.integers(4, 30))
def test_no_line_is_too_wide_and_no_letter_is_lost(text, width):
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
