"""Many files imported at once: which is being read, who was in them, what several of them have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.status import Status

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, coloured, plain, say, table
from jiaoheng.county import Batch, County, Problem
from jiaoheng.language import Language
from jiaoheng.sources import known_from, read
from jiaoheng.sources.turnout import Turnout, alike


def read_files(source: Path, base: County | None, year: int | None, status: Status, language: Language) -> Batch:
    """The source, each of its files told while it is read; ``base`` tells names, ``year`` that of files without one."""

    def told(place: int, of: int, name: str) -> None:
        status.update(say("reading_file", language, place=place, of=of, file=plain(name)))

    return read(source, known=known_from(base, year), progress=told)


def as_json(of: Turnout) -> dict[str, Any]:
    """Who was in the files, for ``--json``."""
    return {
        "files": [
            {"file": file.file, "forms": file.forms, "schools": list(file.schools), "rows": file.rows}
            for file in of.files
        ],
        "schools": [{"school_id": code, "name": of.names.get(code, "")} for code in of.schools],
        "missing": [{"school_id": each.code, "name": each.name, "years": list(each.years)} for each in of.missing],
    }


def show_turnout(
    screen: Console, of: Turnout, problems: tuple[Problem, ...], language: Language, *, everything: bool
) -> None:
    """How many files and schools, what several files have in common, and the schools that are missing."""
    if len(of.files) > 1:
        screen.print(say("files_read", language, files=len(of.files), schools=len(of.schools)))
        if common := alike(problems, language):
            _show_common(screen, common if everything else common[:FIRST], language)
    if of.missing and of.year is not None:
        names = [each.name or each.code for each in of.missing]
        shown = names if everything else names[:FIRST]
        listed = ("、" if language == "zh" else ", ").join(map(plain, shown)) + ("…" if len(shown) < len(names) else "")
        screen.print(say("schools_missing", language, count=len(names), year=of.year, next=of.year + 1, names=listed))


def _show_common(screen: Console, common: list[Any], language: Language) -> None:
    columns = [say(f"column_{name}", language) for name in ("severity", "files", "what")]
    listing = table(say("table_common", language), *columns, right=(1,))
    for each in common:
        severity = coloured(
            say(f"severity_{each.severity}", language), "fails" if each.severity == "error" else "unknown"
        )
        listing.add_row(severity, str(len(each.files)), Prose(each.what))
    screen.print(listing)
