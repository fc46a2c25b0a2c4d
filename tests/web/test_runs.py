"""The page of runs: asked for, shown, cancelled, asked again, by those who may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from six_county import CODE, county, found_six

from jiaoheng.county import snapshots
from jiaoheng.ledger import chain, facts, store, work
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.facts import take_in
from jiaoheng.ledger.actions.runs import ask
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Organisation, Run, Snapshot

pytestmark = pytest.mark.django_db
LogIn = Callable[[str], Client]


def _asked(unit: str = "", kind: str = "assess", **changes: Any) -> Run:
    where = Organisation.objects.get(name=unit) if unit else Organisation.objects.get(kind="county")
    run = ask(SYSTEM, where, kind)
    if changes:
        with writing():
            Run.objects.filter(pk=run.pk).update(**changes)
        run.refresh_from_db()
    return run


def _post(client: Client, name: str, *key: int) -> Any:
    return client.post(reverse(name, args=key), follow=True)


def test_an_officer_asks_for_the_assessment_and_sees_it_wait(as_user: LogIn) -> None:
    answer = _post(as_user("jijiao"), "run_assess")
    run = Run.objects.get()
    assert (run.kind, run.status, run.asked_by) == ("assess", "waiting", person("jijiao"))
    assert answer.redirect_chain[-1][0] == reverse("run", args=(run.pk,))
    assert "达标测算" in answer.text
    assert f'hx-get="{reverse("run_progress", args=(run.pk,))}"' in answer.text
    assert reverse("run_cancel", args=(run.pk,)) in answer.text
    # Pressing the button again does not make a second.
    _post(as_user("jijiao"), "run_assess")
    assert Run.objects.count() == 1
    assert chain.verify().faults == ()


def test_who_may_not_ask_is_told_so(as_user: LogIn) -> None:
    for username in ("clerk", "juzhang", "dudao"):
        assert as_user(username).post(reverse("run_assess")).status_code == 403
    assert Run.objects.count() == 0
    assert "run_assess" not in as_user("clerk").get(reverse("runs")).text


def test_a_school_sees_its_own_runs_only(as_user: LogIn) -> None:
    own, other = _asked("望岚县实验小学"), _asked("青石镇中心小学")
    client = as_user("clerk")
    assert client.get(reverse("run", args=(own.pk,))).status_code == 200
    for name in ("run", "run_progress"):
        assert client.get(reverse(name, args=(other.pk,))).status_code == 404
    assert client.post(reverse("run_cancel", args=(other.pk,))).status_code == 404
    listed = client.get(reverse("runs")).text
    assert reverse("run", args=(own.pk,)) in listed
    assert reverse("run", args=(other.pk,)) not in listed


def test_a_run_is_cancelled_once(as_user: LogIn) -> None:
    run, client = _asked(), as_user("jijiao")
    assert "计算已取消" in _post(client, "run_cancel", run.pk).text
    run.refresh_from_db()
    assert run.status == "cancelled"
    assert "已经结束" in _post(client, "run_cancel", run.pk).text


def test_a_failed_run_says_why_in_the_readers_language_and_can_be_asked_again(as_user: LogIn) -> None:
    run = _asked(status="failed", error="缺少在校生。\nThere is no enrolment.", attempts=1)
    client = as_user("jijiao")
    address = reverse("run", args=(run.pk,))
    assert "缺少在校生。" in client.get(address).text
    english = client.get(address, headers={"accept-language": "en"}).text
    assert "There is no enrolment." in english
    assert "缺少在校生" not in english
    _post(client, "run_again", run.pk)
    assert [one.status for one in Run.objects.all()] == ["waiting", "failed"]


def test_what_has_ended_is_not_asked_for_any_more_and_the_page_is_loaded_anew(as_user: LogIn) -> None:
    run, client = _asked(), as_user("jijiao")
    address = reverse("run_progress", args=(run.pk,))
    waiting = client.get(address, headers={"hx-request": "true"})
    assert "HX-Refresh" not in waiting.headers
    assert "hx-trigger" in waiting.text
    with writing():
        Run.objects.update(status="done", progress=1.0)
    done = client.get(address, headers={"hx-request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in done.text


def test_a_page_says_when_no_worker_is_there(as_user: LogIn, home: Path) -> None:
    run, client = _asked(), as_user("jijiao")
    work.sign_of_life().unlink(missing_ok=True)
    assert "计算程序没有运行" in client.get(reverse("run", args=(run.pk,))).text
    work.sign_of_life().touch()
    assert "计算程序没有运行" not in client.get(reverse("run", args=(run.pk,))).text
    work.sign_of_life().unlink()


@pytest.mark.parametrize("status", Run.Status.values)
def test_every_status_has_its_page(as_user: LogIn, status: str) -> None:
    run = _asked(status=status)
    answer = as_user("jijiao").get(reverse("run", args=(run.pk,)))
    assert str(Run.Status(status).label) in answer.text
    assert as_user("jijiao").get(reverse("runs")).status_code == 200


def test_a_kind_of_run_that_this_program_does_not_know_is_shown_by_its_name(as_user: LogIn) -> None:
    run = _asked(kind="from_the_future")
    assert "from_the_future" in as_user("jijiao").get(reverse("run", args=(run.pk,))).text


def test_health_is_told_to_anybody_and_says_nothing_of_the_county(client: Client, home: Path) -> None:
    work.sign_of_life().unlink(missing_ok=True)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": True, "worker": None})
    work.sign_of_life().touch()
    assert client.get("/health/").json()["worker"] < 60
    work.sign_of_life().unlink()
    assert client.post("/health/").status_code == 405


def test_health_is_answered_by_plain_http_where_pages_are_redirected(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/").status_code == 200
    for address in ("/", "/health", "/health/more/", "/log-in/"):
        answer = client.get(address)
        assert answer.status_code == 301, address
        assert answer.headers["Location"].startswith("https://")


def test_health_says_when_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError, connection

    def broken(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", broken)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)


def test_facts_that_came_back_to_what_they_were_are_assessed(db: None) -> None:
    """The same facts have the same name: two snapshots bear it, and the run is of the one accepted last."""

    def grown(rows: dict[str, list[dict[str, Any]]]) -> None:
        rows["enrolment"][0]["pupils"] += 1

    bureau = found_six()
    for there in (county(grown), county()):
        take_in(SYSTEM, bureau, snapshots.write(there, store.snapshots(CODE)))
    present = facts.latest_snapshot(bureau)
    assert present is not None
    assert Snapshot.objects.filter(county=bureau, name=present.name).count() == 2
    run = ask(SYSTEM, bureau, "assess", snapshot=present.name)
    work.carry_out(work.claim() or run)
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    assert facts.assessed_snapshot(bureau) == present
