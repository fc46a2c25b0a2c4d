"""Many files imported at once: which is being read, who was in them, what several of them have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.status import Status

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import FIRST, OF_A_KIND, coloured, plain, say, table
from jiaoheng.county import Batch, County, Problem
from jiaoheng.language import Language
from jiaoheng.sources import known_from, read
from jiaoheng.sources.turnout import Alike, Turnout, alike


def read_files(source: Path, base: County | None, year: int | None, status: Status, language: Language) -> Batch:
    """The source, each of its files told while it is read; ``base`` tells names, ``year`` that of files without one."""

    def told(place: int, of: int, name: str) -> None:
        status.update(say("reading_file", language, place=place, of=of, file=plain(name)))

    return read(source, known=known_from(base, year), progress=told)


def schools_of(base: County | None) -> dict[str, list[dict[str, Any]]]:
    """The schools of the county that files are laid over, which foreign tables may tell by name."""
    return {"schools": base["schools"].to_pylist()} if base else {}


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
) -> tuple[Problem, ...]:
    """How many files and schools, what several files have in common, and the schools that are missing.

    Gives the warnings that need not be told again file by file, as they are told for several files together.
    """
    told: tuple[Problem, ...] = ()
    if len(of.files) > 1:
        screen.print(say("files_read", language, files=len(of.files), schools=len(of.schools)))
        if common := alike(problems, language):
            shown = common if everything else common[:FIRST]
            _show_common(screen, shown, language)
            told = _told(shown)
    if of.missing and of.year is not None:
        names = [each.name or each.code for each in of.missing]
        listed = names if everything else names[:FIRST]
        text = ("、" if language == "zh" else ", ").join(map(plain, listed)) + ("…" if len(listed) < len(names) else "")
        screen.print(say("schools_missing", language, count=len(names), year=of.year, next=of.year + 1, names=text))
    return told


def _told(common: list[Alike]) -> tuple[Problem, ...]:
    """Warnings that many files have; one that lists the forms that are missing says more than what they share."""
    many = (each for each in common if len(each.files) > OF_A_KIND and each.severity == "warning")
    return tuple(problem for each in many for problem in each.problems if problem.code != "forms_missing")


def _show_common(screen: Console, common: list[Alike], language: Language) -> None:
    columns = [say(f"column_{name}", language) for name in ("severity", "files", "what")]
    listing = table(say("table_common", language), *columns, right=(1,))
    for each in common:
        severity = coloured(
            say(f"severity_{each.severity}", language), "fails" if each.severity == "error" else "unknown"
        )
        listing.add_row(severity, str(len(each.files)), Prose(each.what))
    screen.print(listing)
