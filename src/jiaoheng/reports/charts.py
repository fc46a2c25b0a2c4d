"""Charts over years and grades, by Altair: inline SVG for pages, PNG for Word and slides.

Importing this module loads Altair (one to two seconds), the first drawing starts Vega (about one second, 150 MiB);
after that a chart takes about a tenth of a second. Draw in a run and keep the text, never while serving a page.
Nothing is fetched: Vega and its fonts' measures are within the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import msgspec
import vl_convert

from jiaoheng.county import County, schema
from jiaoheng.county.grades import stage_of
from jiaoheng.findings import Coefficient
from jiaoheng.findings.assessment import Status
from jiaoheng.findings.words import check_label, stage_label
from jiaoheng.language import Language
from jiaoheng.reports.clean import clean_svg
from jiaoheng.reports.palette import FAINT, FILL, FONTS, INK, LIMIT, LINE, STAGE
from jiaoheng.reports.words import say
from jiaoheng.sources.workbook_guide import display_width
from jiaoheng.standards import Standard

CLASS_LIMITS = (45, 50, 55)
"""Pupils in a class: at most so many in primary and in junior schools, and over how many it is a large class."""
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
_PIXELS_AN_INCH = 96
_LETTERS = 26
_DASH = {"primary": [1, 0], "junior": [5, 2]}


class FontError(RuntimeError):
    """No installed font has Chinese letters, so that a picture would show boxes; says what to install."""


class Chart(msgspec.Struct, frozen=True):
    """A chart not yet drawn: its Vega-Lite specification as JSON, and what it shows in words."""

    specification: str
    told: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show; ``told`` says why."""
        return not self.specification


def svg(chart: Chart) -> str:
    """The chart for a page: no styles, no scripts, the reader's own fonts; empty text for an empty chart."""
    if chart.is_empty:
        return ""
    return clean_svg(vl_convert.vegalite_to_svg(chart.specification, vl_version=_VEGA_LITE), chart.told)


def png(chart: Chart, dots_per_inch: int = 192) -> bytes:
    """The chart as a picture for print; no bytes for an empty chart. ``FontError`` where letters cannot be drawn."""
    if chart.is_empty:
        return b""
    if not has_chinese_font():
        raise FontError(say("no_font", "zh") + " " + say("no_font", "en"))
    scale = dots_per_inch / _PIXELS_AN_INCH
    return bytes(
        vl_convert.vegalite_to_png(chart.specification, vl_version=_VEGA_LITE, scale=scale, ppi=_PIXELS_AN_INCH)
    )


@cache
def has_chinese_font() -> bool:
    """Whether two different Chinese letters make two different pictures, as boxes for missing ones do not."""
    pictures = [
        bytes(vl_convert.svg_to_png(_LETTER.format(fonts=FONTS.replace("'", ""), letter=letter))) for letter in "教衡"
    ]
    return pictures[0] != pictures[1]


_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text x="4" y="32" font-size="30" font-family="{fonts}">{letter}</text></svg>'
)


def coefficients_over_years(
    balance: Mapping[int, Iterable[Coefficient]], standard: Standard, language: Language = "zh", *, columns: int = 4
) -> Chart:
    """Coefficients of variation by year: a small chart an indicator, a line a stage, limits as dashed lines.

    ``balance`` has the coefficients of each year's assessment. A year whose coefficient is unknown breaks the line.
    """
    checks = list(dict.fromkeys(even.check for evens in balance.values() for even in evens))
    pairs = list(dict.fromkeys((even.check, even.stage) for evens in balance.values() for even in evens))
    known = {(year, even.check, even.stage): even for year, evens in balance.items() for even in evens}
    rows = []
    for year in _span(balance):
        for check, stage in pairs:
            even = known.get((year, check, stage))
            rows.append(
                {
                    "year": year,
                    "item": _folded(check_label(standard, check, language)),
                    "order": checks.index(check),
                    "stage": stage_label(stage, language),
                    "value": even.coefficient if even else None,
                    "limit": even.at_most if even else None,
                }
            )
    if all(row["value"] is None for row in rows):
        return Chart("", say("chart_no_coefficients", language))
    colour, dash = _by_stage((stage for _, stage in pairs), language)
    base = alt.Chart().encode(color=colour, strokeDash=dash)
    lines = base.mark_line(point=alt.OverlayMarkDef(size=14), strokeWidth=1.8).encode(
        x=_years(balance), y=alt.Y("value:Q").title(None).axis(format=".1f", tickCount=4)
    )
    limits = base.mark_rule(opacity=0.75).encode(y="limit:Q", strokeDash=alt.value([2, 2]))
    data = alt.InlineData(values=rows)
    facet = alt.Facet("item:N").title(None).sort(field="order", op="min")
    whole = alt.layer(lines, limits, data=data).properties(width=165, height=96)
    small = whole.facet(facet=facet, columns=columns).resolve_axis(x="independent")
    return Chart(finished(small), _told_coefficients(rows, language))


