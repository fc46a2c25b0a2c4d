"""A workspace of a backup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import store
from jiaoheng.ledger.backup import BackupError, restore, shortcomings
from jiaoheng.ledger.models import Event, Evidence, Person, Snapshot, Submission, Task


class Command(BaseCommand):
    """Make a workspace of a backup, and prove it whole."""

    requires_system_checks: list[str] = []  # noqa: RUF012
    help = "Makes a workspace of a backup in an empty home folder, and proves it whole."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, prove, and say what there is now; exit code 1 where something is wrong with what was kept."""
        os.umask(0o077)
        try:
            made = restore(options["file"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        told = _("已恢复到 {home}：{made} 的备份，{files} 个文件的校验值全部相符。")
        self.stdout.write(told.format(home=store.home(), made=made.made, files=len(made.files)))
        counts = {str(model._meta.model_name): model._default_manager.count() for model in _COUNTED}
        told = _("账号 {person}，数据快照 {snapshot}，报送 {submission}，任务 {task}，佐证 {evidence}，操作记录 {event}。")
        self.stdout.write(told.format(**counts))
        found = list(shortcomings())
        for one in found:
            self.stdout.write(_("有问题：{kind} {what}").format(kind=_KINDS.get(one.kind, one.kind), what=one.what))
        if found:
            raise CommandError(_("备份当时的工作区就有 {count} 处问题，见上。").format(count=len(found)))
        self.stdout.write(_("记录链完整，每份快照、报送文件和佐证都在且未被改动。"))


_COUNTED = (Person, Snapshot, Submission, Task, Evidence, Event)
_KINDS = {
    "missing": gettext_lazy("缺少"),
    "altered": gettext_lazy("被改动"),
    "unlinked": gettext_lazy("记录没有接在前一条之后"),
    "cut": gettext_lazy("末尾的记录被删除"),
    "differs": gettext_lazy("被绕过系统改动"),
}
