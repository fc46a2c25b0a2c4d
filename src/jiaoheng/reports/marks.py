"""Small marks for rows of tables, as inline SVG: where the schools stand, how a figure moved, one figure.

Each is drawn in well under a millisecond a school and says itself in words to those who do not see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from jiaoheng.findings.assessment import Status
from jiaoheng.findings.words import number
from jiaoheng.language import Language
from jiaoheng.reports.palette import FAINT, FONTS, INK, LIMIT, LINE, STROKE
from jiaoheng.reports.strokes import box, circle, group, mark, meaning, rule, solid, triangle
from jiaoheng.reports.svg import element, length, text, titled
from jiaoheng.reports.swarm import Spot, swarm
from jiaoheng.reports.words import STATUSES, counted, say

Sense = Literal["at_least", "at_most"]

REACH: Mapping[Sense, float] = {"at_least": 2.5, "at_most": 1.6}
"""How many times the threshold a scale reaches, so that the line stands at one place in all rows of a table."""
_MARGIN = 6.0
_BEYOND = 14.0
_UNKNOWN = 26.0
_FEW = 8


class Dot(msgspec.Struct, frozen=True):
    """A school on a strip. ``value`` is None where it is unknown; a value may also be known but prove nothing."""

    name: str
    value: float | None
    status: Status


class Scale(msgspec.Struct, frozen=True):
    """Values from ``low`` to ``high`` on pixels from ``left`` to ``right``."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Where a value stands, whether on the scale or not."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def dot_strip(
    dots: Sequence[Dot],
    threshold: float | None,
    sense: Sense = "at_least",
    floor: float | None = None,
    *,
    label: str,
    unit: str = "",
    language: Language = "zh",
    width: int = 280,
    height: int = 28,
) -> str:
    """One dot a school along a scale, the threshold as a line; for an indicator's row.

    ``floor`` is a share of the threshold (0.85), drawn as a fainter line. Scales begin at 0 and reach a fixed multiple
    of the threshold (``REACH``), so that thresholds of strips of one sense stand in one line down the table. Schools
    beyond the scale are arrows at its end, schools without a figure hollow dots in a column of their own at the right.
    ``unit`` follows values in words.
    """
    middle = height / 2
    right = width - _UNKNOWN - _BEYOND
    scale = _scale([dot.value for dot in dots if dot.value is not None], threshold, sense, _MARGIN + _BEYOND, right)
    here = [dot for dot in dots if dot.value is not None and scale.low <= dot.value <= scale.high]
    under = [dot for dot in dots if dot.value is not None and dot.value < scale.low]
    over = [dot for dot in dots if dot.value is not None and dot.value > scale.high]
    absent = [dot for dot in dots if dot.value is None]
    parts = [rule(scale.left - 3, middle, scale.right + 3, middle, FAINT, "mark-axis")]
    if threshold is not None:
        if floor is not None:
            at = scale.at(threshold * floor)
            parts.append(rule(at, 4, at, height - 4, LINE, "mark-floor", dash="2 2"))
        at = scale.at(threshold)
        parts.append(rule(at, 1, at, height - 1, LIMIT, "mark-limit", thick=1.5))
    parts += _swarmed(here, scale, height, unit, language)
    parts += _arrows(under, scale.left - 4, -1, height, unit, language)
    parts += _arrows(over, scale.right + 4, 1, height, unit, language)
    parts += _hollow(absent, width - _UNKNOWN + 4, height, unit, language)
    told = _told(dots, threshold, sense, label, unit, language)
    return mark("mark-strip", told, parts, width, height)


def bar(
    value: float | None,
    threshold: float | None,
    status: Status,
    sense: Sense = "at_least",
    *,
    unit: str = "",
    language: Language = "zh",
    width: int = 120,
    height: int = 12,
) -> str:
    """One figure as a bar from 0, its threshold as a line; a figure beyond the scale ends in an arrow.

    Without a figure there is only the track; the words say so.
    """
    scale = _scale([] if value is None else [value], threshold, sense, 1, width - 8)
    parts = [box(scale.left, 2, scale.right - scale.left, height - 4, "mark-track", FAINT)]
    if value is not None:
        end = min(max(scale.at(value), scale.left), scale.right)
        parts.append(box(scale.left, 3, end - scale.left, height - 6, meaning(status), solid(status)))
        if value > scale.high:
            parts.append(group(status, [triangle(scale.right + 3, height / 2, 3, 1)]))
    if threshold is not None:
        at = scale.at(threshold)
        parts.append(rule(at, 0, at, height, INK, "mark-limit", thick=1.5))
    told = _one(value, threshold, sense, status, unit, language)
    return mark("mark-bar", told, parts, width, height)


