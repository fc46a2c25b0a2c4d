"""The county's snapshots: who accepted which when, what is in one, and what changed between two."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiaoheng.county import schema
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.county.waiting import waiting_file
from jiaoheng.ledger import access, facts, store
from jiaoheng.ledger.actions import runs
from jiaoheng.ledger.models import Assessed, Run, Snapshot, Submission
from jiaoheng.web.pages.facts import changes, shown
from jiaoheng.web.pages.facts.downloads import stored
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

VERDICTS = {"meets": "meets", "fails": "fails", "unknown": "unknown", "measured": "measured"}


@needs("facts.see")
def index(request: Request) -> HttpResponse:
    """All snapshots, the present one first."""
    snapshots = _of(request)
    latest = snapshots[0] if snapshots else None
    verdicts = dict(_verdicts(snapshots))
    columns = [
        {"label": _("采纳时间"), "kind": "name"},
        {"label": _("来自"), "kind": "name"},
        {"label": _("采纳人"), "kind": "short"},
        {"label": _("最近学年"), "kind": "number"},
        {"label": _("等待改正"), "kind": "number", "unit": pgettext("unit", "行")},
        {"label": _("达标结论"), "kind": "short"},
    ]
    rows = [{"current": each == latest, "cells": _cells(request, each, verdicts.get(each.pk))} for each in snapshots]
    table = {"id": "snapshots", "caption": _("数据快照"), "caption_hidden": True, "columns": columns, "rows": rows}
    context = {
        "table": table if rows else None,
        "subnav": shown.subnav_of(request, "snapshots"),
        "several": len(rows) > 1,
    }
    return render(request, "facts/snapshots.html", context)


@needs("facts.see")
def show(request: Request, pk: int) -> HttpResponse:
    """One snapshot: where it comes from, what it holds, and what it changed."""
    snapshot = found(request, "facts.see", Snapshot, pk=pk, county=request.county)
    snapshots = _of(request)
    place = snapshots.index(snapshot)
    before = snapshots[place + 1] if place + 1 < len(snapshots) else None
    context: dict[str, Any] = {
        "snapshot_row": snapshot,
        "is_latest": place == 0,
        "before": before,
        "breadcrumbs": [
            {"url": reverse("snapshots"), "label": _("数据快照")},
            {"label": shown.day(snapshot.accepted_at)},
        ],
        "facts": _about(request, snapshot),
        "made_of": _made_of(request, snapshot),
        "verdict": dict(_verdicts([snapshot])).get(snapshot.pk),
        "may_download": access.may(request.user, "run.ask", request.county),
        "workbook_run": _workbook_run(request, snapshot),
        "workbook_ready": _workbook(request, snapshot).exists(),
    }
    try:
        county = facts.tables(snapshot)
        context["holds"] = _holds(county.tables, request)
        if before is not None:
            context |= changes.told(facts.tables(before), county, request.language)
    except SnapshotError:
        context["damaged"] = True
    return render(request, "facts/snapshot.html", context)


@needs("facts.see")
def compare(request: Request) -> HttpResponse:
    """Any two snapshots, the earlier and the later, in words and figures."""
    snapshots = _of(request)
    by_key = {str(each.pk): each for each in snapshots}
    after = by_key.get(request.GET.get("to", ""), snapshots[0] if snapshots else None)
    before = by_key.get(request.GET.get("from", ""), snapshots[1] if len(snapshots) > 1 else None)
    context: dict[str, Any] = {
        "snapshots": snapshots,
        "before": before,
        "after": after,
        "subnav": shown.subnav_of(request, "compare_snapshots"),
        "breadcrumbs": [{"url": reverse("snapshots"), "label": _("数据快照")}, {"label": _("比较快照")}],
    }
    if before is not None and after is not None:
        try:
            county = facts.tables(after)
            context |= changes.told(facts.tables(before), county, request.language)
            then, now = facts.assessment(before), facts.assessment(after)
            if then is not None and now is not None:
                context["verdicts"] = changes.verdicts(then, now, county, request.language)
            else:
                context["unassessed"] = True
        except SnapshotError:
            context["damaged"] = True
    return render(request, "facts/compare.html", context)


@needs("run.ask")
def workbook(request: Request, pk: int) -> HttpResponseBase:
    """The snapshot as a workbook: asked for by POST, fetched when it is written."""
    snapshot = found(request, "facts.see", Snapshot, pk=pk, county=request.county)
    path = _workbook(request, snapshot)
    if request.method == "POST":
        if not path.exists():
            inputs = {"language": request.language}
            runs.ask(request.actor, request.county, "workbook", inputs=inputs, snapshot=snapshot.name)
        return redirect("snapshot", pk=pk)
    if not path.exists():
        raise Http404
    return stored(path, f"{request.county.name}-{snapshot.name}.xlsx")


@needs("run.ask")
def waiting(request: Request, pk: int) -> HttpResponseBase:
    """The rows that waited when the snapshot was accepted."""
    snapshot = found(request, "facts.see", Snapshot, pk=pk, county=request.county)
    path = waiting_file(store.snapshots(request.county.code), snapshot.name)
    if not path.exists():
        raise Http404
    return stored(path, f"{snapshot.name}-waiting.csv")


def _of(request: Request) -> list[Snapshot]:
    seen = access.which(request.user, "facts.see", Snapshot).filter(county=request.county)
    return list(
        seen.select_related("county", "accepted_by").prefetch_related("submissions__organisation").order_by("-pk")
    )


def _workbook(request: Request, snapshot: Snapshot) -> Any:
    return store.workbook(request.county.code, snapshot.name, request.language)


def _workbook_run(request: Request, snapshot: Snapshot) -> Run | None:
    """The writing of the workbook that goes on, or has failed."""
    asked = Run.objects.filter(
        county=request.county, kind="workbook", snapshot=snapshot.name, inputs={"language": request.language}
    )
    run = asked.order_by("pk").last()
    return run if run is not None and run.status != Run.Status.DONE else None


def _verdicts(snapshots: list[Snapshot]) -> list[tuple[int, str]]:
    """The verdict of each snapshot's latest year, where it was assessed."""
    kept = Assessed.objects.filter(snapshot__in=snapshots, standard=facts.NATIONAL).order_by("year")
    return list(kept.values_list("snapshot", "verdict"))


