"""Which source holds where several tell the same: set by the bureau, with what a change would do told before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiaoheng.county import Precedence, compare, comparison_sentences, reordered, schema
from jiaoheng.county.difference_words import rule_label
from jiaoheng.county.precedence import sources
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.language import Language
from jiaoheng.ledger import access, facts, source_order
from jiaoheng.ledger.actions import Forbidden, Refused
from jiaoheng.ledger.actions.source_order import change_order
from jiaoheng.ledger.models import Run, SourceOrder
from jiaoheng.web.pages.facts.shown import subnav_of
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

TABLES = ("schools", "enrolment", "classes", "class_sizes", "facilities", "staff")
"""The tables that several sources tell; of others an exception is hardly ever wanted."""


@needs("facts.see")
def show(request: Request) -> HttpResponse:
    """The order, to be changed by those who may: each step shows what it would do, and nothing holds until saved."""
    row = SourceOrder.objects.filter(county=request.county).first()
    present = source_order.precedence(row) if row else Precedence()
    may_change = access.may(request.user, "sources.change", request.county)
    if request.method != "POST":
        return _page(request, present, present, row.mark() if row else "", may_change=may_change)
    if not may_change:
        raise Forbidden("sources.change")
    wanted = _wanted(request)
    seen = request.POST.get("seen", "")
    if "save" not in request.POST:
        return _page(request, present, wanted, seen, may_change=True)
    try:
        change_order(request.actor, request.county, order=wanted.order, exceptions=wanted.exceptions, seen=seen)
    except Refused as refused:
        now = SourceOrder.objects.filter(county=request.county).first()
        return _page(request, present, wanted, now.mark() if now else "", may_change=True, error=str(refused))
    messages.success(request, _("来源先后已保存，正在按它重排现有数据。"))
    return redirect("source_order")


def _wanted(request: Request) -> Precedence:
    """The order that was sent, with the step that was asked for taken."""
    order = [name for name in request.POST.getlist("source") if name in sources()]
    order = list(dict.fromkeys([*order, *sources()]))
    exceptions = dict(_sent(request))
    move, _colon, name = request.POST.get("move", "").partition(":")
    if name in order:
        at = order.index(name)
        other = max(0, at - 1) if move == "up" else min(len(order) - 1, at + 1)
        order[at], order[other] = order[other], order[at]
    exceptions.pop(request.POST.get("drop", ""), None)
    place, first = request.POST.get("place", ""), request.POST.get("first", "")
    if "add" in request.POST and place in dict(_places(request.language)) and first in sources():
        exceptions[place] = (first,)
    if (staff := request.POST.get("staff")) in ("roster", "form"):
        exceptions["staff"] = (staff,)
    return Precedence(tuple(order), exceptions)


def _sent(request: Request) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The exceptions that the form holds: a place and the source that comes first there."""
    known = dict(_places(request.language))
    for each in request.POST.getlist("exception"):
        place, _equals, first = each.partition("=")
        if place in known and first in sources():
            yield place, (first,)


def _places(language: Language) -> Iterator[tuple[str, str]]:
    """Tables and columns of which there may be an exception, with their labels."""
    for name in TABLES:
        table = schema().tables[name]
        if name != "staff":
            yield name, rule_label(name, language)
        for column in table.columns:
            if column.name not in table.key:
                yield f"{name}.{column.name}", rule_label(f"{name}.{column.name}", language)


def _page(
    request: Request, present: Precedence, wanted: Precedence, seen: str, *, may_change: bool, error: str = ""
) -> HttpResponse:
    language = request.language
    exceptions = {place: of for place, of in wanted.exceptions.items() if place != "staff" and of}
    order = wanted.sources()
    changed = source_order.mark(present) != source_order.mark(wanted)
    context: dict[str, Any] = {
        "subnav": subnav_of(request, "source_order"),
        "sources": [{"value": name, "label": _source(name, language), "last": name == order[-1]} for name in order],
        "exceptions": [
            {
                "place": place,
                "label": rule_label(place, language),
                "first": of[0],
                "first_label": _source(of[0], language),
            }
            for place, of in exceptions.items()
        ],
        "places": list(_places(language)),
        "staff": "roster" if wanted.staff_from == "roster" else "form",
        "seen": seen,
        "may_change": may_change,
        "changed": changed,
        "error": error,
        "running": Run.objects.filter(county=request.county, kind="reorder", status__in=Run.UNFINISHED).exists(),
    }
    if changed:
        context |= _preview(request, wanted)
    return render(request, "sources/order.html", context, status=409 if error else 200)


def _focus(move: str, name: str, order: tuple[str, ...]) -> str:
    """Which button of a source has the focus after it was moved: the same again, or where there is none the other."""
    step, _colon, moved = move.partition(":")
    if moved != name:
        return ""
    if name == order[0]:
        return "down"
    return "up" if name == order[-1] else step


def _source(name: str, language: Language) -> str:
    return schema().label("source", name, language)


def _preview(request: Request, wanted: Precedence) -> dict[str, Any]:
    """What the present facts would be in this order."""
    snapshot = facts.latest_snapshot(request.county)
    if snapshot is None:
        return {}
    try:
        county = facts.tables(snapshot)
    except SnapshotError:
        return {"damaged": True}
    found = compare(county, reordered(county, wanted))
    return {"preview": list(comparison_sentences(found, request.language)), "preview_same": found.is_empty}
