"""Agreement with the labels of real plan documents, where they are at hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import msgspec
import pytest

from jiaoheng.documents.outline import outline
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets


@pytest.mark.parametrize("number", ["000", "001", "003", "004"])
def test_targets_agree_with_the_labels(shared: Path, number: str) -> None:
    folder = shared / "documents"
    if not folder.is_dir():
        pytest.skip("needs the labelled documents in ../shared")
    specification = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert specification is not None
    assert specification.loader is not None
    score = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(score)

    [path] = (folder / "text").glob(f"{number}*.txt")
    [labels] = (folder / "labels").glob(f"{number}*.json")
    whole = repaired(path.read_bytes().decode("utf-8"))
    found = [msgspec.to_builtins(target) for target in targets(whole, outline(whole))]
    labelled = json.loads(labels.read_text(encoding="utf-8"))["targets"]
    matched = score.match(labelled, found, score.same_target)
    assert score.prf(len(matched), len(labelled), len(found))[2] >= 0.97
    for field in ("comparator", "due"):
        agreeing = sum(label[field] == target[field] for label, target in matched)
        assert agreeing >= 0.97 * len(matched), field
    alike = sum(score.char_f1(label["subject"], target["subject"]) >= 0.6 for label, target in matched)
    assert alike >= 0.97 * len(matched)
