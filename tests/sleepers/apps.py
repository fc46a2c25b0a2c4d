from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings


class SleepersConfig(AppConfig):
    name = "sleepers"

    def ready(self) -> None:
        from jiaoheng.ledger.jobs.registry import JobError, Progress, job
        from jiaoheng.ledger.models import Run

        def log(run: Run, word: str) -> None:
            """A line in the home folder: one write, so that lines of several processes do not mix."""
            handle = os.open(Path(settings.JIAOHENG_HOME) / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, f"{word} {run.pk} {run.attempts} {os.getpid()} {os.getppid()}\n".encode())
            os.close(handle)

        @job("sleep", "sleep")
        def sleep(run: Run, progress: Progress) -> dict[str, Any]:
            log(run, "start")
            for step in range(int(run.inputs["seconds"] * 10)):
                time.sleep(0.1)
                if run.inputs.get("tells"):
                    progress(step / (run.inputs["seconds"] * 10))
            log(run, "end")
            return {"slept": run.inputs["seconds"]}

        @job("poison", "poison")
        def poison(run: Run, progress: Progress) -> dict[str, Any]:
            log(run, "start")
            os.kill(os.getpid(), signal.SIGKILL)
            return {}

        @job("refuse", "refuse")
        def refuse(run: Run, progress: Progress) -> dict[str, Any]:
            log(run, "start")
            raise JobError("不能这样算。", "It cannot be computed so.")
