"""The scenarios of the county, side by side."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiaoheng.ledger import access, facts
from jiaoheng.ledger.models import Scenario
from jiaoheng.web.pages.studio import shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

ON_A_PAGE = 30


@require_safe
@needs("scenario.see")
def index(request: Request) -> HttpResponse:
    """All scenarios, the latest first; those put away only when asked for."""
    away = request.GET.get("archived") == "1"
    every = access.which(request.user, "scenario.see", Scenario)
    listed = every.filter(archived=away).select_related("made_by", "snapshot", "run", "county").defer("plan")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "studio/index.html",
        {
            "page": page,
            "table": _table(request, page),
            "archived": away,
            "has_archived": every.filter(archived=True).exists(),
            "ready": facts.assessed_snapshot(request.county) is not None,
            "may_ask": access.may(request.user, "scenario.ask", request.county),
            "computed": [one for one in page if one.is_computed and not one.is_of_places],
        },
    )


def _table(request: Request, page: Any) -> dict[str, Any]:
    columns = [
        {"label": _("方案"), "kind": "name"},
        {"label": _("问题"), "kind": "short"},
        {"label": _("条件"), "kind": "text"},
        {"label": _("费用"), "kind": "number"},
        {"label": _("结果"), "kind": "text"},
        {"label": _("提出"), "kind": "short"},
    ]
    return {"id": "scenarios", "caption": _("方案"), "caption_hidden": True, "columns": columns,
            "rows": [_row(request, one) for one in page]}  # fmt: skip


def _row(request: Request, one: Scenario) -> dict[str, Any]:
    language = request.language
    found = shown.standing(one, language)
    who = one.made_by.name if one.made_by else _("系统")
    told = date_format(localtime(one.made_at), "SHORT_DATE_FORMAT")
    return {
        "cells": [
            {
                "text": one.name,
                "url": reverse("scenario", args=(one.pk,)),
                "kind": "name",
                "note": _("已采纳") if one.adopted_at else "",
            },
            {"text": str(one.get_planner_display()), "kind": "short"},
            {"text": shown.condition_line(one, language), "kind": "text"},
            {"text": shown.money(one.cost, language), "kind": "number"},
            {"text": "", "status": found["status"], "status_label": found["label"], "kind": "text"},
            {"text": f"{who} {told}", "kind": "short"},
        ]
    }
