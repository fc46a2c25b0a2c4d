"""Mappings that come with the program: their names, and one of them as a file to be changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jiaoheng.cli.screen import console, plain, say
from jiaoheng.language import Language, preferred
from jiaoheng.sources.mapping import mapping_file, names, suggest, title

commands = typer.Typer()


class NoMapping(Exception):
    """No mapping has this name, told in the user's language; the command ends with 2."""


def known(name: str, language: Language) -> str:
    """The name of a shipped mapping or the path of a mapping file. Raises ``NoMapping`` for anything else."""
    if name in names() or Path(name).exists():
        return name
    raise NoMapping(say("no_mapping", language, name=name, names="、".join(names())))


@commands.command(help=say("help_mappings", preferred()))
def mappings(
    name: Annotated[str, typer.Argument(metavar="[NAME|PATH]", help=say("arg_mapping", preferred()))] = "",
) -> None:
    """List the mappings, print one, or name those that fit a file."""
    language = preferred()
    screen = console()
    if name in names():
        typer.echo(mapping_file(name).read_text(encoding="utf-8"), nl=False)
        return
    chosen = names()
    if name:
        chosen = suggest(Path(known(name, language)))
        screen.print(say("mappings_fit" if chosen else "mappings_fit_none", language, path=plain(name)))
    for each in chosen:
        screen.print(f"{each}  {title(each).say(language)}")
    if chosen:
        screen.print(say("mappings_next", language, name=chosen[0]))
