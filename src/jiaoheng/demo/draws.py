"""Random draws that are the same on every machine and under every version of Python.

Everything is built on ``random.Random(text).random()``, whose sequence Python promises to keep, and on the
four operations and the square root, which IEEE 754 fixes to the last bit. Logarithms, powers and angles are
avoided, and so is ``sum`` of floats, whose last bit changed with Python 3.12: ``math.fsum`` did not.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A stream of draws for one purpose: streams of other purposes do not shift when one draws more."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._unit = random.Random(f"{purpose}/{seed}").random

    def between(self, low: float, high: float) -> float:
        """A number evenly from ``low`` to ``high``."""
        return low + (high - low) * self._unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number evenly from ``low`` to ``high``, both included."""
        return low + int(self._unit() * (high - low + 1))

    def bell(self, mean: float, spread: float) -> float:
        """A number around ``mean`` with standard deviation ``spread``, at most three of them off."""
        return mean + 2 * spread * (self._unit() + self._unit() + self._unit() - 1.5)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._unit() < probability

    def pick(self, items: Sequence[Item]) -> Item:
        """One item, each as likely as another."""
        return items[int(self._unit() * len(items))]

    def weighted(self, items: Sequence[tuple[Item, float]]) -> Item:
        """One item of (item, weight) pairs."""
        rest = self._unit() * math.fsum(weight for _, weight in items)
        for item, weight in items:
            rest -= weight
            if rest < 0:
                return item
        return items[-1][0]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in a random order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self._unit() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def rounded(self, amount: float) -> int:
        """A whole number next to a non-negative ``amount``, right on average."""
        return int(amount + self._unit())

    def split(self, count: int, weights: Sequence[float]) -> list[int]:
        """``count`` persons shared out by weights, each share off by less than one."""
        total = math.fsum(weights)
        start = self._unit()
        parts = []
        reached = 0.0
        before = 0
        for weight in weights[:-1]:
            reached += weight
            here = min(int(count * reached / total + start), count)
            parts.append(here - before)
            before = here
        return [*parts, count - before]
