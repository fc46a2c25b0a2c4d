"""``./run``: when it sets up, with what, and what it says where it cannot."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

RUN = Path(__file__).resolve().parents[1] / "run"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program with its folder elsewhere; no command that it starts is carried out, each is noted in ``done``."""
    module = ModuleType("run")
    module.__file__ = str(tmp_path / "run")
    exec(compile(RUN.read_text(encoding="utf-8"), str(RUN), "exec"), module.__dict__)
    module.done, module.code = [], 0

    def instead(command: list[str], **how: object) -> SimpleNamespace:
        module.done.append(SimpleNamespace(command=command, **how))
        if "venv" in command:
            module.PYTHON.parent.mkdir(parents=True)
            module.PYTHON.touch()
        return SimpleNamespace(returncode=module.code)

    def replaced(program: str, command: list[str], environment: dict[str, str]) -> None:
        assert program == command[0]
        module.done.append(SimpleNamespace(command=command, env=environment, cwd=None))
        sys.exit(module.code)

    monkeypatch.setattr(os, "execve", replaced)
    (tmp_path / "requirements.lock").write_text("duckdb==1", encoding="utf-8")
    monkeypatch.setattr(subprocess, "run", instead)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    return module


def _say(run: ModuleType, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["run", *words])
    try:
        code = run.main()
    except SystemExit as ended:
        # The program that takes the place of this one ends it.
        if not isinstance(ended.code, int):
            raise
        code = ended.code
    assert isinstance(code, int)
    return code


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(RUN.read_text(encoding="utf-8"))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_first_start_installs_the_lock_by_its_hashes_and_the_second_nothing(run: ModuleType) -> None:
    run.setup()
    made, installed = (entry.command for entry in run.done)
    assert made[1:3] == ["-m", "venv"]
    assert "--require-hashes" in installed
    assert str(run.LOCK) in installed
    assert "--no-index" not in installed
    run.done.clear()
    run.setup()
    assert run.done == []


def test_a_changed_lock_is_installed_anew(run: ModuleType) -> None:
    run.setup()
    run.LOCK.write_text("duckdb==2", encoding="utf-8")
    (run.VENV / "left over").touch()
    run.done.clear()
    run.setup()
    assert len(run.done) == 2
    assert not (run.VENV / "left over").exists()


def test_uv_is_used_where_it_is(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    run.setup()
    assert [entry.command[0] for entry in run.done] == ["/bin/uv", "/bin/uv"]
    assert "--require-hashes" in run.done[1].command


@pytest.mark.parametrize("uv", [None, "/bin/uv"])
def test_a_folder_of_wheels_stands_in_for_the_network(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, uv: str | None
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: uv)
    (run.HERE / "wheels").mkdir()
    run.setup()
    installed = run.done[1].command
    assert "--no-index" in installed
    assert installed[installed.index("--find-links") + 1] == str(run.HERE / "wheels")


def test_without_venv_it_says_what_to_install(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        run.setup()
    assert "缺少 venv" in str(ended.value)
    assert f"python3.{sys.version_info.minor}-venv" in str(ended.value)
    assert run.done == []


def test_a_setup_that_fails_is_told_and_tried_again_the_next_time(run: ModuleType) -> None:
    run.code = 1
    with pytest.raises(SystemExit, match="Setting up failed"):
        run.setup()
    run.code = 0
    run.setup()
    assert run.STAMP.exists()


def test_a_verb_goes_to_jiaoheng_where_the_user_stands(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run.setup()
    run.code = 2
    assert _say(run, monkeypatch, "assess", "data", "--all") == 2
    started = run.done[-1]
    assert started.command == [str(run.PYTHON), "-m", "jiaoheng", "assess", "data", "--all"]
    assert started.env["PYTHONPATH"] == str(run.HERE / "src")
    assert started.cwd is None
    _say(run, monkeypatch)
    assert run.done[-1].command[-2:] == ["jiaoheng", "--help"]


def test_the_tests_are_this_folders_from_wherever_they_are_asked_for(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.setup()
    _say(run, monkeypatch, "test", "-q")
    assert run.done[-1].command[1:] == ["-m", "pytest", "-q"]
    assert run.done[-1].cwd == run.HERE


def test_a_bundle_downloads_and_sets_nothing_up(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _say(run, monkeypatch, "bundle") == 0
    (download,) = run.done
    assert "download" in download.command
    assert "--require-hashes" in download.command
    assert not run.VENV.exists()


def test_an_old_python_is_told_what_is_needed(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(SystemExit, match=r"3\.11"):
        _say(run, monkeypatch, "demo")
