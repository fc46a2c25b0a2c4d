"""A target as it is found in a sentence, before its place in the document and its year are known."""

from __future__ import annotations

import msgspec

from jiaoheng.documents.records import Comparator
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
