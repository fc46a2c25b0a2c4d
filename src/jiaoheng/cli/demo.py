"""The demo: a fictional county from its figures to its verdict, and the workspace in which its people work on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jiaoheng import demo as demo_room
from jiaoheng.cli.screen import console, plain, say, table
from jiaoheng.cli.verdict import show_verdict
from jiaoheng.county import Admission, snapshots
from jiaoheng.findings import assess
from jiaoheng.language import Language, preferred
from jiaoheng.standards import load
from jiaoheng.web.calling import CommandFailed, call, set_up

WORKSPACE = "workspace"
"""The workspace's home, in the folder of the demo's snapshots."""
MARK = "demo.json"
"""The file that says that a workspace is the demo's and whole; another is never taken for it, nor removed."""
STANDARD = "cn-2017"


def _help(key: str) -> str:
    return say(key, preferred())


commands = typer.Typer()


@commands.command(help=_help("help_demo"))
def demo(
    seed: Annotated[int, typer.Option("--seed", help=_help("opt_seed"))] = demo_room.SEED,
    folder: Annotated[Path, typer.Option("--folder", help=_help("opt_folder"))] = Path("demo-data"),
    port: Annotated[int, typer.Option("--port", help=_help("opt_port"))] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help=_help("opt_serve"))] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help=_help("opt_fresh"))] = False,
) -> None:
    """The whole loop on the fictional county."""
    language = preferred()
    screen = console()
    screen.print(say("demo_intro", language, seed=seed))
    home = folder / WORKSPACE
    _must_be_a_demo(home, language)
    made = _made_of(home)
    snapshot = folder / str(made)
    if made is None or fresh or not (snapshot / snapshots.MANIFEST).exists() or not _is_drawn_from(snapshot, seed):
        snapshot = snapshots.write(demo_room.county(seed), folder, source=demo_room.source(seed))
        screen.print(say("snapshot_written", language, name=snapshot.name, path=plain(str(folder))))
    else:
        screen.print(say("demo_reused", language, path=plain(str(home))))
    rule = load(STANDARD)
    admission = Admission(snapshots.read(snapshot), (), ())
    screen.print()
    show_verdict(admission, assess(admission.county, rule), rule, folder, language, everything=False)
    if made != snapshot.name or fresh:
        _make(home, snapshot, screen, language)
    set_up(home, demo=True)
    _show_cast(screen, language)
    if serve:
        # Another program must see this at once when it reads us through a pipe.
        screen.file.flush()
        call("serve", "--port", port, home=home, demo=True, language=language)
    else:
        call("worker", "--once", home=home, demo=True, language=language)


def _must_be_a_demo(home: Path, language: Language) -> None:
    """Refuse to touch a folder that may hold a real county's work: the demo's bears its mark, or is half made."""
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise CommandFailed(say("demo_not_ours", language, path=home))


def _made_of(home: Path) -> str | None:
    """The snapshot that the demo's workspace was made of; None where it is not there, or was not finished."""
    try:
        told = json.loads((home / MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    snapshot: str | None = told["snapshot"]
    return snapshot


def _is_drawn_from(snapshot: Path, seed: int) -> bool:
    return snapshots.manifest(snapshot).source == demo_room.source(seed)


def _make(home: Path, snapshot: Path, screen: Console, language: Language) -> None:
    """Make the workspace anew. Its mark says so from the first moment, and what it is made of at the end only."""
    screen.print()
    screen.print(say("demo_making", language, path=plain(str(home))))
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    (home / MARK).write_text(json.dumps({"snapshot": None}), encoding="utf-8")
    call("make_demo", snapshot.absolute(), home=home, demo=True, language=language)


def _show_cast(screen: Console, language: Language) -> None:
    """Who can log in, as what, with which password."""
    from jiaoheng.web.cast import cast

    players, password = cast(language)
    names = [say(f"column_{name}", language) for name in ("login", "role", "person", "unit")]
    listing = table(say("table_cast", language, password=password), *names)
    for player in players:
        listing.add_row(*map(plain, player))
    screen.print()
    screen.print(listing)
