"""The child process of a worker: carries out one run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jiaoheng.ledger.models import Run
from jiaoheng.ledger.work import Lost, carry_out


class Command(BaseCommand):
    """Carry out one claimed run."""

    help = "Carries out one claimed run; workers call it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The run and the attempt that was claimed."""
        parser.add_argument("run", type=int)
        parser.add_argument("attempt", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry it out while it is still ours."""
        run = Run.objects.filter(pk=options["run"], attempts=options["attempt"]).first()
        if run is None:
            return
        try:
            carry_out(run)
        except Lost:
            self.stderr.write(f"run {run.pk} was cancelled or taken over")
