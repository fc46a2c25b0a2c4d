"""A run as the part ``web/parts/progress.html`` shows it: ``{% shown run as told %}``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiaoheng.ledger import access, work
from jiaoheng.ledger.jobs import JOBS
from jiaoheng.ledger.models import Person, Run
from jiaoheng.ledger.spoken import spoken

register = template.Library()

STATUSES: Mapping[str, str] = {
    Run.Status.WAITING: "open",
    Run.Status.RUNNING: "in_progress",
    Run.Status.DONE: "closed",
    Run.Status.FAILED: "fails",
    Run.Status.CANCELLED: "withdrawn",
}
"""The shape and colour of each status."""
SILENT = 60.0
"""Seconds without a sign of life after which no worker is taken to be there."""


@register.simple_tag(takes_context=True)
def shown(context: Context, run: Run) -> dict[str, Any]:
    """What the part needs: how far the run is, what is going on, and whether this person may stop it."""
    return run_shown(run, context["request"].user)


def run_shown(run: Run, person: Any) -> dict[str, Any]:
    """As ``shown``, for views that add to it."""
    unfinished = run.status in Run.UNFINISHED
    may_stop = unfinished and isinstance(person, Person) and access.may(person, "run.cancel", run)
    return {
        "id": f"run-{run.pk}",
        "title": title(run),
        "status": STATUSES[run.status],
        "status_label": run.get_status_display(),
        "percent": None if run.status == Run.Status.WAITING else round(100 * run.progress),
        "text": _text(run),
        "failed": run.status == Run.Status.FAILED,
        "poll_url": reverse("run_progress", args=(run.pk,)) if unfinished else "",
        "cancel_url": reverse("run_cancel", args=(run.pk,)) if may_stop else "",
    }


def title(run: Run) -> str:
    """What a run does, in words; its bare name where a newer program made it."""
    return str(JOBS[run.kind].label) if run.kind in JOBS else run.kind


def seconds(run: Run) -> int | None:
    """How long it took, or has taken so far; None while it waits."""
    if run.started_at is None:
        return None
    return max(0, round(((run.ended_at or timezone.now()) - run.started_at).total_seconds()))


def _text(run: Run) -> str:
    if run.status == Run.Status.WAITING:
        if _is_silent():
            return _("计算程序没有运行，排队的计算暂时不会开始。请联系管理员。")
        before = Run.objects.filter(status__in=Run.UNFINISHED, pk__lt=run.pk).count()
        return _("前面还有 {count} 项。").format(count=before) if before else _("马上开始。")
    if run.status == Run.Status.RUNNING:
        told = _("已用 {seconds} 秒。").format(seconds=seconds(run))
        return (
            _("上次中断，正在第 {attempt} 次尝试，").format(attempt=run.attempts) + told if run.attempts > 1 else told
        )
    if run.status == Run.Status.FAILED:
        return run.why(spoken())
    taken = seconds(run)
    return "" if taken is None else _("用了 {seconds} 秒。").format(seconds=taken)


def _is_silent() -> bool:
    try:
        return time.time() - work.sign_of_life().stat().st_mtime > SILENT
    except OSError:
        return True
