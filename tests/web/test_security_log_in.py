"""Logging in: nothing to guess, nothing to plant, nothing that lasts too long."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from workspace import ITERATIONS

from jiaoheng.ledger.actions import SYSTEM, Actor
from jiaoheng.ledger.actions.people import end_role, initial_password, set_active, set_password
from jiaoheng.ledger.cast import PASSWORD, person
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Event, Person
from jiaoheng.web import session as session_time

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
LOG_IN = "/log-in/"


def _try(client: Client, username: str, password: str, **more: Any) -> HttpResponse:
    return client.post(LOG_IN, {"username": username, "password": password} | more)  # type: ignore[return-value]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Hashing at a hundredth of the price; holds what each hashing would have cost."""
    costs: list[int] = []
    real = PBKDF2PasswordHasher.encode

    def encode(self: Any, password: str, salt: str, iterations: int | None = None) -> str:
        costs.append(iterations or self.iterations)
        return real(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    return costs


def test_a_log_in_gives_the_session_a_new_name(client: Client) -> None:
    """A session planted in somebody's browser beforehand is worth nothing after the log-in."""
    client.get(LOG_IN)
    planted = client.session
    planted["planted"] = "1"
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    _try(client, "clerk", PASSWORD)
    assert client.session.session_key != planted.session_key
    thief = Client()
    thief.cookies["sessionid"] = planted.session_key
    assert thief.get(reverse("account")).status_code == 302


def test_logging_out_ends_the_session_on_the_server(client: Client) -> None:
    _try(client, "clerk", PASSWORD)
    kept = client.session.session_key
    client.post(reverse("log_out"))
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get(reverse("account")).status_code == 302
    assert client.get(reverse("log_out")).status_code != 200


def test_an_unknown_name_a_wrong_password_and_a_closed_account_look_the_same(quick: list[int]) -> None:
    set_active(SYSTEM, person("head2"), active=False)
    set_password(SYSTEM, person("clerk2"), password=initial_password())
    said, costs = set(), set()
    for username in ("nobody", "clerk", "head2", "clerk2"):
        quick.clear()
        page = _try(Client(), username, "wrong-password-1")
        costs.add(sum(quick))
        text = page.content.decode().replace(username, "")
        said.add((page.status_code, re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", text)))
    assert len(said) == 1
    assert max(costs) - min(costs) <= 1, "the time would tell who is there"


def test_five_wrong_passwords_lock_the_name_and_the_page_says_how_long() -> None:
    for _ in range(4):
        assert _try(Client(), "clerk", "wrong").status_code == 200
    fifth = _try(Client(), "clerk", "wrong")
    assert fifth.status_code == 429
    assert "15 分钟" in fifth.content.decode()
    assert _try(Client(HTTP_USER_AGENT="other"), "clerk", PASSWORD).status_code == 429
    assert _try(Client(), "head", PASSWORD).status_code == 302, "others are let in"


def test_the_lock_ends_by_itself_and_trying_does_not_prolong_it() -> None:
    for _ in range(5):
        _try(Client(), "clerk", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=9, seconds=50))
    assert "请 6 分钟后再登录" in _try(Client(), "clerk", "wrong").content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert _try(Client(), "clerk", PASSWORD).status_code == 302


def test_a_name_that_does_not_exist_is_locked_just_the_same() -> None:
    pages = [_try(Client(), "nobody", "wrong") for _ in range(5)]
    assert [page.status_code for page in pages] == [200] * 4 + [429]


def test_a_new_password_by_the_administrator_lifts_the_lock(as_user: AsUser) -> None:
    for _ in range(5):
        _try(Client(), "clerk", "wrong")
    answer = as_user("admin").post(reverse("person_password", args=[person("clerk").pk]))
    password = re.search(r'secret big">([^<]+)<', answer.content.decode())
    assert password is not None
    assert _try(Client(), "clerk", password[1]).status_code == 302


def test_notes_of_failed_attempts_hold_no_password(as_user: AsUser) -> None:
    _try(Client(), "clerk", "a-wrong-password")
    form = {"old_password": "an-old-one", "new_password": "a-new-one-12345", "again": "a-new-one-12345"}
    as_user("head").post(reverse("change_password"), form)
    noted = "".join(attempt.post_data for attempt in AccessAttempt.objects.all())
    assert AccessAttempt.objects.count() == 2
    assert not any(secret in noted for secret in ("a-wrong-password", "an-old-one", "a-new-one"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "http:evil",
        "javascript:alert(1)",
    ],
)
def test_no_address_leads_out_of_the_house(elsewhere: str, as_user: AsUser) -> None:
    answer = _try(Client(), "clerk", PASSWORD, next=elsewhere)
    assert answer.headers["Location"] == reverse("overview")
    switched = as_user("clerk").post(reverse("set_language"), {"language": "en", "next": elsewhere})
    assert "evil" not in switched.headers["Location"]
    assert "javascript" not in switched.headers["Location"]


def test_one_comes_back_to_where_one_wanted(client: Client) -> None:
    asked = client.get("/people/?text=x")
    assert _try(client, "admin", PASSWORD, next="/people/?text=x").headers["Location"] == "/people/?text=x"
    assert asked.headers["Location"] == "/log-in/?next=/people/%3Ftext%3Dx"


def test_a_session_ends_after_two_hours_without_a_page(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_user("clerk")
    began = client.session[session_time.BEGAN]
    for minutes, there in ((119, True), (237, True), (357, False)):
        monkeypatch.setattr(session_time.time, "time", lambda now=began + minutes * 60: now)
        assert (client.get(reverse("account")).status_code == 200) is there, minutes


def test_what_a_page_asks_for_by_itself_does_not_prolong_a_session(
    as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_user("admin")
    began = client.session[session_time.BEGAN]
    monkeypatch.setattr(session_time.time, "time", lambda: began + 119 * 60)
    assert client.get(reverse("audit_chain"), headers={"HX-Request": "true"}).status_code == 200
    monkeypatch.setattr(session_time.time, "time", lambda: began + 121 * 60)
    answer = client.get(reverse("audit_chain"), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(LOG_IN)


def test_a_session_ends_after_twelve_hours_whatever_one_does(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_user("clerk")
    began = client.session[session_time.BEGAN]
    for hour in range(1, 12):
        monkeypatch.setattr(session_time.time, "time", lambda now=began + hour * 3600: now)
        assert client.get(reverse("account")).status_code == 200
    monkeypatch.setattr(session_time.time, "time", lambda: began + 12 * 3600)
    assert client.get(reverse("account")).headers["Location"].startswith(LOG_IN)


def test_what_was_typed_is_shown_when_the_session_is_over(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_user("admin")
    began = client.session[session_time.BEGAN]
    monkeypatch.setattr(session_time.time, "time", lambda: began + 7201)
    answer = client.post(reverse("person_add"), {"name": "写了很久的内容"}, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert "写了很久的内容" in answer.content.decode()


def test_most_requests_do_not_write_the_session(as_user: AsUser, django_assert_num_queries: Any) -> None:
    client = as_user("clerk")
    before = Session.objects.get(pk=client.session.session_key)
    client.get(reverse("account"))
    after = Session.objects.get(pk=client.session.session_key)
    assert (before.session_data, before.expire_date) == (after.session_data, after.expire_date)


def test_changing_the_password_ends_all_other_sessions(as_user: AsUser) -> None:
    here, elsewhere = as_user("clerk"), as_user("clerk")
    form = {"old_password": PASSWORD, "new_password": "lantern river quiet", "again": "lantern river quiet"}
    assert here.post(reverse("change_password"), form).status_code == 302
    assert here.get(reverse("account")).status_code == 200
    assert elsewhere.get(reverse("account")).status_code == 302


def test_a_deactivated_account_is_out_at_once(as_user: AsUser) -> None:
    client = as_user("clerk")
    set_active(Actor(person("admin")), person("clerk"), active=False)
    assert client.get(reverse("overview")).status_code == 302


def test_an_ended_role_opens_nothing_any_more(as_user: AsUser) -> None:
    client = as_user("clerk")
    assert client.get(reverse("submissions")).status_code == 200
    end_role(Actor(person("admin")), person("clerk").held[0])
    assert client.get(reverse("submissions")).status_code == 403


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("short1!", False),
        ("elevenchars", False),
        ("1234567890123456", False),
        ("password1234", False),
        (PASSWORD, False),
        ("lantern river quiet", True),
        ("四个不相干的词灯笼河流安静", True),
        ("correct horse battery staple " * 4, True),
        ("x1" * 65, False),
    ],
)
def test_the_rules_for_passwords(password: str, is_taken: bool, as_user: AsUser) -> None:
    form = {"old_password": PASSWORD, "new_password": password, "again": password}
    assert (as_user("clerk").post(reverse("change_password"), form).status_code == 302) is is_taken


def test_a_password_like_the_log_in_is_refused() -> None:
    with pytest.raises(ValidationError):
        validate_password("shiyanxiaoxue1", Person(username="shiyanxiaoxue01", name="x"))


def test_the_old_password_is_asked_for_and_cannot_be_guessed_from_a_stolen_session(as_user: AsUser) -> None:
    client = as_user("clerk")
    form = {"old_password": "wrong", "new_password": "lantern river quiet", "again": "lantern river quiet"}
    answers = [client.post(reverse("change_password"), form).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]


def test_passwords_are_kept_as_slow_salted_hashes() -> None:
    first, second = person("clerk").password, person("head").password
    algorithm, _, salt, _ = first.split("$")
    assert algorithm == "pbkdf2_sha256"
    assert ITERATIONS >= 600_000, "tests hash faster than the workspace"
    assert settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert len(salt) >= 20
    assert first != second


def test_an_initial_password_has_to_be_changed_first() -> None:
    password = initial_password()
    set_password(SYSTEM, person("clerk"), password=password)
    client = Client()
    assert _try(client, "clerk", password).status_code == 302
    for name in ("overview", "account", "schools"):
        assert client.get(reverse(name)).headers["Location"] == reverse("change_password")
    form = {"old_password": password, "new_password": "lantern river quiet", "again": "lantern river quiet"}
    assert client.post(reverse("change_password"), form).status_code == 302
    assert client.get(reverse("account")).status_code == 200


def test_initial_passwords_are_random_long_and_do_not_last() -> None:
    assert len({initial_password() for _ in range(1000)}) == 1000
    assert len(initial_password().replace("-", "")) == 16
    password = initial_password()
    set_password(SYSTEM, person("clerk"), password=password)
    with writing():
        Person.objects.filter(username="clerk").update(password_at=timezone.now() - timedelta(days=31))
    page = _try(Client(), "clerk", password)
    assert page.status_code == 200
    assert "初始密码已经过期" in page.content.decode()


def test_a_log_in_is_an_event(client: Client) -> None:
    before = Event.objects.filter(action="person.log_in").count()
    _try(client, "clerk", PASSWORD)
    assert Event.objects.filter(action="person.log_in").count() == before + 1


def test_the_demo_people_are_listed_in_the_demo_only(client: Client, settings: Any) -> None:
    assert PASSWORD not in client.get(LOG_IN).content.decode()
    settings.DEMO = True
    assert PASSWORD in client.get(LOG_IN).content.decode()
