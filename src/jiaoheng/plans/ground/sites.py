"""The schools of a stage that places can go to: public, open all the years, with the place they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np
import shapely

from jiaoheng.county import County, schema
from jiaoheng.county.checks.polygons import Point
from jiaoheng.county.grades import WHOLE, stage_of
from jiaoheng.plans.distances import point_of
from jiaoheng.plans.ground.neighbourhood import Neighbourhood
from jiaoheng.plans.ground.people import stage_grades, stage_year


class School(msgspec.Struct, frozen=True):
    """A school with the stage. ``home`` is its place in the list of places, None where it is not known.

    ``main`` is the school that it belongs to where it does not teach all grades of the stage (a teaching point),
    empty where it does (``whole``) or belongs to none. ``grades`` are those that it teaches, empty where not told.
    """

    school_id: str
    name: str
    kind: str
    public: bool
    point: Point | None
    home: int | None
    grades: tuple[int, ...]
    main: str = ""
    whole: bool = True


def schools(county: County, stage: str, ground: Neighbourhood, years: Iterable[int]) -> tuple[School, ...]:
    """Schools with pupils of the stage in the latest year, or that open for the first of ``years``, by their codes.

    Only those open in all ``years``. A school that stands outside every polygon is of the nearest place.
    """
    latest, wanted = stage_year(county, stage), tuple(years)
    taught = _taught(county, stage, latest)
    rows = [row for row in county["schools"].to_pylist() if _there(row, stage, latest, wanted, taught)]
    codes = {row["school_id"] for row in rows}
    whole = set(stage_grades(stage, county.primary_grades))
    homes = _homes(county, rows, ground)
    made = []
    for row in sorted(rows, key=lambda each: str(each["school_id"])):
        grades = tuple(sorted(taught.get(row["school_id"], ())))
        partly = _is_point(row) and bool(grades) and not whole <= set(grades) and WHOLE.get(stage) not in grades
        parent = row["parent_id"] if row["parent_id"] in codes else ""
        made.append(
            School(
                row["school_id"],
                row["name"] or row["school_id"],
                row["kind"] or "",
                (row["ownership"] or "public") == "public",
                point_of(row, "lon", "lat") or _point(ground, homes[row["school_id"]]),
                homes[row["school_id"]],
                grades,
                (parent or "") if partly else "",
                not partly,
            )
        )
    return tuple(made)


def _is_point(row: Mapping[str, Any]) -> bool:
    """Whether a school is a teaching point; another whose grade is empty this year still teaches it."""
    code = schema().code("kind", row["kind"])
    return code is not None and code.group == "teaching_point"


def _there(
    row: Mapping[str, Any], stage: str, latest: int, years: tuple[int, ...], taught: Mapping[str, set[int]]
) -> bool:
    if row["open_from"] is not None and row["open_from"] > min(years):
        return False
    if row["open_to"] is not None and row["open_to"] < max(years):
        return False
    if row["school_id"] in taught:
        return True
    kind = schema().code("kind", row["kind"])
    return row["open_from"] is not None and row["open_from"] > latest and kind is not None and stage in kind.stages[:1]


def _taught(county: County, stage: str, year: int) -> Mapping[str, set[int]]:
    """The grades of the stage in which each school has pupils."""
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    found: defaultdict[str, set[int]] = defaultdict(set)
    columns = (county["enrolment"][name].to_pylist() for name in ("school_id", "year", "grade", "pupils"))
    for school, told, grade, pupils in zip(*columns, strict=True):
        if told != year or grade is None or not pupils:
            continue
        if stage_of(grade, kinds.get(school) or "", county.primary_grades) == stage:
            found[school].add(grade)
    return found


def _homes(county: County, rows: Iterable[Mapping[str, Any]], ground: Neighbourhood) -> dict[str, int | None]:
    """The place each school stands in: the one that is told, else that its point lies in, else the nearest."""
    index, kilometres = ground.index, ground.shapes
    areas = np.array([kilometres.areas[unit.place_id] for unit in ground.places], dtype=object)
    tree = shapely.STRtree(areas)
    found: dict[str, int | None] = {}
    for row in rows:
        point, told = point_of(row, "lon", "lat"), row["place_id"]
        if told in index:
            found[row["school_id"]] = index[told]
        elif point is not None and len(areas):
            found[row["school_id"]] = int(tree.nearest(shapely.Point(kilometres.plane.point(point))))
        else:
            found[row["school_id"]] = _middle_of(told, ground)
    return found


def _middle_of(town: str | None, ground: Neighbourhood) -> int | None:
    """Of a town's places the one in its middle: where a school is told to be in the town and nothing else."""
    members = [number for number, unit in enumerate(ground.places) if town in unit.above]
    if not town or not members:
        return None
    at = np.array([ground.shapes.plane.point(ground.shapes.points[ground.places[each].place_id]) for each in members])
    return members[int(np.argmin(((at - at.mean(axis=0)) ** 2).sum(axis=1)))]


def _point(ground: Neighbourhood, home: int | None) -> Point | None:
    return None if home is None else ground.shapes.points[ground.places[home].place_id]
