"""Commitments and documents in the words of the pages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.findings.words import number
from jiaoheng.ledger import access, commitments
from jiaoheng.ledger.models import Commitment, PlanDocument
from jiaoheng.web.request import Request

State = Commitment.State
SHAPES = {
    State.PROPOSED: "open",
    State.CONFIRMED: "closed",
    State.CORRECTED: "closed",
    State.ADDED: "closed",
    State.REJECTED: "withdrawn",
}
"""The shape that stands for each state."""
DOCUMENT_SHAPES = {"reading": "in_progress", "read": "closed", "refused": "overdue"}
HIGHEST = 6
"""Decimals that a promised figure is shown with."""


def visible(request: Request, document: PlanDocument) -> QuerySet[Commitment]:
    """The commitments of a document that this person may see, in the order of the text."""
    return access.which(request.user, "document.see", Commitment).filter(document=document)


def amount(commitment: Commitment) -> str:
    """What a target asks: sign, value and unit; empty for a measure."""
    if commitment.value is None:
        return ""
    value = number(commitment.value, HIGHEST)
    if commitment.value_max is not None:
        value = f"{value}—{number(commitment.value_max, HIGHEST)}"
    sign = commitments.SIGNS.get(commitment.comparator, "")
    space = "" if commitment.unit.startswith("%") else " "
    return f"{sign} {value}{space}{commitment.unit}".strip()


def due(text: str) -> str:
    """A due as people write it."""
    parts = text.split("-")
    if len(parts) == 3:
        return text
    if len(parts) == 2:
        return _("{year} 年 {month} 月").format(year=parts[0], month=int(parts[1]))
    return _("{year} 年").format(year=text) if text else ""


def units(names: list[str]) -> str:
    """Names of units in a row."""
    return "、".join(names)


def state(commitment: Commitment) -> dict[str, str]:
    """A commitment's state for the status part."""
    return {"status": SHAPES[State(commitment.state)], "label": str(State(commitment.state).label)}


def counts(document: PlanDocument, listed: list[Commitment]) -> dict[str, int]:
    """How far a document is: all, decided, those that count, and those in the ledger."""
    decided, total = commitments.progress(listed)
    return {
        "total": total,
        "decided": decided,
        "left": total - decided,
        "holds": sum(each.holds for each in listed),
        "tasks": len({each.task_id for each in listed if each.task_id is not None}),
        "percent": round(100 * decided / total) if total else 0,
    }


def by_state(listed: list[Commitment]) -> Counter[str]:
    """How many are in each state."""
    return Counter(each.state for each in listed)


def period(document: PlanDocument) -> str:
    """The years that a document covers."""
    years = [str(year) for year in (document.first_year, document.last_year) if year is not None]
    return "—".join(dict.fromkeys(years))


def tabs(request: Request, document: PlanDocument, current: str) -> list[dict[str, Any]]:
    """The pages of one document."""
    shown = [("document", _("逐条核对")), ("document_list", _("清单")), ("document_standing", _("进度"))]
    if access.may_anywhere(request.user, "document.decide"):
        shown.append(("document_ledger", _("转为台账事项")))
        if document.groups.exists() or current == "document_groups":
            shown.append(("document_groups", _("教共体")))
    return [
        {"url": reverse(name, args=[document.pk]), "label": label, "current": name == current} for name, label in shown
    ]


def breadcrumbs(document: PlanDocument, *more: str) -> list[dict[str, str]]:
    """The way to a document's pages."""
    crumbs = [{"url": reverse("documents"), "label": _("规划")}]
    if not more:
        return [*crumbs, {"label": document.title}]
    return [*crumbs, {"url": reverse("document", args=[document.pk]), "label": document.title}, {"label": more[0]}]