def class_sizes(county: County, year: int, language: Language = "zh", *, school_id: str | None = None) -> Chart:
    """Every class of a year (of one school, or of all) as a dot by grade, with lines at 45, 50 and 55 pupils.

    Blue is within the limit of the stage (45 in primary, 50 in junior grades), orange over it, dark red over 55.

    Grades for which only a total is known have no dots; the words say which.
    """
    rows = [
        {"grade": row["grade"], "pupils": row["pupils"], "label": schema().label("grade", row["grade"], language)}
        for row in county["classes"].to_pylist()
        if row["year"] == year and school_id in (None, row["school_id"]) and row["pupils"] is not None
    ]
    rows = [row for row in rows if 1 <= row["grade"] <= 9]
    if not rows:
        return Chart("", say("chart_no_classes", language, year=year))
    for place, row in enumerate(sorted(rows, key=lambda row: (row["grade"], row["pupils"]))):
        row["stands"] = _stands(row["grade"], row["pupils"])
        row["place"] = (place * 37 % 100) / 100  # spread sideways, the same each time
    grades = [schema().label("grade", grade, language) for grade in sorted({row["grade"] for row in rows})]
    rules = alt.InlineData(values=[{"limit": limit} for limit in CLASS_LIMITS])
    meaning: list[Status] = ["meets", "floor", "fails"]
    colour = alt.Color("stands:N").scale(domain=meaning, range=[FILL[status] for status in meaning])
    dots = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_circle(size=22, opacity=0.75)
        .encode(
            x=alt.X("label:N").sort(grades).title(None).axis(labelAngle=0),
            xOffset=alt.XOffset("place:Q").scale(domain=[-0.2, 1.2]),
            y=alt.Y("pupils:Q").title(say("chart_class_pupils", language)).scale(zero=True, nice=True),
            color=colour.legend(None),
        )
    )
    lines = alt.Chart(rules).mark_rule(strokeDash=[4, 3], color=LIMIT, strokeWidth=1).encode(y="limit:Q")
    names = (
        alt.Chart(rules)
        .mark_text(align="left", dx=4, fontSize=10, color=LIMIT)
        .encode(y="limit:Q", x=alt.value("width"), text="limit:Q")
    )
    whole = alt.layer(dots, lines, names).properties(width=max(56 * len(grades), 220), height=220)
    counts = {limit: sum(row["pupils"] > limit for row in rows) for limit in CLASS_LIMITS}
    told = say("chart_classes", language, year=year, classes=len(rows), **{f"over_{k}": v for k, v in counts.items()})
    return Chart(finished(whole), told)


def pupils_over_years(county: County, language: Language = "zh", *, school_id: str | None = None) -> Chart:
    """Pupils of primary and junior grades by year, of the county or one school; the axis begins at 0.

    Grades count as the county's primary years say. A stage of which a row in the year has no number is left out of
    that year, which breaks its line.
    """
    sums: dict[tuple[int, str], float | None] = {}
    kinds = {row["school_id"]: row["kind"] for row in county["schools"].to_pylist()}
    for row in county["enrolment"].to_pylist():
        stage = stage_of(row["grade"], kinds.get(row["school_id"]) or "", county.primary_grades)
        if stage in ("primary", "junior") and school_id in (None, row["school_id"]):
            key = row["year"], stage
            before = sums.get(key, 0)
            sums[key] = None if before is None or row["pupils"] is None else before + row["pupils"]
    here = [stage for stage in STAGE if any(of == stage for _, of in sums)]
    rows = [
        {"year": year, "stage": stage_label(stage, language), "value": sums.get((year, stage))}
        for stage in here
        for year in _span(year for year, _ in sums)
    ]
    if all(row["value"] is None for row in rows):
        return Chart("", say("chart_no_pupils", language))
    colour, dash = _by_stage(here, language)
    whole = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=22), strokeWidth=2)
        .encode(
            x=_years(year for year, _ in sums),
            y=alt.Y("value:Q").title(say("chart_pupils", language)).scale(zero=True),
            color=colour,
            strokeDash=dash,
        )
        .properties(width=420, height=180)
    )
    return Chart(finished(whole), _told_pupils(rows, language))


