"""Serving the workspace: one server a home folder, requests finished before it stops, a worker kept alive."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

from jiaoheng.ledger import log, processes

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

CONNECTIONS = 1000
"""Browsers keep connections open; at waitress's own limit of 100 further people would wait for nothing."""
LARGEST_REQUEST = 200 * 2**20
"""Bytes that are read at all; what a page takes is limited there."""
PATIENCE = 30.0
"""Seconds that requests under way may take when the server is asked to stop."""
_LOG = logging.getLogger(__name__)
_ACCESS = logging.getLogger(log.ACCESS)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Served(Exception):
    """Another process serves this home folder: ``address``, ``process``."""

    def __init__(self, address: str, process: int) -> None:
        super().__init__(address, process)
        self.address, self.process = address, process


@contextmanager
def only_server(home: Path, address: str) -> Iterator[None]:
    """Be the only server of a home folder until the end, even the end by ``kill -9``; raises ``Served``."""
    told = home / "serving.json"
    with (home / "serving.lock").open("ab") as file:
        try:
            _lock(file)
        except OSError:
            other = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
            raise Served(other.get("address", "?"), other.get("process", 0)) from None
        told.write_text(json.dumps({"address": address, "process": os.getpid()}), encoding="utf-8")
        try:
            yield
        finally:
            told.unlink(missing_ok=True)


class Worker(threading.Thread):
    """Keeps a worker running: one that ends is started again, after a pause that grows while it ends at once."""

    SHORT = 60.0

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Start it, again and again, until told to stop."""
        pause = 1.0
        while not self._stopping.is_set():
            began, child = time.monotonic(), processes.start("worker")
            while child.poll() is None and not self._stopping.wait(0.2):
                pass
            if self._stopping.is_set():
                processes.end(child)
                return
            pause = 1.0 if time.monotonic() - began > self.SHORT else min(2 * pause, self.SHORT)
            _LOG.warning("the worker ended (code %s) and is started again", child.returncode)
            self._stopping.wait(pause)

    def stop(self) -> None:
        """Ask the worker to stop, and wait until it has: a run under way waits for the next one."""
        self._stopping.set()
        self.join()


def listen(application: Application, host: str, port: int, threads: int) -> Server:
    """A server that accepts connections; raises ``OSError`` where the address is taken."""
    behind = {}
    if settings.HTTPS:
        # TLS ends at a reverse proxy on this machine, which says so; nobody else is believed.
        behind = {
            "trusted_proxy": os.environ.get("JIAOHENG_PROXY", "127.0.0.1"),
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    sockets: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    create_server(
        _told(application),
        map=sockets,
        _dispatcher=dispatcher,
        listen=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        connection_limit=CONNECTIONS,
        max_request_body_size=LARGEST_REQUEST,
        channel_timeout=60,
        ident=None,
        clear_untrusted_proxy_headers=True,
        **behind,
    )
    dispatcher.set_thread_count(threads)
    return Server(sockets, dispatcher)


class Server:
    """Waitress, stopped with care: it stops listening, finishes what it has begun, and only then ends."""

    def __init__(self, sockets: dict[int, Any], dispatcher: ThreadedTaskDispatcher) -> None:
        self._sockets, self._dispatcher = sockets, dispatcher

    def run(self, stopping: threading.Event) -> None:
        """Answer until told to stop."""
        while not stopping.is_set():
            self._turn(0.5)
        for listener in [one for one in self._sockets.values() if getattr(one, "accepting", False)]:
            listener.del_channel(self._sockets)
            listener.socket.close()
        until = time.monotonic() + PATIENCE
        while self._is_busy() and time.monotonic() < until:
            self._turn(0.05)
        self._dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._sockets)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)

    def _is_busy(self) -> bool:
        channels = [one for one in self._sockets.values() if isinstance(one, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _told(application: Application) -> Application:
    """The application with a line in the log for each request: what was asked for, but not by whom or with what."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()

        def started(status: str, *rest: Any) -> Any:
            asked = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), status[:3])
            _ACCESS.info("%s %s %s %d ms", *asked, 1000 * (time.perf_counter() - began))
            return start_response(status, *rest)

        return application(environ, started)

    return answer


def _lock(file: BinaryIO) -> None:
    """Lock a file until it is closed; raises ``OSError`` where somebody else has it."""
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
