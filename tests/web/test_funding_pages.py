"""The pages of public funds: who sees which row, that the numbers are the planner's, deciding, rules, an expense."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiaoheng.ledger import clock, facts
from jiaoheng.ledger.actions import Actor, funding, tasks
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import FundingDecision, FundingRules, Organisation, Snapshot, Task
from jiaoheng.plans.funding import Allocation, allocate, defaults
from jiaoheng.plans.funding.rules import FILE

pytestmark = pytest.mark.django_db
TEXT = FILE.read_text(encoding="utf-8")
OWN, OTHER = "望岚县实验小学", "青石镇中心小学"


def unit(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def snapshot() -> Snapshot:
    return Snapshot.objects.latest("pk")


def allocation(total: int | None = None) -> Allocation:
    return allocate(facts.tables(snapshot()), defaults(), None, total)


def decide(total: int | None = None) -> FundingDecision:
    return funding.decide(Actor(person("jicai")), unit("望岚县教育局"), year=snapshot().year, total=total)


def shown(client: Client, name: str, *args: str, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def test_the_bureau_sees_every_school_and_the_sum(as_user):
    page = shown(as_user("jicai"), "funding")
    found = allocation()
    assert yuan(found.total) in page
    for grant in found.grants:
        assert grant.name in page
        assert yuan(grant.total) in page
    assert page.count("<tr") > len(found.grants)


def test_a_budget_is_tried_and_its_rest_tilted(as_user):
    total = allocation().total + 1_000_000_07
    page = shown(as_user("jicai"), "funding", year=str(snapshot().year), total=yuan(total))
    assert yuan(total) in page
    assert "倾斜 1,000,000.07 元" in page
    assert any(yuan(grant.tilt) in page for grant in allocation(total).grants if grant.tilt)


def test_a_budget_too_small_says_how_much_is_lacking_and_cannot_be_decided(as_user):
    page = shown(as_user("jicai"), "funding", year=str(snapshot().year), total="1000000")
    assert f"差 {yuan(allocation().total - 1_000_000_00)} 元" in page
    assert "确定这个分配" not in page


@pytest.mark.parametrize("typed", ["abc", "1.005", "-3", "1e99"])
def test_what_is_no_amount_is_told_at_the_field(as_user, typed):
    page = shown(as_user("jicai"), "funding", total=typed)
    assert "不是金额" in page


def test_every_number_can_be_taken_apart(as_user):
    grant = next(each for each in allocation().grants if each.floor)
    page = shown(as_user("jicai"), "funding_school", grant.school_id)
    part = grant.parts[0]
    assert f"{part.pupils} 人 × {part.quota // 100} 元" in page
    assert "国家标准第 2.6 项" in page
    assert yuan(grant.total) in page


def test_a_school_sees_nothing_before_it_is_decided_and_then_its_own_row_alone(as_user):
    client = as_user("clerk")
    assert "还没有确定分配" in shown(client, "funding")
    decide()
    page = shown(client, "funding")
    found = allocation()
    assert yuan(found.grant(unit(OWN).code).total) in page
    assert OTHER not in page
    assert yuan(found.total) not in page
    assert client.get(reverse("funding_school", args=[unit(OTHER).code])).status_code == 404
    assert yuan(found.grant(unit(OWN).code).total) in shown(client, "funding_school", unit(OWN).code)


def test_a_school_cannot_try_budgets(as_user):
    decide()
    page = shown(as_user("clerk"), "funding", total="99999999999", year=str(snapshot().year))
    assert yuan(allocation().grant(unit(OWN).code).total) in page


def test_deciding_by_the_page_fixes_what_was_shown(as_user):
    client = as_user("jicai")
    page = shown(client, "funding")
    form = page[page.index(reverse("funding_decide")) :]
    given = dict(re.findall(r'<input type="hidden" name="(year|total|seen)" value="([^"]*)"', form))
    answer = client.post(reverse("funding_decide"), given)
    assert answer.status_code == 302
    assert FundingDecision.objects.get().allocated == allocation().total
    after = shown(client, "funding", year=given["year"])
    assert "已确定" in after
    assert "确定这个分配" not in after


def test_a_sum_that_was_not_seen_is_not_decided(as_user):
    answer = as_user("jicai").post(reverse("funding_decide"), {"year": snapshot().year, "total": "", "seen": "5"})
    assert answer.status_code == 409
    assert not FundingDecision.objects.exists()


def test_the_workbook_has_the_same_sum_and_a_schools_only_its_row(as_user):
    decide()
    whole = load_workbook(io.BytesIO(as_user("jicai").get(reverse("funding_excel")).content))
    first = whole.worksheets[0]
    column = [cell.value for cell in first[2]].index("合计（元）") + 1
    amounts = {first.cell(row, 1).value: first.cell(row, column).value for row in range(3, first.max_row + 1)}
    assert round(100 * amounts["全县合计"]) == allocation().total
    own = load_workbook(io.BytesIO(as_user("clerk").get(reverse("funding_excel")).content))
    names = [own.worksheets[0].cell(row, 1).value for row in range(3, own.worksheets[0].max_row + 1)]
    assert OWN in names
    assert OTHER not in names


def test_rules_are_changed_on_the_page_and_a_slip_keeps_what_was_typed(as_user):
    client = as_user("jicai")
    assert "特殊教育" in shown(client, "funding_rules")
    slip = TEXT.replace("yuan = 600", "yuan = 600.123")
    answer = client.post(reverse("funding_rules"), {"text": slip, "seen": ""})
    assert answer.status_code == 409
    assert "600.123" in answer.content.decode()
    assert re.search(r"rules\.toml:\d+ quotas\[1\]\.yuan", answer.content.decode())
    assert not FundingRules.objects.exists()
    answer = client.post(reverse("funding_rules"), {"text": TEXT.replace("\n", "\r\n"), "seen": ""})
    assert answer.status_code == 302
    assert FundingRules.objects.get().text == TEXT


def test_schools_read_the_rules_and_cannot_change_them(as_user):
    client = as_user("clerk")
    page = shown(client, "funding_rules")
    assert "<textarea" not in page
    assert client.post(reverse("funding_rules"), {"text": TEXT}).status_code == 403


def test_english_pages_hold_no_chinese_but_names(as_user):
    client = as_user("jicai")
    client.cookies["django_language"] = "en"
    page = shown(client, "funding")
    assert "Every school gets what the rules give it" in page
    assert "把握" not in page


def test_an_expense_is_set_approved_and_then_the_task_closes(as_user):
    task = tasks.add(
        Actor(person("jicai")), unit(OWN), title="购置图书", verifier=unit("计划财务股"),
        due=clock.today() + timedelta(days=9),
    )  # fmt: skip
    clerk, head, officer = as_user("clerk"), as_user("head"), as_user("jicai")
    clerk.post(reverse("task_expense", args=[task.pk]), {"amount": "1234.50"})
    assert "由校长审批" in shown(clerk, "task", str(task.pk))
    assert "审批这笔支出" not in shown(clerk, "task", str(task.pk))
    clerk.post(reverse("task_comment", args=[task.pk]), {"text": "发票已附"})
    clerk.post(reverse("task_move", args=[task.pk, "submit"]))
    officer.post(reverse("task_move", args=[task.pk, "close"]))
    assert Task.objects.get(pk=task.pk).state == "submitted"
    assert "审批这笔支出" in shown(head, "task", str(task.pk))
    head.post(reverse("task_approve", args=[task.pk]), {"amount": "1234.50"})
    assert "已审批" in shown(clerk, "task", str(task.pk))
    officer.post(reverse("task_move", args=[task.pk, "close"]))
    assert Task.objects.get(pk=task.pk).state == "closed"
