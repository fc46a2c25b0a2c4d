"""Long computations: what was asked for, how far it is, what came of it, and asking again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiaoheng import standards
from jiaoheng.ledger import access, facts, forecasts, scenarios, together
from jiaoheng.ledger.actions import Refused, runs
from jiaoheng.ledger.models import Run
from jiaoheng.ledger.spoken import spoken
from jiaoheng.web.request import Request
from jiaoheng.web.templatetags.runs import STATUSES, seconds, title
from jiaoheng.web.views import found, needs

ON_A_PAGE = 40


@require_safe
@needs("run.see")
def index(request: Request) -> HttpResponse:
    """The runs of one's own units, the latest first; those under way on top."""
    visible = access.which(request.user, "run.see", Run).select_related("asked_by", "organisation")
    page = Paginator(visible, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "runs/index.html",
        {
            "unfinished": visible.filter(status__in=Run.UNFINISHED).order_by("pk")[:5],
            "page": page,
            "table": _table(page),
            "may_ask": access.may(request.user, "run.ask", request.county),
        },
    )


@require_safe
@needs("run.see")
def run(request: Request, key: int) -> HttpResponse:
    """One run."""
    shown = found(request, "run.see", Run, pk=key)
    return render(
        request,
        "runs/run.html",
        {
            "shown_run": shown,
            "name": title(shown),
            "facts": _facts(shown),
            "why": shown.why(request.language),
            "result_url": result_url(shown),
            "may_ask": shown.status not in Run.UNFINISHED
            and shown.kind not in (*scenarios.KINDS, forecasts.KIND)
            and access.may(request.user, "run.ask", shown.organisation),
            "breadcrumbs": [{"label": _("计算"), "url": reverse("runs")}, {"label": title(shown)}],
        },
    )


@require_safe
@needs("run.see")
def progress(request: Request, key: int) -> HttpResponse:
    """How far it is, asked for again and again; when it has ended, the page that asks is loaded anew."""
    shown = found(request, "run.see", Run, pk=key)
    answer = render(request, "runs/progress.html", {"shown_run": shown})
    if request.htmx and shown.status not in Run.UNFINISHED:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs("run.cancel")
def cancel(request: Request, key: int) -> HttpResponse:
    """Cancel it."""
    asked = found(request, "run.cancel", Run, pk=key)
    try:
        runs.cancel(request.actor, asked)
        messages.success(request, _("计算已取消。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("run", key)


@require_POST
@needs("run.ask")
def again(request: Request, key: int) -> HttpResponse:
    """Ask for the same once more."""
    before = found(request, "run.see", Run, pk=key)
    if before.kind in scenarios.KINDS:
        # A scenario knows its own run: it is asked again where its answer is shown.
        return redirect("scenario", before.inputs["scenario"])
    if before.kind == forecasts.KIND:
        return redirect("forecast", before.inputs["projection"])
    asked = runs.ask(
        request.actor,
        before.organisation,
        before.kind,
        inputs=before.inputs,
        snapshot=before.snapshot,
        standard=before.standard,
    )
    messages.success(request, _("已重新发起，排队等候计算。"))
    return redirect("run", asked.pk)


@require_POST
@needs("run.ask")
def assess(request: Request) -> HttpResponse:
    """Ask for the assessment of the present snapshot."""
    present = facts.latest_snapshot(request.county)
    if present is None:
        raise Refused(_("还没有采纳任何数据，没有可以测算的。请先在“数据”页报送并采纳。"))
    asked = runs.ask(request.actor, request.county, "assess", snapshot=present.name, standard=facts.NATIONAL)
    messages.success(request, _("已发起测算，排队等候计算。"))
    return redirect("run", asked.pk)


def result_url(asked: Run) -> str:
    """Where what came of a run is to be seen; empty where it has a page of its own nowhere."""
    if asked.kind in scenarios.KINDS:
        return reverse("scenario", args=(asked.inputs["scenario"],))
    if asked.kind == forecasts.KIND:
        return reverse("forecast", args=(asked.inputs["projection"],))
    if asked.status != Run.Status.DONE:
        return ""
    if asked.kind == together.KIND:
        return reverse("together_review", args=(asked.pk,))
    return reverse("overview") if asked.kind == "assess" else ""


def _table(listed: Any) -> dict[str, Any]:
    columns = [
        {"label": _("内容"), "kind": "name"},
        {"label": _("状态"), "kind": "short"},
        {"label": _("数据快照"), "kind": "text"},
        {"label": _("发起人"), "kind": "text"},
        {"label": _("发起时间"), "kind": "short"},
        {"label": _("用时"), "kind": "number"},
    ]
    rows = [
        {
            "cells": [
                {"text": title(one), "url": reverse("run", args=(one.pk,)), "kind": "name"},
                {
                    "text": "",
                    "status": STATUSES[one.status],
                    "status_label": one.get_status_display(),
                    "kind": "short",
                },
                {"text": one.snapshot or None, "kind": "text"},
                {"text": one.asked_by.name if one.asked_by else _("系统"), "kind": "text"},
                {"text": _time(one.asked_at), "kind": "short"},
                {"text": _took(one), "kind": "number"},
            ]
        }
        for one in listed
    ]
    return {"id": "runs", "caption": _("全部计算"), "columns": columns, "rows": rows}


def _facts(shown: Run) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [
        {"label": _("发起人"), "value": shown.asked_by.name if shown.asked_by else _("系统")},
        {"label": _("单位"), "value": str(shown.organisation)},
        {"label": _("发起时间"), "value": _time(shown.asked_at)},
        {"label": _("用时"), "value": _took(shown)},
    ]
    if shown.snapshot:
        told.append({"label": _("数据快照"), "value": shown.snapshot})
    if shown.standard:
        known = shown.standard in standards.names()
        label = standards.load(shown.standard).label.say(spoken()) if known else shown.standard
        told.append({"label": _("标准"), "value": label})
    if shown.attempts > 1:
        told.append({"label": _("尝试次数"), "value": str(shown.attempts)})
    return told


def _time(at: Any) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def _took(shown: Run) -> str | None:
    taken = seconds(shown)
    return None if taken is None else _("{seconds} 秒").format(seconds=taken)
