"""The database by its own means: copied while it is used, and put back into an empty one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from jiaoheng.ledger.backup.archive import BackupError


def kind() -> str:
    """``sqlite`` or ``postgresql``; raises ``BackupError`` for another."""
    if connection.vendor not in ("sqlite", "postgresql"):
        raise BackupError(_("不支持备份这种数据库：{vendor}。").format(vendor=connection.vendor))
    return connection.vendor


def copy(target: Path) -> tuple[int, str]:
    """Copy one moment of the database to a file; the chain's length and last hash at about that moment."""
    if kind() == "sqlite":
        # A connection of its own: Django's may have begun a transaction.
        there = settings.DATABASES["default"]["NAME"]
        if not Path(there).exists():
            raise BackupError(_("{path} 不存在：这里没有工作区。").format(path=there))
        with closing(sqlite3.connect(there)) as source, closing(sqlite3.connect(target)) as made:
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
            ends = made.execute("SELECT length, head FROM ledger_chain WHERE id = 1").fetchall()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT length, head FROM ledger_chain WHERE id = 1")
            ends = cursor.fetchall()
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return (ends[0][0], ends[0][1]) if ends else (0, "0" * 64)


def must_be_empty() -> None:
    """Raise ``BackupError`` where the database holds tables already."""
    if connection.vendor == "postgresql" and connection.introspection.table_names():
        raise BackupError(_("JIAOHENG_DATABASE 指向的数据库不是空的。请新建一个数据库再恢复。"))


def put_back(source: Path) -> None:
    """Put a copy back into the empty database; raises ``BackupError`` with what its program says."""
    connection.close()
    if connection.vendor == "sqlite":
        os.replace(source, settings.DATABASES["default"]["NAME"])
    else:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run("pg_restore", *options, f"--dbname={settings.DATABASES['default']['NAME']}", str(source))
        source.unlink()


def _run(program: str, *words: str) -> None:
    """Run a program of PostgreSQL on the workspace's database; the password does not go through the command line."""
    chosen: dict[str, Any] = settings.DATABASES["default"]
    where = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: str(chosen[name]) for variable, name in where.items() if chosen.get(name)}
    given |= {f"PG{name.upper()}": str(value) for name, value in chosen["OPTIONS"].items() if name.startswith("ssl")}
    try:
        done = subprocess.run(
            [program, *words], env=os.environ | given, capture_output=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        told = _("找不到 {program}。请安装与数据库版本相同的 PostgreSQL 客户端（Debian:postgresql-client）。")
        raise BackupError(told.format(program=program)) from None
    if done.returncode:
        raise BackupError(_("{program} 没有完成：{why}").format(program=program, why=done.stderr.strip()[-500:]))
