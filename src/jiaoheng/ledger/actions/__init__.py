"""All that can be changed, an action each; importing this package registers them."""

from jiaoheng.ledger.actions import (
    evidence,
    facts,
    inspections,
    log_in,
    mappings,
    mending,
    organisations,
    people,
    runs,
    submissions,
    task_rules,
    task_states,
    tasks,
    together,
)
from jiaoheng.ledger.actions.registry import REGISTRY, SYSTEM, Actor, Forbidden, Refused, found

__all__ = [
    "REGISTRY",
    "SYSTEM",
    "Actor",
    "Forbidden",
    "Refused",
    "evidence",
    "facts",
    "found",
    "inspections",
    "log_in",
    "mappings",
    "mending",
    "organisations",
    "people",
    "runs",
    "submissions",
    "task_rules",
    "task_states",
    "tasks",
    "together",
]
