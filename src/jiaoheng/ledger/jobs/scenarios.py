"""Scenarios are planned: the path to the standard, a layout, catchments; and what every budget would reach."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy

from jiaoheng.county.moves import MoveError
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.findings import AssessmentError
from jiaoheng.language import Refusal, Text
from jiaoheng.ledger import drawings, facts, planners, scenarios
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.actions.registry import SYSTEM, Refused
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Run, Scenario
from jiaoheng.plans import path
from jiaoheng.plans.costs import CostError
from jiaoheng.plans.plan import Progress as Told

_LOG = logging.getLogger(__name__)
SELDOM = 0.5
"""Seconds between two words of progress of one phase."""


@job(planners.KINDS[Scenario.Planner.PATH], gettext_lazy("计算达标方案"))
def plan(run: Run, progress: Progress) -> dict[str, Any]:
    """Look for the cheapest path and prove it; ``doing`` tells the phase, the best cost so far and the bound."""
    return _planned(run, progress)


@job(planners.KINDS[Scenario.Planner.LAYOUT], gettext_lazy("计算学校布局"))
def layout(run: Run, progress: Progress) -> dict[str, Any]:
    """Look for the best layout of schools and prove it; tells of its progress as ``plan`` does."""
    return _planned(run, progress)


@job(planners.KINDS[Scenario.Planner.ZONES], gettext_lazy("计算划片"))
def zones(run: Run, progress: Progress) -> dict[str, Any]:
    """Look for the best catchments and prove them; tells of its progress as ``plan`` does."""
    return _planned(run, progress)


def _planned(run: Run, progress: Progress) -> dict[str, Any]:
    scenario = _scenario(run)
    progress(0.0, {"phase": "reading"})
    try:
        found = planners.plan(facts.tables(scenario.snapshot), scenarios.request_of(scenario), calmly(progress))
        acts.keep_plan(SYSTEM, scenario, found)
    except MENDABLE as error:
        raise JobError(*said(error)) from None
    scenario.refresh_from_db()
    drawings.draw_plan(scenario)
    return {"scenario": scenario.pk, "status": found.certificate.status}


@job(scenarios.CURVE, gettext_lazy("计算预算曲线"))
def curve(run: Run, progress: Progress) -> dict[str, Any]:
    """Ask what every budget would reach; one run for the whole curve."""
    scenario = _scenario(run)
    progress(0.0, {"phase": "reading"})
    asked = msgspec.structs.replace(scenarios.path_request(scenario), budget=None, budgets={})
    try:
        found = path.budget_curve(facts.tables(scenario.snapshot), asked, calmly(progress))
    except MENDABLE as error:
        raise JobError(*said(error)) from None
    acts.keep_curve(SYSTEM, scenario, found)
    scenario.refresh_from_db()
    drawings.draw_curve(scenario)
    return {"scenario": scenario.pk, "points": len(found)}


MENDABLE = (Refusal, path.Disagreement, CostError, MoveError, AssessmentError, SnapshotError, Refused)
"""What the person who asked can mend, or has to know of; trying again would end the same way."""
_DISAGREES = Text(
    "算出的方案用测算核对时不一致，所以没有采用。请把“计算”页上这一项告诉管理员。",
    "The plan did not hold when it was measured again, so it is not given. Tell the administrator of this computation.",
)


def calmly(progress: Progress) -> Told:
    """What a planner tells, no more often than a page asks, and without bounds that are none yet (infinite)."""
    last: list[tuple[float, object]] = [(-SELDOM, None)]

    def told(part: float, known: Mapping[str, Any]) -> None:
        doing = {name: value for name, value in known.items() if not isinstance(value, float) or math.isfinite(value)}
        now, (before, phase) = time.monotonic(), last[0]
        if now - before >= SELDOM or doing.get("phase") != phase:
            last[0] = (now, doing.get("phase"))
            progress(min(max(part, 0.0), 1.0), doing)

    return told


def said(error: Exception) -> tuple[str, str]:
    """An error in both languages, each on one line."""
    if isinstance(error, Refusal | MoveError | CostError):
        return _line(error.say("zh")), _line(error.say("en"))
    if isinstance(error, path.Disagreement):
        _LOG.error("a plan did not hold: %s", error)
        return _DISAGREES.zh, _DISAGREES.en
    return _line(str(error)), _line(str(error))


def _line(text: str) -> str:
    return " ".join(text.split())


def _scenario(run: Run) -> Scenario:
    return Scenario.objects.select_related("county", "snapshot", "costs").get(pk=run.inputs["scenario"])
