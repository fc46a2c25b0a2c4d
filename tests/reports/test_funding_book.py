"""The workbook of an allocation: amounts as numbers that add up, words where a figure is unknown, rules beside it."""

from __future__ import annotations

import io

import pytest
from funding_county import county, heads, school
from openpyxl import load_workbook

from jiaoheng.plans.funding import allocate, defaults, judged, never_less
from jiaoheng.reports.funding_book import write_allocation
from jiaoheng.standards import load


def book(facts, language="zh", **more):
    found = allocate(facts, defaults(), **more.pop("given", {}))
    kept, items = never_less(facts, found, defaults()), judged(facts, found, defaults(), load("cn-2017"))
    data = write_allocation(found, defaults(), kept, items, facts.school_names(), language, **more)
    return found, load_workbook(io.BytesIO(data))


@pytest.fixture
def facts():
    return county(
        [school("A", "312"), school("B", "211")],
        {"A": [heads(1, 37), heads(7, 20, boarders=8)], "B": [heads(1, 250, disabled=2)]},
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_rows_add_up_to_the_countys_sum(facts, language):
    found, workbook = book(facts, language)
    sheet = workbook.worksheets[0]
    heads_row = [cell.value for cell in sheet[2]]
    total = heads_row.index("合计（元）" if language == "zh" else "Total (yuan)")
    amounts = [sheet.cell(row, total + 1).value for row in (3, 4, 5)]
    assert round(100 * amounts[2]) == round(100 * amounts[0]) + round(100 * amounts[1]) == found.total
    assert all(isinstance(amount, int | float) for amount in amounts)
    assert len(workbook.worksheets) == 3


def test_how_an_amount_came_about_is_told_beside_it(facts):
    _found, workbook = book(facts)
    how = workbook.worksheets[0].cell(3, workbook.worksheets[0].max_column).value
    assert "小学：37 人 × 600 元 ＋ 不足 100 人，按 100 人核定（本学段计 64.91 人）" in how
    assert "寄宿生 8 人 × 200 元" in how


def test_what_is_unknown_is_a_word_and_no_sum_is_claimed():
    unknown = county([school("A", "211"), school("B", "211")], {"A": [heads(1, None)], "B": [heads(1, 200)]})
    _found, workbook = book(unknown)
    sheet = workbook.worksheets[0]
    column = [cell.value for cell in sheet[2]].index("合计（元）") + 1
    assert [sheet.cell(row, column).value for row in (3, 4, 5)] == ["未知", 120000, "未知"]


def test_a_schools_own_workbook_holds_no_other_school(facts):
    _found, workbook = book(facts, only=frozenset({"B"}))
    said = [
        str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert "B校" in said
    assert not any("A校" in text for text in said)
    assert not any("全县合计" in text for text in said)


def test_every_rule_has_its_source_on_the_last_sheet(facts):
    _found, workbook = book(facts)
    rows = list(workbook.worksheets[-1].iter_rows(min_row=4, values_only=True))
    assert len([row for row in rows if row[0]]) == 19
    assert all(row[3] for row in rows if row[0])
