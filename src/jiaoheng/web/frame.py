"""The frame of every page: navigation by right, the county, the snapshot, whether this is the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import access, facts

NAVIGATION = (
    ("overview", _("总览"), "facts.see"),
    ("schools", _("学校"), "facts.see"),
    ("tasks", _("台账"), "task.see"),
    ("visits", _("督导"), "visit.see"),
    ("submissions", _("数据"), "submission.see"),
    ("runs", _("计算"), "run.see"),
    ("people", _("人员"), "people.see"),
    ("audit", _("记录"), "audit.see"),
)
"""Name of the address, label, and the right that shows it."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the layout needs."""
    person = getattr(request, "user", None)
    county = getattr(request, "county", None)
    if person is None or not person.is_authenticated:
        return {"demo": settings.DEMO, "navigation": []}
    navigation = [
        {"url": reverse(name), "label": label, "current": request.path.startswith(reverse(name))}
        for name, label, right in NAVIGATION
        if county and access.may_anywhere(person, right)
    ]
    return {
        "demo": settings.DEMO,
        "navigation": navigation,
        "county": county,
        "present_snapshot": facts.assessed_snapshot(county) if county else None,
    }
