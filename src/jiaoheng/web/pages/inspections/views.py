"""Visits as a list, one visit, a new one, and a re-visit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.ledger import access, clock
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.inspections import recheck, record
from jiaoheng.ledger.models import Task, Visit
from jiaoheng.web.pages.inspections.forms import AgainForm, FilterForm, VisitForm
from jiaoheng.web.pages.tasks import rows
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

PER_PAGE = 50
OPEN = Q(points__task__state__in=Task.PENDING)


@needs("visit.see")
def index(request: Request) -> HttpResponse:
    """The visits, the latest first."""
    form = FilterForm(request)
    late = OPEN & Q(points__task__due__lt=clock.today())
    visits = (
        access.which(request.user, "visit.see", Visit)
        .select_related("school", "inspector", "revisit_of")
        .annotate(
            total=Count("points", distinct=True),
            open=Count("points", filter=OPEN, distinct=True),
            late=Count("points", filter=late, distinct=True),
        )
        .order_by("-date", "-pk")
    )
    page = Paginator(_filtered(visits, form), PER_PAGE).get_page(request.GET.get("page"))
    columns = [
        {"label": _("学校"), "kind": "name"},
        {"label": _("日期"), "kind": "short"},
        {"label": _("督学"), "kind": "short"},
        {"label": _("发现问题"), "kind": "number"},
        {"label": _("未整改"), "kind": "number"},
        {"label": _("整改期限"), "kind": "short"},
        {"label": _("整改"), "kind": "short"},
    ]
    table = {
        "id": "visits",
        "caption": _("督导检查"),
        "caption_hidden": True,
        "columns": columns,
        "rows": [_row(visit) for visit in page],
    }
    chosen = any(form.cleaned_data.get(name) for name in form.fields)
    return render(
        request,
        "inspections/list.html",
        {
            "filters": form,
            "table": table,
            "page": page,
            "chosen": chosen,
            "may_create": access.may_anywhere(request.user, "visit.create"),
        },
    )


@needs("visit.see")
def page(request: Request, pk: int) -> HttpResponse:
    """One visit: its points, their tasks, and what re-visits said."""
    visit = found(request, "visit.see", Visit, pk=pk)
    points = visit.points.select_related("task__lead", "task__person").prefetch_related("rechecks__visit")
    still_open = any(point.task.is_pending for point in points)
    return render(
        request,
        "inspections/visit.html",
        {
            "visit": visit,
            "points": [_point(point) for point in points],
            "rechecks": visit.rechecks.select_related("point__task"),
            "revisits": visit.revisits.all(),
            "facts": _facts(visit),
            "may_recheck": still_open and access.may(request.user, "visit.create", visit),
            "breadcrumbs": _crumbs(str(visit)),
        },
    )


@needs("visit.create")
def new(request: Request) -> HttpResponse:
    """Write down a visit."""
    first = {"school": request.GET.get("school")}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = VisitForm(request, *posted, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            visit = record(
                request.actor,
                given["school"],
                day=given["day"],
                points=form.found(),
                due=given["due"],
                note=given["note"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记。每个问题都成为学校的一个事项。"))
            return redirect("visit", visit.pk)
    crumbs = _crumbs(_("登记检查"))
    return render(request, "inspections/new.html", {"form": form, "breadcrumbs": crumbs})


@needs("visit.create")
def again(request: Request, pk: int) -> HttpResponse:
    """Write down a re-visit."""
    visit = found(request, "visit.create", Visit, pk=pk)
    form = AgainForm(visit, request.POST or None)
    if not form.points:
        raise Refused(_("这次检查发现的问题都已办结，不用复查。"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = recheck(
                request.actor,
                visit,
                day=given["day"],
                outcomes=form.outcomes(),
                due=given["due"],
                note=given["note"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("复查已登记：已整改的销号，没有整改到位的退回学校。"))
            return redirect("visit", made.pk)
    crumbs = [*_crumbs("")[:-1], {"url": reverse("visit", args=[pk]), "label": str(visit)}, {"label": _("复查")}]
    return render(request, "inspections/again.html", {"form": form, "visit": visit, "breadcrumbs": crumbs})


def _filtered(visits: QuerySet[Any], form: FilterForm) -> QuerySet[Any]:
    wanted = form.cleaned_data
    if wanted.get("school"):
        visits = visits.filter(school=wanted["school"])
    if wanted.get("standing") == "open":
        visits = visits.filter(open__gt=0)
    elif wanted.get("standing") == "overdue":
        visits = visits.filter(late__gt=0)
    elif wanted.get("standing") == "done":
        visits = visits.filter(open=0)
    return visits


def _row(visit: Any) -> dict[str, Any]:
    status, label = _standing(visit)
    note = _("复查 {day} 的检查").format(day=visit.revisit_of.date) if visit.revisit_of else ""
    url = reverse("visit", args=[visit.pk])
    return {
        "cells": [
            {"text": visit.school.name, "url": url, "note": note, "kind": "name"},
            {"text": visit.date.isoformat(), "kind": "short"},
            {"text": visit.inspector.name, "kind": "short"},
            {"text": visit.total, "kind": "number"},
            {"text": visit.open, "kind": "number"},
            {"text": visit.due.isoformat() if visit.due else "—", "kind": "short"},
            {"status": status, "status_label": label, "kind": "short"},
        ]
    }


def _standing(visit: Any) -> tuple[str, str]:
    if visit.late:
        return "overdue", _("整改逾期")
    if visit.open:
        return "in_progress", _("整改中")
    if visit.total:
        return "closed", _("已办结")
    return "measured", _("复查") if visit.revisit_of_id else _("没有问题")


def _point(point: Any) -> dict[str, Any]:
    task = point.task
    return {
        "text": point.text,
        "task": task,
        "url": reverse("task", args=[task.pk]),
        "flag": rows.due_flag(task),
        "due_note": rows.due_note(task),
        "files": [{"name": kept.name, "url": reverse("evidence", args=[kept.token])} for kept in task.evidence.all()],
        "rechecks": list(point.rechecks.all()),
    }


def _facts(visit: Visit) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = [
        {"label": _("学校"), "value": visit.school.name},
        {"label": _("日期"), "value": visit.date},
        {"label": _("督学"), "value": visit.inspector.name},
        {"label": _("责任区"), "value": visit.area.name if visit.area else ""},
        {"label": _("整改期限"), "value": visit.due},
    ]
    if visit.revisit_of is not None:
        url = reverse("visit", args=[visit.revisit_of_id])
        shown.append({"label": _("复查"), "value": str(visit.revisit_of), "url": url})
    return shown


def _crumbs(last: str) -> list[dict[str, str]]:
    return [{"url": reverse("visits"), "label": _("督导")}, {"label": last}]
