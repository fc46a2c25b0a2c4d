"""Server and worker are killed at random points while people work: nothing is half-done, nothing answered is lost.

``JIAOHENG_TEST_FAULTS`` is how often, by default 50 times. What was done at which point follows from a seed, as far as
the machine's speed lets it.
"""

from __future__ import annotations

import html
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Answer, Browser, File, Unreachable
from processes import Workspace, free_port, wait_until

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("JIAOHENG_TEST_FAULTS", "50"))
PASSWORD = "een-lang-wachtwoord-2026"
FOUND = f"""
import jiaoheng.ledger.actions
from six_county import actor, found_six
from jiaoheng.ledger.actions.people import change_password
from jiaoheng.ledger.cast import person
found_six()
for name in ("six_officer", "six_clerk"):
    change_password(actor(name), person(name), password={PASSWORD!r})
"""
CHECKER = """
import json, sys
from pathlib import Path
from typing import Any
from django.conf import settings
from jiaoheng.ledger import store
from jiaoheng.ledger.backup import shortcomings
from jiaoheng.ledger.models import Evidence, Submission, Task

def wrong():
    for one in shortcomings():
        yield f"{one.kind}: {one.what}"
    for one in Submission.objects.all():
        if one.state not in Submission.State.values or (one.snapshot is not None) != (one.state == "accepted"):
            yield f"submission {one.pk} is {one.state} and its snapshot {one.snapshot}"
        if not one.files.exists():
            yield f"submission {one.pk} was made without its file"
        if one.result and not any(one.result in path.name for path in store.submission(one.token).rglob("*")):
            yield f"submission {one.pk} names the check {one.result}, which is not there"
    for one in Task.objects.all():
        done = one.state in ("submitted", "closed")
        if one.state not in Task.State.values or done != bool(one.submitted_by_id):
            yield f"task {one.pk} is {one.state} by {one.submitted_by_id}"
        if (one.state == "closed") != bool(one.closed_by_id) or (one.state == "closed") != bool(one.proof):
            yield f"task {one.pk} is {one.state}, closed by {one.closed_by_id}, proof {one.proof}"
    rows = {one.token for one in Evidence.objects.all()}
    files = {path.name for path in (store.home() / "evidence").rglob("*") if path.is_file()}
    if rows - files:
        yield f"evidence without its file: {rows - files}"

print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(list(wrong())), flush=True)
"""


