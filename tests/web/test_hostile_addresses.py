"""Addresses that no link leads to: years that no calendar has, numbers that no machine holds, zero characters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tasks/calendar/?month=9999-12", 200),
        ("/tasks/calendar/?month=0001-01", 200),
        ("/audit/?until=9999-12-31", 200),
        ("/audit/?since=0001-01-01", 200),
        ("/bulletins/99999999999999999999/1/", 404),
        ("/bulletins/2026/99999999999999999999/", 404),
        (f"/?year={DIGITS}", 404),
        ("/?year=02025", 404),
        (f"/tasks/new/?parent={DIGITS}", 200),
    ],
)
def test_a_slip_in_an_address_is_no_fault_of_the_program(address: str, status: int, as_user: AsUser) -> None:
    assert as_user("admin").get(address).status_code == status


@pytest.mark.parametrize(
    "address", ["/schools/%00/", "/tasks/new/?school=%00", "/tasks/evidence/a%00b/", "/log-in/?next=%00"]
)
def test_a_zero_character_reaches_no_database(address: str, as_user: AsUser) -> None:
    assert as_user("admin").get(address).status_code == 400


def test_a_zero_character_in_a_cookie_reaches_no_database(client: Client) -> None:
    client.cookies["sessionid"] = "\0" + "a" * 32
    assert client.get("/").status_code == 400


@pytest.mark.parametrize("day", ["0206-11-20", "9999-12-31"])
def test_a_slip_in_a_year_is_told_and_what_was_typed_stays(day: str, as_user: AsUser) -> None:
    answer = as_user("dudao").post("/visits/new/", {"day": day, "note": "看了食堂"})
    assert "年份不对" in answer.content.decode()
    assert "看了食堂" in answer.content.decode()
