"""The columns that formulas may use, by the table they run on; known without opening a database."""

from __future__ import annotations

from collections.abc import Iterable

from jiaoheng.county import schema
from jiaoheng.measures.demands import Demand, Grain
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.totals import total

_KEYS = ("school_id", "year", "stage")
_SCHOOL = ("kind", "setting", "ownership", "built_year")


def resources(*tables: str) -> frozenset[str]:
    """The figures of tables: their columns that are no keys."""
    return frozenset(column.name for table in tables for column in schema().tables[table].columns) - set(_KEYS)


def finance_items() -> tuple[str, ...]:
    """The items of the finance table, each a column of schools and counties."""
    return tuple(str(code.value) for code in schema().codes["finance_item"])


COMPULSORY = ("primary", "junior")
CODES = frozenset({"stage", "kind", "setting", "ownership"})
"""Columns of these that hold codes; all others hold numbers."""


def is_column(name: str, grain: Grain) -> bool:
    """Whether an input may name this: a column of the grain's table, or a total of the county."""
    return name in columns(grain) - CODES or (grain == "county" and total(name) is not None)


def columns(grain: Grain) -> frozenset[str]:
    """Columns that an input or a condition may name; a county has totals besides (``totals.total``)."""
    if grain == "section":
        own = ("stage", "pupils", "classes", "largest_class_low", "largest_class_high", *_SCHOOL)
        return resources("facilities", "staff").union(own)
    if grain == "school":
        own = (
            "compulsory_pupils",
            "compulsory_classes",
            "largest_class_high",
            "school_pupils",
            "compulsory_quota",
            *_SCHOOL,
        )
        return resources("facilities").union(finance_items(), own)
    return frozenset(finance_items())


def signed(name: str) -> tuple[str, bool]:
    """An input's column and whether it is taken off: ``- indoor_sports_area`` → (``indoor_sports_area``, True)."""
    return (name[1:].strip(), True) if name.startswith("-") else (name, False)


def inputs(demands: Iterable[Demand], grain: Grain | None = None) -> frozenset[str]:
    """Every column that the demands use; of one table only where its grain is given."""
    found: set[str] = set()
    for demand in demands:
        if grain not in (None, FORMULAS[demand.formula].grain):
            continue
        found.update(FORMULAS[demand.formula].needs)
        if demand.formula != "reported":
            found.update(signed(name)[0] for name in (*demand.inputs, *demand.per))
        for limit in demand.limits:
            found.update(signed(name)[0] for name in limit.plus)
            found.update(condition.column for condition in limit.when)
    return frozenset(found)
