"""Targets of plan documents that figures of the county measure."""

from __future__ import annotations

from typing import Any

from jiaoheng.ledger.models import Commitment, Snapshot


def measured(commitment: Commitment) -> tuple[str, dict[str, Any] | None, Snapshot | None]:
    """The key of the target by which a commitment's task closes, where it stands, and in which facts; empty for none."""
    return "", None, None


def item(target: str) -> str:
    """The item of the target with this key; empty for none."""
    return ""


def can_measure(commitment: Commitment) -> bool:
    """Whether a figure of the county measures a commitment, so that its task closes by that."""
    return False
