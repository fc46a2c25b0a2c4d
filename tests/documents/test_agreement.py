"""Agreement with the labelled plans in this folder, so that what the reader has learnt is not lost again.

The reader has been mended with these documents in view: the floors guard it, they do not say how a new document fares.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jiaoheng import demo
from jiaoheng.documents.reading import read

HERE = Path(__file__).parent
FOLDERS = ("plans", "held_out", "demo_plans")
FLOOR = 0.97
WORST = 0.93  # of a single document
SUBJECTS = 0.92  # subjects are many people's wording


@pytest.fixture(scope="module")
def scoring() -> Any:
    benchmarks = str(HERE.parents[1] / "benchmarks")
    sys.path.insert(0, benchmarks)
    try:
        import documents_scoring
    finally:
        sys.path.remove(benchmarks)
    return documents_scoring


@pytest.mark.parametrize("folder", FOLDERS)
def test_reading_agrees_with_the_labels(folder: str, scoring: Any) -> None:
    total: Counter[str] = Counter()
    for labels in sorted((HERE / folder).glob("*.json")):
        texts = Path(demo.__file__).parent / "plans" if folder == "demo_plans" else labels.parent
        found = msgspec.to_builtins(read((texts / f"{labels.stem}.txt").read_bytes().decode()))
        counts = scoring.counted(json.loads(labels.read_bytes()), found)
        assert scoring.score(counts).targets >= WORST, labels.stem
        total += counts
    overall = scoring.score(total)
    assert min(overall.targets, overall.precision, overall.recall, overall.comparator, overall.due) >= FLOOR
    assert min(overall.tasks, overall.units or 1.0) >= FLOOR
    assert overall.subject >= SUBJECTS
