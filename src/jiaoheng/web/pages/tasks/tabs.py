"""The ledger's pages side by side."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.ledger import access
from jiaoheng.web.request import Request

FILTERED = ("tasks", "board", "calendar")


def tabs(request: Request, current: str) -> list[dict[str, Any]]:
    """The pages that this person may open; list, board and calendar keep the filters."""
    query = request.GET.copy()
    for name in ("page", "sort", "month"):
        query.pop(name, None)
    kept = f"?{query.urlencode()}" if query and current in FILTERED else ""
    shown = (
        ("tasks", _("列表"), "task.see"),
        ("board", _("看板"), "task.see"),
        ("calendar", _("日历"), "task.see"),
        ("task_findings", _("测算发现立项"), "task.create"),
        ("task_rules", _("立项规则"), "rule.see"),
        ("bulletins", _("月度通报"), "bulletin.see"),
    )
    return [
        {"url": reverse(name) + (kept if name in FILTERED else ""), "label": label, "current": name == current}
        for name, label, right in shown
        if access.may_anywhere(request.user, right)
    ]
