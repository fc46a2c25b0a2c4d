"""Which schools there shall be: kept, opened, expanded, merged, as teaching points or branches, year by year."""

from jiaoheng.plans.layout.planning import plan_layout
from jiaoheng.plans.layout.refusal import LayoutError
from jiaoheng.plans.layout.request import LayoutRequest

__all__ = ["LayoutError", "LayoutRequest", "plan_layout"]
