"""What the tables say of one school besides its figures: what it is, its classes, its people, its years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from jiaoheng.county import County, schema
from jiaoheng.county.grades import stage_of
from jiaoheng.findings import Assessment, Value, words
from jiaoheng.language import Language
from jiaoheng.standards import Standard

Row = Mapping[str, Any]


class Class(msgspec.Struct, frozen=True):
    """One class: its pupils, and how its size stands against the strictest limit on class size of its stage."""

    pupils: int | None
    status: str


class Grade(msgspec.Struct, frozen=True):
    """One grade in a year: pupils, number of classes, and each class where it is known, the largest first."""

    label: str
    pupils: int | None
    classes: int | None
    sizes: tuple[Class, ...]
    note: str


class History(msgspec.Struct, frozen=True):
    """The figures of one stage over the years: a column a year, a row a figure."""

    stage: str
    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def rows(county: County, table: str, code: str, year: int | None = None) -> list[Row]:
    """The rows of a table about one school, of one year where the table has years."""
    chosen = pc.field("school_id") == code
    if year is not None:
        chosen &= pc.field("year") == year
    found: list[Row] = county[table].filter(chosen).to_pylist()
    return found


def facts(county: County, code: str, language: Language) -> list[dict[str, Any]]:
    """What the school is: kind, town, setting, ownership, boarding."""
    school = rows(county, "schools", code)[0]
    table = schema().tables["schools"]
    places = {row["place_id"]: row for row in county["places"].to_pylist()}
    shown = []
    for name in ("school_id", "kind", "ownership", "setting", "boarding", "built_year"):
        column, value = table.column(name), school[name]
        if value is not None:
            shown.append({"label": column.label.say(language), "value": _said(column, value, language)})
    if place := places.get(school["place_id"]):
        town = places.get(place["parent_id"] or "")
        within = town["name"] if town and town["level"] == "town" else ""
        shown.append({"label": _("所在地"), "value": f"{within} {place['name']}".strip()})
    return shown


def _said(column: Any, value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return schema().label(column.codes, value, language) if column.codes else str(value)


def grades(county: County, code: str, assessment: Assessment, language: Language) -> list[Grade]:
    """The classes of every grade in the assessed year."""
    limits = class_limits(code, assessment)
    kind = next((row["kind"] for row in county["schools"].to_pylist() if row["school_id"] == code), None) or ""
    listed: dict[int, list[int | None]] = {}
    for row in rows(county, "classes", code, assessment.year):
        listed.setdefault(row["grade"], []).append(row["pupils"])
    found = []
    for row in sorted(rows(county, "enrolment", code, assessment.year), key=lambda row: row["grade"]):
        limit = limits.get(stage_of(row["grade"], kind, county.primary_grades))
        sizes = sorted(listed.get(row["grade"], ()), key=lambda size: -(size or 0))
        found.append(
            Grade(
                label=schema().label("grade", row["grade"], language),
                pupils=row["pupils"],
                classes=row["classes"],
                sizes=tuple(Class(size, _against(size, limit)) for size in sizes),
                note=_average(row) if not sizes else "",
            )
        )
    return found


def class_limits(code: str, assessment: Assessment) -> dict[str, float]:
    """The strictest upper limit on class size by stage among a school's figures."""
    found: dict[str, float] = {}
    for value in assessment.values:
        if value.school_id == code and value.check == CLASS_SIZE and value.threshold is not None:
            found[value.stage] = min(value.threshold, found.get(value.stage, value.threshold))
    return found


CLASS_SIZE = "2.5"
"""The national standard's number for the size of classes."""


def _against(size: int | None, limit: float | None) -> str:
    if size is None:
        return "unknown"
    return "measured" if limit is None else "fails" if size > limit else "meets"


def _average(row: Row) -> str:
    if not row["classes"] or row["pupils"] is None:
        return ""
    return _("平均每班 {size} 人").format(size=words.number(row["pupils"] / row["classes"], 1))


def people(county: County, code: str, year: int, language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """The staff of each stage in a year, by column; counted from the roster where there is no row of counts."""
    table = schema().tables["staff"]
    shown = []
    for row in rows(county, "staff", code, year):
        counts = [
            (column.label.say(language), words.number(row[column.name]))
            for column in table.columns
            if column.name not in table.key and row[column.name] is not None
        ]
        shown.append((words.stage_label(row["stage"], language), counts))
    roster = rows(county, "teachers", code, year)
    if roster and not shown:
        shown.append((schema().tables["teachers"].label.say(language), [(_("人数"), str(len(roster)))]))
    return shown


def history(code: str, assessments: Mapping[int, Assessment], standard: Standard, language: Language) -> list[History]:
    """The school's pupils and the figures of the area that the rule for schools counts, over the years."""
    area = standard.ruled_area
    checks = [check.id for item in standard.of_area(area) for check in item.checks]
    values = {
        (value.stage, value.check, year): value
        for year, assessment in assessments.items()
        for value in assessment.values
        if value.school_id == code and value.check in checks
    }
    found = []
    for stage in dict.fromkeys(key[0] for key in values):
        years = tuple(year for year in assessments if any((stage, check, year) in values for check in checks))
        pupils = tuple((words.number(_pupils(values, stage, year)), "") for year in years)
        lines = [(_("在校生"), pupils)]
        for check in checks:
            of_years = tuple(values.get((stage, check, year)) for year in years)
            if any(of_years):
                cells = tuple((words.number(v.value), v.status) if v else ("", "") for v in of_years)
                lines.append((f"{standard.item(check).id} {words.check_label(standard, check, language)}", cells))
        found.append(History(words.stage_label(stage, language), years, tuple(lines)))
    return found


def _pupils(values: Mapping[tuple[str, str, int], Value], stage: str, year: int) -> float | None:
    return next((value.pupils for (of, _, when), value in values.items() if (of, when) == (stage, year)), None)
