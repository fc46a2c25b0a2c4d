"""Who enters a unit's first grade: a smoothed level, the panel's damped trend, and the grades that feed it.

A level follows a random walk seen through chance; how much of a year's jump is chance is estimated from the panel, so
a school with ten entrants is smoothed over many years and one with two hundred over few.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.panel import Floats

Places = NDArray[np.int64]
Bools = NDArray[np.bool_]
UNKNOWN = 1e6  # the variance of what nothing is known of
CALM = 0.7  # changes (of the logarithm) from the middle one beyond this are of reorganisations
STEEPEST = 0.1  # yearly growth (of the logarithm) beyond which no trend is carried on
LEAST = 0.5  # a count of nobody, so that it has a logarithm


class Smoothing(msgspec.Struct, frozen=True):
    """What is believed of entrants before a panel tells: the same for all panels."""

    trend_fading: float = 0.7  # weight of a year's growth against the year after it
    trend_kept: float = 0.85  # what is left of the trend after another year
    trend_doubt: float = 1.0  # how much its squared standard error counts against it
    jumps: float = 0.03  # standard deviation of a year's growth, as one more year to those seen
    chance: float = 1.6  # variance of entrants, in that of pure chance
    drift: float = 0.035  # yearly drift of a unit's entrants (of the logarithm)
    shared: float = 0.045  # what a year does to all entrants alike and the next undoes (of the logarithm)
    wave: float = 0.03  # yearly drift of the panel's entrants
    belief: float = 60.0  # cases that those two count for


SMOOTHING = Smoothing()


class Entrants(msgspec.Struct, frozen=True):
    """What is known of entrants at the base year; arrays units × grades.

    ``level`` is of the base year, along the trend; ``steady`` the mean of recent years. ``share`` is of the pupils of
    the grade below who leave the group's other units, nan where nobody does. ``trust`` is how far shares are
    believed, by grade; ``trend`` the yearly growth of the logarithm, by grade. Where ``following``, the level is in
    shares of all the panel's pupils who leave the grade below, so that waves of births pass on.
    """

    level: Floats
    steady: Floats
    trend: Floats
    following: Bools
    share: Floats
    trust: Floats
    leaving: Bools
    groups: Places
    smoothing: Smoothing

    def ahead(self, now: Floats, year: int) -> Floats:
        """Entrants a year after ``now`` (units × grades), which is ``year`` years after the base year."""
        kept = self.smoothing.trend_kept
        rise = kept * (1 - kept ** (year + 1)) / (1 - kept)
        everyone = pool(now, self.leaving, np.zeros_like(self.groups))
        own = self.level * np.where(self.following[None, :], everyone, np.exp(self.trend * rise)[None, :])
        fed = self.share * pool(now, self.leaving, self.groups)
        known = ~np.isnan(fed) & (own > 0)
        mixed = np.exp(
            (1 - self.trust) * np.log(np.where(known, own, 1.0))
            + self.trust * np.log(np.maximum(np.where(known, fed, 1.0), 1e-3))
        )
        return np.where(known, mixed, own)


def entrants(pupils: Floats, entry: Bools, groups: Places | None, smoothing: Smoothing = SMOOTHING) -> Entrants:
    """What the panel tells of the entrants of the grades ``entry`` (units × grades) at its last year."""
    units, _, grades = pupils.shape
    places = np.zeros(units, dtype=np.int64) if groups is None else groups
    offered = np.nan_to_num(pupils[:, -1]) > 0
    leaving = np.zeros((units, grades), dtype=bool)
    leaving[:, 1:] = offered[:, :-1] & ~offered[:, 1:]
    level = np.zeros((units, grades))
    steady = np.zeros((units, grades))
    share = np.full((units, grades), np.nan)
    trend = np.zeros(grades)
    trust = np.zeros(grades)
    following = np.zeros(grades, dtype=bool)
    counted = np.nan_to_num(pupils)
    went = np.zeros(pupils.shape, dtype=bool)
    went[:, :, 1:] = (counted[:, :, :-1] > 0) & ~(counted[:, :, 1:] > 0)
    pools = np.stack([pool(counted[:, year], went[:, year], places) for year in range(pupils.shape[1])], axis=1)
    below = np.where(went[:, :, 1:], counted[:, :, :-1], 0.0).sum(axis=0)
    for grade in np.flatnonzero(entry.any(axis=0)):
        here = entry[:, grade]
        series = np.where(np.isnan(pupils[here, :, grade]), np.nan, np.maximum(pupils[here, :, grade], LEAST))
        trend[grade] = _trend(series, smoothing)
        chance, drift = _noise(series, smoothing)
        everyone = np.concatenate(([np.nan], below[:-1, grade - 1])) if grade else np.full(series.shape[1], np.nan)
        everyone = np.where(everyone > 0, everyone, np.nan)
        following[grade] = _covers(series, everyone)
        if following[grade]:
            trend[grade] = 0.0
            along = _filtered(np.log(series / everyone), series, chance, drift)
        else:
            # What a year does to all is smoothed by itself; a unit's level is in shares of it.
            waves = _waves(series)
            everyone = np.ones(series.shape[1])
            along = _filtered(np.log(series) - waves, series, chance, drift)
            along = along + _calmed(waves, trend[grade], smoothing)
        level[here, grade] = np.exp(along[:, -1])
        steady[here, grade] = _steady(series)
        fed = np.full_like(series, np.nan)
        fed[:, 1:] = pools[here, :-1, grade]
        fed = np.where(fed > 0, fed, np.nan)
        parts = _filtered(np.log(series / fed), series, chance, drift)
        share[here, grade] = np.exp(parts[:, -1])
        trust[grade] = _trust(series / everyone, along, parts, fed / everyone, trend[grade])
    return Entrants(level, steady, trend, following, share, trust, leaving, places, smoothing)


def _covers(series: Floats, everyone: Floats) -> bool:
    """Whether those who leave the grade below are, year by year, about as many as enter: then entrants follow them."""
    entered = np.nansum(series, axis=0)[1:]
    known = (entered > 0) & (everyone[1:] > 0)
    if known.sum() < 2 or np.isnan(everyone[-1]) or not everyone[-1] > 0:
        return False
    share = entered[known] / everyone[1:][known]
    return bool(0.6 < np.median(share) < 1.6 and np.abs(np.log(share / np.median(share))).max() < 0.25)


def pool(now: Floats, leaving: Bools, places: Places) -> Floats:
    """Pupils of the grade below who leave their unit for another of its group: units × grades, as of the group."""
    below = np.zeros_like(now)
    below[:, 1:] = np.where(leaving[:, 1:], now[:, :-1], 0.0)
    groups = np.zeros((int(places.max(initial=0)) + 1, now.shape[1]))
    np.add.at(groups, places, below)
    result: Floats = groups[places]
    return result


def _trend(series: Floats, smoothing: Smoothing) -> float:
    """The panel's yearly growth of entrants (logarithm), recent years more, drawn towards none the less sure it is."""
    growth = np.diff(_waves(series))
    weights = smoothing.trend_fading ** np.arange(len(growth) - 1, -1, -1, dtype=np.float64)
    if not len(growth):
        return 0.0
    share = weights / weights.sum()
    mean = float((share * growth).sum())
    spread = (float((weights * (growth - mean) ** 2).sum()) + smoothing.jumps**2) / (float(weights.sum()) + 1.0)
    unsure = smoothing.trend_doubt * spread * float((share**2).sum())
    trend = mean * mean**2 / (mean**2 + unsure) if unsure > 0 else mean
    return float(np.clip(trend, -STEEPEST, STEEPEST))


