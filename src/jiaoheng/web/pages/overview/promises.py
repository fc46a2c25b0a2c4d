"""What plans promise, and how it stands: how many, and the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.documents.comparing import clusters
from jiaoheng.findings.assessment import State
from jiaoheng.ledger import access, plans
from jiaoheng.ledger.models import Commitment
from jiaoheng.ledger.plans import Standing
from jiaoheng.ledger.promises import promised
from jiaoheng.web.request import Request

WORST = 6
"""How many are named."""
_ORDER: tuple[State, ...] = ("behind", "unknown", "on_track", "met")


def promises(request: Request) -> dict[str, Any] | None:
    """The part of the overview; None for who may not see plans, and while there is none."""
    if not access.may_anywhere(request.user, "document.see"):
        return None
    own = access.which(request.user, "document.see", Commitment).filter(
        document__county=request.county, document__withdrawn=False
    )
    seen = {each.pk: each for each in own.filter(state__in=Commitment.HOLDS, counts_as=None).select_related("document")}
    undecided = own.filter(state=Commitment.State.PROPOSED).count()
    if not seen and not undecided:
        return None
    told = [
        each
        for _document, listed in plans.county_standings(request.county, request.language)
        for each in listed
        if each.commitment in seen
    ]
    told = _once(told, seen)
    counted = Counter(each.state for each in told)
    labels: dict[State, str] = {
        "behind": _("滞后"),
        "unknown": _("无法判断"),
        "on_track": _("进度正常"),
        "met": _("已实现"),
    }
    worst = [each for each in plans.worst_first(told) if each.state != "met"][:WORST]
    return {
        "states": [{"shape": plans.STATUS[state], "label": labels[state], "count": counted[state]} for state in _ORDER]
        if told
        else [],
        "holds": len(seen),
        "measured": len(told),
        "undecided": undecided,
        "worst": [
            {
                "shape": plans.STATUS[each.state],
                "label": each.label,
                "subject": seen[each.commitment].subject,
                "url": reverse("commitment", args=[each.commitment]),
                "value": each.value,
                "target": each.target,
                "pace": each.pace,
                "document": seen[each.commitment].document.title,
            }
            for each in worst
        ],
        "more": sum(each.state != "met" for each in told) - len(worst),
    }


def _once(told: list[Standing], seen: Mapping[int, Commitment]) -> list[Standing]:
    """Each promise once, where several places say the same; those that differ all."""
    by_key = {each.commitment: each for each in told}
    repeated: set[int] = set()
    for cluster in clusters([promised(seen[key]) for key in by_key]):
        if not cluster.conflict:
            repeated |= set(cluster.keys[1:])
    return [each for each in told if each.commitment not in repeated]
