"""A question is put to the planner, put again, stopped, named, put away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.findings import words
from jiaoheng.ledger import access, facts, scenarios
from jiaoheng.ledger.actions import Refused, runs
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.models import Scenario
from jiaoheng.web.pages.studio.forms import RenameForm, ScenarioForm
from jiaoheng.web.pages.studio.places import asking as about_places
from jiaoheng.web.pages.studio.places.forms import STAGES
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("scenario.ask")
def new(request: Request) -> HttpResponse:
    """Which question, then the question; ``from`` in the address begins with that of another scenario."""
    snapshot = facts.assessed_snapshot(request.county)
    if snapshot is None:
        # The list says what is lacking and what to do.
        return redirect("scenarios")
    before = _based_on(request)
    planner = before.planner if before is not None else request.GET.get("what", "")
    if planner in (Scenario.Planner.ZONES, Scenario.Planner.LAYOUT):
        return about_places.new(request, snapshot, planner, before)
    if planner != Scenario.Planner.PATH and request.method != "POST":
        return _which(request)
    form = ScenarioForm(
        snapshot.year,
        request.POST if request.method == "POST" else None,
        initial=_initial(request, snapshot.year, before),
    )
    if request.method == "POST" and form.is_valid():
        asked = form.request(facts.NATIONAL)
        made = acts.ask(request.actor, request.county, name=form.cleaned_data["name"], request=asked, based_on=before)
        messages.success(request, _("已开始计算，离开本页也不会中断。"))
        return redirect("scenario", made.pk)
    return render(
        request,
        "studio/new.html",
        {
            "form": form,
            "based_on": before,
            "snapshot_used": snapshot,
            "may_edit_costs": access.may(request.user, "cost_table.edit", request.county),
            "own_costs": scenarios.edition(request.county) is not None,
            "breadcrumbs": [{"label": _("方案"), "url": reverse("scenarios")}, {"label": _("新建方案")}],
        },
    )


def _which(request: Request) -> HttpResponse:
    """Which question is to be put."""
    here = reverse("scenario_new")
    stages = [(stage, words.stage_label(stage, request.language)) for stage in STAGES]
    questions = [
        {
            "title": _("达标路径"),
            "text": _("哪一年建什么、买什么、调谁去哪里，全县才能达标，最少花多少钱。"),
            "links": [{"url": f"{here}?what=path", "label": _("算达标路径")}],
        },
        {
            "title": _("学校布局"),
            "text": _("学生一年比一年少或多，哪些学校保留、扩建、新建，哪些征得同意后可以撤并，谁也不落下。"),
            "links": [{"url": f"{here}?what=layout&stage={stage}", "label": label} for stage, label in stages],
        },
        {
            "title": _("划片"),
            "text": _("每个村（社区）的孩子上哪所学校：连成片、不超学位、尽量近、少变动。"),
            "links": [{"url": f"{here}?what=zones&stage={stage}", "label": label} for stage, label in stages],
        },
    ]
    breadcrumbs = [{"label": _("方案"), "url": reverse("scenarios")}, {"label": _("新建方案")}]
    return render(request, "studio/which.html", {"questions": questions, "breadcrumbs": breadcrumbs})


@require_POST
@needs("scenario.ask")
def again(request: Request, pk: int) -> HttpResponse:
    """The same question once more; with ``curve`` posted, that of every budget."""
    scenario = found(request, "scenario.ask", Scenario, pk=pk)
    if request.POST.get("which") == "curve":
        acts.ask_curve(request.actor, scenario)
        messages.success(request, _("已开始计算预算曲线。"))
        return redirect("scenario_curve", pk)
    acts.again(request.actor, scenario)
    messages.success(request, _("已重新开始计算。"))
    return redirect("scenario", pk)


@require_POST
@needs("scenario.ask")
def cancel(request: Request, pk: int, which: str) -> HttpResponse:
    """Stop the computation."""
    scenario = found(request, "scenario.ask", Scenario, pk=pk)
    run = scenario.curve_run if which == "curve" else scenario.run
    if run is not None:
        try:
            runs.cancel(request.actor, run)
            messages.success(request, _("已停止计算。要改条件，可以照它新建一个方案。"))
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("scenario_curve" if which == "curve" else "scenario", pk)


@require_POST
@needs("scenario.ask")
def rename(request: Request, pk: int) -> HttpResponse:
    """Another name."""
    scenario = found(request, "scenario.ask", Scenario, pk=pk)
    form = RenameForm(request.POST)
    if form.is_valid():
        acts.rename(request.actor, scenario, name=form.cleaned_data["name"])
        messages.success(request, _("名称已改。"))
    else:
        messages.error(request, _("请给方案起个名称。"))
    return redirect("scenario", pk)


@require_POST
@needs("scenario.ask")
def archive(request: Request, pk: int) -> HttpResponse:
    """Put away, or with ``back`` posted take out again."""
    scenario = found(request, "scenario.ask", Scenario, pk=pk)
    away = "back" not in request.POST
    acts.archive(request.actor, scenario, archived=away)
    messages.success(request, _("已归档，可以在“已归档”里找到。") if away else _("已取消归档。"))
    return redirect("scenarios" if away else "scenario", *(() if away else (pk,)))


def _based_on(request: Request) -> Scenario | None:
    key = request.GET.get("from", "")
    seen = access.which(request.user, "scenario.see", Scenario)
    return seen.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None


def _initial(request: Request, year: int, before: Scenario | None) -> dict[str, object]:
    if before is not None:
        return ScenarioForm.filled(
            scenarios.plain_request(before.request), _("{name}（改）").format(name=before.name)[:80]
        )
    count = Scenario.objects.filter(county=request.county).count()
    return {"name": _("方案 {number}").format(number=count + 1), "until": year + 2}
