"""Checks of a county's facts: ``check(county)`` runs them all and returns every problem at once."""

from __future__ import annotations

from jiaoheng.county.checks import (
    children,
    cohorts,
    coordinates,
    enrolment,
    facilities,
    jumps,
    keys,
    parts,
    privacy,
    schools,
    staff,
    values,
)
from jiaoheng.county.checks.registry import check, faults

__all__ = [
    "check",
    "children",
    "cohorts",
    "coordinates",
    "enrolment",
    "facilities",
    "faults",
    "jumps",
    "keys",
    "parts",
    "privacy",
    "schools",
    "staff",
    "values",
]
