"""Making a backup."""

from __future__ import annotations

import os
import secrets
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from django.utils.translation import gettext as _

from jiaoheng import __version__
from jiaoheng.county import files
from jiaoheng.ledger import store
from jiaoheng.ledger.backup import database
from jiaoheng.ledger.backup.archive import DATABASES, FORMAT, MANIFEST, BackupError, Kept, Manifest, copied, files_of

TRIES = 3


def backup(target: Path) -> Manifest:
    """Copy the workspace into a new file, which has its name only when it is whole.

    Raises ``BackupError`` where the file is there already or the database cannot be copied.
    """
    if target.exists():
        raise BackupError(_("{path} 已存在，没有覆盖。请换一个文件名。").format(path=target))
    if not target.parent.is_dir():
        raise BackupError(_("没有文件夹 {path}。").format(path=target.parent))
    work = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    copy = work.with_name(f"{work.name}.database")
    try:
        for attempt in range(TRIES):
            try:
                manifest = _written(work, copy)
                break
            except _Removed:
                if attempt == TRIES - 1:
                    raise BackupError(_("备份期间文件一直在被删除，没有备份成功。请稍后再试。")) from None
        files.sync(work)
        os.rename(work, target)
        files.sync(target.parent)
    finally:
        work.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    return manifest


class _Removed(Exception):
    """A file went away while the database was copied, which may name it."""


def _written(work: Path, copy: Path) -> Manifest:
    """Write the archive and give its manifest; raises ``_Removed``."""
    copy.unlink(missing_ok=True)
    kind, home = database.kind(), store.home()
    before = set(files_of(home))
    handle = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600))
        events, head = database.copy(copy)
        kept = [_add(archive, copy, DATABASES[kind])]
        there = list(files_of(home))
        if before.difference(there):
            raise _Removed
        kept += [_add(archive, path, path.relative_to(home).as_posix()) for path in there]
        made = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, __version__, made, kind, events, head, tuple(kept))
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> Kept:
    try:
        with path.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
            size, digest = copied(source, target)
    except FileNotFoundError:
        raise _Removed(name) from None
    return Kept(name, size, digest)
