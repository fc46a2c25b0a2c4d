"""A question about places is put: a layout of the schools of a stage, or their catchments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.findings import words
from jiaoheng.ledger import facts, planners
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.models import Scenario, Snapshot
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.web.pages.studio.places.forms import STAGES, LayoutForm, ZonesForm
from jiaoheng.web.request import Request


def new(request: Request, snapshot: Snapshot, planner: str, before: Scenario | None) -> HttpResponse:
    """The form of a question; posted, the question is put."""
    county = facts.tables(snapshot)
    asked = planners.read(before.planner, before.request) if before is not None else None
    if isinstance(asked, ZonesRequest | LayoutRequest):
        stage = asked.stage
    else:
        stage = request.GET.get("stage", "") if request.GET.get("stage", "") in STAGES else STAGES[0]
    label = words.stage_label(stage, request.language)
    names = county.school_names()
    initial: dict[str, Any]
    form: ZonesForm | LayoutForm
    data = request.POST if request.method == "POST" else None
    base = county.years[-1]
    if planner == Scenario.Planner.ZONES:
        default: Any = asked if isinstance(asked, ZonesRequest) else ZonesRequest(stage, base + 1, base + 3)
        initial = ZonesForm.filled(default, names) | {"name": _("{stage}划片").format(stage=label)}
        form = ZonesForm(county, stage, data, initial=initial | _name(before))
    else:
        default = asked if isinstance(asked, LayoutRequest) else LayoutRequest(stage, base + 5)
        initial = LayoutForm.filled(default, names) | {"name": _("{stage}布局").format(stage=label)}
        form = LayoutForm(county, stage, data, initial=initial | _name(before))
    if request.method == "POST" and form.is_valid():
        made = acts.ask(
            request.actor,
            request.county,
            name=form.cleaned_data["name"],
            request=form.request(facts.NATIONAL),
            based_on=before,
        )
        messages.success(request, _("已开始计算，离开本页也不会中断。"))
        return redirect("scenario", made.pk)
    zones = planner == Scenario.Planner.ZONES
    return render(
        request,
        f"studio/places/new_{'zones' if zones else 'layout'}.html",
        {
            "form": form,
            "title": _("{stage}划片").format(stage=label) if zones else _("{stage}布局").format(stage=label),
            "based_on": before,
            "snapshot_used": snapshot,
            "count": len(form.schools),
            "villages": len(form.villages),
            "breadcrumbs": [
                {"label": _("方案"), "url": reverse("scenarios")},
                {"label": _("新建方案"), "url": reverse("scenario_new")},
                {"label": _("划片") if zones else _("学校布局")},
            ],
        },
    )


def _name(before: Scenario | None) -> dict[str, str]:
    return {} if before is None else {"name": _("{name}（改）").format(name=before.name)[:80]}
