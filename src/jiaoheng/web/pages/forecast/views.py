"""A forecast: what it says, seats on the map year by year, each school, how good it is, how far the run is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiaoheng.ledger import access, facts, forecasts
from jiaoheng.ledger.history import history
from jiaoheng.ledger.models import Projection, Run
from jiaoheng.reports.forecast_charts import course
from jiaoheng.web.links import address
from jiaoheng.web.pages.forecast import listing, story, tables
from jiaoheng.web.pages.forecast.figures import Seen, seen
from jiaoheng.web.pages.forecast.forms import SchoolsForm
from jiaoheng.web.request import Request
from jiaoheng.web.templatetags.runs import run_shown
from jiaoheng.web.views import found, needs

Part = dict[str, Any]


@require_safe
@needs("forecast.see")
def latest(request: Request) -> HttpResponseBase:
    """The last forecast at once; the list where there is none yet."""
    found_one = forecasts.latest(request.county)
    return redirect("forecast", found_one.pk) if found_one is not None else index(request)


@require_safe
@needs("forecast.see")
def index(request: Request) -> HttpResponse:
    """All forecasts, the latest first."""
    away = request.GET.get("archived") == "1"
    every = access.which(request.user, "forecast.see", Projection)
    listed = every.filter(archived=away).select_related("made_by", "run").defer("answer")[: listing.MOST]
    snapshot = facts.assessed_snapshot(request.county)
    years = facts.tables(snapshot).years if snapshot is not None else ()
    return render(
        request,
        "forecast/index.html",
        {
            "table": listing.table(listed),
            "archived": away,
            "has_archived": every.filter(archived=True).exists(),
            "ready": snapshot is not None,
            "long_enough": len(years) >= forecasts.LEAST_YEARS,
            "may_ask": access.may(request.user, "forecast.ask", request.county),
        },
    )


@require_safe
@needs("forecast.see")
def page(request: Request, pk: int) -> HttpResponse:
    """The answer in sentences and drawings; while it is worked out, how far it is."""
    projection = found(request, "forecast.see", Projection, pk=pk)
    own, language = seen(projection), request.language
    given = _frame(request, projection, own, "forecast")
    asked = forecasts.request_of(projection.request)
    given |= {"assumptions": story.assumptions(asked, own, language), "events": history(projection)}
    if own is not None:
        stage = _stage(request, own)
        given |= {
            "verdict": story.verdict(own, language),
            "metrics": story.metrics(own, language),
            "ages": tables.ages(own, language),
            "courses": tables.county_courses(own, language),
            "stage": stage,
            "stages": _stages(own, stage, language, "#towns"),
            "town_courses": tables.town_courses(own, stage, language),
            "entrants": tables.entrants(own, language),
            "tested": story.tested_line(own, language),
            "notes": story.notes(own),
        }
    return render(request, "forecast/page.html", given)


@require_safe
@needs("forecast.see")
def seats_map(request: Request, pk: int) -> HttpResponse:
    """Seats short and spare on the map, of one stage in one year."""
    projection, own = _computed(request, pk)
    stage, year = _stage(request, own), _year(request, own)
    link = _school_link(projection, stage, year)
    short, spare = own.short(stage, year), own.spare(stage, year)
    years = range(own.base + 1, own.until + 1)
    given = {
        "stage": stage,
        "stages": _stages(own, stage, request.language, f"&year={year}"),
        "year": year,
        "first": years[0],
        "last": years[-1],
        "years": [
            {
                "year": each,
                "url": f"?stage={stage}&year={each}",
                "current": each == year,
                "short": own.short(stage, each) >= 1,
            }
            for each in years
        ],
        "map": tables.map_of(own, stage, year, link, request.language),
        "table": tables.shortest(own, stage, year, link),
        "short": story.whole(short),
        "spare": story.whole(spare),
        "lacks": short >= 1,
    }
    return render(request, "forecast/map.html", _frame(request, projection, own, "forecast_map") | given)


@require_safe
@needs("forecast.see")
def schools(request: Request, pk: int) -> HttpResponse:
    """All schools, narrowed by stage and town, in the order that is asked for."""
    projection, own = _computed(request, pk)
    stages = [(stage, story.stage_label(stage, request.language)) for stage in own.stages]
    form = SchoolsForm(request.GET, stages, [(town, own.place_name(town)) for town in own.towns])
    asked = {name: form.cleaned_data.get(name, "") for name in ("stage", "town")}
    sort = request.GET.get("sort", "-short")
    sort = sort if sort.removeprefix("-") in tables.SORTS else "-short"
    link = lambda code, stage: _school_link(projection, stage, None)(code)  # noqa: E731
    table = tables.schools(own, asked, sort, link, request.language)
    given = {"filters": form, "table": table}
    return render(request, "forecast/schools.html", _frame(request, projection, own, "forecast_schools") | given)


@require_safe
@needs("forecast.see")
def school(request: Request, pk: int, code: str) -> HttpResponse:
    """How a school's numbers come about: grades over the years, one year step by step, where its seats are from."""
    projection, own = _computed(request, pk)
    stages = [stage for school_id, stage in own.sections if school_id == code]
    if not stages:
        raise Http404
    asked = request.GET.get("stage", "")
    stage = asked if asked in stages else stages[0]
    peak = own.peak(code, stage)
    year = _year(request, own, peak.year if peak is not None else None)
    seats = own.seats.get((code, stage, year))
    points, language = own.course("school", code, stage), request.language
    given = {
        "code": code,
        "name": own.name(code),
        "stage_label": story.stage_label(stage, language),
        "stages": _stages(own, stage, language, "", stages) if len(stages) > 1 else [],
        "year": year,
        "seats": seats,
        "seats_line": tables.seats_line(seats) if seats is not None else "",
        "source": story.seats_source(seats) if seats is not None else "",
        "course": course(
            points, own.base, own.name(code), seats=seats.seats if seats else None, language=language,
            width=640, height=220,
        ),
        "steps": tables.steps(own, code, stage, year, language),
        "grades": tables.grades(own, code, stage, language),
        "by_year": tables.seats_by_year(own, code, stage),
        "crossings": [
            story.crossing_line(own, each, language)
            for each in own.forecast.crossings
            if (each.school_id, each.stage) == (code, stage)
        ],
        "oddities": [story.oddity_line(own, each) for each in own.forecast.oddities if each.school_id == code],
        "school_url": address("school", code),
        "breadcrumbs": [
            {"label": _("学位"), "url": reverse("forecast_list")},
            {"label": projection.name, "url": reverse("forecast", args=(pk,))},
            {"label": _("各校"), "url": reverse("forecast_schools", args=(pk,))},
            {"label": own.name(code)},
        ],
    }  # fmt: skip
    return render(request, "forecast/school.html", _frame(request, projection, own, "") | given)


