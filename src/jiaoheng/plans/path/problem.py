"""The question of the path as plain numbers: what can be bought in lots, what each lot changes, what must hold.

Nothing here knows of schools or of a solver, so that another solver can be given the same question. In symbols, with
n_v lots of variable v::

    r_j = base_j + Σ_v amount_jv n_v                    the numerator of figure j (teachers, m², yuan, rooms)
    r_j ≥ threshold_j, or once a section r_j ≥ floor_j   so many of a section's at standard, none below the floor
    √(Σ_j p_j (r_j/p_j − x̄)² / Σ_j p_j) ≤ limit · x̄      x̄ = Σ_j r_j / Σ_j p_j, for every spread
    Σ_v term_v n_v ≤ at_most                            for every row: budgets, posts, quotas, sites
    0 ≤ n_v ≤ most_v, whole                              least Σ_v cost_v n_v
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

NOISE = 1e-12
"""Relative noise of binary fractions: 4.2 × 50 ÷ 100 is not 2.1 to the last digit. No figure is let off more."""


class Variable(msgspec.Struct, frozen=True):
    """Something that is bought in lots: at most ``most`` of them, each for ``cost`` yuan and moving ``people`` persons.

    The rest is for making moves of it: ``lot`` is how many units of the kind are in a lot, ``begun`` the school year in
    which it is paid, ``year`` that in which it counts, ``leaves`` the side of a transfer, ``asked_by`` the check and
    stage that ask for it where no figure does.
    """

    kind: str
    cost: float
    most: int
    lot: float = 1.0
    school_id: str = ""
    stage: str = ""
    begun: int = 0
    year: int = 0
    people: int = 0
    grade: int | None = None
    holds: tuple[str, ...] = ()
    leaves: bool = False
    asked_by: tuple[str, str] = ("", "")


class Figure(msgspec.Struct, frozen=True):
    """One indicator of one section: its numerator without any move, and what that must reach; ``pupils`` is above 0."""

    school_id: str
    stage: str
    check: str
    pupils: float
    base: float
    threshold: float
    floor: float


class Effect(msgspec.Struct, frozen=True, array_like=True):
    """What one lot of a variable adds to a figure's numerator."""

    figure: int
    variable: int
    amount: float


class Section(msgspec.Struct, frozen=True):
    """A school's stage: at least ``at_least`` of its figures at their threshold, the others at their floor."""

    school_id: str
    stage: str
    pupils: float
    figures: tuple[int, ...]
    at_least: int


class Spread(msgspec.Struct, frozen=True):
    """A coefficient of variation over figures, weighted by pupils, and its limit."""

    check: str
    stage: str
    limit: float
    figures: tuple[int, ...]


class Row(msgspec.Struct, frozen=True):
    """A limit on what is bought: the sum of lots times ``terms`` (variable, weight) is at most ``at_most``.

    ``loose`` is what one unit of breaking it weighs in the search for the smallest loosening; 0: it cannot be loosened.
    """

    kind: str
    terms: tuple[tuple[int, float], ...]
    at_most: float
    unit: str = ""
    year: int | None = None
    school_id: str = ""
    check: str = ""
    stage: str = ""
    loose: float = 0.0


class Problem(msgspec.Struct, frozen=True):
    """The whole question."""

    variables: tuple[Variable, ...]
    figures: tuple[Figure, ...]
    effects: tuple[Effect, ...]
    sections: tuple[Section, ...]
    spreads: tuple[Spread, ...]
    rows: tuple[Row, ...] = ()

    def numerators(self, lots: Sequence[int]) -> list[float]:
        """Each figure's numerator with so many lots of each variable."""
        parts: list[list[float]] = [[figure.base] for figure in self.figures]
        for effect in self.effects:
            if lots[effect.variable]:
                parts[effect.figure].append(effect.amount * lots[effect.variable])
        return [math.fsum(part) for part in parts]

    def cost(self, lots: Sequence[int]) -> float:
        """Yuan for so many lots of each variable."""
        return math.fsum(variable.cost * count for variable, count in zip(self.variables, lots, strict=True))

    def coefficient(self, spread: Spread, numerators: Sequence[float]) -> float:
        """The coefficient of variation of a spread; infinite around a mean of nought."""
        pupils = [self.figures[j].pupils for j in spread.figures]
        values = [numerators[j] / self.figures[j].pupils for j in spread.figures]
        mean = math.fsum(numerators[j] for j in spread.figures) / math.fsum(pupils)
        spreads = math.fsum(p * (x - mean) ** 2 for p, x in zip(pupils, values, strict=True))
        return math.sqrt(spreads / math.fsum(pupils)) / mean if mean > 0 else math.inf

    def passes(self, section: Section, numerators: Sequence[float]) -> bool:
        """Whether a section passes, by unrounded figures."""
        met = sum(numerators[j] >= self.figures[j].threshold * (1 - NOISE) for j in section.figures)
        whole = all(numerators[j] >= self.figures[j].floor * (1 - NOISE) for j in section.figures)
        return whole and met >= section.at_least

    def broken(self, lots: Sequence[int]) -> tuple[str, ...]:
        """What does not hold with so many lots of each variable; empty where they are a plan that reaches the goal."""
        found = [
            f"lots of {v.kind} {v.school_id}"
            for v, count in zip(self.variables, lots, strict=True)
            if not 0 <= count <= v.most or count != int(count)
        ]
        numerators = self.numerators(lots)
        found += [f"{s.school_id} {s.stage}" for s in self.sections if not self.passes(s, numerators)]
        found += [f"{s.check} {s.stage}" for s in self.spreads if self.coefficient(s, numerators) > s.limit]
        for row in self.rows:
            used = math.fsum(weight * lots[v] for v, weight in row.terms)
            if used > row.at_most + 1e-9 * max(1.0, abs(row.at_most)):
                found.append(f"{row.kind} {row.year or ''} {row.school_id}".strip())
        return tuple(found)
