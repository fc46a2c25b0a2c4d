"""What every request and every page keeps to, whoever sends it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from addresses import Row, addresses, rows, url
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from permission_objects import OBJECTS

from jiaoheng.ledger.cast import PASSWORD, person
from jiaoheng.ledger.models import Membership
from jiaoheng.web import errors

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
TABLE = rows()
PAGES = [row for row in TABLE if row.method == "get"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'"
)
INLINE = re.compile(r"<style|<[^>]+\sstyle\s*=|<[^>]+\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
OUTSIDE = (
    "../../../../etc/passwd",
    "..%2f..%2fsecret",
    "..\\..\\secret",
    "%2e%2e%2fsecret",
    "x%00.xlsx",
    "/etc/passwd",
)


def _address(row: Row) -> str:
    return url(row, OBJECTS[row.of]() if row.of else None)


def _reader(row: Row) -> str:
    return "admin" if "admin" in row.ok | row.missing else sorted(row.ok)[0]


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_no_form_is_taken_without_its_token(row: Row, as_user: AsUser) -> None:
    client = as_user(_reader(row))
    client.handler.enforce_csrf_checks = True
    address = _address(row)
    assert client.post(address).status_code == 403
    assert client.post(address, headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_every_page_carries_the_headers_runs_nothing_inline_and_tells_no_secret(row: Row, as_user: AsUser) -> None:
    client = as_user(_reader(row))
    answer = client.get(_address(row))
    answer.close()
    found = {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}
    assert found == {part.strip() for part in POLICY.split(";")}
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Server" not in answer.headers
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    text = answer.content.decode()
    assert INLINE.findall(text) == []
    secrets = [settings.SECRET_KEY, client.session.session_key, str(settings.JIAOHENG_HOME), "pbkdf2_sha256", PASSWORD]
    assert [secret for secret in secrets if secret in text] == []
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), "nothing of another host"


def test_anonymous_pages_carry_the_headers_too(client: Client) -> None:
    for address in (reverse("log_in"), "/no/such/page/"):
        answer = client.get(address)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example"])
def test_a_foreign_host_name_is_refused(host: str, client: Client) -> None:
    settings_hosts = [name for name in settings.ALLOWED_HOSTS if name != "testserver"]
    assert "*" not in settings_hosts
    assert client.get(reverse("log_in"), headers={"Host": host}).status_code == 400


def _with_text_parts() -> list[Any]:
    return [one for one in addresses() if {"StringConverter", "SlugConverter", "PathConverter"} & set(one.types)]


@pytest.mark.parametrize("address", _with_text_parts(), ids=lambda one: one.route)
def test_no_address_leads_out_of_its_folder(address: Any, as_user: AsUser) -> None:
    client = as_user("admin")
    route = re.sub(r"<int:\w+>", "1", address.route)
    for bad in OUTSIDE:
        answer = client.get("/" + re.sub(r"<\w+:\w+>", bad.replace("\\", "\\\\"), route))
        assert answer.status_code in (400, 403, 404, 405), bad
        assert b"root:" not in answer.content


def test_the_settings_pass_the_check_for_deployment(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "JIAOHENG_HOME": str(tmp_path),
        "JIAOHENG_HTTPS": "1",
        "JIAOHENG_HOSTS": "jiaoyu.example.gov.cn",
    }
    (tmp_path / "static").mkdir()
    command = [sys.executable, "-m", "jiaoheng.web", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0, "the key is its owner's alone"
    ask = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.DEBUG)"
    shell = [sys.executable, "-m", "jiaoheng.web", "shell", "-v", "0", "-c", ask]
    told = subprocess.run(shell, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["__Host-session", "True", "False"]


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client: Client) -> None:
    client.post(reverse("log_in"), {"username": "clerk", "password": PASSWORD})
    client.get(reverse("account"))
    client.post(reverse("set_language"), {"language": "en"})
    assert {"sessionid", "csrftoken", "django_language"} <= client.cookies.keys()
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
    assert client.cookies["sessionid"]["max-age"] == "", "it ends with the browser"


@pytest.mark.parametrize(("status", "view"), [(400, "bad_request"), (403, "permission_denied"), (404, "not_found")])
def test_error_pages_are_plain_and_in_both_languages(status: int, view: str) -> None:
    answer = getattr(errors, view)(RequestFactory().get("/"), ValueError("inner secret"))
    text = answer.content.decode()
    assert answer.status_code == status
    assert re.search("[一-鿿]{4}", text)
    assert 'lang="en"' in text
    assert "inner secret" not in text
    assert not INLINE.search(text)


@pytest.mark.parametrize("debugging", [False, True], ids=["in earnest", "in the demo"])
def test_a_fault_of_the_program_tells_nothing_of_the_inside(
    debugging: bool, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise ValueError("inner secret in /home/somebody")

    monkeypatch.setattr("jiaoheng.ledger.history.history", break_down)
    monkeypatch.setattr(settings, "DEBUG", debugging)
    client = as_user("clerk")
    client.raise_request_exception = False
    answer = client.get(reverse("account"))
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "系统出错了" in text
    assert not any(word in text for word in ("inner secret", "Traceback", "ValueError", "somebody"))


@pytest.mark.parametrize("debugging", [False, True], ids=["in earnest", "in the demo"])
@pytest.mark.parametrize("address", ["/no/such/page/", "/people/999999/"])
def test_an_address_that_is_not_there_tells_nothing(
    address: str, debugging: bool, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEBUG", debugging)
    answer = as_user("admin").get(address)
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()
    assert "urlconf" not in answer.content.decode().lower()


def test_a_form_of_another_session_shows_what_was_typed_but_no_password() -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"name": "填了很久", "password": "my-password", "csrfmiddlewaretoken": "stale-token"}
    page = client.post(reverse("log_in"), form, headers={"Origin": "http://testserver"})
    text = page.content.decode()
    assert page.status_code == 403
    assert "填了很久" in text
    assert "my-password" not in text
    assert "stale-token" not in text


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_what_another_site_sends_is_not_shown(origin: str) -> None:
    page = Client(enforce_csrf_checks=True).post(reverse("log_in"), {"name": "恶意文字"}, headers={"Origin": origin})
    assert page.status_code == 403
    assert "恶意文字" not in page.content.decode()


def test_what_is_typed_is_text_and_never_markup(as_user: AsUser) -> None:
    client = as_user("admin")
    nasty = "<script>alert(1)</script>"
    client.post(reverse("person_rename", args=[person("clerk").pk]), {"name": nasty})
    for address in (reverse("people"), reverse("person", args=[person("clerk").pk]), reverse("audit")):
        text = client.get(address).content.decode()
        assert nasty not in text
        assert "&lt;script&gt;" in text
    assert nasty not in client.get(reverse("people"), {"text": nasty}).content.decode()


def test_a_form_too_large_is_refused_before_it_is_read(as_user: AsUser) -> None:
    large = {"name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    assert as_user("admin").post(reverse("person_add"), large).status_code == 400


def test_fields_that_a_form_does_not_have_change_nothing(as_user: AsUser) -> None:
    """No mass assignment: what is not asked for is not taken."""
    clerk = person("clerk")
    form = {"name": "新名", "is_active": "0", "username": "admin2", "password": "x", "must_change_password": "1"}
    as_user("admin").post(reverse("person_rename", args=[clerk.pk]), form)
    after = person("clerk")
    assert (after.name, after.is_active, after.password) == ("新名", True, clerk.password)
    assert not after.must_change_password


def test_a_person_gains_no_role_by_asking_for_it(as_user: AsUser) -> None:
    clerk = person("clerk")
    unit = clerk.held[0].organisation.county
    assert unit is not None
    form = {"organisation": unit.pk, "role": "administrator"}
    assert as_user("clerk").post(reverse("role_give", args=[clerk.pk]), form).status_code == 403
    assert Membership.objects.filter(person=clerk).count() == 1


def test_the_host_of_a_request_is_not_believed_behind_a_proxy_unless_set_up() -> None:
    request: HttpRequest = RequestFactory().get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert request.get_host() == "testserver"
