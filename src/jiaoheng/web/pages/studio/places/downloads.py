"""Layouts and catchments to take along: a workbook, the areas as GeoJSON, the public notice as a Word document."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jiaoheng.ledger import facts
from jiaoheng.web.pages.studio.places.views import computed
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@needs("scenario.see")
def geojson(request: Request, pk: int) -> HttpResponse:
    """The places with their schools, as areas that a map program opens."""
    from jiaoheng.reports import catchments

    scenario, plan, answer = computed(request, pk)
    if not answer.served:
        raise Http404
    data = catchments.geojson(plan, facts.tables(scenario.snapshot))
    return _download(data, f"{scenario.name}.geojson", "application/geo+json")


@require_safe
@needs("scenario.see")
def notice(request: Request, pk: int) -> HttpResponse:
    """The public notice of the catchments."""
    from jiaoheng.reports import notice as notices

    scenario, plan, answer = computed(request, pk)
    if not answer.served:
        raise Http404
    data = notices.document(plan, facts.tables(scenario.snapshot), request.language)
    return _download(data, f"{scenario.name}.docx", WORD)


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    header = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": header or "attachment"})
