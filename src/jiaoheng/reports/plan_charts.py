"""Charts of plans: cost by school year and kind, and what every budget reaches. Draw in a run, as ``charts``."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from jiaoheng.language import Language
from jiaoheng.plans import sums, words
from jiaoheng.plans.plan import Plan
from jiaoheng.reports.charts import Chart, finished
from jiaoheng.reports.charts import svg as svg
from jiaoheng.reports.words import say

SHADES = ("#1d4f80", "#b06f00", "#0f6b52", "#7a4b8f", "#5a6472", "#3f86c4", "#d9a441", "#4aa68a", "#b58cc4", "#a3adb8")
"""Colours of kinds of move, the dearest first; kinds beyond them share the last."""


def cost_by_year(plan: Plan, language: Language = "zh") -> Chart:
    """A bar for each school year in which money is spent, in parts by kind of move, the dearest at the bottom."""
    of_kinds = sums.cost_by(plan.moves, lambda move: move.kind)
    kinds = sorted((kind for kind, cost in of_kinds.items() if cost), key=lambda kind: (-of_kinds[kind], kind))
    if not kinds:
        return Chart("", say("chart_no_cost", language))
    shared = sums.cost_by(plan.moves, lambda move: (sums.year_paid(move), move.kind))
    rows = [
        {
            "year": str(year),
            "kind": words.kind_label(kind, language),
            "order": kinds.index(kind),
            "cost": cost / _scale(language),
            "said": words.money(cost, language),
        }
        for (year, kind), cost in sorted(shared.items())
        if cost
    ]
    names = [words.kind_label(kind, language) for kind in kinds]
    colour = alt.Color("kind:N").scale(domain=names, range=[SHADES[min(i, 9)] for i in range(len(names))])
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(size=46)
        .encode(
            x=alt.X("year:O").title(None).axis(labelAngle=0),
            y=alt.Y("cost:Q").title(say("chart_cost", language)).axis(tickCount=5),
            color=colour.legend(title=None, orient="right", labelLimit=220),
            order=alt.Order("order:Q"),
        )
        .properties(width=max(110 * len({row["year"] for row in rows}), 160), height=220)
    )
    years = sums.cost_by(plan.moves, sums.year_paid)
    told = ("；", "; ")[language == "en"].join(
        say("chart_year", language, year=year, count=words.money(cost, language))
        for year, cost in sorted(years.items())
    )
    return Chart(finished(bars), say("chart_cost_told", language, years=told))


def budget_curve(points: Sequence[tuple[float, float, float]], language: Language = "zh") -> Chart:
    """Cost against the share of pupils in passing schools; ``points`` are yuan, passing pupils, pupils."""
    rows = [
        {"cost": cost / _scale(language), "share": 100 * passing / pupils}
        for cost, passing, pupils in sorted(points)
        if pupils
    ]
    if not rows:
        return Chart("", say("chart_no_curve", language))
    lines = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=36), interpolate="step-after", strokeWidth=2, color=SHADES[0])
        .encode(
            x=alt.X("cost:Q").title(say("chart_cost", language)).axis(tickCount=6),
            y=alt.Y("share:Q").title(say("chart_share", language)).scale(domain=[0, 100]),
        )
        .properties(width=460, height=240)
    )
    first, last = min(points), max(points)
    told = say(
        "chart_curve_told",
        language,
        first=words.money(first[0], language),
        low=f"{100 * first[1] / first[2]:.1f}" if first[2] else "—",
        last=words.money(last[0], language),
        high=f"{100 * last[1] / last[2]:.1f}" if last[2] else "—",
    )
    return Chart(finished(lines), told)


def _scale(language: Language) -> float:
    """Yuan in a unit of the axis: 万元 in Chinese, a million in English."""
    return 1e4 if language == "zh" else 1e6
