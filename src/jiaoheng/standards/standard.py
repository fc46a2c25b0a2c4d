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


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure of an item, with its thresholds in the order in which they are tried."""

    id: str
    formula: str
    limits: tuple[Threshold, ...] = ()
    inputs: tuple[str, ...] = ()
    scope: Scope = "compulsory"
    label: Text | None = None


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item of a standard, as the document counts them.

    ``advisory`` items are shown and never decide; ``fallback`` holds for the figure that a county reports under the
    item's number where the tables do not allow its own computation.
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
    note: Text | None = None

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
    balance: BalanceRule
    schools: SchoolRule | None = None
    options: Options = Options()
    in_force_to: date | None = None
    extends: str = ""
    notes: tuple[Text, ...] = ()

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
                found.append(Demand(check.id, check.formula, inputs, check.limits, scope, floors.get(item.area)))
            if item.fallback:
                found.append(Demand(fallback_id(item), "reported", (item.id,), (item.fallback,), "county"))
        return tuple(found)


def fallback_id(item: Item) -> str:
    """The number under which the reported figure of a computed item is held."""
    return f"{item.id}/reported"
