"""Scenarios for reading: the plan of one, kept in memory, the cost table in force, the question as the planner asks."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from jiaoheng import typed
from jiaoheng.ledger import packing, planners
from jiaoheng.ledger.models import CostEdition, Organisation, Scenario
from jiaoheng.plans import costs
from jiaoheng.plans.costs import CostTable
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.zones.request import ZonesRequest

PLAN = planners.KINDS[Scenario.Planner.PATH]
CURVE = "budget_curve"
KINDS = (*planners.KINDS.values(), CURVE)
"""The runs that answer a scenario."""


class Point(msgspec.Struct, frozen=True):
    """A point of the budget curve as a scenario keeps it, read leniently: what a planner adds is left out."""

    budget: float | None
    cost: float
    pupils: float
    passing_pupils: float
    sections: int
    passing: int
    bound: float | None = None


def plan_of(scenario: Scenario) -> Plan | None:
    """The scenario's plan; None while there is none."""
    return _plan(scenario.pk, scenario.computed_at) if scenario.is_computed else None


def pack(plan: Plan) -> bytes:
    """A plan as it is kept."""
    return packing.pack(plan)


def points(scenario: Scenario) -> tuple[Point, ...]:
    """The scenario's budget curve, the smallest budget first; none while it is not reckoned."""
    found = typed.decode(scenario.curve or "[]", tuple[Point, ...])
    return tuple(sorted(found, key=lambda point: (point.cost, point.passing_pupils)))


def edition(county: Organisation) -> CostEdition | None:
    """The county's cost table in force; None where it is as delivered."""
    return CostEdition.objects.filter(county=county).order_by("pk").last()


def table(kept: CostEdition | None) -> CostTable:
    """A cost table; as delivered where the county has none of its own."""
    return costs.parse(kept.text, str(kept.pk)) if kept is not None else costs.defaults()


def path_request(scenario: Scenario) -> PathRequest:
    """The question as the planner takes it.

    Raises ``msgspec.ValidationError`` where what is kept is none.
    """
    asked = plain_request(scenario.request)
    return msgspec.structs.replace(asked, costs=table(scenario.costs))


def request_of(scenario: Scenario) -> planners.Asked:
    """The question as its planner takes it, with the costs of the scenario.

    Raises ``msgspec.ValidationError`` where what is kept is none.
    """
    asked = planners.read(scenario.planner, scenario.request)
    if isinstance(asked, ZonesRequest):
        return asked
    return msgspec.structs.replace(asked, costs=table(scenario.costs))


def plain_request(request: Mapping[str, Any]) -> PathRequest:
    """A kept request without its costs; the years of ``budgets`` are texts in JSON."""
    return typed.decode(msgspec.json.encode(dict(request)), PathRequest)


@lru_cache(maxsize=32)
def _plan(key: int, computed: object) -> Plan:
    data = bytes(Scenario.objects.values_list("plan", flat=True).get(pk=key))
    return typed.decode(zlib.decompress(data), Plan)
