"""Two scenarios side by side: cost, who passes when, coefficients, maps, and the moves that only one has."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiaoheng.county.moves import Move
from jiaoheng.findings.words import fixed, number
from jiaoheng.ledger import access, scenarios
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import sums, words
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.words import Voice
from jiaoheng.web.pages.studio import maps, moves, shown
from jiaoheng.web.pages.studio.forms import CompareForm
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

Part = dict[str, Any]
Pair = tuple[Plan, Plan]


@require_safe
@needs("scenario.see")
def compare(request: Request) -> HttpResponse:
    """What differs between two scenarios that the address names."""
    offered = access.which(request.user, "scenario.see", Scenario).filter(
        computed_at__isnull=False, planner=Scenario.Planner.PATH
    )
    offered = offered.order_by("-pk")
    form = CompareForm(request.GET, offered)
    given: Part = {
        "form": form,
        "enough": offered.count() > 1,
        "breadcrumbs": [{"label": _("方案"), "url": reverse("scenarios")}, {"label": _("并排比较")}],
    }
    if form.is_bound and form.is_valid():
        given |= _compared(request, form.cleaned_data["a"], form.cleaned_data["b"])
    return render(request, "studio/compare.html", given)


def _compared(request: Request, a: Scenario, b: Scenario) -> Part:
    plans = scenarios.plan_of(a), scenarios.plan_of(b)
    if plans[0] is None or plans[1] is None:
        return {}
    pair: Pair = (plans[0], plans[1])
    voices = shown.voice_of(a, request.language), shown.voice_of(b, request.language)
    language = request.language
    only = [_only(pair[0], pair[1], a, voices[0]), _only(pair[1], pair[0], b, voices[1])]
    return {
        "pair": (a, b),
        "other_facts": a.snapshot_id != b.snapshot_id,
        "summary": _summary(request, (a, b), pair),
        "costs": [
            _costs(
                _("按实施学年"), _("学年"), pair, sums.year_paid, lambda y: words.year_label(y, language), voices[0]
            ),
            _costs(_("按举措"), _("举措"), pair, _kind, lambda kind: words.kind_label(kind, language), voices[0]),
            _costs(_("按学校"), _("学校"), pair, sums.school_of, voices[0].school, voices[0]),
        ],
        "passes": _passes(a, b, pair, voices[0]),
        "coefficients": _coefficients(pair, voices[0]),
        "maps": [
            found | {"title": f"{one.name} · {found['title']}"}
            for one in (a, b)
            if (found := maps.after(one, language)) is not None
        ],
        "only": [part for part in only if part["rows"]],
        "same_moves": not any(part["rows"] for part in only),
    }


def _summary(request: Request, pair: tuple[Scenario, Scenario], plans: Pair) -> Part:
    language = request.language
    lines: list[tuple[str, Callable[[Scenario, Plan], Any]]] = [
        (_("结果"), lambda one, plan: shown.standing(one, language)),
        (_("目标学年"), lambda one, plan: str(plan.until)),
        (_("预算"), lambda one, plan: shown.budget_line(one, language)),
        (_("费用合计"), lambda one, plan: shown.money(one.cost, language)),
        (_("达标的校段"), lambda one, plan: f"{sums.last(plan).passing} / {sums.last(plan).sections}"),
        (_("达标学校的学生"), lambda one, plan: _percent(sums.pupil_share(sums.last(plan)))),
        (_("交流轮岗教师"), lambda one, plan: str(sums.people_moved(plan.moves))),
        (_("举措"), lambda one, plan: str(len(plan.moves))),
    ]
    rows = []
    for label, tell in lines:
        cells: list[Part] = [{"text": label, "kind": "name"}]
        for one, plan in zip(pair, plans, strict=True):
            said = tell(one, plan)
            cell = (
                {"text": "", "status": said["status"], "status_label": said["label"]}
                if isinstance(said, dict)
                else {"text": said}
            )
            cells.append(cell | {"kind": "number"})
        rows.append({"cells": cells})
    columns = [{"label": "", "kind": "name"}]
    columns += [{"label": one.name, "kind": "number"} for one in pair]
    return {
        "id": "summary",
        "caption": _("两个方案"),
        "caption_hidden": True,
        "columns": columns,
        "rows": rows,
        "scrolls": True,
    }


def _costs(
    caption: str, head: str, pair: Pair, key: Callable[[Move], Any], say: Callable[[Any], str], voice: Voice
) -> Part:
    own = [sums.cost_by(plan.moves, key) for plan in pair]
    keys = sorted(set(own[0]) | set(own[1]), key=lambda k: (-max(own[0].get(k, 0.0), own[1].get(k, 0.0)), str(k)))
    if key is sums.year_paid:
        keys.sort()
    rows = []
    for one in keys:
        first, second = own[0].get(one, 0.0), own[1].get(one, 0.0)
        if first == second == 0:
            continue
        rows.append(_money_row(say(one), first, second, voice))
    return {
        "id": f"compare-{len(caption)}-{caption}",
        "caption": caption,
        "dense": True,
        "columns": [
            {"label": head, "kind": "name"},
            {"label": _("甲"), "kind": "number"},
            {"label": _("乙"), "kind": "number"},
            {"label": _("乙比甲"), "kind": "number"},
        ],
        "rows": rows,
        "foot": _money_row(_("合计"), pair[0].cost, pair[1].cost, voice)["cells"],
        "filter": len(rows) > shown.MOST_SCHOOLS,
    }


def _money_row(label: str, first: float, second: float, voice: Voice) -> Part:
    more = second - first
    sign = "+" if more > 0 else "−" if more < 0 else ""
    return {
        "cells": [
            {"text": label, "kind": "name"},
            {"text": words.money(first, voice.language), "kind": "number"},
            {"text": words.money(second, voice.language), "kind": "number"},
            {"text": sign + words.money(abs(more), voice.language) if more else "—", "kind": "number"},
        ]
    }


def _passes(a: Scenario, b: Scenario, pair: Pair, voice: Voice) -> Part:
    """The first year in which each school's stage passes and goes on passing, where the two differ."""
    first = [_first_years(one, plan, voice) for one, plan in zip((a, b), pair, strict=True)]
    rows = []
    for code, stage in dict.fromkeys([*first[0], *first[1]]):
        years = [own.get((code, stage), "—") for own in first]
        if years[0] != years[1]:
            rows.append(
                {
                    "cells": [
                        {"text": voice.school(code), "kind": "name"},
                        {"text": voice.stage(stage), "kind": "short"},
                        *({"text": year, "kind": "number"} for year in years),
                    ]
                }
            )
    columns = [{"label": _("学校"), "kind": "name"}, {"label": _("学段"), "kind": "short"}]
    columns += [{"label": _("甲"), "kind": "number"}, {"label": _("乙"), "kind": "number"}]
    return {"id": "compare-passes", "caption": _("达标学年不同的学校"), "columns": columns, "rows": rows, "dense": True}


