"""What there is to say while newer facts are being measured, and what else they can be held against."""

from __future__ import annotations

from typing import Any

from jiaoheng import standards
from jiaoheng.ledger import access, facts
from jiaoheng.web.basis import Basis
from jiaoheng.web.nothing_yet import measuring
from jiaoheng.web.request import Request

Part = dict[str, Any]


def newer(request: Request, of: Basis) -> Part | None:
    """What is said on top when there are newer facts than those shown."""
    latest = facts.latest_snapshot(request.county)
    if latest is None or latest.pk <= of.snapshot.pk:
        return None
    return measuring(request, latest) | {"shown": of.snapshot.accepted_at, "accepted": latest.accepted_at}


def other_standards(request: Request, of: Basis) -> list[tuple[str, str]]:
    """Standards that the facts were not held against yet, for who may ask for that."""
    if not access.may_anywhere(request.user, "run.ask"):
        return []
    return [
        (name, standards.load(name).label.say(of.language)) for name in standards.names() if name not in of.standards
    ]
