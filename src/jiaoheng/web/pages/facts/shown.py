"""What several pages of this area show alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import REGISTRY
from jiaoheng.ledger.models import Change, Event, Submission
from jiaoheng.web.request import Request

State = Submission.State
_STATUS = {
    State.DRAFT: "open",
    State.SUBMITTED: "submitted",
    State.RETURNED: "returned",
    State.ACCEPTED: "closed",
    State.WITHDRAWN: "withdrawn",
}


def status(submission: Submission) -> dict[str, str]:
    """A submission's state as a mark and a word."""
    return {"status": _STATUS[State(submission.state)], "label": submission.get_state_display()}


def subnav(current: str) -> list[dict[str, Any]]:
    """The parts of the area: what is brought in, what was accepted, how sources and other systems' tables are read."""
    pages = (
        ("submissions", _("报送")),
        ("snapshots", _("数据快照")),
        ("compare_snapshots", _("比较快照")),
        ("source_differences", _("来源不一致")),
        ("source_order", _("来源先后")),
        ("mappings", _("对应关系")),
    )
    return [{"url": reverse(name), "label": label, "current": name == current} for name, label in pages]


def subnav_of(request: Request, current: str) -> list[dict[str, Any]]:
    """Without the submissions for those who see none."""
    pages = subnav(current)
    return pages if access.may_anywhere(request.user, "submission.see") else pages[1:]


def day(at: datetime) -> str:
    """A day as it is written in the reader's language."""
    return formats.date_format(timezone.localtime(at), "DATE_FORMAT")


def events(submission: Submission) -> list[dict[str, Any]]:
    """What happened to a submission, the latest first."""
    key = {"object_type": "submission", "object_id": str(submission.pk)}
    with_others = Change.objects.filter(**key, event__action="submission.accept_together").values("event")
    of = Event.objects.filter(Q(**key) | Q(pk__in=with_others))
    found = of.exclude(action="submission.checked").order_by("-number")
    return [
        {
            "text": REGISTRY[event.action].label if event.action in REGISTRY else event.action,
            "who": event.person.name if event.person else _("系统"),
            "at": event.at,
        }
        for event in found.select_related("person")[:50]
    ]


def tell_left_out(request: Request, names: Sequence[str]) -> None:
    """Say which files of an archive or a folder are no data."""
    if names:
        text = _("这些文件不是数据，或内容与扩展名不符，没有接收：{names}").format(names=" · ".join(names[:10]))
        messages.warning(request, text + ("…" if len(names) > 10 else ""))


def blanked(count: int) -> list[dict[str, Any]]:
    """Figures that are there now and would be blank: the files may lack their columns."""
    if not count:
        return []
    note = _("原来有数，这次的文件没有填或没有这一列")
    return [{"label": _("变成空白"), "value": f"{count:,}", "unit": _("格"), "note": note}]


def moment(at: datetime) -> str:
    """A time as it is written in the reader's language."""
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
