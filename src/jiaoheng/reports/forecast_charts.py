"""Drawings of a forecast as inline SVG: children by age on two sides, and pupils over the years with their bands.

Each takes about a millisecond and says itself in words to those who do not see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from jiaoheng.findings.words import number
from jiaoheng.language import Language
from jiaoheng.reports.palette import FAINT, FONTS, GROUND, INK, LIMIT, LINE
from jiaoheng.reports.strokes import rule
from jiaoheng.reports.svg import Attribute, element, length, text, titled
from jiaoheng.reports.words import say

SHADES = ("#7a4b8f", "#2f6ea3", "#c97a00", "#0f6b52")
"""Kindergarten, primary, junior, senior."""
_BEFORE = "#c3ccd6"
_ROW = 15.0


class Point(msgspec.Struct, frozen=True):
    """A figure of a year; ``low`` and ``high`` where it is a forecast with an interval."""

    year: int
    value: float
    low: float | None = None
    high: float | None = None


def pyramid(
    before: Mapping[int, float],
    now: Mapping[int, float],
    years: tuple[int, int],
    bands: Sequence[tuple[str, int, int]],
    language: Language = "zh",
    width: int = 520,
) -> str:
    """Children by age: the earlier of two ``years`` to the left, the later to the right, the youngest at the bottom.

    ``bands`` are stages by name with their first and last age, the youngest first; they colour the bars of now.
    """
    ages = sorted(set(before) | set(now))
    if not ages:
        return ""
    most = max([*before.values(), *now.values(), 1.0])
    middle, side = width / 2, width / 2 - 70
    height = _ROW * len(ages) + 26
    parts = []
    for place, age in enumerate(reversed(ages)):
        y = 22 + place * _ROW
        colour = next((SHADES[i % 4] for i, (_, low, high) in enumerate(bands) if low <= age <= high), LINE)
        for year, own, way, fill in ((years[0], before, -1, _BEFORE), (years[1], now, 1, colour)):
            count = own.get(age)
            if count is None:
                continue
            long = count / most * side
            x = middle + 16 if way > 0 else middle - 16 - long
            told = titled(say("pyramid_bar", language, year=year, age=age, count=number(count, 0)))
            parts.append(element("rect", told, x=x, y=y, width=long, height=_ROW - 3, fill=fill))
            end = x + long + 4 if way > 0 else x - 4
            parts.append(_words(number(count, 0), end, y + 10, "start" if way > 0 else "end", 10.0, "#525d6b"))
        parts.append(_words(str(age), middle, y + 10, "middle", 11.0))
    parts += [
        _words(str(years[0]), middle - 20, 14, "end", 12.0),
        _words(str(years[1]), middle + 20, 14, "start", 12.0),
        _words("" if language == "en" else "岁", middle, 14, "middle", 11.0),
    ]
    parts += _band_names(bands, ages, width)
    oldest = max(now, key=lambda age: (now[age], age)) if now else 0
    told_all = say(
        "pyramid_told",
        language,
        before=years[0],
        now=years[1],
        youngest=number(now.get(min(ages), 0.0), 0),
        age=oldest,
        most=number(now.get(oldest, 0.0), 0),
    )
    return _drawing("pyramid", told_all, parts, width, height)


def course(
    points: Sequence[Point],
    base_year: int,
    name: str,
    *,
    seats: float | None = None,
    top: float | None = None,
    language: Language = "zh",
    width: int = 300,
    height: int = 130,
) -> str:
    """Pupils over the years: counted ones as a line, forecast ones dashed within their 80 % band, seats as a limit.

    ``top`` is where the scale ends, so that charts beside each other have one; by default the largest figure.
    """
    if not points:
        return ""
    highest = top or max([point.high or point.value for point in points] + ([seats] if seats else []))
    first, last = points[0].year, points[-1].year
    left, right, floor = 44.0, width - 12.0, height - 20.0

    def across(year: float) -> float:
        return left + (year - first) / max(last - first, 1) * (right - left)

    def up(value: float) -> float:
        return floor - value / (highest or 1.0) * (floor - 12.0)

    parts = [rule(left, up(share * highest), right, up(share * highest), FAINT, "grid-line") for share in (0.5, 1.0)]
    parts += [
        _words(number(highest * share, 0), left - 5, up(share * highest) + 4, "end", 10.0, "#525d6b")
        for share in (0.5, 1.0)
    ]
    parts.append(rule(left, floor, right, floor, LINE, "axis"))
    if first < base_year < last:
        box = {"x": across(base_year), "y": 8.0, "width": right - across(base_year), "height": floor - 8.0}
        parts.append(element("rect", **box, fill=GROUND, fill_opacity=0.45))
    banded = [point for point in points if point.year >= base_year]
    if any(point.low is not None for point in banded):
        edge = [(across(p.year), up(p.high if p.high is not None else p.value)) for p in banded]
        edge += [(across(p.year), up(p.low if p.low is not None else p.value)) for p in reversed(banded)]
        parts.append(element("path", d=_line(edge) + "z", fill="#84aacd", fill_opacity=0.45, class_="band"))
    if seats is not None:
        parts.append(rule(left, up(seats), right, up(seats), LIMIT, "seats-line", dash="4 3"))
        told_seats = say("course_seats", language, count=number(seats, 0))
        parts.append(_words(told_seats, right, up(seats) - 3, "end", 10.0, LIMIT))
    counted = [(across(p.year), up(p.value)) for p in points if p.year <= base_year]
    ahead = [(across(p.year), up(p.value)) for p in points if p.year >= base_year]
    line: dict[str, Attribute] = {"fill": "none", "stroke": "#1d4f80", "stroke_width": 2.0}
    parts.append(element("path", d=_line(counted), **line))
    parts.append(element("path", d=_line(ahead), stroke_dasharray="5 3", **line))
    for point in points:
        said = titled(_said(point, language))
        parts.append(element("circle", said, cx=across(point.year), cy=up(point.value), r=2.6, fill="#1d4f80"))
    for year in dict.fromkeys((first, base_year, last)):
        anchor = "start" if year == first else "end" if year == last else "middle"
        parts.append(_words(str(year), across(year), height - 6, anchor, 10.0, "#525d6b"))
    now = next((point for point in points if point.year == base_year), points[0])
    told = say(
        "course_told",
        language,
        name=name,
        first=first,
        start=number(points[0].value, 0),
        base=base_year,
        now=number(now.value, 0),
        last=last,
        end=number(points[-1].value, 0),
    )
    return _drawing("course", told + _band(points[-1], language), parts, width, height)


def _said(point: Point, language: Language) -> str:
    return say("course_point", language, year=point.year, count=number(point.value, 0), band=_band(point, language))


def _band(point: Point, language: Language) -> str:
    if point.low is None or point.high is None:
        return ""
    return say("course_band", language, low=number(point.low, 0), high=number(point.high, 0))


def _band_names(bands: Sequence[tuple[str, int, int]], ages: Sequence[int], width: float) -> list[str]:
    """The stages at the right edge, beside the ages that they have."""
    found = []
    for place, (name, low, high) in enumerate(bands):
        rows = [ages[::-1].index(age) for age in ages if low <= age <= high]
        if rows:
            y = 22 + (min(rows) + max(rows) + 1) / 2 * _ROW + 2
            found.append(_words(name, width - 2, y, "end", 11.0, SHADES[place % 4]))
    return found


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{length(x)} {length(y)}" for x, y in points) if points else ""


def _words(words: str, x: float, y: float, anchor: str, size: float, colour: str = INK) -> str:
    if not words:
        return ""
    return element("text", text(words), x=x, y=y, text_anchor=anchor, font_size=size, font_family=FONTS, fill=colour)


def _drawing(name: str, told: str, parts: Sequence[str], width: float, height: float) -> str:
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"drawing {name}",
        width=float(width),
        height=float(height),
        viewbox=f"0 0 {length(width)} {length(height)}",
        role="img",
        aria_label=told,
    )
