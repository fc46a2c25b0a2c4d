"""The documents, a new one, and what one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.language import Language
from jiaoheng.ledger import access, originals, plans, promises
from jiaoheng.ledger.actions import Refused, documents
from jiaoheng.ledger.models import Commitment, PlanDocument
from jiaoheng.web.pages.documents import shown
from jiaoheng.web.pages.documents.forms import AboutForm, NewForm
from jiaoheng.web.pages.documents.standing import metrics
from jiaoheng.web.request import Request
from jiaoheng.web.uploads import too_big
from jiaoheng.web.views import found, needs

PAGE = 40


@needs("document.see")
def index(request: Request) -> HttpResponse:
    """The documents, the newest first; those that are withdrawn last."""
    seen = access.which(request.user, "document.see", PlanDocument).filter(county=request.county)
    page = Paginator(seen.order_by("withdrawn", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "table": _table(request, list(page.object_list)),
        "may_add": access.may_anywhere(request.user, "document.add"),
        "unsettled": _unsettled(request),
    }
    return render(request, "documents/index.html", context)


@needs("document.add")
def new(request: Request) -> HttpResponse:
    """Bring in a document."""
    form = NewForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (made := _brought(request, form)) is not None:
        return redirect("document", made.pk)
    context = {
        "form": form,
        "breadcrumbs": [{"url": reverse("documents"), "label": _("规划")}, {"label": _("上传一份规划")}],
    }
    return render(request, "documents/new.html", context, status=409 if form.errors else 200)


@needs("document.decide")
def about(request: Request, pk: int) -> HttpResponse:
    """Set right what a document is."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    form = AboutForm(document, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            documents.describe(request.actor, document, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            form.saw(PlanDocument.objects.get(pk=pk).mark())
        else:
            messages.success(request, _("已保存。"))
            return redirect("document", pk)
    context = {
        "form": form,
        "document": document,
        "breadcrumbs": shown.breadcrumbs(document, _("修改说明")),
        "cancel_url": reverse("document", args=[pk]),
    }
    return render(request, "documents/about.html", context, status=409 if form.errors else 200)


@require_POST
@needs("document.add")
def read_again(request: Request, pk: int) -> HttpResponse:
    """Try to read it once more."""
    document = found(request, "document.add", PlanDocument, pk=pk)
    return _done(request, pk, lambda: documents.read_again(request.actor, document), _("正在重新读取。"))


@require_POST
@needs("document.decide")
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Use it no longer."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    return _done(request, pk, lambda: documents.withdraw(request.actor, document), _("已停用，随时可以恢复。"))


@require_POST
@needs("document.decide")
def restore(request: Request, pk: int) -> HttpResponse:
    """Use it again."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    return _done(request, pk, lambda: documents.restore(request.actor, document), _("已恢复。"))


def _brought(request: Request, form: NewForm) -> PlanDocument | None:
    """The document that was made; None where it is refused, which the form then says."""
    given = form.cleaned_data
    field = "upload" if given["upload"] else "text"
    original = None
    try:
        if names := too_big(request):
            raise Refused(_("“{name}”太大，不能超过 20 MB。").format(name=names[0]))
        if given["upload"]:
            original = originals.receive(given["upload"].name, given["upload"].chunks())
        else:
            original = originals.pasted(given["text"])
        return documents.add(request.actor, request.county, original, level=given["level"], title=given["title"])
    except Refused as refused:
        if original is not None:
            originals.forget(original)
        form.add_error(field, str(refused))
        return None


def _unsettled(request: Request) -> int | None:
    """How many groups of commitments say the same or contradict each other; None for who cannot settle them."""
    if not access.may_anywhere(request.user, "document.decide"):
        return None
    return sum(not each.settled for each in promises.alike(request.county))


def _done(request: Request, pk: int, act: Callable[[], object], told: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, told)
    return redirect("document", pk)


def _table(request: Request, listed: list[PlanDocument]) -> dict[str, Any]:
    columns = [
        {"label": _("标题"), "kind": "name"},
        {"label": _("层级"), "kind": "short"},
        {"label": _("规划期"), "kind": "short"},
        {"label": _("已决定"), "kind": "number"},
        {"label": _("已确认"), "kind": "number"},
        {"label": _("已进台账"), "kind": "number"},
        {"label": _("进度"), "kind": "text"},
        {"label": _("状态"), "kind": "short"},
    ]
    own: dict[int, list[Commitment]] = {document.pk: [] for document in listed}
    for each in access.which(request.user, "document.see", Commitment).filter(document__in=own).defer("quote"):
        own[each.document_id].append(each)
    rows = [{"cells": _cells(document, own[document.pk], request.language)} for document in listed]
    return {"id": "documents", "caption": _("规划文件"), "caption_hidden": True, "columns": columns, "rows": rows}


def _standing(document: PlanDocument, listed: list[Commitment], language: Language) -> str:
    """How many of the measured commitments stand where, in words; empty where none is measured."""
    seen = {each.pk for each in listed}
    told = [each for key, each in plans.standings(document, language).items() if key in seen]
    return " · ".join(f"{each['label']} {each['value']}" for each in metrics(told) if each["value"])


def _cells(document: PlanDocument, listed: list[Commitment], language: Language) -> list[dict[str, Any]]:
    counts = shown.counts(document, listed)
    status = shown.DOCUMENT_SHAPES[document.state], document.get_state_display()
    if document.withdrawn:
        status = "withdrawn", _("已停用")
    elif document.state == PlanDocument.State.READ and counts["left"]:
        status = "open", _("待核对 {count} 条").format(count=counts["left"])
    elif document.state == PlanDocument.State.READ and not counts["total"]:
        status = "open", _("没有读到承诺")
    elif document.state == PlanDocument.State.READ:
        status = "closed", _("已核对")
    return [
        {
            "text": document.title,
            "url": reverse("document", args=[document.pk]),
            "note": document.issuer,
            "kind": "name",
        },
        {"text": document.get_level_display(), "kind": "short"},
        {"text": shown.period(document), "kind": "short nowrap"},
        {"text": f"{counts['decided']} / {counts['total']}", "kind": "number"},
        {"text": counts["holds"], "kind": "number"},
        {"text": counts["tasks"], "kind": "number"},
        {"text": _standing(document, listed, language), "kind": "text"},
        {"status": status[0], "status_label": status[1], "kind": "short"},
    ]
