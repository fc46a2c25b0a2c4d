"""Commitments that promise the same, or two figures for one thing, side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access, promises
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.promises import let_all_count, let_count
from jiaoheng.ledger.models import Commitment
from jiaoheng.ledger.promises import Alike
from jiaoheng.web.pages.documents import shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("document.decide")
def index(request: Request) -> HttpResponse:
    """All of them; those that nobody has settled first."""
    alike = promises.alike(request.county)
    context = {
        "breadcrumbs": [{"url": reverse("documents"), "label": _("规划")}, {"label": _("重复和不一致")}],
        "groups": [_group(each) for each in alike],
        "conflicts": sum(each.conflict and not each.settled for each in alike),
        "repeats": sum(not each.conflict and not each.settled for each in alike),
        "settled": sum(each.settled for each in alike),
    }
    return render(request, "documents/compare.html", context)


@require_POST
@needs("document.decide")
def count(request: Request, pk: int) -> HttpResponse:
    """This one counts, the others of the group do not."""
    commitment = found(request, "document.decide", Commitment, pk=pk)
    keys = [int(key) for key in request.POST.getlist("other") if key.isdecimal() and len(key) < 19]
    others = list(access.which(request.user, "document.decide", Commitment).filter(pk__in=keys))
    try:
        let_count(request.actor, commitment, others)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = _("以《{title}》的“{subject}”为准。").format(title=commitment.document.title, subject=commitment.subject)
        messages.success(request, told)
    return redirect("documents_compare")


@require_POST
@needs("document.decide")
def apart(request: Request, pk: int) -> HttpResponse:
    """It counts by itself again."""
    commitment = found(request, "document.decide", Commitment, pk=pk)
    try:
        let_all_count(request.actor, commitment)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已恢复，各自算数。"))
    return redirect("documents_compare")


def _group(alike: Alike) -> dict[str, Any]:
    first = (alike.counting or list(alike.commitments))[0]
    status = (
        ("closed", _("已定"))
        if alike.settled
        else ("overdue", _("数字不一致"))
        if alike.conflict
        else ("open", _("重复"))
    )
    return {
        "subject": first.subject,
        "status": status[0],
        "status_label": status[1],
        "settled": alike.settled,
        "members": [_member(each, alike) for each in alike.commitments],
    }


def _member(each: Commitment, alike: Alike) -> dict[str, Any]:
    counts = each.counts_as_id is None
    return {
        "commitment": each,
        "url": reverse("commitment", args=[each.pk]),
        "amount": shown.amount(each),
        "due": shown.due(each.due) or _("没有写明期限"),
        "level": each.document.get_level_display(),
        "counts": counts,
        "others": [other.pk for other in alike.commitments if other.pk != each.pk],
        "may_count": not alike.settled or not counts,
    }
