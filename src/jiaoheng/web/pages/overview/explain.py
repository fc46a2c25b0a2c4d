"""A figure of the whole county taken apart: a coefficient by school, an item by its figures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from jiaoheng.findings import AssessmentError, Coefficient, Value, explain, words
from jiaoheng.findings.telling import Account, account
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.reports.figures import label_of, strip_of, values_of
from jiaoheng.standards import Check, Item, fallback_id
from jiaoheng.web.basis import Basis
from jiaoheng.web.pages.overview import matrix
from jiaoheng.web.pages.overview.indicators import coefficient_label, threshold_line
from jiaoheng.web.pages.overview.standing import basis_label, status_label

Part = dict[str, Any]


def item_of(of: Basis, check: str) -> Item:
    """The item that a check belongs to; ``Http404`` where the standard has none."""
    try:
        return of.standard.item(check)
    except KeyError:
        raise Http404 from None


def coefficient(of: Basis, check: str, stage: str) -> Part:
    """A coefficient of variation taken apart by school, the one that adds most first.

    ``Http404`` where the assessment has no such coefficient.
    """
    even = next((own for own in of.assessment.balance if (own.check, own.stage) == (check, stage)), None)
    if even is None:
        raise Http404
    item = item_of(of, check)
    unit = item.unit.say(of.language) if item.unit else ""
    own = values_of(of.assessment, check, stage)
    whole = even.coefficient is not None
    return {
        "title": label_of(check, stage, of.standard, of.language),
        "number": item.id,
        "unit": unit,
        "coefficient": words.fixed(even.coefficient, 4),
        "limit": words.fixed(even.at_most, 2),
        "has_limit": even.at_most is not None,
        "status": even.status,
        "status_label": coefficient_label(even, of),
        "mean": words.number(even.mean, 4) if whole else "—",
        "pupils": words.number(sum(value.pupils or 0 for value in own)),
        "numerator": words.number(_sum(own, "numerator")),
        "denominator": words.number(_sum(own, "denominator")),
        "scale": FORMULAS[_check(item, check).formula].apply("").scale,
        "threshold": threshold_line(own),
        "strip": strip_of(of.assessment, check, stage, of.standard, of.county, of.language, width=720, height=72),
        "rows": list(_contributions(of, even, own)),
        "lacking": [_school(of, value) for value in own if value.value is None],
        "schools": even.schools,
        "measures": list(_inequality(even)),
        "article": f"{of.standard.document} {of.standard.balance.article if of.standard.balance else ''}".strip(),
        "note": item.note.say(of.language) if item.note else "",
        "matrix_url": of.link("matrix", stage=stage, sort=check),
    }


def item(of: Basis, wanted: Item) -> Part:
    """An item: how it stands, and each of its figures, of the county or school by school, the worst first."""
    result = next((own for own in of.assessment.items if own.item == wanted.id), None)
    if result is None:
        raise Http404
    return {
        "title": wanted.label.say(of.language),
        "number": wanted.id,
        "area": next(area.label for area in of.standard.areas if area.id == wanted.area).say(of.language),
        "status": result.status,
        "status_label": status_label(result.status, of),
        "basis": basis_label(result.basis, of),
        "note": wanted.note.say(of.language) if wanted.note else "",
        "article": f"{of.standard.document} {wanted.article}",
        "confidence": wanted.confidence,
        "accounts": _accounts(of, wanted),
        "listings": [listing for check in wanted.checks for listing in _listings(of, wanted, check)],
        "coefficients": [
            {
                "label": label_of(even.check, even.stage, of.standard, of.language),
                "url": of.link("explain_county", even.check, even.stage),
                "text": words.fixed(even.coefficient, 3),
                "status": even.status,
                "status_label": coefficient_label(even, of),
            }
            for even in of.assessment.balance
            if even.item == wanted.id
        ],
    }


def _sum(values: tuple[Value, ...], name: str) -> float | None:
    amounts = [getattr(value, name) for value in values]
    return None if None in amounts else sum(amounts)


def _contributions(of: Basis, even: Coefficient, own: tuple[Value, ...]) -> Iterator[Part]:
    values = {value.school_id: value for value in own}
    for part in sorted(even.contributions, key=lambda part: (-part.part, part.school_id)):
        value = values[part.school_id]
        yield _school(of, value) | {
            "part": f"{100 * part.part:.1f}%",
            "share": round(100 * part.part, 2),
            "difference": _difference(value, even),
        }


def _difference(value: Value, even: Coefficient) -> str:
    """How far a school's figure lies from the county's, with its sign."""
    if value.value is None or even.mean is None:
        return "—"
    away = value.value - even.mean
    return f"{'+' if away > 0 else '−' if away < 0 else ''}{words.number(abs(away))}"


def _school(of: Basis, value: Value) -> Part:
    return {
        "name": of.school(value.school_id),
        "url": of.link("school", value.school_id),
        "stage": words.stage_label(value.stage, of.language) if value.stage else "",
        "pupils": words.number(value.pupils),
        "value": matrix.shown(value),
        "value_url": of.link("explain", value.school_id, value.check, stage=value.stage),
        "threshold": threshold_line((value,)),
        "status": value.status,
        "status_label": status_label(value.status, of),
        "reason": matrix.reason(of, value),
    }


def _inequality(even: Coefficient) -> Iterator[tuple[str, str]]:
    """Other measures of the same inequality, for those who know them."""
    if even.gini is not None:
        yield _("基尼系数"), words.fixed(even.gini, 3)
    if even.theil is not None:
        yield _("泰尔指数"), words.fixed(even.theil.total, 3)
        yield _("其中城乡之间"), words.fixed(even.theil.between, 3)
    if even.theil_groups is not None:
        yield _("其中教共体之间"), words.fixed(even.theil_groups.between, 3)
    if even.range_ratio is not None:
        yield _("最大与最小之比"), words.fixed(even.range_ratio, 2)


@lru_cache(maxsize=128)
def _accounts(of: Basis, wanted: Item) -> tuple[Account, ...]:
    """The item's figures of the county, taken apart; that takes a moment, so they are kept."""
    if all(FORMULAS[check.formula].grain != "county" for check in wanted.checks):
        return ()
    try:
        found = explain(of.county, of.standard, of.county.code, wanted.id, year=of.year, options=of.assessment.options)
    except AssessmentError:
        return ()
    return tuple(account(one, of.standard, of.language) for one in found)


