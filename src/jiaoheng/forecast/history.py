"""The years that the facts tell, beside those that are forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from jiaoheng.forecast.answer import StageHistory
from jiaoheng.forecast.facts import GRADES, Facts


def told(facts: Facts, bases: Mapping[str, int]) -> tuple[StageHistory, ...]:
    """Pupils of each stage by school, town and county, in each year to the stage's latest, and those who entered."""
    found = []
    for stage, base in bases.items():
        grades = facts.stage_grades(stage)
        entry = GRADES.index(-2) if stage == "kindergarten" else grades[0]
        for at, year in enumerate(facts.years[: facts.year_at(base) + 1]):
            towns: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
            for school, own in enumerate(facts.schools):
                pupils = facts.pupils[school, at, list(grades)]
                if not np.isfinite(pupils).any():
                    continue
                whole = float(np.nansum(pupils)), float(np.nan_to_num(facts.pupils[school, at, entry]))
                found.append(StageHistory("school", own.school_id, stage, year, *whole))
                towns[own.town][0] += whole[0]
                towns[own.town][1] += whole[1]
            found += [StageHistory("town", town, stage, year, *sums) for town, sums in sorted(towns.items())]
            if towns:
                sums = [sum(each[side] for each in towns.values()) for side in (0, 1)]
                found.append(StageHistory("county", "", stage, year, *sums))
    return tuple(found)
