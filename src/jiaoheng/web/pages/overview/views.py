"""The overview and what lies a click behind it: the map, the table of all schools, figures of the county."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiaoheng import standards
from jiaoheng.ledger import facts
from jiaoheng.ledger.actions.runs import ask
from jiaoheng.web import nothing_yet, school_rule
from jiaoheng.web.basis import Basis, basis
from jiaoheng.web.choosing import offered, school_year
from jiaoheng.web.pages.overview import (
    changes,
    coefficients,
    county_map,
    excel,
    explain,
    indicators,
    matrix,
    people,
    progress,
    promises,
    standing,
)
from jiaoheng.web.pages.overview.forms import MapForm
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

Part = dict[str, Any]


@require_safe
@needs("facts.see")
def index(request: Request) -> HttpResponse:
    """The overview: how the county stands, why, and what waits for the person who looks."""
    of = basis(request)
    given: Part = {
        "tasks": people.tasks(request.user),
        "submissions": people.submissions(request.user),
    }
    if of is None:
        return render(request, "overview/empty.html", given | nothing_yet.nothing_yet(request))
    own = people.own_schools(request.user)
    choice = county_map.chosen(of, request.GET.get("show", ""))
    given |= {
        **_frame(of),
        "basis_form": of.kept("basis_form", lambda: offered(of, reverse("overview"))),
        "newer": progress.newer(request, of),
        "own": people.standing(of, request.user, own),
        "busy": bool((given["tasks"] or {}).get("rows") or (given["submissions"] or {}).get("rows")),
        "top": _part(of, "top", _top),
        "metrics": _metrics(of) + _overdue(given["tasks"]),
        "indicators": _part(of, "indicators", _indicators),
        "worst": _part(of, "worst", _worst),
        "areas": _part(of, "areas", _areas),
        "map_section": _map_section(of, choice),
        "years": _years(of),
        "changes": changes.since(of),
        "promises": promises.promises(request),
        "other_standards": progress.other_standards(request, of),
    }
    return render(request, "overview/index.html", given)


@require_safe
@needs("facts.see")
def county_map_page(request: Request) -> HttpResponse:
    """The map on a page of its own; only the map where htmx asks for it."""
    of = basis(request)
    if of is None:
        return nothing_yet.page(request, _("地图"))
    choice = county_map.chosen(of, request.GET.get("show", ""))
    if request.htmx:
        answer = HttpResponse(_map_section(of, choice))
    else:
        answer = render(request, "overview/map.html", {**_frame(of), "map": _map(of, choice)})
    patch_vary_headers(answer, ("HX-Request",))
    return answer


@require_safe
@needs("facts.see")
def matrix_page(request: Request) -> HttpResponse:
    """Every school and every figure of an area; only the table where htmx asks for it."""
    of = basis(request)
    if of is None:
        return nothing_yet.page(request, _("学校 × 指标"))
    found = matrix.matrix(of, request.GET.dict(), people.own_schools(request.user))
    if request.htmx and not request.htmx.history_restore_request:
        answer = HttpResponse(_table(of, found))
    else:
        given = {**_frame(of), "form": found.form, "table": _table(of, found)}
        answer = render(request, "overview/matrix.html", given | {"rule": school_rule.rule(of, found.selection.area)})
    patch_vary_headers(answer, ("HX-Request",))
    return answer


@require_safe
@needs("facts.see")
def matrix_excel(request: Request) -> HttpResponse:
    """The same rows and columns as a workbook."""
    of = basis(request)
    if of is None:
        return redirect("matrix")
    found = matrix.matrix(of, request.GET.dict(), people.own_schools(request.user))
    name = f"{of.county.name}-{of.year}-{of.standard.id}-{found.selection.area}.xlsx"
    return excel.download(excel.workbook(of, found), name)


@require_safe
@needs("facts.see")
def explain_coefficient(request: Request, check: str, stage: str) -> HttpResponse:
    """A coefficient of variation taken apart by school."""
    of = basis(request)
    if of is None:
        return nothing_yet.page(request, _("数字的来历"))
    given = {**_frame(of), "of": explain.coefficient(of, check, stage)}
    return render(request, "overview/coefficient.html", given)


@require_safe
@needs("facts.see")
def explain_item(request: Request, check: str) -> HttpResponse:
    """An item taken apart: its figures of the county, or those of every school."""
    of = basis(request)
    if of is None:
        return nothing_yet.page(request, _("数字的来历"))
    wanted = explain.item_of(of, check)
    given = {**_frame(of), "of": explain.item(of, wanted), "reported": explain.reported(of, wanted)}
    return render(request, "overview/item.html", given)


@require_POST
@needs("run.ask")
def assess_now(request: Request) -> HttpResponse:
    """Ask for the present facts to be held against a standard."""
    standard = request.POST.get("standard") or facts.NATIONAL
    snapshot = facts.latest_snapshot(request.county)
    if snapshot is None or standard not in standards.names():
        raise Http404
    ask(request.actor, request.county, "assess", snapshot=snapshot.name, standard=standard)
    messages.success(request, _("已安排测算，完成后本页会换成新的结果。"))
    return redirect("overview")


def _frame(of: Basis) -> Part:
    """What every page of the overview says of its basis."""
    return {
        "county": of.county.name,
        "school_year": school_year(of.year),
        "standard": of.standard.label.say(of.language),
        "overview_url": of.link("overview"),
        "matrix_url": of.link("matrix"),
        "query": of.query,
    }


def _part(of: Basis, name: str, context: Any) -> SafeString:
    """A part of the page that is the same for everybody, rendered once."""
    return of.kept(name, lambda: render_to_string(f"overview/parts/{name}.html", context(of)))


def _top(of: Basis) -> Part:
    return {"verdict": standing.verdict(of), "options": standing.options_line(of)}


def _indicators(of: Basis) -> Part:
    return {"indicators": indicators.indicators(of), "rule": of.standard.balance, "article": of.standard.document}


def _worst(of: Basis) -> Part:
    rows = matrix.worst(of)
    counts = sum(school.verdict in ("fails", "unknown") for school in of.assessment.schools)
    return {"rows": rows, "total": counts, "matrix_url": of.link("matrix"), "schools": len(of.assessment.schools)}


def _areas(of: Basis) -> Part:
    return {"areas": indicators.areas(of)}


def _map(of: Basis, choice: county_map.Choice) -> Part:
    return county_map.drawn(of, choice) | {
        "form": MapForm(of, choice.key),
        "title": county_map.named(choice, of),
        "hidden": of.query,
        "page_url": of.link("map", show=choice.key),
    }


def _map_section(of: Basis, choice: county_map.Choice) -> SafeString:
    """The map with what belongs to it, as the overview shows it and htmx puts another in its place."""
    return of.kept(
        f"map {choice.key}", lambda: render_to_string("overview/parts/map_section.html", {"map": _map(of, choice)})
    )


@lru_cache(maxsize=32)
def _metrics(of: Basis) -> list[Part]:
    return standing.metrics(of)


def _table(of: Basis, found: matrix.Matrix) -> str:
    """The matrix as a table; kept unless it is one person's own, as what is typed into the search is."""
    said = matrix.query(of, found)

    def made() -> str:
        given = {
            "hidden": of.query | ({"sort": said["sort"]} if "sort" in said else {}),
            "columns": matrix.columns(of, found),
            "lines": matrix.lines(of, found),
            "shown": len(found.rows),
            "total": found.total,
            "excel_url": of.link("matrix_excel", **said),
            "reset_url": of.link("matrix") if said.keys() - {"sort"} else "",
            "options": standing.options_line(of),
        }
        return render_to_string("overview/parts/matrix_table.html", given)

    return made() if said.keys() & {"name", "mine"} else of.kept(f"matrix {sorted(said.items())}", made)


def _years(of: Basis) -> SafeString:
    """The coefficients over the years; made again when their drawing has come."""
    drawn = coefficients.is_drawn(of)
    return of.kept(f"years {drawn}", lambda: _years_part(of), of_all_years=True)


def _years_part(of: Basis) -> str:
    found = coefficients.years(of)
    return render_to_string("overview/parts/years.html", {"years": found}) if found else ""


def _overdue(tasks: Part | None) -> list[Part]:
    """The tasks that are late, among those that this person sees."""
    if tasks is None:
        return []
    return [
        {
            "label": _("逾期任务"),
            "value": tasks["overdue_seen"],
            "unit": _("项"),
            "url": tasks["overdue_url"],
            "status": "overdue" if tasks["overdue_seen"] else "closed",
            "status_label": _("须尽快办理") if tasks["overdue_seen"] else _("没有逾期"),
        }
    ]
