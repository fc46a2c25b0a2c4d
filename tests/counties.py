"""Counties for tests: a small clean one with a row in every table, and a drawn one of many schools."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from jiaoheng.county import Batch, County, Origin, Problem, Row, build, check, schema

Rows = dict[str, list[dict[str, Any]]]

COUNTY = "410999"
CENTRAL, NINE_YEAR, JUNIOR, POINT = "2141000001", "3141000002", "3141000003", "2141000004"
YEARS = (2023, 2024, 2025)
# Entrants of grade one and of grade seven by school and first year; a cohort keeps its size.
ENTRANTS = {CENTRAL: 86, NINE_YEAR: 42, POINT: 12}
JUNIORS = {NINE_YEAR: 60, JUNIOR: 150}


def clean_rows() -> Rows:
    """Four schools of three years that no check has anything to say about: change a cell, and one has."""
    return {
        "county": [
            {"county_code": COUNTY, "name": "望岚县", "province_code": "41", "primary_grades": 6,
             "detour_factor": 1.3}
        ],
        "places": _places(),
        "children": [
            {"place_id": place, "year": year, "age": age, "persons": 70}
            for place in ("410999101001", "410999102001")
            for year in YEARS
            for age in range(18)
        ],
        "schools": _schools(),
        "enrolment": [row for year in YEARS for row in _enrolment(year)],
        "classes": _classes(),
        "class_sizes": _class_sizes(),
        "facilities": [row for year in YEARS for row in _facilities(year)],
        "staff": [row for year in YEARS for row in _staff(year)],
        "teachers": [_teacher(number) for number in (1, 2)],
        "travel": [{"place_id": "410999101001", "school_id": CENTRAL, "km": 2.4, "minutes": 12.0}],
        "zones": [{"place_id": "410999101001", "stage": "primary", "school_id": CENTRAL}],
        "groups": [
            {"group_id": "G01", "school_id": school, "name": "青石教共体", "stage": "primary", "role": role,
             "since": 2023}
            for school, role in ((CENTRAL, "core"), (POINT, "affiliated"))
        ],
        "finance": [
            {"subject_id": CENTRAL, "year": 2025, "item": "operating_funds", "amount": 620000.0},
            {"subject_id": COUNTY, "year": 2025, "item": "quota_primary", "amount": 720.0},
        ],
        "reported": [
            {"subject_id": COUNTY, "indicator": "2.1", "year": 2025, "value": 1.0, "evidence": "望政发〔2025〕3号"},
        ],
        "scores": [
            {"pupil_key": "P000001", "test": "2025-6-math", "school_id": CENTRAL, "class_no": "1",
             "subject": "math", "year": 2025, "score": 82.5, "prior": 79.0, "covariates": "boarder"}
        ],
        "surveys": [
            {"school_id": CENTRAL, "grade": 4, "year": 2025, "item": "sleep_hours", "option": ">=9", "n": 70,
             "value": 0.82}
        ],
    }  # fmt: skip


def clean_county() -> County:
    """The clean county, built."""
    return build(clean_rows())


def told(rows: Rows, **also: Any) -> list[Problem]:
    """What the checks find in these rows, every message written out in both languages on the way."""
    problems = list(check(build(rows, **also)))
    for problem in problems:
        for language in ("zh", "en"):
            assert "{" not in problem.what(language) + problem.remedy(language) + problem.where(language)
    return problems


def codes(rows: Rows, **also: Any) -> list[str]:
    """The kinds of problem that the checks find in these rows."""
    return [problem.code for problem in told(rows, **also)]


def row_of(rows: Rows, table: str, **wanted: object) -> dict[str, Any]:
    """The one row of a table with these values, to be changed in place."""
    found = [row for row in rows[table] if all(row.get(name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} rows of {table} are {wanted}"
    return found[0]


def batch(rows: Mapping[str, Sequence[Mapping[str, Any]]], **also: Any) -> Batch:
    """The rows as a reader of the workbook gives them: the first data row of a sheet is row 2."""
    return Batch(
        {
            name: tuple(
                Row(values, Origin("county.xlsx", schema().tables[name].label.zh, 2 + index))
                for index, values in enumerate(of)
            )
            for name, of in rows.items()
        },
        **also,
    )


def drawn_rows(
    schools: int = 40, years: Sequence[int] = tuple(range(2018, 2026)), seed: int = 1, roster: int = 0
) -> Rows:
    """Primary schools of every size whose cohorts change as real ones do, with facilities, staff, a roster."""
    draw = random.Random(seed)
    rows: Rows = {name: [] for name in schema().tables}
    rows["county"] = [{"county_code": COUNTY, "name": "望岚县"}]
    for number in range(schools):
        school = f"21410{number:05}"
        entrants = max(6, round(draw.lognormvariate(3.6, 0.8)))
        rows["schools"].append(
            {"school_id": school, "name": f"第{number}小学", "kind": "211", "lon": 113 + draw.uniform(0, 0.4),
             "lat": 34 + draw.uniform(0, 0.4)}
        )  # fmt: skip
        cohorts: dict[int, int] = {}
        for year in years:
            total = 0
            for grade in range(1, 7):
                start = year - grade
                size = cohorts.get(start, max(1, round(draw.gauss(entrants, math.sqrt(entrants)))))
                cohorts[start] = max(0, size + round(draw.gauss(0, 0.27 * math.sqrt(size))))
                pupils, classes = cohorts[start], max(1, -(-cohorts[start] // 45))
                total += pupils
                rows["enrolment"].append(
                    {"school_id": school, "year": year, "grade": grade, "classes": classes, "pupils": pupils}
                )
                rows["classes"] += [
                    {"school_id": school, "year": year, "grade": grade, "class_no": f"{each + 1}",
                     "pupils": pupils // classes + (each < pupils % classes)}
                    for each in range(classes)
                ]  # fmt: skip
            teachers = max(6, round(total / 17))
            rows["facilities"].append(
                {"school_id": school, "year": year, "teaching_area": total * 5.0 + 300,
                 "sports_ground_area": total * 8.0 + 500, "equipment_value": total * 2300.0 + 20000}
            )  # fmt: skip
            rows["staff"].append({"school_id": school, "year": year, "stage": "primary", "teachers": teachers})
    rows["teachers"] = [
        {"teacher_id": f"T{each:05}", "year": year, "school_id": f"21410{each % schools:05}",
         "stage": "primary", "subjects": "chinese;math", "degree": "bachelor", "title": "middle", "backbone": "none",
         "certificate": True, "birth_year": 1970 + each % 25, "post": "teacher", "training_hours": 380.0}
        for year in years
        for each in range(roster)
    ]  # fmt: skip
    return rows


def _places() -> list[dict[str, Any]]:
    def place(code: str, name: str, level: str, parent: str | None, lon: float, lat: float) -> dict[str, Any]:
        return {
            "place_id": code, "name": name, "level": level, "parent_id": parent, "lon": lon, "lat": lat,
            "population": 20000,
        }  # fmt: skip

    return [
        place(COUNTY, "望岚县", "county", None, 113.40, 34.50),
        place("410999101", "青石镇", "town", COUNTY, 113.42, 34.51),
        place("410999102", "望河乡", "town", COUNTY, 113.30, 34.42),
        place("410999101001", "青石村", "village", "410999101", 113.43, 34.52),
        place("410999102001", "望河村", "village", "410999102", 113.29, 34.41),
    ]


def _schools() -> list[dict[str, Any]]:
    def school(code: str, name: str, kind: str, place: str, lon: float, lat: float) -> dict[str, Any]:
        return {
            "school_id": code, "name": name, "kind": kind, "counted": True, "place_id": place, "lon": lon,
            "lat": lat, "setting": "121", "ownership": "public", "built_year": 1998, "boarding": False,
            "open_from": 1998,
        }  # fmt: skip

    point = school(POINT, "青石镇柳树教学点", "218", "410999101001", 113.44, 34.53)
    return [
        school(CENTRAL, "青石镇中心小学", "211", "410999101", 113.421, 34.512),
        school(NINE_YEAR, "望河乡学校", "312", "410999102", 113.301, 34.421),
        school(JUNIOR, "青石镇初级中学", "311", "410999101", 113.419, 34.508),
        {**point, "parent_id": CENTRAL},
    ]


def _enrolment(year: int) -> list[dict[str, Any]]:
    grades = [
        (school, grade, pupils)
        for school, pupils in ENTRANTS.items()
        for grade in range(1, 4 if school == POINT else 7)
    ] + [(school, grade, pupils) for school, pupils in JUNIORS.items() for grade in (7, 8, 9)]
    return [
        {"school_id": school, "year": year, "grade": grade, "classes": -(-pupils // 45), "pupils": pupils,
         "boarders": pupils // 5 if grade > 6 else 0, "migrant_children": 3, "left_behind_children": 5,
         "disabled_children": 0}
        for school, grade, pupils in grades
    ]  # fmt: skip


def _classes() -> list[dict[str, Any]]:
    return [
        {"school_id": row["school_id"], "year": 2025, "grade": row["grade"], "class_no": str(number + 1),
         "pupils": row["pupils"] // row["classes"] + (number < row["pupils"] % row["classes"])}
        for row in _enrolment(2025)
        for number in range(row["classes"])
    ]  # fmt: skip


def _class_sizes() -> list[dict[str, Any]]:
    counts: dict[tuple[str, str, int], int] = {}
    for row in _classes():
        stage = "primary" if row["grade"] < 7 else "junior"
        smallest = 0 if row["pupils"] < 26 else (row["pupils"] - 1) // 5 * 5 + 1
        counts[row["school_id"], stage, smallest] = counts.get((row["school_id"], stage, smallest), 0) + 1
    return [
        {"school_id": school, "year": 2025, "stage": stage, "smallest": smallest,
         "largest": max(25, smallest + 4), "classes": classes}
        for (school, stage, smallest), classes in counts.items()
    ]  # fmt: skip


def _facilities(year: int) -> list[dict[str, Any]]:
    pupils = {CENTRAL: 516, NINE_YEAR: 432, JUNIOR: 450, POINT: 36}
    return [
        {"school_id": school, "year": year, "teaching_area": 6.0 * count, "indoor_sports_area": 0.5 * count,
         "sports_ground_area": 10.0 * count, "equipment_value": 2600.0 * count,
         "multimedia_rooms": max(1, count // 36), "computers": count // 8, "books": 30 * count,
         "music_rooms": 1, "music_rooms_medium": 0, "music_rooms_small": 0, "art_rooms": 1, "art_rooms_medium": 0,
         "art_rooms_small": 0, "places": count + 60, "beds": 0, "offcampus_sports_area": 0.0}
        for school, count in pupils.items()
    ]  # fmt: skip


def _staff(year: int) -> list[dict[str, Any]]:
    teachers = {
        (CENTRAL, "primary"): 30, (NINE_YEAR, "primary"): 15, (NINE_YEAR, "junior"): 14,
        (JUNIOR, "junior"): 36, (POINT, "primary"): 2,
    }  # fmt: skip
    return [
        {"school_id": school, "year": year, "stage": stage, "teachers": count, "above_required_degree": count,
         "backbone": 0 if school == POINT else count // 5, "pe_arts": max(1, count // 6), "pe_arts_shared": 1,
         "certified": count, "trained_360h": count, "senior_titles": count // 2, "employees": count + 2,
         "posts": count + 2}
        for (school, stage), count in teachers.items()
    ]  # fmt: skip


def _teacher(number: int) -> dict[str, Any]:
    return {
        "teacher_id": f"T{number:05}", "year": 2025, "school_id": POINT, "stage": "primary",
        "subjects": "chinese;pe" if number == 1 else "math", "degree": "bachelor",
        "title": "middle" if number == 1 else "assistant",
        "backbone": "none", "certificate": True, "birth_year": 1985, "sex": "female", "post": "teacher",
        "post_since": 2018, "school_since": 2012, "training_hours": 380.0, "home_lon": 113.44,
        "home_lat": 34.53,
    }  # fmt: skip
