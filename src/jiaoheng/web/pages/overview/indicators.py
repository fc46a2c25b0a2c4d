"""The indicators that are compared between schools, a row a stage, and the items of the other areas."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from jiaoheng.findings import Coefficient, ItemResult, Value, words
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.reports.figures import strip_of, values_of
from jiaoheng.standards import Item, fallback_id
from jiaoheng.web.basis import Basis
from jiaoheng.web.pages.overview.standing import basis_label, status_label

Part = dict[str, Any]
OPEN = ("fails", "floor", "unknown")
"""Statuses of an item that somebody has to do something about."""


def indicators(of: Basis) -> list[Part]:
    """The indicators of balance, each with a row a stage."""
    groups: dict[str, list[Coefficient]] = {}
    for even in of.assessment.balance:
        groups.setdefault(even.check, []).append(even)
    return [_indicator(of, check, rows) for check, rows in groups.items()]


def areas(of: Basis) -> list[Part]:
    """The items of the areas that are not judged school by school: those still open, then those that are settled."""
    balanced = of.standard.balanced_area
    results = {result.item: result for result in of.assessment.items}
    found = []
    for area in of.standard.areas:
        own = [item for item in of.standard.of_area(area.id) if item.id in results]
        if area.id == balanced or not own:
            continue
        rows = [_item(of, item, results[item.id]) for item in own]
        pending = [row for row in rows if row["status"] in OPEN]
        counts = Counter(row["status"] for row in rows)
        counts["fails"] += counts.pop("floor", 0)
        found.append(
            {
                "id": area.id,
                "label": area.label.say(of.language),
                "total": len(rows),
                "counts": [
                    {"status": status, "label": f"{status_label(status, of)} {counts[status]}"}
                    for status in ("fails", "unknown", "meets", "measured")
                    if counts[status]
                ],
                "open": pending,
                "settled": [row for row in rows if row not in pending],
            }
        )
    return found


def threshold_line(values: tuple[Value, ...]) -> str:
    """The limits of figures in words: ``≥ 4.2``, both where there are several."""
    limits = Counter(
        (value.sense, value.threshold) for value in values if value.sense is not None and value.threshold is not None
    )
    return " / ".join(f"{SIGNS[sense]} {words.number(limit)}" for (sense, limit), _count in limits.most_common(3))


SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}
"""How a limit is written before its figure."""


def coefficient_label(even: Coefficient, of: Basis) -> str:
    """What is said of a coefficient: within its limit, over it, or why it is not known."""
    if even.status == "unknown":
        return _("%(count)s 所学校缺数据") % {"count": even.schools - even.known} if even.schools else _("缺在校生数据")
    if even.status == "fails":
        return _("超限（四舍五入后才不超）") if even.by_rounding else _("超限")
    return _("在限值内") if even.at_most is not None else status_label(even.status, of)


def _indicator(of: Basis, check: str, rows: list[Coefficient]) -> Part:
    item = of.standard.item(check)
    return {
        "number": item.id,
        "label": words.check_label(of.standard, check, of.language),
        "unit": item.unit.say(of.language) if item.unit else "",
        "rows": [_row(of, even) for even in rows],
    }


def _row(of: Basis, even: Coefficient) -> Part:
    own = values_of(of.assessment, even.check, even.stage)
    counts = Counter(value.status for value in own)
    explained = of.link("explain_county", even.check, even.stage)
    whole = even.coefficient is not None
    return {
        "stage": words.stage_label(even.stage, of.language),
        "strip": strip_of(of.assessment, even.check, even.stage, of.standard, of.county, of.language),
        "threshold": threshold_line(own),
        # Of a part of the schools there is no county figure.
        "mean": words.number(even.mean) if whole else "—",
        "meets": counts["meets"],
        "total": len(own),
        "schools_url": of.link("matrix", stage=even.stage, sort=even.check),
        "coefficient": words.fixed(even.coefficient, 3),
        "limit": words.fixed(even.at_most, 2),
        "status": even.status,
        "status_label": coefficient_label(even, of),
        "url": explained,
    }


def _item(of: Basis, item: Item, result: ItemResult) -> Part:
    by_school = any(FORMULAS[check.formula].grain != "county" for check in item.checks)
    return {
        "number": item.id,
        "label": item.label.say(of.language),
        "url": of.link("explain_county", item.id),
        "status": result.status,
        "status_label": status_label(result.status, of),
        "basis": basis_label(result.basis, of),
        "found": _found(of, item, result, by_school),
        "advisory": result.advisory,
    }


def _found(of: Basis, item: Item, result: ItemResult, by_school: bool) -> str:
    """What the item's figures say: of how many schools, or what is missing."""
    counts = result.counts
    if by_school and result.basis == "computed":
        return _by_school(of, item)
    own = [value for value in of.assessment.values if value.item == item.id and not value.school_id]
    own = [value for value in own if value.check != fallback_id(item)] or own
    below, total = counts["fails"] + counts["floor"], sum(counts.values())
    if len(own) == 1 and own[0].value is not None:
        return one(of, item, own[0])
    if len(own) == 1:
        return _("没有上报，或没有佐证材料")
    said = []
    if below:
        said.append(_("%(total)s 项中 %(count)s 项未达到") % {"total": total, "count": below})
    if counts["unknown"]:
        said.append(
            _("%(total)s 项中 %(count)s 项没有上报，或没有佐证材料") % {"total": total, "count": counts["unknown"]}
        )
    return _("，").join(said) or _("%(total)s 项都达到") % {"total": total}


def _by_school(of: Basis, item: Item) -> str:
    """In how many schools, or sections of them, an item is not met or not known; one may have several figures."""
    own = [value for value in of.assessment.values if value.item == item.id and value.school_id]
    asked = {(value.school_id, value.stage) for value in own}
    below = {(value.school_id, value.stage) for value in own if value.status in ("fails", "floor")}
    unknown = {(value.school_id, value.stage) for value in own if value.status == "unknown"} - below
    if not asked:
        return _("没有适用的学校")
    said = []
    if below:
        said.append(_("%(total)s 所（部）中 %(count)s 所未达到") % {"total": len(asked), "count": len(below)})
    if unknown:
        said.append(_("%(total)s 所（部）中 %(count)s 所缺数据") % {"total": len(asked), "count": len(unknown)})
    return _("，").join(said) or _("%(total)s 所（部）都达到") % {"total": len(asked)}


def one(of: Basis, item: Item, value: Value) -> str:
    """One figure of the county with its limit, in its unit; a yes or no as such."""
    if yes_or_no(item, value):
        return _("是") if value.value == 1 else _("否")
    shown = words.number(value.value)
    unit = item.unit.after(shown, of.language) if item.unit else ""
    space = "" if unit.startswith("%") else " "
    limit = "" if value.threshold is None else f" ({SIGNS[value.sense or 'at_least']} {words.number(value.threshold)})"
    return f"{shown}{space}{unit}{limit}"


def yes_or_no(item: Item, value: Value) -> bool:
    """Whether a figure answers a question with yes (1) or no (0)."""
    return item.unit is not None and item.unit.zh == "是否" and value.value in (0, 1)
