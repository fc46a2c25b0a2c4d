"""Phrases of messages in both languages, ready to fill the placeholders {name_zh} and {name_en}."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from jiaoheng.county.schema import schema
from jiaoheng.language import Text


def both(**texts: Text) -> dict[str, str]:
    """Details for a message: each text under its name with ``_zh`` and ``_en``."""
    return {f"{name}_{language}": getattr(text, language) for name, text in texts.items() for language in ("zh", "en")}


def coded(codes: str, value: object) -> Text:
    """How a code reads in both languages, such as 三年级 / grade 3."""
    return Text(schema().label(codes, value, "zh"), schema().label(codes, value, "en"))


def table(name: str) -> Text:
    """A table's label."""
    return schema().tables[name].label


def column(table_name: str, name: str) -> Text:
    """A column's label."""
    return schema().tables[table_name].column(name).label


def number(value: float) -> str:
    """A figure as a person writes it: thousands apart, no needless decimals, three digits below a hundred."""
    if not math.isfinite(value):
        return str(value)
    whole = round(value)
    if abs(value) < 100 and value != whole:
        return f"{value:.3g}"
    return f"{whole:,}" if abs(whole) >= 10_000 else f"{whole}"


def years(values: Iterable[int]) -> str:
    """School years, neighbours joined: 2018—2020、2023 is 2018–2020, 2023."""
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans(values))


def spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers in order, neighbours joined: first and last of each span."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def named(texts: Iterable[Text]) -> Text:
    """Names in a row."""
    every = list(texts)
    return Text("、".join(text.zh for text in every), ", ".join(text.en for text in every))


def listed(texts: Sequence[Text], at_most: int = 6) -> Text:
    """Several phrases in a row, the rest told as a number."""
    shown, more = texts[:at_most], len(texts) - at_most
    zh = ";".join(text.zh for text in shown)
    en = "; ".join(text.en for text in shown)
    return Text(f"{zh}（另有 {more} 处）", f"{en} (and {more} more)") if more > 0 else Text(zh, en)
