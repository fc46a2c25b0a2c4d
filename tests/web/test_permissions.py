"""Every address × every person of the cast, somebody of another county, and nobody: the expected answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from addresses import EVERYBODY, Row, addresses, rows, url
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from other_county import found_other_county
from permission_objects import OBJECTS

pytestmark = pytest.mark.django_db
TABLE = rows()
# What the view itself may say to somebody who got in: the page, where to go next, or why not now.
LET_IN = frozenset((200, 204, 302, 400, 409, 422))


def test_every_address_has_a_line() -> None:
    """A new address without a line in ``permissions/`` fails here; ``tests/addresses.py`` says how one is written."""
    lines = {(row.name, bool(row.of)) for row in TABLE}
    lacking = [f"{one.name} ({one.route})" for one in addresses() if (one.name, bool(one.types)) not in lines]
    assert lacking == []


def test_no_line_is_of_an_address_that_is_gone() -> None:
    there = {(one.name, bool(one.types)) for one in addresses()}
    assert [str(row) for row in TABLE if (row.name, bool(row.of)) not in there] == []


def test_every_object_is_asked_for() -> None:
    assert {row.of for row in TABLE if row.of} == OBJECTS.keys()


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_an_address_answers_whom_it_is_for(row: Row, as_user: Callable[[str], Client]) -> None:
    found_other_county()
    address = url(row, OBJECTS[row.of]() if row.of else None)
    wrong = {}
    for username in EVERYBODY:
        client = as_user(username)
        for method in ("get", "post"):
            answer = _answer(client, method, address)
            if not _fits(answer, row, method, row.expected(username)):
                wrong[f"{username} {method}"] = (answer.status_code, answer.headers.get("Location", ""))
    assert wrong == {}


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_who_is_not_logged_in_is_asked_to(row: Row) -> None:
    address = url(row, OBJECTS[row.of]() if row.of else None)
    for method in ("get", "post"):
        answer = _answer(Client(), method, address)
        if row.public:
            assert answer.status_code < 500
        else:
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith(reverse("log_in"))


def _answer(client: Client, method: str, address: str) -> HttpResponse:
    """What is answered; what it changed is undone."""
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(address)
        answer.close()
        transaction.set_rollback(True)
    return answer


def _fits(answer: HttpResponse, row: Row, method: str, expected: int) -> bool:
    """Whether the answer is right; the method that an address does not take may be refused, but never be let in."""
    status = answer.status_code
    if status == 405:
        return method != row.method
    if expected != 200:
        return status == expected
    if method != row.method:
        return status < 500
    sent_away = answer.headers.get("Location", "").startswith(reverse("log_in"))
    return status in LET_IN and (row.public or not sent_away)
