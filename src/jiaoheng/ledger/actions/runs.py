"""Long computations are asked for and cancelled; what carries them out is ``ledger.work``."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import Organisation, Run


@action("run.ask", gettext_lazy("发起计算"))
def ask(
    act: Act,
    organisation: Organisation,
    kind: str,
    *,
    inputs: dict[str, Any] | None = None,
    snapshot: str = "",
    standard: str = "",
) -> Run:
    """Ask for a run; the same one still waiting is given instead of a second."""
    county = organisation.county
    if county is None:
        raise Refused(_("计算须属于一个县。"))
    same = Run.objects.filter(
        organisation=organisation,
        kind=kind,
        inputs=inputs or {},
        snapshot=snapshot,
        standard=standard,
        status=Run.Status.WAITING,
    ).first()
    run = same or Run(
        county=county,
        organisation=organisation,
        kind=kind,
        inputs=inputs or {},
        snapshot=snapshot,
        standard=standard,
        asked_by=act.actor.person,
    )
    if same is None:
        run.save()
    return run


@action("run.cancel", gettext_lazy("取消计算"))
def cancel(act: Act, run: Run) -> Run:
    """Cancel a run; its worker stops within a second."""
    if run.status not in Run.UNFINISHED:
        raise Refused(_("这项计算已经结束。"))
    run.status, run.ended_at, run.lease_until = Run.Status.CANCELLED, timezone.now(), None
    run.save()
    return run
