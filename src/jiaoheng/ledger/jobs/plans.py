"""A plan's commitments are measured in the county's present facts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from jiaoheng.findings import assess as assess_county
from jiaoheng.ledger import facts, plans
from jiaoheng.ledger.actions.facts import keep_assessment
from jiaoheng.ledger.actions.measuring import KIND, keep_standard
from jiaoheng.ledger.actions.registry import SYSTEM
from jiaoheng.ledger.jobs.registry import Progress, job
from jiaoheng.ledger.models import Organisation, PlanDocument, Run, Snapshot


@job(KIND, gettext_lazy("测算规划进度"))
def assess_plan(run: Run, progress: Progress) -> dict[str, Any]:
    """Measure one document's commitments."""
    document = PlanDocument.objects.select_related("county").get(pk=run.inputs["document"])
    return {"document": document.pk, "measured": measured(document, facts.latest_snapshot(document.county))}


def measure_all(county: Organisation, snapshot: Snapshot) -> None:
    """Measure the commitments of every document in use in a snapshot."""
    for document in PlanDocument.objects.filter(county=county, withdrawn=False, state=PlanDocument.State.READ):
        measured(document, snapshot)


def measured(document: PlanDocument, snapshot: Snapshot | None) -> int:
    """Write a document's standard as its commitments are now, and keep what a snapshot is worth by it.

    How many commitments are measured.
    """
    plan = keep_standard(SYSTEM, document, plans.written(document))
    if plan is None:
        return 0
    if snapshot is not None:
        keep_assessment(SYSTEM, snapshot, assess_county(facts.tables(snapshot), plans.standard_of(plan)))
    return len(plan.items)
