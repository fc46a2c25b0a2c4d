"""The shapes that marks are made of."""

from __future__ import annotations

from collections.abc import Iterable

from jiaoheng.findings.assessment import Status
from jiaoheng.reports.palette import FILL, STROKE
from jiaoheng.reports.svg import element, length


def mark(name: str, told: str, parts: Iterable[str], width: int, height: int) -> str:
    """A whole mark, said in words by ``told``."""
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"mark {name}",
        width=float(width),
        height=float(height),
        viewbox=f"0 0 {width} {height}",
        role="img",
        aria_label=told,
    )


def group(status: Status, children: Iterable[str]) -> str:
    """Shapes in the colours of a status."""
    return element(
        "g", *children, class_=meaning(status), fill=FILL[status], stroke=STROKE[status], stroke_width=_edge(status)
    )


def _edge(status: Status) -> float:
    """A thicker edge where black and white must tell two fills of like lightness apart."""
    return 1.2 if status in ("floor", "unknown") else 0.6


def solid(status: Status) -> str:
    """A fill that shows on white for every status."""
    return STROKE["unknown"] if status == "unknown" else FILL[status]


def meaning(status: Status) -> str:
    """The class that a status has."""
    return f"is-{status}"


def circle(x: float, y: float, radius: float, *children: str) -> str:
    """A dot."""
    return element("circle", *children, cx=x, cy=y, r=radius)


def triangle(x: float, y: float, radius: float, way: int, *children: str) -> str:
    """An arrow's head around a point, to the right (1) or the left (-1)."""
    tip, back = x + way * radius, x - way * radius
    corners = f"{length(tip)},{length(y)} {length(back)},{length(y - radius)} {length(back)},{length(y + radius)}"
    return element("polygon", *children, points=corners)


def box(x: float, y: float, width: float, height: float, name: str, fill: str) -> str:
    """A bar; without length where its width is below 0."""
    return element("rect", x=x, y=y, width=max(width, 0.0), height=height, class_=name, fill=fill)


def rule(
    x1: float, y1: float, x2: float, y2: float, stroke: str, name: str, *, thick: float = 1.0, dash: str | None = None
) -> str:
    """A straight line."""
    return element(
        "line",
        x1=x1,
        y1=y1,
        x2=x2,
        y2=y2,
        class_=name,
        stroke=stroke,
        stroke_width=thick,
        stroke_dasharray=dash,
    )
