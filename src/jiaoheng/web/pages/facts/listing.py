"""The submissions that a person may see, and beginning a new one."""

from __future__ import annotations

import shutil
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.ledger import access, facts, store
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.submissions import create
from jiaoheng.ledger.models import Organisation, Submission
from jiaoheng.web.pages.facts import shown
from jiaoheng.web.pages.facts.forms import NewForm, bringing_units
from jiaoheng.web.pages.facts.receiving import received
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

PAGE = 40
_UNDER_WAY = (Submission.State.DRAFT, Submission.State.RETURNED)


@needs("submission.see")
def index(request: Request) -> HttpResponse:
    """Submissions, those that wait for somebody first."""
    seen = access.which(request.user, "submission.see", Submission).filter(county=request.county)
    tabs = _tabs(seen)
    chosen = next((key for key, _label, _states in tabs if key == request.GET.get("state")), "all")
    states = next(states for key, _label, states in tabs if key == chosen)
    listed = seen.filter(state__in=states) if states else seen
    page = Paginator(listed.select_related("organisation", "created_by"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "table": _table(page.object_list),
        "tabs": [
            {
                "url": f"?state={key}",
                "label": label,
                "current": key == chosen,
                "count": (seen.filter(state__in=states) if states else seen).count(),
            }
            for key, label, states in tabs
        ],
        "may_bring": access.may_anywhere(request.user, "submission.create"),
        "together": _to_decide(request, seen),
        "own_schools": _own_schools(request),
        "too_early": _is_too_early(request),
        "subnav": shown.subnav("submissions"),
    }
    return render(request, "facts/index.html", context)


@needs("submission.create")
def new(request: Request) -> HttpResponse:
    """Begin a submission, with its first files if they are at hand."""
    form = NewForm(request.user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        token = store.token()
        try:
            with received(request, store.submission(token) / "files", form.chosen()) as delivery:
                made = create(
                    request.actor,
                    given["organisation"],
                    title=given["title"],
                    mode=given.get("mode") or Submission.Mode.MERGE,
                    token=token,
                    received=delivery.files,
                    year=given["year"],
                )
        except Refused as refused:
            shutil.rmtree(store.submission(token), ignore_errors=True)
            form.add_error("upload", str(refused))
        else:
            shown.tell_left_out(request, delivery.left_out)
            return redirect("submission", pk=made.pk)
    context = {
        "form": form,
        "breadcrumbs": [{"url": reverse("submissions"), "label": _("数据")}, {"label": _("新建报送")}],
        "own_schools": _own_schools(request),
        "too_early": _is_too_early(request),
    }
    return render(request, "facts/new.html", context, status=409 if form.errors else 200)


def _to_decide(request: Request, seen: QuerySet[Submission]) -> int:
    """How many schools' returns wait for this person's decision."""
    if not access.may_anywhere(request.user, "submission.accept"):
        return 0
    kind = Organisation.Kind.SCHOOL
    return seen.filter(state=Submission.State.SUBMITTED, organisation__kind=kind).count()


def _tabs(seen: QuerySet[Submission]) -> list[tuple[str, Any, tuple[str, ...]]]:
    state = Submission.State
    return [
        ("all", _("全部"), ()),
        ("submitted", _("待审核"), (state.SUBMITTED,)),
        ("open", _("填报中"), _UNDER_WAY),
        ("accepted", _("已采纳"), (state.ACCEPTED,)),
        ("withdrawn", _("已作废"), (state.WITHDRAWN,)),
    ]


def _table(submissions: Any) -> dict[str, Any]:
    columns = [
        {"label": _("名称"), "kind": "name"},
        {"label": _("单位"), "kind": "name"},
        {"label": _("状态"), "kind": "short"},
        {"label": _("读到的行"), "kind": "number"},
        {"label": _("待改的行"), "kind": "number"},
        {"label": _("最近改动"), "kind": "short"},
    ]
    return {"id": "submissions", "caption": _("报送"), "caption_hidden": True, "columns": columns,
            "rows": [{"cells": _cells(each)} for each in submissions]}  # fmt: skip


def _cells(submission: Submission) -> list[dict[str, Any]]:
    status = shown.status(submission)
    counts = submission.summary
    return [
        {"text": submission.title, "url": reverse("submission", args=[submission.pk]), "kind": "name"},
        {"text": submission.organisation.name, "kind": "name"},
        {"status": status["status"], "status_label": status["label"], "kind": "short"},
        {"text": counts.get("rows", "—"), "kind": "number"},
        {"text": counts.get("waiting", "—"), "kind": "number"},
        {"text": shown.day(submission.changed_at), "kind": "short nowrap"},
    ]


def _is_too_early(request: Request) -> bool:
    """Whether only the bureau can bring in statistics, and this person is not of it."""
    is_bureau = bringing_units(request.user).filter(kind=Organisation.Kind.COUNTY).exists()
    return not is_bureau and facts.latest_snapshot(request.county) is None


def _own_schools(request: Request) -> list[Organisation]:
    """The schools whose present rows a person may download to fill in; for an officer, too many to list."""
    units = bringing_units(request.user)
    if facts.latest_snapshot(request.county) is None:
        return []
    if units.filter(kind=Organisation.Kind.COUNTY).exists():
        return []
    return list(units)
