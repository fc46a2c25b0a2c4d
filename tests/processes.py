"""Workspaces of their own for tests that start real servers and workers, and PostgreSQL where it is there."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DEADLINE = 60.0
"""Seconds after which a test gives up waiting: for hanging, not for slowness."""


class Workspace:
    """A home folder, and the ways to look into it and to start processes on it."""

    def __init__(self, home: Path, database: str = "", settings: str = "jiaoheng.web.settings", **more: str) -> None:
        self.home, self.database = home, database
        hidden = ("JIAOHENG_", "DJANGO_", "COV_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.environment |= {
            "JIAOHENG_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}",
            "PYTHONIOENCODING": "utf-8",
        } | more
        if database:
            self.environment["JIAOHENG_DATABASE"] = database
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, module: str = "jiaoheng.web", **how: Any) -> subprocess.Popen[bytes]:
        """Start a command, which is killed at the end of the test."""
        command = [sys.executable, "-m", module, *words]
        process = subprocess.Popen(command, env=self.environment, cwd=self.home.parent, **how)
        self.started.append(process)
        return process

    def do(self, *words: str, module: str = "jiaoheng.web", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Carry out a command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self.environment,
            cwd=self.home.parent,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def code(self, code: str) -> Any:
        """Run a program in the workspace; what it prints, as JSON."""
        told = self.do("shell", "-v0", "-c", code).stdout.strip()
        return json.loads(told.splitlines()[-1]) if told else None

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into the database, or change it past everything; ``?`` stands for a value."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                cursor = connection.execute(query.replace("?", "%s"), values)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.home / "workspace.sqlite3", timeout=30)
        try:
            with connection:
                return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def stop(self) -> None:
        """End what was started."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()


def wait_until(true: Callable[[], Any], what: str, seconds: float = DEADLINE) -> Any:
    """What ``true`` gives as soon as it gives something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"still not: {what}")


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A throw-away PostgreSQL; the URL of its server, without a database's name.

    Raises ``FileNotFoundError`` where there are no programs of PostgreSQL. They refuse to run as root, so that root
    hands the folder to the user ``postgres``.
    """
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *map(Path, os.get_exec_path())]
    programs = next((place for place in folders if (place / "initdb").exists()), None)
    if programs is None:
        raise FileNotFoundError("no initdb in /usr/lib/postgresql or on the path")
    as_user: list[str] = []
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()

    def do(*words: str) -> None:
        done = subprocess.run([*as_user, *words], capture_output=True, encoding="utf-8", cwd=folder, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    do(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    # Its log goes to a file: with our pipe in its hands we would wait for it for ever.
    do(*control, "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        do(*control, "-m", "immediate", "stop")


def make_database(server: str, template: str = "template1") -> str:
    """The URL of a new database of a server."""
    import psycopg

    name = f"jiaoheng_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    return f"{server}/{name}"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server: ``JIAOHENG_TEST_POSTGRES``, or a throw-away one."""
    if given := os.environ.get("JIAOHENG_TEST_POSTGRES"):
        yield given.rstrip("/")
        return
    place = Path("/tmp") / f"jiaoheng-postgres-{secrets.token_hex(4)}"
    try:
        with cluster(place) as server:
            yield server
    except FileNotFoundError as error:
        pytest.skip(f"needs PostgreSQL (Debian: apt install postgresql, or JIAOHENG_TEST_POSTGRES): {error}")
    finally:
        shutil.rmtree(place, ignore_errors=True)
