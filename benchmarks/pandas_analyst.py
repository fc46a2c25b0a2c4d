"""The same assessment as an analyst writes it: a county at a time, groupby and apply with plain functions."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet  # noqa: F401  read_parquet loads it; here, so that it counts as an import

WEIGHT = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
THRESHOLDS = {
    "1.1": {"primary": 4.2, "junior": 5.3},
    "1.2": {"primary": 1.0, "junior": 1.0},
    "1.3": {"primary": 0.9, "junior": 0.9},
    "1.4": {"primary": 4.5, "junior": 5.8},
    "1.5": {"primary": 7.5, "junior": 10.2},
    "1.6": {"primary": 2000.0, "junior": 2500.0},
    "1.7": {"primary": 2.3, "junior": 2.4},
}
SCALE = {"1.1": 100, "1.2": 100, "1.3": 100, "1.4": 1, "1.5": 1, "1.6": 1, "1.7": 100}
COEFFICIENT = {"primary": 0.50, "junior": 0.45}
CLASS_SIZE = {"primary": 45, "junior": 50}
STAFF = ["above_required_degree", "backbone", "pe_arts"]
FACILITIES = ["teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_rooms"]
TABLES = ("schools", "enrolment", "classes", "facilities", "staff")


def assess(root: Path, counties: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The coefficients, and the counts of verdicts, of every county (or of the first so many)."""
    county = pd.read_parquet(root / "county")
    chosen = list(county.county_code[:counties])
    only = [("county_code", "in", chosen)] if counties else None
    tables = {name: dict(iter(pd.read_parquet(root / name, filters=only).groupby("county_code"))) for name in TABLES}
    years = dict(zip(county.county_code, county.primary_grades, strict=True))
    coefficients: list[dict[str, Any]] = []
    counts: list[dict[str, Any]] = []
    for code in chosen:
        found, counted = assess_county({name: own[code] for name, own in tables.items()}, int(years[code]))
        coefficients += [{"county_code": code, **row} for row in found]
        counts += [{"county_code": code, **row} for row in counted]
    return pd.DataFrame(coefficients), pd.DataFrame(counts)


def assess_county(tables: dict[str, pd.DataFrame], primary_grades: int) -> tuple[list[Any], list[Any]]:
    """One county's coefficients and counts."""
    schools = tables["schools"].set_index("school_id")
    unit = schools.apply(lambda row: row.parent_id if row.counted is False and row.parent_id else row.name, axis=1)
    sections = section_table(tables, schools, unit, primary_grades)
    balanced = sections[~((sections.kind == "218") & (sections.pupils < 50))]
    values = {item: balanced.apply(lambda row, item=item: value_of(row, item), axis=1) for item in THRESHOLDS}

    coefficients = []
    for item in THRESHOLDS:
        for stage, group in balanced.groupby("stage"):
            coefficient = coefficient_of(group, values[item][group.index], item)
            status = "unknown" if coefficient is None else "meets" if coefficient <= COEFFICIENT[stage] else "fails"
            coefficients.append({"item": item, "stage": stage, "coefficient": coefficient, "status": status})

    verdicts = balanced.apply(
        lambda row: verdict_of(row.stage, {item: values[item][row.name] for item in values}), axis=1
    )
    classes = sections.apply(class_status, axis=1)
    sizes = sections.groupby("unit").apply(size_status, include_groups=False)
    counts = []
    for rule, status, stage in (
        ("schools", verdicts, balanced.stage),
        ("2.5", classes, sections.stage),
        ("2.4", sizes, pd.Series("", index=sizes.index)),
    ):
        for (of, told), number in pd.DataFrame({"stage": stage, "status": status}).value_counts().items():
            counts.append({"rule": rule, "stage": of, "status": told, "number": number})
    every = [*verdicts, *(row["status"] for row in coefficients)]
    worst = next(status for status in ("fails", "unknown", "meets") if status in every)
    counts.append({"rule": "county", "stage": "", "status": worst, "number": 1})
    return coefficients, counts


