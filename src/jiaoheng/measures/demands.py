"""What is asked of the figures: which formula on which inputs, and the limits to hold it against."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

Grain = Literal["section", "school", "county"]
Sense = Literal["at_least", "at_most", "below", "above"]
Scope = Literal["balanced", "compulsory", "special", "county"]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition on one column of a school or section; all that is stated must hold."""

    column: str
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if not bounds and not self.one_of:
            raise ValueError("a condition has at_least, at_most or one_of")
        if bounds and self.one_of:
            raise ValueError("a condition on a number has no one_of, and one on a code no at_least or at_most")
        if not all(map(math.isfinite, bounds)):
            raise ValueError("a condition holds a column against a finite number")


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A threshold, for one stage or all, under conditions or always; ``plus`` adds inputs that it lets count."""

    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    above: float | None = None
    stage: str = ""
    when: tuple[Condition, ...] = ()
    plus: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if sum(bound is not None for bound in (self.at_least, self.at_most, self.below, self.above)) != 1:
            raise ValueError("a limit has exactly one of at_least, at_most, below, above")
        if not math.isfinite(self.value):
            raise ValueError("a limit is a finite number")

    @property
    def value(self) -> float:
        """The threshold itself."""
        return next(bound for bound in (self.at_least, self.at_most, self.below, self.above) if bound is not None)

    @property
    def sense(self) -> Sense:
        """Which side of the threshold is right."""
        senses: tuple[Sense, ...] = ("at_least", "at_most", "below", "above")
        return next(sense for sense in senses if getattr(self, sense) is not None)


class Demand(msgspec.Struct, frozen=True):
    """One figure and its limits. The first limit that applies to a school or section is the one that counts;
    where limits are stated and none applies, the figure is not asked for; where none is stated, it is only measured.

    ``inputs`` are columns of the grain's table, added up, or taken off where written with a leading ``-``.
    ``per`` are what the figure is a share of, added up, for formulas that leave that open.
    ``floor`` is the share of the threshold below which nothing is excused (0.85 in the national standard).
    """

    id: str
    formula: str
    inputs: tuple[str, ...]
    limits: tuple[Limit, ...]
    scope: Scope = "compulsory"
    floor: float | None = None
    per: tuple[str, ...] = ()
