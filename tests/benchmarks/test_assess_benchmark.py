"""The benchmark runs, and the three ways of assessing agree."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_three_ways_of_assessing_a_small_nation_agree():
    command = [sys.executable, ROOT / "benchmarks" / "assess.py", "--counties", "12", "--schools", "700"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [*command, "--analyst-counties", "3", "--seed", "7"], env=environment, capture_output=True, check=False
    )
    out = done.stdout.decode()
    assert done.returncode == 0, out + done.stderr.decode()
    assert out.count(" agrees on ") == 2
    assert "DIFFERS" not in out