def spark(
    points: Sequence[tuple[int, float | None]],
    limit: float | None,
    status: Status,
    *,
    decimals: int = 3,
    language: Language = "zh",
    width: int = 90,
    height: int = 24,
) -> str:
    """A figure over the years as a small line, its limit as a dashed one; ``status`` is that of the last year.

    The line breaks where a year has no figure, and is never drawn across the gap.
    """
    points = sorted(points)
    known = [value for _, value in points if value is not None]
    years = [year for year, _ in points]
    ends = [*known, *([] if limit is None else [limit])] or [0.0, 1.0]
    spread = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    up = Scale(min(ends) - 0.12 * spread, max(ends) + 0.12 * spread, height - 2, 2)
    along = Scale(min(years, default=0), max(years, default=0) + (len(set(years)) < 2), 4, width - 5)
    parts = []
    if limit is not None:
        parts.append(rule(2, up.at(limit), width - 2, up.at(limit), LIMIT, "mark-limit", dash="3 2"))
    parts += _line(points, along, up)
    for year, value in points:
        if value is not None:
            words = titled(say("spark_point", language, year=year, value=f"{value:.{decimals}f}"))
            last = year == years[-1]
            dot = circle(along.at(year), up.at(value), 2.6 if last else 1.3, words)
            parts.append(group(status, [dot]) if last else element("g", dot, fill=STROKE["measured"]))
    told = [_at_year(year, value, decimals, language) for year, value in points]
    capped = "" if limit is None else say("spark_limit", language, limit=number(limit))
    words = say("spark", language, points=("，", ", ")[language == "en"].join(told), limit=capped)
    return mark("mark-spark", words, parts, width, height)


def _scale(values: Sequence[float], threshold: float | None, sense: Sense, left: float, right: float) -> Scale:
    """From 0 to a multiple of the threshold; without one, or with one of 0, over all values."""
    if threshold is not None and threshold > 0:
        return Scale(0.0, threshold * REACH[sense], left, right)
    ends = [0.0, *values, *([] if threshold is None else [threshold])]
    high = max(ends)
    return Scale(min(ends), high if high > min(ends) else min(ends) + 1.0, left, right)


def _swarmed(dots: Sequence[Dot], scale: Scale, height: int, unit: str, language: Language) -> list[str]:
    """Dots in groups by status, those that must be seen on top."""
    order = sorted(dots, key=lambda dot: (dot.value or 0.0, dot.name))
    spots = swarm([scale.at(dot.value or 0.0) for dot in order], height)
    groups = []
    for status in STATUSES:
        own = [
            circle(spot.x, spot.y, spot.radius, titled(_said(dot, unit, language)))
            for dot, spot in zip(order, spots, strict=True)
            if dot.status == status
        ]
        groups += [group(status, own)] if own else []
    return groups


def _arrows(dots: Sequence[Dot], x: float, way: int, height: int, unit: str, language: Language) -> list[str]:
    """Dots off the scale: an arrow each at its end, or one arrow and their number where there are many."""
    if not dots:
        return []
    order = sorted(dots, key=lambda dot: (STATUSES.index(dot.status), dot.value or 0.0, dot.name))
    said = [_said(dot, unit, language, beyond=True) for dot in order]
    if len(order) > _FEW:
        worst = order[-1].status
        arrow = group(worst, [triangle(x, height / 2 - 5, 3.5, way, titled("\n".join(said)))])
        return [arrow, _count(len(order), x, height)]
    spots = _column(len(order), x, height, way)
    return [
        group(dot.status, [triangle(spot.x, spot.y, spot.radius, way, titled(words))])
        for dot, spot, words in zip(order, spots, said, strict=True)
    ]


