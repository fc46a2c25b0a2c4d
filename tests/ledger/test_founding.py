"""The first county and its administrator, from the command line."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jiaoheng.ledger import access, chain, founding
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.models import Organisation, Person

pytestmark = pytest.mark.django_db


def _printed(capsys: pytest.CaptureFixture[str]) -> str:
    """The initial password, which ends a line."""
    found = re.search(r"(?:\w{4}-){3}\w{4}$", capsys.readouterr().out, re.MULTILINE)
    assert found is not None
    return found[0]


def test_the_command_prints_a_password_that_opens_the_workspace_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_county", "130999", "新县", administrator="xinxian", administrator_name="管新县")
    password = _printed(capsys)
    made = Person.objects.get(username="xinxian")
    assert access.may(made, "people.change", Organisation.objects.get(code="130999"))
    assert made.held[0].organisation.name == "新县教育局"
    client = Client()
    client.post(reverse("log_in"), {"username": "xinxian", "password": password})
    assert client.get(reverse("overview")).headers["Location"] == reverse("change_password")
    assert chain.verify().faults == ()


@pytest.mark.parametrize(
    ("code", "name", "administrator"),
    [
        ("13099", "县", "x1"),
        ("1309999", "县", "x1"),
        ("130999", " ", "x1"),
        ("410999", "县", "x1"),
        ("130999", "县", "clerk"),
    ],
)
def test_what_is_wrong_founds_nothing(code: str, name: str, administrator: str) -> None:
    before = Organisation.objects.count()
    with pytest.raises(Refused):
        founding.found_county(code, name, administrator=administrator)
    with pytest.raises(CommandError):
        call_command("create_county", code, name, administrator=administrator)
    assert Organisation.objects.count() == before


def test_a_bureau_that_has_a_name_keeps_it() -> None:
    founding.found_county("130998", "某区教育体育局", administrator="x2")
    assert Organisation.objects.get(code="130998").name == "某区教育体育局"


def test_the_last_administrator_is_rescued_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        Client().post(reverse("log_in"), {"username": "admin", "password": "forgotten"})
    call_command("rescue", "admin")
    password = _printed(capsys)
    answer = Client().post(reverse("log_in"), {"username": "admin", "password": password})
    assert answer.status_code == 302
    with pytest.raises(CommandError):
        call_command("rescue", "nobody")
