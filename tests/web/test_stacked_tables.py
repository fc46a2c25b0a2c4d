"""On a phone the rows of a table stand by themselves; they remain rows of a table to who hears them read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [reverse("school", args=["2141990001"]), reverse("schools"), reverse("people")])
def test_each_part_of_a_stacked_table_says_what_it_is(as_user: Callable[[str], Client], address: str) -> None:
    """Laid out as blocks, a table's elements are no table to some readers unless they say so."""
    page = as_user("admin").get(address).content.decode()
    tables = re.findall(r"<table class=\"[^\"]*stacks.*?</table>", page, re.S)
    assert tables
    for table in tables:
        rows = re.findall(r"<tr.*?</tr>", table, re.S)
        heads = len(re.findall(r"<th role=\"columnheader\"", rows[0]))
        assert len(rows) > 1
        assert heads > 3
        for row in rows[1:]:
            assert row.startswith('<tr role="row"')
            assert row.count('role="rowheader"') + row.count('role="cell"') == heads


def test_a_figure_of_a_stacked_row_has_the_name_of_its_column(as_user: Callable[[str], Client]) -> None:
    page = as_user("jijiao").get(reverse("schools")).content.decode()
    assert re.search(r'<td role="cell" data-label="在校生"[^>]*>1,554', page)
