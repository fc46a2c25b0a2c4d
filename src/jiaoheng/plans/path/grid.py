"""Figures move in steps: what is bought comes in lots, so that a numerator takes only some values."""

from __future__ import annotations

import math

from jiaoheng.plans.path.problem import NOISE, Problem

_FINEST = 24
"""Into how many parts the smallest lot may have to be cut so that all lots are made of whole ones."""


class Grid:
    """Of each figure: what changes it (``effects``), its lowest value, and the step between its values.

    ``steps`` is 0 where the lots have no common measure.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.effects: list[list[tuple[int, float]]] = [[] for _ in problem.figures]
        for effect in problem.effects:
            self.effects[effect.figure].append((effect.variable, effect.amount))
        self.steps = [_step([abs(amount) for _, amount in own]) for own in self.effects]
        self.lowest = [
            figure.base + math.fsum(min(0.0, amount) * problem.variables[v].most for v, amount in own)
            for figure, own in zip(problem.figures, self.effects, strict=True)
        ]

    def reaching(self, j: int, level: float) -> float:
        """The lowest value of a figure's numerator that is at or above a level."""
        base, step = self.problem.figures[j].base, self.steps[j]
        least = level * (1 - NOISE)
        if not step:
            return level
        place = math.floor((least - base) / step)
        while base + place * step < least:
            place += 1
        return base + place * step


def _step(amounts: list[float]) -> float:
    if not amounts:
        return 0.0
    smallest = min(amounts)
    for parts in range(1, _FINEST + 1):
        step = smallest / parts
        if all(abs(amount / step - round(amount / step)) < 1e-9 * amount / step for amount in amounts):
            return step
    return 0.0
