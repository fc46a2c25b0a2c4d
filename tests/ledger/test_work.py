"""Runs and workers as processes of their own: whatever is killed, a run is carried out once, or ends with a reason."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import Workspace, make_database, wait_until

from jiaoheng.ledger import work
from jiaoheng.ledger.actions import SYSTEM, runs
from jiaoheng.ledger.models import Organisation

SETTINGS = "sleepers.settings"
FOUND = """
from jiaoheng.ledger.actions import found
from jiaoheng.ledger.models import Organisation
found(Organisation(kind="county", code="419999", name="工作县教育局"))
"""
ASK = """
INSERT INTO ledger_run (county_id, organisation_id, kind, inputs, snapshot, standard, asked_at, status, progress,
    attempts, result, error) VALUES (1, 1, ?, ?, '', '', '2026-09-01 08:00:00', 'waiting', 0, 0, '{}', '')
"""


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a county in it, to be copied."""
    workspace = Workspace(tmp_path_factory.mktemp("founded") / "home", settings=SETTINGS)
    workspace.do("migrate", "-v0")
    workspace.code(FOUND)
    return workspace.home


BOTH = pytest.mark.parametrize(
    "workspace", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
"""For what the database has a part in."""


@pytest.fixture
def workspace(request: pytest.FixtureRequest, founded: Path, tmp_path: Path) -> Iterator[Workspace]:
    home = tmp_path / "home"
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copytree(founded, home)
        made = Workspace(home, settings=SETTINGS)
    else:
        home.mkdir()
        made = Workspace(home, make_database(request.getfixturevalue("postgres")), settings=SETTINGS)
        made.do("migrate", "-v0")
        made.code(FOUND)
    yield made
    made.stop()


def _ask(workspace: Workspace, kind: str, count: int = 1, **inputs: Any) -> None:
    for _ in range(count):
        workspace.sql(ASK, kind, json.dumps(inputs))


def _log(workspace: Workspace, word: str) -> list[tuple[int, int, int, int]]:
    """Run, attempt, child and worker of every line with this word."""
    path = workspace.home / "log.txt"
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [(int(line[1]), int(line[2]), int(line[3]), int(line[4])) for line in lines if line[0] == word]


def _runs(workspace: Workspace) -> list[tuple[Any, ...]]:
    return workspace.sql("SELECT status, attempts, error FROM ledger_run ORDER BY id")


def _expire(workspace: Workspace) -> None:
    workspace.sql("UPDATE ledger_run SET lease_until = '2001-01-01 00:00:00' WHERE status = 'running'")


def _gone(process: int) -> bool:
    """Whether no such process runs; one that has ended and was not yet fetched by its parent counts as gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _started(workspace: Workspace, number: int = 1) -> list[tuple[int, int, int, int]]:
    return wait_until(lambda: len(found := _log(workspace, "start")) >= number and found, f"{number} started")


@pytest.mark.slow
def test_a_run_is_done_and_its_result_is_kept(workspace: Workspace) -> None:
    _ask(workspace, "sleep", seconds=0.2, tells=True)
    workspace.do("worker", "--once")
    (row,) = workspace.sql("SELECT status, progress, attempts, lease_until, result FROM ledger_run")
    assert row[:4] == ("done", 1.0, 1, None)
    assert "slept" in str(row[4])


@pytest.mark.slow
def test_a_job_that_refuses_is_told_in_both_languages_and_not_tried_again(workspace: Workspace) -> None:
    _ask(workspace, "refuse")
    workspace.do("worker", "--once")
    assert _runs(workspace) == [("failed", 1, "不能这样算。\nIt cannot be computed so.")]


@pytest.mark.slow
def test_a_child_that_dies_is_tried_three_times_and_then_given_up(workspace: Workspace) -> None:
    _ask(workspace, "poison")
    _ask(workspace, "sleep", seconds=0)
    workspace.do("worker", "--once")
    poison, other = _runs(workspace)
    assert poison[:2] == ("failed", 3)
    assert "多次中断" in poison[2]
    assert other[:2] == ("done", 1)
    assert [attempt for run, attempt, *_ in _log(workspace, "start") if run == 1] == [1, 2, 3]


@pytest.mark.django_db
def test_a_run_that_takes_too_long_is_stopped_and_told_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = Organisation.objects.filter(kind="county").first()
    assert bureau is not None
    runs.ask(SYSTEM, bureau, "check", inputs={"submission": 0})
    run = work.claim()
    assert run is not None
    child = subprocess.Popen(["sleep", "600"], stdin=subprocess.PIPE)
    monkeypatch.setattr(work.processes, "start", lambda *words: child)
    monkeypatch.setattr(work, "LONGEST", 0.0)
    work.work(run)
    assert child.returncode
    run.refresh_from_db()
    assert (run.status, run.attempts, run.lease_until) == ("failed", 1, None)
    assert "半小时" in run.why("zh")
    assert work.claim() is None


@BOTH
def test_a_killed_workers_child_dies_with_it_and_another_worker_takes_the_run_up(workspace: Workspace) -> None:
    _ask(workspace, "sleep", seconds=30)
    worker = workspace.start("worker")
    ((run, attempt, child, _),) = _started(workspace)
    assert (run, attempt) == (1, 1)
    worker.kill()
    worker.wait()
    wait_until(lambda: _gone(child), "the child has gone")
    assert _log(workspace, "end") == []
    # While the lease lasts, the run is nobody else's.
    workspace.do("worker", "--once")
    assert _runs(workspace)[0][:2] == ("running", 1)
    _expire(workspace)
    workspace.sql("UPDATE ledger_run SET inputs = ?", '{"seconds": 0}')
    workspace.do("worker", "--once")
    assert _runs(workspace)[0][:2] == ("done", 2)


@pytest.mark.slow
def test_a_killed_child_is_followed_by_the_next_attempt_at_once(workspace: Workspace) -> None:
    _ask(workspace, "sleep", seconds=3)
    workspace.start("worker")
    ((_, _, child, _),) = _started(workspace)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: _runs(workspace)[0][0] == "done", "done")
    assert _runs(workspace)[0][1] == 2


@pytest.mark.slow
def test_a_cancelled_runs_child_is_stopped_and_the_worker_goes_on(workspace: Workspace) -> None:
    _ask(workspace, "sleep", seconds=30)
    workspace.start("worker")
    ((_, _, child, _),) = _started(workspace)
    workspace.sql("UPDATE ledger_run SET status = 'cancelled', lease_until = NULL")
    wait_until(lambda: _gone(child), "the child has gone")
    _ask(workspace, "sleep", seconds=0)
    wait_until(lambda: _runs(workspace)[-1][0] == "done", "the next is done")
    assert _runs(workspace)[0][:2] == ("cancelled", 1)
    assert len(_log(workspace, "end")) == 1


@pytest.mark.slow
def test_a_worker_that_is_asked_to_stop_gives_its_run_back(workspace: Workspace) -> None:
    _ask(workspace, "sleep", seconds=30)
    worker = workspace.start("worker")
    ((_, _, child, _),) = _started(workspace)
    worker.terminate()
    assert worker.wait(60) == 0
    assert _gone(child)
    assert _runs(workspace)[0][:2] == ("waiting", 0)


@BOTH
def test_workers_side_by_side_carry_out_each_run_once(workspace: Workspace) -> None:
    _ask(workspace, "sleep", count=3, seconds=0.1)
    workers = [workspace.start("worker", "--once", stderr=subprocess.PIPE) for _ in range(2)]
    for worker in workers:
        _, said = worker.communicate(timeout=120)
        assert worker.returncode == 0, said
    assert [row[:2] for row in _runs(workspace)] == [("done", 1)] * 3
    started = _log(workspace, "start")
    assert sorted(run for run, *_ in started) == [1, 2, 3]


@BOTH
def test_who_lost_a_run_can_no_longer_write(workspace: Workspace) -> None:
    told = workspace.code(
        "import json\n"
        "from datetime import timedelta\n"
        "from django.utils import timezone\n"
        "from jiaoheng.ledger import work\n"
        "from jiaoheng.ledger.actions import SYSTEM\n"
        "from jiaoheng.ledger.actions.runs import ask\n"
        "from jiaoheng.ledger.guard import writing\n"
        "from jiaoheng.ledger.models import Organisation, Run\n"
        "ask(SYSTEM, Organisation.objects.get(), 'sleep', inputs={'seconds': 0})\n"
        "first = work.claim()\n"
        "nobody = work.claim()\n"
        "with writing():\n"
        "    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))\n"
        "second = work.claim()\n"
        "late = [work.beat(first, 0.5), work.finish(first, 'done', result={'from': 'first'})]\n"
        "won = [work.beat(second), work.finish(second, 'done', result={'from': 'second'})]\n"
        "print(json.dumps([nobody is None, late, won, second.attempts, Run.objects.get().result]))"
    )
    assert told == [True, [False, False], [True, True], 2, {"from": "second"}]


@BOTH
@pytest.mark.slow
def test_a_worker_outlives_a_database_that_does_not_answer(workspace: Workspace) -> None:
    worker = workspace.start("worker")
    wait_until((workspace.home / "worker.alive").exists, "the worker is there")
    workspace.sql("ALTER TABLE ledger_run RENAME TO hidden")
    before = (workspace.home / "worker.alive").stat().st_mtime
    wait_until(lambda: (workspace.home / "worker.alive").stat().st_mtime > before + 2, "it lives on")
    workspace.sql("ALTER TABLE hidden RENAME TO ledger_run")
    _ask(workspace, "sleep", seconds=0)
    wait_until(lambda: _runs(workspace)[0][0] == "done", "done")
    assert worker.poll() is None
