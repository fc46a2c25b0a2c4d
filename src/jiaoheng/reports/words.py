"""The texts of this room, and how it names statuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from jiaoheng.findings.assessment import Status
from jiaoheng.language import Language, catalogue

TEXTS = Path(__file__).with_name("texts.toml")
STATUSES: tuple[Status, ...] = ("meets", "measured", "unknown", "floor", "fails")
"""From what may be overlooked to what must be seen: later ones are drawn over earlier ones."""


def say(key: str, language: Language, **values: object) -> str:
    """A text of this room."""
    return catalogue(TEXTS)[key].say(language, **values)


def counted(statuses: Iterable[Status], language: Language) -> str:
    """How many schools stand where, in words: the good first, only those there are."""
    counts = Counter(statuses)
    order: tuple[Status, ...] = ("meets", "measured", "floor", "fails", "unknown")
    told = [say(f"count_{status}", language, count=counts[status]) for status in order if counts[status]]
    return ("，", ", ")[language == "en"].join(told)
