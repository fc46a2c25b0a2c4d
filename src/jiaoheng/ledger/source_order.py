"""The order of a county's sources, as it is set, and what tells it from any other."""

from __future__ import annotations

import hashlib
import json

from jiaoheng import typed
from jiaoheng.county import Precedence
from jiaoheng.ledger.models import Organisation, SourceOrder


def precedence_of(county: Organisation) -> Precedence:
    """Which source holds in this county: what the bureau has set, or the usual order."""
    found = SourceOrder.objects.filter(county=county).first()
    return precedence(found) if found else Precedence()


def precedence(row: SourceOrder) -> Precedence:
    """The order that a row holds."""
    return typed.convert({"order": row.order, "exceptions": row.exceptions}, Precedence)


def mark(of: Precedence) -> str:
    """What tells this order from any other that gives other results; empty for the usual one."""
    if _said(of) == _said(Precedence()):
        return ""
    return hashlib.sha256(json.dumps(_said(of)).encode()).hexdigest()[:12]


def _said(of: Precedence) -> list[object]:
    places = sorted({"staff", *of.exceptions})
    exceptions = [[place, of.sources(*place.split("."))] for place in places]
    return [of.sources(), [each for each in exceptions if each[0] == "staff" or each[1] != of.sources()]]
