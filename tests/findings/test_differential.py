"""Counties with everything odd at once, measured by the program and reckoned again in ``tests/reckoning.py``."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from counties import batch
from reckoning import STAGES, reckon

from jiaoheng.county import County, admit
from jiaoheng.findings import assess
from jiaoheng.measures.options import Options
from jiaoheng.standards import load

STANDARD = load("cn-2017")
YEAR = 2025
OPTIONS = [
    Options(points, private)
    for points in ("separate", "merged", "without_small", "excluded")
    for private in ("included", "excluded")
]
WHOLE = {"primary": 200, "junior": 300, "senior": 400}
GRADES = {"kindergarten": range(-2, 1), "special": range(1, 10), "senior": range(10, 13)}
STRETCH = (Fraction(0), Fraction(1), Fraction(1), Fraction("0.85"), Fraction("0.849"), Fraction("0.9999"), Fraction(2))
PER_PUPIL = {"teaching_area": "5.5", "sports_ground_area": "7.5", "equipment_value": "2000"}
Rows = dict[str, list[dict[str, Any]]]


class Draw(random.Random):
    """A source of chance that also knows how often a cell is left blank."""

    blanks = 0.0


def odd_county(seed: int) -> County:
    """A county drawn from a seed, through the checks: what they refuse waits, as it does for a user."""
    draw = Draw(seed)
    draw.blanks = draw.choice([0.0, 0.0, 0.04])
    rows: Rows = {
        name: [] for name in ("schools", "enrolment", "classes", "class_sizes", "facilities", "staff", "teachers")
    }
    primary = draw.choice([5, 6])
    rows["county"] = [{"county_code": "410998", "name": "某县", "primary_grades": primary}]
    rows["finance"] = [
        {"subject_id": "410998", "year": YEAR, "item": item, "amount": amount}
        for item, amount in (("quota_primary", 720), ("quota_junior", 940.5))
        if draw.random() < 0.8
    ]
    main: list[str] = []
    for number in range(draw.randint(4, 16)):
        school = _school(draw, number, main)
        rows["schools"].append(school)
        for year in (YEAR - 1, YEAR):
            _year(draw, rows, school, year, primary)
    for table in ("enrolment", "facilities", "staff", "classes", "class_sizes", "finance"):
        if rows[table] and draw.random() < draw.blanks * 4:
            rows[table].append(dict(draw.choice(rows[table])))
    return admit(batch(rows)).county


def _school(draw: Draw, number: int, main: list[str]) -> dict[str, Any]:
    code = f"S{number:02d}"
    kind = draw.choice([*STAGES, "211", "211", "312", "218", "218"])
    school = {"school_id": code, "name": f"第{number}学校", "kind": kind, "setting": draw.choice(["111", "220", None])}
    school["ownership"] = draw.choice(["public", "public", "private", None])
    if draw.random() < 0.1:
        school |= draw.choice([{"open_from": YEAR + 1}, {"open_to": YEAR - 1}, {"open_from": YEAR, "open_to": YEAR}])
    parents = [each for each in main if draw.random() < 0.5] or main
    if parents and kind == "218":
        school["parent_id"] = draw.choice(parents)
    elif kind != "218":
        if parents and draw.random() < 0.2:
            # Not counted where the parent is: a campus of a campus waits, and all that leans on it.
            school |= {"parent_id": draw.choice(parents), "counted": draw.random() < 0.2}
        main.append(code)
    return school


def _year(draw: Draw, rows: Rows, school: dict[str, Any], year: int, primary: int) -> None:
    code, kind = school["school_id"], school["kind"]
    if draw.random() < draw.blanks:
        return
    grades = GRADES | {"primary": range(1, primary + 1), "junior": range(primary + 1, 10)}
    size = draw.choice([0, 8, 12, 20, 60, 90, 300])
    pupils: dict[str, int] = {}
    for stage in STAGES[kind]:
        if stage == "kindergarten" and kind != "111" and draw.random() < 0.7:
            continue
        if stage in WHOLE and draw.random() < 0.15:
            # A source that tells the stage as a whole; or classes of several grades beside the grades' own.
            alone = draw.random() < 0.5
            count = draw.choice([size * 6, _maybe(draw, 200)]) if alone else 0
            row = {"school_id": code, "year": year, "grade": WHOLE[stage], "pupils": count}
            rows["enrolment"].append(row | {"classes": draw.choice([None, 0, 1, -(-(count or 0) // 45)])})
            if alone:
                pupils[stage] = count or 0
                _class_sizes(draw, rows, code, year, stage)
                continue
        _class_sizes(draw, rows, code, year, stage)
        for grade in grades[stage]:
            count = draw.choice([size, size, size, draw.randint(0, 100), _maybe(draw, size)])
            classes = draw.choice([-(-(count or 0) // 45), -(-(count or 0) // 40) + 1, None, 0])
            row = {"school_id": code, "year": year, "grade": grade, "pupils": count, "classes": classes}
            rows["enrolment"].append(row)
            pupils[stage] = pupils.get(stage, 0) + (count or 0)
            _classes(draw, rows, row)
    _facilities(draw, rows, code, year, pupils)
    for stage, count in pupils.items():
        _staff(draw, rows, code, year, stage, count)
    total = sum(pupils.values())
    for item, amount in (("operating_funds", 72000), ("operating_budget", 100000), ("training_budget", 5000)):
        if draw.random() < 0.8:
            amount = draw.choice([amount, amount, amount - 0.01, total * 6000, 0, None])
            rows["finance"].append({"subject_id": code, "year": year, "item": item, "amount": amount})


def _classes(draw: Draw, rows: Rows, row: dict[str, Any]) -> None:
    number = draw.choice([0, 0, row["classes"] or 0, draw.randint(0, 3)])
    for each in range(number):
        size = draw.choice([(row["pupils"] or 0) // number, 45, 50, 46, draw.randint(0, 70)])
        key = {name: row[name] for name in ("school_id", "year", "grade")}
        rows["classes"].append({**key, "class_no": str(each), "pupils": size})


def _class_sizes(draw: Draw, rows: Rows, code: str, year: int, stage: str) -> None:
    if draw.random() < 0.7:
        return
    for smallest, largest in ((0, 25), (26, 45), (46, 50), (51, 65), (66, None)):
        classes = _maybe(draw, draw.choice([0, 0, 1, 3]) if smallest < 46 or draw.random() < 0.3 else 0)
        key = {"school_id": code, "year": year, "stage": stage, "smallest": smallest}
        rows["class_sizes"].append({**key, "largest": largest, "classes": classes})


def _facilities(draw: Draw, rows: Rows, code: str, year: int, pupils: dict[str, int]) -> None:
    form = draw.choice(["whole", "whole", "stages", "both", "none" if draw.blanks else "whole"])
    stages: list[str | None] = [None] if form in ("whole", "both") else []
    if form in ("stages", "both"):
        stages += [stage for stage in pupils if draw.random() < 0.9]
    for stage in stages:
        count = sum(pupils.values()) if stage is None else pupils[stage]
        row: dict[str, Any] = {"school_id": code, "year": year, "stage": stage}
        for name, each in PER_PUPIL.items():
            row[name] = _maybe(draw, float(Fraction(each) * count * draw.choice(STRETCH)))
        row["indoor_sports_area"] = _maybe(draw, draw.choice([0.0, 0.1, float(count)]))
        row["multimedia_rooms"] = _maybe(draw, round(count * 0.023 * draw.choice([1, 1, 2, 0])))
        row["music_rooms"], row["art_rooms"] = draw.choice([0, 1, 2, 5]), _maybe(draw, draw.choice([0, 1, 3]))
        rows["facilities"].append(row)


def _staff(draw: Draw, rows: Rows, code: str, year: int, stage: str, count: int) -> None:
    form = draw.choice(["staff", "staff", "roster", "both", "none" if draw.blanks else "staff"])
    teachers = draw.choice([count // 15 + 1, count // 15 + 1, 0])
    if form in ("staff", "both"):
        row: dict[str, Any] = {"school_id": code, "year": year, "stage": stage, "teachers": _maybe(draw, teachers)}
        for name, per in (("above_required_degree", 0.042), ("backbone", 0.2), ("pe_arts", 0.009)):
            row[name] = _maybe(draw, min(teachers, round(count * per * draw.choice([1, 1.5, 0.9, 0]))))
        for name in ("certified", "trained_360h"):
            row[name] = _maybe(draw, max(0, teachers - draw.choice([0, 0, 1])))
        rows["staff"].append(row)
    for number in range(min(teachers, 12) if form in ("roster", "both") else 0):
        rows["teachers"].append(
            {
                "teacher_id": f"T{code}{stage}{number}", "year": year, "school_id": code, "stage": stage,
                "subjects": _maybe(draw, draw.choice(["math", "pe", "chinese;art", "arts;music"]), 0.2),
                "degree": _maybe(draw, draw.choice(["associate", "bachelor", "secondary", "master"]), 0.2),
                "backbone": _maybe(draw, draw.choice(["none", "school", "county", "national"]), 0.2),
                "certificate": _maybe(draw, draw.random() < 0.95, 0.2),
                "training_hours": _maybe(draw, draw.choice([360.0, 359.9, 400.0]), 0.2),
            }
        )  # fmt: skip


def _maybe(draw: Draw, value: Any, share: float = 1.0) -> Any:
    return None if draw.random() < draw.blanks * share else value


def compare(seed: int) -> None:
    """Every value, status, verdict and coefficient of a drawn county, under one of the options."""
    county, options = odd_county(seed), OPTIONS[seed % len(OPTIONS)]
    if YEAR not in county.years:
        return
    expected = reckon(county, YEAR, options.teaching_points, options.private)
    result = assess(county, STANDARD, year=YEAR, options=options)
    found = {
        (value.check, value.school_id, value.stage): value
        for value in result.values
        if value.school_id and not value.check.endswith("/reported")
    }
    assert found.keys() == expected.figures.keys()
    for key, (number, status) in expected.figures.items():
        assert found[key].status == status, key
        assert (found[key].value is None) == (number is None), key
        if number is not None:
            assert found[key].value == pytest.approx(float(number), rel=1e-9, abs=1e-12), key
    assert {(school.school_id, school.stage): school.verdict for school in result.schools} == expected.verdicts
    balance = {(even.check, even.stage): even for even in result.balance}
    assert balance.keys() == expected.coefficients.keys()
    for key, (coefficient, status) in expected.coefficients.items():
        assert balance[key].status == status, key
        known = balance[key].coefficient
        assert known is coefficient or known == pytest.approx(coefficient, rel=1e-9, abs=1e-9), key


@pytest.mark.parametrize("seed", range(20))
def test_an_odd_county_is_measured_as_it_is_reckoned_by_hand(seed):
    compare(seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(20, 140, 40))
def test_many_odd_counties_are_measured_as_they_are_reckoned_by_hand(start):
    for seed in range(start, start + 40):
        compare(seed)
