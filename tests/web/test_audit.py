"""The history page: events in words, found again by filters, exported safely, proved unbroken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from other_county import found_other_county
from python_calamine import CalamineWorkbook

from jiaoheng.ledger import chain, proofs
from jiaoheng.ledger.actions import SYSTEM, Actor
from jiaoheng.ledger.actions.organisations import add_organisation, change_organisation
from jiaoheng.ledger.actions.people import rename
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.jobs.verify import verify
from jiaoheng.ledger.models import Event, Organisation, Run
from jiaoheng.ledger.work import claim, finish

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


@pytest.fixture
def renamed() -> Organisation:
    bureau = Organisation.objects.get(kind=Organisation.Kind.COUNTY)
    section = add_organisation(Actor(person("admin")), bureau, kind="section", name="师训股")
    return change_organisation(Actor(person("admin")), section, name="教师发展股", active=True)


def test_an_event_says_who_did_what_from_what_to_what(renamed: Organisation, as_user: AsUser) -> None:
    text = as_user("admin").get(reverse("audit")).content.decode()
    for word in ("管新民", "修改单位", "教师发展股", "<del>师训股</del>", "<ins>教师发展股</ins>", "名称"):
        assert word in text


def test_filters_stay_in_the_address_and_find_the_event(renamed: Organisation, as_user: AsUser) -> None:
    client = as_user("admin")

    def numbers(**filters: Any) -> list[int]:
        return [event.number for event in client.get(reverse("audit"), filters).context["events"]]

    last = Event.objects.filter(action="organisation.change").latest("number").number
    assert numbers(action="organisation.change") == [last]
    assert last in numbers(person=person("admin").pk, text="教师发展", kind="organisation")
    assert numbers(until="2001-01-01") == []
    assert last in numbers(since="2001-01-01")
    assert numbers(person=person("clerk").pk) == []
    assert client.get(reverse("audit"), {"since": "yesterday", "person": "x"}).status_code == 200


def test_events_of_another_county_are_not_shown(as_user: AsUser) -> None:
    outsider = found_other_county()
    rename(Actor(outsider), outsider, name="卫来来")
    theirs = Event.objects.latest("number")
    client = as_user("admin")
    assert "卫来来" not in client.get(reverse("audit")).content.decode()
    assert client.get(reverse("audit_event", args=[theirs.number])).status_code == 404
    assert client.get(reverse("audit"), {"person": outsider.pk}).context["filters"].errors


def test_the_export_holds_every_row_and_no_formula(as_user: AsUser) -> None:
    rename(SYSTEM, person("clerk"), name='=HYPERLINK("http://evil.example","x")')
    answer = as_user("admin").get(reverse("audit_export"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert any('=HYPERLINK("http://evil.example","x")' in row for row in rows), "as text"
    assert b"<f>" not in _sheet(answer.content)
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).count()
    made = [row for row in rows if row[3] == "按数据更新学校" and row[6] == "类别" and row[8] == "学校"]
    assert len(made) == schools


def _sheet(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/worksheets/sheet1.xml")


def test_the_page_of_an_event_shows_every_row_it_touched(as_user: AsUser) -> None:
    event = Event.objects.get(action="person.add", label="田宝")
    text = as_user("admin").get(reverse("audit_event", args=[event.number])).content.decode()
    for word in ("人员账号", "角色", "田宝", event.digest, event.previous):
        assert word in text
    assert "pbkdf2" not in text


def test_a_verification_is_asked_for_carried_out_and_told(as_user: AsUser) -> None:
    client = as_user("admin")
    head = chain.verify().head
    client.post(reverse("audit_verify"), {"head": head.upper()})
    assert "正在核对" in client.get(reverse("audit_chain")).content.decode()
    run = claim()
    assert run is not None
    assert (run.kind, run.inputs) == ("verify", {"head": head})
    finish(run, Run.Status.DONE, result=verify(run, lambda _: None))
    assert "记录链完整" in client.get(reverse("audit_chain")).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_event SET action = 'other' WHERE number = 3")
    client.post(reverse("audit_verify"), {"head": ""})
    run = claim()
    assert run is not None
    finish(run, Run.Status.DONE, result=verify(run, lambda _: None))
    assert "第 3 条记录或它的变更内容被改动过" in client.get(reverse("audit")).content.decode()


def test_a_hash_copied_wrongly_is_refused_where_it_is_typed(as_user: AsUser) -> None:
    page = as_user("admin").post(reverse("audit_verify"), {"head": "abc"})
    assert "64 位" in page.content.decode()
    assert 'value="abc"' in page.content.decode()
    assert not Run.objects.filter(kind="verify").exists()


def test_the_command_proves_and_accuses_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    head = chain.verify().head
    call_command("audit_verify", head=head)
    said = capsys.readouterr().out
    assert "记录链完整" in said
    assert "unbroken" in said
    assert head in said
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_person SET name = '改' WHERE username = 'clerk'")
    with pytest.raises(SystemExit) as stopped:
        call_command("audit_verify")
    assert stopped.value.code == 1
    said = capsys.readouterr().out
    assert "绕过系统" in said
    assert "behind the system’s back" in said


def test_a_history_that_was_rewritten_as_a_whole_is_found_by_the_noted_hash() -> None:
    assert [fault.kind for fault in chain.verify("f" * 64).faults] == ["head"]


def test_every_fault_has_words() -> None:
    said = {proofs.said(chain.Fault(kind, 3, "person 1")).en for kind in proofs.FAULTS}
    assert len(said) == 6
    source = Path(chain.__file__).read_text(encoding="utf-8")
    assert all(f'Fault("{kind}"' in source for kind in proofs.FAULTS)
