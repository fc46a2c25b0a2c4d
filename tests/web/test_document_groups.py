"""Groups of schools that a plan lists: matched by name, put right by hand, and taken over like any other facts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from plan import acting, bureau, plan
from six_county import carried_out as checked

from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import groupings as acts
from jiaoheng.ledger.actions import submissions
from jiaoheng.ledger.models import PlanDocument, PlannedGroup, Submission

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
TEXT = """望岚县城乡教育共同体建设方案

一、建设任务
（一）组建教共体。全县组建教共体2个，名单见附件。
牵头单位：县教育局

附件
望岚县教共体名单
序号 | 教共体名称 | 学段 | 核心校 | 成员校
1 | 实验小学新教共体 | 小学 | 县实验小学 | 青石镇中心小学、邻县第九小学
2 | 一中新教共体 | 初中 | 望岚县第一初级中学 | 望岚县第二初级中学
"""


def groups(document: PlanDocument) -> tuple[PlannedGroup, PlannedGroup]:
    first, second = document.groups.all()
    return first, second


def typed(client: Client, document: PlanDocument) -> dict[str, str]:
    """What the page would send: every school as it is filled in, no group ticked."""
    shown = client.get(reverse("document_groups", args=[document.pk])).content.decode()
    return dict(re.findall(r'<input id="g\d+-\d+" name="(g\d+-\d+)" value="([^"]*)"', shown))


def test_schools_are_found_by_their_short_names_and_others_are_shown_as_missing(as_user: AsUser) -> None:
    document = plan(TEXT)
    first, second = groups(document)
    assert set(first.schools) == {"县实验小学", "青石镇中心小学"}
    assert len(second.schools) == 2
    client = as_user("jijiao")
    assert sorted(typed(client, document).values()) == sorted(
        ["望岚县实验小学", "青石镇中心小学", "", "望岚县第一初级中学", "望岚县第二初级中学"]
    )
    shown = client.get(reverse("document_groups", args=[document.pk])).content.decode()
    assert "对上 2 / 3 所" in shown
    assert f'name="g{second.pk}-chosen" checked' in shown
    assert f'name="g{first.pk}-chosen">' in shown


def test_adopting_makes_a_return_whose_acceptance_makes_them_facts(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan(TEXT)
    first, second = groups(document)
    given = typed(client, document) | {f"g{first.pk}-chosen": "on", f"g{second.pk}-chosen": "on"}
    answer = client.post(reverse("document_groups", args=[document.pk]), given)
    submission = Submission.objects.get()
    assert answer.headers["Location"] == reverse("submission", args=[submission.pk])
    before = facts.latest_snapshot(bureau())
    assert {group.state for group in groups(document)} == {"adopted"}
    checked()
    submission.refresh_from_db()
    assert (submission.summary["rows"], submission.summary["waiting"]) == (4, 0)
    snapshot = submissions.accept(acting(), submission, result=submission.result)
    assert snapshot is not None
    assert snapshot != before
    rows = [row for row in facts.tables(snapshot)["groups"].to_pylist() if row["name"] == "实验小学新教共体"]
    assert {(row["role"], row["stage"]) for row in rows} == {("core", "primary"), ("member", "primary")}
    shown = client.get(reverse("document_groups", args=[document.pk])).content.decode()
    assert "已采纳" in shown


def test_a_name_that_is_no_school_is_refused_and_nothing_typed_is_lost(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan(TEXT)
    first, _ = groups(document)
    field = next(name for name, school in typed(client, document).items() if not school)
    given = typed(client, document) | {field: "望岚县第九小学", f"g{first.pk}-chosen": "on"}
    answer = client.post(reverse("document_groups", args=[document.pk]), given)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "有 1 个校名不在本县名册里" in told
    assert 'value="望岚县第九小学"' in told
    assert f'name="g{first.pk}-chosen" checked' in told
    assert Submission.objects.count() == 0
    saved = typed(client, document) | {field: "城关镇第一小学", "save": "1"}
    assert client.post(reverse("document_groups", args=[document.pk]), saved).status_code == 302
    assert len(groups(document)[0].schools) == 3


def test_a_group_without_its_core_school_is_not_taken_over(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan(TEXT)
    first, _ = groups(document)
    given = typed(client, document) | {f"g{first.pk}-0": "", f"g{first.pk}-chosen": "on"}
    answer = client.post(reverse("document_groups", args=[document.pk]), given)
    assert (answer.status_code, "核心校没有对上" in answer.content.decode()) == (409, True)
    answer = client.post(reverse("document_groups", args=[document.pk]), typed(client, document))
    assert "请先勾选" in answer.content.decode()


def test_a_group_is_set_aside_and_taken_up_again(as_user: AsUser) -> None:
    client, document = as_user("jijiao"), plan(TEXT)
    first, second = groups(document)
    assert client.post(reverse("grouping_reject", args=[first.pk])).status_code == 302
    assert groups(document)[0].state == "rejected"
    client.post(reverse("grouping_reopen", args=[first.pk]))
    assert groups(document)[0].state == "proposed"
    given = typed(client, document) | {f"g{second.pk}-chosen": "on"}
    client.post(reverse("document_groups", args=[document.pk]), given)
    client.post(reverse("grouping_reopen", args=[second.pk]))
    assert groups(document)[1].state == "adopted"
    submissions.withdraw(acting(), Submission.objects.get())
    acts.reopen(acting(), groups(document)[1])
    assert groups(document)[1].state == "proposed"
