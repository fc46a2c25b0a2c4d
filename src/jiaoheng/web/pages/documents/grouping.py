"""Groups of schools that a document lists: matched to the county's schools, and taken over into its facts."""

from __future__ import annotations

import shutil
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access, facts, groupings, store, uploads
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import groupings as acts
from jiaoheng.ledger.actions.submissions import create
from jiaoheng.ledger.groupings import Schools
from jiaoheng.ledger.models import PlanDocument, PlannedGroup, Submission
from jiaoheng.web.pages.documents import shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("document.decide")
def show(request: Request, pk: int) -> HttpResponse:
    """The groups, each school with the one of the county's that it means; posted, what is ticked is taken over."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    schools = Schools(document.county)
    groups = list(document.groups.select_related("submission", "document"))
    unknown: dict[str, str] = {}
    error = ""
    if request.method == "POST":
        chosen, unknown = _posted(request, groups, schools)
        if unknown:
            error = _("有 {count} 个校名不在本县名册里，已标出。不在本县的请清空。").format(count=len(unknown))
        else:
            try:
                return _done(request, document, groups, chosen)
            except Refused as refused:
                error = str(refused)
    context = {
        "document": document,
        "breadcrumbs": shown.breadcrumbs(document, _("教共体")),
        "tabs": shown.tabs(request, document, "document_groups"),
        "groups": [_group(request, group, schools, unknown) for group in groups],
        "schools": sorted(schools.by_name),
        "error": error,
        "open": any(group.state == PlannedGroup.State.PROPOSED for group in groups),
    }
    return render(request, "documents/groups.html", context, status=409 if error else 200)


@require_POST
@needs("document.decide")
def reject(request: Request, pk: int) -> HttpResponse:
    """Set a group aside."""
    return _moved(request, pk, acts.reject)


@require_POST
@needs("document.decide")
def reopen(request: Request, pk: int) -> HttpResponse:
    """Take a group up again."""
    return _moved(request, pk, acts.reopen)


def _moved(request: Request, pk: int, act: Any) -> HttpResponse:
    group = found(request, "document.decide", PlannedGroup, pk=pk)
    try:
        act(request.actor, group)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("document_groups", group.document_id)


def _posted(
    request: Request, groups: list[PlannedGroup], schools: Schools
) -> tuple[list[PlannedGroup], dict[str, str]]:
    """The groups that are ticked, all with the schools that were filled in; and the fields with unknown schools."""
    chosen, unknown = [], {}
    for group in groups:
        if group.state != PlannedGroup.State.PROPOSED:
            continue
        told = {}
        for place, entry in enumerate(groupings.entries(group)):
            field = f"g{group.pk}-{place}"
            typed = request.POST.get(field, "").strip()
            if typed and typed not in schools.by_name:
                unknown[field] = typed
            elif typed:
                told[entry.name] = schools.by_name[typed].code
        group.schools = told
        if request.POST.get(f"g{group.pk}-chosen"):
            chosen.append(group)
    return chosen, unknown


def _done(
    request: Request, document: PlanDocument, groups: list[PlannedGroup], chosen: list[PlannedGroup]
) -> HttpResponse:
    """Keep what was filled in, and take over what is ticked; raises ``Refused``, with what was filled in kept."""
    waiting = [group for group in groups if group.state == PlannedGroup.State.PROPOSED]
    acts.match(request.actor, document, {group.pk: group.schools for group in waiting})
    if "save" in request.POST:
        messages.success(request, _("已保存。"))
        return redirect("document_groups", document.pk)
    acts.must_be_ready(chosen)
    submission = _brought(request, document, chosen)
    acts.adopt(request.actor, document, chosen, submission)
    messages.success(request, _("名单已作为一次报送提交核对，看过变化、采纳以后进入全县数据。"))
    return redirect("submission", submission.pk)


def _brought(request: Request, document: PlanDocument, chosen: list[PlannedGroup]) -> Submission:
    """A return of the bureau with the groups as its only table."""
    latest = facts.latest_snapshot(document.county)
    data = groupings.table(chosen, facts.tables(latest) if latest is not None else None)
    token = store.token()
    try:
        delivery = uploads.receive(store.submission(token) / "files", "教共体.csv", [data])
        return create(
            request.actor,
            document.county,
            title=_("教共体名单：{title}").format(title=document.title)[:120],
            mode=Submission.Mode.MERGE,
            token=token,
            received=delivery.files,
        )
    except Refused:
        shutil.rmtree(store.submission(token), ignore_errors=True)
        raise


def _group(request: Request, group: PlannedGroup, schools: Schools, unknown: dict[str, str]) -> dict[str, Any]:
    labels = {"core": _("核心校"), "member": _("成员校"), "affiliated": _("教学点")}
    rows = []
    for place, entry in enumerate(groupings.entries(group)):
        field = f"g{group.pk}-{place}"
        unit = schools.by_code.get(entry.code)
        rows.append(
            {
                "field": field,
                "name": entry.name,
                "role": labels[entry.role],
                "school": unknown.get(field) or (unit.name if unit is not None else ""),
                "wrong": field in unknown,
            }
        )
    ready = all(row["school"] for row in rows)
    submission = group.submission
    sees = submission is not None and access.may(request.user, "submission.see", submission)
    return {
        "group": group,
        "rows": rows,
        "matched": sum(bool(row["school"]) for row in rows),
        "ticked": bool(request.POST.get(f"g{group.pk}-chosen")) if request.method == "POST" else ready,
        "open": group.state == PlannedGroup.State.PROPOSED,
        "status": {"proposed": "open", "adopted": "closed", "rejected": "withdrawn"}[group.state],
        "submission": submission if sees else None,
        "url": f"{reverse('document', args=[group.document_id])}#at-{_line(group)}",
    }


def _line(group: PlannedGroup) -> int:
    """Where the line begins in which a group stands."""
    return group.document.text.rfind("\n", 0, group.start) + 1
