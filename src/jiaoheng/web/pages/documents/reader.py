"""A document's page: the whole text with what it promises, and the record of one commitment."""

from __future__ import annotations

from typing import Any, cast

from django.core.files.base import ContentFile
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiaoheng.ledger import access, commitments, history, originals
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.models import Commitment, PlanDocument, Run
from jiaoheng.web.pages.documents import marking, shown
from jiaoheng.web.pages.documents.record import record_shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

State = Commitment.State
STATES = {"proposed": (State.PROPOSED,), "holds": Commitment.HOLDS, "rejected": (State.REJECTED,)}
"""What can be chosen to be shown, and the states that it stands for."""


@needs("document.see")
def show(request: Request, pk: int) -> HttpResponse:
    """The page; with ``?at=`` the record of that commitment, asked for by htmx that alone."""
    document = found(request, "document.see", PlanDocument, pk=pk)
    listed = list(shown.visible(request, document).select_related("decided_by", "task", "counts_as__document"))
    chosen = filtered(request.GET, listed)
    at = _at(request, listed)
    if at is None and document.state == PlanDocument.State.READ:
        at = commitments.next_undecided(chosen, None) or next(iter(chosen), None)
    if request.htmx and not request.htmx.history_restore_request:
        return record(request, document, listed, at)
    return page(request, document, listed, at)


def page(
    request: Request,
    document: PlanDocument,
    listed: list[Commitment],
    at: Commitment | None,
    *,
    status: int = 200,
    **panel: Any,
) -> HttpResponse:
    """The whole page; ``panel`` is what the record's place shows instead, such as a form."""
    chosen = filtered(request.GET, listed)
    kept = kept_filters(request.GET)
    visible = chosen if at is None or at in chosen else [*chosen, at]
    places = [_place(each, document, kept) for each in visible]
    context = about(request, document, listed, at) | {
        "text": marking.html(document.text, places, document.headings, at.pk if at else 0),
        "outline": _outline(document),
        "filters": filter_links(request, listed),
        "run": _run(document),
        "reason": document.reason.get(request.language, ""),
        "events": history.history(document, limit=10),
    }
    return render(request, "documents/document.html", context | panel, status=status)


def record(
    request: Request, document: PlanDocument, listed: list[Commitment], at: Commitment | None, **panel: Any
) -> HttpResponse:
    """The record alone, for htmx, and the address that shows the same."""
    answer = render(request, "documents/panel.html", about(request, document, listed, at) | {"alone": True} | panel)
    if at is not None and request.method == "GET" and "form" not in panel:
        answer["HX-Replace-Url"] = address(document, at.pk, kept_filters(request.GET))
    return answer


def about(request: Request, document: PlanDocument, listed: list[Commitment], at: Commitment | None) -> dict[str, Any]:
    """What the page and the record alone have in common."""
    may_decide = access.may_anywhere(request.user, "document.decide") and not document.withdrawn
    kept = kept_filters(request.GET)
    chosen = filtered(request.GET, listed)
    return {
        "document": document,
        "title": document.title,
        "breadcrumbs": shown.breadcrumbs(document),
        "tabs": shown.tabs(request, document, "document"),
        "counts": shown.counts(document, listed),
        "may_decide": may_decide,
        "may_add": access.may_anywhere(request.user, "document.add"),
        "kept": kept.urlencode(),
        "current": record_shown(request, at) if at is not None else None,
        "steps": _steps(document, chosen, at, kept),
    }


