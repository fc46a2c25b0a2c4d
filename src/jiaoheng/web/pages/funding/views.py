"""Public funds by school: worked out, tried with a budget, decided; a school sees what it gets, and why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.funding import decide
from jiaoheng.plans.funding.rule_words import choices
from jiaoheng.plans.funding.words import missing_line, quota_lines, sentences
from jiaoheng.reports.funding_book import write_allocation
from jiaoheng.web import nothing_yet
from jiaoheng.web.choosing import school_year
from jiaoheng.web.links import address
from jiaoheng.web.pages.funding import shown
from jiaoheng.web.pages.funding.asking import Asked, asked, decided, own_schools, sees_all, years
from jiaoheng.web.pages.overview.excel import download
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

_LEVELS = {"full": "info", "short": "error", "scaled": "warning", "unknown": "warning"}


@needs("funding.see")
def index(request: Request) -> HttpResponse:
    """The allocation of a year: all schools for the bureau and leaders, one's own for a school."""
    if not years(request):
        return nothing_yet.page(request, _("公用经费"))
    if not sees_all(request):
        return _own(request)
    return _page(request, asked(request))


@require_POST
@needs("funding.change")
def decide_now(request: Request) -> HttpResponse:
    """Decide the allocation that was shown."""
    if not years(request):
        return nothing_yet.page(request, _("公用经费"))
    of = asked(request)
    if of.form is None or not of.form.is_bound or of.form.errors:
        return _page(request, of, status=409)
    try:
        decide(
            request.actor,
            request.county,
            year=of.year,
            total=of.total,
            scale=of.scale,
            seen=request.POST.get("seen", ""),
        )
    except Refused as refused:
        return _page(request, of, refusal=str(refused), status=409)
    messages.success(request, _("分配已确定，各校可以看到自己的数。"))
    return redirect(address("funding", query={"year": str(of.year)}))


@needs("funding.see")
def excel(request: Request) -> HttpResponse:
    """The allocation as a workbook; a school's has its own row alone."""
    if not years(request):
        return nothing_yet.page(request, _("公用经费"))
    whole = sees_all(request)
    of = asked(request) if whole else decided(request)
    if of is None or of.found is None:
        raise Http404
    only = None if whole else frozenset(_own_codes(request, of))
    if only is not None and not only:
        raise Http404
    found = of.found
    notes = [_("演示数据：望岚县为虚构")] if settings.DEMO else []
    data = write_allocation(
        found.allocation, found.rules, found.kept, found.judged, of.names, request.language, notes=notes, only=only
    )
    return download(data, f"{found.allocation.county}{school_year(of.year)}{_('公用经费')}.xlsx")


@needs("funding.see")
def school(request: Request, code: str) -> HttpResponse:
    """How one school's amount came about."""
    whole = sees_all(request)
    if not whole and code not in own_schools(request):
        raise Http404
    of = asked(request) if whole else decided(request)
    grant = of.found.allocation.grant(code) if of is not None and of.found is not None else None
    if of is None or of.found is None or grant is None:
        raise Http404
    language, allocation = request.language, of.found.allocation
    members = [of.names.get(member, member) for member in grant.members if member != grant.school_id]
    missing = [missing_line(each, of.names, language) for each in allocation.missing if each.school_id == code]
    context = {
        "grant": grant,
        "school_year": school_year(of.year),
        "breadcrumbs": [
            {"url": address("funding", query=of.query), "label": _("公用经费")},
            {"label": grant.name},
        ],
        "decision": of.decision,
        "table": shown.components(of, grant, language),
        "missing": missing,
        "members": members,
        "checks": list(shown.own_checks(of.found, grant, of, language)),
        "short": allocation.status == "short",
        "school_url": reverse("school", args=[grant.school_id]),
    }
    return render(request, "funding/school.html", context)


def _page(request: Request, of: Asked, *, refusal: str = "", status: int = 200) -> HttpResponse:
    language = request.language
    context: dict[str, Any] = {
        "tabs": shown.tabs("funding"),
        "form": of.form,
        "decision": of.decision,
        "school_year": school_year(of.year),
        "error": of.error,
        "refusal": refusal,
        "may_change": access.may(request.user, "funding.change", request.county),
    }
    if of.found is not None:
        allocation = of.found.allocation
        told = list(sentences(allocation, language))
        context |= {
            "level": _LEVELS[allocation.status],
            "verdict": told[0],
            "also": told[1:],
            "missing": [missing_line(each, of.names, language) for each in allocation.missing],
            "quotas": list(quota_lines(allocation, language)),
            "choices": choices(of.found.rules, language),
            "rules_name": allocation.rules.say(language),
            "table": shown.schools(of, allocation.grants, language, whole=True),
            "checks": shown.checks(of.found, of, language),
            "excel_url": address("funding_excel", query=of.query),
            "deciding": {
                "year": of.year,
                "total": of.query.get("total", ""),
                "scale": of.scale,
                "seen": allocation.total,
            }
            if allocation.total is not None and of.decision is None
            else None,
        }
    return render(request, "funding/index.html", context, status=status)


def _own(request: Request) -> HttpResponse:
    """What a school sees: its own row of what was decided."""
    of = decided(request)
    grants = _own_grants(request, of) if of is not None and of.found is not None else ()
    context: dict[str, Any] = {"decision": of.decision if of else None, "error": of.error if of else ""}
    if of is not None and grants:
        context |= {
            "school_year": school_year(of.year),
            "table": shown.schools(of, grants, request.language, whole=False),
            "excel_url": address("funding_excel", query=of.query),
        }
    return render(request, "funding/own.html", context)


def _own_grants(request: Request, of: Asked) -> tuple[Any, ...]:
    codes = _own_codes(request, of)
    assert of.found is not None
    return tuple(grant for grant in of.found.allocation.grants if grant.school_id in codes)


def _own_codes(request: Request, of: Asked) -> set[str]:
    """The schools of which this person sees the row: their own, or the one that their campus is funded with."""
    own = set(own_schools(request))
    assert of.found is not None
    return {grant.school_id for grant in of.found.allocation.grants if own.intersection(grant.members)}
