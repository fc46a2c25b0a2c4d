"""The verbs of the workspace as a user types them: real processes on home folders of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import ROOT, Workspace, free_port, wait_until

PACKAGE = "jiaoheng"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path / "home", JIAOHENG_LANG="zh")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    """The demo, made but not served, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    made = Workspace(folder / "none", JIAOHENG_LANG="zh")
    return made, made.do("demo", "--no-serve", "--folder", "demo-data", module=PACKAGE).stdout


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def _serve(workspace: Workspace, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    command = ("serve", "--home", str(workspace.home), "--port", str(port), *words)
    server = workspace.start(*command, module=PACKAGE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: server.poll() is not None or _get(port, "/health/")[0] == 200, "the server answers")
    assert server.poll() is None, server.communicate()
    return server, port


def test_plain_verbs_do_not_wait_for_django() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    code = "import sys, jiaoheng.cli; sys.exit('django' in sys.modules or 'waitress' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.slow
def test_the_demo_ends_with_the_verdict_the_log_ins_and_what_to_type_next(demo: tuple[Workspace, str]) -> None:
    _, told = demo
    assert "虚构" in told
    assert "望岚县目前未达到" in told
    assert "jiaoheng explain demo-data" in told
    for shown in ("wanglan-2025", "jijiao", "纪娇", "股室人员", "基础教育股", "clerk2", "青石镇中心小学"):
        assert shown in told


@pytest.mark.slow
def test_the_demos_worker_has_assessed_every_year(demo: tuple[Workspace, str]) -> None:
    home = Workspace(demo[0].home.parent / "demo-data" / "workspace")
    years = home.sql("SELECT year FROM ledger_assessed WHERE standard = 'cn-2017'")
    assert len(years) > 3
    runs = home.sql("SELECT kind, status FROM ledger_run")
    assert {"assess", "read_document", "assess_plan"} <= {kind for kind, _ in runs}
    assert {status for _, status in runs} == {"done"}


@pytest.mark.slow
def test_the_demo_is_used_again_as_it_was_left_and_made_anew_on_demand(demo: tuple[Workspace, str]) -> None:
    made, _ = demo
    home = Workspace(made.home.parent / "demo-data" / "workspace")
    secret = (home.home / "secret").read_bytes()
    again = made.do("demo", "--no-serve", "--folder", "demo-data", module=PACKAGE).stdout
    assert "沿用" in again
    assert "望岚县目前未达到" in again
    assert (home.home / "secret").read_bytes() == secret
    made.do("demo", "--no-serve", "--fresh", "--folder", "demo-data", module=PACKAGE)
    assert (home.home / "secret").read_bytes() != secret


def test_the_demo_touches_no_folder_that_is_not_its_own(workspace: Workspace, tmp_path: Path) -> None:
    theirs = tmp_path / "data" / "workspace"
    theirs.mkdir(parents=True)
    (theirs / "workspace.sqlite3").write_bytes(b"a county's work")
    done = workspace.do(
        "demo", "--no-serve", "--fresh", "--folder", str(tmp_path / "data"), module=PACKAGE, check=False
    )
    assert done.returncode == 2
    assert "不是演示数据" in done.stderr
    assert [path.name for path in theirs.iterdir()] == ["workspace.sqlite3"]


@pytest.mark.slow
def test_the_demo_is_not_served_in_earnest_nor_to_other_machines(demo: tuple[Workspace, str]) -> None:
    made, _ = demo
    home = made.home.parent / "demo-data" / "workspace"
    done = made.do("serve", "--home", str(home), module=PACKAGE, check=False)
    assert (done.returncode, "密码是公开的" in done.stderr) == (2, True)
    open_to_all = Workspace(home, JIAOHENG_DEMO="1")
    done = open_to_all.do("serve", "--host", "0.0.0.0", check=False)
    assert "只能在本机打开" in done.stderr
    off = Workspace(made.home, JIAOHENG_DEMO="0", JIAOHENG_LANG="zh")
    done = off.do("demo", "--folder", "demo-data", "--port", str(free_port()), module=PACKAGE, check=False)
    assert (done.returncode, "演示" in done.stderr) == (2, True)


def test_serve_makes_a_private_home_and_says_what_is_missing(workspace: Workspace) -> None:
    server, port = _serve(workspace, "--no-worker")
    assert json.loads(_get(port, "/health/")[1]) == {"ok": True, "database": True, "worker": None}
    # Pages name their style by its digest, and it is there, compressed.
    page = _get(port, "/log-in/")[1].decode()
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert style.count(".") == 2
    request = urllib.request.Request(f"http://127.0.0.1:{port}{style}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
    second = workspace.do("serve", "--home", str(workspace.home), module=PACKAGE, check=False)
    assert second.returncode == 2
    assert f"http://127.0.0.1:{port}/" in second.stderr
    server.send_signal(signal.SIGINT)
    told, errors = server.communicate(timeout=60)
    assert server.returncode == 0, errors
    assert "county create" in told.decode()
    assert "已停止" in told.decode()
    if os.name != "nt":
        private = [workspace.home, *(path for path in workspace.home.rglob("*") if "static" not in path.parts)]
        assert {oct(path.stat().st_mode & 0o077) for path in private} == {"0o0"}
    log = (workspace.home / "log" / "workspace.log").read_text()
    assert "GET /log-in/ 200" in log
    assert "127.0.0.1 " not in log


@pytest.mark.slow
def test_the_server_finishes_what_it_began_and_takes_its_worker_along(workspace: Workspace) -> None:
    server, port = _serve(workspace)
    wait_until((workspace.home / "worker.alive").exists, "the worker is there")
    worker = _children(server.pid)
    assert len(worker) == 1
    # A worker that dies is started again.
    os.kill(worker[0], signal.SIGKILL)
    wait_until(lambda: (now := _children(server.pid)) and now != worker, "another worker")
    answers: list[int] = []
    asking = [threading.Thread(target=lambda: answers.append(_get(port, "/log-in/")[0])) for _ in range(20)]
    for one in asking:
        one.start()
    time.sleep(0.1)
    last = _children(server.pid)
    server.terminate()
    for one in asking:
        one.join()
    assert server.wait(60) == 0
    # Who came too late found the door shut; nobody was let in and then dropped, which would be an error of its own.
    assert set(answers) <= {200, 0}
    assert 200 in answers
    assert all(not Path(f"/proc/{process}").exists() for process in last)


@pytest.mark.slow
def test_a_killed_server_takes_its_worker_along_and_another_can_start(workspace: Workspace) -> None:
    server, _ = _serve(workspace)
    wait_until(lambda: _children(server.pid), "the worker is there")
    workers = _children(server.pid)
    server.kill()
    server.wait()
    wait_until(lambda: all(not Path(f"/proc/{process}").exists() for process in workers), "the worker is gone")
    again, _ = _serve(workspace, "--no-worker")
    again.terminate()
    assert again.wait(60) == 0


@pytest.mark.slow
def test_a_county_is_founded_verified_backed_up_and_restored(workspace: Workspace, tmp_path: Path) -> None:
    def say(*words: str, code: int = 0) -> str:
        done = workspace.do(*words, module=PACKAGE, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    home = ("--home", str(workspace.home))
    assert "初始密码" in say("county", "create", "410728", "甲县", "--administrator", "guan", *home)
    assert "已经建立" in say("county", "create", "410728", "甲县", "--administrator", "guan", *home, code=2)
    told = say("audit", "verify", *home)
    head = told.strip()[-64:]
    assert re.fullmatch("[0-9a-f]{64}", head)
    assert head in say("backup", str(tmp_path / "kept.zip"), *home)
    assert "校验值全部相符" in say("restore", str(tmp_path / "kept.zip"), "--home", str(tmp_path / "new"))
    assert head in say("audit", "verify", "--head", head, "--home", str(tmp_path / "new"))
    assert "不是空文件夹" in say("restore", str(tmp_path / "kept.zip"), *home, code=2)


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_told_in_a_sentence(workspace: Workspace) -> None:
    workspace.environment["JIAOHENG_DATABASE"] = "postgresql://nobody@127.0.0.1:1/nothing"
    done = workspace.do("serve", module=PACKAGE, check=False)
    assert done.returncode == 2
    assert "数据库没有应答" in done.stderr
    assert "Traceback" not in done.stderr


def _children(process: int) -> list[int]:
    """The living children of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if int(parent) == process and state != "Z":
            found.append(int(path.parent.name))
    return found
