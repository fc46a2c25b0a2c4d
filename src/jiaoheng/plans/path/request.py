"""What is asked of the path: until when, with how much money, by which rules of fairness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from jiaoheng.plans.costs import CostTable


class PathRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question for the path.

    ``until`` is the school year whose facts must pass. ``budget`` is yuan in all, ``budgets`` yuan by the school year
    in which they are spent; where there is one year in them, the others have none. Without either, money is no limit.
    ``first`` says whose work is done first where money comes by year: ``need`` the furthest below, ``rural`` towns and
    villages. ``classes``: large classes are split too. ``forecast``: pupils of the years to come are those of the
    forecast, else as many as in the latest year. ``tolerance`` is the gap at which a plan counts as proven, ``seconds``
    the time for the search and for its proof.
    """

    until: int
    standard: str = "cn-2017"
    budget: float | None = None
    budgets: Mapping[int, float] = {}
    costs: CostTable | None = None
    first: Literal["need", "rural"] = "need"
    classes: bool = False
    forecast: bool = False
    tolerance: float = 0.001
    seconds: float = 120.0
