"""A plan on a terminal: how its promises stand, and a reading written as a standard's file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from jiaoheng.cli.prose import Prose
from jiaoheng.cli.screen import COLOURS, plain, say, table, word
from jiaoheng.documents.records import Reading
from jiaoheng.documents.standard import Draft, draft
from jiaoheng.findings import Assessment, plan_words, words
from jiaoheng.findings.pace import status
from jiaoheng.language import Language
from jiaoheng.standards import Standard


def show_promises(screen: Console, assessment: Assessment, standard: Standard, language: Language) -> None:
    """The promises of a plan, each with its figure now, its target, how it stands and why."""
    names = [say(f"column_{name}", language) for name in ("number", "item", "now", "target", "verdict", "pace")]
    listing = table(say("table_promises", language), *names, right=(2,))
    for found in assessment.progress:
        item = standard.item(found.item)
        basis = f" ({words.say('basis_reported', language)})" if found.basis == "reported" else ""
        listing.add_row(
            found.item,
            Prose(item.name.say(language)),
            Prose(plan_words.value_label(found, item, language) + basis),
            Prose(plan_words.target_label(found, item, language)),
            Prose(plan_words.state_label(found, language), COLOURS[status(found)]),
            Prose("" if found.state == "met" else plan_words.pace_label(found, item, language)),
        )
    screen.print()
    screen.print(listing)


def write_draft(screen: Console, reading: Reading, path: Path, language: Language) -> Draft:
    """Write a reading as a draft of a standard, and say what became of its targets.

    Raises ``FileExistsError`` where the file is there: what a person confirmed in it is not written over.
    """
    made = draft(reading, path.stem)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(made.text)
    screen.print(say("draft_written", language, path=plain(str(path)), items=made.items, others=len(made.left_out)))
    if made.items:
        screen.print(say("draft_next", language, path=plain(word(path))))
    return made
