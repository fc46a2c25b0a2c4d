"""Verbs of the workspace: serve it, work for it, keep a copy of it. Each calls one of Django's commands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from jiaoheng.cli.screen import say, word
from jiaoheng.language import preferred
from jiaoheng.web.calling import CommandFailed, call


def _help(key: str) -> str:
    return say(key, preferred())


commands = typer.Typer()
audit = typer.Typer(no_args_is_help=True, help=_help("help_audit"))
county = typer.Typer(no_args_is_help=True, help=_help("help_county"))
commands.add_typer(audit, name="audit")
commands.add_typer(county, name="county")

Home = Annotated[Path | None, typer.Option("--home", help=_help("opt_home"))]


def _existing(home: Path | None) -> Path:
    """The workspace's home folder; a mistyped one must not become an empty workspace that proves whole.

    Raises ``CommandFailed``. With a database of its own the folder may hold nothing yet.
    """
    folder = (home or Path(os.environ.get("JIAOHENG_HOME") or "jiaoheng-data")).absolute()
    if not os.environ.get("JIAOHENG_DATABASE") and not (folder / "workspace.sqlite3").is_file():
        raise CommandFailed(say("no_workspace", preferred(), folder=word(folder)))
    return folder


@commands.command(help=_help("help_serve"))
def serve(
    host: Annotated[str, typer.Option("--host", help=_help("opt_host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=_help("opt_port"))] = 8000,
    threads: Annotated[int, typer.Option("--threads", min=1, help=_help("opt_threads"))] = 8,
    worker: Annotated[bool, typer.Option("--with-worker/--no-worker", help=_help("opt_worker"))] = True,
    home: Home = None,
) -> None:
    """Serve the workspace until stopped."""
    words = ["--host", host, "--port", port, "--threads", threads, *([] if worker else ["--no-worker"])]
    call("serve", *words, home=home, language=preferred())


@commands.command(help=_help("help_worker"))
def worker(
    once: Annotated[bool, typer.Option("--once", help=_help("opt_once"))] = False,
    home: Home = None,
) -> None:
    """Carry out long computations until stopped."""
    folder = _existing(home)
    typer.echo(say("worker_started", preferred(), folder=word(folder)))
    call("worker", *(["--once"] if once else []), home=home, language=preferred())


@commands.command(help=_help("help_backup"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_help("arg_backup"))],
    home: Home = None,
) -> None:
    """Keep a copy of the workspace in one file."""
    call("backup", file.absolute(), home=_existing(home), language=preferred())


@commands.command(help=_help("help_restore"))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_help("arg_restore"))],
    home: Annotated[Path, typer.Option("--home", help=_help("opt_new_home"))],
) -> None:
    """Make a workspace of a copy, and prove it whole."""
    call("restore", file.absolute(), home=home, language=preferred())


@audit.command(help=_help("help_verify"))
def verify(
    head: Annotated[str, typer.Option("--head", metavar="DIGEST", help=_help("opt_head"))] = "",
    home: Home = None,
) -> None:
    """Prove that the history is unbroken."""
    call("audit_verify", *(["--head", head] if head else []), home=_existing(home), language=preferred())


@county.command(help=_help("help_create"))
def create(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_help("arg_code"))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=_help("arg_name"))],
    administrator: Annotated[str, typer.Option("--administrator", metavar="LOGIN", help=_help("opt_administrator"))],
    person: Annotated[str, typer.Option("--person", metavar="NAME", help=_help("opt_person"))] = "",
    home: Home = None,
) -> None:
    """Found a county and its first administrator."""
    language = preferred()
    call("migrate", "-v0", "--no-input", home=home, language=language)
    words = [code, name, "--administrator", administrator, *(["--name", person] if person else [])]
    call("create_county", *words, language=language)


@county.command(help=_help("help_rescue"))
def rescue(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help=_help("arg_login"))],
    home: Home = None,
) -> None:
    """Let somebody in who cannot log in."""
    call("rescue", login, home=_existing(home), language=preferred())