def section_table(
    tables: dict[str, pd.DataFrame], schools: pd.DataFrame, unit: pd.Series, primary_grades: int
) -> pd.DataFrame:
    """One row a school and compulsory stage, with pupils, largest class and resources."""
    largest = tables["classes"].groupby(["school_id", "grade"]).pupils.agg(["max", "size"]).reset_index()
    grades = tables["enrolment"].merge(largest, on=["school_id", "grade"], how="left")
    grades = grades[grades.pupils != 0]
    grades["unit"] = grades.school_id.map(unit)
    grades["stage"] = grades.grade.map(lambda grade: stage_of(grade, primary_grades))
    grades["low"] = grades.apply(lambda row: class_bounds(row)[0], axis=1)
    grades["high"] = grades.apply(lambda row: class_bounds(row)[1], axis=1)
    sections = grades.groupby(["unit", "stage"]).apply(section_of, include_groups=False).reset_index()
    sections["weighted"] = sections.pupils * sections.stage.map(WEIGHT)
    whole = sections[sections.stage != "kindergarten"].groupby("unit").weighted.apply(total)
    sections["share"] = sections.weighted / sections.unit.map(whole)
    sections["kind"] = sections.unit.map(schools.kind)

    staff = tables["staff"].assign(unit=lambda rows: rows.school_id.map(unit))
    staff = staff.groupby(["unit", "stage"])[STAFF].agg(total)
    sections = sections.merge(staff, left_on=["unit", "stage"], right_index=True, how="left")
    rooms = tables["facilities"].assign(unit=lambda rows: rows.school_id.map(unit))
    own = rooms[rooms.stage.notna()].groupby(["unit", "stage"])[FACILITIES].agg(total)
    whole_school = rooms[rooms.stage.isna()].groupby("unit")[FACILITIES].agg(total)
    sections = sections[sections.stage.isin(["primary", "junior"])].reset_index(drop=True)
    for name in FACILITIES:
        sections[name] = [facility(row, name, own, whole_school) for row in sections.itertuples()]
    return sections


def total(column: pd.Series) -> float:
    """A sum that is unknown where a part of it is."""
    return column.sum(skipna=False)


def stage_of(grade: int, primary_grades: int) -> str:
    if grade <= 0:
        return "kindergarten"
    if grade <= primary_grades:
        return "primary"
    return "junior" if grade <= 9 else "senior"


def class_bounds(row: pd.Series) -> tuple[float, float]:
    """The fewest and the most pupils that the grade's largest class may have."""
    if row["size"] >= row.classes:
        return row["max"], row["max"]
    return math.ceil(row.pupils / row.classes) if row.classes and not pd.isna(row.pupils) else math.nan, (
        row.pupils - (row.classes - 1) if row.classes else math.nan
    )


def section_of(rows: pd.DataFrame) -> pd.Series:
    return pd.Series({"pupils": total(rows.pupils), "low": rows.low.max(), "high": rows.high.max(skipna=False)})


def facility(row: Any, name: str, own: pd.DataFrame, whole: pd.DataFrame) -> float:
    """A section's own figure, its share of the school's, or both."""
    found = []
    if (row.unit, row.stage) in own.index:
        found.append(own.at[(row.unit, row.stage), name])
    if row.unit in whole.index:
        found.append(whole.at[row.unit, name] * row.share)
    return sum(found) if found else math.nan


def resource_of(row: pd.Series, item: str) -> float:
    if item == "1.4":
        return row.teaching_area - row.indoor_sports_area
    if item == "1.5":
        return row.sports_ground_area + row.indoor_sports_area
    names = {"1.1": "above_required_degree", "1.2": "backbone", "1.3": "pe_arts"}
    return row[{**names, "1.6": "equipment_value", "1.7": "multimedia_rooms"}[item]]


def value_of(row: pd.Series, item: str) -> float:
    return resource_of(row, item) / row.pupils * SCALE[item]


def coefficient_of(group: pd.DataFrame, values: pd.Series, item: str) -> float | None:
    if values.isna().any():
        return None
    everyone = group.pupils.sum()
    mean = group.apply(lambda row: resource_of(row, item), axis=1).sum() / everyone * SCALE[item]
    return math.sqrt((group.pupils * (values - mean) ** 2).sum() / everyone) / mean if mean else None


def verdict_of(stage: str, values: dict[str, float]) -> str:
    unknown = sum(math.isnan(value) for value in values.values())
    meets = sum(value >= THRESHOLDS[item][stage] * (1 - 1e-12) for item, value in values.items())
    fails = sum(value < THRESHOLDS[item][stage] * (0.85 - 1e-12) for item, value in values.items())
    if fails or meets + unknown < 6:
        return "fails"
    return "unknown" if unknown else "meets"


def class_status(row: pd.Series) -> str:
    limit = CLASS_SIZE[row.stage]
    return "meets" if row.high <= limit else "fails" if row.low > limit else "unknown"


def size_status(rows: pd.DataFrame) -> str:
    pupils = total(rows.pupils)
    if math.isnan(pupils):
        return "unknown"
    return "meets" if pupils <= (2500 if rows.kind.iloc[0] in ("312", "345") else 2000) else "fails"
