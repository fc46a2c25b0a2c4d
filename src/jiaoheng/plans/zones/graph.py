"""Neighbourhood as catchments know it; it stands above them, since the ground that they stand on needs it too."""

from jiaoheng.plans.graph import Neighbours, components, neighbours, stranded

__all__ = ["Neighbours", "components", "neighbours", "stranded"]
