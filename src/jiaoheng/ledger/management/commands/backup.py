"""The workspace in one file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jiaoheng.ledger.backup import BackupError, backup


class Command(BaseCommand):
    """Keep a copy of the workspace."""

    requires_system_checks: list[str] = []  # noqa: RUF012
    help = "Keeps a copy of the workspace in one file, while it is used or not."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, and say what is in it."""
        os.umask(0o077)
        try:
            made = backup(options["file"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        size = options["file"].stat().st_size / 2**20
        told = _("已备份到 {path}：{files} 个文件，{size:.1f} MB，{events} 条操作记录。")
        self.stdout.write(told.format(path=options["file"], files=len(made.files), size=size, events=made.events))
        self.stdout.write(_("最后一条记录的校验值（请抄在别处）：{head}").format(head=made.head))
