"""The list of schools, one school's page, and a school's figure taken apart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiaoheng import standards
from jiaoheng.findings import Assessment, AssessmentError, Explanation, explain, words
from jiaoheng.findings.telling import account
from jiaoheng.ledger import access, facts, history
from jiaoheng.ledger.models import Commitment, Evidence, Organisation, Snapshot, Submission, Task, Visit
from jiaoheng.web import nothing_yet
from jiaoheng.web.basis import Basis, basis
from jiaoheng.web.choosing import offered, school_year
from jiaoheng.web.pages.schools import about, figures, listing
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

EVENTS = 20
"""How many of the latest events a school's page tells."""


@needs("facts.see")
def index(request: Request) -> HttpResponse:
    """Every school with its verdict, those that fall short first; a search and a choice of verdict in the address."""
    snapshot = facts.assessed_snapshot(request.county)
    if snapshot is None:
        return nothing_yet.page(request, pgettext("several", "学校"))
    county, assessment = facts.tables(snapshot), _present(snapshot)
    wanted = listing.Wanted.of(request.GET)
    rows = listing.schools(county, assessment, wanted, request.language)
    return render(
        request,
        "schools/index.html",
        {
            "filters": listing.Filters.of(county, assessment, wanted, request.language),
            "table": listing.table(rows, wanted),
            "shown": len(rows),
            "total": len(assessment.schools),
            "year": assessment.year,
        },
    )


@needs("facts.see")
def school(request: Request, code: str) -> HttpResponse:
    """One school's ledger: figures against thresholds, classes, people, years, findings, tasks, documents."""
    unit = found(request, "facts.see", Organisation, kind=Organisation.Kind.SCHOOL, code=code)
    of = basis(request)
    if of is None:
        return nothing_yet.page(request, unit.name)
    if code not in of.names:
        return _without_facts(request, unit)
    county, assessment = of.county, of.assessment
    return render(
        request,
        "schools/school.html",
        {
            "school": unit,
            "sections": list(figures.sections(code, of)),
            "facts": about.facts(county, code, of.language),
            "grades": about.grades(county, code, assessment, of.language),
            "people": about.people(county, code, of.year, of.language),
            "history": about.history(code, facts.assessments(of.snapshot, of.standard.id), of.standard, of.language),
            "findings": _findings(code, of),
            "parts": [{"name": part.name, "url": of.link("school", part.code)} for part in _parts(unit)],
            "groups": Organisation.objects.filter(covers__school=unit, active=True),
            **_shown(of, reverse("school", args=[code])),
            **_ledger(request, unit, of),
        },
    )


@needs("facts.see")
def explanation(request: Request, code: str, check: str) -> HttpResponse:
    """One figure of a school taken apart: inputs, rows, formula, threshold, article."""
    unit = found(request, "facts.see", Organisation, kind=Organisation.Kind.SCHOOL, code=code)
    of, stage = basis(request), request.GET.get("stage", "")
    if of is None:
        return nothing_yet.page(request, unit.name)
    accounts = [
        (one.status, account(one, of.standard, of.language, of.names))
        for one in _explained(of.snapshot, of.standard.id, of.year, code, check)
        if not stage or stage == one.stage
    ]
    if not accounts:
        raise Http404
    given = {"school": unit, "accounts": accounts, "school_url": of.link("school", code)}
    given |= _shown(of, reverse("explain", args=[code, check]), stage=stage)
    return render(request, "schools/explanation.html", given)


def _shown(of: Basis, page_url: str, **kept: str) -> dict[str, Any]:
    """Which year and standard the page shows, and the choice of another."""
    return {
        "school_year": school_year(of.year),
        "standard": of.standard.label.say(of.language),
        "basis_form": offered(of, page_url, **kept),
    }


def _parts(unit: Organisation) -> QuerySet[Organisation]:
    """The campuses and teaching points of a school."""
    return unit.children.filter(active=True)


def _without_facts(request: Request, unit: Organisation) -> HttpResponse:
    """A school that was set up by hand, or is in no list of schools any more."""
    said = {
        "page_title": unit.name,
        "why": _("现有数据的“学校”表里没有这所学校。"),
        "next": _("如果是新办学校，请教育局在下一次数据中加上它；已撤并的学校不再列出。"),
        "url": reverse("schools"),
        "url_label": _("看全部学校"),
    }
    return render(request, "web/nothing_yet.html", said)


def _present(snapshot: Snapshot) -> Assessment:
    assessment = facts.assessment(snapshot)
    if assessment is None:
        raise Http404
    return assessment


@lru_cache(maxsize=512)
def _explained(snapshot: Snapshot, standard: str, year: int, code: str, check: str) -> tuple[Explanation, ...]:
    """Explanations of a snapshot never change."""
    try:
        return explain(facts.tables(snapshot), standards.load(standard), code, check, year=year)
    except (AssessmentError, KeyError):
        return ()


def _findings(code: str, of: Basis) -> list[dict[str, Any]]:
    """The school's findings in words."""
    return [
        {
            "text": words.finding_line(finding, of.standard, of.county, of.language),
            "status": "unknown" if finding.kind == "unknown" else "fails" if finding.blocking else "floor",
            "key": {"item": finding.item, "check": finding.check, "stage": finding.stage, "school": code},
        }
        for finding in of.assessment.findings
        if finding.school_id == code
    ]


def _ledger(request: Request, unit: Organisation, of: Basis) -> dict[str, Any]:
    """What the ledger holds of a school, as far as this person may see it."""
    person = request.user
    tasks = access.which(person, "task.see", Task).filter(school=unit).select_related("lead")
    given: dict[str, Any] = {"tasks": tasks.exclude(state__in=(Task.State.CLOSED, Task.State.WITHDRAWN))}
    # Who sees none of another school's tasks is not told that there are none.
    given["sees_tasks"] = access.may(person, "task.see", unit) or tasks.exists()
    given["closed"] = tasks.filter(state=Task.State.CLOSED).count()
    given["evidence"] = Evidence.objects.filter(task__in=tasks).select_related("task")
    if access.may_anywhere(person, "visit.see"):
        given["visits"] = access.which(person, "visit.see", Visit).filter(school=unit)
    if access.may_anywhere(person, "submission.see"):
        given["submissions"] = access.which(person, "submission.see", Submission).filter(organisation=unit)
    if access.may_anywhere(person, "document.see"):
        promised = access.which(person, "document.see", Commitment).filter(Commitment.concerning({unit.pk}))
        given["promises"] = promised.filter(document__withdrawn=False).select_related("document")
    # Only of rows that this person may see: what happened to the others is not told either.
    seen = [*tasks, *given.get("visits", ()), *given.get("submissions", ())]
    given["events"] = history.history(*seen, limit=EVENTS)
    # A task answers to the present figures; those of another year or standard are for reading.
    given["may_make_tasks"] = not of.query and access.may(person, "task.create", unit)
    return given
