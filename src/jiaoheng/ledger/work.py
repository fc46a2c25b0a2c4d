"""Carrying out runs: claim one, answer for it while a child process computes, write down how it ended.

Any number of workers may work side by side. Whoever changes the row from what it read has the run; whoever does not
prolong the lease in time loses it to another, and can then no longer write.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.jobs import JOBS
from jiaoheng.ledger.jobs.registry import JobError
from jiaoheng.ledger.models import Run
from jiaoheng.ledger.models.runs import ATTEMPTS, LEASE

BEAT = 0.5
"""Seconds between two looks at a child; a cancelled run's child is stopped within this time."""


def claim() -> Run | None:
    """Take the oldest waiting run, or one whose worker died (its lease ran out)."""
    abandoned = Q(status=Run.Status.RUNNING, lease_until__lt=timezone.now())
    for run in Run.objects.filter(Q(status=Run.Status.WAITING) | abandoned).order_by("pk")[:3]:
        spent = run.attempts >= ATTEMPTS
        changes = (
            {"status": Run.Status.FAILED, "ended_at": timezone.now(), "lease_until": None, "error": _GIVEN_UP}
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
            same = Run.objects.filter(pk=run.pk, attempts=run.attempts, status=run.status)
            won = same.update(**changes)
        if won and not spent:
            run.refresh_from_db()
            return run
    return None


_GIVEN_UP = "计算程序多次中断,已停止重试。请重新发起,仍不行请联系管理员。 It broke off several times and was given up."


def beat(run: Run, progress: float | None = None) -> bool:
    """Prolong the lease; False where the run was cancelled or has gone to another worker."""
    changes = {"lease_until": timezone.now() + LEASE} | ({} if progress is None else {"progress": progress})
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
        result = JOBS[run.kind].function(run, lambda progress: _told(run, progress))
    except JobError as error:
        finish(run, Run.Status.FAILED, error=str(error))
    else:
        finish(run, Run.Status.DONE, result=result)


def work(run: Run, child: Callable[[Run], list[str]]) -> None:
    """Carry out a claimed run in a child process; ``child`` gives its command.

    A child that dies of itself leaves the run to its next attempt at once; a cancelled run's child is stopped.
    """
    process = subprocess.Popen(child(run))
    try:
        while process.poll() is None:
            time.sleep(BEAT)
            if not beat(run):
                break
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    if process.returncode:
        with writing():
            _ours(run).update(lease_until=timezone.now())


def child_command(run: Run) -> list[str]:
    """The command of the child process that carries out a run."""
    return [sys.executable, "-m", "jiaoheng.web", "carry_out", str(run.pk), str(run.attempts)]


class Lost(Exception):
    """The run is no longer ours: it was cancelled, or another worker has it."""


def _told(run: Run, progress: float) -> None:
    if not beat(run, progress):
        raise Lost(run.pk)


def _ours(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(pk=run.pk, attempts=run.attempts, status=Run.Status.RUNNING)
