"""The labelled plans: every place quotes its text, every field is what the guide allows, nothing is there twice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from jiaoheng import demo
from jiaoheng.documents.records import Comparator, Group, Record, Target, Task

HERE = Path(__file__).parent
FOLDERS = ("plans", "held_out", "unseen", "demo_plans")
LABELS = {path.stem: path for folder in FOLDERS for path in (HERE / folder).glob("*.json")}
NAMES = sorted(LABELS)
DUE = re.compile(r"20\d\d(-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?")


def plan(name: str) -> tuple[str, dict[str, Any]]:
    """The text of a plan and its labels."""
    labels = LABELS[name]
    folder = Path(demo.__file__).parent / "plans" if labels.parent.name == "demo_plans" else labels.parent
    return (folder / f"{name}.txt").read_bytes().decode(), json.loads(labels.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_every_target_quotes_the_text(name: str) -> None:
    text, labels = plan(name)
    for target in labels["targets"]:
        assert text[target["start"] : target["end"]] == target["quote"]
        assert target["quote"] == target["quote"].strip()


@pytest.mark.parametrize("name", NAMES)
def test_targets_have_fields_that_the_guide_allows(name: str) -> None:
    _, labels = plan(name)
    for label in labels["targets"]:
        target = msgspec.convert({key: value for key, value in label.items() if key != "note"}, Target)
        assert target.comparator in get_args(Comparator)
        assert target.subject.strip()
        assert target.value_max is None or target.value_max > target.value
        assert target.due is None or DUE.fullmatch(target.due), target
        assert target.binding in ("约束性", "预期性", None)
        assert "万" not in target.unit
        assert "亿" not in target.unit


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_labelled_twice_and_all_stands_in_order(name: str) -> None:
    _, labels = plan(name)
    keys = [(target["start"], target["end"], target["subject"], target["value"]) for target in labels["targets"]]
    assert len(set(keys)) == len(keys)
    for kind in ("targets", "tasks"):
        starts = [label["start"] for label in labels[kind]]
        assert starts == sorted(starts)
    spans = [(task["start"], task["end"]) for task in labels["tasks"]]
    assert len(set(spans)) == len(spans)


@pytest.mark.parametrize("name", NAMES)
def test_tasks_hold_their_title_and_their_units(name: str) -> None:
    text, labels = plan(name)
    for label in labels["tasks"]:
        task = msgspec.convert({key: value for key, value in label.items() if key != "note"}, Task)
        span = text[task.start : task.end]
        assert span == span.strip()
        assert task.title in span
        assert task.due is None or DUE.fullmatch(task.due), task
        for heading in task.path:
            assert heading in text
        for unit in task.lead + task.support:
            assert unit in re.sub(r"\s", "", span)


@pytest.mark.parametrize("name", NAMES)
def test_groups_hold_their_schools(name: str) -> None:
    text, labels = plan(name)
    for label in labels.get("groups", []):
        group = msgspec.convert(label, Group)
        row = re.sub(r"\s", "", text[group.start : group.end])
        for member in group.core + group.members:
            assert member.name in row
            assert all(point in row for point in member.points)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_of_the_document_stands_in_the_text(name: str) -> None:
    text, labels = plan(name)
    record = msgspec.convert(labels["document"], Record)
    bare = re.sub(r"\s", "", text)
    for words in (record.title, record.issuer, record.number):
        assert words is None or re.sub(r"\s", "", words) in bare
    assert record.period is None or record.period[0] <= record.period[1]
