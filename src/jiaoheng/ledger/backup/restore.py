"""Making a workspace of a backup."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from jiaoheng.ledger import store
from jiaoheng.ledger.backup import database
from jiaoheng.ledger.backup.archive import DATABASES, FOLDERS, Archive, BackupError, Manifest

_MAY_BE_THERE = frozenset({"secret", "log"})
"""What starting a command leaves in a home folder."""


def restore(source: Path) -> Manifest:
    """Make the empty home folder, and an empty PostgreSQL database, what they were when the backup was made.

    Every file is unpacked and held against the manifest before anything is put in its place. Raises ``BackupError``,
    with the home folder as empty as it was.
    """
    home = store.home()
    if home.exists() and (there := sorted(path.name for path in home.iterdir() if path.name not in _MAY_BE_THERE)):
        told = _("{home} 不是空文件夹（里面有 {name}）。请恢复到一个新的文件夹。")
        raise BackupError(told.format(home=home, name=there[0]))
    archive = Archive(source)
    work = home / store.RESTORING
    try:
        _must_fit(archive.manifest)
        work.mkdir(mode=0o700, parents=True)
        archive.unpack(work)
        database.put_back(work / DATABASES[archive.manifest.database])
        for folder in FOLDERS:
            if (work / folder).exists():
                os.replace(work / folder, home / folder)
    except (BackupError, OSError):
        shutil.rmtree(work, ignore_errors=True)
        raise
    finally:
        archive.close()
    # A backup of an older version of the program gets the tables of this one.
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    work.rmdir()
    return archive.manifest


def _must_fit(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        told = _("备份来自 {there} 数据库，而 JIAOHENG_DATABASE 现在是 {here}。请改好后再恢复。")
        raise BackupError(told.format(there=manifest.database, here=connection.vendor))
    database.must_be_empty()