@needs("document.see")
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the reading is, asked for again and again; then the whole page anew."""
    document = found(request, "document.see", PlanDocument, pk=pk)
    run = _run(document)
    answer = render(request, "documents/progress.html", {"run": run, "document": document})
    if not run.get("poll_url"):
        answer["HX-Refresh"] = "true"
    return answer


@needs("document.see")
def file(request: Request, pk: int) -> HttpResponse:
    """The original, to be saved; one that was altered on the disk is not given."""
    document = found(request, "document.see", PlanDocument, pk=pk)
    if not access.may(request.user, "document.see", document.county):
        raise Http404
    data = originals.data(document)
    if data is None:
        raise Refused(_("文件“{name}”已丢失或被改动，与上传时的记录不一致，请联系管理员。").format(name=document.name))
    answer = FileResponse(
        ContentFile(data), as_attachment=True, filename=document.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, answer)


def filtered(query: QueryDict, listed: list[Commitment]) -> list[Commitment]:
    """The commitments of the chosen kind and state."""
    kind, state = query.get("kind", ""), query.get("state", "")
    states = STATES.get(state)
    return [each for each in listed if kind in ("", each.kind) and (states is None or each.state in states)]


def address(document: PlanDocument, key: int, kept: QueryDict) -> str:
    """Where a commitment is shown, its place in the text in view."""
    query = kept.copy()
    query["at"] = str(key)
    return f"{reverse('document', args=[document.pk])}?{query.urlencode()}#q-{key}"


def kept_filters(query: QueryDict) -> QueryDict:
    """The filters, for addresses that keep them."""
    kept = QueryDict(mutable=True)
    for name in ("kind", "state"):
        if value := query.get(name):
            kept[name] = str(value)
    return kept


def _at(request: Request, listed: list[Commitment]) -> Commitment | None:
    key = request.GET.get("at", "")
    return next((each for each in listed if str(each.pk) == key), None)


def _place(each: Commitment, document: PlanDocument, kept: QueryDict) -> marking.Place:
    return marking.Place(
        key=each.pk,
        start=each.start,
        end=each.end,
        is_target=each.is_target,
        state="holds" if each.holds else each.state,
        told=shown.state(each)["label"],
        label=_("：") + f"{each.subject} {shown.amount(each)}".strip()
        if each.is_target
        else pgettext("commitment", "任务") + " · ",
        url=address(document, each.pk, kept),
    )


def _steps(document: PlanDocument, chosen: list[Commitment], at: Commitment | None, kept: QueryDict) -> dict[str, Any]:
    """The commitments before and after, and the next that waits for a decision."""
    keys = [each.pk for each in chosen]
    place = keys.index(at.pk) if at is not None and at.pk in keys else None
    undecided = commitments.next_undecided(chosen, at)
    return {
        "number": None if place is None else place + 1,
        "of": len(chosen),
        "previous": address(document, keys[place - 1], kept) if place else "",
        "next": address(document, keys[place + 1], kept) if place is not None and place + 1 < len(keys) else "",
        "undecided": address(document, undecided.pk, kept) if undecided is not None else "",
    }


def _outline(document: PlanDocument) -> list[dict[str, Any]]:
    lines = []
    for start, end, depth in document.headings:
        # The paragraph that holds a heading begins at the line's first character.
        begins = document.text.rfind("\n", 0, start) + 1
        lines.append({"url": f"#at-{begins}", "label": document.text[start:end].strip(), "depth": min(depth, 4)})
    return lines


def filter_links(request: Request, listed: list[Commitment]) -> list[dict[str, Any]]:
    """Links by kind and by state, each with how many there are."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    groups = (
        ("kind", kind, (("", _("全部")), ("target", _("目标")), ("task", pgettext("commitment", "任务")))),
        (
            "state",
            state,
            (("", _("全部")), ("proposed", _("待确认")), ("holds", _("已确认")), ("rejected", _("不算承诺"))),
        ),
    )
    shown_groups = []
    for name, current, options in groups:
        links = []
        for value, label in options:
            query = kept_filters(request.GET)
            query.pop(name, None)
            if value:
                query[name] = value
            links.append(
                {
                    "url": f"?{query.urlencode()}",
                    "label": label,
                    "count": len(filtered(query, listed)),
                    "current": value == current,
                }
            )
        shown_groups.append({"label": _("类别") if name == "kind" else _("状态"), "links": links})
    return shown_groups


def _run(document: PlanDocument) -> dict[str, Any]:
    """The reading that goes on or has broken off; empty where there is nothing to tell."""
    if document.state != PlanDocument.State.READING:
        return {}
    run = Run.objects.filter(kind="read_document", inputs={"document": document.pk}).order_by("pk").last()
    if run is None:
        return {}
    status = {"waiting": "open", "running": "in_progress", "done": "closed"}.get(run.status, "overdue")
    failed = run.status in (Run.Status.FAILED, Run.Status.CANCELLED)
    told: dict[str, Any] = {
        "id": "reading",
        "title": _("读取文件"),
        "status": status,
        "status_label": run.get_status_display(),
        "percent": round(100 * run.progress) if run.status == Run.Status.RUNNING else None,
        "failed": failed,
        "text": _("正在读取，一般几秒钟。"),
    }
    if failed:
        return told | {"percent": 0, "text": run.error or _("读取没有完成。")}
    return told | {"poll_url": reverse("document_progress", args=[document.pk])}
