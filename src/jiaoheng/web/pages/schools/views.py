"""The list of schools, one school's page, and a school's figure taken apart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiaoheng import standards
from jiaoheng.county import County
from jiaoheng.findings import Assessment, AssessmentError, Explanation, explain, words
from jiaoheng.findings.telling import account
from jiaoheng.ledger import access, facts
from jiaoheng.ledger.models import Evidence, Organisation, Snapshot, Submission, Task, Visit
from jiaoheng.standards import Standard
from jiaoheng.web import nothing_yet
from jiaoheng.web.pages.schools import about, figures, listing
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


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
    snapshot = facts.assessed_snapshot(request.county)
    if snapshot is None:
        return nothing_yet.page(request, unit.name)
    county, assessment = facts.tables(snapshot), _present(snapshot)
    if code not in county.school_names():
        return _without_facts(request, unit)
    standard = standards.load(assessment.standard)
    sections = list(figures.sections(code, assessment, standard, request.language))
    return render(
        request,
        "schools/school.html",
        {
            "school": unit,
            "year": assessment.year,
            "sections": sections,
            "facts": about.facts(county, code, request.language),
            "grades": about.grades(county, code, assessment, request.language),
            "people": about.people(county, code, assessment.year, request.language),
            "history": about.history(code, facts.assessments(snapshot), standard, request.language),
            "findings": _findings(code, assessment, standard, county, request),
            "parts": unit.children.filter(active=True),
            "groups": Organisation.objects.filter(covers__school=unit, active=True),
            "standard": standard.label.say(request.language),
            **_ledger(request, unit),
        },
    )


@needs("facts.see")
def explanation(request: Request, code: str, check: str) -> HttpResponse:
    """One figure of a school taken apart: inputs, rows, formula, threshold, article."""
    unit = found(request, "facts.see", Organisation, kind=Organisation.Kind.SCHOOL, code=code)
    snapshot = facts.assessed_snapshot(request.county)
    if snapshot is None:
        return nothing_yet.page(request, unit.name)
    county, assessment = facts.tables(snapshot), _present(snapshot)
    standard = standards.load(assessment.standard)
    accounts = [
        (one.status, account(one, standard, request.language, county.school_names()))
        for one in _explained(snapshot, assessment.standard, assessment.year, code, check)
        if request.GET.get("stage", one.stage) == one.stage
    ]
    if not accounts:
        raise Http404
    return render(request, "schools/explanation.html", {"school": unit, "accounts": accounts, "year": assessment.year})


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


def _findings(
    code: str, assessment: Assessment, standard: Standard, county: County, request: Request
) -> list[dict[str, Any]]:
    """The school's findings in words."""
    return [
        {
            "text": words.finding_line(finding, standard, county, request.language),
            "status": "unknown" if finding.kind == "unknown" else "fails" if finding.blocking else "floor",
            "key": {"item": finding.item, "check": finding.check, "stage": finding.stage, "school": code},
        }
        for finding in assessment.findings
        if finding.school_id == code
    ]


def _ledger(request: Request, unit: Organisation) -> dict[str, Any]:
    """What the ledger holds of a school, as far as this person may see it."""
    person = request.user
    tasks = access.which(person, "task.see", Task).filter(school=unit).select_related("lead")
    given: dict[str, Any] = {"tasks": tasks.exclude(state__in=(Task.State.CLOSED, Task.State.WITHDRAWN))}
    given["closed"] = tasks.filter(state=Task.State.CLOSED).count()
    given["evidence"] = Evidence.objects.filter(task__in=tasks).select_related("task")
    if access.may_anywhere(person, "visit.see"):
        given["visits"] = access.which(person, "visit.see", Visit).filter(school=unit)
    if access.may_anywhere(person, "submission.see"):
        given["submissions"] = access.which(person, "submission.see", Submission).filter(organisation=unit)
    given["may_make_tasks"] = access.may(person, "task.create", unit)
    return given
