"""Plan documents are scored as their guide says, and the benchmark runs with and without the shared documents."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANS = ROOT / "tests" / "documents" / "plans"


@pytest.fixture(scope="module")
def scoring():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("documents_scoring")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def target(start: int, end: int, value: float = 3, unit: str = "所", **more) -> dict:
    return {"start": start, "end": end, "value": value, "unit": unit, "comparator": "=", "subject": "新建学校"} | more


def document(targets=(), tasks=()) -> dict:
    return {"targets": list(targets), "tasks": list(tasks)}


def test_labels_agree_with_themselves(scoring) -> None:
    for path in PLANS.glob("*.json"):
        labels = json.loads(path.read_bytes())
        found = scoring.score(scoring.counted(labels, labels))
        assert (found.targets, found.comparator, found.due, found.subject, found.tasks) == (1, 1, 1, 1, 1)
        assert found.units in (1, None)


def test_nothing_read_scores_nothing(scoring) -> None:
    found = scoring.score(scoring.counted(document([target(0, 9)]), document()))
    assert (found.precision, found.recall, found.targets, found.tasks, found.units) == (0, 0, 0, 0, None)


def test_a_target_matches_by_value_unit_and_half_the_shorter_quote(scoring) -> None:
    labels = document([target(10, 20)])
    for other, matches in (
        (target(15, 40), True),
        (target(16, 40), False),
        (target(10, 20, value=4), False),
        (target(10, 20, unit="个"), False),
        (target(10, 20, value_max=5), False),
        (target(12, 14, value=3.0), True),
    ):
        assert scoring.counted(labels, document([other]))["targets"] == matches


def test_each_side_matches_once_and_the_closest_first(scoring) -> None:
    labels = document([target(0, 10, due="2025"), target(5, 15, due="2027")])
    counts = scoring.counted(labels, document([target(5, 15, due="2027-06-30"), target(5, 15), target(6, 14)]))
    assert counts["targets"] == 2
    assert counts["due"] == 0
    assert scoring.score(counts).precision == pytest.approx(2 / 3)


def test_units_count_by_role_and_once_a_document(scoring) -> None:
    tasks = [{"start": 0, "end": 9, "lead": ["县教育局", "县财政局"], "support": []}] * 2
    read = [{"start": 0, "end": 9, "lead": ["县教育局"], "support": ["县财政局"]}]
    counts = scoring.counted(document(tasks=tasks), document(tasks=read))
    assert (counts["units"], counts["labelled units"], counts["read units"]) == (1, 2, 2)


def run(*arguments: object) -> str:
    command = [sys.executable, ROOT / "benchmarks" / "documents.py", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_benchmark_runs_on_the_labelled_plans_alone(tmp_path) -> None:
    out = run(tmp_path / "nowhere")
    assert "only the labelled plans" in out
    assert "= test plans" in out
    assert "held out" not in out
    assert "First readings" in out


@pytest.mark.slow
def test_our_figures_are_those_of_the_shared_scorer(shared) -> None:
    if not (shared / "documents" / "score.py").exists():
        pytest.skip("needs the labelled documents in ../shared")
    out = run(shared / "documents")
    assert "to the digit" in out
    assert "DIFFERS" not in out
