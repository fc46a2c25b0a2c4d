"""How a document's commitments stand: measured ones worst first, then why the others are not measured."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.findings.assessment import State
from jiaoheng.ledger import access, plans
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.measuring import KIND, measure
from jiaoheng.ledger.models import Commitment, PlanDocument, Run
from jiaoheng.ledger.plans import STATUS, Standing
from jiaoheng.web.pages.documents import shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

STATES: tuple[State, ...] = ("behind", "unknown", "on_track", "met")
"""The order in which they are told."""


@needs("document.see")
def show(request: Request, pk: int) -> HttpResponse:
    """The table."""
    document = found(request, "document.see", PlanDocument, pk=pk)
    seen = {each.pk: each for each in shown.visible(request, document).select_related("task", "document")}
    told = {key: each for key, each in plans.standings(document, request.language).items() if key in seen}
    holding = [each for each in seen.values() if each.is_target and each.holds and each.counts_as_id is None]
    plan = plans.present(document)
    runs = Run.objects.filter(kind=KIND, inputs={"document": pk}, status__in=Run.UNFINISHED)
    context = {
        "document": document,
        "breadcrumbs": shown.breadcrumbs(document, _("进度")),
        "tabs": shown.tabs(request, document, "document_standing"),
        "table": _table(document, plans.worst_first(list(told.values())), seen),
        "metrics": metrics(list(told.values())),
        "others": [_other(request, each) for each in holding if each.pk not in told],
        "measured_in": plan[1] if plan is not None else None,
        "running": runs.exists(),
        "may_measure": access.may_anywhere(request.user, "document.decide") and not document.withdrawn,
    }
    return render(request, "documents/standing.html", context)


@require_POST
@needs("document.decide")
def ask(request: Request, pk: int) -> HttpResponse:
    """Measure again."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    try:
        measure(request.actor, document)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("正在测算，几秒钟后刷新本页。"))
    return redirect("document_standing", pk)


def metrics(listed: list[Standing]) -> list[dict[str, Any]]:
    """How many stand where; nothing where none is measured."""
    if not listed:
        return []
    labels: dict[State, str] = {
        "behind": _("滞后"),
        "unknown": _("无法判断"),
        "on_track": _("进度正常"),
        "met": _("已实现"),
    }
    counted = Counter(each.state for each in listed)
    return [{"label": labels[state], "value": counted[state], "shape": STATUS[state]} for state in STATES]


def _table(document: PlanDocument, listed: list[Standing], seen: dict[int, Commitment]) -> dict[str, Any]:
    columns = [
        {"label": _("承诺"), "kind": "name"},
        {"label": _("现值"), "kind": "number"},
        {"label": _("目标"), "kind": "wraps"},
        {"label": _("期限"), "kind": "short"},
        {"label": _("进度"), "kind": "short"},
        {"label": _("怎样判断"), "kind": "text"},
    ]
    rows = []
    for each in listed:
        commitment = seen[each.commitment]
        url = f"{reverse('document', args=[document.pk])}?at={commitment.pk}#q-{commitment.pk}"
        cells = [
            {"text": commitment.subject, "url": url, "kind": "name"},
            {"text": each.value, "kind": "number"},
            {"text": each.target, "kind": "wraps"},
            _due(commitment, each),
            {"status": STATUS[each.state], "status_label": each.label, "kind": "short"},
            {"text": each.pace, "kind": "text"},
        ]
        rows.append({"cells": cells})
    return {"id": "standing", "caption": _("能按数据测算的承诺"), "columns": columns, "rows": rows}


def _due(commitment: Commitment, told: Standing) -> dict[str, Any]:
    """Until when: what the document says, or the year that the pace goes by in its place."""
    if commitment.due or told.due is None:
        return {"text": shown.due(commitment.due) or "—", "kind": "short"}
    return {"text": shown.due(str(told.due)), "note": _("规划期末"), "kind": "short"}


def _other(request: Request, each: Commitment) -> dict[str, Any]:
    """A target that is not measured, and why."""
    why = plans.why_not_measured(each)
    if why is not None:
        told = why.say(request.language)
    elif each.indicator:
        told = _("新确认的，还没有测算")
    else:
        told = _("没有对应的指标，按材料验收")
    return {"commitment": each, "url": reverse("commitment", args=[each.pk]), "amount": shown.amount(each), "why": told}
