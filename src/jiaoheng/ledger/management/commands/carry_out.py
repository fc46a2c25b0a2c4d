"""The child process of a worker: carries out one run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jiaoheng.ledger import processes
from jiaoheng.ledger.models import Run
from jiaoheng.ledger.work import Lost, carry_out


class Command(BaseCommand):
    """Carry out one claimed run."""

    requires_system_checks: list[str] = []  # noqa: RUF012
    help = "Carries out one claimed run; workers call it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The run and the attempt that was claimed, and whether to end with the worker."""
        parser.add_argument("run", type=int)
        parser.add_argument("attempt", type=int)
        parser.add_argument("--tied", action="store_true", help="end when standard input does")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry it out while it is still ours."""
        if options["tied"]:
            processes.tie()
        run = Run.objects.filter(pk=options["run"], attempts=options["attempt"]).first()
        if run is None:
            return
        try:
            carry_out(run)
        except Lost:
            self.stderr.write(f"run {run.pk} was cancelled or taken over")
