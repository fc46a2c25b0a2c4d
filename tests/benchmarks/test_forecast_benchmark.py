"""The forecast's benchmark reads what it is given and says what it cannot read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2]


def run(panel: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(FOLDER / "benchmarks" / "forecast.py"), str(panel), *more],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONPATH": str(FOLDER / "src"), "PYTHONIOENCODING": "utf-8"},
    )


def long_form(path: Path, grade_names: tuple[str, ...] = ("K", "1", "2")) -> Path:
    lines = ["unit,year,grade,pupils,district"]
    for unit in range(12):
        for year in range(2010, 2019):
            for grade, name in enumerate(grade_names):
                pupils = 40 + unit + (year * 7 + grade * 3 + unit * 5) % 9
                lines.append(f"s{unit},{year},{name},{pupils},d{unit // 4}")
    path.write_text("\n".join([*lines, "s0,2018,TOTAL,999,d0", ""]), encoding="utf-8")
    return path


def test_the_table_and_the_file_have_every_method_level_and_horizon(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = run(long_form(tmp_path / "panel.csv"), "--horizons", "1", "3", "--json", str(out))
    assert done.returncode == 0, done.stderr
    for name in ("naive", "linear", "mean_ratios", "sum_ratios", "average", "jiaoheng", "cohort-flow check"):
        assert name in done.stdout
    assert "'TOTAL': 1" in done.stdout
    told = json.loads(out.read_text(encoding="utf-8"))
    assert {score["level"] for score in told["scores"]} == {"unit", "group", "total"}
    assert {score["horizon"] for score in told["scores"]} == {1, 3}
    assert {"flags", "flags_at_entry", "changes", "unit_years"} <= set(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unit,year,pupils\na,2010,1\n", "no column grade"),
        ("unit,year,grade,pupils\na,2010,K,many\n", "line 2"),
        ("unit,year,grade,pupils\na,twelve,K,5\n", "line 2"),
        ("unit,year,grade,pupils\na,2010,K,-5\n", "not below 0"),
        ("unit,year,grade,pupils\n", "no figures"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    panel = tmp_path / "panel.csv"
    panel.write_text(text, encoding="utf-8")
    done = run(panel)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
