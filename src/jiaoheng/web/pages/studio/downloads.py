"""A scenario to take along: a workbook of its moves, costs and outlook, and the plan as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiaoheng.ledger import scenarios
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import sums, telling, words
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.words import Voice
from jiaoheng.reports.tables import Cell, Column, Sheet, write_sheets
from jiaoheng.web.pages.overview.excel import download
from jiaoheng.web.pages.studio import shown
from jiaoheng.web.pages.studio.places import book as places
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

_BETWEEN = {"zh": "、", "en": "; "}


@require_safe
@needs("scenario.see")
def excel(request: Request, pk: int) -> HttpResponse:
    """The workbook."""
    scenario, plan = _plan(request, pk)
    voice = shown.voice_of(scenario, request.language)
    if plan.places is not None:
        return download(places.workbook(scenario, plan, plan.places, voice), f"{scenario.name}.xlsx")
    notes = list(telling.plan_sentences(plan, voice))
    notes.append(f"{_('数据快照')}{_('：')}{scenario.snapshot.name}")
    if settings.DEMO:
        notes.insert(0, _("演示数据：望岚县为虚构"))
    sheets = [_moves(plan, voice, notes), _costs(plan, voice), _outlook(plan, voice), _balance(plan, voice)]
    return download(write_sheets(sheets, request.language), f"{scenario.name}.xlsx")


@require_safe
@needs("scenario.see")
def plain(request: Request, pk: int) -> HttpResponse:
    """The plan with its certificate, as a program reads it."""
    scenario, plan = _plan(request, pk)
    header = content_disposition_header(as_attachment=True, filename=f"{scenario.name}.json")
    data = msgspec.json.format(msgspec.json.encode(plan), indent=1)
    return HttpResponse(data, content_type="application/json", headers={"Content-Disposition": header or "attachment"})


def _plan(request: Request, pk: int) -> tuple[Scenario, Plan]:
    scenario = found(request, "scenario.see", Scenario, pk=pk)
    plan = scenarios.plan_of(scenario)
    if plan is None:
        raise Http404
    return scenario, plan


def _moves(plan: Plan, voice: Voice, notes: list[str]) -> Sheet:
    columns = [
        Column(_("学校")), Column(_("学段")), Column(_("举措")), Column(_("内容")), Column(_("数量"), "number"),
        Column(_("调往")), Column(_("实施学年"), "text"), Column(_("计入学年"), "text"),
        Column(_("费用（元）"), "number"), Column(_("原因")),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            voice.school(move.school_id), voice.stage(move.stage), words.kind_label(move.kind, voice.language),
            words.move_what(move, voice), move.amount, voice.school(move.to_school) if move.to_school else None,
            None if move.begun is None else str(move.begun), str(move.year), move.cost, words.reasons_line(move, voice),
        ]
        for move in plan.moves
    ]  # fmt: skip
    return Sheet(_("举措"), columns, rows, notes)


def _costs(plan: Plan, voice: Voice) -> Sheet:
    columns = [Column(_("学校")), Column(_("举措")), Column(_("实施学年"), "text"), Column(_("费用（元）"), "number")]
    shared = sums.cost_by(plan.moves, lambda move: (sums.school_of(move), move.kind, sums.year_paid(move)))
    rows: list[list[Cell]] = [
        [voice.school(code), words.kind_label(kind, voice.language), str(year), cost]
        for (code, kind, year), cost in sorted(shared.items(), key=lambda pair: (pair[0][2], pair[0][0], pair[0][1]))
    ]
    return Sheet(_("费用"), columns, rows, [f"{_('合计')} {words.money(plan.cost, voice.language)}"])


def _outlook(plan: Plan, voice: Voice) -> Sheet:
    columns = [
        Column(_("学年"), "text"),
        Column(_("学校")),
        Column(_("学段")),
        Column(_("结论")),
        Column(_("未达标的指标")),
    ]
    rows: list[list[Cell]] = []
    for outlook in (plan.before, *plan.after):
        for each in outlook.failing:
            below: Any = _BETWEEN[voice.language].join(voice.check(check) for check in each.below if voice.knows(check))
            verdict = words.say(f"verdict_{each.verdict}", voice.language)
            rows.append([str(outlook.year), voice.school(each.school_id), voice.stage(each.stage), verdict, below])
    return Sheet(_("未达标的学校"), columns, rows, shown.outlook_lines(plan, voice.language))


def _balance(plan: Plan, voice: Voice) -> Sheet:
    columns = [
        Column(_("学年"), "text"), Column(_("指标")), Column(_("学段")), Column(_("差异系数"), "number", 3),
        Column(_("限值"), "number"), Column(_("结论")),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            str(o.year),
            voice.check(e.check),
            voice.stage(e.stage),
            e.value,
            e.at_most,
            words.say(f"verdict_{e.status}", voice.language),
        ]
        for o in (plan.before, *plan.after)
        for e in o.balance
    ]
    return Sheet(_("差异系数"), columns, rows)
