"""The history: who changed what, when, from what to what; and the proof that it is unbroken."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import Any

import xlsxwriter
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiaoheng import typed
from jiaoheng.ledger import access, proofs
from jiaoheng.ledger.actions import runs
from jiaoheng.ledger.chain import Proof
from jiaoheng.ledger.history import Told, tell
from jiaoheng.ledger.models import Chain, Change, Event, Person, Run
from jiaoheng.web.pages.audit.forms import HeadForm, HistoryFilter
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

EVENTS_A_PAGE = 50
EXPORTED_AT_MOST = 10_000
ROWS_OF_AN_EVENT = 500
ROWS_EXPORTED = 100_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("audit.see")
@require_safe
def index(request: Request) -> HttpResponse:
    """The events of the county, the last first, with filters that stay in the address."""
    filters = _filters(request)
    page = Paginator(_chosen(request, filters), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "events": tell(page.object_list, rows=3),
        "query": request.GET.urlencode(),
        "most": EXPORTED_AT_MOST,
    }
    return render(request, "audit/index.html", context | _chain(request))


@needs("audit.see")
@require_safe
def event(request: Request, number: int) -> HttpResponse:
    """One event with every row that it touched."""
    row = found(request, "audit.see", Event, number=number)
    context = {
        "event": row,
        "told": tell([row], rows=ROWS_OF_AN_EVENT)[0],
        "left_out": max(0, row.changes.count() - ROWS_OF_AN_EVENT),
        "breadcrumbs": [{"label": _("记录"), "url": reverse("audit")}, {"label": str(number)}],
    }
    return render(request, "audit/event.html", context)


@needs("audit.see")
@require_safe
def export(request: Request) -> HttpResponse:
    """The chosen events as a workbook."""
    chosen = _chosen(request, _filters(request))
    answer = HttpResponse(_workbook(tell(chosen[:EXPORTED_AT_MOST], rows=ROWS_EXPORTED)), content_type=WORKBOOK)
    answer.headers["Content-Disposition"] = 'attachment; filename="history.xlsx"'
    return answer


@needs("audit.see")
@require_safe
def chain_state(request: Request) -> HttpResponse:
    """The part of the page about the chain, asked for again while a verification runs."""
    return render(request, "audit/chain_state.html", _chain(request))


@needs("audit.see")
@require_POST
def verify(request: Request) -> HttpResponse:
    """Ask for a verification, by a worker."""
    form = HeadForm(request.POST)
    if not form.is_valid():
        filters = _filters(request)
        page = Paginator(_chosen(request, filters), EVENTS_A_PAGE).get_page(1)
        context = {"filters": filters, "page": page, "events": tell(page.object_list, rows=3)}
        return render(request, "audit/index.html", context | _chain(request) | {"head_form": form})
    runs.ask(request.actor, request.county, "verify", inputs={"head": form.cleaned_data["head"].lower()})
    return redirect("audit")


def _filters(request: Request) -> HistoryFilter:
    people = access.which(request.user, "people.see", Person).order_by("name")
    return HistoryFilter(people, request.GET if request.method != "POST" else {})


def _chosen(request: Request, filters: HistoryFilter) -> QuerySet[Event]:
    events = access.which(request.user, "audit.see", Event).order_by("-number")
    filters.is_valid()
    values = filters.cleaned_data
    if text := values.get("text"):
        events = events.filter(label__icontains=text)
    if values.get("person"):
        events = events.filter(person=values["person"])
    if values.get("action"):
        events = events.filter(action=values["action"])
    if kind := values.get("kind"):
        touching = Change.objects.filter(object_type=kind).values("event")
        events = events.filter(Q(object_type=kind) | Q(pk__in=touching))
    if since := values.get("since"):
        events = events.filter(at__gte=_midnight(since))
    if until := values.get("until"):
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    return events


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _chain(request: Request) -> dict[str, Any]:
    """The end of the chain, and what the last verification found."""
    end = Chain.objects.filter(pk=1).first()
    asked = access.which(request.user, "run.see", Run).filter(kind="verify")
    last = asked.order_by("-pk").first()
    done = asked.filter(status=Run.Status.DONE).order_by("-pk").first()
    proof = typed.convert(done.result, Proof) if done else None
    return {
        "end": end,
        "running": last if last is not None and last.status in Run.UNFINISHED else None,
        "failed": last if last is not None and last.status == Run.Status.FAILED else None,
        "verified": done,
        "proof": proof,
        "proof_says": proof and proofs.summary(proof),
        "faults": [proofs.said(fault) for fault in proof.faults] if proof else (),
        "head_form": HeadForm(),
    }


def _workbook(events: list[Told]) -> bytes:
    """A line for each field that changed, so that Excel can filter."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_("记录"))
        bold = book.add_format({"bold": True, "bottom": 1})
        columns: tuple[tuple[str, int], ...] = (
            (_("序号"), 8),
            (_("时间"), 20),
            (_("操作人"), 14),
            (_("操作"), 20),
            (_("对象"), 30),
        )
        columns += ((_("类型"), 14), (_("内容"), 18), (_("改动前"), 36), (_("改动后"), 36))
        for column, (label, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, label, bold)
        sheet.freeze_panes(1, 0)
        row = 0
        for one in events:
            for line in _lines(one):
                row += 1
                sheet.write_number(row, 0, one.number)
                for column, text in enumerate(line, start=1):
                    sheet.write_string(row, column, text)
        sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)
    return out.getvalue()


def _lines(one: Told) -> list[tuple[str, ...]]:
    about = (date_format(timezone.localtime(one.at), "Y-m-d H:i:s"), one.who, one.text, one.label)
    changed: list[tuple[str, ...]] = [
        (*about, touched.kind, change.label, change.before, change.after)
        for touched in one.touched
        for change in touched.changes
    ]
    return changed or [(*about, "", "", "", "")]
