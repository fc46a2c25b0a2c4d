"""Counties for the path whose cheapest plan is known by hand: schools well above every standard but for what is told.

A school of so many pupils has, a pupil: 6 m² of teaching rooms (7 with a junior stage), 12 m² of grounds, 3000 yuan of
equipment and 0.03 multimedia rooms; and for 100 pupils of a stage 9 teachers, 7 of a degree above the required, 2
backbone teachers and 2 of PE and arts. Every figure can be told otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from jiaoheng.county import County, build
from jiaoheng.plans.costs import CostTable, Lever, defaults

YEAR = 2025
STAFF = {"teachers": 9, "above_required_degree": 7, "backbone": 2, "pe_arts": 2}
FACILITIES = {"sports_ground_area": 12.0, "equipment_value": 3000.0, "multimedia_rooms": 0.03}


class School(msgspec.Struct, frozen=True):
    """A school: its pupils by stage, and the figures that are not the usual ones (None: not known).

    ``staff`` by stage; ``posts`` that nobody holds, of all its stages together; ``by_stage``: facilities told by stage.
    """

    code: str
    primary: int = 0
    junior: int = 0
    facilities: Mapping[str, float | None] = {}
    staff: Mapping[str, Mapping[str, int | None]] = {}
    by_stage: Mapping[str, Mapping[str, float | None]] | None = None
    posts: int | None = None
    ownership: str = "public"
    setting: str = "121"
    kind: str | None = None
    parent: str | None = None
    counted: bool = True
    km_east: float = 0.0

    @property
    def stages(self) -> dict[str, int]:
        return {stage: n for stage, n in (("primary", self.primary), ("junior", self.junior)) if n}


def county(*schools: School, year: int = YEAR, **tables: list[dict[str, Any]]) -> County:
    """The county of these schools; ``tables`` stand in for those made of them."""
    told = rows(*schools, year=year)
    return build(told | tables)


def rows(*schools: School, year: int = YEAR) -> dict[str, list[dict[str, Any]]]:
    """Its tables."""
    return {
        "county": [{"county_code": "410997", "name": "小县"}],
        "schools": [_school(each) for each in schools],
        "enrolment": [row for each in schools for row in _enrolment(each, year)],
        "facilities": [row for each in schools for row in _facilities(each, year)],
        "staff": [row for each in schools for row in _staff(each, year)],
    }


def _school(each: School) -> dict[str, Any]:
    kinds = {("primary",): "211", ("junior",): "311", ("primary", "junior"): "312"}
    return {
        "school_id": each.code,
        "name": f"{each.code}校",
        "kind": each.kind or kinds.get(tuple(each.stages), "211"),
        "counted": each.counted,
        "parent_id": each.parent,
        "setting": each.setting,
        "ownership": each.ownership,
        "lon": 113.4 + each.km_east / 92.0,
        "lat": 34.5,
    }


def _enrolment(each: School, year: int) -> list[dict[str, Any]]:
    found = []
    for stage, grades in (("primary", range(1, 7)), ("junior", range(7, 10))):
        pupils = each.stages.get(stage, 0)
        for place, grade in enumerate(grades):
            own = pupils // len(grades) + (place < pupils % len(grades))
            if own:
                found.append(
                    {
                        "school_id": each.code,
                        "year": year,
                        "grade": grade,
                        "pupils": own,
                        "classes": math.ceil(own / 45),
                    }
                )
    return found


def _facilities(each: School, year: int) -> list[dict[str, Any]]:
    def row(pupils: int, area: float, own: Mapping[str, float | None], stage: str | None) -> dict[str, Any]:
        usual = {name: amount * pupils for name, amount in FACILITIES.items()}
        usual |= {"teaching_area": area * pupils, "indoor_sports_area": 0.0}
        usual["multimedia_rooms"] = math.ceil(usual["multimedia_rooms"])
        return {"school_id": each.code, "year": year, "stage": stage} | usual | own

    if each.by_stage is not None:
        return [
            row(each.stages[stage], 7.0 if stage == "junior" else 6.0, own, stage)
            for stage, own in each.by_stage.items()
        ]
    return [row(sum(each.stages.values()), 7.0 if each.junior else 6.0, each.facilities, None)]


def _staff(each: School, year: int) -> list[dict[str, Any]]:
    found = []
    for place, (stage, pupils) in enumerate(each.stages.items()):
        own: dict[str, Any] = {name: math.ceil(a_hundred * pupils / 100) for name, a_hundred in STAFF.items()}
        own |= each.staff.get(stage, {})
        own |= {"employees": own["teachers"], "certified": own["teachers"], "trained_360h": own["teachers"]}
        if each.posts is not None and own["teachers"] is not None:
            own["posts"] = own["teachers"] + (each.posts if place == 0 else 0)
        found.append({"school_id": each.code, "year": year, "stage": stage} | own)
    return found


def prices(*kinds: str, **changes: Any) -> CostTable:
    """The table that comes with the program, with these kinds only; changes by kind, others of the table itself."""
    levers: list[Lever] = []
    for lever in defaults().levers:
        if lever.kind in kinds:
            levers.append(msgspec.structs.replace(lever, **changes.pop(lever.kind, {})))
    return msgspec.structs.replace(defaults(), levers=tuple(levers), **changes)
