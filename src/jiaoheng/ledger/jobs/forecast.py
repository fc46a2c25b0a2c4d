"""Pupils and seats of the years to come are worked out, and kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from jiaoheng.ledger import facts, forecasts, planners
from jiaoheng.ledger.actions import forecast as acts
from jiaoheng.ledger.actions.registry import SYSTEM
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.jobs.scenarios import MENDABLE, calmly, said
from jiaoheng.ledger.models import Projection, Run


@job(forecasts.KIND, gettext_lazy("推算学位"))
def forecast(run: Run, progress: Progress) -> dict[str, Any]:
    """Work out a forecast with its back-test; ``doing`` tells the phase."""
    projection = Projection.objects.select_related("county", "snapshot").get(pk=run.inputs["projection"])
    progress(0.0, {"phase": "reading"})
    try:
        asked = forecasts.request_of(projection.request)
        found = planners.forecast(facts.tables(projection.snapshot), asked, calmly(progress))
        acts.keep(SYSTEM, projection, found)
    except MENDABLE as error:
        raise JobError(*said(error)) from None
    return {"projection": projection.pk, "until": found.until}