def _listings(of: Basis, wanted: Item, check: Check) -> Iterator[Part]:
    """The figures of schools of a check, a list a stage, the worst first."""
    own = [value for value in of.assessment.values if value.check == check.id and value.school_id]
    for stage in dict.fromkeys(value.stage for value in own):
        values = [value for value in own if value.stage == stage]
        rows = sorted(values, key=_worst_first)
        yield {
            "title": label_of(check.id, stage, of.standard, of.language),
            "threshold": threshold_line(tuple(values)),
            "unit": wanted.unit.say(of.language) if wanted.unit else "",
            "strip": strip_of(
                of.assessment, check.id, stage, of.standard, of.county, of.language, width=720, height=64
            ),
            "below": sum(value.status in ("fails", "floor") for value in values),
            "unknown": sum(value.status == "unknown" for value in values),
            "total": len(values),
            "rows": [_school(of, value) for value in rows],
        }


def _worst_first(value: Value) -> tuple[int, float, str]:
    order = ("fails", "floor", "unknown", "meets", "measured")
    amount = value.value if value.value is not None else value.low if value.low is not None else 0.0
    return order.index(value.status), -amount if value.sense in ("at_most", "below") else amount, value.school_id


def _check(item: Item, check: str) -> Check:
    return next(own for own in item.checks if own.id == check)


def reported(of: Basis, wanted: Item) -> list[Part]:
    """What is reported under an item that is computed otherwise, where there is anything."""
    return [
        {"value": words.number(value.value), "status": value.status, "status_label": status_label(value.status, of)}
        for value in of.assessment.values
        if value.check == fallback_id(wanted) and value.value is not None
    ]