def _waves(series: Floats) -> Floats:
    """The panel's entrants over the years (logarithm, 0 in the first): growth of the units that have both years."""
    waves = np.zeros(series.shape[1])
    for year in range(1, series.shape[1]):
        both = ~np.isnan(series[:, year - 1]) & ~np.isnan(series[:, year])
        growth = 0.0
        if both.any():
            change = np.log(series[both, year] / series[both, year - 1])
            calm = np.abs(change - np.median(change)) < CALM
            before, after = series[both, year - 1][calm].sum(), series[both, year][calm].sum()
            growth = float(np.log(after / before)) if before > 0 and after > 0 else 0.0
        waves[year] = waves[year - 1] + growth
    return waves


def _calmed(waves: Floats, trend: float, smoothing: Smoothing) -> Floats:
    """The level of the waves at each year as known that year, along the trend."""
    noise, drift = smoothing.shared**2, smoothing.wave**2
    result = waves.copy()
    doubt = noise
    for year in range(1, len(waves)):
        doubt += drift
        gain = doubt / (doubt + noise)
        result[year] = result[year - 1] + trend + gain * (waves[year] - result[year - 1] - trend)
        doubt *= 1 - gain
    return result


def _noise(series: Floats, smoothing: Smoothing) -> tuple[float, float]:
    """The variance of chance (in that of a Poisson count) and of the yearly drift, from how jumps are followed."""
    logs = np.log(series)
    jump = np.diff(logs, axis=1)
    middle = [np.median(year[~np.isnan(year)]) if (~np.isnan(year)).any() else 0.0 for year in jump.T]
    jump = np.clip(jump - np.array(middle), -0.6, 0.6)
    size = series[:, 1:-1]
    back = -jump[:, 1:] * jump[:, :-1] * size
    known = ~np.isnan(back)
    count = known.sum()
    chance = (back[known].sum() + smoothing.belief * smoothing.chance) / (count + smoothing.belief)
    chance = float(np.clip(chance, 0.4, 6.0))
    rest = jump**2 - 2 * chance / series[:, 1:]
    known = ~np.isnan(rest)
    weight = np.where(known, np.minimum(series[:, 1:], 400.0), 0.0)
    mean = weight.mean() if weight.size else 1.0
    prior = smoothing.belief * max(mean, 1e-9)
    drift = (np.where(known, rest * weight, 0.0).sum() + prior * smoothing.drift**2) / (weight.sum() + prior)
    return chance, float(np.clip(drift, 0.01**2, 0.12**2))


