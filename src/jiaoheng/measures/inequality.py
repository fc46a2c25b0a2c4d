"""Inequality between schools beyond the coefficient, all weighted by pupils.

A figure x_i (resource per pupil) of a school with w_i pupils stands for w_i pupils who each have x_i. Formulas as in
Cowell, *Measuring Inequality* (3rd ed., ch. 2 and 3); Theil's split between and within groups after Shorrocks (1980).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import msgspec


class Theil(msgspec.Struct, frozen=True):
    """Theil's T and its exact split: total = between + within."""

    total: float
    between: float
    within: float


def coefficient_of_variation(values: Sequence[float], pupils: Sequence[float]) -> float:
    """√(Σ w (x − x̄)² / Σ w) / x̄ with x̄ = Σ w x / Σ w; the national 差异系数 (docs/sources.md)."""
    mean = _mean(values, pupils)
    variance = math.fsum(w * (x - mean) ** 2 for x, w in zip(values, pupils, strict=True)) / math.fsum(pupils)
    return math.sqrt(variance) / mean


def gini(values: Sequence[float], pupils: Sequence[float]) -> float:
    """The Gini coefficient: one minus twice the area under the Lorenz curve of pupils against resources."""
    everyone = math.fsum(pupils)
    everything = _mean(values, pupils) * everyone
    area, below = [], 0.0
    for x, w in sorted(zip(values, pupils, strict=True)):
        area.append(w / everyone * (2 * below + x * w) / everything)
        below += x * w
    return 1.0 - math.fsum(area)


def theil(values: Sequence[float], pupils: Sequence[float], groups: Sequence[Hashable]) -> Theil:
    """Theil's T = Σ (w/W) (x/x̄) ln(x/x̄), split by groups; a school that has nothing adds 0, its limit."""
    mean, everyone = _mean(values, pupils), math.fsum(pupils)
    members: dict[Hashable, list[tuple[float, float]]] = {}
    for x, w, group in zip(values, pupils, groups, strict=True):
        members.setdefault(group, []).append((x, w))
    total = math.fsum(w / everyone * _xlnx(x / mean) for x, w in zip(values, pupils, strict=True))
    between = math.fsum(
        weight / everyone * _xlnx(math.fsum(x * w for x, w in group) / weight / mean)
        for group in members.values()
        if (weight := math.fsum(w for _, w in group)) > 0
    )
    return Theil(total, between, total - between)


def range_ratio(values: Sequence[float]) -> float | None:
    """The largest figure over the smallest (极差率); None where the smallest is 0."""
    return max(values) / min(values) if min(values) > 0 else None


def _mean(values: Sequence[float], pupils: Sequence[float]) -> float:
    mean = math.fsum(x * w for x, w in zip(values, pupils, strict=True)) / math.fsum(pupils)
    if mean <= 0:
        raise ValueError("inequality is defined for a positive mean only")
    return mean


def _xlnx(ratio: float) -> float:
    return ratio * math.log(ratio) if ratio > 0 else 0.0
