"""A worker: carries out runs, one after the other, until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections, connection

from jiaoheng.ledger import log, processes, submissions, work

PAUSE = 1.0
"""Seconds between two looks for a run."""
_LOG = logging.getLogger(__name__)


class Command(BaseCommand):
    """Carry out runs as they come."""

    requires_system_checks: list[str] = []  # noqa: RUF012
    help = "Carries out long computations as they are asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to stop when nothing waits, and whether to end with the process that started it."""
        parser.add_argument("--once", action="store_true", help="stop when nothing waits")
        parser.add_argument("--tied", action="store_true", help="end when standard input does")

    def handle(self, *args: Any, **options: Any) -> None:
        """Claim and carry out until stopped; a run under way then waits again for the next worker."""
        self.stopping = False
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), self._stop)
        if options["tied"]:
            processes.tie()
        os.umask(0o077)
        log.to_file()
        self._forget()
        _LOG.info("the worker waits for runs")
        while not self._pulse():
            try:
                run = work.claim()
                if run is not None:
                    _LOG.info("run %s (%s), attempt %s", run.pk, run.kind, run.attempts)
                    work.work(run, self._pulse)
                    continue
            except Error as error:
                # The database restarts, say: what was claimed is taken up again when its lease is over.
                _LOG.warning("the database does not answer: %s", type(error).__name__)
                connection.close()
            else:
                if options["once"]:
                    return
            close_old_connections()
            time.sleep(PAUSE)
        _LOG.info("the worker stops")

    def _forget(self) -> None:
        """Delete lists of persons that a process which stopped in between was about to delete."""
        try:
            submissions.forget_gone()
        except Error as error:
            _LOG.warning("the database does not answer: %s", type(error).__name__)
            connection.close()

    def _pulse(self) -> bool:
        """Give a sign of life; whether to stop."""
        work.sign_of_life().touch()
        return self.stopping

    def _stop(self, *_: object) -> None:
        self.stopping = True
