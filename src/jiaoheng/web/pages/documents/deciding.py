"""A commitment is confirmed, corrected, rejected or taken up again; then the next that waits is shown."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.ledger import commitments as ledger
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import commitments as acts
from jiaoheng.ledger.models import Commitment
from jiaoheng.web.pages.documents import reader, shown
from jiaoheng.web.pages.documents.forms import CorrectForm
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("document.see")
def show(request: Request, pk: int) -> HttpResponse:
    """Where a commitment stands in its document."""
    commitment = found(request, "document.see", Commitment, pk=pk)
    return redirect(_address(request, commitment))


@require_POST
@needs("document.decide")
def confirm(request: Request, pk: int) -> HttpResponse:
    """It is what the document promises."""
    return _decided(request, pk, lambda one: acts.confirm(request.actor, one, seen=request.POST.get("seen", "")))


@require_POST
@needs("document.decide")
def reject(request: Request, pk: int) -> HttpResponse:
    """It is no commitment."""
    return _decided(request, pk, lambda one: acts.reject(request.actor, one, seen=request.POST.get("seen", "")))


@require_POST
@needs("document.decide")
def reopen(request: Request, pk: int) -> HttpResponse:
    """Think again."""
    return _decided(request, pk, lambda one: acts.reopen(request.actor, one), stay=True)


@needs("document.decide")
def correct(request: Request, pk: int) -> HttpResponse:
    """Let it say what the document means."""
    commitment = found(request, "document.decide", Commitment, pk=pk)
    form = CorrectForm(commitment, request.language, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.correct(request.actor, commitment, form.promise(), seen=form.cleaned_data["seen"])
        except Refused as refused:
            form.add_error(None, str(refused))
            form.saw(Commitment.objects.get(pk=pk).mark())
        else:
            return _next(request, commitment, stay=True)
    listed = list(shown.visible(request, commitment.document))
    panel = {"form": form, "form_title": _("改正"), "form_url": reverse("commitment_correct", args=[pk])}
    if request.htmx:
        return reader.record(request, commitment.document, listed, commitment, **panel)
    status = 409 if form.errors else 200
    return reader.page(request, commitment.document, listed, commitment, status=status, **panel)


def _decided(request: Request, pk: int, act: Callable[[Commitment], object], *, stay: bool = False) -> HttpResponse:
    commitment = found(request, "document.decide", Commitment, pk=pk)
    try:
        act(commitment)
    except Refused as refused:
        if not request.htmx:
            messages.error(request, str(refused))
            return redirect(_address(request, commitment))
        listed = list(shown.visible(request, commitment.document))
        commitment = next(each for each in listed if each.pk == pk)
        return reader.record(request, commitment.document, listed, commitment, refusal=str(refused))
    return _next(request, commitment, stay=stay)


def _next(request: Request, commitment: Commitment, *, stay: bool) -> HttpResponse:
    """The record of the next commitment that waits, or of the same; what was decided is told beside it."""
    document = commitment.document
    listed = list(shown.visible(request, document).select_related("decided_by", "task", "counts_as__document"))
    now = next(each for each in listed if each.pk == commitment.pk)
    following = None if stay else ledger.next_undecided(reader.filtered(request.GET, listed), now)
    to_show = following or now
    if not request.htmx:
        told = _("“{subject}”：{state}。").format(subject=now.subject[:40], state=shown.state(now)["label"])
        messages.success(request, told)
        return redirect(reader.address(document, to_show.pk, reader.kept_filters(request.GET)))
    done = {"key": now.pk, "state": "holds" if now.holds else now.state, "label": shown.state(now)["label"]}
    answer = reader.record(request, document, listed, to_show, done=done)
    answer["HX-Replace-Url"] = reader.address(document, to_show.pk, reader.kept_filters(request.GET))
    return answer


def _address(request: Request, commitment: Commitment) -> str:
    return reader.address(commitment.document, commitment.pk, reader.kept_filters(request.GET))
