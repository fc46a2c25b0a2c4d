"""Child processes that cannot outlive the one that started them, however that one ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

GRACE = 10.0
"""Seconds that a child has to end by itself."""


def start(*words: str) -> subprocess.Popen[bytes]:
    """Start a command of Django's as a child that is tied to this process; the command must call ``tie``.

    The child holds the reading end of a pipe that nobody writes to: when this process is gone, even by ``kill -9``,
    the system closes the other end. It is no member of our group, so that Ctrl-C reaches us alone and we end it.
    """
    command = [sys.executable, "-m", "jiaoheng.web", *words, "--tied"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def tie() -> None:
    """End this process at once when the one that started it is gone."""
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def end(process: subprocess.Popen[bytes], grace: float = GRACE) -> None:
    """Ask a child to end, and kill it where it does not; nothing of it runs when this returns."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _watch() -> None:
    # Not through sys.stdin, whose lock would be held while the interpreter shuts down.
    while os.read(0, 1):
        pass
    os._exit(1)
