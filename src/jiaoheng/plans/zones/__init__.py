"""Catchments: every place to a school or a group of schools, in one piece and within capacity."""

from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.planning import plan_zones
from jiaoheng.plans.zones.remeasuring import remeasured
from jiaoheng.plans.zones.request import ZonesRequest

__all__ = ["ZonesError", "ZonesRequest", "plan_zones", "remeasured"]
