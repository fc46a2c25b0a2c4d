"""Files that are whole or not there: written aside, flushed to disk, then given their name in one step."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

WRITING = ".writing-"
_STALE_SECONDS = 24 * 3600


def aside(folder: Path) -> Path:
    """A name in this folder for what is being written, which nothing else uses."""
    return folder / f"{WRITING}{secrets.token_hex(6)}"


def put(path: Path, data: bytes) -> None:
    """Write a file and flush it to disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it, at any moment, sees the old one or the new one whole."""
    work = aside(path.parent)
    try:
        put(work, data)
        os.replace(work, path)
    finally:
        work.unlink(missing_ok=True)
    sync(path.parent)


@contextmanager
def folder(final: Path) -> Iterator[Path]:
    """A folder to write in, which gets its name when the block ends well and is gone when it does not."""
    work = aside(final.parent)
    work.mkdir()
    try:
        yield work
        sync(work)
        work.rename(final)
        sync(final.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def sync(path: Path) -> None:
    """Flush a file or folder to disk; Windows cannot open a folder and does not need to."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed program left behind a day ago or longer; a younger one may still be at work."""
    _remove(folder.glob(f"{WRITING}*"), _STALE_SECONDS)


def forget(folder: Path, seconds: float, keep: str = "") -> None:
    """Remove what has lain in the folder for so long, but for ``keep`` and what is being written."""
    _remove((path for path in folder.iterdir() if path.name != keep and not path.name.startswith(WRITING)), seconds)


def _remove(paths: Iterable[Path], seconds: float) -> None:
    for path in paths:
        try:
            if time.time() - path.stat().st_mtime > seconds:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError:
            # Another program removes it too, or it is not ours to remove: it does no harm where it lies.
            continue
