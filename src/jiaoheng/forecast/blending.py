"""How far to believe cohort survival against "as last year", learned from the panel's own past forecasts.

A forecast of a total is naive × (survived / naive)^weight × exp(correction): both are learned from forecasts made at
earlier years whose target years are over, drawn towards what holds on most panels while there are few of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from jiaoheng.forecast.panel import Floats


class Beliefs(msgspec.Struct, frozen=True):
    """What is believed before the panel's past speaks: the same for all panels."""

    weight: float = 0.85  # of cohort survival
    cases: float = 400.0  # units that the belief in it counts for, at each horizon
    doubt: float = 15.0  # origins without any common error that the correction is counted with
    recent: float = 0.8  # weight of an origin against the one after it
    reach: float = 0.5  # weight of a case a year nearer or farther ahead
    growth: float = 0.7  # errors grow by this power of the years ahead


BELIEFS = Beliefs()
USUAL = 0.006  # variance of what cohort survival and the naive forecast differ by, where nothing is known of it
FARTHEST = 0.4  # differences of logarithms beyond this are of closures and mistakes


class Case(msgspec.Struct, frozen=True):
    """Forecasts made ``ago`` origins before, ``horizon`` years ahead, and what came: arrays of one entry a subject."""

    ago: int
    horizon: int
    naive: Floats
    survived: Floats
    actual: Floats


class Blend(msgspec.Struct, frozen=True):
    """Weight of cohort survival and correction (of the logarithm), for each year ahead."""

    weight: Floats
    correction: Floats

    def of(self, naive: Floats, survived: Floats) -> Floats:
        """Totals (subjects × years ahead); where either forecast is nobody, cohort survival alone."""
        both = (naive > 0) & (survived > 0)
        one = np.log(np.where(both, naive, 1.0))
        two = np.log(np.where(both, survived, 1.0))
        mixed = np.exp(one + self.weight * (two - one) + self.correction)
        return np.where(both, mixed, survived)


def learned(cases: Sequence[Case], ahead: int, beliefs: Beliefs = BELIEFS) -> Blend:
    """The blend for ``ahead`` years, from past cases."""
    together = np.zeros(ahead)
    spread = np.zeros(ahead)
    steps = np.arange(1, ahead + 1, dtype=np.float64)
    parts = [(case, *_differences(case)) for case in cases]
    for case, by_survival, came in parts:
        if len(came) < 2:
            continue
        share = beliefs.recent**case.ago * beliefs.reach ** np.abs(steps - case.horizon)
        centred = by_survival - by_survival.mean()
        together += share * (centred * (came - came.mean())).sum()
        spread += share * (centred**2).sum()
    strength = beliefs.cases * USUAL
    weight = np.clip((together + strength * beliefs.weight) / (spread + strength), 0.3, 1.05)
    return Blend(weight=weight, correction=_correction(parts, weight, steps, beliefs))


def _differences(case: Case) -> tuple[Floats, Floats]:
    known = (case.naive > 0) & (case.survived > 0) & (case.actual > 0)
    by_survival = np.log(case.survived[known] / case.naive[known])
    came = np.log(case.actual[known] / case.naive[known])
    miss = np.clip(came - by_survival, -FARTHEST, FARTHEST)
    return np.clip(by_survival, -FARTHEST, FARTHEST), np.clip(by_survival + miss, -2 * FARTHEST, 2 * FARTHEST)


def _correction(
    parts: Sequence[tuple[Case, Floats, Floats]], weight: Floats, steps: Floats, beliefs: Beliefs
) -> Floats:
    """The common error of past forecasts, a year ahead's worth, carried to each horizon and drawn towards none."""
    summed = np.zeros(len(steps))
    counted = np.zeros(len(steps))
    for case, by_survival, came in parts:
        if not len(came):
            continue
        used = weight[min(case.horizon, len(weight)) - 1]
        miss = float(np.median(came - used * by_survival))
        sure = len(came) / (len(came) + 5.0)
        share = sure * beliefs.recent**case.ago * beliefs.reach ** np.abs(steps - case.horizon)
        summed += share * miss * (steps / case.horizon) ** beliefs.growth
        counted += share
    return np.clip(summed / (counted + beliefs.doubt), -0.15, 0.15)
