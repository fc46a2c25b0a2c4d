"""The frame of every page: navigation by right, the county, the snapshot, whether this is the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from jiaoheng.ledger import access, agenda, facts
from jiaoheng.ledger.models import Person, Task

NAVIGATION = (
    ("overview", _("总览"), "facts.see"),
    ("schools", pgettext_lazy("several", "学校"), "facts.see"),
    ("documents", _("规划"), "document.see"),
    ("forecasts", _("学位"), "forecast.see"),
    ("scenarios", _("方案"), "scenario.see"),
    ("tasks", _("台账"), "task.see"),
    ("visits", _("督导"), "visit.see"),
    ("submissions", _("数据"), "submission.see"),
    ("funding", _("经费"), "funding.see"),
    ("runs", _("计算"), "run.see"),
    ("people", _("人员"), "people.see"),
    ("audit", _("记录"), "audit.see"),
)
"""Name of the address, label, and the right that shows it."""
ACCOUNT: tuple[tuple[str, Any], ...] = (("account", _("我的账号")), ("change_password", _("修改密码")))
"""Name and label of the pages of one's own account."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the layout needs."""
    person = getattr(request, "user", None)
    county = getattr(request, "county", None)
    given: dict[str, Any] = {"demo": settings.DEMO, "home_url": reverse("overview")}
    if not isinstance(person, Person):
        return given
    given["account"] = {
        "name": person.name,
        "roles": [str(held) for held in person.held],
        "links": [{"url": reverse(name), "label": label} for name, label in ACCOUNT],
    }
    if county is None:
        return given
    present = facts.assessed_snapshot(county)
    return given | {
        "county_name": county.name,
        "navigation": [
            {"url": reverse(name), "label": label, "current": _is_current(request, reverse(name))}
            | ({"late": _late(person)} if name == "tasks" else {})
            for name, label, right in NAVIGATION
            if access.may_anywhere(person, right)
        ],
        "snapshot": present and {"name": present.name, "date": present.accepted_at},
    }


def _late(person: Person) -> str:
    """How many of the tasks that this person may see are overdue, in words; empty where none is."""
    count = access.which(person, "task.see", Task).filter(agenda.overdue()).count()
    return ngettext("逾期 {count}", "逾期 {count}", count).format(count=count) if count else ""


def _is_current(request: HttpRequest, url: str) -> bool:
    """Whether the page lies under this address; the overview, at the root, is only itself."""
    return request.path == url if url == reverse("overview") else request.path.startswith(url)
