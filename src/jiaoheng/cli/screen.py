"""How results look on a terminal: tables, sentences, problems."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from jiaoheng.cli.prose import Prose
from jiaoheng.county import County, Problem, schema
from jiaoheng.county.problems import Folded, folded
from jiaoheng.language import Language, catalogue

TEXTS = Path(__file__).with_name("texts.toml")
COLOURS = {"meets": "green", "fails": "red", "floor": "yellow", "unknown": "yellow", "measured": "cyan"}
FIRST = 20
"""Rows of a long list that are shown unless all are asked for."""
PROBLEMS = 60
"""Lines of problems that are all shown; of a longer list, the first few of each kind, unless all are asked for."""
OF_A_KIND = 3
COMMAND = os.environ.get("JIAOHENG_COMMAND", "jiaoheng")
"""What the user typed to come here, for the lines that say what to type next."""


def say(key: str, language: Language, **values: object) -> str:
    """A text of the command line."""
    return catalogue(TEXTS)[key].say(language, **{"command": COMMAND, **values})


def word(text: object) -> str:
    """A path or a name as one word of a command line."""
    shown = str(text)
    return f'"{shown}"' if any(letter in " \t&;|<>()$'" for letter in shown) else shown


def console(*, stderr: bool = False) -> Console:
    """A terminal as wide as it is; a pipe gets 120 columns, so that a saved listing keeps its shape."""
    width = None if os.isatty(2 if stderr else 1) or "COLUMNS" in os.environ else 120
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)


def table(title: str, *columns: str, right: tuple[int, ...] = ()) -> Table:
    """A plain table with some columns aligned right."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", expand=False)
    for position, column in enumerate(columns):
        made.add_column(column, justify="right" if position in right else "left", overflow="fold")
    return made


def coloured(text: str, status: str) -> str:
    """A status in its colour."""
    colour = COLOURS.get(status)
    return f"[{colour}]{text}[/]" if colour else text


def plain(text: str) -> str:
    """Text from a user's file, safe to print: no markup, no control characters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable.replace("[", "\\[")


def show_problems(
    screen: Console,
    problems: tuple[Problem, ...],
    language: Language,
    *,
    everything: bool,
    told: tuple[Problem, ...] = (),
) -> None:
    """Problems as a table, and how many there are; those ``told`` before are only counted."""
    if not problems:
        screen.print(say("problems_none", language))
        return
    names = [say(f"column_{name}", language) for name in ("severity", "where", "what", "remedy")]
    before = set() if everything else {id(problem) for problem in told}
    listed = tuple(problem for problem in problems if id(problem) not in before)
    alike = tuple(sorted(folded(listed), key=_order))
    shown = alike if everything or len(alike) <= PROBLEMS else _first_of_each(alike)
    files = sorted({fold.problem.origin.file for fold in alike} - {""})
    listing = table(plain(files[0]) if len(files) == 1 else "", *names)
    for fold in shown:
        severity = fold.problem.severity
        listing.add_row(
            coloured(say(f"severity_{severity}", language), "fails" if severity == "error" else "unknown"),
            Prose(fold.where(language, file=len(files) > 1)),
            Prose(fold.problem.what(language)),
            Prose(fold.problem.remedy(language)),
        )
    if shown:
        screen.print(listing)
    if len(alike) > len(shown):
        screen.print(say("problems_more", language, count=len(alike) - len(shown)))
    if len(listed) < len(problems):
        screen.print(say("problems_told", language, count=len(problems) - len(listed)))
    screen.print(problem_counts(problems, language))


def _order(fold: Folded) -> tuple[bool, str, int, int]:
    """Errors before warnings, each file by file, sheet by sheet and row by row, as one goes through them."""
    problem = fold.problem
    tables = list(schema().tables)
    sheet = tables.index(problem.table) if problem.table in tables else len(tables)
    return problem.severity != "error", problem.origin.file, sheet, min(fold.rows, default=0)


def _first_of_each(alike: tuple[Folded, ...]) -> list[Folded]:
    """The first few of each kind, so that a hundred of one do not hide the others."""
    seen: Counter[tuple[str, str]] = Counter()
    chosen = []
    for fold in alike:
        key = (fold.problem.code, fold.problem.table)
        seen[key] += 1
        if seen[key] <= OF_A_KIND:
            chosen.append(fold)
    return chosen[:PROBLEMS]


def problem_counts(problems: tuple[Problem, ...], language: Language, *, path: Path | None = None) -> str:
    """How many errors and warnings there are, and where to read them."""
    counts = Counter(problem.severity for problem in problems)
    key = "problems_error" if counts["error"] else "problems_warning"
    if counts["error"] and counts["warning"]:
        key = "problems_error_and_warning"
    line = say(key, language, errors=counts["error"], warnings=counts["warning"])
    return line if path is None else line + plain(say("problems_see", language, path=word(path)))


def show_rows(screen: Console, county: County, language: Language) -> None:
    """How many rows of each table were read."""
    parts = [
        say("table_rows", language, table=schema().tables[name].label.say(language), rows=f"{rows.num_rows:,}")
        for name, rows in county.tables.items()
        if rows.num_rows
    ]
    screen.print(say("rows_read", language, tables="、".join(parts) if language == "zh" else ", ".join(parts)))


def to_json(target: str, result: dict[str, Any]) -> bool:
    """Write the result where it is wanted; False where nothing was asked for."""
    if not target:
        return False
    data = msgspec.json.format(msgspec.json.encode(result), indent=1)
    if target == "-":
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.buffer.flush()
    else:
        Path(target).write_bytes(data)
    return True


def show_next(screen: Console, steps: list[tuple[str, str]], language: Language) -> None:
    """What to type next: commands as they are typed, each with what it is for."""
    screen.print()
    screen.print(say("next_steps", language))
    widest = max(cell_len(f"{COMMAND} {words}") for words, _ in steps)
    for words, key in steps:
        line = f"{COMMAND} {words}"
        screen.print(plain(f"  {line}{' ' * (widest - cell_len(line))}    {say(key, language)}"), soft_wrap=True)
