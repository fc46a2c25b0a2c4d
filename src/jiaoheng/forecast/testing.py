"""The forecast held against the county's own past: from each earlier year as it was known then, beside plain methods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast import oddities
from jiaoheng.forecast.answer import Oddity, Tested
from jiaoheng.forecast.chain import Part, carry
from jiaoheng.forecast.children import carried_children
from jiaoheng.forecast.facts import STAGES, Facts
from jiaoheng.forecast.panel import totals
from jiaoheng.forecast.references import REFERENCES

Array = NDArray[np.float64]

HORIZONS = (1, 3, 5)
LEAST = 3
"""School years that must be known before a forecast is tried from one."""
OURS = "jiaoheng"
_LEVELS = {"school": "units", "town": "groups", "county": "total"}
_Key = tuple[str, str, str, int]


class _Cases:
    """What came, what was forecast, and the interval, of one level, stage, method and horizon."""

    def __init__(self) -> None:
        self.errors: list[float] = []
        self.held: list[bool] = []

    def add(self, came: Array, value: Array, low: Array | None = None, high: Array | None = None) -> None:
        """Compare where something came and something was forecast."""
        counted = (np.nan_to_num(came) > 0) & np.isfinite(value)
        self.errors += list(np.abs(value - came)[counted] / came[counted])
        if low is not None and high is not None:
            self.held += list(((low <= came) & (came <= high))[counted])


def tested(facts: Facts) -> tuple[Tested, ...]:
    """Every stage's forecasts of 1, 3 and 5 years, from each year with at least three known, against what came.

    Children, ratios and feeders are as they were known then; so are the naive figure (as the year before), the line,
    and cohort survival.
    """
    cases: defaultdict[_Key, _Cases] = defaultdict(_Cases)
    for origin in facts.years[LEAST - 1 : -1]:
        known = facts.known_until(origin)
        bases = {stage: base for stage, base in known.bases().items() if base == origin}
        until = min(facts.years[-1], origin + max(HORIZONS))
        for part in carry(known, until, *carried_children(known, until), bases):
            if part.name in STAGES:
                _compare(cases, facts, part, until)
    return tuple(_result(key, cases[key]) for key in sorted(cases) if cases[key].errors)


def _compare(cases: defaultdict[_Key, _Cases], facts: Facts, part: Part, until: int) -> None:
    came = facts.pupils[list(part.units)][:, :, list(part.grades)]
    summed = totals(came)
    plain = {name: np.nansum(method(part.panel.pupils, until - part.base), axis=2) for name, method in REFERENCES.items()}
    for horizon in HORIZONS:
        if part.base + horizon > until:
            continue
        truth = summed[:, facts.year_at(part.base + horizon)]
        if not np.isfinite(truth).any():
            continue
        levels = part.projected.blocks[part.stage]
        for level, name in _LEVELS.items():
            band = getattr(levels, name)
            at = horizon - 1
            there = _grouped(part, truth, level)
            ends = band.low[:, at], band.high[:, at]
            cases[level, part.stage, OURS, horizon].add(there, band.value[:, at], *ends)
            for method, ahead in plain.items():
                cases[level, part.stage, method, horizon].add(there, _grouped(part, ahead[:, at], level))


def _grouped(part: Part, of_units: Array, level: str) -> Array:
    """Figures of schools added up to a level; a school of which nothing is told counts as having none."""
    if level == "school":
        return of_units
    if level == "county":
        return np.array([np.nansum(of_units)])
    found = np.zeros(len(part.projected.group_names))
    np.add.at(found, part.panel.group_of, np.nan_to_num(of_units))
    return found


def _result(key: _Key, cases: _Cases) -> Tested:
    level, stage, method, horizon = key
    return Tested(
        level=level,
        stage=stage,
        method=method,
        horizon=horizon,
        error=100 * float(np.mean(cases.errors)),
        cases=len(cases.errors),
        covered80=float(np.mean(cases.held)) if cases.held else None,
        used=method == OURS,
    )


def odd(parts: tuple[Part, ...]) -> tuple[Oddity, ...]:
    """The odd years in the history of every stage."""
    return tuple(sorted(_odd(parts), key=lambda each: (-each.score, each.school_id, each.year)))


def _odd(parts: tuple[Part, ...]) -> Iterator[Oddity]:
    for part in parts:
        for each in oddities.oddities(part.panel):
            yield Oddity(
                school_id=each.unit,
                year=each.year,
                grade=None if each.grade is None else int(each.grade),
                reported=each.reported,
                expected=each.expected,
                score=each.score,
                why=each.why,
                other=each.other,
                stage=part.stage,
            )
