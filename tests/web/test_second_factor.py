"""The second factor: a code of the phone besides the password."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from jiaoheng.ledger import chain
from jiaoheng.ledger.cast import PASSWORD, person
from jiaoheng.ledger.models import Event
from jiaoheng.web.pages.people import log_in
from jiaoheng.web.pages.people.account import NEW_KEY, squares

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


@pytest.fixture
def codes(as_user: AsUser) -> list[str]:
    """Turned on for the clerk; gives the backup codes."""
    client = as_user("clerk")
    client.get(reverse("second_factor"))
    key = client.session[NEW_KEY]
    page = client.post(reverse("second_factor"), {"code": f"{totp(bytes.fromhex(key)):06d}"}).content.decode()
    return re.findall(r'<code class="secret">(\w+)</code>', page)


def _code() -> str:
    device = TOTPDevice.objects.get(user=person("clerk"))
    # The code that turned it on is used up: as if half a minute had passed.
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return f"{totp(device.bin_key):06d}"


def _password(next_: str = "") -> Client:
    client = Client()
    answer = client.post(reverse("log_in"), {"username": "clerk", "password": PASSWORD, "next": next_})
    assert answer.headers["Location"] == reverse("log_in_code")
    return client


def test_the_password_alone_opens_nothing(codes: list[str]) -> None:
    client = _password()
    assert client.get(reverse("account")).headers["Location"].startswith(reverse("log_in"))


def test_password_and_code_open_the_door_and_the_session_gets_a_new_name(codes: list[str]) -> None:
    client = _password("/account/")
    before = client.session.session_key
    answer = client.post(reverse("log_in_code"), {"code": _code()})
    assert answer.headers["Location"] == "/account/"
    assert client.session.session_key != before
    assert client.get("/account/").status_code == 200


def test_a_code_works_once(codes: list[str]) -> None:
    code = _code()
    assert _password().post(reverse("log_in_code"), {"code": code}).status_code == 302
    assert _password().post(reverse("log_in_code"), {"code": code}).status_code == 200


def test_a_backup_code_works_once(codes: list[str]) -> None:
    assert len(set(codes)) == 10
    assert _password().post(reverse("log_in_code"), {"code": codes[0].upper()}).status_code == 302
    assert _password().post(reverse("log_in_code"), {"code": codes[0]}).status_code == 200


def test_wrong_codes_make_one_wait_longer_and_longer(codes: list[str]) -> None:
    client = _password()
    client.post(reverse("log_in_code"), {"code": "000000"})
    TOTPDevice.objects.update(throttling_failure_count=8)
    page = client.post(reverse("log_in_code"), {"code": _code()})
    assert page.status_code == 200
    assert re.search(r"请等 1\d\d 秒", page.content.decode())


def test_after_five_wrong_codes_the_password_is_asked_for_again(codes: list[str]) -> None:
    client = _password()
    for _ in range(5):
        client.post(reverse("log_in_code"), {"code": "zzzzzzzz"})
    StaticDevice.objects.update(throttling_failure_count=0)
    assert client.post(reverse("log_in_code"), {"code": codes[0]}).headers["Location"] == reverse("log_in")
    assert client.get(reverse("account")).status_code == 302


def test_the_second_step_has_to_come_soon(codes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client = _password()
    now = client.session[log_in.PENDING]["at"]
    monkeypatch.setattr(log_in.time, "time", lambda: now + 301)
    assert client.post(reverse("log_in_code"), {"code": codes[0]}).headers["Location"] == reverse("log_in")


def test_turning_it_off_takes_the_password(codes: list[str], as_user: AsUser) -> None:
    client = as_user("clerk")
    client.post(reverse("second_factor_off"), {"old_password": "wrong"})
    assert TOTPDevice.objects.filter(user=person("clerk")).exists()
    client.post(reverse("second_factor_off"), {"old_password": PASSWORD})
    assert not TOTPDevice.objects.filter(user=person("clerk")).exists()
    assert not StaticDevice.objects.filter(user=person("clerk")).exists()


def test_new_backup_codes_end_the_old_ones(codes: list[str], as_user: AsUser) -> None:
    as_user("clerk").post(reverse("backup_codes"))
    assert _password().post(reverse("log_in_code"), {"code": codes[0]}).status_code == 200


def test_an_administrator_can_help_who_lost_the_phone(codes: list[str], as_user: AsUser) -> None:
    as_user("admin").post(reverse("person_second_factor", args=[person("clerk").pk]))
    assert Client().post(reverse("log_in"), {"username": "clerk", "password": PASSWORD}).headers["Location"] == "/"


def test_turning_it_on_and_off_is_in_the_history_without_its_secret(codes: list[str]) -> None:
    event = Event.objects.get(action="person.turn_on_second_factor")
    key = TOTPDevice.objects.get(user=person("clerk")).key
    assert key not in f"{event.details}{[change.said() for change in event.changes.all()]}"
    assert chain.verify().faults == ()


def test_a_wrong_first_code_turns_nothing_on(as_user: AsUser) -> None:
    client = as_user("head")
    client.get(reverse("second_factor"))
    assert client.post(reverse("second_factor"), {"code": "000000"}).status_code == 200
    assert not TOTPDevice.objects.exists()


def test_the_picture_is_a_whole_code_with_its_quiet_border() -> None:
    drawn = squares("otpauth://totp/x")
    cells = {tuple(map(int, cell)) for cell in re.findall(r"M(\d+) (\d+)h", drawn["path"])}
    low, high = min(column for column, _ in cells), max(column for column, _ in cells)
    assert (low, high) == (4, drawn["size"] - 5)
    assert {(4, row) for row in range(4, 11)} <= cells, "the finder pattern in the corner"
