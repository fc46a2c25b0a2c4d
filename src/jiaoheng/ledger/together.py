"""What checking several schools' returns together gave, kept as files: which they were, and the facts they would make.

A run asks for it; its ``result`` names the folder. The folder is whole or not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import msgspec

from jiaoheng import typed
from jiaoheng.county import Difference, files
from jiaoheng.findings import Assessment
from jiaoheng.language import Text
from jiaoheng.ledger import store
from jiaoheng.ledger.models import Run

KIND = "together"
RESULT = "result.json"
_KEPT_SECONDS = 7 * 24 * 3600


class Member(msgspec.Struct, frozen=True):
    """One of the returns as it was read: its submission and revision, the school's code and name, its rows."""

    submission: int
    revision: int
    school: str
    name: str
    rows: int


class Refusal(msgspec.Struct, frozen=True):
    """Why a return cannot be taken in with the others; ``submission`` None for what is nobody's alone."""

    submission: int | None
    reason: Text


class Together(msgspec.Struct, frozen=True):
    """Returns laid over the snapshot ``base`` together; ``draft`` is the snapshot that accepting them would make.

    With ``refusals`` there is no draft. ``warnings`` counts what somebody should look at and does not hold it up;
    ``order`` marks the order of sources that held, ``differences`` are of the rows brought.
    """

    base: str
    members: tuple[Member, ...]
    refusals: tuple[Refusal, ...] = ()
    draft: str = ""
    warnings: int = 0
    assessment: Assessment | None = None
    order: str = ""
    differences: tuple[Difference, ...] = ()


def folder(run: Run) -> Path:
    """Where a run left what it gave."""
    return store.together(run.county.code) / str(run.result["folder"])


def read(run: Run) -> Together | None:
    """What a run gave; None where it has not ended well, or its files are gone."""
    if run.kind != KIND or run.status != Run.Status.DONE:
        return None
    path = folder(run) / RESULT
    return _read(path) if path.exists() else None


@contextmanager
def writing(run: Run, name: str) -> Iterator[Path]:
    """A folder to write a result in, which gets its name when the block ends well."""
    final = store.together(run.county.code) / name
    final.parent.mkdir(parents=True, exist_ok=True)
    files.sweep(final.parent)
    files.forget(final.parent, _KEPT_SECONDS)
    with files.folder(final) as work:
        yield work


def put(where: Path, checked: Together) -> None:
    """Write a result into its folder."""
    files.put(where / RESULT, msgspec.json.encode(checked))


@lru_cache(maxsize=4)
def _read(path: Path) -> Together:
    return typed.decode(path.read_bytes(), Together)
