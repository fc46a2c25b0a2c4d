"""What a task says that asks a school for its statistics: which submission lacks them, which one brings them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.ledger import access
from jiaoheng.ledger.models import Submission, Task
from jiaoheng.web.request import Request


def asked(request: Request, task: Task) -> list[dict[str, Any]]:
    """The facts of such a task, as links where this person may open them; nothing of any other task."""
    if task.asked_year is None:
        return []
    shown = [(_("缺报的汇总"), task.submission), (_("学校的报送"), task.answer)]
    told = [_linked(request, label, of) for label, of in shown if of is not None]
    if task.answer is None and task.is_pending and access.may(request.user, "submission.create", task.lead):
        told.append({"label": _("学校的报送"), "value": _("去上传"), "url": reverse("new_submission")})
    return told


def _linked(request: Request, label: str, of: Submission) -> dict[str, Any]:
    told: dict[str, Any] = {"label": label, "value": of.title}
    if access.may(request.user, "submission.see", of):
        told["url"] = reverse("submission", args=[of.pk])
    return told
