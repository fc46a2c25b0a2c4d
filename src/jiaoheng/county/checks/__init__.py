"""Checks of a county's facts: ``check(county)`` runs them all and returns every problem at once."""

from __future__ import annotations

from jiaoheng.county.checks import keys
from jiaoheng.county.checks.registry import check

__all__ = ["check", "keys"]
