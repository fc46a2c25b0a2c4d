"""A plan document's pages: brought in, decided on beside its text, and taken into the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from plan import CITY, TEXT, acting, brought, carried_out, measure, plan, target

from jiaoheng.ledger import originals
from jiaoheng.ledger.actions import commitments as deciding
from jiaoheng.ledger.actions import documents
from jiaoheng.ledger.commitments import promise
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, Task

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def page(client: Client, name: str, *args: int, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def upload(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_a_file_is_brought_in_and_read(as_user: AsUser) -> None:
    client = as_user("jijiao")
    given = {"upload": upload("方案.txt", TEXT), "level": "county", "title": "", "text": ""}
    answer = client.post(reverse("document_new"), given)
    document = PlanDocument.objects.get()
    assert answer.headers["Location"] == reverse("document", args=[document.pk])
    assert "正在读取" in page(client, "document", document.pk)
    carried_out(document)
    told = client.get(reverse("document_progress", args=[document.pk]))
    assert told.headers["HX-Refresh"] == "true"
    shown = page(client, "document", document.pk)
    assert "已决定 0 / 9 条" in shown
    assert "望岚县教育提质三年行动方案" in page(client, "documents")


def test_pasted_text_is_taken_and_what_was_typed_stays_when_it_is_refused(as_user: AsUser) -> None:
    client = as_user("admin")
    typed = {"text": TEXT.replace("\n", "\r\n"), "level": "city", "title": "方案"}
    assert client.post(reverse("document_new"), typed).status_code == 302
    assert "\r" not in carried_out(PlanDocument.objects.get()).text
    answer = client.post(reverse("document_new"), typed)
    assert answer.status_code == 409
    assert "已经上传过" in answer.content.decode()
    assert "到2027年，九年义务教育巩固率" in answer.content.decode()
    for given, why in (({}, "请上传文件，或粘贴正文"), ({"text": "甲", "upload": upload("乙.txt", "乙")}, "只要一样")):
        answer = client.post(reverse("document_new"), {"level": "county", "title": "", "text": "", **given})
        assert (answer.status_code, why in answer.content.decode()) == (409, True)


def test_pasted_text_with_a_bad_character_is_said_to_have_one_and_not_to_be_missing(as_user: AsUser) -> None:
    given = {"level": "county", "title": "", "text": "到2027年，新建小学3所。\x00"}
    told = as_user("jijiao").post(reverse("document_new"), given).content.decode()
    assert "看不见的坏字符" in told
    assert "请上传文件，或粘贴正文" not in told


def test_what_cannot_be_read_says_why_and_what_to_do(as_user: AsUser) -> None:
    document = documents.add(
        acting(),
        Organisation.objects.get(name="望岚县教育局"),
        originals.receive("旧.doc", [b"\xd0\xcf\x11\xe0 old"]),
        level="county",
    )
    carried_out(document)
    shown = page(as_user("jijiao"), "document", document.pk)
    assert "这份文件读不出来" in shown
    assert PlanDocument.objects.get().reason["zh"] in shown
    assert "再读一次" in shown
    # Its history says the reason in the reader's words, and not how it is kept.
    assert "&#x27;zh&#x27;" not in shown
    assert "{}" not in shown


def test_a_document_in_which_nothing_was_found_is_not_called_checked(as_user: AsUser) -> None:
    plan("望岚县教育局会议纪要\n会议听取了有关情况的汇报。\n")
    shown = page(as_user("jijiao"), "documents")
    assert "没有读到承诺" in shown
    assert "已核对" not in shown


def test_confirming_shows_the_next_that_waits(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    first, second = document.commitments.all()[:2]
    answer = client.post(reverse("commitment_confirm", args=[first.pk]))
    assert answer.headers["Location"] == f"{reverse('document', args=[document.pk])}?at={second.pk}#q-{second.pk}"
    shown = page(client, "document", document.pk, query=f"?at={first.pk}")
    assert "is-holds" in shown
    assert "已决定 1 / 9 条" in shown


def test_with_htmx_only_the_record_comes_and_says_what_was_decided(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    first, second = document.commitments.all()[:2]
    answer = client.post(reverse("commitment_reject", args=[first.pk]), **HTMX)
    told = answer.content.decode()
    assert "<html" not in told
    assert f'data-done="{first.pk}" data-state="rejected"' in told
    assert f'data-at="{second.pk}"' in told
    assert f"at={second.pk}" in answer.headers["HX-Replace-Url"]


def test_a_refusal_is_said_in_the_record(as_user: AsUser) -> None:
    client, one = as_user("jijiao"), target(plan(), "巩固率")
    deciding.confirm(acting(), one)
    answer = client.post(reverse("commitment_confirm", args=[one.pk]), **HTMX)
    assert "已经确认过" in answer.content.decode()


def test_filters_stay_while_one_decides(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    shown = page(client, "document", document.pk, query="?kind=task&state=proposed")
    assert shown.count('class="task-mark') == 3
    assert 'class="promise is-' not in shown
    first, second = document.commitments.filter(kind="task")[:2]
    answer = client.post(reverse("commitment_confirm", args=[first.pk]) + "?kind=task&state=proposed")
    assert answer.headers["Location"].endswith(f"?kind=task&state=proposed&at={second.pk}#q-{second.pk}")


def test_correcting_keeps_the_quote_and_shows_what_was_read(as_user: AsUser) -> None:
    client, one = as_user("jijiao"), target(plan(), "幼儿园")
    address = reverse("commitment_correct", args=[one.pk])
    form = client.get(address).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', form)
    assert seen is not None
    typed = {
        "seen": seen[1],
        "subject": "新建公办幼儿园",
        "comparator": ">=",
        "value": "4",
        "unit": "所",
        "due": "2026",
    }
    wrong = client.post(address, typed | {"due": "明年"})
    assert (wrong.status_code, "期限请写年份" in wrong.content.decode()) == (409, True)
    assert 'value="明年"' in wrong.content.decode()
    assert client.post(address, typed).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.value, one.comparator, one.due, one.quote) == (
        "corrected",
        4.0,
        ">=",
        "2026",
        "新建公办幼儿园3所",
    )
    shown = page(client, "document", one.document_id, query=f"?at={one.pk}")
    assert "程序读到的" in shown
    assert "3 所" in shown


def test_one_is_added_by_its_place_in_the_text(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    start = TEXT.index("健全督导制度")
    query = f"?kind=task&start={start}&end={start + 6}"
    form = client.get(reverse("commitment_add", args=[document.pk]) + query, **HTMX).content.decode()
    assert "健全督导制度" in form
    typed = {
        "kind": "task",
        "start": start,
        "end": start + 6,
        "quote": "健全督导制度",
        "subject": "健全督导制度",
        "due": "",
    }
    assert client.post(reverse("commitment_add", args=[document.pk]), typed).status_code == 302
    made = Commitment.objects.get(state="added")
    assert (made.start, made.end, made.quote) == (start, start + 6, "健全督导制度")


def test_what_is_selected_is_read_to_begin_with(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    start = TEXT.index("九年义务教育巩固率达到99%")
    answer = client.get(reverse("commitment_add", args=[document.pk]) + f"?kind=target&start={start}&end={start + 15}")
    assert 'name="value" value="99.0"' in answer.content.decode()


def test_without_a_script_the_quote_finds_its_place(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    typed = {"kind": "task", "quote": "健全督导制度 ", "subject": "健全督导制度"}
    address = reverse("commitment_add", args=[document.pk])
    assert client.post(address, typed).status_code == 302
    assert Commitment.objects.get(state="added").start == TEXT.index("健全督导制度")
    for quote, why in (("没有这句", "正文里没有这句话"), ("牵头单位", "正文里有 3 处这句话")):
        answer = client.post(address, typed | {"quote": quote})
        assert (answer.status_code, why in answer.content.decode()) == (409, True)
    second = TEXT.index("牵头单位", TEXT.index("牵头单位") + 1)
    assert client.post(address, typed | {"quote": "牵头单位", "which": second}).status_code == 302
    assert Commitment.objects.filter(state="added", start=second).exists()


def test_a_place_that_was_tampered_with_is_not_taken(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    typed = {"kind": "task", "start": 0, "end": 5, "quote": "健全督导制度", "subject": "健全督导制度"}
    assert client.post(reverse("commitment_add", args=[document.pk]), typed).status_code == 302
    assert Commitment.objects.get(state="added").quote == "健全督导制度"
    for query in ("?start=5&end=99999999999999", "?start=-1&end=3", "?kind=other"):
        assert client.get(reverse("commitment_add", args=[document.pk]) + query).status_code in (200, 404)


def test_clear_ones_are_ticked_and_confirmed_together(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    shown = page(client, "document_list", document.pk)
    ticked = re.findall(r'name="commitment" value="(\d+:\w+)" checked', shown)
    assert len(ticked) == 9
    answer = client.post(reverse("document_confirm_all", args=[document.pk]), {"commitment": ticked[:2]}, follow=True)
    assert "已确认 2 条" in answer.content.decode()
    assert document.commitments.filter(state="confirmed").count() == 2


def test_what_somebody_changed_meanwhile_is_not_decided_unseen(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    first = target(document, "幼儿园")
    record = page(client, "document", document.pk, query=f"?at={first.pk}")
    listed = re.findall(r'name="commitment" value="(\d+:\w+)"', page(client, "document_list", document.pk))
    seen = re.search(rf'action="{reverse("commitment_confirm", args=[first.pk])}.*?name="seen" value="(\w+)"', record)
    assert seen is not None
    said = promise(first)
    deciding.correct(acting(), first, msgspec.structs.replace(said, value=(said.value or 0) + 1))
    deciding.reopen(acting(), Commitment.objects.get(pk=first.pk))
    for name in ("commitment_confirm", "commitment_reject"):
        told = client.post(reverse(name, args=[first.pk]), {"seen": seen[1]}, follow=True).content.decode()
        assert "别人刚改过这一条" in told
    told = client.post(reverse("document_confirm_all", args=[document.pk]), {"commitment": listed}, follow=True)
    assert "另有 1 条已经有人决定或改过" in told.content.decode()
    assert Commitment.objects.get(pk=first.pk).state == "proposed"
    assert document.commitments.filter(state="proposed").count() == 1


def test_a_form_of_thousands_of_commitments_is_taken(as_user: AsUser) -> None:
    document = plan()
    keys = [str(key) for key in document.commitments.values_list("pk", flat=True)]
    given = {"commitment": keys + [str(key) for key in range(10**9, 10**9 + 4000)]}
    assert as_user("jijiao").post(reverse("document_confirm_all", args=[document.pk]), given).status_code == 302
    assert not document.commitments.filter(state="proposed").exists()


def test_confirmed_ones_become_tasks_with_matched_units(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    deciding.confirm_all(acting(), document, set(document.commitments.values_list("pk", flat=True)))
    one = measure(document, "建强教师队伍")
    shown = page(client, "document_ledger", document.pk)
    lead = Organisation.objects.get(name="人事股")
    assert f'<option value="{lead.pk}" selected>人事股</option>' in shown
    assert "县委编办" in shown
    verifier = Organisation.objects.get(name="教育督导室").pk
    typed = {
        f"c{one.pk}-chosen": "on",
        f"c{one.pk}-lead": lead.pk,
        f"c{one.pk}-due": "2027-12-31",
        "verifier": verifier,
    }
    answer = client.post(reverse("document_ledger", args=[document.pk]), typed)
    assert answer.headers["Location"] == f"{reverse('tasks')}?source=commitment"
    task = Task.objects.get(source="commitment")
    assert (task.title, task.lead) == ("建强教师队伍", lead)
    told = page(client, "task", task.pk)
    assert reverse("commitment", args=[one.pk]) in told
    assert "已在台账的事项" in page(client, "document_ledger", document.pk)


def test_what_is_ticked_needs_a_unit_and_a_day(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan()
    one = target(document, "幼儿园")
    deciding.confirm(acting(), one)
    verifier = Organisation.objects.get(name="教育督导室").pk
    typed = {f"c{one.pk}-chosen": "on", "verifier": verifier}
    answer = client.post(reverse("document_ledger", args=[document.pk]), typed)
    assert answer.status_code == 409
    assert "请选择责任单位" in answer.content.decode()
    everywhere = {f"c{one.pk}-due": "2027-12-31", "otherwise": Organisation.objects.get(name="基础教育股").pk}
    assert client.post(reverse("document_ledger", args=[document.pk]), typed | everywhere).status_code == 302
    assert Task.objects.get(source="commitment").lead.name == "基础教育股"


def test_two_figures_for_one_thing_stand_side_by_side(as_user: AsUser) -> None:
    client, county, city = as_user("jijiao"), plan(), plan(CITY, level="city")
    own, others = target(county, "毛入园率"), target(city, "毛入园率")
    assert "不一致" in page(client, "document", county.pk, query=f"?at={own.pk}")
    for one in (own, others):
        deciding.confirm(acting(), one)
    assert "不一致 1 组" in page(client, "documents_compare")
    answer = client.post(reverse("commitment_count", args=[own.pk]), {"other": [others.pk]}, follow=True)
    assert "不一致 0 组" in answer.content.decode()
    others.refresh_from_db()
    assert others.counts_as == own


def test_a_leader_reads_and_finds_no_buttons(as_user: AsUser) -> None:
    document = plan()
    shown = page(as_user("juzhang"), "document", document.pk)
    assert "已决定 0 / 9 条" in shown
    for word in ("确认</button>", "改正</a>", "转为台账事项", "补充一条"):
        assert word not in shown


def test_a_school_sees_only_what_counts_and_names_it(as_user: AsUser) -> None:
    document = plan()
    deciding.confirm(acting(), measure(document, "扩大优质学位"))
    deciding.confirm(acting(), target(document, "巩固率"))
    shown = page(as_user("head"), "document", document.pk)
    assert "已决定 1 / 1 条" in shown
    assert 'class="promise is-' not in shown
    assert document.title not in page(as_user("head2"), "documents")


def test_the_original_comes_back_as_it_was_sent(as_user: AsUser) -> None:
    document = brought()
    answer = as_user("jijiao").get(reverse("document_file", args=[document.pk]))
    assert b"".join(answer.streaming_content).decode() == TEXT
    assert answer.headers["Content-Disposition"].startswith("attachment")
