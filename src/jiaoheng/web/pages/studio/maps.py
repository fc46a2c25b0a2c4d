"""The county before and after a plan, as maps coloured by passing."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.findings import words as found_words
from jiaoheng.findings.assessment import Assessment, SchoolVerdict
from jiaoheng.language import Language
from jiaoheng.ledger import facts, scenarios
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import words
from jiaoheng.plans.plan import Outlook
from jiaoheng.reports.figures import verdict_marks
from jiaoheng.reports.map import county_map

Part = dict[str, Any]
_ORDER = ("fails", "unknown", "meets")


def maps(scenario: Scenario, language: Language) -> list[Part]:
    """The map of the county as it is, and as it is in the last year of the plan; none without an assessment."""
    plan = scenarios.plan_of(scenario)
    if plan is None or not plan.after:
        return []
    titles = (words.now_label(plan.before.year, language), words.year_label(plan.until, language))
    found = [_drawn(scenario.pk, str(scenario.computed_at), last, language) for last in (False, True)]
    return [drawn | {"title": title} for drawn, title in zip(found, titles, strict=True) if drawn]


def after(scenario: Scenario, language: Language) -> Part | None:
    """The map of the last year alone."""
    found = maps(scenario, language)
    return found[-1] if found else None


@lru_cache(maxsize=64)
def _drawn(key: int, computed: str, last: bool, language: Language) -> Part:
    scenario = Scenario.objects.select_related("snapshot__county").get(pk=key)
    plan = scenarios.plan_of(scenario)
    if plan is None:
        return {}
    assessed = facts.assessment(scenario.snapshot, plan.standard, plan.base_year)
    if assessed is None:
        return {}
    shown = _judged(assessed, plan.after[-1] if last else plan.before)
    marks = verdict_marks(shown, language)
    drawn = county_map(
        facts.tables(scenario.snapshot),
        marks,
        label=_("学校是否达标"),
        link=lambda code: reverse("scenario_school", args=(key, code)),
        language=language,
        width=560,
    )
    left_out = {left.school_id for left in drawn.left_out}
    counts = Counter(mark.status for code, mark in marks.items() if code not in left_out)
    legend = [
        {"status": status, "label": f"{found_words.status_label(status, None, language)} {counts[status]}"}  # type: ignore[index]
        for status in _ORDER
        if counts[status]  # type: ignore[index]
    ]
    return {"svg": drawn.svg, "legend": legend}


def _judged(assessed: Assessment, outlook: Outlook) -> Assessment:
    """The assessment with the verdicts that its schools have in an outlook."""
    failing = {(each.school_id, each.stage): each.verdict for each in outlook.failing}

    def judged(school: SchoolVerdict) -> SchoolVerdict:
        verdict = failing.get((school.school_id, school.stage), "meets")
        return msgspec.structs.replace(school, verdict=verdict)

    return msgspec.structs.replace(assessed, schools=tuple(judged(school) for school in assessed.schools))
