"""A synthetic nation, drawn from a seed: every county's tables for one school year as Parquet.

Not real data and not shaped like any real county; only the sizes are near the nation's: 2 800 counties, 200 000
schools, about 3.5 million classes. Written as ``<root>/<table>/<province>.parquet`` with a column ``county_code``,
the form that ``open_province`` reads. Every table has all columns of the schema; what is not drawn is null.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jiaoheng.county import schema

YEAR = 2025
PROVINCES = 31
STAGES = np.array(["kindergarten", "primary", "junior", "senior"])
WEIGHTS = np.array([0.5, 1.0, 1.1, 1.32])
KINDS = np.array(["111", "211", "218", "311", "312", "341", "345"])
ODDS = [0.06, 0.46, 0.20, 0.14, 0.09, 0.03, 0.02]
SMALL = 2  # the place of 218, teaching points

Columns = dict[str, Any]


def draw(root: Path, counties: int, schools: int, seed: int) -> dict[str, int]:
    """Write the tables of a nation; returns how many rows each has."""
    random = np.random.default_rng(seed)
    county_of = _counties_of_schools(random, counties, schools)
    primary_grades = np.where(random.random(counties) < 0.04, 5, 6)  # a few provinces teach five years of primary
    kind = random.choice(len(KINDS), schools, p=ODDS)
    kind[np.searchsorted(county_of, np.arange(counties))] = 1  # each county has a primary school to count with
    campus = (kind == 1) & (random.random(schools) < 0.06) & (np.diff(county_of, prepend=-1) == 0)
    parent = _parents(random, county_of, kind, campus)
    grades, classes = _grades(random, kind, primary_grades[county_of])
    sections = _sections(grades, primary_grades[county_of])
    ids = _strings(3_000_000_000 + np.arange(schools))
    codes = _strings((11 + np.arange(counties) * PROVINCES // counties) * 10_000 + np.arange(counties) + 1)
    place = codes.take(pa.array(county_of))
    plenty = _plenty(random, counties, county_of)
    facilities, built = _facilities(random, sections, plenty, schools)
    staff = _staff(random, sections, plenty)
    return {
        "county": _write(
            root, "county", codes, {"name": _strings(np.arange(counties)), "primary_grades": primary_grades}
        ),
        "schools": _write(
            root,
            "schools",
            place,
            {
                "school_id": ids,
                "name": _strings(np.arange(schools)),
                "kind": pa.array(KINDS[kind]),
                "parent_id": ids.take(pa.array(parent, mask=parent < 0)),
                "counted": ~campus,
                "setting": pa.array(random.choice(np.array(["111", "121", "210", "220"]), schools)),
                "ownership": pa.array(np.where(random.random(schools) < 0.05, "private", "public")),
                "built_year": random.integers(1950, 2024, schools),
            },
        ),
        "enrolment": _of_schools(root, "enrolment", ids, place, grades),
        "classes": _of_schools(root, "classes", ids, place, classes),
        "facilities": _of_schools(root, "facilities", ids, place, {"school": built, **facilities}),
        "staff": _of_schools(root, "staff", ids, place, {"school": sections["school"], **staff}),
    }


def _counties_of_schools(random: np.random.Generator, counties: int, schools: int) -> np.ndarray:
    """The county of each school, in order; counties differ in size and have at least three."""
    shares = random.lognormal(0, 0.45, counties)
    sizes = 3 + random.multinomial(schools - 3 * counties, shares / shares.sum())
    return np.repeat(np.arange(counties), sizes)


def _parents(random: np.random.Generator, county_of: np.ndarray, kind: np.ndarray, campus: np.ndarray) -> np.ndarray:
    """The main school of campuses and of most teaching points: a primary school of the same county; −1 where none."""
    mains = np.flatnonzero((kind == 1) & ~campus)
    first, last = (np.searchsorted(county_of[mains], county_of, side) for side in ("left", "right"))
    chosen = mains[first + (random.random(len(kind)) * (last - first)).astype(int)]
    has_parent = campus | ((kind == SMALL) & (random.random(len(kind)) < 0.7))
    return np.where(has_parent, chosen, -1)


def _grades(random: np.random.Generator, kind: np.ndarray, primary_grades: np.ndarray) -> tuple[Columns, Columns]:
    """Enrolment by school and grade, and the classes that it is the sum of; some schools list no classes."""
    first = np.choose(kind, [-2, 1, 1, primary_grades + 1, 1, primary_grades + 1, 1])
    last = np.choose(kind, [0, primary_grades, primary_grades, 9, 9, 12, 12])
    numbers = np.arange(-2, 13)
    school, place = np.nonzero((numbers >= first[:, None]) & (numbers <= last[:, None]))
    grade = numbers[place]

    streams = np.where(kind == SMALL, 1.0, np.clip(random.lognormal(1.1, 0.6, len(kind)), 1, 12))
    typical = np.where(
        kind == SMALL, random.uniform(3, 22, len(kind)), np.clip(random.normal(38, 6, len(kind)), 12, 60)
    )
    count = np.maximum(
        1, np.rint(streams[school] + np.where(kind[school] == SMALL, 0, random.normal(0, 0.4, len(school))))
    )
    count = count.astype(int)
    start = np.cumsum(count) - count
    owner = np.repeat(np.arange(len(school)), count)
    size = np.maximum(1, np.rint(typical[school[owner]] + random.normal(0, 2.5, len(owner)))).astype(int)

    unknown = random.random(len(school)) < 5e-5
    enrolment = {
        "school": school,
        "grade": grade,
        "classes": count,
        "pupils": pa.array(np.add.reduceat(size, start), mask=unknown),
        "boarders": random.integers(0, 20, len(school)),
    }
    listed = (random.random(len(kind)) >= 0.02)[school[owner]]
    owner, size, number = owner[listed], size[listed], (np.arange(len(owner)) - start[owner] + 1)[listed]
    classes = {
        "school": school[owner],
        "grade": grade[owner],
        "class_no": pa.array(np.arange(40).astype(str)).take(pa.array(number)),
        "pupils": size,
    }
    return enrolment, classes


def _sections(grades: Columns, primary_grades: np.ndarray) -> Columns:
    """One row a school and stage with its pupils, as resources are drawn by these."""
    school, grade = grades["school"], grades["grade"]
    stage = (grade >= 1).astype(int) + (grade > primary_grades[school]) + (grade > 9)
    start = np.flatnonzero(np.diff(school * 10 + stage, prepend=-1))
    pupils = np.add.reduceat(grades["pupils"].fill_null(30).to_numpy(), start)
    return {"school": school[start], "stage": stage[start], "pupils": pupils}


def _plenty(random: np.random.Generator, counties: int, county_of: np.ndarray) -> np.ndarray:
    """How well each school is provided; counties differ in plenty, and in how evenly they share it."""
    spread = random.uniform(0.05, 0.5, counties)[county_of]
    return random.lognormal(0.35, 0.3, counties)[county_of] * np.exp(spread * random.normal(0, 1, len(county_of)))


def _staff(random: np.random.Generator, sections: Columns, plenty: np.ndarray) -> Columns:
    """Staff of each section: above the standard on average, in whole persons."""
    pupils = sections["pupils"] * plenty[sections["school"]]

    def persons(per_hundred: float) -> np.ndarray:
        return np.ceil(pupils * per_hundred / 100 * random.lognormal(0, 0.1, len(pupils))).astype(int)

    teachers = persons(6.5)
    return {
        "stage": pa.array(STAGES[sections["stage"]]),
        "teachers": teachers,
        "above_required_degree": persons(5.2),
        "backbone": persons(1.1),
        "pe_arts": persons(0.95),
        "pe_arts_shared": random.integers(0, 3, len(pupils)),
        "certified": teachers,
        "trained_360h": teachers,
        "senior_titles": teachers // 2,
        "employees": teachers + 2,
        "posts": teachers + 1,
    }


def _facilities(
    random: np.random.Generator, sections: Columns, plenty: np.ndarray, schools: int
) -> tuple[Columns, np.ndarray]:
    """Facilities and the school of each row: mostly one row a school, for one school in twenty one row a stage."""
    by_stage = random.random(schools) < 0.05
    apart = by_stage[sections["school"]]
    key = sections["school"] * 10 + np.where(apart, 1 + sections["stage"], 0)
    start = np.flatnonzero(np.diff(key, prepend=-1))
    due = np.add.reduceat(sections["pupils"] * WEIGHTS[sections["stage"]], start)
    owner, apart = sections["school"][start], apart[start]
    due = due * plenty[owner]

    def amount(per_pupil: float) -> np.ndarray:
        return due * per_pupil * random.lognormal(0, 0.1, len(due))

    indoor = np.where(random.random(len(due)) < 0.4, np.round(amount(0.4), 1), 0.0)
    rooms = np.ceil(due / 400).astype(int)
    stage = pa.array(STAGES[sections["stage"][start]], mask=~apart)
    table = {
        "stage": stage,
        "teaching_area": np.round(amount(5.4), 1) + indoor,
        "indoor_sports_area": indoor,
        "sports_ground_area": np.round(amount(9.0), 1),
        "equipment_value": pa.array(np.round(amount(2400.0), -2), mask=random.random(len(due)) < 5e-4),
        "multimedia_rooms": np.ceil(amount(0.027)).astype(int),
        "computers": amount(0.1).astype(int),
        "books": amount(25.0).astype(int),
        "music_rooms": rooms,
        "art_rooms": rooms,
        "places": due.astype(int),
        "beds": np.zeros(len(due), int),
    }
    return table, owner


def _strings(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _of_schools(root: Path, name: str, ids: pa.Array, place: pa.Array, columns: Columns) -> int:
    """Write a table whose rows belong to schools: ``school`` gives way to the school's code and county."""
    school = pa.array(columns["school"])
    own = {key: values for key, values in columns.items() if key != "school"}
    year = np.full(len(school), YEAR)
    return _write(root, name, place.take(school), {"school_id": ids.take(school), "year": year, **own})


def _write(root: Path, name: str, county_code: pa.Array, columns: Columns) -> int:
    """Write a table by province; its rows are in the order of counties. Returns how many there are."""
    columns = {"county_code": county_code, **columns}
    fields = [*schema().tables[name].arrow()]
    if name != "county":
        fields.append(pa.field("county_code", pa.string()))
    rows = len(county_code)
    arrays = [
        pa.array(columns[field.name]).cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in fields
    ]
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    folder = root / name
    folder.mkdir(parents=True)
    provinces = county_code.cast(pa.int64()).to_numpy() // 10_000
    for province in np.unique(provinces):
        start, end = (int(np.searchsorted(provinces, province, side)) for side in ("left", "right"))
        pq.write_table(table.slice(start, end - start), folder / f"{province}.parquet")
    return rows
