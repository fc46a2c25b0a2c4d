"""Pupils by school, year and grade after a layout: those of schools that change go where their places go."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pyarrow as pa

from jiaoheng.county import County, build
from jiaoheng.county.grades import WHOLE, stage_of
from jiaoheng.forecast.rows import largest_remainder
from jiaoheng.plans.ground import CLASS_SIZES
from jiaoheng.plans.layout.result import Result
from jiaoheng.plans.layout.terrain import LOW_GRADES

_COUNTS = ("boarders", "migrant_children", "left_behind_children", "disabled_children")
Row = dict[str, Any]


def routed(county: County, result: Result, projected: pa.Table) -> pa.Table:
    """Projected rows of ``enrolment`` with the layout in force.

    Pupils leave a school that closes, a teaching point's upper grades, and schools whose places go to a new one, in
    the shares in which the places' children do; all others stay where they are. What leaves is whole pupils, and
    nobody is lost. Classes are at most of the standard size, and never fewer than the school had.
    """
    land = result.asked.land
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    rows: dict[tuple[str, int, int], Row] = {}
    for row in projected.to_pylist():
        if row["year"] in land.years:
            rows[row["school_id"], row["year"], row["grade"]] = row
    size = CLASS_SIZES[land.stage]
    for year in land.years:
        for spot, school in enumerate(land.spots):
            shares = {band: _shares(result, spot, band, year) for band in land.bands}
            if not any(shares.values()):
                continue
            grades = sorted(grade for code, at, grade in rows if code == school.code and at == year)
            for grade in grades:
                if stage_of(grade, kinds.get(school.code) or "", county.primary_grades) != land.stage:
                    continue
                band = land.bands[0] if grade in LOW_GRADES or len(land.bands) == 1 else land.bands[-1]
                if grade == WHOLE.get(land.stage):
                    band = land.bands[-1]
                _move(rows, (school.code, year, grade), shares[band], result, spot, size)
    return build({"enrolment": rows.values()})["enrolment"]


def _shares(result: Result, spot: int, band: str, year: int) -> dict[int, float]:
    """Where a school's pupils of a band go in a year, as shares; empty where all stay."""
    asked = result.asked
    own = asked.land.spots[spot]
    if own.site is not None:
        return {}
    way = result.ends.ways.get(spot) if year >= result.staged.changes.get(spot, year + 1) else None
    leaves = way == "closed" or (way == "point" and band == "high")
    going: defaultdict[int, float] = defaultdict(float)
    assignment = result.spots_in(year)
    demand = asked.demand(asked.land.variants[0], year)
    for number, unit in enumerate(asked.units):
        if unit.band in (band, "all") and asked.present(number) == spot:
            to = int(assignment[number])
            new = asked.land.spots[to].site is not None
            going[to if new or leaves else spot] += demand[number]
    going.pop(spot, None) if leaves else None
    total = sum(going.values())
    if leaves and not total:
        return {result.leads[spot]: 1.0}
    if not total or set(going) == {spot}:
        return {}
    return {to: amount / total for to, amount in going.items() if amount}


def _move(
    rows: dict[tuple[str, int, int], Row],
    place: tuple[str, int, int],
    shares: dict[int, float],
    result: Result,
    spot: int,
    size: float,
) -> None:
    if not shares:
        return
    _, year, grade = place
    source = rows[place]
    pupils = source["pupils"] or 0
    targets = sorted(shares)
    counts = largest_remainder([pupils * shares[to] for to in targets], pupils)
    for to, count in zip(targets, counts, strict=True):
        if to == spot or not count:
            continue
        other = result.asked.land.spots[to].code
        target = rows.setdefault(
            (other, year, grade),
            {"school_id": other, "year": year, "grade": grade, "pupils": 0, "classes": 0} | dict.fromkeys(_COUNTS, 0),
        )
        target["pupils"] = None if target["pupils"] is None else target["pupils"] + count
        for name in _COUNTS:
            own = source[name]
            share = None if own is None else round(own * count / pupils)
            target[name] = None if share is None or target[name] is None else target[name] + share
        if target["classes"] is not None and target["pupils"] is not None:
            target["classes"] = max(target["classes"], math.ceil(target["pupils"] / size))
    stays = counts[targets.index(spot)] if spot in targets else 0
    if not stays:
        del rows[place]
        return
    for name in _COUNTS:
        source[name] = None if source[name] is None else round(source[name] * stays / pupils)
    source["pupils"] = stays
    if source["classes"] is not None:
        source["classes"] = min(source["classes"], math.ceil(stays / size)) or 1
