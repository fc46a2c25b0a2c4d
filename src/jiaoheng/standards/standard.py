"""A standard as data: items, checks, thresholds with their source, loaded into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from jiaoheng.language import Text
from jiaoheng.measures.demands import Demand, Limit, Scope
from jiaoheng.measures.options import Options

Confidence = Literal["A", "B+", "B", "C"]
"""A: two or more independent sources agree; B: one source; C: generally known, never a hard rule."""


class Threshold(Limit, frozen=True, forbid_unknown_fields=True):
    """A limit; an exception says what it is and where it comes from where that differs from the item."""

    label: Text | None = None
    confidence: Confidence | None = None
    sources: tuple[str, ...] = ()


class Pace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By when a figure of the county is to reach its limit, and where it starts: a straight line between the two.

    Years are school years by the year they begin in; the figures of a calendar year are those of the school year that
    begins in it. Without a ``baseline`` the county's own figure of ``baseline_year`` is where it starts. ``change``
    stands in place of a limit: how much more (or less) than in that year, ``yearly`` so much every year. ``about``: the
    document does not mean it to the dot.
    """

    due: int | None = None
    baseline: float | None = None
    baseline_year: int | None = None
    change: float | None = None
    yearly: bool = False
    about: bool = False


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure of an item, with its thresholds in the order in which they are tried.

    ``per`` is what a figure of the county is a share of; ``note`` its definition, and what it does not show.
    """

    id: str
    formula: str
    limits: tuple[Threshold, ...] = ()
    inputs: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    scope: Scope = "compulsory"
    label: Text | None = None
    note: Text | None = None
    pace: Pace | None = None


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item of a standard, as the document counts them.

    ``advisory`` items are shown and never decide; ``fallback`` holds for the figure that a county reports under the
    item's number where the tables do not allow its own computation. ``reported`` is the number under which it reports
    that figure, where it is another than the item's; it is then held against the limits of the item's check.
    """

    id: str
    area: str
    label: Text
    article: str
    confidence: Confidence
    sources: tuple[str, ...]
    checks: tuple[Check, ...]
    short: Text | None = None
    unit: Text | None = None
    advisory: bool = False
    fallback: Threshold | None = None
    reported: str = ""
    note: Text | None = None

    @property
    def has_fallback(self) -> bool:
        """Whether a reported figure can stand in for one that the tables do not show."""
        return self.fallback is not None or bool(self.reported)

    @property
    def name(self) -> Text:
        """The short label where there is one: for lists and sentences."""
        return self.short or self.label


class SchoolRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A school passes with this many items of an area met and none below the floor's share of its threshold."""

    area: str
    at_least: int
    floor: float
    article: str


class Combined(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit on the plain mean of an area's coefficients, by stage."""

    limits: Mapping[str, float]
    confidence: Confidence


class BalanceRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every coefficient of an area within the limit of its stage; ``combined`` is information where it is a C fact."""

    area: str
    limits: Mapping[str, float]
    article: str
    combined: Combined | None = None


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the standard, such as the allocation of resources."""

    id: str
    label: Text


class Standard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standard in force from a day on. ``options`` are the choices it is usually read with."""

    id: str
    label: Text
    document: str
    in_force_from: date
    areas: tuple[Area, ...]
    items: tuple[Item, ...]
    balance: BalanceRule | None = None
    schools: SchoolRule | None = None
    options: Options = Options()
    in_force_to: date | None = None
    extends: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def balanced_area(self) -> str:
        """The area whose figures are to be even between schools; empty where there is no such rule."""
        return self.balance.area if self.balance else ""

    @property
    def ruled_area(self) -> str:
        """The area that schools are judged by, else the balanced one; empty where there is neither."""
        return self.schools.area if self.schools else self.balanced_area

    @property
    def is_plan(self) -> bool:
        """Whether its items are promises with a date."""
        return any(check.pace for item in self.items for check in item.checks)

    def item(self, name: str) -> Item:
        """The item with this number, or the one a check of this number belongs to; ``KeyError`` where none."""
        for item in self.items:
            if item.id == name or any(check.id == name for check in item.checks):
                return item
        raise KeyError(name)

    def of_area(self, area: str) -> tuple[Item, ...]:
        """The items of an area, in the document's order."""
        return tuple(item for item in self.items if item.area == area)

    def demands(self) -> tuple[Demand, ...]:
        """What is asked of the figures, for the measures to answer."""
        floors = {self.schools.area: self.schools.floor} if self.schools else {}
        found = []
        for item in self.items:
            for check in item.checks:
                inputs = check.inputs or ((check.id,) if check.formula == "reported" else ())
                scope: Scope = "county" if check.formula == "reported" else check.scope
                found.append(
                    Demand(check.id, check.formula, inputs, check.limits, scope, floors.get(item.area), check.per)
                )
            if item.has_fallback:
                limits = (item.fallback,) if item.fallback else item.checks[0].limits
                found.append(Demand(fallback_id(item), "reported", (item.reported or item.id,), limits, "county"))
        return tuple(found)


def fallback_id(item: Item) -> str:
    """The number under which the reported figure of a computed item is held."""
    return f"{item.id}/reported"
