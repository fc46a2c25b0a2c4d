"""A target as it is found in a sentence, before its place in the document and its year are known."""

from __future__ import annotations

import msgspec

from jiaoheng.documents.records import Comparator, Target
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.targets.figures import Figure


class Draft(msgspec.Struct, frozen=True):
    """Places are in the sentence; ``at`` is where its number stands, which decides the year that governs it."""

    start: int
    end: int
    at: int
    subject: str
    comparator: Comparator
    value: float
    unit: str
    maximum: float | None = None
    baseline: float | None = None
    baseline_year: int | None = None
    due: str | None = None


def draft(figure: Figure, start: int, end: int, subject: str, comparator: Comparator | None = None) -> Draft:
    """The draft of one figure."""
    return Draft(
        start=min(start, figure.start),
        end=max(end, figure.last),
        at=figure.number,
        subject=subject,
        comparator=comparator or figure.comparator,
        value=figure.value,
        unit=figure.unit,
        maximum=figure.maximum,
    )


def as_target(repaired: Repaired, offset: int, each: Draft, due: str | None, path: tuple[str, ...]) -> Target:
    """The draft as a record; its places are ``offset`` further on in the repaired text."""
    start, end = repaired.span(offset + each.start, offset + each.end)
    return Target(
        quote=repaired.original[start:end],
        start=start,
        end=end,
        subject=each.subject,
        comparator=each.comparator,
        value=each.value,
        unit=each.unit,
        value_max=each.maximum,
        due=due,
        baseline=each.baseline,
        baseline_year=each.baseline_year,
        path=path,
    )
