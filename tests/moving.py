"""What the tests of moves share: the demo county with a roster and without, and its figures by the assessment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from jiaoheng import demo
from jiaoheng.county import KINDS, County, Move, build
from jiaoheng.findings import assess
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.grains import signed
from jiaoheng.standards import load

STANDARD = load("cn-2017")
Numerators = Mapping[tuple[str, str, str], float | None]


@cache
def with_roster() -> County:
    """The demo county."""
    return demo.county()


@cache
def without_roster() -> County:
    """The demo county told by counts alone."""
    county = with_roster()
    return msgspec.structs.replace(county, tables=dict(county.tables) | {"teachers": county["teachers"].slice(0, 0)})


@cache
def counts_first() -> County:
    """The demo county with its roster, where the counts come first."""
    county = with_roster()
    own = county["county"].to_pylist()[0] | {"staff_from": "counts"}
    return msgspec.structs.replace(county, tables=dict(county.tables) | {"county": build({"county": [own]})["county"]})


COUNTIES = {"roster": with_roster, "counts": without_roster, "counts first": counts_first}


def numerators(county: County, year: int) -> Numerators:
    """Every figure's numerator by check, school and stage."""
    return {
        (value.check, value.school_id, value.stage): value.numerator
        for value in assess(county, STANDARD, year=year).values
    }


def added(move: Move, school: str, amount: float) -> dict[tuple[str, str, str], float]:
    """What a move of a section adds to each numerator there by the columns of its kind, and its ``holds``."""
    adds = dict(KINDS[move.kind].adds) | dict.fromkeys(move.holds, 1)
    found = {}
    for item in STANDARD.items:
        for check in item.checks:
            if FORMULAS[check.formula].grain == "section" and check.formula not in ("largest_class", "reported"):
                parts = [(-1 if off else 1) * adds.get(name, 0) for name, off in map(signed, check.inputs)]
                if sum(parts):
                    found[check.id, school, move.stage] = sum(parts) * amount
    return found


def rows(county: County, table: str, **wanted: object) -> list[dict[str, Any]]:
    """The rows of a table with these values."""
    return [row for row in county[table].to_pylist() if all(row[name] == value for name, value in wanted.items())]


def same_tables(one: County, other: County) -> bool:
    """Whether two counties have the same rows, in whatever order."""
    return all(
        sorted(map(repr, one[name].to_pylist())) == sorted(map(repr, other[name].to_pylist())) for name in one.tables
    )
