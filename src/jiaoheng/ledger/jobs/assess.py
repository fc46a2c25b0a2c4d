"""A snapshot is held against a standard, year by year."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from jiaoheng import standards
from jiaoheng.findings import assess as assess_county
from jiaoheng.ledger import drawings, facts
from jiaoheng.ledger.actions.facts import keep_assessment
from jiaoheng.ledger.actions.registry import SYSTEM
from jiaoheng.ledger.actions.tasks import apply_rules
from jiaoheng.ledger.jobs.plans import measure_all
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Run


@job("assess", gettext_lazy("达标测算"))
def assess(run: Run, progress: Progress) -> dict[str, Any]:
    """Assess every year of a snapshot, the latest last: with it, pages turn to the new facts.

    What falls short of the national standard in the county's present facts then becomes tasks, as its rules say, and
    the charts of the overview are drawn.
    """
    snapshot = facts.snapshot_named(run.county, run.snapshot)
    county = facts.tables(snapshot)
    if not county.years:
        raise JobError("没有在校生数据，无法测算。", "There is no enrolment, so nothing can be measured.")
    standard = standards.load(run.standard or facts.NATIONAL)
    for place, year in enumerate(county.years):
        keep_assessment(SYSTEM, snapshot, assess_county(county, standard, year=year))
        progress((place + 1) / (len(county.years) + 1))
    present = facts.latest_snapshot(run.county) == snapshot
    made = apply_rules(run.county) if present and standard.id == facts.NATIONAL else []
    drawings.draw(snapshot, standard.id)
    if present:
        measure_all(run.county, snapshot)
    return {"years": list(county.years), "tasks": [task.pk for task in made]}