class People(threading.Thread):
    """An officer and a clerk who bring statistics in and see tasks through, again and again, whatever happens.

    ``acknowledged`` is what the server said was done: (kind, number) and the state it said.
    """

    def __init__(self, workspace: Workspace, port: int) -> None:
        super().__init__(daemon=True)
        self.workspace, self.port = workspace, port
        self.ready, self.stopping = threading.Event(), threading.Event()
        self.answered = 0
        self.browsers: list[Browser] = []
        self.acknowledged: dict[tuple[str, int], str] = {}
        self.lost, self.done = Counter[str](), Counter[str]()
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Work until told to stop; the deed under way is seen through."""
        try:
            self.officer, self.clerk = self._logged_in("six_officer"), self._logged_in("six_clerk")
            self.ready.set()
            number = 0
            while not self.stopping.is_set():
                number += 1
                (self._bring, self._see_through)[number % 2](number)
        except BaseException as failure:  # noqa: BLE001 - told by the test in its own thread
            self.failure = failure
        finally:
            for browser in self.browsers:
                browser.close()

    def _logged_in(self, name: str) -> Browser:
        browser = Browser(self.port)
        self.browsers.append(browser)
        while True:
            try:
                browser.log_in(name, PASSWORD)
                return browser
            except Unreachable:
                time.sleep(0.1)

    def _bring(self, number: int) -> None:
        """A table with a bad cell: uploaded, checked, mended, checked again, accepted."""
        title, bureau = f"报送{number}", self._one("SELECT id FROM ledger_organisation WHERE kind = 'county'")
        rows = ("学校标识码,学年,年级,班数,在校生数", f"A,2025,1,2,{60 + number}", "A,2025,2,两个,70", "")
        file = File("upload", "在校生.csv", "\n".join(rows).encode())
        asked = {"organisation": bureau, "title": title, "mode": "merge"}
        key = self._until(
            lambda: self._one("SELECT id FROM ledger_submission WHERE title = ?", title),
            lambda: self.officer.post("/data/new/", asked, [file]),
            "upload",
        )
        self.acknowledged["submission", key] = "draft"
        self._wait_for_check(key)
        self._until(lambda: self._mended(key), lambda: self._mend(key), "mend")
        self.acknowledged["mended", key] = "1"
        self._wait_for_check(key)

        def accept() -> Answer:
            result = self._one("SELECT result FROM ledger_submission WHERE id = ?", key)
            return self.officer.post(f"/data/{key}/accept/", {"result": result})

        self._until(lambda: self._state("submission", key) == "accepted", accept, "accept")
        self.acknowledged["submission", key] = "accepted"

    def _see_through(self, number: int) -> None:
        """A task: made, shown done by a file, handed in, closed."""
        title = f"事项{number}"
        units = {
            "lead": self._one("SELECT id FROM ledger_organisation WHERE name = '甲小学'"),
            "verifier": self._one("SELECT id FROM ledger_organisation WHERE kind = 'county'"),
        }
        asked = {"title": title, "due": "2099-12-31", **units}
        key = self._until(
            lambda: self._one("SELECT id FROM ledger_task WHERE title = ?", title),
            lambda: self.officer.post("/tasks/new/", asked),
            "task",
        )
        self.acknowledged["task", key] = "open"
        file = File("evidence", "proof.pdf", b"%PDF-1.4\n" + os.urandom(20_000) + b"\n%%EOF\n")
        self._until(
            lambda: self._one("SELECT id FROM ledger_evidence WHERE task_id = ?", key),
            lambda: self.clerk.post(f"/tasks/{key}/attach/", {}, [file]),
            "evidence",
        )
        self.acknowledged["evidence", key] = "1"
        for name, browser, state in (("submit", self.clerk, "submitted"), ("close", self.officer, "closed")):
            self._until(
                lambda state=state: self._state("task", key) == state,  # type: ignore[misc]
                lambda name=name, browser=browser: browser.post(f"/tasks/{key}/move/{name}/"),  # type: ignore[misc]
                name,
            )
            self.acknowledged["task", key] = state

    def _until(self, done: Callable[[], Any], deed: Callable[[], Answer], name: str) -> Any:
        """Do it until it is done; what was said to be done must be, what was not answered is looked up first."""
        for _ in range(400):
            if found := done():
                self.done[name] += 1
                return found
            try:
                answer = deed()
            except Unreachable:
                self.lost[name] += 1
                time.sleep(0.1)
                continue
            self.answered += 1
            assert answer.status in (200, 302, 409), f"{name}: {answer.status} {answer.text[:3000]}"
            if answer.status == 302:
                assert "log-in" not in answer.location, f"{name}: the log-in was lost"
                found = done()
                assert found, f"{name}: it was said to be done, and is not"
                self.done[name] += 1
                return found
            time.sleep(0.2)
        raise AssertionError(f"{name} never succeeded: {answer.text[:3000]}")

    def _wait_for_check(self, key: int) -> None:
        query = "SELECT id FROM ledger_submission WHERE id = ? AND checked = revision AND result != ''"
        for _ in range(1200):
            if self._one(query, key):
                return
            time.sleep(0.1)
        runs = self.workspace.sql("SELECT kind, status, attempts, error, lease_until FROM ledger_run ORDER BY id")
        raise AssertionError(f"the check of {key} never ended: {runs[-5:]}")

    def _mended(self, key: int) -> int:
        query = "SELECT COUNT(*) FROM ledger_mended m JOIN ledger_sourcefile f ON f.id = m.file_id"
        count: int = self._one(f"{query} WHERE f.submission_id = ?", key)
        return count

    def _mend(self, key: int) -> Answer:
        page = self.officer.get(f"/data/{key}/?sheet=0").text
        found = re.findall(r'<input id="cell-[^"]*" name="([^"]*)" value="([^"]*)"', page)
        cells = {html.unescape(name): html.unescape(value) for name, value in found}
        assert "两个" in cells.values(), page[:3000]
        return self.officer.post(
            f"/data/{key}/mend/", {name: "2" if value == "两个" else value for name, value in cells.items()}
        )

    def _state(self, table: str, key: int) -> str:
        state: str = self._one(f"SELECT state FROM ledger_{table} WHERE id = ?", key)
        return state

    def _one(self, query: str, *values: object) -> int:
        rows = self.workspace.sql(query, *values)
        return rows[0][0] if rows else 0


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path / "home")
    made.do("migrate", "-v0")
    made.code(FOUND)
    yield made
    made.stop()


def test_whatever_is_killed_nothing_is_half_done_and_nothing_answered_is_lost(workspace: Workspace) -> None:
    drawn, port, kills = random.Random(3), free_port(), Counter[str]()
    checker = workspace.start(
        "shell", "-v0", "-c", CHECKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert checker.stdin is not None
    assert checker.stdout is not None
    assert checker.stdout.readline() == b"ready\n", checker.communicate()[1]
    people = People(workspace, port)
    server = _served(workspace, port)
    people.start()
    wait_until(lambda: people.ready.is_set() or people.failure, "both have logged in")
    while sum(kills.values()) < KILLS:
        _let_go_on(people, drawn)
        assert people.failure is None, people.failure
        below = [process for parent in _children(server.pid) for process in (parent, *_children(parent))]
        victim = drawn.choice(("server", "server", "worker", "child"))
        if victim == "server" or not below:
            server.kill()
            server.wait()
            kills["server"] += 1
            for process in below:
                wait_until(lambda process=process: not Path(f"/proc/{process}").exists(), "what it started is gone")
            assert _checked(checker) == []
            _must_be_there(workspace, dict(people.acknowledged))
            server = _served(workspace, port)
        else:
            place = -1 if victim == "child" else 0
            _kill(below[place])
            kills[victim] += 1
            # A run whose worker died waits for its lease, half a minute; here it need not.
            workspace.sql("UPDATE ledger_run SET lease_until = '2001-01-01 00:00:00' WHERE status = 'running'")
    people.stopping.set()
    people.join(300)
    assert people.failure is None, people.failure
    assert not people.is_alive(), "the deed under way never ended"
    server.terminate()
    assert server.wait(90) == 0
    assert _checked(checker) == []
    checker.stdin.close()
    _must_be_there(workspace, people.acknowledged)
    print(f"killed: {dict(kills)}; done: {dict(people.done)}; not answered and tried again: {dict(people.lost)}")
    assert min(people.done[name] for name in ("upload", "mend", "accept", "evidence", "close")) > KILLS // 25


def _checked(checker: subprocess.Popen[bytes]) -> list[str]:
    """What the process that looks at the workspace finds wrong in it now."""
    assert checker.stdin is not None
    assert checker.stdout is not None
    checker.stdin.write(b"\n")
    checker.stdin.flush()
    said = checker.stdout.readline()
    assert said, checker.communicate()[1].decode()
    found: list[str] = json.loads(said)
    return found


def _let_go_on(people: People, drawn: random.Random) -> None:
    """For a moment, or until some more requests were answered: so that work goes on on a slow machine too."""
    if drawn.random() < 0.4:
        time.sleep(drawn.uniform(0.05, 3))
        return
    wanted, until = people.answered + drawn.randint(1, 4), time.monotonic() + 30
    while people.answered < wanted and time.monotonic() < until and people.failure is None:
        time.sleep(0.01)
    time.sleep(drawn.uniform(0, 0.3))


def _served(workspace: Workspace, port: int) -> subprocess.Popen[bytes]:
    # A lease of the killed worker would hold up its run for half a minute.
    workspace.sql("UPDATE ledger_run SET lease_until = '2001-01-01 00:00:00' WHERE status = 'running'")
    server = workspace.start("serve", "--port", str(port), stdout=subprocess.DEVNULL, stderr=sys.stderr)

    def answers() -> bool:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        browser = Browser(port)
        try:
            return browser.get("/health/").status == 200
        except Unreachable:
            return False
        finally:
            browser.close()

    wait_until(answers, "the server answers")
    return server


def _must_be_there(workspace: Workspace, acknowledged: dict[tuple[str, int], str]) -> None:
    """What the server said was done is in the database, in that state or a later one."""
    order = {"draft": 0, "accepted": 1, "open": 0, "submitted": 1, "closed": 2}
    for (kind, key), state in acknowledged.items():
        if kind in ("submission", "task"):
            rows = workspace.sql(f"SELECT state FROM ledger_{kind} WHERE id = ?", key)
            assert rows, f"{kind} {key} is lost"
            assert order[rows[0][0]] >= order[state], f"{kind} {key} was {state} and is {rows[0][0]}"
        elif kind == "evidence":
            assert workspace.sql("SELECT id FROM ledger_evidence WHERE task_id = ?", key), f"evidence of {key} is lost"
        else:
            query = "SELECT m.id FROM ledger_mended m JOIN ledger_sourcefile f ON f.id = m.file_id"
            assert workspace.sql(f"{query} WHERE f.submission_id = ?", key), f"what was mended in {key} is lost"


def _children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if int(parent) == process and state != "Z":
            found.append(int(path.parent.name))
    return found


def _kill(process: int) -> None:
    try:
        os.kill(process, 9)
    except ProcessLookupError:
        return
