"""``jiaoheng plan``: the planners, each a command of its own."""

from __future__ import annotations

import typer

from jiaoheng.cli import funding, layout, path, places, zones
from jiaoheng.cli.screen import say
from jiaoheng.language import preferred

commands = typer.Typer(no_args_is_help=True, help=say("help_plan", preferred()))
commands.add_typer(path.commands)
commands.add_typer(layout.commands)
commands.add_typer(zones.commands)
commands.add_typer(places.commands)
commands.add_typer(funding.commands)
