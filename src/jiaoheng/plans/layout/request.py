"""What is asked of the layout of schools."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.county.moves import Site
from jiaoheng.forecast.request import ForecastRequest
from jiaoheng.plans.costs import CostTable


class LayoutRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question for the layout of one stage, from the year after the facts to ``until``.

    ``variants`` of the forecast must all fit. ``minutes`` is the longest way by grade band (``low``: grades 1 to 3,
    ``high``: the grades above), at ``speed`` km an hour where no table of travel says it; beyond it a child needs a
    boarding place, which grades below ``boards_from`` may not have. A school closes, or becomes a teaching point,
    only where ``consented`` names it, or where it has fewer than ``fewest`` pupils and ``consent_not_needed`` is set
    by the user; ``kept`` are never touched. ``sites`` are places for new schools; ``expand`` how many seats a school
    can be given at most, ``expand_all`` for those not named. ``phases`` are the school years in which something may
    change (empty: each).
    """

    stage: str
    until: int
    standard: str = "cn-2017"
    variants: tuple[str, ...] = ("central", "high", "low")
    forecast: ForecastRequest = ForecastRequest()
    minutes: Mapping[str, float] = msgspec.field(default_factory=lambda: {"low": 30.0, "high": 45.0})
    speed: float = 20.0
    boards_from: int = 4
    consented: tuple[str, ...] = ()
    consent_not_needed: bool = False
    fewest: int = 0
    kept: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    expand: Mapping[str, int] = {}
    expand_all: int = 0
    phases: tuple[int, ...] = ()
    costs: CostTable | None = None
    kilometre: float = 600.0
    tolerance: float = 0.005
    seconds: float = 120.0
