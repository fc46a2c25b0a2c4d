"""Which commitments' tasks close by a figure, and where that figure stands when the task is made."""

from __future__ import annotations

from typing import Any

from jiaoheng.ledger import facts, plan_ruler, plans, targets
from jiaoheng.ledger.models import Commitment, Snapshot


def can_measure(commitment: Commitment) -> bool:
    """Whether a figure of the county measures a commitment, so that its task closes by that."""
    has_figure = bool(commitment.indicator) and commitment.value is not None
    return has_figure and plans.why_not_measured(commitment) is None


def measured(commitment: Commitment) -> tuple[str, dict[str, Any] | None, Snapshot | None]:
    """The key of the target by which a commitment's task closes, where it stands, and in which facts.

    An empty key for one that goes by evidence; no standing while the plan is not yet assessed.
    """
    if not can_measure(commitment):
        return "", None, None
    target = plan_ruler.target_of(commitment)
    snapshot = facts.assessed_snapshot(commitment.document.county)
    by = plan_ruler.measuring(target, snapshot)
    if by is None or not isinstance(by, plan_ruler.PlanRuler):
        return target.key, None, snapshot
    return target.key, targets.recorded(by.standing(target), by, target), snapshot
