"""An allocation as the pages show it: schools, components with their sources, checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.language import Language
from jiaoheng.ledger.funding import Allocated
from jiaoheng.plans.funding import Grant
from jiaoheng.plans.funding.rules import Rules, boarding_in_force
from jiaoheng.plans.funding.words import confidence, judged_line, kept_line, outcome, stage, terms, told, yuan
from jiaoheng.web.links import address
from jiaoheng.web.pages.funding.asking import Asked

COMPONENTS = ("base", "small", "boarding", "special", "tilt", "cut")
SHAPES = {"broken": "fails", "kept": "meets", "fewer_pupils": "floor", "more_pupils": "floor", "unknown": "unknown"}
LONGEST_LIST = 12


def tabs(current: str) -> list[dict[str, Any]]:
    """The parts of the area."""
    pages = (("funding", _("分配")), ("funding_rules", _("规则和审批")))
    return [{"url": reverse(name), "label": label, "current": name == current} for name, label in pages]


def schools(asked: Asked, grants: tuple[Grant, ...], language: Language, *, whole: bool) -> dict[str, Any]:
    """The table of schools; ``whole``: with the county's sum. What no school has is no column."""
    found = _there(asked)
    shown = [name for name in COMPONENTS if name == "base" or any(_sum(grant, name) != 0 for grant in grants)]
    columns = [{"label": _("学校"), "kind": "name"}, {"label": _("在校生"), "kind": "number"}]
    columns += [{"label": told(f"column_{name}", language), "kind": "number"} for name in (*shown, "total")]
    table: dict[str, Any] = {
        "id": "funding",
        "caption": _("各校公用经费"),
        "caption_hidden": True,
        "filter": len(grants) > LONGEST_LIST,
        "columns": columns,
        "rows": [{"cells": _cells(grant, asked, shown, language)} for grant in grants],
    }
    if whole:
        complete = not found.allocation.missing
        sums = [_whole(grants, name) if complete else None for name in (*shown, "total")]
        pupils = f"{sum(grant.pupils or 0 for grant in grants):,}" if complete else told("unknown", language)
        cells = [{"text": _("全县合计")}, {"text": pupils, "kind": "number"}]
        table["foot"] = cells + [{"text": yuan(each, language), "kind": "number"} for each in sums]
    return table


def _cells(grant: Grant, asked: Asked, shown: list[str], language: Language) -> list[dict[str, Any]]:
    url = address("funding_school", grant.school_id, query=asked.query)
    pupils = told("unknown", language) if grant.pupils is None else f"{grant.pupils:,}"
    cells: list[dict[str, Any]] = [
        {"text": grant.name, "kind": "name", "url": url},
        {"text": pupils, "kind": "number"},
    ]
    cells += [{"text": yuan(_sum(grant, name), language), "kind": "number"} for name in shown]
    return [*cells, {"text": yuan(_sum(grant, "total"), language), "kind": "number", "url": url}]


def _sum(grant: Grant, name: str) -> int | None:
    parts: list[int | None] = [getattr(part, name) for part in grant.parts]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _whole(grants: tuple[Grant, ...], name: str) -> int | None:
    parts = [_sum(grant, name) for grant in grants]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def components(asked: Asked, grant: Grant, language: Language) -> dict[str, Any]:
    """How a school's amount came about: each component, how it was worked out, and by which rule."""
    found = _there(asked)
    rows: list[dict[str, Any]] = []
    for part in grant.parts:
        for term in terms(part, grant, found.allocation, language):
            cells = [
                {"text": f"{stage(part.stage, language)} · {_plain(term.name, language)}", "kind": "name"},
                {"text": term.text, "kind": "text"},
                {"text": yuan(term.amount, language), "kind": "number"},
                {"text": _source(term.name, part.stage, grant, found, language), "kind": "text"},
            ]
            rows.append({"cells": cells})
    total = yuan(_sum(grant, "total"), language)
    return {
        "id": "components",
        "caption": _("怎么算的"),
        "caption_hidden": True,
        "columns": [
            {"label": _("项目"), "kind": "name"},
            {"label": _("怎么算的"), "kind": "text"},
            {"label": _("金额（元）"), "kind": "number"},
            {"label": _("依据"), "kind": "text"},
        ],
        "rows": rows,
        "foot": [{"text": _("合计")}, {"text": ""}, {"text": total, "kind": "number"}, {"text": ""}],
    }


def _plain(name: str, language: Language) -> str:
    return told(f"column_{name}", language).split("（")[0].split(" (")[0]


def _source(name: str, of: str, grant: Grant, found: Allocated, language: Language) -> str:
    """Where the rule of a component comes from, and how sure that is."""
    held, allocation = found.rules, found.allocation
    if name == "base":
        quoted = next(each for each in allocation.quotas if each.stage == of)
        return f"{quoted.source.say(language)} · {confidence(quoted.confidence, language)}"
    sources: dict[str, Any] = {
        "small": _floor(held, grant),
        "boarding": boarding_in_force(held, allocation.year),
        "special": held.inclusive,
        "tilt": held.tilt,
    }
    rule = sources.get(name)
    return f"{rule.source.say(language)} · {confidence(rule.confidence, language)}" if rule is not None else ""


def _floor(held: Rules, grant: Grant) -> Any:
    return next((each for each in held.floors if each.enabled and each.pupils == grant.floor), None)


def checks(found: Allocated, asked: Asked, language: Language) -> dict[str, Any]:
    """The items of the standard, and what fell since last year; schools that got no less are only counted."""
    listed = [each for each in found.kept if each.kind != "school" or each.outcome not in ("kept", "unknown")]
    rows = [
        {
            "cells": [
                {"text": kept_line(each, asked.names, language), "kind": "text"},
                {"status": SHAPES[each.outcome], "status_label": outcome(each, language), "kind": "short"},
            ]
        }
        for each in listed
    ]
    return {
        "judged": [{"text": judged_line(each, asked.names, language), "status": each.after} for each in found.judged],
        "kept": sum(each.kind == "school" and each.outcome == "kept" for each in found.kept),
        "incomparable": sum(each.kind == "school" and each.outcome == "unknown" for each in found.kept),
        "broken": sum(each.outcome == "broken" for each in found.kept),
        "table": {
            "id": "kept",
            "caption": _("与上一学年比"),
            "caption_hidden": True,
            "columns": [{"label": _("核对事项"), "kind": "text"}, {"label": _("结果"), "kind": "short"}],
            "rows": rows,
        },
    }


def own_checks(found: Allocated, grant: Grant, asked: Asked, language: Language) -> Iterator[dict[str, str]]:
    """A school's own amount against last year's."""
    for each in found.kept:
        if each.kind == "school" and each.subject == grant.school_id:
            line = kept_line(each, asked.names, language)
            yield {"text": line, "status": SHAPES[each.outcome], "label": outcome(each, language)}


def _there(asked: Asked) -> Allocated:
    """The allocation, which the caller has seen to be there."""
    assert asked.found is not None
    return asked.found