def _filtered(logs: Floats, size: Floats, chance: float, drift: float) -> Floats:
    """The level at each year (units × years) as known that year: nan before the first figure."""
    level = np.full(logs.shape[0], np.nan)
    doubt = np.full(logs.shape[0], UNKNOWN)
    usual = np.nan_to_num(size).sum(axis=1) / np.maximum((~np.isnan(size)).sum(axis=1), 1)
    noise = chance / np.maximum(usual, 1.0)
    result = np.empty_like(logs)
    for year in range(logs.shape[1]):
        seen = ~np.isnan(logs[:, year])
        doubt = doubt + drift
        first = seen & np.isnan(level)
        gain = doubt / (doubt + noise)
        surprise = np.where(seen & ~first, logs[:, year] - level, 0.0)
        far = np.abs(surprise) > 4 * np.sqrt(doubt + noise)
        level = np.where(first, logs[:, year], level + np.where(seen, gain * surprise, 0.0))
        level = np.where(far & seen, logs[:, year] * 0.7 + (level) * 0.3, level)
        doubt = np.where(first, noise, np.where(seen, doubt * (1 - gain), doubt))
        result[:, year] = level
    return result


def _steady(series: Floats) -> Floats:
    recent = series[:, -3:]
    told = ~np.isnan(recent)
    total: Floats = np.where(told, recent, 0.0).sum(axis=1) / np.maximum(told.sum(axis=1), 1)
    return total


def _trust(series: Floats, along: Floats, parts: Floats, fed: Floats, trend: float) -> float:
    """How far to believe the share of the feeding grade against the level: by how well each did a year ahead."""
    by_level = np.log(series[:, 2:]) - along[:, 1:-1] - trend
    by_share = np.log(series[:, 2:]) - parts[:, 1:-1] - np.log(fed[:, 2:])
    known = ~np.isnan(by_level) & ~np.isnan(by_share)
    if not known.any():
        return 0.5 if np.isfinite(parts[:, -1]).any() else 0.0
    one = float(np.abs(by_level[known]).mean()) + 1e-6
    two = float(np.abs(by_share[known]).mean()) + 1e-6
    odds = (one / two) ** 4
    return odds / (1 + odds)
