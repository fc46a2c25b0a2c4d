"""Schools that open, close into another, or become part of one: the tables without a year, and the rows that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from jiaoheng.county.county import County, build
from jiaoheng.county.moves.move import Move, Site
from jiaoheng.county.moves.splitting import Row, blank
from jiaoheng.county.moves.structure import POINT, Numbered
from jiaoheng.county.schema import schema

_STATIC = ("open", "merge", "to_point", "to_branch", "add_beds")
MOVABLE = ("equipment_value", "computers", "books")
"""Figures of ``facilities`` that go with the pupils of a merger; land and buildings stay where they are."""
FUNDS = ("operating_funds", "operating_budget", "training_budget")
"""Items of ``finance`` that go with the pupils of a merger."""
_NOTHING = ("teachers", "above_required_degree", "backbone", "pe_arts", "pe_arts_shared", "certified", "trained_360h")


def reshaped(county: County, plan: Sequence[Numbered]) -> County:
    """The county with its tables ``schools`` and ``zones`` as they are after all moves.

    These tables have no year: what a school is, and whom it takes, is told as after the last move.
    """
    moves = [each.move for each in plan]
    tables = dict(county.tables)
    if any(move.kind in _STATIC for move in moves):
        tables["schools"] = _table("schools", _schools(county["schools"].to_pylist(), moves))
    if any(move.kind in ("zone", "merge") for move in moves):
        tables["zones"] = _table("zones", _zones(county["zones"].to_pylist(), moves))
    return msgspec.structs.replace(county, tables=tables, snapshot="")


def _schools(rows: Iterable[Row], moves: Iterable[Move]) -> list[Row]:
    found = {row["school_id"]: dict(row) for row in rows}
    for move in moves:
        if move.kind == "open" and move.site is not None:
            found[move.school_id] = _opened(move.site, move.year)
        elif move.kind == "merge":
            found[move.school_id]["open_to"] = move.year - 1
            for row in found.values():
                if row["parent_id"] == move.school_id:
                    row["parent_id"] = move.to_school
        elif move.kind == "to_point":
            found[move.school_id] |= {"kind": POINT, "parent_id": move.to_school}
        elif move.kind == "to_branch":
            found[move.school_id] |= {"counted": False, "parent_id": move.to_school}
        elif move.kind == "add_beds" and move.amount:
            found[move.school_id]["boarding"] = True
    return list(found.values())


def _opened(site: Site, year: int) -> Row:
    return blank("schools") | {
        "school_id": site.school_id,
        "name": site.name or site.school_id,
        "kind": site.kind,
        "place_id": site.place_id,
        "lon": site.lon,
        "lat": site.lat,
        "setting": site.setting or None,
        "built_year": year,
        "open_from": year,
    }


def _zones(rows: Iterable[Row], moves: Iterable[Move]) -> list[Row]:
    found = [dict(row) for row in rows]
    # In a year single places change first: what is left of a school's catchment follows its merger.
    for move in sorted(moves, key=lambda move: (move.year, move.kind != "zone")):
        if move.kind == "merge":
            found = [
                row | {"school_id": move.to_school} if row["school_id"] == move.school_id else row for row in found
            ]
        elif move.kind == "zone":
            left = {"place_id": move.place_id, "stage": move.stage, "school_id": move.from_school}
            found = [row for row in found if row != left]
            found.append({"place_id": move.place_id, "stage": move.stage, "school_id": move.school_id})
    # A place whose two schools are merged has one left.
    return list({tuple(row.values()): row for row in found}.values())


def opening_rows(each: Numbered, year: int, stages: Iterable[str]) -> Mapping[str, list[Row]]:
    """What is told of a new school in a year: its seats, and that nobody is there until moves bring someone."""
    move = each.move
    own = {"school_id": move.school_id, "year": year}
    area = None if move.area is None else float(move.area)
    return {
        "facilities": [blank("facilities") | own | {"places": int(move.amount), "teaching_area": area}],
        "staff": [
            blank("staff") | own | {"stage": stage, "employees": 0} | dict.fromkeys(_NOTHING, 0) for stage in stages
        ],
    }


def with_movables(rows: Sequence[Row], move: Move) -> list[Row]:
    """``facilities`` of a year after a merger: what can be carried is at the school that takes the pupils in.

    Where both tell the whole school, or both the stage, the rows that agree are added up; else what goes is added to
    the only row there is. Unknown figures make the sum unknown.
    """
    leaving = [row for row in rows if row["school_id"] == move.school_id]
    found = [dict(row) for row in rows if row["school_id"] != move.school_id]
    own = [row for row in found if row["school_id"] == move.to_school]
    for gone in leaving:
        same = [row for row in own if row["stage"] == gone["stage"]] or [row for row in own if not row["stage"]]
        target = same[0] if same else own[0] if len(own) == 1 else None
        if target is not None:
            add(target, gone, MOVABLE)
        else:
            for row in own:
                row |= dict.fromkeys(MOVABLE)
    if own and not leaving:
        for row in own:
            row |= dict.fromkeys(MOVABLE)
    return found


def with_funds(rows: Sequence[Row], move: Move) -> list[Row]:
    """``finance`` of a year after a merger: the money of the pupils is the other school's."""
    found = {(row["subject_id"], row["item"]): dict(row) for row in rows}
    for item in FUNDS:
        gone, target = found.pop((move.school_id, item), None), found.get((move.to_school, item))
        if gone is not None and target is not None:
            add(target, gone, ("amount",))
        elif target is not None:
            target["amount"] = None
    return [row for (subject, _), row in found.items() if subject != move.school_id]


def add(target: dict[str, Any], more: Mapping[str, Any], columns: Iterable[str]) -> None:
    """Add up columns of two rows; what either does not know is unknown."""
    for name in columns:
        target[name] = None if target[name] is None or more[name] is None else target[name] + more[name]


def _table(name: str, rows: Sequence[Row]) -> pa.Table:
    return build({name: rows})[name] if rows else schema().tables[name].arrow().empty_table()
