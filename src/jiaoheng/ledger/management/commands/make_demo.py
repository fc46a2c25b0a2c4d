"""The demo county's workspace, from its snapshot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jiaoheng.county import snapshots
from jiaoheng.ledger import facts, store
from jiaoheng.ledger.actions import Actor
from jiaoheng.ledger.actions.runs import ask
from jiaoheng.ledger.cast import found_demo, person


class Command(BaseCommand):
    """Make the demo county's workspace."""

    requires_system_checks: list[str] = []  # noqa: RUF012
    help = "Makes the demo county's workspace in an empty home folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the facts are."""
        parser.add_argument("snapshot", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the county and its cast; the years before the last are left to a run, as they would be in earnest."""
        if not settings.DEMO or not settings.DEBUG:
            raise CommandError(_("演示数据只能在演示方式下建立。"))
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        bureau = found_demo(snapshots.read(options["snapshot"]), every_year=False)
        present = facts.latest_snapshot(bureau)
        if present is not None:
            ask(Actor(person("jijiao")), bureau, "assess", snapshot=present.name, standard=facts.NATIONAL)
        about = {"snapshot": options["snapshot"].name}
        (store.home() / store.DEMO).write_text(json.dumps(about), encoding="utf-8")
