"""The same assessment as an expert in pandas writes it: whole columns, integer keys, no Python per row or group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet  # noqa: F401  read_parquet loads it; here, so that it counts as an import

KINDERGARTEN, PRIMARY, JUNIOR, SENIOR = range(4)
WEIGHTS = np.array([np.nan, 1.0, 1.1, 1.32])
THRESHOLDS = {
    "1.1": (4.2, 5.3),
    "1.2": (1.0, 1.0),
    "1.3": (0.9, 0.9),
    "1.4": (4.5, 5.8),
    "1.5": (7.5, 10.2),
    "1.6": (2000.0, 2500.0),
    "1.7": (2.3, 2.4),
}
SCALES = {"1.1": 100, "1.2": 100, "1.3": 100, "1.4": 1, "1.5": 1, "1.6": 1, "1.7": 100}
STAFF = ["above_required_degree", "backbone", "pe_arts"]
FACILITIES = ["teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_rooms"]
EVEN = np.array([np.nan, 0.50, 0.45])
LARGEST_CLASS = np.array([np.nan, 45.0, 50.0])
MET, MISSED = 1 - 1e-12, 1 + 1e-12


def assess(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The coefficients, and the counts of verdicts, of every county."""
    counties = pd.read_parquet(root / "county", columns=["county_code", "primary_grades"])
    schools = read_schools(root, counties)
    sections = read_sections(root, schools, counties)
    balanced = sections[(sections.kind != "218") | ~(sections.pupils < 50)]
    values, resources = balance_values(root, schools, sections, balanced)
    coefficients = even(values, resources, balanced)
    counts = pd.concat(
        [
            count("schools", balanced.county, balanced.stage, verdicts(values, balanced.stage)),
            count("2.5", sections.county, sections.stage, class_sizes(sections)),
            school_sizes(sections),
        ]
    )
    counts = pd.concat([counts, county_verdicts(counts, coefficients)])
    return named(coefficients, counties), named(counts, counties)


def read_schools(root: Path, counties: pd.DataFrame) -> pd.DataFrame:
    """Schools by position, with the position of the one that each counts with."""
    schools = pd.read_parquet(root / "schools", columns=["school_id", "county_code", "kind", "parent_id", "counted"])
    schools["county"] = pd.Index(counties.county_code).get_indexer(schools.county_code)
    schools["kind"] = schools.kind.astype("category")
    schools.index = pd.Index(schools.pop("school_id"))
    merged = schools.counted.eq(False) & schools.parent_id.notna()
    parents = schools.index.get_indexer(schools.parent_id)
    schools["unit"] = np.where(merged, parents, np.arange(len(schools)))
    return schools.drop(columns=["county_code", "parent_id", "counted"])


def read(root: Path, table: str, schools: pd.DataFrame, columns: list[str], **options: list[str]) -> pd.DataFrame:
    """A table of schools with the school's position in place of its code."""
    codes = options.pop("codes", [])
    rows = pd.read_parquet(root / table, columns=["school_id", *columns], read_dictionary=["school_id", *codes])
    school = rows.pop("school_id").cat
    rows["school"] = schools.index.get_indexer(school.categories)[school.codes]
    return rows


