"""School clerks at once against the real server: each reads the overview, saves a cell of a return, hands a task in.

    python benchmarks/load.py                                      200 clerks, 60 seconds, SQLite and PostgreSQL
    python benchmarks/load.py --people 20 --seconds 5 --database sqlite

Server, worker and clerks share this machine's cores. Clerks do not pause: the next request follows the answer at once,
so that the times are those of a server that is never idle, several times what people see who read a page before they
go on; ``--pause`` seconds between requests say what those see. In the same run, by the same clerks, a Django view that
does nothing (log-in, session and all) is asked for: the ratio to it is what our pages cost.
An answer other than 200 or 302, or none within two minutes, is an error; one error ends the script with 1.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browser import Answer, Browser, Unreachable  # noqa: E402
from processes import Workspace, cluster, free_port, make_database, wait_until  # noqa: E402

PASSWORD = "wanglan-2025"
KINDS = {"overview": "read the overview", "save": "save a cell", "submit": "hand a task in", "nothing": "do nothing"}


class Clerk(threading.Thread):
    """One clerk in a browser: ``times`` are seconds by kind, ``errors`` what went wrong."""

    def __init__(self, port: int, about: list[Any]) -> None:
        super().__init__(daemon=True)
        self.username, self.submission, self.file, self.tasks = about
        self.browser = Browser(port, timeout=120)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.row, self.sheet, self.column = 1, "", ""

    def measure(self, kind: str, ask: Callable[[], Answer], status: int) -> None:
        began = time.perf_counter()
        try:
            answer = ask()
            if answer.status != status or "log-in" in answer.location:
                told = re.sub(r"<[^>]*>|\s+", " ", answer.text.partition("<main")[2])
                self.errors.append(f"{kind}: {answer.status} {answer.location} {told[:300]}")
        except Unreachable as error:
            self.errors.append(f"{kind}: {error} {error.__cause__}")
        self.times[kind].append(time.perf_counter() - began)

    def log_in(self) -> None:
        try:
            self.browser.log_in(self.username, PASSWORD)
        except (Unreachable, AssertionError) as error:
            self.errors.append(f"log-in: {str(error)[:300]}")

    def look(self) -> None:
        """Open the return: the page names the cells that can be set right."""
        page = self.browser.get(f"/data/{self.submission}/?sheet=0").text
        names = re.findall(r'name="cell:([^"]*)"', page)
        if names:
            _, self.sheet, _, self.column, *_ = json.loads(html.unescape(names[0]))
        else:
            self.errors.append(f"no cell to set right: {page[:300]}")

    def work(self) -> None:
        """One round: a page, a cell that was not set before, and a task while there are any."""
        self.measure("overview", lambda: self.browser.get("/"), 200)
        self.row += 1
        cell = json.dumps([self.file, self.sheet, self.row, self.column, 0, ""])
        sent = {f"cell:{cell}": "70"}
        self.measure("save", lambda: self.browser.post(f"/data/{self.submission}/mend/", sent), 302)
        if self.tasks:
            task = self.tasks.pop()
            self.measure("submit", lambda: self.browser.post(f"/tasks/{task}/move/submit/"), 302)

    def idle(self) -> None:
        self.measure("nothing", lambda: self.browser.get("/nothing/"), 200)


def together(clerks: list[Clerk], deed: Callable[[Clerk], None], seconds: float, pause: float) -> float:
    """All clerks at once, once and then again until the time is over; the seconds that it took to the last answer."""
    began = time.perf_counter()

    def go_on(clerk: Clerk, place: int) -> None:
        # With pauses, people do not press their buttons at the same instant.
        time.sleep(pause * place / len(clerks))
        deed(clerk)
        while time.perf_counter() - began < seconds:
            time.sleep(pause)
            deed(clerk)

    threads = [threading.Thread(target=go_on, args=(clerk, place)) for place, clerk in enumerate(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def run(database: str, chosen: argparse.Namespace, folder: Path, held: ExitStack) -> int:
    """One database: everything from an empty folder to the printed lines; the number of errors."""
    url = make_database(held.enter_context(cluster(folder / "postgres"))) if database == "postgresql" else ""
    workspace = Workspace(folder / database, url, settings="load_settings")
    workspace.environment["PYTHONPATH"] += f"{os.pathsep}{HERE}"
    held.callback(workspace.stop)
    workspace.do("migrate", "-v0")
    # As many tasks as a clerk can hand in without waiting for anything.
    tasks = max(4, int(chosen.seconds * 60 / chosen.people) + 4)
    about = workspace.code(f"import load_prepare; load_prepare.main({chosen.people}, {tasks})")
    port = free_port()
    words = ["--no-worker"] if chosen.no_worker else []
    workspace.start("serve", "--port", str(port), "--threads", str(chosen.threads), *words)
    wait_until(lambda: _answers(port), "the server answers")
    clerks = [Clerk(port, one) for one in about]
    began = time.perf_counter()
    together(clerks, Clerk.log_in, 0, 0)
    logged_in = time.perf_counter() - began
    together(clerks, Clerk.look, 0, 0)
    rates = {"nothing": together(clerks, Clerk.idle, chosen.seconds / 4, chosen.pause)}
    spent = together(clerks, Clerk.work, chosen.seconds, chosen.pause)
    rates |= dict.fromkeys(("overview", "save", "submit"), spent)
    errors = [error for clerk in clerks for error in clerk.errors]
    print(f"\n{database}: {len(clerks)} clerks logged in within {logged_in:.1f} s; errors: {len(errors)}")
    _report(clerks, rates)
    for error in errors[:5]:
        print(f"  {error}")
    proof = workspace.do("audit_verify", check=False)
    print(f"  chain of events: {proof.stdout.strip().splitlines()[1]}", flush=True)
    return len(errors) + proof.returncode


def _report(clerks: list[Clerk], spent: dict[str, float]) -> None:
    base = statistics.median(taken for clerk in clerks for taken in clerk.times["nothing"])
    print("| request | answers | a second | p50, ms | p95, ms | p50 × nothing |")
    print("|---|---|---|---|---|---|")
    for kind, label in KINDS.items():
        times = sorted(taken for clerk in clerks for taken in clerk.times[kind])
        if times:
            p50, p95 = (times[int(part * (len(times) - 1))] for part in (0.5, 0.95))
            rate = len(times) / spent[kind]
            print(f"| {label} | {len(times)} | {rate:.1f} | {1000 * p50:.0f} | {1000 * p95:.0f} | {p50 / base:.1f} |")


def _answers(port: int) -> bool:
    browser = Browser(port)
    try:
        return browser.get("/health/").status == 200
    except Unreachable:
        return False
    finally:
        browser.close()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=200)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--pause", type=float, default=0)
    arguments.add_argument("--threads", type=int, default=8)
    arguments.add_argument("--no-worker", action="store_true", help="leave out the worker that checks what was saved")
    arguments.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = arguments.parse_args()
    print(f"{date.today()} · Python {platform.python_version()} · {os.cpu_count()} cores · ", end="")
    print(" · ".join(f"{name} {version(name)}" for name in ("django", "waitress")), flush=True)
    failed = 0
    for database in ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,):
        # Below /tmp itself, where the user postgres may go too.
        with tempfile.TemporaryDirectory(prefix="jiaoheng-load-") as folder, ExitStack() as held:
            Path(folder).chmod(0o755)
            failed += run(database, chosen, Path(folder), held)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
