"""Accepting what several schools have sent in one decision: choose, see what changes together, accept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from jiaoheng.county import County, schema
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.ledger import access, facts, submissions
from jiaoheng.ledger import together as checks
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import together as acts
from jiaoheng.ledger.models import Organisation, Run, Submission
from jiaoheng.ledger.together import Together
from jiaoheng.web.pages.facts import changes, shown
from jiaoheng.web.pages.sources import shown as differing
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("submission.accept")
def index(request: Request) -> HttpResponse:
    """What schools have sent, to be ticked; by POST, the ticked ones are checked together."""
    error = ""
    ticked: Collection[int] | None = None
    if request.method == "POST":
        ticked = {int(key) for key in request.POST.getlist("submission") if key.isdecimal()}
        chosen = [each for each in _sent(request) if each.pk in ticked]
        try:
            return redirect("together_review", acts.ask_together(request.actor, request.county, chosen).pk)
        except Refused as refused:
            error = str(refused)
    listed = sorted(_sent(request), key=lambda each: (not acts.is_clean(each), each.organisation.name, each.pk))
    context = {
        "breadcrumbs": [{"url": reverse("submissions"), "label": _("数据")}, {"label": _("一起采纳")}],
        "error": error,
        "rows": [_row(each, ticked) for each in listed],
        "clean": sum(acts.is_clean(each) for each in listed),
    }
    return render(request, "facts/together.html", context, status=409 if error else 200)


@needs("submission.accept")
def show(request: Request, pk: int) -> HttpResponse:
    """How far the check is; then what the returns would change together, or which cannot be accepted and why."""
    return _page(request, _run(request, pk))


@require_POST
@needs("submission.accept")
def accept(request: Request, pk: int) -> HttpResponse:
    """Make them the county's facts, all or none."""
    run = _run(request, pk)
    try:
        snapshot = acts.accept_together(request.actor, run)
    except Refused as refused:
        return _page(request, run, error=str(refused))
    if snapshot is None:
        messages.success(request, _("已采纳。数据与现有的完全相同，没有变化。"))
        return redirect("submissions")
    count = snapshot.submissions.count()
    messages.success(
        request, _("已采纳 {count} 所学校的报送，合成一份全县数据。正在测算达标情况。").format(count=count)
    )
    return redirect("snapshot", pk=snapshot.pk)


def _run(request: Request, pk: int) -> Run:
    run = found(request, "submission.accept", Run, pk=pk)
    if run.kind != checks.KIND:
        raise Http404
    return run


def _sent(request: Request) -> list[Submission]:
    """What schools of the county have sent and nobody has decided on."""
    seen = access.which(request.user, "submission.accept", Submission)
    sent = seen.filter(
        county=request.county, state=Submission.State.SUBMITTED, organisation__kind=Organisation.Kind.SCHOOL
    )
    return list(sent.select_related("organisation"))


def _row(submission: Submission, ticked: Collection[int] | None) -> dict[str, Any]:
    is_clean = acts.is_clean(submission)
    counts = submission.summary
    return {
        "key": submission.pk,
        "school": submission.organisation.name,
        "title": submission.title,
        "url": reverse("submission_review", args=[submission.pk]),
        "rows": f"{counts['rows']:,}" if "rows" in counts else "—",
        "warnings": counts.get("warnings", 0),
        "day": shown.day(submission.changed_at),
        "is_clean": is_clean,
        "ticked": is_clean and (ticked is None or submission.pk in ticked),
        "why_not": "" if is_clean else _why_not(submission),
    }


def _why_not(submission: Submission) -> str:
    """Why a return has to be looked at by itself."""
    counts = submission.summary
    if not submission.is_checked:
        return _("还没有核对完")
    if counts.get("unread"):
        return _("有文件读不了")
    if not counts.get("rows"):
        return _("没有读到数据")
    parts = (
        (_("{count} 行等待改正"), counts.get("waiting")),
        (_("{count} 行不是本校的"), counts.get("refused")),
        (_("{count} 处错误"), counts.get("errors")),
    )
    return next((text.format(count=count) for text, count in parts if count), "")