def _hollow(dots: Sequence[Dot], x: float, height: int, unit: str, language: Language) -> list[str]:
    """Dots without a figure in a column of their own, or one dot and their number where there are many."""
    if not dots:
        return []
    order = sorted(dots, key=lambda dot: dot.name)
    said = [_said(dot, unit, language) for dot in order]
    if len(order) > _FEW:
        dot = group("unknown", [circle(x + 7, height / 2 - 5, 3, titled("\n".join(said)))])
        return [dot, _count(len(order), x + 7, height)]
    spots = _column(len(order), x + 4, height, 1)
    circles = [circle(spot.x, spot.y, spot.radius, titled(words)) for spot, words in zip(spots, said, strict=True)]
    return [group("unknown", circles)]


def _column(count: int, x: float, height: int, way: int) -> list[Spot]:
    """Places in columns of four, from the middle of the first outwards."""
    gap = (height - 4) / 4
    rows = min(count, 4)
    top = height / 2 - gap * (rows - 1) / 2
    return [Spot(x + way * 6.5 * (index // 4), top + gap * (index % 4), 2.4) for index in range(count)]


def _count(count: int, x: float, height: int) -> str:
    attributes = {"text_anchor": "middle", "font_size": "10", "font_family": FONTS, "fill": INK}
    return element("text", text(str(count)), x=x, y=height / 2 + 9, class_="mark-count", **attributes)


def _line(points: Sequence[tuple[int, float | None]], along: Scale, up: Scale) -> list[str]:
    """Strokes between years that follow on one another; a year left out breaks the line as one unknown does."""
    strokes = [
        f"M{length(along.at(one))} {length(up.at(low))}L{length(along.at(other))} {length(up.at(high))}"
        for (one, low), (other, high) in pairwise(points)
        if low is not None and high is not None and other - one == 1
    ]
    if not strokes:
        return []
    return [
        element(
            "path", d="".join(strokes), class_="mark-line", fill="none", stroke=STROKE["measured"], stroke_width=1.5
        )
    ]


def _said(dot: Dot, unit: str, language: Language, beyond: bool = False) -> str:
    status = say(f"status_{dot.status}", language)
    if dot.value is None:
        return say("dot_unknown", language, name=dot.name, status=status)
    key = "dot_beyond" if beyond else "dot"
    return say(key, language, name=dot.name, value=_with(dot.value, unit), status=status)


def _told(dots: Sequence[Dot], threshold: float | None, sense: Sense, label: str, unit: str, language: Language) -> str:
    """The whole strip in one sentence."""
    limit = "" if threshold is None else say("strip_limit", language, limit=_limit(threshold, sense, unit, language))
    known = sorted((dot.value, dot.name) for dot in dots if dot.value is not None)
    ends = ""
    if known:
        (low, low_name), (high, high_name) = known[0], known[-1]
        key = "strip_same" if low == high else "strip_ends"
        ends = say(key, language, low_name=low_name, low=number(low), high_name=high_name, high=number(high))
    counts = counted((dot.status for dot in dots), language) or say("strip_empty", language)
    return say("strip", language, label=label, total=len(dots), limit=limit, counts=counts, ends=ends)


def _one(
    value: float | None, threshold: float | None, sense: Sense, status: Status, unit: str, language: Language
) -> str:
    told = say(f"status_{status}", language)
    shown = _with(value, unit)
    if threshold is None:
        return say("bar_plain", language, value=shown, status=told)
    return say("bar", language, value=shown, limit=_limit(threshold, sense, unit, language), status=told)


def _limit(threshold: float, sense: Sense, unit: str, language: Language) -> str:
    return say(sense, language, limit=_with(threshold, unit))


def _at_year(year: int, value: float | None, decimals: int, language: Language) -> str:
    if value is None:
        return say("spark_gap", language, year=year)
    return say("spark_point", language, year=year, value=f"{value:.{decimals}f}")


def _with(value: float | None, unit: str) -> str:
    space = "" if not unit or unit.startswith(("%", "(")) else " "
    return f"{number(value)}{space}{unit if value is not None else ''}".rstrip()
