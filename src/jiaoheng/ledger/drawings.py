"""Charts that are slow to draw: drawn once by whoever computes their figures, kept as files, read by the pages."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import get_args

from jiaoheng import __version__, standards
from jiaoheng.language import Language
from jiaoheng.ledger import facts, scenarios, store
from jiaoheng.ledger.models import Assessed, Scenario, Snapshot

LANGUAGES: tuple[Language, ...] = get_args(Language)


def coefficients(snapshot: Snapshot, standard: str, language: Language) -> Path:
    """Where the chart of the coefficients over the years lies, whether drawn or not.

    The name holds what the chart was made of, so that a later assessment has another.
    """
    made = Assessed.objects.filter(snapshot=snapshot, standard=standard).order_by("year").values_list("pk", "made_at")
    marks = " ".join(f"{key}@{at.timestamp()}" for key, at in made)
    return _named(f"coefficients {snapshot.name} {standard} {language} {marks}")


def plan_costs(scenario: Scenario, language: Language) -> Path:
    """Where the chart of a scenario's cost by year and kind lies, whether drawn or not."""
    return _named(f"plan costs {scenario.pk} {scenario.computed_at} {language}")


def curve(scenario: Scenario, language: Language) -> Path:
    """Where the chart of a scenario's budget curve lies, whether drawn or not."""
    return _named(f"curve {scenario.pk} {scenario.curve} {language}")


def read(path: Path) -> str:
    """A drawing, or an empty text where it is not drawn."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def draw(snapshot: Snapshot, standard: str) -> None:
    """Draw the charts of a snapshot's assessments, in both languages; those that are there stay."""
    balance = {year: found.balance for year, found in facts.assessments(snapshot, standard).items()}
    lacking = {
        language: path for language in LANGUAGES if not (path := coefficients(snapshot, standard, language)).exists()
    }
    if len(balance) < 2 or not lacking:
        return
    # Altair takes seconds to load and to start: no page waits for it, nor who has nothing to draw.
    from jiaoheng.reports import charts

    for language, path in lacking.items():
        _write(path, charts.svg(charts.coefficients_over_years(balance, standards.load(standard), language)))


def draw_plan(scenario: Scenario) -> None:
    """Draw the chart of a scenario's cost, in both languages."""
    plan = scenarios.plan_of(scenario)
    if plan is None or not plan.moves:
        return
    from jiaoheng.reports import plan_charts

    for language in LANGUAGES:
        _write(plan_costs(scenario, language), plan_charts.svg(plan_charts.cost_by_year(plan, language)))


def draw_curve(scenario: Scenario) -> None:
    """Draw the budget curve of a scenario, in both languages."""
    points = [(point.cost, point.passing_pupils, point.pupils) for point in scenarios.points(scenario)]
    if not points:
        return
    from jiaoheng.reports import plan_charts

    for language in LANGUAGES:
        _write(curve(scenario, language), plan_charts.svg(plan_charts.budget_curve(points, language)))


def _named(said: str) -> Path:
    """The file of a drawing by what it is made of."""
    return store.home() / "drawings" / f"{hashlib.sha256(f'{__version__} {said}'.encode()).hexdigest()}.svg"


def _write(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
