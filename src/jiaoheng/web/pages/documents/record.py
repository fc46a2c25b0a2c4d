"""The record of one commitment: what it says, what measures it, and what other places say of the same."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.documents import comparing
from jiaoheng.language import Language
from jiaoheng.ledger import access, commitments, history, plans, promises
from jiaoheng.ledger.models import Commitment
from jiaoheng.web.pages.documents import catalogue, shown
from jiaoheng.web.request import Request

State = Commitment.State


def record_shown(request: Request, at: Commitment) -> dict[str, Any]:
    """One commitment for the record: what it says, and where a person said otherwise, what was read."""
    measured = _indicator(at, request.language)
    return {
        "commitment": at,
        "status": shown.state(at),
        "kind": at.get_kind_display(),
        "amount": shown.amount(at),
        "facts": _facts(at),
        "indicator": measured,
        "read": _read(at),
        "task": at.task,
        "also": _also(request, at),
        "standing": _standing(request, at),
        "events": history.history(at, limit=10),
        "can": {
            "confirm": at.state in (State.PROPOSED, State.REJECTED),
            "reject": at.state != State.REJECTED,
            "reopen": at.state != State.PROPOSED,
        },
    }


def _standing(request: Request, at: Commitment) -> dict[str, str] | None:
    """How a commitment that is measured stands."""
    told = plans.standings(at.document, request.language).get(at.pk) if at.holds else None
    if told is None:
        return None
    return {"status": plans.STATUS[told.state], "label": told.label, "value": told.value, "pace": told.pace}


def _also(request: Request, at: Commitment) -> list[dict[str, Any]]:
    """What other places and documents promise of the same thing, whether decided or not."""
    if not at.is_target or at.value is None:
        return []
    own = promises.promised(at)
    seen = access.which(request.user, "document.see", Commitment).exclude(pk=at.pk).exclude(state=State.REJECTED)
    others = seen.filter(kind=at.kind, document__county=request.county, document__withdrawn=False)
    found = []
    for other in others.select_related("document"):
        if other.value is not None and (verdict := comparing.verdict(own, promises.promised(other))):
            found.append(
                {
                    "url": reverse("commitment", args=[other.pk]),
                    "document": "" if other.document_id == at.document_id else other.document.title,
                    "amount": shown.amount(other),
                    "due": shown.due(other.due),
                    "conflict": verdict == "conflict",
                }
            )
    return found


def _facts(at: Commitment) -> list[dict[str, Any]]:
    shown_facts: list[dict[str, Any]] = [{"label": _("期限"), "value": shown.due(at.due) or _("没有写明")}]
    if at.is_target:
        if at.baseline is not None:
            year = f"（{at.baseline_year}）" if at.baseline_year else ""
            shown_facts.append({"label": _("基期"), "value": f"{at.baseline:g} {at.unit}{year}"})
        if at.binding:
            shown_facts.append({"label": _("性质"), "value": dict(commitments.BINDING)[at.binding]})
    if at.lead or not at.is_target:
        shown_facts.append({"label": _("牵头单位"), "value": shown.units(at.lead) or _("没有写明")})
    if at.support:
        shown_facts.append({"label": _("配合单位"), "value": shown.units(at.support)})
    if at.path:
        shown_facts.append({"label": _("所在标题"), "value": " › ".join(at.path)})
    return shown_facts


def _indicator(at: Commitment, language: Language) -> dict[str, Any] | None:
    if not at.is_target:
        return None
    return {
        "name": catalogue.name(at.indicator, language) if at.indicator else "",
        "score": round(100 * at.score) if at.score is not None else None,
        "runners_up": [
            {"name": catalogue.name(other, language), "score": round(100 * score)} for other, score in at.runners_up
        ],
    }


def _read(at: Commitment) -> str:
    """What the program read, where a person said otherwise."""
    if at.proposed is None or not commitments.differs(at):
        return ""
    read = Commitment(
        kind=at.kind,
        subject=at.proposed.get("subject") or at.proposed.get("title") or "",
        comparator=at.proposed.get("comparator") or "",
        value=at.proposed.get("value"),
        value_max=at.proposed.get("value_max"),
        unit=at.proposed.get("unit") or "",
    )
    parts = [read.subject, shown.amount(read), shown.due(at.proposed.get("due") or "")]
    parts.append(shown.units([*at.proposed.get("lead", ()), *at.proposed.get("support", ())]))
    return "；".join(part for part in parts if part)
