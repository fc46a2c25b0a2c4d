"""The coefficients of variation over the years of a snapshot."""

from __future__ import annotations

from typing import Any

from jiaoheng.findings import Coefficient, words
from jiaoheng.ledger import drawings, facts
from jiaoheng.reports.marks import spark
from jiaoheng.web.basis import Basis

Part = dict[str, Any]


def years(of: Basis) -> Part | None:
    """Each coefficient in each year, with a small line; None where only one year is assessed."""
    found = facts.assessments(of.snapshot, of.standard.id)
    if len(found) < 2 or not of.assessment.balance:
        return None
    columns = [{"year": str(year), "url": of.link("overview", year=year)} for year in found]
    by_year = {year: {(even.check, even.stage): even for even in own.balance} for year, own in found.items()}
    return {
        "columns": columns,
        "rows": [_row(of, even, by_year) for even in found[max(found)].balance],
        "drawing": drawings.read(drawings.coefficients(of.snapshot, of.standard.id, of.language)),
    }


def is_drawn(of: Basis) -> bool:
    """Whether the chart is there; whoever assesses draws it at the end."""
    return drawings.coefficients(of.snapshot, of.standard.id, of.language).exists()


def _row(of: Basis, last: Coefficient, by_year: dict[int, dict[tuple[str, str], Coefficient]]) -> Part:
    own = {year: evens.get((last.check, last.stage)) for year, evens in by_year.items()}
    points = [(year, even.coefficient if even else None) for year, even in own.items()]
    return {
        "label": words.check_label(of.standard, last.check, of.language),
        "stage": words.stage_label(last.stage, of.language),
        "limit": words.fixed(last.at_most, 2),
        "spark": spark(points, last.at_most, last.status, language=of.language),
        "cells": [
            {"text": words.fixed(even.coefficient if even else None, 3), "status": even.status if even else "unknown"}
            for even in own.values()
        ],
    }
