"""The planners by the question that they answer: how each is asked, and what it may refuse with.

The planners of places load numpy, shapely and solvers: they are imported when they are asked, not by every page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jiaoheng import typed
from jiaoheng.county import County
from jiaoheng.forecast.answer import Forecast
from jiaoheng.forecast.request import ForecastRequest
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import path
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.plans.plan import Plan, Progress
from jiaoheng.plans.zones.request import ZonesRequest

Asked = PathRequest | LayoutRequest | ZonesRequest
Planner = Scenario.Planner
REQUESTS: Mapping[str, type[PathRequest] | type[LayoutRequest] | type[ZonesRequest]] = {
    Planner.PATH: PathRequest,
    Planner.LAYOUT: LayoutRequest,
    Planner.ZONES: ZonesRequest,
}
KINDS: Mapping[str, str] = {Planner.PATH: "plan_path", Planner.LAYOUT: "plan_layout", Planner.ZONES: "plan_zones"}
"""The kind of run in which each planner answers."""


def planner_of(request: Asked) -> str:
    """The planner that takes such a question."""
    return next(name for name, kind in REQUESTS.items() if isinstance(request, kind))


def read(planner: str, kept: Mapping[str, Any]) -> Asked:
    """A question as it is kept, without its costs; raises ``msgspec.ValidationError`` where it is none."""
    return typed.decode(msgspec.json.encode(dict(kept)), REQUESTS[planner])


def plain(request: Asked) -> dict[str, Any]:
    """A question as JSON keeps it, without its costs: years as keys become texts."""
    kept: dict[str, Any] = msgspec.to_builtins(request, str_keys=True)
    kept.pop("costs", None)
    return kept


def plan(county: County, request: Asked, progress: Progress) -> Plan:
    """Ask the planner whose question it is."""
    if isinstance(request, PathRequest):
        return path.plan_path(county, request, progress)
    if isinstance(request, LayoutRequest):
        from jiaoheng.plans.layout import plan_layout

        return plan_layout(county, request, progress)
    from jiaoheng.plans.zones.planning import plan_zones

    return plan_zones(county, request, progress)


def forecast(county: County, request: ForecastRequest, progress: Progress) -> Forecast:
    """Work out a forecast."""
    from jiaoheng.forecast import forecast as forecast_of

    return forecast_of(county, request, progress=progress)


def moved_by_hand(county: County, plan: Plan, moved: Mapping[str, str]) -> Plan:
    """The plan with places given to other schools, measured again."""
    from jiaoheng.plans.zones.remeasuring import remeasured

    return remeasured(plan, county, moved)
