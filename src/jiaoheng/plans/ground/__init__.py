"""The ground that plans stand on: which places are neighbours, how far it is, how many children and seats there are."""

from jiaoheng.plans.ground.ground import Ground, ground, nearest, zones_of
from jiaoheng.plans.ground.neighbourhood import Neighbourhood, neighbourhood
from jiaoheng.plans.ground.people import CLASS_SIZES, stage_grades
from jiaoheng.plans.ground.sites import School
from jiaoheng.plans.ground.ways import SPEED, Ways, ways

__all__ = [
    "CLASS_SIZES",
    "SPEED",
    "Ground",
    "Neighbourhood",
    "School",
    "Ways",
    "ground",
    "nearest",
    "neighbourhood",
    "stage_grades",
    "ways",
    "zones_of",
]
