"""Carrying out runs: claim one, answer for it while a child process computes, write down how it ended.

Any number of workers may work side by side. Whoever changes the row from what it read has the run; whoever does not
prolong the lease in time loses it to another, and can then no longer write.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.db import Error, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from jiaoheng.ledger import processes, store
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.jobs import JOBS
from jiaoheng.ledger.jobs.registry import JobError
from jiaoheng.ledger.models import Run
from jiaoheng.ledger.models.runs import ATTEMPTS, LEASE

BEAT = 0.5
"""Seconds between two looks at a child; a cancelled run's child is stopped within this time."""
PATIENCE = LEASE.total_seconds() / 2
"""Seconds that a worker goes on computing without reaching the database: well before others may take the run."""
LONGEST = 1800.0
"""Seconds that a run may take, where the longest takes one minute: one that hangs does not hold up the others."""
_LOG = logging.getLogger(__name__)


def claim() -> Run | None:
    """Take the oldest waiting run, or one whose worker died (its lease ran out); None where none is free."""
    free = Q(status=Run.Status.WAITING) | Q(status=Run.Status.RUNNING, lease_until__lt=timezone.now())
    for run in Run.objects.filter(free).order_by("pk"):
        spent = run.attempts >= ATTEMPTS
        changes = (
            {"status": Run.Status.FAILED, "ended_at": timezone.now(), "lease_until": None, "error": str(_GIVEN_UP)}
            if spent
            else {
                "status": Run.Status.RUNNING,
                "lease_until": timezone.now() + LEASE,
                "started_at": timezone.now(),
                "attempts": run.attempts + 1,
                "progress": 0.0,
            }
        )
        with writing():
            won = Run.objects.filter(free, pk=run.pk, attempts=run.attempts).update(**changes)
        if won and not spent:
            for name, value in changes.items():
                setattr(run, name, value)
            return run
    return None


_GIVEN_UP = JobError(
    "计算程序多次中断，已停止重试。请重新发起；仍不行，请联系管理员查看计算日志。",
    "The computation broke off several times and was given up. Ask for it again; if that does not help, the "
    "administrator finds the reason in the worker's log.",
)


_TOO_LONG = JobError(
    "计算超过半小时仍未完成，已停止。请检查上传的文件是否正常；仍不行，请联系管理员查看计算日志。",
    "The computation was stopped after half an hour. Check the files that were uploaded; if that does not help, the "
    "administrator finds more in the worker's log.",
)


def beat(run: Run, progress: float | None = None, doing: Mapping[str, Any] | None = None) -> bool:
    """Prolong the lease, and say how far it is; False where the run was cancelled or has gone to another worker."""
    changes: dict[str, Any] = {"lease_until": timezone.now() + LEASE} | (
        {} if progress is None else {"progress": progress}
    )
    if doing is not None:
        changes["result"] = {"doing": dict(doing)}
    with writing():
        return bool(_ours(run).update(**changes))


def finish(run: Run, status: str, *, result: dict[str, object] | None = None, error: str = "") -> bool:
    """Write down how it ended, while the lease is ours; False where it no longer is."""
    done = {"progress": 1.0} if status == Run.Status.DONE else {}
    with writing():
        return bool(
            _ours(run).update(
                status=status, result=result or {}, error=error, ended_at=timezone.now(), lease_until=None, **done
            )
        )


def carry_out(run: Run) -> None:
    """Do the run's job in this process, which is the worker's child."""
    try:
        result = JOBS[run.kind].function(run, partial(_told, run))
    except JobError as error:
        finish(run, Run.Status.FAILED, error=str(error))
    else:
        finish(run, Run.Status.DONE, result=result)


def work(run: Run, pulse: Callable[[], bool] = lambda: False) -> None:
    """Carry out a claimed run in a child process.

    ``pulse`` is called at every look at the child, and says whether to stop: then the run waits again, as if it had
    not been tried. A child that dies of itself leaves the run to its next attempt at once; a cancelled run's child
    is stopped, and one that takes longer than ``LONGEST``, whose run has failed.
    """
    child = processes.start("carry_out", str(run.pk), str(run.attempts))
    began = heard = time.monotonic()
    stopped = overlong = False
    try:
        while child.poll() is None:
            time.sleep(BEAT)
            if stopped := pulse():
                break
            if overlong := time.monotonic() - began > LONGEST:
                break
            try:
                if not beat(run):
                    break
                heard = time.monotonic()
            except Error as error:
                _LOG.warning("run %s: the database does not answer: %s", run.pk, type(error).__name__)
                connection.close()
                if time.monotonic() - heard > PATIENCE:
                    break
    finally:
        processes.end(child)
    if child.returncode and overlong and not stopped:
        finish(run, Run.Status.FAILED, error=str(_TOO_LONG))
    elif child.returncode:
        with writing():
            if stopped:
                _ours(run).update(status=Run.Status.WAITING, attempts=run.attempts - 1, lease_until=None, progress=0.0)
            else:
                _ours(run).update(lease_until=timezone.now())


def sign_of_life() -> Path:
    """The file that a worker touches every second or so; its age says whether one is there."""
    return store.home() / "worker.alive"


class Lost(Exception):
    """The run is no longer ours: it was cancelled, or another worker has it."""


def _told(run: Run, part: float, doing: Mapping[str, Any] | None = None) -> None:
    if not beat(run, part, doing):
        raise Lost(run.pk)


def _ours(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(pk=run.pk, attempts=run.attempts, status=Run.Status.RUNNING)
