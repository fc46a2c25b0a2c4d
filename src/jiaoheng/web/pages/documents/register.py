"""All commitments of a document in one table, to be confirmed together where they are clear."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access, commitments
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import commitments as acts
from jiaoheng.ledger.models import Commitment, PlanDocument
from jiaoheng.web.pages.documents import reader, shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("document.see")
def show(request: Request, pk: int) -> HttpResponse:
    """The table; proposals that are clear are ticked."""
    document = found(request, "document.see", PlanDocument, pk=pk)
    listed = list(shown.visible(request, document).select_related("task", "document"))
    rows = [_row(document, each) for each in reader.filtered(request.GET, listed)]
    context = {
        "document": document,
        "breadcrumbs": shown.breadcrumbs(document, _("清单")),
        "tabs": shown.tabs(request, document, "document_list"),
        "counts": shown.counts(document, listed),
        "filters": reader.filter_links(request, listed),
        "rows": rows,
        "clear": sum(row["clear"] for row in rows),
        "may_decide": access.may_anywhere(request.user, "document.decide") and not document.withdrawn,
    }
    return render(request, "documents/register.html", context)


@require_POST
@needs("document.decide")
def confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm what is ticked."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    ticked = [each.partition(":") for each in request.POST.getlist("commitment")]
    seen = {int(key): mark for key, _colon, mark in ticked if key.isdecimal() and len(key) < 19}
    try:
        count = acts.confirm_all(request.actor, document, seen, seen={key: mark for key, mark in seen.items() if mark})
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = ngettext("已确认 %(count)d 条。", "已确认 %(count)d 条。", count) % {"count": count}
        messages.success(request, told)
        if count < len(seen):
            left = len(seen) - count
            told = ngettext(
                "另有 %(count)d 条已经有人决定或改过，没有动。", "另有 %(count)d 条已经有人决定或改过，没有动。", left
            )
            messages.warning(request, told % {"count": left})
    return redirect(f"{reverse('document_list', args=[pk])}")


def _row(document: PlanDocument, each: Commitment) -> dict[str, Any]:
    proposed = each.state == Commitment.State.PROPOSED
    return {
        "commitment": each,
        "url": f"{reverse('document', args=[document.pk])}?at={each.pk}#q-{each.pk}",
        "amount": shown.amount(each),
        "due": shown.due(each.due),
        "units": shown.units([*each.lead, *each.support]),
        "status": shown.state(each),
        "open": proposed,
        "clear": proposed and commitments.is_clear(each),
    }