def _page(request: Request, run: Run, *, error: str = "") -> HttpResponse:
    checked = checks.read(run)
    accepted = _accepted(checked)
    why = acts.why_not_acceptable(request.county, checked) if checked and not accepted else []
    refused = [each.submission for each in checked.refusals] if checked else []
    keys = [key for key in run.inputs["submissions"] if key not in refused]
    context: dict[str, Any] = {
        "run_row": run,
        "why_failed": run.why(request.language),
        "breadcrumbs": [
            {"url": reverse("submissions"), "label": _("数据")},
            {"url": reverse("together"), "label": _("一起采纳")},
            {"label": _("核对变化")},
        ],
        "checked": checked,
        "accepted": accepted,
        "why_not": why,
        "error": error,
        "refusals": _refusals(request, checked) if checked and not accepted else [],
        "again": keys,
    }
    if checked is not None and checked.draft:
        try:
            context |= _difference(request, run, checked)
        except SnapshotError:
            context["error"] = _("核对结果的文件不完整。请重新核对。")
    return render(request, "facts/together_review.html", context, status=409 if error else 200)


def _accepted(checked: Together | None) -> Submission | None:
    """One of the returns, where they have all been accepted together."""
    if checked is None or not checked.draft:
        return None
    found = list(Submission.objects.filter(pk__in=[each.submission for each in checked.members]))
    is_over = all(each.state == Submission.State.ACCEPTED for each in found)
    return found[0] if is_over and len({each.snapshot_id for each in found}) == 1 else None


def _refusals(request: Request, checked: Together) -> list[dict[str, str]]:
    names = {member.submission: member.name for member in checked.members}
    return [
        {
            "name": names.get(each.submission or 0, _("合在一起时")),
            "url": reverse("submission_review", args=[each.submission]) if each.submission else "",
            "reason": each.reason.say(request.language),
        }
        for each in checked.refusals
    ]


def _difference(request: Request, run: Run, checked: Together) -> dict[str, Any]:
    """What accepting would change of the facts that the returns were laid over."""
    after = changes.read_draft(checks.folder(run) / submissions.DRAFT / checked.draft)
    base = changes.snapshot_of(run.county, checked.base)
    if base is None:
        raise SnapshotError(checked.base)
    told = changes.told(facts.tables(base), after, request.language)
    before = facts.assessment(base)
    if before is not None and checked.assessment is not None:
        told["verdicts"] = changes.verdicts(before, checked.assessment, after, request.language)
    rows = sum(member.rows for member in checked.members)
    return told | {
        **differing.of_several(checked.differences, after.school_names(), request.language),
        "schools": _schools(request, facts.tables(base), after, checked),
        "metrics": [
            {"label": pgettext("several", "学校"), "value": f"{len(checked.members):,}", "unit": _("所")},
            {"label": _("这次读到"), "value": f"{rows:,}", "unit": pgettext("unit", "行")},
            {"label": _("提醒"), "value": f"{checked.warnings:,}", "unit": _("处")},
            *shown.blanked(told["blanked"]),
        ],
    }


def _schools(request: Request, before: County, after: County, checked: Together) -> dict[str, Any]:
    """What changes for each school, its campuses and teaching points with it."""
    comparison = changes.compared(before, after)
    columns = [
        {"label": pgettext("several", "学校"), "kind": "name"},
        {"label": _("读到的行"), "kind": "number"},
        {"label": _("改变的数"), "kind": "number", "unit": _("格")},
        {"label": _("有变化的表"), "kind": "text"},
    ]
    rows = []
    for member in checked.members:
        own = _own(after, member.school)
        cells = sum(change.school in own for table in comparison.tables for change in table.changed)
        tables = [schema().tables[table.table] for table in comparison.tables if own & table.schools]
        labels = [table.label.say(request.language) for table in tables]
        rows.append(
            {
                "cells": [
                    {"text": member.name, "url": reverse("submission", args=[member.submission]), "kind": "name"},
                    {"text": f"{member.rows:,}", "kind": "number"},
                    {"text": f"{cells:,}", "kind": "number"},
                    {"text": _listed(labels) or _("没有变化"), "kind": "text"},
                ]
            }
        )
    return {"caption": _("各校的变化"), "caption_hidden": True, "dense": True, "columns": columns, "rows": rows}


def _own(county: County, school: str) -> set[str]:
    """A school with what lies below it."""
    codes, parents = (county["schools"][name].to_pylist() for name in ("school_id", "parent_id"))
    own = {school}
    while grown := {code for code, parent in zip(codes, parents, strict=True) if parent in own} - own:
        own |= grown
    return own


def _listed(labels: Sequence[str]) -> str:
    return _("、").join(labels)
