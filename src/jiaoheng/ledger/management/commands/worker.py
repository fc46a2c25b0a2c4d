"""A worker: carries out runs, one after the other, until it is stopped."""

from __future__ import annotations

import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from jiaoheng.ledger import work

PAUSE = 1.0


class Command(BaseCommand):
    """Carry out runs as they come."""

    help = "Carries out long computations as they are asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to stop when nothing waits."""
        parser.add_argument("--once", action="store_true", help="stop when nothing waits")

    def handle(self, *args: Any, **options: Any) -> None:
        """Claim and carry out until stopped."""
        self.stopping = False
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), self._stop)
        while not self.stopping:
            close_old_connections()
            run = work.claim()
            if run is not None:
                work.work(run, work.child_command)
            elif options["once"]:
                return
            else:
                time.sleep(PAUSE)

    def _stop(self, *_: object) -> None:
        self.stopping = True