@require_safe
@needs("forecast.see")
def check(request: Request, pk: int) -> HttpResponse:
    """How good it is: its errors on the county's own past, and the figures of the past that were left aside."""
    projection, own = _computed(request, pk)
    oddities = [
        {"line": story.oddity_line(own, each), "url": _school_link(projection, "", None)(each.school_id)}
        for each in sorted(own.forecast.oddities, key=lambda each: -each.score)
    ]
    given = {
        "table": tables.tests(own, request.language),
        "tested": story.tested_line(own, request.language),
        "oddities": oddities,
    }
    return render(request, "forecast/check.html", _frame(request, projection, own, "forecast_check") | given)


@require_safe
@needs("forecast.see")
def progress(request: Request, pk: int) -> HttpResponse:
    """How far it is, asked for again and again; when it has ended, the page is loaded anew."""
    projection = found(request, "forecast.see", Projection, pk=pk)
    if projection.run is None:
        raise Http404
    answer = render(request, "web/parts/progress.html", {"run": _run(request, projection)})
    if request.htmx and projection.run.status not in Run.UNFINISHED:
        answer["HX-Refresh"] = "true"
    return answer


def _frame(request: Request, projection: Projection, own: Seen | None, current: str) -> Part:
    present = facts.assessed_snapshot(request.county)
    pages = [
        ("forecast", _("结果")),
        ("forecast_map", _("学位余缺")),
        ("forecast_schools", _("各校")),
        ("forecast_check", _("检验")),
    ]
    return {
        "projection": projection,
        "computed": own is not None,
        "tabs": [
            {"url": reverse(name, args=(projection.pk,)), "label": label, "count": None, "current": name == current}
            for name, label in pages
        ]
        if own is not None
        else [],
        "may_ask": access.may(request.user, "forecast.ask", projection),
        "outdated": present is not None and present.pk != projection.snapshot_id,
        "run_part": _run(request, projection) if projection.run is not None else None,
        "breadcrumbs": [{"label": _("学位"), "url": reverse("forecast_list")}, {"label": projection.name}],
    }


def _run(request: Request, projection: Projection) -> Part | None:
    run = projection.run
    if run is None:
        return None
    unfinished = run.status in Run.UNFINISHED
    may_stop = unfinished and access.may(request.user, "forecast.ask", projection)
    return run_shown(run, request.user) | {
        "poll_url": reverse("forecast_progress", args=(projection.pk,)) if unfinished else "",
        "cancel_url": reverse("forecast_cancel", args=(projection.pk,)) if may_stop else "",
    }


def _computed(request: Request, pk: int) -> tuple[Projection, Seen]:
    projection = found(request, "forecast.see", Projection, pk=pk)
    own = seen(projection)
    if own is None:
        raise Http404
    return projection, own


def _stage(request: Request, own: Seen) -> str:
    asked = request.GET.get("stage", "")
    if asked in own.stages:
        return asked
    return "primary" if "primary" in own.stages else own.stages[0]


def _year(request: Request, own: Seen, usual: int | None = None) -> int:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else usual or own.base + 1
    return min(max(year, own.base + 1), own.until)


def _stages(own: Seen, current: str, language: Any, more: str, stages: Any = None) -> list[Part]:
    return [
        {
            "url": f"?stage={stage}{more}",
            "label": story.stage_label(stage, language),
            "count": None,
            "current": stage == current,
        }
        for stage in stages or own.stages
    ]


def _school_link(projection: Projection, stage: str, year: int | None) -> Any:
    query = {"stage": stage} | ({"year": year} if year is not None else {})
    return lambda code: address("forecast_school", projection.pk, code, query=query)
