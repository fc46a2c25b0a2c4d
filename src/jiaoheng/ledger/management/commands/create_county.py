"""Sets up a county's bureau and its first administrator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.founding import found_county


class Command(BaseCommand):
    """Set up a county."""

    help = "Sets up a county's bureau and its first administrator, and prints the initial password once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The county and who is to administer it."""
        parser.add_argument("code", help="six digits (行政区划代码)")
        parser.add_argument("name", help="such as 望岚县")
        parser.add_argument("--administrator", required=True, metavar="USERNAME", help="the name to log in with")
        parser.add_argument("--name", default="", dest="administrator_name", metavar="NAME", help="who it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Found it."""
        try:
            password = found_county(
                options["code"],
                options["name"],
                administrator=options["administrator"],
                administrator_name=options["administrator_name"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("登录名：{username}").format(username=options["administrator"]))
        self.stdout.write(_("初始密码（只显示这一次，首次登录须修改）：{password}").format(password=password))
        self.stdout.write(_("下一步：打开工作区（serve 命令），用它登录，改好密码，再到“数据”页上传全县数据。"))
