"""The bulletin's pages and workbook: whose numbers, which months."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import CENTRAL, CROWDED, EDUCATION, hand_task, in_days, in_state, unit

from jiaoheng.ledger import clock
from jiaoheng.ledger.models import Task

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


def _month(name: str = "bulletin", *more: object) -> str:
    today = clock.today()
    return reverse(name, args=[today.year, today.month, *more])


def test_the_county_reads_all_of_it_and_a_school_its_own(as_user: AsUser) -> None:
    in_state(Task.State.CLOSED)
    hand_task(lead=unit(CENTRAL))
    whole = as_user("juzhang").get(_month()).context
    assert (whole["told"].total.new, whole["told"].total.closed, whole["told"].total.rate) == (2, 1, 0.5)
    assert whole["sections"] is not None
    own = as_user("head2").get(_month()).context
    assert (own["told"].total.new, own["sections"]) == (1, None)
    assert as_user("dudao").get(_month()).context["told"].total.closed == 1


def test_a_unit_has_its_own_page_for_those_who_see_it(as_user: AsUser) -> None:
    hand_task()
    for name, username in ((CROWDED, "clerk"), (EDUCATION, "jijiao"), (CROWDED, "dudao")):
        page = as_user(username).get(_month("bulletin_unit", unit(name).pk))
        assert page.status_code == 200
        assert page.context["metrics"][1]["value"] == 1
    assert as_user("clerk2").get(_month("bulletin_unit", unit(CROWDED).pk)).status_code == 404


def test_a_month_to_come_is_refused_and_one_that_is_none_is_not_found(as_user: AsUser) -> None:
    client = as_user("jijiao")
    later = in_days(40)
    assert client.get(reverse("bulletin", args=[later.year, later.month])).status_code == 409
    assert client.get(reverse("bulletin", args=[2026, 13])).status_code == 404
    assert client.get(reverse("bulletin", args=[0, 1])).status_code == 404
    assert client.get(reverse("bulletin", args=[2020, 1])).status_code == 200
    assert client.get(reverse("bulletins")).status_code == 200


def test_the_workbook_says_the_same(as_user: AsUser) -> None:
    in_state(Task.State.CLOSED)
    hand_task(lead=unit(CENTRAL))
    sheet = openpyxl.load_workbook(io.BytesIO(as_user("jijiao").get(_month("bulletin_excel")).content)).worksheets[0]
    rows = {(row[0].value, row[1].value): [cell.value for cell in row[2:]] for row in sheet.iter_rows(min_row=3)}
    assert rows["学校", CROWDED] == [0, 1, 1, 0, 0, 0, 0, 1, None]
    assert rows["合计", None] == [0, 2, 1, 0, 1, 0, 0, 0.5, None]
