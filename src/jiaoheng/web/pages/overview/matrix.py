"""The table of schools and figures: what the address asks for, as rows to be shown or written to Excel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from jiaoheng.findings import Value, words
from jiaoheng.findings.inputs import input_label
from jiaoheng.standards import Check
from jiaoheng.web.basis import Basis
from jiaoheng.web.pages.overview import rows as school_rows
from jiaoheng.web.pages.overview.forms import MatrixForm
from jiaoheng.web.pages.overview.indicators import SIGNS, threshold_line
from jiaoheng.web.pages.overview.rows import Row, Selection
from jiaoheng.web.pages.overview.standing import status_label

Part = dict[str, Any]
FIXED = ("name", "worst", "stage", "town", "pupils")
"""Columns beside the figures that can be sorted by, as they follow one another."""


class Matrix(msgspec.Struct, frozen=True):
    """The rows that were asked for, of how many, and their columns."""

    form: MatrixForm
    selection: Selection
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]
    total: int


def matrix(of: Basis, data: Mapping[str, str], own_schools: frozenset[str]) -> Matrix:
    """The matrix that an address asks for; what it cannot mean is left out, and the form says so."""
    areas = school_rows.areas(of)
    area = data.get("area", "") if data.get("area") in areas else areas[0]
    listed = all_rows(of, area)
    form = MatrixForm(data, of, listed, has_own=bool(own_schools))
    form.is_valid()
    asked = form.cleaned_data
    checks = school_rows.checks(of, area)
    sort = data.get("sort", "")
    known = {*FIXED, *(check.id for check in checks)}
    selection = Selection(
        area=area,
        stage=asked.get("stage", ""),
        verdict=asked.get("verdict", ""),
        town=asked.get("town", ""),
        name=asked.get("name", ""),
        within=own_schools if asked.get("mine") else None,
        sort=sort if sort.removeprefix("-") in known else "",
    )
    return Matrix(form, selection, checks, tuple(school_rows.selected(listed, selection)), len(listed))


@lru_cache(maxsize=32)
def all_rows(of: Basis, area: str) -> tuple[Row, ...]:
    """The rows of an area, kept for later requests."""
    return school_rows.rows(of, area)


def query(of: Basis, found: Matrix) -> dict[str, str | int]:
    """What the address says of the selection, without what is the usual."""
    wanted = found.selection
    said: dict[str, str | int] = {
        "name": wanted.name,
        "stage": wanted.stage,
        "verdict": wanted.verdict,
        "town": wanted.town,
        "area": "" if wanted.area == school_rows.areas(of)[0] else wanted.area,
        "mine": "" if wanted.within is None else "1",
        "sort": wanted.sort,
    }
    return {name: value for name, value in said.items() if value != ""}


def columns(of: Basis, found: Matrix) -> list[Part]:
    """The heads of the columns, each with the address that sorts by it: the worst first, then the other way round."""
    labels = {"name": _("学校"), "stage": _("学段"), "town": _("乡镇"), "pupils": _("在校生"), "worst": _("结论")}
    kinds = {"name": "name", "stage": "short", "town": "short", "pupils": "number", "worst": "short"}
    heads = [
        {"label": labels[name], "kind": kinds[name], **_sorting(of, found, name, "-" if name == "pupils" else "")}
        for name in FIXED
    ]
    for check in found.checks:
        own = tuple(value for value in of.assessment.values if value.check == check.id and value.school_id)
        item = of.standard.item(check.id)
        upper = any(value.sense in ("at_most", "below") for value in own)
        heads.append(
            {
                "label": f"{item.id} {words.check_label(of.standard, check.id, of.language)}",
                "kind": "number",
                "unit": _limits(of, own),
                "measure": item.unit.say(of.language) if item.unit else "",
                **_sorting(of, found, check.id, "-" if upper else ""),
            }
        )
    return heads


def lines(of: Basis, found: Matrix) -> list[Part]:
    """The rows as the template shows them."""
    return [
        {
            "name": row.name,
            "url": of.link("school", row.school_id),
            "stage": words.stage_label(row.stage, of.language) if row.stage else "",
            "town": row.town,
            "pupils": words.number(row.pupils),
            "verdict": row.verdict,
            "verdict_label": status_label(row.verdict, of),
            "cells": [cell(of, row, check.id) for check in found.checks],
        }
        for row in found.rows
    ]


def cell(of: Basis, row: Row, check: str) -> Part:
    """One figure with its status; where it is unknown, why; where the check is not asked of the school, nothing."""
    value = row.values.get(check)
    if value is None:
        return {"text": "", "status": ""}
    return {
        "text": shown(value),
        "status": value.status,
        "label": status_label(value.status, of),
        "note": reason(of, value),
        "url": of.link("explain", row.school_id, check, stage=value.stage),
    }


def shown(value: Value) -> str:
    """A figure as it is shown: to two decimals, as a range where it is only bounded."""
    if value.value is None and value.low is not None and value.high is not None:
        return f"{words.number(value.low)}–{words.number(value.high)}"
    return words.number(value.value)


def reason(of: Basis, value: Value) -> str:
    """Why a figure is unknown; or that it passes only after rounding."""
    if value.status == "unknown":
        if value.missing:
            return _("缺：%(missing)s") % {"missing": input_label(value.missing, of.language)}
        return _("只有年级合计，请填“班级”表") if value.low is not None else _("缺数据")
    return _("四舍五入后才达标") if value.by_rounding else ""


def worst(of: Basis, count: int = 10) -> list[Part]:
    """The worst sections under the rule for schools, with what they are below the standard in."""
    area = of.standard.ruled_area
    own = [row for row in all_rows(of, area) if row.verdict in ("fails", "unknown")][:count]
    return [
        {
            "name": row.name,
            "url": of.link("school", row.school_id),
            "stage": words.stage_label(row.stage, of.language) if row.stage else "",
            "pupils": words.number(row.pupils),
            "verdict": row.verdict,
            "verdict_label": status_label(row.verdict, of),
            "gaps": [
                _gap(of, row, value) for value in row.values.values() if value.status in ("fails", "floor", "unknown")
            ],
        }
        for row in own
    ]


def _gap(of: Basis, row: Row, value: Value) -> Part:
    limit = threshold_line((value,))
    return {
        "label": words.check_label(of.standard, value.check, of.language),
        "text": reason(of, value) if value.status == "unknown" else f"{shown(value)} ({limit})",
        "status": value.status,
        "status_label": status_label(value.status, of),
        "url": of.link("explain", row.school_id, value.check, stage=value.stage),
    }


def _limits(of: Basis, own: Iterable[Value]) -> str:
    """The usual limit of each stage, or the one of all."""
    stages: dict[str, Counter[tuple[float, str]]] = {}
    for value in own:
        if value.threshold is not None and value.sense is not None:
            stages.setdefault(value.stage, Counter())[value.threshold, value.sense] += 1
    usual = {stage: counts.most_common(1)[0][0] for stage, counts in stages.items()}
    if len(set(usual.values())) <= 1:
        return "".join(f"{SIGNS[sense]} {words.number(limit)}" for limit, sense in set(usual.values()))
    return " / ".join(
        f"{words.stage_label(stage, of.language)} {SIGNS[sense]} {words.number(limit)}"
        for stage, (limit, sense) in usual.items()
    )


def _sorting(of: Basis, found: Matrix, column: str, first: str) -> Part:
    """The address that sorts by a column, and how it is sorted now."""
    now = found.selection.sort or "worst"
    wanted = f"{first}{column}"
    other = column if first else f"-{column}"
    turned = other if now == wanted else wanted
    sorted_by = ""
    if now.removeprefix("-") == column:
        sorted_by = "descending" if now.startswith("-") else "ascending"
    said = query(of, found) | {"sort": turned}
    return {"url": of.link("matrix", **said), "sorted": sorted_by}
