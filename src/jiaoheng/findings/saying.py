"""How this room speaks: its texts, and figures as people write them."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Language, catalogue

TEXTS = Path(__file__).with_name("texts.toml")


def say(key: str, language: Language, **values: object) -> str:
    """A text of this room."""
    return catalogue(TEXTS)[key].say(language, **values)


def number(value: float | None, decimals: int = 2) -> str:
    """A figure for people: thousands separated, no more decimals than it needs, a dash where unknown."""
    if value is None:
        return "—"
    shown = f"{value:,.{0 if abs(value) >= 1000 and decimals == 2 else decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def fixed(value: float | None, decimals: int) -> str:
    """A figure with all its decimals, as coefficients and their limits are written; a dash where unknown."""
    return "—" if value is None else f"{value:.{decimals}f}"


def share(of_threshold: float) -> str:
    """A share of a threshold, such as a floor of 0.85, in per cent without the sign."""
    return number(100 * of_threshold)
