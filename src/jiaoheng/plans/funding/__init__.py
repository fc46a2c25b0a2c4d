"""Public funds (公用经费): who gets how much by the rules in force, conserved to the fen, and what it means."""

from jiaoheng.plans.funding.allocate import FundingError, allocate
from jiaoheng.plans.funding.allocation import Allocation, Grant, Part
from jiaoheng.plans.funding.checks import granted, judged, never_less
from jiaoheng.plans.funding.rules import Rules, RulesError, defaults, load, parse

__all__ = [
    "Allocation",
    "FundingError",
    "Grant",
    "Part",
    "Rules",
    "RulesError",
    "allocate",
    "defaults",
    "granted",
    "judged",
    "load",
    "never_less",
    "parse",
]
