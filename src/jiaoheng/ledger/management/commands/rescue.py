"""Lets somebody in again who cannot log in."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jiaoheng.ledger import founding
from jiaoheng.ledger.actions import Refused


class Command(BaseCommand):
    """Give a person a new initial password."""

    help = "Gives a person a new initial password, turns the second factor off and lifts a lockout."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rescue them."""
        try:
            password = founding.rescue(options["username"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        reset(username=options["username"])
        self.stdout.write(_("初始密码（只显示这一次，首次登录须修改）：{password}").format(password=password))
        self.stdout.write(_("第二验证和登录锁定也已取消。"))
