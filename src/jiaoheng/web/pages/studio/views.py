"""A scenario: the answer, its moves, each school, the budget curve, how far it is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiaoheng.findings.words import number
from jiaoheng.ledger import access, drawings, facts, scenarios
from jiaoheng.ledger.history import history
from jiaoheng.ledger.models import AdoptedMove, Run, Scenario, Task
from jiaoheng.plans import telling, words
from jiaoheng.plans.plan import Plan
from jiaoheng.web.pages.studio import maps, moves, shown
from jiaoheng.web.pages.studio.forms import MovesForm, RenameForm
from jiaoheng.web.pages.studio.places import views as places
from jiaoheng.web.request import Request
from jiaoheng.web.templatetags.runs import run_shown
from jiaoheng.web.views import found, needs

Part = dict[str, Any]


@require_safe
@needs("scenario.see")
def page(request: Request, pk: int) -> HttpResponse:
    """The answer: what it costs, who passes when, what is proven; while it is computed, how far it is."""
    scenario = _scenario(request, pk)
    plan = scenarios.plan_of(scenario)
    given = frame(request, scenario, plan, "scenario")
    given |= {"events": history(scenario), "rename_form": RenameForm(initial={"name": scenario.name})}
    if scenario.is_of_places:
        return render(request, "studio/places/scenario.html", given | places.answer(request, scenario, plan))
    given |= {"facts": _facts(scenario, request)}
    if plan is not None:
        given |= _answer(request, scenario, plan)
    return render(request, "studio/scenario.html", given)


@require_safe
@needs("scenario.see")
def moves_page(request: Request, pk: int) -> HttpResponse:
    """All moves, by school, kind and year."""
    scenario, plan = _computed(request, pk)
    voice = shown.voice_of(scenario, request.language)
    form = MovesForm(request.GET, moves.choices(plan, voice))
    placed = moves.chosen(plan, form)
    tasks = _tasks(request, scenario)
    rows = moves.rows(placed, voice, _school_link(scenario))
    given = {
        "filters": form,
        "rows": [row | {"task": tasks.get(row["place"])} for row in rows],
        "total": moves.total((move for _place, move in placed), voice),
    }
    return render(request, "studio/moves.html", frame(request, scenario, plan, "scenario_moves") | given)


@require_safe
@needs("scenario.see")
def school(request: Request, pk: int, code: str) -> HttpResponse:
    """What one school gets and why, and when it passes."""
    scenario, plan = _computed(request, pk)
    voice = shown.voice_of(scenario, request.language)
    if code not in voice.names:
        raise Http404
    placed = moves.of_school(plan, code)
    name = voice.school(code)
    table = shown.passes_when(scenario, plan, voice, _school_link(scenario))
    own = [row for row in table["rows"] if row["cells"][0]["url"] == _school_link(scenario)(code)]
    given = {
        "name": name,
        "code": code,
        "rows": moves.rows(placed, voice, _school_link(scenario)),
        "total": moves.total((move for _place, move in placed), voice),
        "table": table | {"rows": own, "filter": False},
        "breadcrumbs": [
            {"label": _("方案"), "url": reverse("scenarios")},
            {"label": scenario.name, "url": reverse("scenario", args=(scenario.pk,))},
            {"label": name},
        ],
    }
    return render(request, "studio/school.html", frame(request, scenario, plan, "") | given)


@require_safe
@needs("scenario.see")
def curve(request: Request, pk: int) -> HttpResponse:
    """What every budget would reach."""
    scenario = _scenario(request, pk)
    if scenario.is_of_places:
        raise Http404
    points, language = scenarios.points(scenario), request.language
    rows = [
        {
            "cells": [
                {
                    "text": shown.money(point.budget, language) if point.budget is not None else _("不限"),
                    "kind": "name",
                },
                {"text": shown.money(point.cost, language), "kind": "number"},
                {"text": f"{point.passing} / {point.sections}", "kind": "number"},
                {"text": _share(point.passing_pupils, point.pupils), "kind": "number"},
                {"text": _share(point.bound, point.pupils), "kind": "number"},
            ]
        }
        for point in points
    ]
    columns = [
        {"label": _("预算"), "kind": "name"},
        {"label": _("用去"), "kind": "number"},
        {"label": _("达标的校段"), "kind": "number"},
        {"label": _("达标学校的学生"), "kind": "number"},
        {"label": _("不可能超过"), "kind": "number"},
    ]
    given = frame(request, scenario, scenarios.plan_of(scenario), "scenario_curve") | {
        "drawing": drawings.read(drawings.curve(scenario, language)) if points else "",
        "table": {"id": "curve", "caption": _("预算与达标"), "caption_hidden": True, "columns": columns, "rows": rows},
        "curve_run": _run(request, scenario, scenario.curve_run, "curve"),
    }
    return render(request, "studio/curve.html", given)


@require_safe
@needs("scenario.see")
def progress(request: Request, pk: int, which: str) -> HttpResponse:
    """How far a computation is, asked for again and again; when it has ended, the page is loaded anew."""
    scenario = _scenario(request, pk)
    run = scenario.curve_run if which == "curve" else scenario.run
    if run is None:
        raise Http404
    answer = render(request, "web/parts/progress.html", {"run": _run(request, scenario, run, which)})
    if request.htmx and run.status not in Run.UNFINISHED:
        answer["HX-Refresh"] = "true"
    return answer


def tabs(scenario: Scenario, plan: Plan | None, current: str) -> list[Part]:
    """The pages of a scenario."""
    listed: list[tuple[str, Any, int | None]] = [("scenario", _("结果"), None)]
    if plan is not None and plan.places is not None and plan.places.served:
        listed += [("scenario_seats", _("各校学位"), None), ("scenario_places", _("各村"), None)]
        if plan.places.dossiers:
            listed.append(("scenario_mergers", _("撤并"), len(plan.places.dossiers)))
    if plan is not None and plan.moves:
        listed.append(("scenario_moves", _("举措"), len(plan.moves)))
    if plan is not None and plan.places is None:
        listed.append(("scenario_curve", _("预算曲线"), None))
    return [
        {"url": reverse(name, args=(scenario.pk,)), "label": label, "count": count, "current": name == current}
        for name, label, count in listed
    ]


def frame(request: Request, scenario: Scenario, plan: Plan | None, current: str) -> Part:
    """What all pages of a scenario show: its name, tabs, what can be done with it."""
    may_ask = access.may(request.user, "scenario.ask", scenario)
    present = facts.assessed_snapshot(request.county)
    return {
        "scenario": scenario,
        "scenario_key": str(scenario.pk),
        "plan": plan,
        "tabs": tabs(scenario, plan, current),
        "condition": shown.condition_line(scenario, request.language),
        "may_ask": may_ask,
        "may_adopt": bool(plan and plan.moves)
        and scenario.adopted_at is None
        and access.may(request.user, "scenario.adopt", scenario),
        "outdated": present is not None and present.pk != scenario.snapshot_id,
        "run_part": _run(request, scenario, scenario.run, "plan"),
        "breadcrumbs": [{"label": _("方案"), "url": reverse("scenarios")}, {"label": scenario.name}],
    }


def _answer(request: Request, scenario: Scenario, plan: Plan) -> Part:
    voice = shown.voice_of(scenario, request.language)
    link = _school_link(scenario)
    found_plan = plan.certificate.status in ("optimal", "feasible")
    return {
        "verdict": shown.verdict(plan, voice),
        "metrics": shown.metrics(plan, voice),
        "relaxations": shown.relaxations(plan, voice),
        "costs": shown.cost_tables(plan, voice, link) if found_plan and plan.moves else [],
        "drawing": drawings.read(drawings.plan_costs(scenario, request.language)) if plan.moves else "",
        "years": shown.outlook_lines(plan, request.language),
        "passes": shown.passes_when(scenario, plan, voice, link) if plan.after else None,
        "coefficients": shown.coefficients(plan, voice) if plan.before.balance else None,
        "grounds": shown.grounds(plan, voice) if found_plan else [],
        "next_line": telling.next_line(plan, voice),
        "maps": maps.maps(scenario, request.language),
        "tasks_url": f"{reverse('tasks')}?state=all&scenario={scenario.pk}",
    }


def _facts(scenario: Scenario, request: Request) -> list[Part]:
    asked = scenarios.plain_request(scenario.request)
    told: list[Part] = [
        {"label": _("数据快照"), "value": scenario.snapshot.name},
        {"label": _("目标学年"), "value": words.year_label(asked.until, request.language)},
        {"label": _("预算"), "value": shown.budget_line(scenario, request.language)},
        {"label": _("优先"), "value": _("乡镇和村的学校") if asked.first == "rural" else _("差距最大的学校")},
        {"label": _("大班额"), "value": _("同时化解") if asked.classes else _("不在方案内")},
        {
            "label": _("成本表"),
            "value": str(scenario.costs) if scenario.costs else _("系统自带"),
            "url": reverse("cost_table"),
        },
        {"label": _("提出人"), "value": scenario.made_by.name if scenario.made_by else _("系统")},
    ]
    if scenario.based_on is not None:
        url = reverse("scenario", args=(scenario.based_on_id,))
        told.append({"label": _("依据的方案"), "value": scenario.based_on.name, "url": url})
    return told


def _run(request: Request, scenario: Scenario, run: Run | None, which: str) -> Part | None:
    if run is None:
        return None
    return shown.run_part(request, scenario, run, which, run_shown(run, request.user))


def _scenario(request: Request, pk: int) -> Scenario:
    return found(request, "scenario.see", Scenario, pk=pk)


def _computed(request: Request, pk: int) -> tuple[Scenario, Plan]:
    scenario = _scenario(request, pk)
    plan = scenarios.plan_of(scenario)
    if plan is None:
        raise Http404
    return scenario, plan


def _tasks(request: Request, scenario: Scenario) -> dict[int, Any]:
    """The task of each adopted move, of those that this person may see."""
    seen = access.which(request.user, "task.see", Task)
    adopted = AdoptedMove.objects.filter(scenario=scenario, task__in=seen).select_related("task")
    return {each.place: each.task for each in adopted}


def _school_link(scenario: Scenario) -> Any:
    return lambda code: reverse("scenario_school", args=(scenario.pk, code))


def _share(pupils: float | None, total: float) -> str:
    return "—" if pupils is None or not total else f"{number(100 * pupils / total, 1)}%"
