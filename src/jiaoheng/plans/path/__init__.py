"""The cheapest path to the standard: what to build, buy, hire and move, in which year, so that the county passes."""

from jiaoheng.plans.path.measured import PathError
from jiaoheng.plans.path.planning import CurvePoint, Disagreement, budget_curve, plan_path, posed
from jiaoheng.plans.path.request import PathRequest

__all__ = ["CurvePoint", "Disagreement", "PathError", "PathRequest", "budget_curve", "plan_path", "posed"]
