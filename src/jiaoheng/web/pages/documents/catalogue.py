"""The indicators that can measure a target, by name."""

from __future__ import annotations


def choices(language: str, chosen: str = "") -> list[tuple[str, str]]:
    """Indicators to choose from, in the order of the catalogue; ``chosen`` is offered in any case."""
    return [(chosen, chosen)] if chosen else []


def name(indicator: str, language: str) -> str:
    """What an indicator is called; its id where the catalogue no longer has it."""
    return indicator
