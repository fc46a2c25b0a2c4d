"""On a phone the rows of a table stand by themselves; they remain rows of a table to who hears them read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


STACKED = (
    reverse("school", args=["2141990001"]),
    reverse("schools"),
    reverse("people"),
    reverse("explain_county", args=["1.1", "primary"]),
    reverse("explain_county", args=["3.4"]),
)


@pytest.mark.parametrize("address", STACKED)
def test_each_part_of_a_stacked_table_says_what_it_is(as_user: Callable[[str], Client], address: str) -> None:
    """Laid out as blocks, a table's elements are no table to some readers unless they say so."""
    page = as_user("admin").get(address).content.decode()
    tables = re.findall(r"<table class=\"[^\"]*stacks.*?</table>", page, re.S)
    assert tables
    for table in tables:
        rows = re.findall(r"<tr.*?</tr>", table, re.S)
        assert ' role="table"' in table.split(">")[0]
        heads = len(re.findall(r"<th role=\"columnheader\"", rows[0]))
        assert len(rows) > 1
        assert heads > 3
        for row in rows[1:]:
            assert row.startswith('<tr role="row"')
            assert row.count('role="rowheader"') + row.count('role="cell"') == heads


def test_a_figure_of_a_stacked_row_has_the_name_of_its_column(as_user: Callable[[str], Client]) -> None:
    page = as_user("jijiao").get(reverse("schools")).content.decode()
    assert re.search(r'<td role="cell" data-label="在校生"[^>]*>1,554', page)


@pytest.mark.parametrize(
    ("address", "caption"),
    [
        (reverse("school", args=["2141990001"]), "各年级班级人数"),
        (reverse("explain_county", args=["1.1", "primary"]), "各校的影响"),
    ],
)
def test_no_figure_of_a_class_or_a_school_is_beyond_the_edge_of_a_phone(
    as_user: Callable[[str], Client], address: str, caption: str
) -> None:
    page = as_user("jijiao").get(address).content.decode()
    box = page.split(f'aria-label="{caption}"')[1].split("</table>")[0]
    assert 'class="data' in box
    assert "stacks" in box.split(">")[1]
    figures = re.findall(r'<td role="cell" class="number"( data-label="[^"]+")?>', box)
    assert len(figures) > 5
    assert all(figures)
