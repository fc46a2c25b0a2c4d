from __future__ import annotations

import pytest

from jiaoheng.sources.text import is_total, tidy


@pytest.mark.parametrize("text", ["合 计:", "全县总计", "總計", "青石镇小计", "总数", "Total", "Grand total", "sum"])
def test_a_row_of_totals_is_known_by_its_word(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize("text", ["", "青石镇中心小学", "会计学校", "总", "2141000001", "sum of it", "totals"])
def test_a_school_is_no_row_of_totals(text: str) -> None:
    assert not is_total(text)


def test_width_case_blanks_and_line_breaks_do_not_tell_names_apart() -> None:
    assert tidy("School\nNAME(1)") == tidy("school name(1)") == "schoolname(1)"
