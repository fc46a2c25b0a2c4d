"""The rules by which findings become tasks after each assessment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.language import Language
from jiaoheng.ledger import access, facts
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.task_rules import LONGEST, add_rule, change_rule
from jiaoheng.ledger.actions.tasks import LEADERS, VERIFIERS
from jiaoheng.ledger.models import Organisation, Task, TaskRule
from jiaoheng.standards import load
from jiaoheng.web.pages.tasks.forms import UnitField, own_verifier, units
from jiaoheng.web.pages.tasks.tabs import tabs
from jiaoheng.web.request import Request
from jiaoheng.web.seen import SeenForm
from jiaoheng.web.views import found, needs

Kind = Organisation.Kind


class RuleForm(SeenForm):
    """A rule; the item of one that is there stays."""

    item = forms.ChoiceField(label=gettext_lazy("指标"))
    lead = UnitField(
        queryset=Organisation.objects.none(),
        label=gettext_lazy("责任单位"),
        required=False,
        empty_label=gettext_lazy("由学校各自负责"),
    )
    verifier = UnitField(queryset=Organisation.objects.none(), label=gettext_lazy("验收单位"))
    days = forms.IntegerField(label=gettext_lazy("期限（天）"), min_value=1, max_value=LONGEST, initial=90)
    blocking_only = forms.BooleanField(label=gettext_lazy("只限影响达标的问题"), required=False, initial=True)
    enabled = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)

    def __init__(self, request: Request, rule: TaskRule | None, data: Any = None) -> None:
        names = ("item", "lead", "verifier", "days", "blocking_only", "enabled")
        given = {name: getattr(rule, name) for name in names} if rule else {"verifier": own_verifier(request)}
        super().__init__(data, initial=given | ({"seen": rule.mark()} if rule else {}))
        lead: Any = self.fields["lead"]
        lead.queryset = units(request, tuple(kind for kind in LEADERS if kind != Kind.SCHOOL))
        verifier: Any = self.fields["verifier"]
        verifier.queryset = units(request, VERIFIERS)
        if rule is not None:
            del self.fields["item"]
            return
        del self.fields["seen"]
        del self.fields["enabled"]
        taken = set(TaskRule.objects.filter(county=request.county).values_list("item", flat=True))
        item: Any = self.fields["item"]
        item.choices = [
            (there.id, f"{there.id} {there.name.say(request.language)}")
            for there in load(facts.NATIONAL).items
            if there.id not in taken and not there.advisory
        ]


@needs("rule.see")
def index(request: Request) -> HttpResponse:
    """The rules and what they have made."""
    rules = access.which(request.user, "rule.see", TaskRule).filter(county=request.county)
    may_change = access.may_anywhere(request.user, "rule.change")
    columns = [
        {"label": _("指标"), "kind": "name"},
        {"label": _("责任单位"), "kind": "text"},
        {"label": _("验收单位"), "kind": "short"},
        {"label": _("期限（天）"), "kind": "number"},
        {"label": _("范围"), "kind": "short"},
        {"label": _("已立项"), "kind": "number"},
        {"label": _("状态"), "kind": "short"},
    ]
    table = {
        "id": "rules",
        "caption": _("立项规则"),
        "caption_hidden": True,
        "columns": columns,
        "rows": [_row(rule, request.language, may_change) for rule in rules.select_related("lead", "verifier")],
    }
    return render(
        request,
        "tasks/rules.html",
        {"tabs": tabs(request, "task_rules"), "table": table, "may_change": may_change},
    )


@needs("rule.change")
def new(request: Request) -> HttpResponse:
    """A new rule."""
    form = RuleForm(request, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_rule(request.actor, request.county, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("规则已保存，下次测算后起作用。"))
            return redirect("task_rules")
    return _form(request, form, _("新增规则"))


@needs("rule.change")
def change(request: Request, pk: int) -> HttpResponse:
    """Change a rule, or set it out of use."""
    rule = found(request, "rule.change", TaskRule, pk=pk)
    form = RuleForm(request, rule, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_rule(request.actor, rule, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            form.saw(TaskRule.objects.get(pk=pk).mark())
        else:
            messages.success(request, _("规则已保存，下次测算后起作用。"))
            return redirect("task_rules")
    return _form(request, form, _label(rule, request.language))


def _form(request: Request, form: RuleForm, heading: str) -> HttpResponse:
    crumbs = [
        {"url": reverse("tasks"), "label": _("台账")},
        {"url": reverse("task_rules"), "label": _("立项规则")},
        {"label": heading},
    ]
    return render(
        request,
        "tasks/form.html",
        {
            "form": form,
            "heading": heading,
            "breadcrumbs": crumbs,
            "submit_label": _("保存"),
            "cancel_url": reverse("task_rules"),
        },
    )


def _row(rule: TaskRule, language: Language, may_change: bool) -> dict[str, Any]:
    made = Task.objects.filter(rule=rule).count()
    name: dict[str, Any] = {"text": _label(rule, language), "kind": "name"}
    if may_change:
        name["url"] = reverse("task_rule", args=[rule.pk])
    return {
        "cells": [
            name,
            {"text": rule.lead.name if rule.lead else _("由学校各自负责"), "kind": "text"},
            {"text": rule.verifier.name, "kind": "short"},
            {"text": rule.days, "kind": "number"},
            {"text": _("只限影响达标的") if rule.blocking_only else _("全部"), "kind": "short"},
            {"text": made, "kind": "number"},
            {
                "status": "in_progress" if rule.enabled else "withdrawn",
                "status_label": _("启用") if rule.enabled else _("停用"),
                "kind": "short",
            },
        ]
    }


def _label(rule: TaskRule, language: Language) -> str:
    return f"{rule.item} {load(facts.NATIONAL).item(rule.item).name.say(language)}"
