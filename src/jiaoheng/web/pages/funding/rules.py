"""The rules of public funds, and who approves an expense: read by all who see funds, changed by the bureau."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.language import Language
from jiaoheng.ledger import access, funding
from jiaoheng.ledger.actions import Forbidden, Refused
from jiaoheng.ledger.actions.funding import change_rules
from jiaoheng.ledger.history import history
from jiaoheng.plans.funding import Rules
from jiaoheng.plans.funding.rule_words import choices, rule_lines
from jiaoheng.plans.funding.rules import MOST_TEXT
from jiaoheng.web.pages.facts.downloads import attachment
from jiaoheng.web.pages.funding import shown
from jiaoheng.web.pages.funding.asking import sees_all
from jiaoheng.web.request import Request
from jiaoheng.web.seen import SeenForm
from jiaoheng.web.views import needs


class RulesForm(SeenForm):
    """The text of the rules."""

    text = forms.CharField(
        label=gettext_lazy("规则文本"),
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "rules-text"}),
    )


@needs("funding.see")
def show(request: Request) -> HttpResponse:
    """The rules in words, and their text to be changed."""
    may_change = access.may(request.user, "funding.change", request.county)
    row = funding.rules_row(request.county)
    initial = {"text": funding.rules_text(request.county), "seen": row.mark() if row else ""}
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if not may_change:
            raise Forbidden("funding.change")
        if form.is_valid():
            try:
                change_rules(request.actor, request.county, **form.cleaned_data)
            except Refused as refused:
                form.add_error("text", str(refused))
                now = funding.rules_row(request.county)
                form.saw(now.mark() if now else "")
            else:
                messages.success(request, _("规则已保存。已经确定的分配不变；要按新规则分配，请重新确定。"))
                return redirect("funding_rules")
    held = funding.rules(request.county)
    context = {
        "tabs": shown.tabs("funding_rules") if sees_all(request) else [],
        "form": form if may_change else None,
        "own": row is not None,
        "table": _table(held, request.language),
        "choices": choices(held, request.language),
        "rules_name": held.name.say(request.language),
        "events": history(row) if row and may_change else [],
    }
    return render(request, "funding/rules.html", context, status=409 if form.errors else 200)


@needs("funding.see")
def file(request: Request) -> HttpResponseBase:
    """The rules as a file, for the command line."""
    return attachment(io.BytesIO(funding.rules_text(request.county).encode()), f"{_('公用经费规则')}.toml")


def _table(held: Rules, language: Language) -> dict[str, Any]:
    return {
        "id": "rules",
        "caption": _("规则和出处"),
        "caption_hidden": True,
        "columns": [
            {"label": _("规则"), "kind": "name"},
            {"label": _("内容"), "kind": "text"},
            {"label": _("把握"), "kind": "short"},
            {"label": _("出处"), "kind": "text"},
            {"label": _("状态"), "kind": "short"},
        ],
        "rows": [
            {
                "cells": [
                    {"text": line.label, "kind": "name"},
                    {"text": line.value, "kind": "text"},
                    {"text": line.confidence, "kind": "short"},
                    {"text": line.source, "kind": "text"},
                    {
                        "status": "in_progress" if line.enabled else "withdrawn",
                        "status_label": _("启用") if line.enabled else _("未启用"),
                        "kind": "short",
                    },
                ]
            }
            for line in rule_lines(held, language)
        ],
    }