def read_sections(root: Path, schools: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """Pupils, share of the facilities, and bounds of the largest class, of every section of a compulsory stage."""
    classes = read(root, "classes", schools, ["grade", "pupils"])
    largest = classes.groupby(["school", "grade"], sort=False).pupils.agg(["max", "size", "count"])
    del classes
    grades = read(root, "enrolment", schools, ["grade", "pupils", "classes"])
    grades = grades[grades.pupils != 0].join(largest, on=["school", "grade"])

    unit = schools.unit.to_numpy()[grades.school]
    primary_grades = counties.primary_grades.fillna(6).to_numpy()[schools.county.to_numpy()[unit]]
    grade = grades.grade.to_numpy()
    grades["unit"] = unit
    grades["stage"] = (grade > 0).astype(int) + (grade > primary_grades) + (grade > 9)

    average = np.ceil(grades.pupils / grades.classes.where(grades.classes != 0))
    grades["low"] = np.fmax(grades["max"], average)
    every = (grades["count"] == grades["size"]) & (grades["size"] >= grades.classes.fillna(grades["size"]))
    grades["high"] = grades["max"].where(every, (grades.pupils - grades.classes + 1).where(grades.classes > 0))

    by = grades.groupby(["unit", "stage"])
    sections = by[["pupils", "high"]].agg("sum", skipna=False)
    sections["high"] = by.high.max(skipna=False)
    sections["low"] = by.low.max()
    sections = sections.reset_index()
    weighted = sections.pupils * WEIGHTS[sections.stage]
    shared = weighted.where(sections.stage != KINDERGARTEN, 0).groupby(sections.unit).transform("sum", skipna=False)
    sections["share"] = weighted / shared
    sections["county"] = schools.county.to_numpy()[sections.unit]
    sections["kind"] = schools.kind.array[sections.unit]
    return sections[sections.stage.isin([PRIMARY, JUNIOR])].reset_index(drop=True)


def balance_values(
    root: Path, schools: pd.DataFrame, sections: pd.DataFrame, balanced: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The seven figures of each section, and what they divide by its pupils."""
    stages = pd.Index(["kindergarten", "primary", "junior", "senior"])
    key = pd.MultiIndex.from_frame(balanced[["unit", "stage"]])

    staff = read(root, "staff", schools, ["stage", *STAFF], codes=["stage"])
    staff["unit"] = schools.unit.to_numpy()[staff.school]
    staff["stage"] = stages.get_indexer(staff.stage.cat.categories)[staff.stage.cat.codes]
    staff = staff.groupby(["unit", "stage"])[STAFF].sum(skipna=False).reindex(key)

    rooms = read(root, "facilities", schools, ["stage", *FACILITIES], codes=["stage"])
    rooms["unit"] = schools.unit.to_numpy()[rooms.school]
    whole = rooms.stage.isna()
    own = rooms[~whole].copy()
    own["stage"] = stages.get_indexer(own.stage.cat.categories)[own.stage.cat.codes]
    shared = rooms.loc[whole, ["unit", *FACILITIES]].merge(sections[["unit", "stage", "share"]], on="unit")
    shared[FACILITIES] = shared[FACILITIES].mul(shared.share, axis=0)
    both = pd.concat([own, shared])
    rooms = both.groupby(["unit", "stage"])[FACILITIES].sum(skipna=False).reindex(key)

    resources = pd.DataFrame(
        {
            "1.1": staff.above_required_degree,
            "1.2": staff.backbone,
            "1.3": staff.pe_arts,
            "1.4": rooms.teaching_area - rooms.indoor_sports_area,
            "1.5": rooms.sports_ground_area + rooms.indoor_sports_area,
            "1.6": rooms.equipment_value,
            "1.7": rooms.multimedia_rooms,
        }
    ).set_index(balanced.index)
    resources = resources.mul(pd.Series(SCALES))
    return resources.div(balanced.pupils, axis=0), resources


def verdicts(values: pd.DataFrame, stage: pd.Series) -> np.ndarray:
    """Each section's verdict: six of seven met and none below 85 %."""
    junior = (stage == JUNIOR).to_numpy()[:, None]
    primary_limit, junior_limit = np.array(list(THRESHOLDS.values())).T
    limit = np.where(junior, junior_limit, primary_limit)
    found = values.to_numpy()
    unknown = np.isnan(found).sum(axis=1)
    meets = (found >= limit * MET).sum(axis=1)
    fails = (found < limit * 0.85 - limit * 1e-12).sum(axis=1)
    return np.select([(fails > 0) | (meets + unknown < 6), unknown > 0], ["fails", "unknown"], "meets")


def even(values: pd.DataFrame, resources: pd.DataFrame, balanced: pd.DataFrame) -> pd.DataFrame:
    """The coefficients of variation: enrolment-weighted, around the county's value."""
    by = [balanced.county, balanced.stage]
    known = values.notna()
    pupils = known.mul(balanced.pupils.fillna(0), axis=0)
    everyone = pupils.groupby(by).sum()
    mean = resources.where(known).groupby(by).sum() / everyone
    there = pd.MultiIndex.from_arrays(by)
    spread = pupils * (values - mean.reindex(there).set_axis(values.index)) ** 2
    coefficient = (np.sqrt(spread.groupby(by).sum() / everyone) / mean.where(mean != 0)).where(known.groupby(by).all())
    found = coefficient.rename_axis(columns="item").stack(future_stack=True).rename("coefficient").reset_index()
    found["status"] = np.select(
        [found.coefficient.isna(), found.coefficient <= EVEN[found.stage] * MISSED], ["unknown", "meets"], "fails"
    )
    return found


def class_sizes(sections: pd.DataFrame) -> np.ndarray:
    """Whether every class of each section is within the limit; grade totals alone may leave it open."""
    limit = LARGEST_CLASS[sections.stage]
    return np.select([sections.high <= limit, sections.low > limit], ["meets", "fails"], "unknown")


def school_sizes(sections: pd.DataFrame) -> pd.DataFrame:
    """Whether each school is small enough."""
    schools = sections.groupby("unit").agg(county=("county", "first"), kind=("kind", "first"))
    pupils = sections.groupby("unit").pupils.sum(skipna=False)
    limit = np.where(schools.kind.isin(["312", "345"]), 2500, 2000)
    status = np.select([pupils.isna(), pupils <= limit], ["unknown", "meets"], "fails")
    return count("2.4", schools.county, 0, status)


def count(rule: str, county: pd.Series, stage: pd.Series | int, status: np.ndarray) -> pd.DataFrame:
    """How many of each status a county and stage has."""
    found = pd.DataFrame({"county": np.asarray(county), "stage": np.asarray(stage), "status": status})
    return found.value_counts().rename("number").reset_index().assign(rule=rule)


def county_verdicts(counts: pd.DataFrame, coefficients: pd.DataFrame) -> pd.DataFrame:
    """The verdict on each county's resources: the worst of its schools and coefficients."""
    of_schools = counts.loc[counts.rule == "schools", ["county", "status"]]
    parts = pd.concat([of_schools, coefficients[["county", "status"]]])
    worst = parts.status.map({"meets": 0, "unknown": 1, "fails": 2}).groupby(parts.county).max()
    return count("county", worst.index, 0, np.array(["meets", "unknown", "fails"])[worst])


def named(found: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """Codes and names in place of positions."""
    found["county_code"] = counties.county_code.to_numpy()[found.pop("county")]
    found["stage"] = np.array(["", "primary", "junior"])[found.stage]
    return found
