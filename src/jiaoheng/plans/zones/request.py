"""What is asked of catchments."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.forecast.request import ForecastRequest


class ZonesRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question for the catchments of one stage.

    Capacity holds in every school year from ``first`` to ``until``. ``groups`` are schools that admit together
    (多校划片), each tuple one area with their seats in common; a school in none is an area of its own.
    ``spread`` are sought-after schools (热点学校): groups are made so that each has at most one more of them than
    another, and are drawn by the planner where ``areas`` says how many groups there shall be. ``fixed`` are places
    that must go to a school. ``keep`` is what a child that changes school counts, in kilometres of way; ``feeder``: a
    place's junior school should be that of its primary school's other places; ``migrants``: seats kept for migrant
    children, as a share of each school's.
    ``variant`` is the forecast's. ``most_minutes`` is the longest way, by grade band (``low``: grades 1 to 3,
    ``high``) or stage, at ``speed`` km an hour where no table of travel tells the time. ``detour``: no place
    is sent more kilometres than this beyond its nearest school, but to its present one; where seats are too few for
    that they are added.
    """

    stage: str
    first: int
    until: int
    standard: str = "cn-2017"
    variant: str = "central"
    forecast: ForecastRequest = ForecastRequest()
    groups: tuple[tuple[str, ...], ...] = ()
    spread: tuple[str, ...] = ()
    areas: int | None = None
    fixed: Mapping[str, str] = {}
    keep: float = 0.2
    feeder: bool = False
    migrants: float = 0.0
    contiguous: bool = True
    most_minutes: Mapping[str, float] = {}
    speed: float = 20.0
    detour: float = 3.0
    tolerance: float = 0.001
    seconds: float = 60.0
