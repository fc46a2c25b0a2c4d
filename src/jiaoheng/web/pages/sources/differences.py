"""How sources differ: in the county's present facts, and in one submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.county import Difference, Precedence, standing
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.ledger import access, facts, source_order, submissions
from jiaoheng.ledger.models import Snapshot, Submission
from jiaoheng.web.pages.facts.shown import subnav_of
from jiaoheng.web.pages.sources import shown
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

ROWS = 50


@needs("facts.see")
def index(request: Request) -> HttpResponse:
    """The differences that hold in the county's present facts, of one school if one is chosen."""
    seen = access.which(request.user, "facts.see", Snapshot).filter(county=request.county)
    snapshot = seen.order_by("pk").last()
    context = {
        "subnav": subnav_of(request, "source_differences"),
        "snapshot_row": snapshot,
        "school": request.GET.get("school", ""),
    }
    try:
        every = _standing(snapshot, source_order.precedence_of(request.county)) if snapshot else ()
        names = facts.tables(snapshot).school_names() if snapshot else {}
    except SnapshotError:
        return render(request, "sources/differences.html", context | {"damaged": True})
    schools = sorted({each.school for each in every if each.school in names}, key=names.__getitem__)
    context["schools"] = [{"code": code, "name": names[code]} for code in schools]
    wanted = [each for each in every if context["school"] in ("", each.school)]
    return _listed(request, wanted, names, context)


@needs("submission.see")
def of_submission(request: Request, pk: int) -> HttpResponse:
    """All differences that checking a submission found."""
    submission = found(request, "submission.see", Submission, pk=pk)
    checked = submissions.last_check(submission)
    names = checked.names if checked else {}
    crumbs = [
        {"url": reverse("submissions"), "label": _("数据")},
        {"url": reverse("submission", args=[pk]), "label": submission.title},
        {"label": _("来源不一致")},
    ]
    return _listed(request, checked.differences if checked else (), names, {"of": submission, "breadcrumbs": crumbs})


def _listed(
    request: Request, differences: Sequence[Difference], names: Mapping[str, str], context: Mapping[str, object]
) -> HttpResponse:
    page = Paginator(differences, ROWS).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    listing = {"table": shown.table(listed, names, request.language) if listed else None, "page": page}
    return render(request, "sources/differences.html", {**context, **listing})


def _standing(snapshot: Snapshot, precedence: Precedence) -> tuple[Difference, ...]:
    return _reckoned(snapshot.county.code, snapshot.name, _Order(precedence), snapshot)


class _Order:
    """An order of sources as a key."""

    def __init__(self, precedence: Precedence) -> None:
        self.precedence, self.mark = precedence, source_order.mark(precedence)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Order) and self.mark == other.mark

    def __hash__(self) -> int:
        return hash(self.mark)


@lru_cache(maxsize=8)
def _reckoned(code: str, name: str, order: _Order, snapshot: Snapshot) -> tuple[Difference, ...]:
    return standing(facts.tables(snapshot), order.precedence)
