"""How sources differ and what changed since last year, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, plain, say, table
from jiaoheng.county import (
    Batch,
    Brought,
    County,
    Difference,
    Precedence,
    YearChange,
    across,
    bring,
    brought_schools,
    change_sentence,
    changes_since_last_year,
)
from jiaoheng.county.difference_words import line, sentence
from jiaoheng.language import Language

FIRST_CHANGES = 4
"""The county and three schools: each is a paragraph."""


class Taken(msgspec.Struct, frozen=True):
    """What came of one batch laid over a county, how its sources differ, and what changed since last year."""

    brought: Brought
    differences: tuple[Difference, ...]
    changes: tuple[YearChange, ...]


def take(base: County | None, batch: Batch, precedence: Precedence, source: Path) -> Taken:
    """Lay a batch over a county in this order of sources."""
    brought = bring(base, [batch], precedence, dates=_dates(batch, source))
    county, schools = brought.admission.county, brought_schools([batch])
    concerned = {school for of in schools.values() for school in of}
    between = tuple(each for each in across(county) if each.school in concerned)
    return Taken(brought, (*brought.differences, *between), changes_since_last_year(county, schools))


def _dates(batch: Batch, source: Path) -> dict[str, str]:
    """The days of the files, as far as they are found by their names."""
    names = {row.origin.file for rows in batch.rows.values() for row in rows}
    found = {}
    for name in names - {""}:
        path = source / name if source.is_dir() else source
        if path.is_file():
            found[name] = datetime.fromtimestamp(path.stat().st_mtime).astimezone().date().isoformat()
    return found


def show_differences(screen: Console, taken: Taken, language: Language, *, everything: bool) -> None:
    """Differences as a table: the figure, what is used, what others say, by how much, by which rule."""
    if not taken.differences:
        return
    names = taken.brought.admission.county.school_names()
    shown = taken.differences if everything else taken.differences[:FIRST]
    heads = ("figure", "used", "others", "by", "why")
    title = say("differences", language, count=len(taken.differences))
    listing = table(title, *(say(f"difference_{head}", language) for head in heads), right=(3,))
    for each in shown:
        told = line(each, names, language)
        used = _placed(told.used, told.used_at)
        others = "\n".join(_placed(*pair) for pair in zip(told.others, told.others_at, strict=True))
        listing.add_row(Prose(told.figure), Prose(used), Prose(others), told.by, Prose(told.why))
    screen.print(listing)
    if len(shown) < len(taken.differences):
        screen.print(say("differences_more", language, count=len(taken.differences) - len(shown)))


def show_changes(screen: Console, taken: Taken, language: Language, *, everything: bool) -> None:
    """What changed since last year: of the county, and of each school brought."""
    if not taken.changes:
        return
    year = taken.changes[0].year
    screen.print(f"[bold]{say('changes', language, year=year, before=year - 1)}[/]")
    names = taken.brought.admission.county.school_names()
    shown = taken.changes if everything else taken.changes[:FIRST_CHANGES]
    for change in shown:
        screen.print(plain(f"  {change_sentence(change, names, language)}"))
    if len(shown) < len(taken.changes):
        screen.print(say("changes_more", language, count=len(taken.changes) - len(shown)))


def as_json(taken: Taken, language: Language) -> dict[str, Any]:
    """``differences`` and ``changes`` with their sentences."""
    names = taken.brought.admission.county.school_names()
    return {
        "differences": [_difference(each, names, language) for each in taken.differences],
        "changes": [
            {**msgspec.to_builtins(each), "sentence": change_sentence(each, names, language)} for each in taken.changes
        ],
    }


def _difference(each: Difference, names: Mapping[str, str], language: Language) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(each)
    told |= {"difference": each.by, "relative": each.relative}
    return told | {"sentence": sentence(each, names, language)}


def _placed(text: str, place: str) -> str:
    return f"{text}\n{place}" if place else text
