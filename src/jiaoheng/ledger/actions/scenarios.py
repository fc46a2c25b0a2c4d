"""Scenarios are asked for, named, put away; their answers are kept; the cost table is edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock, facts, planners, scenarios
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import CostEdition, Organisation, Run, Scenario
from jiaoheng.plans import costs, sums
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.zones.request import ZonesRequest


@action("cost_table.edit", gettext_lazy("修改成本表"))
def edit_costs(act: Act, county: Organisation, *, text: str, note: str = "", seen: int | None = None) -> CostEdition:
    """Put a cost table in force; its TOML has been read already.

    ``seen`` is the edition that was changed (0: as delivered): where another came since, that is not overwritten.
    """
    present = scenarios.edition(county)
    if seen is not None and seen != (present.pk if present else 0):
        raise Refused(_("您填写的时候，别人改过成本表，所以没有保存。请看过现在的内容再改。"))
    if text == costs.written(scenarios.table(present)):
        raise Refused(_("没有改动，不用保存。"))
    kept = CostEdition(county=county, text=text, note=note.strip()[:200], made_by=act.actor.person)
    kept.save()
    return kept


@action("scenario.ask", gettext_lazy("新建方案"))
def ask(
    act: Act, county: Organisation, *, name: str, request: planners.Asked, based_on: Scenario | None = None
) -> Scenario:
    """Put a question to its planner about the county's present facts, with the cost table in force."""
    snapshot = facts.assessed_snapshot(county)
    if snapshot is None:
        raise Refused(_("还没有测算过的数据，请先采纳数据并完成测算。"))
    scenario = Scenario(
        county=county,
        name=_name(name),
        snapshot=snapshot,
        planner=planners.planner_of(request),
        request=planners.plain(request),
        costs=scenarios.edition(county),
        based_on=based_on,
        made_by=act.actor.person,
    )
    scenario.save()
    scenario.run = _run(act, scenario, planners.KINDS[scenario.planner])
    scenario.save()
    return scenario


@action("scenario.by_hand", gettext_lazy("手工调整划片"), right="scenario.ask")
def keep_by_hand(act: Act, scenario: Scenario, *, name: str, moved: Mapping[str, str], plan: Plan) -> Scenario:
    """A plan in which somebody gave places to other schools, as a scenario of its own beside the one it came from.

    ``moved`` is the school of each such place; ``plan`` is measured with it. Its question fixes these places, so that
    computing it again keeps them.
    """
    if not moved:
        raise Refused(_("还没有调整任何村（社区）。"))
    asked = planners.read(scenario.planner, scenario.request)
    if isinstance(asked, ZonesRequest):
        asked = msgspec.structs.replace(asked, fixed={**asked.fixed, **moved})
    made = Scenario(
        county=scenario.county,
        name=_name(name),
        snapshot=scenario.snapshot,
        planner=scenario.planner,
        request=planners.plain(asked),
        by_hand={**scenario.by_hand, **moved},
        costs=scenario.costs,
        based_on=scenario,
        made_by=act.actor.person,
    )
    made.save()
    return _keep(made, plan)


@action("scenario.again", gettext_lazy("重新计算方案"), right="scenario.ask")
def again(act: Act, scenario: Scenario) -> Scenario:
    """Ask the same once more: after it was stopped, or to prove more. What is there stays until the answer comes."""
    _must_be_free(scenario)
    if scenario.is_running:
        raise Refused(_("这个方案正在计算，请等它算完，或者先停止。"))
    scenario.run = _run(act, scenario, planners.KINDS[scenario.planner])
    scenario.by_hand = {}
    scenario.save()
    return scenario


@action("scenario.curve", gettext_lazy("计算预算曲线"), right="scenario.ask")
def ask_curve(act: Act, scenario: Scenario) -> Scenario:
    """Ask what every budget would reach, on the same facts and terms."""
    if scenario.is_of_places:
        raise Refused(_("布局和划片的方案没有预算曲线。"))
    if scenario.curve_run is not None and scenario.curve_run.status in Run.UNFINISHED:
        raise Refused(_("预算曲线正在计算。"))
    scenario.curve_run = _run(act, scenario, scenarios.CURVE)
    scenario.save()
    return scenario


@action("scenario.rename", gettext_lazy("改方案名称"), right="scenario.ask")
def rename(act: Act, scenario: Scenario, *, name: str) -> Scenario:
    """Give it another name."""
    scenario.name = _name(name)
    scenario.save()
    return scenario


@action("scenario.archive", gettext_lazy("归档方案"), right="scenario.ask")
def archive(act: Act, scenario: Scenario, *, archived: bool = True) -> Scenario:
    """Put it away, or take it out again; nothing is lost."""
    if archived and scenario.is_running:
        raise Refused(_("这个方案正在计算，请先停止再归档。"))
    scenario.archived = archived
    scenario.save()
    return scenario


@action("scenario.answer", gettext_lazy("方案算完"), right="scenario.ask")
def keep_plan(act: Act, scenario: Scenario, plan: Plan) -> Scenario:
    """Keep the planner's answer."""
    _must_be_free(scenario)
    return _keep(scenario, plan)


@action("scenario.curve_answer", gettext_lazy("预算曲线算完"), right="scenario.ask")
def keep_curve(act: Act, scenario: Scenario, points: Iterable[Any]) -> Scenario:
    """Keep the points of the budget curve."""
    scenario.curve = msgspec.json.encode(list(points)).decode()
    scenario.save()
    return scenario


def _keep(scenario: Scenario, plan: Plan) -> Scenario:
    last = sums.last(plan)
    scenario.plan, scenario.computed_at = scenarios.pack(plan), clock.now()
    found = plan.certificate.status in ("optimal", "feasible")
    scenario.cost = plan.cost if found else None
    scenario.status, scenario.gap = plan.certificate.status, plan.certificate.gap
    scenario.verdict = last.verdict
    scenario.moved = round(plan.places.moved) if plan.places is not None else sums.people_moved(plan.moves)
    scenario.share = sums.pupil_share(last)
    scenario.save()
    return scenario


def _run(act: Act, scenario: Scenario, kind: str) -> Run:
    run = Run(
        county=scenario.county,
        organisation=scenario.county,
        kind=kind,
        inputs={"scenario": scenario.pk},
        snapshot=scenario.snapshot.name,
        standard=scenario.request["standard"],
        asked_by=act.actor.person,
    )
    run.save()
    return run


def _must_be_free(scenario: Scenario) -> None:
    if scenario.adopted_at is not None:
        raise Refused(_("这个方案已经采纳，不能再算；要改条件，请以它为依据新建一个方案。"))


def _name(name: str) -> str:
    if not name.strip():
        raise Refused(_("请给方案起个名称。"))
    return name.strip()[:80]