def finished(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> str:
    """The specification with our looks: quiet axes, the fonts of the reader."""
    looks = (
        chart.configure(font=FONTS, lineBreak="\n", background="white", aria=False, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            titleFontSize=11,
            titlePadding=10,
            labelFontSize=10,
            gridColor=FAINT,
            domainColor=LINE,
            tickColor=LINE,
        )
        .configure_header(labelColor=INK, labelFontSize=11, labelLimit=400, labelLineHeight=14)
        .configure_legend(labelColor=INK, labelFontSize=11)
    )
    return str(looks.to_json(indent=None))


def _stands(grade: int, pupils: int) -> Status:
    """Within the limit of its stage, over it, or a large class."""
    primary, junior, large = CLASS_LIMITS
    if pupils <= (primary if grade <= 6 else junior):
        return "meets"
    return "floor" if pupils <= large else "fails"


def _years(years: Iterable[int]) -> alt.X:
    """An axis of years, every one or every other labelled."""
    every = _span(years)
    step = 1 if len(every) <= 4 else 2 if len(every) <= 10 else 5
    shown = every[::-1][::step]
    scale = alt.Scale(domain=[every[0] - 0.3, every[-1] + 0.3], nice=False, zero=False)
    return alt.X("year:Q").scale(scale).title(None).axis(values=shown, format="d", grid=False)


def _span(years: Iterable[int]) -> list[int]:
    """Every year from the first to the last, those without figures too, so that a line breaks there."""
    known = sorted(years)
    return list(range(known[0], known[-1] + 1)) if known else []


def _by_stage(stages: Iterable[str], language: Language) -> tuple[alt.Color, alt.StrokeDash]:
    """Colour and dash of lines by stage, with one legend for both."""
    there = set(stages)
    own = [stage for stage in STAGE if stage in there]
    names = [stage_label(stage, language) for stage in own]
    colour = alt.Color("stage:N").scale(domain=names, range=[STAGE[stage] for stage in own])
    dash = alt.StrokeDash("stage:N").scale(domain=names, range=[_DASH[stage] for stage in own]).legend(None)
    return colour.legend(title=None, orient="top", symbolType="stroke"), dash


def _folded(name: str) -> str:
    """A name over a small chart, on as many lines as it takes."""
    if display_width(name) <= _LETTERS:
        return name
    words = name.split(" ")
    lines = [words[0]]
    for word in words[1:]:
        if display_width(f"{lines[-1]} {word}") <= _LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _told_coefficients(rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """The last year's coefficients over their limits, and the years that have none."""
    last = max(row["year"] for row in rows)
    own = [row for row in rows if row["year"] == last and row["value"] is not None]
    over = [row for row in own if row["limit"] is not None and row["value"] > row["limit"]]
    comma = ("、", "; ")[language == "en"]
    names = comma.join(
        say(
            "chart_over",
            language,
            **{
                **row,
                "item": row["item"].replace("\n", " "),
                "value": f"{row['value']:.3f}",
                "limit": f"{row['limit']:.2f}",
            },
        )
        for row in over
    )
    told = say("chart_coefficients", language, first=rows[0]["year"], last=last, count=len(over), known=len(own))
    named = say("chart_named", language, names=names) if names else ""
    return told + named + _gaps(rows, language)


def _told_pupils(rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Each stage's first and last number, and the years in which one is missing."""
    told = []
    for stage in dict.fromkeys(row["stage"] for row in rows):
        known = [row for row in rows if row["stage"] == stage and row["value"] is not None]
        ends = [known[0], known[-1]] if len(known) > 1 else known
        shown = [say("chart_year", language, year=row["year"], count=f"{row['value']:,}") for row in ends]
        if shown:
            told.append(say("chart_stage", language, stage=stage, ends=(",", ", ")[language == "en"].join(shown)))
    words = say("chart_pupils_told", language, ends=("；", "; ")[language == "en"].join(told))
    return words + _gaps(rows, language)


def _gaps(rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """The years in which a figure is missing, as a sentence of its own; empty where there are none."""
    years = sorted({row["year"] for row in rows if row["value"] is None})
    return say("chart_gaps", language, years=("、", ", ")[language == "en"].join(map(str, years))) if years else ""
