"""What the path needs of a measured county: figures with their inputs, sections, staff by what they count in, sites."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from jiaoheng.county import County
from jiaoheng.county.grades import is_stage, stage_of
from jiaoheng.county.teaching import counts_in
from jiaoheng.findings.assess import measured, question
from jiaoheng.language import Refusal
from jiaoheng.measures.engine import Connection, answers
from jiaoheng.measures.grains import COMPULSORY, signed
from jiaoheng.measures.options import Options
from jiaoheng.measures.roster import staff_counts
from jiaoheng.standards import Standard

HOLDS = ("above_required_degree", "backbone", "pe_arts")
"""What a teacher may count in that a standard asks for."""
_COUNTS = ("teachers", "employees", "posts", *HOLDS)
_CLASS_SIZE = "largest_class"


class PathError(Refusal):
    """The path cannot be asked for, in words with the remedy."""

    messages = Path(__file__).with_name("errors.toml")


class Crowded(msgspec.Struct, frozen=True, order=True):
    """A grade with a class over the limit of a check, and how many classes more it takes to hold it."""

    school_id: str
    grade: int
    stage: str
    check: str
    lacking: int


class Measured(msgspec.Struct, frozen=True):
    """Rows of one school year.

    ``figures``: the rows of the measures' ``figures`` under the indicators of balance whose value is known, each with
    ``inputs``, (column, sign) pairs that its numerator adds up. ``unknown``: (school_id, stage, check) of the others,
    ``missing`` the columns that they lack.
    ``sections``: by school and stage. ``staff`` and ``held``: by school and stage, counts, and teachers by the exact
    set of ``HOLDS`` that they count in. ``facilities``: the rows of each school.
    ``crowded``: grades whose classes are over the limit of a check.
    ``units``: the school that each school is counted with, a campus with another.
    """

    year: int
    figures: tuple[dict[str, Any], ...]
    unknown: tuple[tuple[str, str, str], ...]
    missing: tuple[str, ...]
    sections: Mapping[tuple[str, str], dict[str, Any]]
    staff: Mapping[tuple[str, str], dict[str, Any]]
    held: Mapping[tuple[str, str], Mapping[tuple[str, ...], int]]
    facilities: Mapping[str, list[dict[str, Any]]]
    crowded: tuple[Crowded, ...]
    units: Mapping[str, str]

    def sites(self, school: str) -> frozenset[str]:
        """The stages of a school's rows of facilities, empty for the whole school."""
        return frozenset(row["stage"] or "" for row in self.facilities.get(school, ()))


def measure(county: County, standard: Standard, year: int, options: Options) -> Measured:
    """Measure a county that has facts of ``year``."""
    asked = question(standard)
    connection = measured(county, asked, year, options)
    demands = {demand.id: demand for demand in asked.demands if demand.id in asked.balanced}
    order = list(demands)
    rows = [row for row in answers(connection, "SELECT * FROM figures") if row["demand"] in demands]
    rows.sort(key=lambda row: (row["stage"], row["school_id"], order.index(row["demand"])))
    known, unknown = [], []
    for row in rows:
        if row["numerator"] is None or not row["denominator"] or row["threshold"] is None:
            unknown.append((row["school_id"], row["stage"], row["demand"]))
            continue
        demand = demands[row["demand"]]
        plus = demand.limits[row["applied"]].plus if row["applied"] is not None else ()
        known.append(
            row | {"inputs": [(name, -1 if minus else 1) for name, minus in map(signed, demand.inputs + plus)]}
        )
    sections = answers(connection, "SELECT school_id, stage, share, ownership, setting, pupils FROM sections")
    return Measured(
        year=year,
        figures=tuple(known),
        unknown=tuple(unknown),
        missing=tuple(dict.fromkeys(row["missing"] for row in rows if row["missing"])),
        sections={(row["school_id"], row["stage"]): row for row in sections if row["stage"] in COMPULSORY},
        staff=_staff(connection, year),
        held=_held(county, _staff(connection, year), year),
        facilities=_facilities(county, year),
        crowded=_crowded(county, connection, standard, year),
        units={row["school_id"]: row["unit_id"] for row in answers(connection, "SELECT * FROM members")},
    )


def _staff(connection: Connection, year: int) -> dict[tuple[str, str], dict[str, Any]]:
    rows = answers(connection, f"SELECT * FROM ({staff_counts(year, _COUNTS)})")
    return {(row["school_id"], row["stage"]): row for row in rows}


def _held(
    county: County, staff: Mapping[tuple[str, str], dict[str, Any]], year: int
) -> dict[tuple[str, str], dict[tuple[str, ...], int]]:
    """Teachers by what they count in: listed by the roster, else at least so many by the counts.

    Of d with a degree and b backbone among t teachers at least d + b − t are both; and at least d − b − p hold a degree
    and nothing else.
    """
    found: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
    for place, row in staff.items():
        counts = {name: row[name] for name in ("teachers", *HOLDS)}
        if None in counts.values():
            continue
        total, degree = counts["teachers"], counts["above_required_degree"]
        found[place] = {
            ("above_required_degree",): max(0, degree - counts["backbone"] - counts["pe_arts"]),
            ("above_required_degree", "backbone"): max(0, degree + counts["backbone"] - total),
            ("above_required_degree", "pe_arts"): max(0, degree + counts["pe_arts"] - total),
        }
    if county.staff_from != "counts":
        found |= _listed(county, year)
    return found


def _listed(county: County, year: int) -> dict[tuple[str, str], dict[tuple[str, ...], int]]:
    listed: dict[tuple[str, str], dict[tuple[str, ...], int]] = defaultdict(lambda: defaultdict(int))
    for person in county["teachers"].to_pylist():
        if person["year"] != year or person["school_id"] is None or person["stage"] not in COMPULSORY:
            continue
        flags = counts_in(person)
        if all(flags[name] is not None for name in HOLDS):
            listed[person["school_id"], person["stage"]][tuple(name for name in HOLDS if flags[name])] += 1
    return {place: dict(kinds) for place, kinds in listed.items()}


def _facilities(county: County, year: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in county["facilities"].to_pylist():
        if row["year"] == year:
            found[row["school_id"]].append(row)
    return dict(found)


def _crowded(county: County, connection: Connection, standard: Standard, year: int) -> tuple[Crowded, ...]:
    """Grades with a class over the limit of their stage."""
    checks = [check for item in standard.items for check in item.checks if check.formula == _CLASS_SIZE]
    limits = {limit.stage: (limit.value, check.id) for check in checks for limit in check.limits if limit.stage}
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    largest: dict[tuple[str, int], int] = {}
    for row in county["classes"].to_pylist():
        if row["year"] == year:
            place = (row["school_id"], row["grade"])
            largest[place] = max(largest.get(place, 0), row["pupils"])
    measured_units = {row["unit_id"] for row in answers(connection, "SELECT DISTINCT unit_id FROM enrolled")}
    found = []
    for row in county["enrolment"].to_pylist():
        school, grade, pupils, classes = (row[name] for name in ("school_id", "grade", "pupils", "classes"))
        if row["year"] != year or not pupils or not classes or is_stage(grade) or school not in measured_units:
            continue
        stage = stage_of(grade, kinds.get(school, ""), county.primary_grades)
        if stage not in limits:
            continue
        limit, check = limits[stage]
        lacking = max(0, math.ceil(pupils / limit) - classes)
        if lacking or largest.get((school, grade), 0) > limit:
            found.append(Crowded(school, grade, stage, check, lacking))
    return tuple(sorted(found))
