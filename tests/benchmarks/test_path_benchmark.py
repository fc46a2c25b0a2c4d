"""The benchmark of the path runs: valid plans, and no bound above a plan that a peer finds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "path.py"), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")


@pytest.mark.slow
def test_small_counties_are_solved_beside_the_peers_and_nothing_is_wrong(tmp_path):
    done = run("--schools", "6", "10", "--unequal", "1.0", "1.6", "--seconds", "5", "--write", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| path-")]
    assert len(rows) == 4
    assert "wrong: 0" in done.stdout
    files = sorted(tmp_path.glob("path-10x1-2stages-1.0-0*.json"))
    assert len(files) == 3

    again = run("--only", "ours", "greedy", "--seconds", "5", "--files", *map(str, files))
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.count("| path-") == 1


@pytest.mark.slow
def test_three_years_are_solved_by_the_peers(tmp_path):
    done = run("--schools", "6", "--years", "3", "--unequal", "1.6", "--only", "scip", "greedy", "--seconds", "5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("| path-") == 1