def _first_years(one: Scenario, plan: Plan, voice: Voice) -> dict[tuple[str, str], str]:
    outlooks = (plan.before, *plan.after)
    failing = [{(f.school_id, f.stage) for f in outlook.failing} for outlook in outlooks]
    found = {}
    for section in shown.sections(one, plan):
        year = None
        for outlook, own in zip(reversed(outlooks), reversed(failing), strict=True):
            if section in own:
                break
            year = outlook.year
        found[section] = _("一直没有") if year is None else str(year)
    return found


def _coefficients(pair: Pair, voice: Voice) -> Part:
    last = [sums.last(plan) for plan in pair]
    rows = []
    for even in pair[0].before.balance:
        if even.at_most is None:
            continue
        own = [next((e for e in one.balance if (e.check, e.stage) == (even.check, even.stage)), None) for one in last]
        cells: list[Part] = [
            {"text": voice.check(even.check), "kind": "name"},
            {"text": voice.stage(even.stage), "kind": "short"},
            {"text": fixed(even.value, 3), "kind": "number"},
        ]
        for found in own:
            status = found.status if found else "unknown"
            label = words.say(f"verdict_{status}", voice.language)
            value = fixed(found.value if found else None, 3)
            cells.append({"text": value, "status": status, "status_label": label, "kind": "number"})
        rows.append({"cells": [*cells, {"text": fixed(even.at_most, 2), "kind": "number"}]})
    names = (_("指标"), _("学段"), _("现状"), _("甲"), _("乙"), _("限值"))
    kinds = ("name", "short", "number", "number", "number", "number")
    columns = [{"label": name, "kind": kind} for name, kind in zip(names, kinds, strict=True)]
    return {"id": "compare-coefficients", "caption": _("最后一年的校际差异系数"), "columns": columns, "rows": rows,
            "matrix": True, "scrolls": True}  # fmt: skip


def _only(plan: Plan, other: Plan, scenario: Scenario, voice: Voice) -> Part:
    """The moves that the other plan does not have alike."""
    there = {_same(move) for move in other.moves}
    placed = [(place, move) for place, move in enumerate(plan.moves) if _same(move) not in there]
    link = lambda code: reverse("scenario_school", args=(scenario.pk, code))  # noqa: E731
    rows = moves.rows(placed, voice, link)
    return {"scenario": scenario, "rows": rows, "total": moves.total((move for _p, move in placed), voice)}


def _same(move: Move) -> Hashable:
    return move.kind, move.year, move.begun, move.school_id, move.to_school, move.stage, move.grade, move.amount


def _kind(move: Move) -> str:
    return move.kind


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{number(share, 1)}%"
