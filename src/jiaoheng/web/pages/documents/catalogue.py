"""The figures that can measure a target, by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiaoheng.language import Language
from jiaoheng.standards.indicators import catalogue


def choices(language: Language, first: Iterable[str] = ()) -> list[tuple[str, Any]]:
    """The figures to choose from, by topic; before them those that fit the words best."""
    known = catalogue()
    labels = {each.id: each.label.say(language) for each in known.indicators}
    offered: list[tuple[str, Any]] = [(each, labels.get(each, each)) for each in dict.fromkeys(first) if each]
    for topic in known.topics:
        own = [(each.id, labels[each.id]) for each in known.indicators if each.topic == topic.id]
        if own:
            offered.append((topic.label.say(language), own))
    return offered


def name(indicator: str, language: Language) -> str:
    """What a figure is called; its id where the catalogue no longer has it."""
    return next((each.label.say(language) for each in catalogue().indicators if each.id == indicator), indicator)
