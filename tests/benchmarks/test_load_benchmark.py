"""The benchmark of load runs, and nobody gets an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_few_clerks_are_served_without_an_error():
    command = [sys.executable, ROOT / "benchmarks" / "load.py", "--people", "4", "--seconds", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([*command, "--database", "sqlite"], env=environment, capture_output=True, check=False)
    out = done.stdout.decode()
    assert done.returncode == 0, out + done.stderr.decode()
    assert "errors: 0" in out
    for kind in ("read the overview", "save a cell", "hand a task in", "do nothing"):
        assert f"| {kind} |" in out
