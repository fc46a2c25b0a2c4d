"""The ledger's pages: who sees what, filters in the address, moves, uploads, workbooks."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import (
    CENTRAL,
    CROWDED,
    EDUCATION,
    FINANCE,
    PDF,
    by,
    finding_task,
    hand_task,
    handed_in,
    in_days,
    in_state,
    newer_facts,
    ruler,
    unit,
    upload,
)

from jiaoheng.ledger import clock, store
from jiaoheng.ledger.actions import task_states, tasks
from jiaoheng.ledger.actions.evidence import attach
from jiaoheng.ledger.models import Event, Evidence, Task, TaskRule

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


def _titles(client: Client, **query: object) -> list[str]:
    answer = client.get(reverse("tasks"), query)
    assert answer.status_code == 200
    return [row["cells"][0]["text"] for row in answer.context["table"]["rows"]]


def _post(client: Client, name: str, *args: object, **given: object) -> object:
    return client.post(reverse(name, args=args), given)


def test_the_list_puts_what_is_overdue_first_then_what_is_due_soon(as_user: AsUser) -> None:
    with clock.told_at(clock.now() - timedelta(days=9)):
        hand_task(title="过期", due=in_days(3))
    for title, days in (("远", 40), ("近", 2), ("中", 15)):
        hand_task(title=title, due=in_days(days))
    assert _titles(as_user("jijiao")) == ["过期", "近", "中", "远"]
    assert _titles(as_user("jijiao"), when="overdue") == ["过期"]
    assert _titles(as_user("jijiao"), when="soon") == ["近"]


def test_filters_stay_in_the_address_and_can_be_taken_off(as_user: AsUser) -> None:
    hand_task(title="一号")
    hand_task(title="二号", lead=unit(CENTRAL), verifier=unit(FINANCE))
    closed = in_state(Task.State.CLOSED)
    client = as_user("jijiao")
    assert set(_titles(client)) == {"一号", "二号"}
    assert _titles(client, state="closed") == [closed.title]
    assert len(_titles(client, state="all")) == 3
    assert _titles(client, unit=unit(FINANCE).pk) == ["二号"]
    assert _titles(client, school=unit(CENTRAL).pk) == ["二号"]
    assert _titles(client, text="一 实验") == ["一号"]
    assert _titles(client, source="finding") == []
    assert _titles(client, sort="-title") == ["二号", "一号"]
    assert _titles(client, state="nonsense", unit="x") != []
    answer = client.get(reverse("tasks"), {"text": "号", "school": unit(CENTRAL).pk})
    chips = answer.context["chips"]
    assert [chip["url"] for chip in chips] == [f"?school={unit(CENTRAL).pk}", "?text=%E5%8F%B7"]
    assert f"?school={unit(CENTRAL).pk}&amp;sort=due&amp;text" not in answer.content.decode()
    assert "school=" in answer.context["tabs"][1]["url"]


def test_mine_are_the_tasks_that_wait_for_me(as_user: AsUser) -> None:
    waiting = handed_in(hand_task(title="等验收"))
    hand_task(title="学校办")
    assert _titles(as_user("jijiao"), mine="1") == [waiting.title]
    assert _titles(as_user("clerk"), mine="1") == ["学校办"]


@pytest.mark.parametrize("username", ["clerk2", "head2", "dudao2"])
def test_who_may_not_see_a_task_gets_no_page_of_it(username: str, as_user: AsUser) -> None:
    task = hand_task()
    (kept,) = attach(by("clerk"), task, files=[upload()])
    client = as_user(username)
    for name, args in (("task", [task.pk]), ("evidence", [kept.token])):
        assert client.get(reverse(name, args=args)).status_code == 404
    for name, args in (
        ("task_move", [task.pk, "start"]),
        ("task_remove_evidence", [task.pk, kept.token]),
        ("task_attach", [task.pk]),
        ("task_comment", [task.pk]),
    ):
        assert client.post(reverse(name, args=args), {"text": "x"}).status_code == 404
    assert _titles(client, state="all") == []
    assert client.get(reverse("tasks_export")).status_code == 200


def test_a_leader_reads_and_changes_nothing(as_user: AsUser) -> None:
    task = in_state(Task.State.SUBMITTED)
    client, before = as_user("juzhang"), Event.objects.count()
    page = client.get(reverse("task", args=[task.pk]))
    assert page.status_code == 200
    assert page.context["moves"] == []
    for name, args in (("task_move", [task.pk, "close"]), ("task_comment", [task.pk]), ("task_attach", [task.pk])):
        assert client.post(reverse(name, args=args), {"text": "x"}).status_code == 403
    for name in ("task_new", "task_findings", "task_rule_new"):
        assert client.get(reverse(name)).status_code == 403
    assert Event.objects.count() == before


def test_a_task_goes_through_its_states_on_the_page(as_user: AsUser) -> None:
    task = hand_task()
    url = reverse("task", args=[task.pk])
    clerk, officer = as_user("clerk"), as_user("jijiao")
    assert [move["name"] for move in clerk.get(url).context["moves"]] == ["start", "submit"]
    clerk.post(reverse("task_move", args=[task.pk, "start"]))
    clerk.post(reverse("task_attach", args=[task.pk]), {"evidence": [upload(), upload("二.pdf")]})
    clerk.post(reverse("task_move", args=[task.pk, "submit"]), {"note": "修好了"})
    assert [move["name"] for move in officer.get(url).context["moves"]] == ["close", "return", "withdraw"]
    empty = officer.post(reverse("task_move", args=[task.pk, "return"]), {"reason": ""})
    assert empty.context["moves"][1]["open"]
    officer.post(reverse("task_move", args=[task.pk, "return"]), {"reason": "请补照片"})
    clerk.post(reverse("task_move", args=[task.pk, "submit"]))
    officer.post(reverse("task_move", args=[task.pk, "close"]))
    task.refresh_from_db()
    assert task.state == Task.State.CLOSED
    history = officer.get(url).context["events"]
    assert [str(event["text"]) for event in history] == [
        *("销号", "提交验收", "退回", "提交验收", "上传佐证材料", "开始办理", "登记事项")
    ]
    assert "请补照片" in history[2]["note"]
    assert history[0]["changes"] == [{"label": "状态", "before": "待验收", "after": "已销号"}]


def test_a_refused_close_says_the_figure_on_the_page(as_user: AsUser) -> None:
    task = finding_task("1.7", CROWDED)
    task_states.submit(by("clerk"), task)
    newer_facts({(CROWDED, "multimedia_rooms"): 45})
    answer = as_user("jicai").post(reverse("task_move", args=[task.pk, "close"]))
    assert "2.26 间/百人，标准 2.3，缺 1 间" in answer.content.decode()
    assert Task.objects.get(pk=task.pk).state == Task.State.SUBMITTED


def test_the_board_has_the_moves_that_are_allowed_and_they_work_without_a_script(as_user: AsUser) -> None:
    task = hand_task()
    client = as_user("clerk")
    columns = client.get(reverse("board")).context["board"]
    assert [column["status"] for column in columns] == ["open", "in_progress", "submitted", "returned", "closed"]
    (card,) = columns[0]["cards"]
    assert [move["name"] for move in card["moves"]] == ["start", "submit"]
    answer = client.post(reverse("task_move", args=[task.pk, "start"]), {"from": "board"})
    assert answer.url == reverse("board")
    assert as_user("juzhang").get(reverse("board")).context["board"][1]["cards"][0]["moves"] == []


def test_the_calendar_shows_each_task_on_its_day(as_user: AsUser) -> None:
    for number in range(6):
        hand_task(title=f"第 {number} 件", due=in_days(3))
    day = in_days(3)
    answer = as_user("jijiao").get(reverse("calendar"), {"month": f"{day:%Y-%m}"})
    (shown,) = [
        there
        for week in answer.context["calendar"]["weeks"]
        for there in week
        if there["events"] and there["date"] == day
    ]
    assert len(shown["events"]) == 4
    assert len(_titles(as_user("jijiao"), due=day.isoformat())) == 6
    assert as_user("jijiao").get(reverse("calendar"), {"month": "2026-99"}).status_code == 200


def test_the_workbook_holds_the_filtered_tasks_and_no_formula(as_user: AsUser) -> None:
    hand_task(title='=HYPERLINK（"http://x","点我"）', detail="+1+1")
    hand_task(title="另一件", lead=unit(CENTRAL))
    measured = finding_task("1.7", CROWDED)
    answer = as_user("jijiao").get(reverse("tasks_export"), {"school": unit(CROWDED).pk})
    assert "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [row for row in sheet.iter_rows(min_row=3) if isinstance(row[0].value, int)]
    assert [row[0].value for row in rows] == list(
        Task.objects.filter(school=unit(CROWDED)).order_by("due").values_list("pk", flat=True)
    )
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in rows for cell in row)
    assert str(rows[0][1].value).lstrip("'").startswith("=HYPERLINK")
    figures = next(row for row in rows if row[0].value == measured.pk)
    assert (figures[12].value, figures[13].value) == (pytest.approx(2.17855617), 2.3)


def test_one_click_makes_a_finding_a_task_and_the_second_click_finds_it(as_user: AsUser) -> None:
    client = as_user("jijiao")
    given = {"check": "1.7", "stage": "primary", "school_id": unit(CROWDED).code}
    answer = client.post(reverse("task_from_finding"), given)
    task = Task.objects.get()
    assert answer.url == reverse("task", args=[task.pk])
    assert (task.lead, task.verifier, task.due) == (unit(CROWDED), unit(EDUCATION), in_days(90))
    assert client.post(reverse("task_from_finding"), given).url == answer.url
    assert Task.objects.count() == 1
    assert client.post(reverse("task_from_finding"), given | {"check": "9.9"}).status_code == 409
    assert as_user("clerk").post(reverse("task_from_finding"), given).status_code == 403


def test_all_findings_of_an_item_become_tasks_at_once(as_user: AsUser) -> None:
    keys = [target.key for target, finding in ruler().findings() if finding.item == "2.5"]
    client = as_user("jijiao")
    page = client.get(reverse("task_findings"))
    assert page.content.decode().count('name="finding"') == len(list(ruler().findings()))
    given = {"finding": keys, "verifier": unit(EDUCATION).pk, "due": in_days(60).isoformat(), "lead": ""}
    client.post(reverse("task_findings"), given)
    assert Task.objects.filter(item="2.5").count() == len(keys) == 6
    client.post(reverse("task_findings"), given)
    assert Task.objects.count() == 6


def test_a_finding_of_the_whole_county_needs_a_section_and_keeps_what_was_ticked(as_user: AsUser) -> None:
    key = next(target.key for target, _ in ruler().findings() if target.kind == "coefficient")
    given = {"finding": [key], "verifier": unit(EDUCATION).pk, "due": in_days(60).isoformat(), "lead": ""}
    answer = as_user("jijiao").post(reverse("task_findings"), given)
    assert "lead" in answer.context["form"].errors
    assert f'value="{key}" checked' in answer.content.decode()
    assert not Task.objects.exists()
    as_user("jijiao").post(reverse("task_findings"), given | {"lead": unit(FINANCE).pk})
    assert Task.objects.get().lead == unit(FINANCE)


def test_a_task_is_made_and_changed_by_hand_and_a_refusal_keeps_what_was_typed(as_user: AsUser) -> None:
    client = as_user("jijiao")
    given = {
        "title": "修墙",
        "lead": unit(CROWDED).pk,
        "verifier": unit(EDUCATION).pk,
        "due": in_days(-2).isoformat(),
        "detail": "东侧",
        "supports": [unit(FINANCE).pk],
    }
    refused = client.post(reverse("task_new"), given)
    assert "due" in refused.context["form"].errors
    assert "东侧" in refused.content.decode()
    client.post(reverse("task_new"), given | {"due": in_days(9).isoformat()})
    task = Task.objects.get()
    assert (task.title, task.school, task.supports.get().organisation) == ("修墙", unit(CROWDED), unit(FINANCE))
    edited = given | {"due": in_days(12).isoformat(), "title": "修东墙"}
    client.post(reverse("task_edit", args=[task.pk]), edited)
    task.refresh_from_db()
    assert (task.title, task.due) == ("修东墙", in_days(12))
    assert client.get(reverse("task_new"), {"parent": task.pk}).context["form"].initial["due"] == in_days(12)
    assert as_user("jicai").get(reverse("task_edit", args=[task.pk])).status_code == 404


def test_evidence_is_given_as_an_attachment_and_never_once_altered(as_user: AsUser) -> None:
    task = hand_task()
    (kept,) = attach(by("clerk"), task, files=[upload("验收 单.pdf")])
    url = reverse("evidence", args=[kept.token])
    answer = as_user("jijiao").get(url)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(url).url.startswith(reverse("log_in"))
    store.evidence(kept.token).write_bytes(PDF + b"x")
    assert as_user("jijiao").get(url).status_code == 409
    store.evidence(kept.token).unlink()
    assert as_user("jijiao").get(url).status_code == 409
    assert as_user("jijiao").get(reverse("evidence", args=["../../secret".replace("/", "")])).status_code == 404


def test_a_lying_file_is_refused_on_the_page(as_user: AsUser) -> None:
    task = hand_task()
    answer = as_user("clerk").post(
        reverse("task_attach", args=[task.pk]), {"evidence": upload("a.pdf", b"<script>alert(1)</script>")}
    )
    assert "内容不是 PDF 文件" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_ones_own_file_can_be_removed(as_user: AsUser, django_capture_on_commit_callbacks: Callable) -> None:
    task = hand_task()
    (kept,) = attach(by("clerk"), task, files=[upload()])
    url = reverse("task_remove_evidence", args=[task.pk, kept.token])
    assert as_user("head").post(url).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        as_user("clerk").post(url)
    assert not Evidence.objects.exists()
    assert not store.evidence(kept.token).exists()


def test_rules_are_made_and_changed_on_the_page(as_user: AsUser) -> None:
    client = as_user("jicai")
    given = {"item": "1.7", "verifier": unit(FINANCE).pk, "days": 45, "lead": "", "blocking_only": "on"}
    client.post(reverse("task_rule_new"), given)
    rule = TaskRule.objects.get()
    assert (rule.item, rule.days, rule.enabled) == ("1.7", 45, True)
    client.post(reverse("task_rule", args=[rule.pk]), given | {"days": 30})
    rule.refresh_from_db()
    assert (rule.days, rule.enabled) == (30, False)
    assert client.get(reverse("task_rules")).context["table"]["rows"][0]["cells"][0]["text"].startswith("1.7 ")


def test_what_somebody_writes_is_shown_as_text(as_user: AsUser) -> None:
    task = hand_task(title="<script>alert(1)</script>", detail="<b>粗</b>")
    tasks.comment(by("clerk"), task, text="<img src=x onerror=alert(1)>")
    for url in (reverse("task", args=[task.pk]), reverse("tasks"), reverse("board"), reverse("calendar")):
        page = as_user("jijiao").get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_pages_read_in_english(as_user: AsUser) -> None:
    finding_task("1.7", CROWDED)
    client = as_user("jijiao")
    client.cookies["django_language"] = "en"
    page = client.get(reverse("tasks")).content.decode()
    assert "“Multimedia rooms per 100 pupils”: reach 2.3 rooms per 100 pupils" in page
    for word in ("待办", "责任单位", "时限", "测算发现"):
        assert word not in page
