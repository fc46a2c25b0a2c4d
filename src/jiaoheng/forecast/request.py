"""What is asked of the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Variant = Literal["central", "high", "low"]
VARIANTS: tuple[Variant, ...] = ("central", "high", "low")


class Housing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Homes that are planned in a place, or people who are resettled there (from ``from_place``, where it is known).

    ``homes`` are ready for school year ``year``; each brings ``yields`` pupils a stage (pupils a home), children of
    every grade of the stage alike.
    """

    place_id: str
    year: int
    homes: float
    yields: Mapping[str, float]
    from_place: str = ""
    note: str = ""


class ForecastRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question for the forecast: ``years`` school years beyond the facts.

    ``class_sizes`` are pupils a class by stage where they differ from the standard's (45 primary, 50 junior and
    senior, 30 kindergarten). ``births`` are told or assumed by county and year; ``migration`` is a change of the
    yearly net inflow of entrants, as a share (0.02: two in a hundred more each year).
    """

    years: int = 10
    class_sizes: Mapping[str, float] = {}
    housing: tuple[Housing, ...] = ()
    births: Mapping[int, float] = {}
    migration: float = 0.0
