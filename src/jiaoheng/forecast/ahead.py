"""Pupils ahead as numbers, before they are told by school, town and county."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.facts import Facts

Array = NDArray[np.float64]


class Ahead(msgspec.Struct, frozen=True):
    """Pupils ahead: ``pupils`` school × year × grade over ``years``, NaN where a school does not have the grade.

    Before a stage's base year is over, the facts. ``bases`` is the latest year of facts by stage.
    """

    years: tuple[int, ...]
    pupils: Array
    bases: Mapping[str, int]

    def of_stage(self, facts: Facts, stage: str) -> Array:
        """Pupils of a stage, school × year: NaN where a school has none of its grades."""
        own = self.pupils[:, :, list(facts.stage_grades(stage))]
        return np.where(np.isnan(own).all(axis=2), np.nan, np.nansum(own, axis=2))

    def columns(self, stage: str) -> tuple[tuple[int, int], ...]:
        """The positions and years in which a stage is forecast, not told."""
        if stage not in self.bases:
            return ()
        return tuple((column, year) for column, year in enumerate(self.years) if year > self.bases[stage])
