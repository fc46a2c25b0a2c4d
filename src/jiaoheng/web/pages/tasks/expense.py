"""What a task spends, and whose approval that needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.expenses import approve, asked_approval, awaited, may_approve, set_expense
from jiaoheng.ledger.models import Task
from jiaoheng.plans.funding.rule_words import approver
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


class ExpenseForm(forms.Form):
    """How much a task spends."""

    amount = forms.DecimalField(
        label=gettext_lazy("支出金额（元）"), required=False, max_digits=14, decimal_places=2, min_value=0
    )


class ApproveForm(forms.Form):
    """The sum that was read when approving it."""

    amount = forms.DecimalField(max_digits=14, decimal_places=2)


@require_POST
@needs("task.expense")
def set_amount(request: Request, pk: int) -> HttpResponse:
    """Say how much the task spends."""
    task = found(request, "task.expense", Task, pk=pk)
    form = ExpenseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("支出金额请填大于 0 的元数，最多两位小数；没有支出请留空。"))
        return _back(task)
    return _done(request, task, lambda: set_expense(request.actor, task, **form.cleaned_data), _("支出金额已保存。"))


@require_POST
@needs("task.approve")
def approve_amount(request: Request, pk: int) -> HttpResponse:
    """Approve what the task spends."""
    task = found(request, "task.approve", Task, pk=pk)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("这个事项没有待审批的支出。"))
        return _back(task)
    return _done(request, task, lambda: approve(request.actor, task, **form.cleaned_data), _("支出已审批。"))


def expense(request: Request, task: Task) -> dict[str, Any] | None:
    """What the page of a task shows of its expense; None where there is none and this person may not say any."""
    may_set = task.is_pending and _may(request, "task.expense", task)
    if task.expense is None and not may_set:
        return None
    asked = asked_approval(task)
    waits = task.expense is not None and task.approved_by_id is None and asked is not None
    return {
        "amount": None if task.expense is None else f"{task.expense:,.2f}",
        "plain": "" if task.expense is None else f"{task.expense:f}",
        "approver": approver(asked, request.language) if asked is not None else "",
        "waits": awaited(task) if waits else "",
        "form": ExpenseForm(initial={"amount": task.expense}, auto_id="expense_%s") if may_set else None,
        "may_approve": waits
        and task.is_pending
        and _may(request, "task.approve", task)
        and may_approve(request.user, task),
    }


def _may(request: Request, right: str, task: Task) -> bool:
    return access.may_anywhere(request.user, right) and access.may(request.user, right, task)


def _done(request: Request, task: Task, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return _back(task)


def _back(task: Task) -> HttpResponse:
    return redirect(f"{reverse('task', args=[task.pk])}#expense")
