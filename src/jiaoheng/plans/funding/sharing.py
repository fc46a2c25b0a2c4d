"""A sum of fen divided by weights so that the parts add up to it exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", str, tuple[str, str])


def shares(amount: int, weights: Mapping[Key, Fraction]) -> dict[Key, int]:
    """Whole parts of ``amount``, in proportion to the weights, as the largest remainder method gives them.

    Of equal remainders, the first key in order gets its fen first, so that the order of rows does not matter. Raises
    ``ValueError`` where there is something to divide and no weight.
    """
    whole = sum(weights.values(), Fraction(0))
    if whole <= 0:
        if amount:
            raise ValueError("nothing to divide by")
        return dict.fromkeys(weights, 0)
    exact = {key: amount * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    left = amount - sum(parts.values())
    for key in sorted(exact, key=lambda each: (parts[each] - exact[each], each))[:left]:
        parts[key] += 1
    return parts
