"""How what was promised stands, on the plan's own page, on the overview, on a task's and a school's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from plan import acting, measure, plan, target

from jiaoheng.ledger.actions import commitments as deciding
from jiaoheng.ledger.actions import documents
from jiaoheng.ledger.actions import promises as acts
from jiaoheng.ledger.actions.promises import Chosen
from jiaoheng.ledger.jobs import JOBS
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, Run

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
TEXT = """望岚县义务教育质量提升规划（2025—2030年）

一、主要目标
到2030年，小学本科及以上学历专任教师占比达到10%，初中本科及以上学历专任教师占比达到99.9%，建成名师工作室30个。

二、重点任务
（一）改善条件。支持望岚县实验小学改扩建。
牵头单位：县教育局
"""


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def measured() -> PlanDocument:
    document = plan(TEXT)
    deciding.confirm_all(acting(), document, set(document.commitments.values_list("pk", flat=True)))
    run = Run.objects.filter(kind="assess_plan", inputs={"document": document.pk}).latest("pk")
    JOBS["assess_plan"].function(run, lambda part, doing=None: None)
    return PlanDocument.objects.get(pk=document.pk)


def test_the_plans_page_tells_how_each_target_stands_and_why_others_are_not_measured(as_user: AsUser) -> None:
    document = measured()
    shown = page(as_user("juzhang"), "document_standing", document.pk)
    assert shown.index("初中本科及以上学历专任教师占比") < shown.index("小学本科及以上学历专任教师占比")
    assert "已实现" in shown
    assert "名师工作室" in shown
    assert "没有对应的指标，按材料验收" in shown
    assert "重新测算" not in shown
    assert "已实现 1" in page(as_user("juzhang"), "documents")


def test_a_target_without_its_own_date_is_shown_due_at_the_plans_end(as_user: AsUser) -> None:
    document = plan(TEXT.replace("到2030年，", ""))
    deciding.confirm_all(acting(), document, set(document.commitments.values_list("pk", flat=True)))
    run = Run.objects.filter(kind="assess_plan", inputs={"document": document.pk}).latest("pk")
    JOBS["assess_plan"].function(run, lambda part, doing=None: None)
    shown = page(as_user("juzhang"), "document_standing", document.pk)
    assert 'data-label="期限" class="short">2030 年 <span class="note">规划期末</span>' in shown
    assert 'data-label="期限" class="short">—' not in shown


def test_the_overview_names_the_worst_and_leads_to_the_text(as_user: AsUser) -> None:
    assert "规划承诺" not in page(as_user("juzhang"), "overview")
    document = measured()
    shown = page(as_user("juzhang"), "overview")
    part = shown[shown.index('id="promises"') :]
    assert reverse("commitment", args=[target(document, "初中本科").pk]) in part
    assert "初中本科及以上学历专任教师占比" in part
    documents.withdraw(acting(), document)
    assert 'id="promises"' not in page(as_user("juzhang"), "overview")


def test_a_record_tells_how_it_stands(as_user: AsUser) -> None:
    document = measured()
    one = target(document, "小学本科")
    shown = as_user("jijiao").get(reverse("document", args=[document.pk]) + f"?at={one.pk}").content.decode()
    assert "已实现" in shown


def test_measuring_again_is_asked_for_by_who_decides(as_user: AsUser) -> None:
    document = measured()
    client = as_user("jijiao")
    answer = client.post(reverse("document_measure", args=[document.pk]), follow=True)
    assert "正在测算" in answer.content.decode()
    assert Run.objects.filter(kind="assess_plan", status="waiting", inputs={"document": document.pk}).exists()


def test_a_task_shows_the_figure_of_its_promise(as_user: AsUser) -> None:
    document = measured()
    one = target(document, "初中本科")
    unit = Organisation.objects.get
    chosen = Chosen(one.pk, lead=unit(name="人事股"), verifier=unit(name="基础教育股"), due=date(2030, 12, 31))
    acts.make_tasks(acting(), document, [chosen])
    task = Commitment.objects.get(pk=one.pk).task
    assert task is not None
    shown = page(as_user("jijiao"), "task", task.pk)
    assert "这个事项按数据销号" in shown
    assert f"《{document.title}》" in shown
    listed = page(as_user("jijiao"), "tasks")
    assert "初中本科及以上学历专任教师占比：不少于99.9%" in listed
    assert as_user("jijiao").get(reverse("tasks_export")).status_code == 200


def test_a_schools_page_tells_what_plans_promise_it(as_user: AsUser) -> None:
    document = measured()
    one = measure(document, "改善条件")
    school = Organisation.objects.get(name="望岚县实验小学")
    for username in ("head", "juzhang"):
        assert reverse("commitment", args=[one.pk]) in page(as_user(username), "school", school.code)
    assert reverse("commitment", args=[one.pk]) not in page(as_user("head2"), "school", school.code)
