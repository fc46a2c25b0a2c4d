"""A commitment that the program overlooked: selected in the text, or found by its quote."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.documents import reading
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import commitments as acts
from jiaoheng.ledger.models import Commitment, PlanDocument
from jiaoheng.web.pages.documents import reader, shown
from jiaoheng.web.pages.documents.forms import AddForm
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

_AIM = "一、目标\n"
"""What is selected was chosen as an aim; without any heading it might be taken for the document's front."""
LONGEST = 4000
"""Characters of a selection."""


@needs("document.decide")
def add(request: Request, pk: int) -> HttpResponse:
    """Add one; ``?kind=``, ``?start=`` and ``?end=`` say what was selected."""
    document = found(request, "document.decide", PlanDocument, pk=pk)
    posted = request.POST if request.method == "POST" else None
    kind = (posted or request.GET).get("kind", "") or Commitment.Kind.TARGET
    if kind not in Commitment.Kind.values:
        raise Http404
    form = AddForm(document, kind, request.language, posted, initial=_selected(request, document, kind))
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        try:
            made = acts.add(request.actor, document, form.promise(), kind=kind, start=given["start"], end=given["end"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已补充：{subject}。").format(subject=made.subject[:40]))
            url = reader.address(document, made.pk, reader.kept_filters(request.GET))
            # The new place has to be marked in the text: the whole page anew.
            return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)
    listed = list(shown.visible(request, document))
    title = _("补充目标") if kind == Commitment.Kind.TARGET else _("补充任务")
    panel: dict[str, Any] = {
        "form": form,
        "form_title": title,
        "form_url": reverse("commitment_add", args=[pk]),
        "other_kind": _other(document, kind),
    }
    if request.htmx:
        return reader.record(request, document, listed, None, **panel)
    return reader.page(request, document, listed, None, status=409 if form.errors else 200, **panel)


def _other(document: PlanDocument, kind: str) -> dict[str, str]:
    other = Commitment.Kind.TASK if kind == Commitment.Kind.TARGET else Commitment.Kind.TARGET
    url = f"{reverse('commitment_add', args=[document.pk])}?kind={other}"
    return {"url": url, "label": _("改为补充任务") if other == Commitment.Kind.TASK else _("改为补充目标")}


def _selected(request: Request, document: PlanDocument, kind: str) -> dict[str, Any]:
    """What was selected: its place, its words, and what the program reads in them."""
    start, end = request.GET.get("start", ""), request.GET.get("end", "")
    given: dict[str, Any] = {"kind": kind}
    if not (start.isdecimal() and end.isdecimal() and len(start) < 12 and len(end) < 12):
        return given
    first, last = int(start), min(int(end), int(start) + LONGEST)
    words = document.text[first:last]
    first += len(words) - len(words.lstrip())
    words = words.strip()
    if not words:
        return given
    given |= {"start": first, "end": first + len(words), "quote": words}
    return given | (_read(words) if kind == Commitment.Kind.TARGET else {"subject": words.split("。")[0][:400]})


def _read(words: str) -> dict[str, Any]:
    """What the program reads in the words alone, to begin with."""
    targets = reading.read(f"{_AIM}{words}。").targets
    if not targets:
        return {"subject": words[:400]}
    first = targets[0]
    given = {name: getattr(first, name) for name in ("subject", "comparator", "value", "value_max", "unit", "due")}
    return given | {"baseline": first.baseline, "baseline_year": first.baseline_year, "binding": first.binding or ""}
