"""The path to the standard is planned: a scenario's plan, and what every budget would reach."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext_lazy

from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.findings import AssessmentError
from jiaoheng.ledger import drawings, facts, scenarios
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.actions.registry import SYSTEM, Refused
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Run, Scenario
from jiaoheng.plans import path


@job(scenarios.PLAN, gettext_lazy("计算达标方案"))
def plan(run: Run, progress: Progress) -> dict[str, Any]:
    """Look for the cheapest path and prove it; ``doing`` tells the phase, the best cost so far and the bound."""
    scenario = _scenario(run)
    progress(0.0, {"phase": "reading"})
    try:
        found = path.plan_path(facts.tables(scenario.snapshot), scenarios.path_request(scenario), progress)
        acts.keep_plan(SYSTEM, scenario, found)
    except (AssessmentError, SnapshotError, msgspec.ValidationError, Refused) as error:
        raise JobError(str(error)) from None
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
        found = path.budget_curve(facts.tables(scenario.snapshot), asked, progress)
    except (AssessmentError, SnapshotError) as error:
        raise JobError(str(error)) from None
    acts.keep_curve(SYSTEM, scenario, found)
    scenario.refresh_from_db()
    drawings.draw_curve(scenario)
    return {"scenario": scenario.pk, "points": len(found)}


def _scenario(run: Run) -> Scenario:
    return Scenario.objects.select_related("county", "snapshot", "costs").get(pk=run.inputs["scenario"])
