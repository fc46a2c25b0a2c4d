"""How far a reading agrees with the labels of a plan document: matches, shares, means.

A read target matches a labelled one where value, largest value and unit agree and the quotes overlap by at least half
of the shorter one; each matches once, the largest overlaps first. Tasks match by overlap alone. Units are pairs of
role and name, as a set over the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Item = dict[str, Any]
Document = dict[str, Any]

_LEAST_OVERLAP = 0.5
_LEAST_SUBJECT = 0.6
_SAME_UNIT = {"百分点": "%", "学位": "个", "個": "个"}


class Score(NamedTuple):
    """Shares from 0 to 1; ``units`` is None where no units are labelled."""

    precision: float
    recall: float
    targets: float
    comparator: float
    due: float
    subject: float
    tasks: float
    units: float | None


def counted(labels: Document, read: Document) -> Counter[str]:
    """What agrees between a document's labels and what was read, and how much there is of each."""
    targets = _matched(labels["targets"], read["targets"], _same_target)
    tasks = _matched(labels["tasks"], read["tasks"], lambda one, other: _overlap(one, other) >= _LEAST_OVERLAP)
    units, read_units = _units(labels), _units(read)
    return Counter(
        {
            "targets": len(targets),
            "labelled targets": len(labels["targets"]),
            "read targets": len(read["targets"]),
            "comparator": sum(one["comparator"] == other.get("comparator") for one, other in targets),
            "due": sum(_due(one.get("due")) == _due(other.get("due")) for one, other in targets),
            "subject": sum(_alike(one["subject"], other.get("subject")) >= _LEAST_SUBJECT for one, other in targets),
            "tasks": len(tasks),
            "labelled tasks": len(labels["tasks"]),
            "read tasks": len(read["tasks"]),
            "units": len(units & read_units),
            "labelled units": len(units),
            "read units": len(read_units),
        }
    )


def score(counts: Counter[str]) -> Score:
    """The shares of counts, of one document or of several added up."""
    precision, recall, targets = _shares(counts, "targets")
    matched = max(counts["targets"], 1)
    units = _shares(counts, "units")[2] if counts["labelled units"] else None
    accuracies = (counts[name] / matched for name in ("comparator", "due", "subject"))
    return Score(precision, recall, targets, *accuracies, _shares(counts, "tasks")[2], units)


def line(name: str, found: Score) -> str:
    """A score as it is printed."""
    units = "  nan" if found.units is None else f"{found.units:.3f}"
    return (
        f"{name[:24]:24} targets P {found.precision:.3f} R {found.recall:.3f} F1 {found.targets:.3f} | "
        f"comparator {found.comparator:.3f} due {found.due:.3f} subject {found.subject:.3f} | "
        f"tasks F1 {found.tasks:.3f} | units F1 {units.strip()}"
    )


def _shares(counts: Counter[str], name: str) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    hit, labelled, read = counts[name], counts[f"labelled {name}"], counts[f"read {name}"]
    precision = hit / read if read else 0.0
    recall = hit / labelled if labelled else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _matched(
    labelled: Sequence[Item], read: Sequence[Item], same: Callable[[Item, Item], bool]
) -> list[tuple[Item, Item]]:
    """One-to-one, the largest overlap first; of equal ones those that come last."""
    pairs = [
        (_overlap(one, other), place, at)
        for place, one in enumerate(labelled)
        for at, other in enumerate(read)
        if same(one, other)
    ]
    free, unread = set(range(len(labelled))), set(range(len(read)))
    found = []
    for _, place, at in sorted(pairs, reverse=True):
        if place in free and at in unread:
            free.remove(place)
            unread.remove(at)
            found.append((labelled[place], read[at]))
    return found


def _same_target(one: Item, other: Item) -> bool:
    same_values = all(_number(one.get(name)) == _number(other.get(name)) for name in ("value", "value_max"))
    return same_values and _unit(one) == _unit(other) and _overlap(one, other) >= _LEAST_OVERLAP


def _overlap(one: Item, other: Item) -> float:
    shorter = min(one["end"] - one["start"], other["end"] - other["start"])
    return (min(one["end"], other["end"]) - max(one["start"], other["start"])) / shorter if shorter > 0 else 0.0


def _number(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)


def _unit(item: Item) -> str:
    written = (item.get("unit") or "").strip().replace("％", "%").replace("個", "个")
    return _SAME_UNIT.get(written, written)


def _due(due: object) -> str | None:
    """A year, or a year and month."""
    return None if due is None else str(due)[:7]


def _alike(one: str | None, other: str | None) -> float:
    """How many characters two texts share, as the harmonic mean of both shares."""
    left, right = (Counter("".join((text or "").split())) for text in (one, other))
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values())) if common else 0.0


def _units(document: Document) -> set[tuple[str, str]]:
    return {
        (role, "".join(unit.split()))
        for task in document["tasks"]
        for role in ("lead", "support")
        for unit in task.get(role) or ()
    }
