"""All that can be changed, an action each; importing this package registers them."""

from jiaoheng.ledger.actions import facts, mending, organisations, people, runs, submissions
from jiaoheng.ledger.actions.registry import REGISTRY, SYSTEM, Actor, Forbidden, Refused, found

__all__ = [
    "REGISTRY",
    "SYSTEM",
    "Actor",
    "Forbidden",
    "Refused",
    "facts",
    "found",
    "mending",
    "organisations",
    "people",
    "runs",
    "submissions",
]