def _source(request: Request, snapshot: Snapshot) -> tuple[str, str]:
    """Where it comes from, and the address of that for those who may see it."""
    made_of = list(snapshot.submissions.all())
    if not made_of:
        return snapshot.source or _("程序导入"), ""
    if len(made_of) > 1:
        return _("{count} 所学校的报送").format(count=len(made_of)), ""
    of = made_of[0]
    url = reverse("submission", args=[of.pk]) if access.may(request.user, "submission.see", of) else ""
    return (of.title if url else of.organisation.name), url


def _made_of(request: Request, snapshot: Snapshot) -> list[dict[str, str]]:
    """The returns of a snapshot that was made of several, each with its address for those who may see it."""
    made_of = list(snapshot.submissions.select_related("organisation").order_by("organisation__name"))
    seen = set(access.which(request.user, "submission.see", Submission).values_list("pk", flat=True))
    return [
        {"name": of.organisation.name, "url": reverse("submission", args=[of.pk]) if of.pk in seen else ""}
        for of in (made_of if len(made_of) > 1 else ())
    ]


def _cells(request: Request, snapshot: Snapshot, verdict: str | None) -> list[dict[str, Any]]:
    source, url = _source(request, snapshot)
    return [
        {
            "text": shown.moment(snapshot.accepted_at),
            "url": reverse("snapshot", args=[snapshot.pk]),
            "kind": "name",
            "note": snapshot.name,
        },
        {"text": source, "url": url, "kind": "name"},
        {"text": snapshot.accepted_by.name if snapshot.accepted_by else _("系统"), "kind": "short"},
        {"text": str(snapshot.year), "kind": "number"},
        {"text": str(snapshot.waiting), "kind": "number"},
        {"status": verdict, "kind": "short"} if verdict else {"text": _("测算中"), "kind": "short"},
    ]


def _about(request: Request, snapshot: Snapshot) -> list[dict[str, Any]]:
    source, url = _source(request, snapshot)
    waiting = waiting_file(store.snapshots(request.county.code), snapshot.name)
    may_see = access.may(request.user, "run.ask", request.county)
    waits = _("{count} 行").format(count=snapshot.waiting) if snapshot.waiting else _("没有")
    has_file = bool(snapshot.waiting) and may_see and waiting.exists()
    return [
        {"label": _("来自"), "value": source, "url": url},
        {"label": _("采纳人"), "value": snapshot.accepted_by.name if snapshot.accepted_by else _("系统")},
        {"label": _("采纳时间"), "value": shown.moment(snapshot.accepted_at)},
        {"label": _("最近学年"), "value": str(snapshot.year)},
        {
            "label": _("等待改正"),
            "value": waits,
            "url": reverse("snapshot_waiting", args=[snapshot.pk]) if has_file else "",
            "note": _("用到这些行的数字算不出") if snapshot.waiting else "",
        },
        {"label": _("快照编号"), "value": snapshot.name},
    ]


def _holds(tables: Any, request: Request) -> dict[str, Any]:
    listed = [(table, tables[name].num_rows) for name, table in schema().tables.items() if tables[name].num_rows]
    columns = [{"label": _("表"), "kind": "name"}, {"label": _("行数"), "kind": "number"}]
    language = request.language
    rows = [
        {"cells": [{"text": table.label.say(language), "kind": "name"}, {"text": f"{count:,}", "kind": "number"}]}
        for table, count in listed
    ]
    return {"caption": _("各表行数"), "caption_hidden": True, "dense": True, "columns": columns, "rows": rows}
