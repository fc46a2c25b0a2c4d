"""A forecast is asked for, asked again, stopped, put away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access, facts, forecasts
from jiaoheng.ledger.actions import Refused, runs
from jiaoheng.ledger.actions import forecast as acts
from jiaoheng.ledger.models import Projection
from jiaoheng.web.pages.forecast.forms import ForecastForm
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("forecast.ask")
def new(request: Request) -> HttpResponse:
    """The question; ``from`` in the address begins with that of another forecast."""
    snapshot = facts.assessed_snapshot(request.county)
    if snapshot is None:
        return redirect("forecast_list")
    before = _before(request)
    initial: dict[str, Any] = {"name": _("学位推算 {number}").format(number=_count(request) + 1)}
    housing: Any = ()
    if before is not None:
        asked = forecasts.request_of(before.request)
        initial, housing = ForecastForm.filled(asked, _("{name}（改）").format(name=before.name)[:80]), asked.housing
    data = request.POST if request.method == "POST" else None
    tables = facts.tables(snapshot)
    form = ForecastForm(tables, request.language, snapshot.year, data, initial=initial, housing=housing)
    if request.method == "POST" and form.is_valid():
        made = acts.ask(request.actor, request.county, name=form.cleaned_data["name"], request=form.request())
        messages.success(request, _("已开始推算，离开本页也不会中断。"))
        return redirect("forecast", made.pk)
    return render(
        request,
        "forecast/new.html",
        {
            "form": form,
            "slips": list(form.slips) if form.is_bound else [],
            "before": before,
            "snapshot_used": snapshot,
            "years_known": tables.years,
            "counted": tables["children"].num_rows > 0,
            "breadcrumbs": [{"label": _("学位"), "url": reverse("forecast_list")}, {"label": _("推算学位")}],
        },
    )


@require_POST
@needs("forecast.ask")
def again(request: Request, pk: int) -> HttpResponse:
    """The same once more."""
    acts.again(request.actor, found(request, "forecast.ask", Projection, pk=pk))
    messages.success(request, _("已重新开始推算。"))
    return redirect("forecast", pk)


@require_POST
@needs("forecast.ask")
def cancel(request: Request, pk: int) -> HttpResponse:
    """Stop it."""
    projection = found(request, "forecast.ask", Projection, pk=pk)
    if projection.run is not None:
        try:
            runs.cancel(request.actor, projection.run)
            messages.success(request, _("已停止推算。"))
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("forecast", pk)


@require_POST
@needs("forecast.ask")
def archive(request: Request, pk: int) -> HttpResponse:
    """Put away, or with ``back`` posted take out again."""
    projection = found(request, "forecast.ask", Projection, pk=pk)
    away = "back" not in request.POST
    acts.archive(request.actor, projection, archived=away)
    messages.success(request, _("已归档，可以在“已归档”里找到。") if away else _("已取消归档。"))
    return redirect("forecast_list") if away else redirect("forecast", pk)


def _before(request: Request) -> Projection | None:
    key = request.GET.get("from", "")
    visible = access.which(request.user, "forecast.see", Projection)
    return visible.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None


def _count(request: Request) -> int:
    return Projection.objects.filter(county=request.county).count()
